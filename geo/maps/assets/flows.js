// Directed links between units: curves that widen towards their end, on a canvas of their own above the units.

const FLOW = "#111418";
const FLOW_MARKED = "#d55e00"; // Okabe & Ito (2008)
const STRONGEST = [10, 25, 50, 100, 250];
const LISTED_LINKS = 5;
const PARTS = 24; // of a curve
const flow = { table: -1, most: 25, ofChosen: false };

const linksIn = lazily((key) => {
  const [table, slot] = key.split(" ").map(Number);
  const { start, end, value } = data.flows[table];
  const ends = unpack(end[slot], false);
  return Array.from(unpack(start[slot], false), (from, i) => ({ from, to: ends[i], value: value[slot][i] }));
});
function linksAt(table, year) {
  const { years } = data.flows[table];
  const slot = years ? years.indexOf(year) : 0;
  return slot < 0 ? [] : linksIn(`${table} ${slot}`);
}
// A page holds the strongest links of a table; what it leaves out is said wherever they are listed.
function restOf(table, year) {
  const { years, count } = data.flows[table];
  const held = linksAt(table, year).length;
  const all = count[years ? years.indexOf(year) : 0] || 0;
  return all > held ? [make("p", { class: "hint" }, phrase(words.flows_held, { held, count: all }))] : [];
}
const strength = (table, value) => `${written(numberDigits, value)} ${data.flows[table].unit}`.trim();
const linkSaid = (table, link) =>
  phrase(words.flow_said, { from: data.name[link.from], to: data.name[link.to], value: strength(table, link.value) });

// The links that a pane draws, the strongest first; both ends have a place and are switched on.
function drawnLinks(pane) {
  if (flow.table < 0) return [];
  const seen = (unit) => isPlaced(unit) && isShown(unit, pane);
  const ofChosen = (link) => link.from === state.chosen || link.to === state.chosen;
  const links = linksAt(flow.table, pane.year).filter((link) => seen(link.from) && seen(link.to));
  const asked = flow.ofChosen && state.chosen >= 0 ? links.filter(ofChosen) : links;
  return flow.most > 0 ? asked.slice(0, flow.most) : asked;
}

// Greatest strength in any year, so that a width means the same in each.
const greatest = lazily((table) => data.flows[table].value.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0));
const widthOf = (table, value) => 1 + 8 * Math.sqrt(Math.abs(value) / (greatest(table) || 1));

// Points of a curve that bends to the right of its way, so that there and back lie apart.
function curveOf(map, link) {
  const from = map.latLngToContainerPoint(centreOf(link.from));
  const to = map.latLngToContainerPoint(centreOf(link.to));
  const bend = { x: (from.x + to.x) / 2 - 0.2 * (to.y - from.y), y: (from.y + to.y) / 2 + 0.2 * (to.x - from.x) };
  return Array.from({ length: PARTS + 1 }, (_, i) => {
    const t = i / PARTS;
    const mix = (a, b, c) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
    return { x: mix(from.x, bend.x, to.x), y: mix(from.y, bend.y, to.y) };
  });
}

// A band from a third of its width to the whole, and a head that points to the end.
function band(pen, points, width, colour) {
  const last = points[points.length - 1];
  const head = Math.min(Math.max(9, 2.4 * width), Math.hypot(last.x - points[0].x, last.y - points[0].y) / 2);
  let cut = points.length - 1;
  while (cut > 1 && Math.hypot(points[cut].x - last.x, points[cut].y - last.y) < head) cut -= 1;
  const body = points.slice(0, cut + 1);
  const left = [];
  const right = [];
  body.forEach((point, i) => {
    const before = body[Math.max(0, i - 1)];
    const after = body[Math.min(body.length - 1, i + 1)];
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    const half = (width * (1 / 3 + (2 / 3) * (i / (body.length - 1)))) / 2;
    const [nx, ny] = [(-half * (after.y - before.y)) / length, (half * (after.x - before.x)) / length];
    left.push([point.x + nx, point.y + ny]);
    right.unshift([point.x - nx, point.y - ny]);
  });
  const base = body[body.length - 1];
  const length = Math.hypot(last.x - base.x, last.y - base.y) || 1;
  const wing = Math.max(width, 5);
  const [wx, wy] = [(-wing * (last.y - base.y)) / length, (wing * (last.x - base.x)) / length];
  pen.beginPath();
  [...left, [base.x + wx, base.y + wy], [last.x, last.y], [base.x - wx, base.y - wy], ...right].forEach(([x, y], i) => {
    if (i) pen.lineTo(x, y);
    else pen.moveTo(x, y);
  });
  pen.closePath();
  pen.strokeStyle = "rgba(255, 255, 255, .9)";
  pen.lineWidth = 2;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
}

function addFlows(pane) {
  if (!data.flows.length) return;
  const { map } = pane;
  const above = map.createPane("flows");
  above.style.zIndex = 450;
  above.style.pointerEvents = "none";
  pane.flowCanvas = make("canvas", { class: "flows leaflet-zoom-hide" });
  pane.flowTip = L.tooltip({ direction: "top", offset: [0, -8], className: "of-flow" });
  pane.curves = [];
  pane.flowMarked = -1;
  above.append(pane.flowCanvas);
  map.on("moveend zoomend resize", () => drawFlows(pane));
  map.on("mousemove", (event) => hoverFlows(pane, event));
  map.on("mouseout", () => markFlow(pane, -1, null));
}

