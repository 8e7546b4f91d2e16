// Ranking and profile beside the map: the units in the order of the layer, and the card of the chosen one.

const panel = byId("panel");
const panelButton = byId("panel-button");
const rankingBody = byId("ranking");
const profileBox = byId("profile");
const typeField = byId("ranking-type");
const sorters = document.querySelectorAll("#ranking-table thead button");
const SHORT = 60; // rows at first; more cost time that nobody asked for
const ON_PAPER = 36; // rows of a column on paper, headings of types among them
const PAPER_COLUMNS = 2;
const order = { by: "value", down: true, all: false };

const narrow = window.matchMedia("(max-width: 760px)");
const panelOpen = () => !panel.hidden;
const panelBeside = () => panelOpen() && !narrow.matches;

function showPanel(open) {
  panel.hidden = !open;
  document.body.classList.toggle("with-panel", open);
  panelButton.setAttribute("aria-expanded", String(open));
}

// A number to order a unit by; null stands last.
function standOf(layer, unit, year) {
  if (isNumeric(layer)) return valueOf(layer, unit, year);
  const category = categoryOf(layer, unit, year);
  if (category < 0) return null;
  return layer.kind === "ordinal" ? category : -category;
}

function rankedUnits() {
  const pane = panes[0];
  const layer = layerOf(pane);
  const asked = typeField ? Number(typeField.value) : -1;
  const units = everyUnit.filter((unit) => isShown(unit, pane) && (asked < 0 || data.type[unit] === asked));
  const stands = everyUnit.map((unit) => standOf(layer, unit, pane.year));
  const tie = (unit) => (composite && !isNumeric(layer) ? valueOf(composite, unit, pane.year) || 0 : 0);
  const byName = (a, b) => data.name[a].localeCompare(data.name[b], data.language) || a - b;
  const sign = order.down ? -1 : 1;
  const grouped = isGrouped(layer);
  return units.sort((a, b) => {
    if (grouped && data.type[a] !== data.type[b]) return data.type[a] - data.type[b];
    if (order.by === "name") return sign * byName(a, b);
    const first = stands[a];
    const next = stands[b];
    if (first === null || next === null) return (first === null) - (next === null) || a - b;
    return sign * (first - next) || tie(b) - tie(a) || a - b;
  });
}

// No rank rests on what is shown beside the scores.
const isRanked = (layer) => layer.kind === "score" && layer.group === "score";

// The rank of every unit that has one: of the composite as the run found it, of other scores by their numbers.
function ranksIn(layer, units, year) {
  const ranks = new Map();
  if (!isRanked(layer)) return ranks;
  const groups = new Map();
  units.forEach((unit) => {
    if (valueOf(layer, unit, year) === null) return;
    const group = byType(layer) ? data.type[unit] : 0;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(unit);
  });
  groups.forEach((members) => {
    members.sort((a, b) => rawOf(layer, b, year) - rawOf(layer, a, year));
    members.forEach((unit, i) => {
      const tied = i && rawOf(layer, unit, year) === rawOf(layer, members[i - 1], year);
      ranks.set(unit, tied ? ranks.get(members[i - 1]) : i + 1);
    });
  });
  if (layer !== composite) return ranks;
  units.forEach((unit) => {
    const found = byType(layer) ? rankInType(unit, year) : overallRank(unit, year) || rankInType(unit, year);
    if (found) ranks.set(unit, found);
  });
  return ranks;
}
const oneType = () => typeField !== null && Number(typeField.value) >= 0;
const byType = (layer) => layer.within || oneType();
// Scores that say something within a type only never stand in one order across types.
const isGrouped = (layer) => layer.within && !oneType();

function rowOf(unit, rank) {
  const pane = panes[0];
  const layer = layerOf(pane);
  const button = make("button", { type: "button", "data-unit": unit }, data.name[unit]);
  button.addEventListener("click", () => show(unit, false));
  const row = make(
    "tr",
    {},
    make("td", { class: "number" }, rank === undefined ? "–" : String(rank)),
    make("th", { scope: "row" }, button),
    make("td", { class: "number" }, makeSwatch(swatchOf(layer, unit, pane.year)), " ", shownValue({ ...layer, unit: "" }, unit, pane.year)),
  );
  if (unit === state.chosen) row.setAttribute("aria-current", "true");
  return row;
}

