// A pane is one Leaflet map of the units with a layer and a year of its own; the page has one or two, side by side.

const GHOST = "#e4e8ec";
const LEAST = 12; // pixels below which a polygon far from others is drawn as a dot

// A fill with slanted stripes, for units without a value and for categories beyond the plain colours.
const patterns = new Map();
function stripes(colour, stripe) {
  const key = colour + stripe;
  if (!patterns.has(key)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = stripe;
    pen.lineWidth = 1.6;
    pen.beginPath();
    [-8, 0, 8].forEach((x) => {
      pen.moveTo(x - 1, 9);
      pen.lineTo(x + 9, -1);
    });
    pen.stroke();
    patterns.set(key, pen.createPattern(tile, "repeat"));
  }
  return patterns.get(key);
}
const fillOf = (swatch) => (swatch.stripe ? stripes(swatch.colour, swatch.stripe) : swatch.colour);

// Back from whole-number steps to places; Leaflet keeps these as they are, and lists it would copy.
const unitSize = Math.pow(10, -data.digits);
const placeAt = (x, y) => new L.LatLng(y * unitSize, x * unitSize);
const placeOf = ([x, y]) => placeAt(x, y);
function ringOf(text) {
  const steps = unpack(text, true);
  const ring = new Array(steps.length / 2);
  for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    ring[i / 2] = placeAt(x, y);
  }
  return ring;
}
const isDot = (shape) => typeof shape[0] === "number";

// A ring as x, y, x, y, … on the square of 256 that Web Mercator makes of the world (EPSG:3857, zoom 0).
const WORLD = 256;
const easting = (lng) => (WORLD * (lng + 180)) / 360;
const POLE = 0.99627; // the sine where the square ends, at 85° of latitude
const northing = (lat) => {
  const sine = Math.max(-POLE, Math.min(POLE, Math.sin((lat * Math.PI) / 180)));
  return WORLD * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI));
};
function projectedRing(text, box) {
  const ring = unpack(text, true);
  for (let i = 0, x = 0, y = 0; i < ring.length; i += 2) {
    x += ring[i];
    y += ring[i + 1];
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
    ring[i] = easting(x * unitSize);
    ring[i + 1] = northing(y * unitSize);
  }
  return ring;
}
// Both panes draw the same land.
const landOf = lazily((unit) => {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const rings = data.shape[unit].flat().map((text) => projectedRing(text, box));
  return { rings, bounds: L.latLngBounds(placeAt(box[0], box[1]), placeAt(box[2], box[3])) };
});

const centreOf = (unit) => placeOf(data.anchor[unit]);
const isPlaced = (unit) => data.shape[unit] !== null;

const isShown = (unit, pane) =>
  state.shown[data.type[unit]] && (!pane || pane.type < 0 || data.type[unit] === pane.type);
const layerOf = (pane) => data.layers[pane.layer];

function makePane(map, year) {
  const renderer = new SharpCanvas({ padding: 0.3, tolerance: 3 });
  const pane = { map, layer: 0, year, type: -1, renderer, position: panes.length };
  const dotAt = (place, unit) => L.circleMarker(placeOf(place), { renderer, radius: 7, unit });
  pane.places = data.shape.map((shape, unit) => {
    if (shape === null) return null;
    return isDot(shape) ? dotAt(shape, unit) : new RingPolygon(landOf(unit), { renderer, smoothFactor: 0.3, unit });
  });
  // Polygons far apart from each other (parks) would vanish on the map of a province: there they are dots.
  pane.dots = pane.places.map((place, unit) =>
    data.sparse && place && place.getBounds ? dotAt(data.anchor[unit], unit) : null,
  );
  pane.drawn = pane.places.slice();
  // One tooltip and one listener for all units: a thousand of each would be made before anything is drawn.
  const tip = ({ options: { unit } }) =>
    make("span", {}, make("b", {}, data.name[unit]), " ", shownValue(layerOf(pane), unit, pane.year));
  pane.group = L.featureGroup(pane.drawn.filter((shape) => shape !== null));
  pane.group.bindTooltip(tip, { sticky: true, direction: "top", offset: [0, -6], className: "of-unit" });
  pane.group.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    choose(event.layer.options.unit, event.latlng, pane);
  });
  const container = map.getContainer();
  container.setAttribute("aria-label", words.map_label);
  container.setAttribute("role", "region");
  panes.push(pane);
  return pane;
}

const isPoint = (pane, unit) => pane.drawn[unit] instanceof L.CircleMarker;

// A unit of a type that is switched off stays as plain land, so that the others keep their surroundings.
function styleOf(pane, unit) {
  const chosen = unit === state.chosen;
  const opacity = data.tiles ? 0.78 : 1;
  if (!isShown(unit, pane)) {
    const visible = isPoint(pane, unit) ? 0 : data.tiles ? 0.4 : 1;
    return { fillColor: GHOST, fillOpacity: visible, color: "#ffffff", weight: 0.5, opacity: visible };
  }
  const swatch = swatchOf(layerOf(pane), unit, pane.year);
  const alone = isPoint(pane, unit) || data.sparse;
  // The middle of two-sided colours is as light as the ground: there the borders tell units apart.
  const border = alone ? "#39414b" : layerOf(pane).kind === "number" ? "#8a94a0" : "#ffffff";
  return {
    fillColor: fillOf(swatch),
    fillOpacity: opacity,
    color: chosen ? "#111418" : border,
    weight: chosen ? 3 : alone ? 1.2 : 0.7,
    opacity: 1,
  };
}

function paint(pane) {
  pane.drawn.forEach((shape, unit) => {
    if (shape === null) return;
    shape.options.interactive = isShown(unit, pane);
    shape.setStyle(styleOf(pane, unit));
  });
  if (state.chosen >= 0 && pane.drawn[state.chosen]) pane.drawn[state.chosen].bringToFront();
  mark(pane);
}

// What is on the map just now, for style sheets and for whoever looks from outside.
function mark(pane) {
  const { dataset } = pane.map.getContainer();
  dataset.layer = pane.layer;
  dataset.year = data.years[pane.year];
  dataset.drawn = pane.drawn.filter((shape) => shape !== null).length;
  dataset.shown = pane.drawn.filter((shape, unit) => shape !== null && isShown(unit, pane)).length;
}

function sizeOf(pane, unit) {
  const { map } = pane;
  const box = pane.places[unit].getBounds();
  const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
  return Math.max(size.x, size.y);
}
function settle(pane) {
  pane.dots.forEach((dot, unit) => {
    const wanted = dot && sizeOf(pane, unit) < LEAST ? dot : pane.places[unit];
    if (!dot || wanted === pane.drawn[unit]) return;
    pane.group.closeTooltip(); // what goes from under the pointer never tells the group that it was left
    pane.group.removeLayer(pane.drawn[unit]);
    pane.group.addLayer(wanted);
    pane.drawn[unit] = wanted;
  });
  paint(pane);
}

// Puts the units on a map that knows where it looks.
function drawPane(pane) {
  pane.group.addTo(pane.map);
  if (!data.sparse) return;
  settle(pane);
  pane.map.on("zoomend", () => settle(pane));
}
