const legend = document.getElementById("legend");

function makeSwatch(entry) {
  const box = make("span", { class: "swatch", "aria-hidden": "true" });
  box.dataset.colour = entry.colour;
  box.style.background = entry.stripe
    ? `repeating-linear-gradient(135deg, ${entry.stripe} 0 1.6px, ${entry.colour} 1.6px 5.6px)`
    : entry.colour;
  return box;
}

function countByClass(layer) {
  const counts = new Map();
  layer.class.forEach((position, unit) => {
    if (isShown(unit)) counts.set(position, (counts.get(position) || 0) + 1);
  });
  return counts;
}

function legendRow(entry, label, count) {
  return make(
    "li",
    {},
    makeSwatch(entry),
    make("span", { class: "label" }, label),
    make("span", { class: "count" }, phrase(words.class_share, { count })),
  );
}

function rangeText(range) {
  return range ? phrase(words.legend_range, { low: shownNumber(range[0]), high: shownNumber(range[1]) }) : "–";
}

// Where scores may be compared within a type only, every type has limits of its own.
let limitsOpen = false;
function limitsByType(layer) {
  const head = make("tr", {});
  layer.legend.forEach((entry) => {
    head.append(make("th", { scope: "col" }, makeSwatch(entry), make("span", { class: "unseen" }, entry.label)));
  });
  const table = make("table", {}, make("thead", {}, head));
  data.types.forEach((label, type) => {
    if (!state.shown[type]) return;
    const row = make("tr", {}, ...layer.ranges[type].map((range) => make("td", {}, rangeText(range))));
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

function drawLegend() {
  const layer = currentLayer();
  const counts = countByClass(layer);
  const rows = make("ul", {});
  const missing = counts.get(-1) || 0;
  legend.replaceChildren(make("h2", {}, layer.label));
  if (layer.note) legend.append(make("p", { class: "hint" }, layer.note));
  const order = layer.legend.map((_, position) => position);
  if (layer.kind !== "nominal") order.reverse(); // the best stands first
  const pooled = layer.kind === "score" && !layer.within;
  order.forEach((position) => {
    const entry = layer.legend[position];
    const range = pooled ? layer.ranges[0][position] : null;
    if (pooled && !range) return;
    rows.append(legendRow(entry, range ? rangeText(range) : entry.label, counts.get(position) || 0));
  });
  if (missing) rows.append(legendRow(MISSING, layer.missing, missing));
  legend.append(rows);
  if (layer.kind === "score" && layer.within) legend.append(limitsByType(layer));
  const hidden = data.types.filter((_, type) => !state.shown[type]).length;
  if (hidden) {
    const names = data.types.filter((_, type) => state.shown[type]).join(words.list_comma);
    legend.append(make("p", { class: "hint" }, phrase(words.shown_types, { names: names || "–" })));
  }
}
