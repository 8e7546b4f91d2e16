// The legend of a pane: entries, how many units each has, flows and outlines that are drawn over them.

function makeSwatch(entry) {
  const box = make("span", { class: "swatch", "aria-hidden": "true" });
  box.dataset.colour = entry.colour;
  box.style.background = entry.stripe
    ? `repeating-linear-gradient(135deg, ${entry.stripe} 0 1.6px, ${entry.colour} 1.6px 5.6px)`
    : entry.colour;
  return box;
}

function countByClass(pane) {
  const counts = new Map();
  everyUnit.forEach((unit) => {
    if (!isShown(unit, pane)) return;
    const position = classOf(layerOf(pane), unit, pane.year);
    counts.set(position, (counts.get(position) || 0) + 1);
  });
  return counts;
}

// Numbers of one legend have the same decimals, unless they lie so far apart that the great ones would have too many.
const TOO_MANY = 2; // more decimals than the greatest number has with four digits
const legendDigits = lazily((layer) => {
  const numbers = layer.ranges.flat().filter(Boolean).flat().map((raw) => numberOf(layer, raw));
  const decimals = (number, digits) => {
    const parts = new Intl.NumberFormat("en", digits).formatToParts(number);
    return (parts.find(({ type }) => type === "fraction") || { value: "" }).value.length;
  };
  const most = Math.max(0, ...numbers.map((number) => decimals(number, { maximumSignificantDigits: 4 })));
  const greatest = Math.max(0, ...numbers.map(Math.abs));
  if (most > decimals(greatest, { minimumSignificantDigits: 4, maximumSignificantDigits: 4 }) + TOO_MANY) return numberDigits;
  return new Intl.NumberFormat(data.language, { minimumFractionDigits: most, maximumFractionDigits: most });
});

function rangeText(layer, range) {
  if (!range) return "–";
  const format = layer.kind === "number" ? legendDigits(layer) : scoreDigits;
  const [low, high] = range.map((raw) => written(format, numberOf(layer, raw)));
  if (layer.kind === "number") return low === high ? low : phrase(words.legend_span, { low, high });
  return phrase(words.legend_range, { low, high });
}

// Entries from top to bottom as [swatch, text, number of units]; the page and the picture show the same.
function legendEntries(pane) {
  const layer = layerOf(pane);
  const counts = countByClass(pane);
  const order = layer.legend.map((_, position) => position);
  if (layer.kind !== "nominal") order.reverse(); // the best, or the highest, stands first
  const pooled = isNumeric(layer) && !layer.within;
  const entries = [];
  order.forEach((position) => {
    const range = pooled ? layer.ranges[0][position] : null;
    if (pooled && !range) return;
    const label = range ? rangeText(layer, range) : layer.legend[position].label;
    entries.push([layer.legend[position], label, counts.get(position) || 0]);
  });
  if (counts.get(-1)) entries.push([MISSING, layer.missing, counts.get(-1)]);
  return entries;
}

// Remarks of a pane's legend: which unit of measure, which year, which types.
function legendRemarks(pane) {
  const layer = layerOf(pane);
  const remarks = [];
  if (layer.unit) remarks.push(phrase(words.legend_unit, { unit: layer.unit }));
  if (layer.note) remarks.push(layer.note);
  if (yearsSpan && isOfYears(layer) && isNumeric(layer)) remarks.push(words.shared_classes);
  if (yearsSpan && !isOfYears(layer) && !isLasting(layer)) {
    remarks.push(stillHint(layer));
  }
  return remarks;
}

// Where scores may be compared within a type only, every type has limits of its own.
let limitsOpen = false;
function limitsByType(pane) {
  const layer = layerOf(pane);
  const head = make("tr", {});
  layer.legend.forEach((entry) => {
    head.append(make("th", { scope: "col" }, makeSwatch(entry), make("span", { class: "unseen" }, entry.label)));
  });
  const table = make("table", {}, make("thead", {}, head));
  const cell = (range, position) => make("td", { style: `--entry: ${layer.legend[position].colour}` }, rangeText(layer, range));
  data.types.forEach((label, type) => {
    if (!state.shown[type]) return;
    const row = make("tr", {}, ...layer.ranges[type].map(cell));
    const title = make("tr", {}, make("th", { scope: "rowgroup", colspan: layer.legend.length }, label));
    table.append(make("tbody", {}, title, row));
  });
  const details = make("details", { class: "limits" }, make("summary", {}, words.limits_by_type), table);
  details.open = limitsOpen;
  details.addEventListener("toggle", () => {
    if (!onPaper) limitsOpen = details.open;
  });
  return details;
}

function drawLegend(pane) {
  const layer = layerOf(pane);
  const box = pane.legend;
  if (!box) return;
  box.replaceChildren(make("h2", {}, named(layer, pane.year)));
  legendRemarks(pane).forEach((remark) => box.append(make("p", { class: "hint" }, remark)));
  const rows = legendEntries(pane).map(([entry, label, count]) =>
    make(
      "li",
      {},
      makeSwatch(entry),
      make("span", { class: "label" }, label),
      make("span", { class: "count" }, phrase(words.class_share, { count })),
    ),
  );
  box.append(make("ul", {}, ...rows));
  if (layer.kind === "score" && layer.within) box.append(limitsByType(pane));
  const hidden = data.types.filter((_, type) => !state.shown[type]).length;
  if (hidden) box.append(make("p", { class: "hint" }, shownTypes()));
}

function shownTypes() {
  const names = data.types.filter((_, type) => state.shown[type]).join(words.list_comma);
  return phrase(words.shown_types, { names: names || "–" });
}
