// All that rests on private parts of Leaflet 1.9.3, whose names begin with an underscore: its polygons and its canvas.
// Where another version is bundled, each of them is to be read anew there; a test says so.

// A polygon of `rings` (lists of x, y, x, y, … on the world at zoom 0). Leaflet's own keeps an object for every vertex
// and projects each anew with every zoom; this one scales numbers, and vertices that fall on one pixel are one.
// L.Polyline tells `_bounds`; L.Polygon clips `_rings` to the `_bounds` of its `_renderer`, which is for nothing where
// all of it (`_pxBounds`) lies inside, and draws what is left; `_updateBounds` makes `_pxBounds`, where it can be hit,
// of `_rawPxBounds` and the width of the line.
const RingPolygon = L.Polygon.extend({
  initialize({ rings, bounds }, options) {
    L.setOptions(this, options);
    this.rings = rings;
    this._bounds = bounds;
  },
  _project() {
    const scale = this._map.getZoomScale(this._map.getZoom(), 0);
    const origin = this._map.getPixelOrigin();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    this._rings = this.rings.map((ring) => pixelsOf(ring, scale, origin, box));
    this._rawPxBounds = L.bounds([box[0], box[1]], [box[2], box[3]]);
    this._updateBounds();
  },
  _clipPoints() {
    this.options.noClip = this._renderer._bounds.contains(this._pxBounds);
    L.Polygon.prototype._clipPoints.call(this);
  },
});
// Vertices of a ring on the map, and `box`, widened until it holds them.
function pixelsOf(ring, scale, origin, box) {
  const points = [];
  let lastX = NaN;
  let lastY = NaN;
  for (let i = 0; i < ring.length; i += 2) {
    const x = Math.round(ring[i] * scale) - origin.x;
    const y = Math.round(ring[i + 1] * scale) - origin.y;
    if (x === lastX && y === lastY) continue;
    points.push(new L.Point(x, y));
    lastX = x;
    lastY = y;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return points;
}

// A canvas that stays sharp: L.Canvas moves what it has just drawn at its place (`_reset`) once more, by parts of a
// pixel, and leaves it blurred until the next move.
const SharpCanvas = L.Canvas.extend({
  _updateTransform(center, zoom) {
    if (center === this._center && zoom === this._zoom) return;
    L.Canvas.prototype._updateTransform.call(this, center, zoom);
  },
});

// Has L.Canvas draw its shapes with another pen than its own (`_ctx`): as sharp as that one is, and also when its own
// canvas has just been emptied; all of them, not only what lies in the part that is to be drawn anew (`_redrawBounds`).
function inkShapes(pen, renderer) {
  if (!renderer || !renderer._ctx) return;
  const kept = [renderer._ctx, renderer._redrawBounds];
  renderer._ctx = pen;
  renderer._redrawBounds = null;
  renderer._draw();
  [renderer._ctx, renderer._redrawBounds] = kept;
}

// Another layer of the tiles that a map has.
const sameTiles = (layer) => L.tileLayer(layer._url, layer.options);
