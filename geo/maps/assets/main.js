const first = makePane(mainMap, data.year);
first.legend = byId("legend");
const container = mainMap.getContainer();
const bounds = L.latLngBounds([]);
first.places.forEach((shape) => shape && bounds.extend(shape.getBounds ? shape.getBounds() : shape.getLatLng()));

// Until the reader moves it, the map shows everything, whatever its size.
let fitting = false;
let moved = false;
function fit(area, options) {
  fitting = true;
  mainMap.fitBounds(area, { padding: [12, 12], maxZoom: 12, animate: false, ...options });
  fitting = false;
}
function home() {
  if (bounds.isValid()) fit(bounds);
}
mainMap.on("movestart", () => {
  moved = moved || !(fitting || leading);
});
mainMap.on("resize", () => moved || onPaper || home());
home();

const small = mainMap.getSize().x < 600; // there the card needs the top, the thumb the bottom
const corner = small ? "bottomright" : "topleft";
L.control.attribution({ prefix: false }).addAttribution(words.scale_note).addTo(mainMap);
L.control.zoom({ position: corner, zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(mainMap);
L.control.scale({ imperial: false }).addTo(mainMap);

// Everything that depends on layer, year or types of a pane.
function refresh(pane) {
  paint(pane);
  drawLegend(pane);
  if (pane === panes[0]) {
    heedLayer();
    describeFlows();
    drawRanking();
    byId("title-a").textContent = named(layerOf(pane), pane.year);
  } else {
    drawFlows(pane);
    pane.legend.hidden = pane.layer === panes[0].layer;
  }
  document.querySelector(".subtitle").textContent = subtitleOf();
}

// Marks a unit in every pane and in the ranking, and shows its profile there; −1 marks none.
function select(unit) {
  state.chosen = unit;
  panes.forEach(paint);
  if (flow.ofChosen) describeFlows();
  if (!panelOpen()) return;
  drawProfile();
  drawRanking();
}

function cardSize() {
  const size = mainMap.getSize();
  return {
    maxWidth: Math.min(340, size.x - 40),
    minWidth: Math.min(280, size.x - 60),
    maxHeight: Math.max(160, size.y - (small ? 125 : 60)),
    autoPanPaddingTopLeft: [small ? 10 : 56, 10],
    autoPanPaddingBottomRight: [10, 10],
  };
}

// Chooses a unit; returns what shows its card, beside the map or on it.
function choose(unit, at, pane) {
  panes.forEach((other) => other.map.closePopup());
  select(unit);
  if (panelBeside()) return profileBox;
  return L.popup(cardSize()).setLatLng(at).setContent(card(unit, pane.year)).openOn(pane.map).getElement();
}

// Another year is another card.
function redrawCard(pane) {
  if (state.chosen < 0) return;
  if (panelOpen()) drawProfile();
  pane.map.eachLayer((layer) => {
    if (layer instanceof L.Popup) layer.setContent(card(state.chosen, pane.year));
  });
}

// A card that goes leaves the focus nowhere: a keyboard goes on in the search, a finger must not call up keys.
let byKeyboard = false;
function wire(pane) {
  pane.map.on("popupopen", (event) => {
    const box = event.popup.getElement();
    box.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", data.name[state.chosen]);
  });
  pane.map.on("popupclose", () => {
    select(-1);
    if (document.activeElement === document.body) (byKeyboard ? field : container).focus({ preventScroll: true });
  });
}
wire(first);
document.addEventListener("pointerdown", () => (byKeyboard = false), true);
document.addEventListener("keydown", () => (byKeyboard = true), true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || state.chosen < 0) return;
  panes.forEach((pane) => pane.map.closePopup());
  select(-1);
});

// Goes to a unit: its type is switched on, the map moves there, its card opens and takes the focus.
function show(unit, closely = true) {
  if (!isShown(unit)) {
    document.querySelector(`input[name="type"][value="${data.type[unit]}"]`).checked = true;
    readTypes();
  }
  if (!isPlaced(unit)) {
    showOffMap(unit);
    return;
  }
  const shape = first.places[unit];
  if (!closely) {
    if (!mainMap.getBounds().pad(-0.05).contains(centreOf(unit))) mainMap.panTo(centreOf(unit), { animate: false });
    choose(unit, centreOf(unit), first);
    return;
  }
  moved = true;
  if (shape.getBounds) fit(shape.getBounds(), { padding: [60, 60], maxZoom: Math.max(mainMap.getZoom(), 12) });
  else mainMap.setView(placeOf(data.shape[unit]), Math.max(mainMap.getZoom(), 9), { animate: false });
  choose(unit, centreOf(unit), first).querySelector("h2").focus();
}

function showOffMap(unit) {
  panes.forEach((pane) => pane.map.closePopup());
  if (panelBeside()) {
    select(unit);
    profileBox.querySelector("h2").focus();
    return;
  }
  unfold(true);
  const entry = document.querySelector(`details[data-unit="${unit}"]`);
  entry.open = true;
  entry.querySelector("summary").focus();
  entry.scrollIntoView({ block: "nearest" });
}

document.querySelectorAll("details[data-unit]").forEach((entry) => {
  entry.addEventListener("toggle", () => {
    const old = entry.querySelector(".card");
    if (old) old.remove();
    if (entry.open) entry.append(card(Number(entry.dataset.unit), panes[0].year));
  });
});

const typeBoxes = document.querySelectorAll('input[name="type"]');
function takeTypes() {
  typeBoxes.forEach((box) => {
    state.shown[Number(box.value)] = box.checked;
  });
}
function takeLayer() {
  panes[0].layer = Number(document.querySelector('input[name="layer"]:checked').value);
}

function readTypes() {
  takeTypes();
  if (state.chosen >= 0 && !isShown(state.chosen)) {
    panes.forEach((pane) => pane.map.closePopup());
    select(-1);
  }
  panes.forEach(refresh);
  if (typeBoxes.length) say(shownTypes());
}

function readLayer() {
  takeLayer();
  panes.slice().reverse().forEach(refresh);
  redrawCard(panes[0]);
  say(phrase(words.shown_layer, { label: layerOf(panes[0]).label }));
}

typeBoxes.forEach((box) => box.addEventListener("change", readTypes));
document.querySelectorAll('input[name="layer"]').forEach((box) => box.addEventListener("change", readLayer));
document.querySelectorAll(".count[data-type]").forEach((place) => {
  place.textContent = data.type.filter((type) => type === Number(place.dataset.type)).length;
});

const foldButton = byId("fold");
function unfold(open) {
  foldButton.setAttribute("aria-expanded", String(open));
  byId("controls").classList.toggle("open", open);
}
foldButton.addEventListener("click", () => unfold(foldButton.getAttribute("aria-expanded") !== "true"));

function resizeMaps() {
  panes.forEach((pane) => pane.map.invalidateSize({ animate: false }));
}

addFlows(first);
drawPane(first);
// A browser keeps what was ticked when a page is loaded again, so that it is read, not assumed.
takeTypes();
takeLayer();
takeFlows();
drawOverlays(first);
setYear(data.year);
drawProfile();
say("");
container.dataset.ready = "true";
performance.measure("map"); // how long the page took, for whoever asks the browser
