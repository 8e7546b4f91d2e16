const container = map.getContainer();
container.setAttribute("aria-label", words.map_label);
container.setAttribute("role", "region");

const bounds = L.latLngBounds([]);
function prepare(shape, unit) {
  if (shape === null) return;
  bounds.extend(shape.getBounds ? shape.getBounds() : shape.getLatLng());
  shape.bindTooltip(() => make("span", {}, make("b", {}, data.name[unit]), " ", shownValue(currentLayer(), unit)), {
    sticky: true,
    direction: "top",
    offset: [0, -6],
  });
  shape.on("click", (event) => {
    L.DomEvent.stopPropagation(event);
    choose(unit, event.latlng);
  });
}
places.forEach(prepare);
dots.forEach(prepare);

// Until the reader moves it, the map shows everything, whatever its size.
let fitting = false;
let moved = false;
function fit(area, options) {
  fitting = true;
  map.fitBounds(area, { padding: [12, 12], maxZoom: 12, animate: false, ...options });
  fitting = false;
}
function home() {
  if (bounds.isValid()) fit(bounds);
}
map.on("movestart", () => {
  moved = moved || !fitting;
});
map.on("resize", () => moved || home());
home();

const small = map.getSize().x < 600; // there the card needs the top, the thumb the bottom
const corner = small ? "bottomright" : "topleft";
L.control.attribution({ prefix: false }).addAttribution(words.scale_note).addTo(map);
L.control.zoom({ position: corner, zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);

function choose(unit, at) {
  const size = map.getSize();
  map.closePopup();
  state.chosen = unit;
  paint();
  const popup = L.popup({
    maxWidth: Math.min(340, size.x - 40),
    minWidth: Math.min(280, size.x - 60),
    maxHeight: Math.max(160, size.y - (small ? 125 : 60)),
    autoPanPaddingTopLeft: [small ? 10 : 56, 10],
    autoPanPaddingBottomRight: [10, 10],
  })
    .setLatLng(at)
    .setContent(card(unit))
    .openOn(map);
  return popup.getElement();
}

map.on("popupopen", (event) => {
  const box = event.popup.getElement();
  const button = box.querySelector(".leaflet-popup-close-button");
  button.setAttribute("aria-label", words.close);
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", data.name[state.chosen]);
});
// A card that goes leaves the focus nowhere: a keyboard goes on in the search, a finger must not call up keys.
let byKeyboard = false;
map.on("popupclose", () => {
  state.chosen = -1;
  paint();
  if (document.activeElement === document.body) (byKeyboard ? field : container).focus({ preventScroll: true });
});
document.addEventListener("pointerdown", () => (byKeyboard = false), true);
document.addEventListener("keydown", () => (byKeyboard = true), true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.chosen >= 0) map.closePopup();
});

// Goes to a unit: its type is switched on, the map moves there, its card opens and takes the focus.
function show(unit) {
  if (!isShown(unit)) {
    document.querySelector(`input[name="type"][value="${data.type[unit]}"]`).checked = true;
    readTypes();
  }
  if (drawn[unit] === null) {
    unfold(true);
    const entry = document.querySelector(`details[data-unit="${unit}"]`);
    entry.open = true;
    entry.querySelector("summary").focus();
    entry.scrollIntoView({ block: "nearest" });
    return;
  }
  const shape = places[unit];
  moved = true;
  if (shape.getBounds) fit(shape.getBounds(), { padding: [60, 60], maxZoom: Math.max(map.getZoom(), 12) });
  else map.setView(placeOf(data.shape[unit]), Math.max(map.getZoom(), 9), { animate: false });
  choose(unit, placeOf(data.anchor[unit])).querySelector("h2").focus();
}

document.querySelectorAll("details[data-unit]").forEach((entry) => {
  entry.addEventListener("toggle", () => {
    const old = entry.querySelector(".card");
    if (old) old.remove();
    if (entry.open) entry.append(card(Number(entry.dataset.unit)));
  });
});

function readTypes() {
  const boxes = document.querySelectorAll('input[name="type"]');
  boxes.forEach((box) => {
    state.shown[Number(box.value)] = box.checked;
  });
  if (state.chosen >= 0 && !isShown(state.chosen)) map.closePopup();
  paint();
  drawLegend();
  mark();
  if (boxes.length) {
    const names = data.types.filter((_, type) => state.shown[type]).join(words.list_comma);
    status.textContent = phrase(words.shown_types, { names: names || "–" });
  }
}

function readLayer() {
  state.layer = Number(document.querySelector('input[name="layer"]:checked').value);
  paint();
  drawLegend();
  mark();
  status.textContent = phrase(words.shown_layer, { label: currentLayer().label });
}

// What is on the map just now, for style sheets and for whoever looks from outside.
function mark() {
  container.dataset.layer = state.layer;
  container.dataset.drawn = drawn.filter((shape) => shape !== null).length;
  container.dataset.shown = drawn.filter((shape, unit) => shape !== null && isShown(unit)).length;
}

document.querySelectorAll('input[name="type"]').forEach((box) => box.addEventListener("change", readTypes));
document.querySelectorAll('input[name="layer"]').forEach((box) => box.addEventListener("change", readLayer));
document.querySelectorAll(".count[data-type]").forEach((place) => {
  place.textContent = data.type.filter((type) => type === Number(place.dataset.type)).length;
});

const foldButton = document.getElementById("fold");
function unfold(open) {
  foldButton.setAttribute("aria-expanded", String(open));
  document.getElementById("controls").classList.toggle("open", open);
}
foldButton.addEventListener("click", () => unfold(foldButton.getAttribute("aria-expanded") !== "true"));

// On paper the map has another size; it keeps the part that was in view.
let seen = null;
function resize() {
  if (onPaper) {
    seen = moved ? map.getBounds() : null;
    map.closePopup();
  }
  legend.querySelectorAll("details").forEach((details) => {
    details.open = onPaper || limitsOpen;
  });
  map.invalidateSize({ animate: false, pan: false });
  if (seen) fit(seen, { padding: [0, 0], maxZoom: 20 });
  else home();
}
window.matchMedia("print").addEventListener("change", (event) => {
  onPaper = event.matches;
  resize();
});

const LEAST = 12; // pixels
function sizeOf(unit) {
  const box = places[unit].getBounds();
  const size = map.latLngToLayerPoint(box.getSouthEast()).subtract(map.latLngToLayerPoint(box.getNorthWest()));
  return Math.max(size.x, size.y);
}
function settle() {
  dots.forEach((dot, unit) => {
    const wanted = dot && sizeOf(unit) < LEAST ? dot : places[unit];
    if (!dot || wanted === drawn[unit]) return;
    drawn[unit].remove();
    drawn[unit] = wanted.addTo(map);
  });
  paint();
}

drawn.forEach((shape) => shape && shape.addTo(map));
if (data.sparse) {
  settle();
  map.on("zoomend", settle);
}
// A browser keeps what was ticked when a page is loaded again, so that it is read, not assumed.
readTypes();
readLayer();
status.textContent = "";
container.dataset.ready = "true";
performance.measure("map"); // how long the page took, for whoever asks the browser
