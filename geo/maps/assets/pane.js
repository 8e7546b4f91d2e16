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

// Back from whole-number steps to [latitude, longitude].
const unitSize = Math.pow(10, -data.digits);
const placeOf = ([x, y]) => [y * unitSize, x * unitSize];
function ringOf(text) {
  const steps = unpack(text, true);
  const ring = [];
  for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    ring.push(placeOf([x, y]));
  }
  return ring;
}
const isDot = (shape) => typeof shape[0] === "number";
const ringsOf = lazily((unit) => data.shape[unit].map((polygon) => polygon.map(ringOf)));
const centreOf = (unit) => placeOf(data.anchor[unit]);
const isPlaced = (unit) => data.shape[unit] !== null;

const isShown = (unit, pane) =>
  state.shown[data.type[unit]] && (!pane || pane.type < 0 || data.type[unit] === pane.type);
const layerOf = (pane) => data.layers[pane.layer];

function makePane(map, year) {
  const renderer = L.canvas({ padding: 0.3, tolerance: 3 });
  const pane = { map, layer: 0, year, type: -1, renderer, position: panes.length };
  const dotAt = (place) => L.circleMarker(placeOf(place), { renderer, radius: 7 });
  pane.places = data.shape.map((shape, unit) => {
    if (shape === null) return null;
    return isDot(shape) ? dotAt(shape) : L.polygon(ringsOf(unit), { renderer, smoothFactor: 0.3 });
  });
  // Polygons far apart from each other (parks) would vanish on the map of a province: there they are dots.
  pane.dots = pane.places.map((place, unit) =>
    data.sparse && place && place.getBounds ? dotAt(data.anchor[unit]) : null,
  );
  pane.drawn = pane.places.slice();
  const tip = (unit) => () =>
    make("span", {}, make("b", {}, data.name[unit]), " ", shownValue(layerOf(pane), unit, pane.year));
  [pane.places, pane.dots].forEach((shapes) =>
    shapes.forEach((shape, unit) => {
      if (shape === null) return;
      shape.bindTooltip(tip(unit), { sticky: true, direction: "top", offset: [0, -6], className: "of-unit" });
      shape.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        choose(unit, event.latlng, pane);
      });
    }),
  );
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
    pane.drawn[unit].remove();
    pane.drawn[unit] = wanted.addTo(pane.map);
  });
  paint(pane);
}

// Puts the units on a map that knows where it looks.
function drawPane(pane) {
  pane.drawn.forEach((shape) => shape && shape.addTo(pane.map));
  if (!data.sparse) return;
  settle(pane);
  pane.map.on("zoomend", () => settle(pane));
}
