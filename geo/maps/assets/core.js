const data = JSON.parse(document.getElementById("map-data").textContent);
const words = data.texts;
const map = map_units; // folium's name for the map
const status = document.getElementById("status");
const MISSING = { colour: "#f3f4f6", stripe: "#a3abb5" };
const GHOST = "#e4e8ec";
let onPaper = false;
const state = { layer: 0, shown: (data.types.length ? data.types : [""]).map(() => true), chosen: -1 };

// Puts values into the places of a text; a value is never read as HTML or as a pattern.
function phrase(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

// Makes an element; texts become text nodes, never HTML.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

const digits = new Intl.NumberFormat(data.language, {
  minimumFractionDigits: data.decimals,
  maximumFractionDigits: data.decimals,
});
const shownNumber = (value) => digits.format(value);
const isShown = (unit) => state.shown[data.type[unit]];
const currentLayer = () => data.layers[state.layer];

// What a layer says about a unit, as text.
function shownValue(layer, unit) {
  const value = layer.value[unit];
  if (layer.class[unit] < 0) return layer.missing;
  return layer.kind === "score" ? shownNumber(value) : layer.labels[value];
}

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

function swatchOf(layer, unit) {
  const position = layer.class[unit];
  return position < 0 ? MISSING : layer.legend[position];
}

// Back from whole-number steps to [latitude, longitude].
const unitSize = Math.pow(10, -data.digits);
const placeOf = ([x, y]) => [y * unitSize, x * unitSize];
function ringOf(steps) {
  const ring = [];
  for (let i = 0, x = 0, y = 0; i < steps.length; i += 2) {
    x += steps[i];
    y += steps[i + 1];
    ring.push(placeOf([x, y]));
  }
  return ring;
}

const renderer = L.canvas({ padding: 0.3, tolerance: 3 });
const dotAt = (place) => L.circleMarker(placeOf(place), { renderer, radius: 7 });
const places = data.shape.map((shape) => {
  if (shape === null) return null;
  if (typeof shape[0] === "number") return dotAt(shape);
  return L.polygon(shape.map((polygon) => polygon.map(ringOf)), { renderer, smoothFactor: 0.3 });
});
// Polygons far apart from each other (parks) would vanish on the map of a province: there they are dots.
const dots = places.map((place, unit) => (data.sparse && place && place.getBounds ? dotAt(data.anchor[unit]) : null));
const drawn = places.slice();
const isPoint = (unit) => drawn[unit] instanceof L.CircleMarker;

// A unit of a type that is switched off stays as plain land, so that the others keep their surroundings.
function styleOf(unit) {
  const chosen = unit === state.chosen;
  const opacity = data.tiles ? 0.78 : 1;
  if (!isShown(unit)) {
    const visible = isPoint(unit) ? 0 : data.tiles ? 0.4 : 1;
    return { fillColor: GHOST, fillOpacity: visible, color: "#ffffff", weight: 0.5, opacity: visible };
  }
  const swatch = swatchOf(currentLayer(), unit);
  const alone = isPoint(unit) || data.sparse;
  return {
    fillColor: swatch.stripe ? stripes(swatch.colour, swatch.stripe) : swatch.colour,
    fillOpacity: opacity,
    color: chosen ? "#111418" : alone ? "#39414b" : "#ffffff",
    weight: chosen ? 3 : alone ? 1.2 : 0.7,
    opacity: 1,
  };
}

function paint() {
  drawn.forEach((shape, unit) => {
    if (shape === null) return;
    shape.options.interactive = isShown(unit);
    shape.setStyle(styleOf(unit));
  });
  if (state.chosen >= 0 && drawn[state.chosen]) drawn[state.chosen].bringToFront();
}
