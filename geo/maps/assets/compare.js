// A second map beside the first (below it on a phone) that moves with it: another year, layer or type.

const stage = document.querySelector(".stage");
const compareButton = byId("compare");
const secondBar = byId("bar-b");
let second = null;

const isCompared = () => stage.classList.contains("two");

// One map follows the other; what follows does not lead back.
let leading = false;
function follow(leader, follower) {
  leader.on("move", () => {
    if (leading || !isCompared()) return;
    leading = true;
    follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
    leading = false;
  });
}

function makeSecond() {
  const box = make("div", { id: "map_second", class: "folium-map second-map" });
  stage.append(box);
  const { zoomSnap, zoomDelta } = mainMap.options;
  const map = L.map(box, { preferCanvas: true, zoomControl: false, attributionControl: false, fadeAnimation: false, zoomSnap, zoomDelta });
  mainMap.eachLayer((layer) => {
    if (layer instanceof L.TileLayer) sameTiles(layer).addTo(map);
  });
  map.setView(mainMap.getCenter(), mainMap.getZoom(), { animate: false });
  second = makePane(map, panes[0].year);
  second.legend = byId("legend-b");
  box.append(second.legend);
  L.DomEvent.disableScrollPropagation(second.legend);
  L.DomEvent.disableClickPropagation(second.legend);
  wire(second);
  addFlows(second);
  drawPane(second);
  drawOverlays(second);
  follow(mainMap, map);
  follow(map, mainMap);
}

function compare(on) {
  compareButton.setAttribute("aria-pressed", String(on));
  stage.classList.toggle("two", on);
  document.body.classList.toggle("comparing", on);
  byId("bar-a").hidden = secondBar.hidden = !on;
  if (on && !narrow.matches) showPanel(false); // there is no room for three beside each other
  if (on && !second) {
    makeSecond();
    startSecond();
  }
  panes[0].type = on ? readType("type-a") : -1;
  resizeMaps();
  panes.forEach(refresh);
  say(on ? words.compare_on : words.compare_off);
}

// The first comparison is that with the first other year that the layer has, or with another layer where it has none.
function startSecond() {
  const layer = byId("layer-b");
  data.layers.forEach((held, position) => layer.append(make("option", { value: position }, held.label)));
  const year = byId("year-b");
  const other = (layerOf(panes[0]).years || []).find((held) => held !== panes[0].year);
  if (year) {
    data.years.forEach((held, position) => year.append(make("option", { value: position }, String(held))));
    year.value = String(other ?? panes[0].year);
  }
  const another = panes[0].layer ? 0 : Math.min(1, data.layers.length - 1);
  layer.value = String(other === undefined ? another : panes[0].layer);
  [layer, year, byId("type-b")].forEach((field) => field && field.addEventListener("change", readSecond));
  readSecond();
}

function readType(id) {
  const field = byId(id);
  return field ? Number(field.value) : -1;
}

// The second map is of no year that its layer does not know.
function readSecondYear(layer) {
  const year = byId("year-b");
  if (!year) return panes[0].year;
  const still = !isOfYears(layer);
  const known = still ? [yearOf(layer, Number(year.value))] : layer.years;
  Array.from(year.options).forEach((option, position) => (option.disabled = !known.includes(position)));
  if (!known.includes(Number(year.value))) year.value = String(known[known.length - 1]);
  year.disabled = still;
  year.hidden = isLasting(layer);
  if (still) year.title = stillHint(layer);
  else year.removeAttribute("title");
  return Number(year.value);
}

function readSecond() {
  second.layer = Number(byId("layer-b").value);
  second.year = readSecondYear(layerOf(second));
  second.type = readType("type-b");
  refresh(second);
}

["type-a", "type-b"].forEach((id) => {
  const field = byId(id);
  if (!field) return;
  field.append(make("option", { value: -1 }, words.all_types));
  data.types.forEach((label, type) => field.append(make("option", { value: type }, label)));
});
if (byId("type-a")) {
  byId("type-a").addEventListener("change", () => {
    panes[0].type = readType("type-a");
    refresh(panes[0]);
  });
}
compareButton.addEventListener("click", () => compare(!isCompared()));