function drawFlows(pane) {
  if (!pane.flowCanvas) return;
  const { map, flowCanvas } = pane;
  const size = map.getSize();
  const ratio = L.Browser.retina ? 2 : 1;
  flowCanvas.width = size.x * ratio;
  flowCanvas.height = size.y * ratio;
  flowCanvas.style.width = `${size.x}px`;
  flowCanvas.style.height = `${size.y}px`;
  L.DomUtil.setPosition(flowCanvas, map.containerPointToLayerPoint([0, 0]));
  const pen = flowCanvas.getContext("2d");
  pen.scale(ratio, ratio);
  pane.curves = drawnLinks(pane).map((link) => ({ link, points: curveOf(map, link) }));
  inkFlows(pen, pane);
  map.getContainer().dataset.flows = pane.curves.length;
}

// The weakest first: the strong ones lie on top.
function inkFlows(pen, pane) {
  (pane.curves || [])
    .map((curve, i) => [curve, i])
    .reverse()
    .forEach(([curve, i]) => {
      const colour = i === pane.flowMarked ? FLOW_MARKED : FLOW;
      band(pen, curve.points, widthOf(flow.table, curve.link.value), colour);
    });
}

function markFlow(pane, position, place) {
  const container = pane.map.getContainer();
  container.classList.toggle("on-flow", position >= 0);
  if (position !== pane.flowMarked) {
    pane.flowMarked = position;
    drawFlows(pane);
  }
  if (position < 0) pane.flowTip.remove();
  else {
    pane.flowTip.setContent(make("span", {}, linkSaid(flow.table, pane.curves[position].link)));
    pane.flowTip.setLatLng(place).addTo(pane.map);
  }
}

function hoverFlows(pane, event) {
  if (!pane.curves.length) return;
  const { x, y } = event.containerPoint;
  const near = pane.curves.findIndex(({ link, points }) => {
    const reach = Math.max(6, widthOf(flow.table, link.value) / 2 + 3);
    return points.some((point, i) => {
      const next = points[Math.min(i + 1, points.length - 1)];
      return L.LineUtil.pointToSegmentDistance(L.point(x, y), L.point(point), L.point(next)) < reach;
    });
  });
  if (near >= 0 || pane.flowMarked >= 0) markFlow(pane, near, event.latlng);
}

// What stands below the choice of links, and the widths that lines have.
function describeFlows() {
  const box = byId("flow-legend");
  if (!box) return;
  byId("flow-filter").hidden = flow.table < 0;
  box.replaceChildren();
  panes.forEach((pane) => {
    pane.flowMarked = -1;
    if (pane.flowTip) pane.flowTip.remove();
    drawFlows(pane);
  });
  if (flow.table < 0) return;
  const table = data.flows[flow.table];
  const slot = table.years ? table.years.indexOf(panes[0].year) : 0;
  const count = slot < 0 ? 0 : table.count[slot];
  [1, 0.25, 0.04].forEach((share) => {
    const value = share * greatest(flow.table);
    const width = widthOf(flow.table, value);
    const line = makeSvg("svg", { width: 44, height: 14, "aria-hidden": "true" });
    line.append(makeSvg("polygon", { points: `0,${7 - width / 6} 30,${7 - width / 2} 30,0 44,7 30,14 30,${7 + width / 2} 0,${7 + width / 6}`, fill: FLOW }));
    box.append(make("p", { class: "line" }, line, make("span", {}, strength(flow.table, Number(value.toPrecision(2))))));
  });
  box.append(make("p", { class: "hint" }, phrase(words.flows_drawn, { drawn: panes[0].curves.length, count })));
  box.append(...restOf(flow.table, panes[0].year));
  if (table.note) box.append(make("p", { class: "hint" }, table.note));
}

// The strongest links of a unit, to it and from it, for its card.
function linksOf(unit, year) {
  return data.flows.flatMap((table, position) => {
    const links = linksAt(position, year);
    const lists = [
      [words.flow_out, links.filter((link) => link.from === unit), (link) => link.to],
      [words.flow_in, links.filter((link) => link.to === unit), (link) => link.from],
    ].filter(([, held]) => held.length);
    const rest = restOf(position, year);
    if (!lists.length && !rest.length) return [];
    const shown = lists.flatMap(([title, held, other]) => {
      const rows = held.slice(0, LISTED_LINKS).map((link) =>
        make("li", {}, make("span", { class: "label" }, data.name[other(link)]), make("span", { class: "number" }, written(numberDigits, link.value))),
      );
      const further = held.length - rows.length;
      if (further > 0) rows.push(make("li", { class: "hint" }, phrase(words.list_more_links, { count: further })));
      return [make("p", { class: "group" }, title), make("ul", { class: "links" }, ...rows)];
    });
    const heading = table.unit ? phrase(words.with_unit, { label: table.label, unit: table.unit }) : table.label;
    return [make("h3", {}, heading), ...shown, ...rest];
  });
}

document.querySelectorAll('input[name="flow"]').forEach((choice) =>
  choice.addEventListener("change", () => {
    readFlows();
    say(flow.table < 0 ? words.flows_none : phrase(words.flows_drawn_of, { label: data.flows[flow.table].label, drawn: panes[0].curves.length }));
  }),
);
function takeFlows() {
  const chosen = document.querySelector('input[name="flow"]:checked');
  if (!chosen) return;
  flow.table = Number(chosen.value);
  flow.most = Number(byId("flow-most").value);
  flow.ofChosen = byId("flow-of-chosen").checked;
}
function readFlows() {
  takeFlows();
  describeFlows();
}
if (data.flows.length) {
  const most = byId("flow-most");
  STRONGEST.forEach((count) => most.append(make("option", { value: count }, String(count))));
  most.append(make("option", { value: 0 }, words.flows_all));
  most.value = String(flow.most);
  [most, byId("flow-of-chosen")].forEach((field) => field.addEventListener("change", readFlows));
}