// The units that have a row, by type where these stand apart: on paper each type has its share of the rows.
function shownOf(layer, units) {
  const groups = new Map();
  units.forEach((unit) => {
    const group = isGrouped(layer) ? data.type[unit] : 0;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(unit);
  });
  const fitting = PAPER_COLUMNS * ON_PAPER - (isGrouped(layer) ? groups.size : 0);
  let left = order.all ? units.length : SHORT;
  if (onPaper) left = units.length <= fitting ? units.length : fitting - groups.size; // a row says what is left out
  const shares = new Map();
  const smallest = Array.from(groups.keys()).sort((a, b) => groups.get(a).length - groups.get(b).length);
  (onPaper ? smallest : Array.from(groups.keys())).forEach((group, i) => {
    const members = groups.get(group);
    let rows = members.slice(0, onPaper ? Math.max(1, Math.floor(left / (groups.size - i))) : Math.max(0, left));
    if (members.includes(state.chosen) && !rows.includes(state.chosen)) rows = [...rows.slice(0, -1), state.chosen];
    shares.set(group, rows);
    left -= rows.length;
  });
  return Array.from(groups, ([group, members]) => [shares.get(group), members]);
}

// What the paper has no row for, as a row.
function rowOfRest(layer, shown, members, year) {
  const rest = members.filter((unit) => !shown.includes(unit));
  const missing = rest.filter((unit) => standOf(layer, unit, year) === null).length;
  const said = [];
  if (rest.length > missing) said.push(phrase(words.ranking_rest, { count: rest.length - missing }));
  if (missing) said.push(phrase(words.ranking_rest_missing, { label: layer.missing, count: missing }));
  return make("tr", {}, make("td", { class: "rest", colspan: 3 }, `… ${said.join(words.list_comma)}`));
}

function drawRanking() {
  if (!panelOpen() && !onPaper) return;
  const pane = panes[0];
  const layer = layerOf(pane);
  const units = rankedUnits();
  const ranks = ranksIn(layer, everyUnit, pane.year);
  const groups = shownOf(layer, units);
  const titles = isGrouped(layer) ? groups.length : 0;
  const rest = units.length - groups.reduce((sum, [shown]) => sum + shown.length, 0);
  document.body.classList.toggle("long-ranking", onPaper && units.length + titles > ON_PAPER);
  byId("ranking-heading").textContent = isRanked(layer) ? words.ranking : words.ranking_none;
  byId("ranking-title").textContent = named(layer, pane.year);
  const notes = [layer.within && words.ranking_within, onPaper && rest && isRanked(layer) && words.ranking_rest_where];
  byId("ranking-note").textContent = notes.filter(Boolean).join(data.language === "zh" ? "" : " ");
  byId("ranking-value").textContent = layer.unit || words.ranking_value;
  const rows = document.createDocumentFragment(); // a call has no room for a hundred thousand arguments
  groups.forEach(([shown, members]) => {
    if (titles && shown.length) {
      rows.append(make("tr", { class: "of-type" }, make("th", { scope: "rowgroup", colspan: 3 }, typeOf(members[0]))));
    }
    shown.forEach((unit) => rows.append(rowOf(unit, ranks.get(unit))));
    if (onPaper && shown.length < members.length) rows.append(rowOfRest(layer, shown, members, pane.year));
  });
  rankingBody.replaceChildren(rows);
  const more = byId("ranking-more");
  more.hidden = rest <= 0 || onPaper;
  more.textContent = phrase(words.ranking_more, { count: rest });
  sorters.forEach((head) => {
    const sorted = head.dataset.by !== order.by ? "none" : order.down ? "descending" : "ascending";
    head.closest("th").setAttribute("aria-sort", sorted);
  });
}

function drawProfile() {
  profileBox.replaceChildren();
  byId("profile-empty").hidden = state.chosen >= 0;
  byId("profile-close").hidden = state.chosen < 0;
  if (state.chosen >= 0) profileBox.append(card(state.chosen, panes[0].year));
}

sorters.forEach((head) =>
  head.addEventListener("click", () => {
    order.down = order.by === head.dataset.by ? !order.down : head.dataset.by !== "name";
    order.by = head.dataset.by;
    drawRanking();
  }),
);
byId("ranking-more").addEventListener("click", () => {
  order.all = true;
  drawRanking();
});
byId("profile-close").addEventListener("click", () => {
  select(-1);
  panelButton.focus();
});
panelButton.addEventListener("click", () => {
  panes.forEach((pane) => pane.map.closePopup());
  showPanel(!panelOpen());
  resizeMaps();
  drawRanking();
  if (panelOpen()) drawProfile();
});
if (typeField) {
  typeField.append(make("option", { value: -1 }, words.all_types));
  data.types.forEach((label, type) => typeField.append(make("option", { value: type }, label)));
  typeField.addEventListener("change", drawRanking);
}
