// Outlines over the units, each with a line of its own: told apart by dashes as well as by colour.

// A red line, an airshed, a basin, and two for anything else.
const OUTLINES = [
  { color: "#b2182b", dashArray: "9 5", weight: 2.4 },
  { color: "#08519c", dashArray: "2 5", weight: 3 },
  { color: "#111418", dashArray: "14 4 2 4", weight: 2.2 },
  { color: "#7b3294", dashArray: "", weight: 2.6 },
  { color: "#8c510a", dashArray: "5 3", weight: 3.4 },
];
const LABELLED = 40; // shapes of an overlay that may be named on the map
const NAME_SIZE = 12;
const outlineOf = (position) => OUTLINES[data.overlays[position].line];
const switchedOn = () =>
  Array.from(document.querySelectorAll('input[name="overlay"]:checked'), (box) => Number(box.value));

function buildOverlay(pane, position) {
  if (!pane.overlayRenderer) {
    const above = pane.map.createPane("overlays");
    above.style.zIndex = 430;
    above.style.pointerEvents = "none";
    pane.overlayRenderer = new SharpCanvas({ padding: 0.3, pane: "overlays" });
  }
  const style = { ...outlineOf(position), renderer: pane.overlayRenderer, interactive: false, fill: false };
  const casing = { ...style, color: "#ffffff", weight: style.weight + 2, opacity: 0.75, dashArray: "" };
  const group = L.featureGroup();
  const names = [];
  data.overlays[position].shapes.forEach((shape, number) => {
    const polygons = (shape.polygons || []).map((polygon) => polygon.map(ringOf));
    const lines = (shape.lines || []).map(ringOf);
    const steps = unpack(shape.points || "", true);
    const points = Array.from({ length: steps.length / 2 }, (_, i) => placeAt(steps[2 * i], steps[2 * i + 1]));
    const parts = [];
    [casing, style].forEach((look) => {
      if (polygons.length) parts.push(L.polygon(polygons, look));
      if (lines.length) parts.push(L.polyline(lines, look));
    });
    points.forEach((point) => parts.push(L.circleMarker(point, { ...style, fill: true, fillColor: "#ffffff", fillOpacity: 1, radius: 4, dashArray: "" })));
    parts.forEach((part) => group.addLayer(part));
    if (!shape.label || number >= LABELLED || !parts.length) return;
    const bounds = parts[0].getBounds ? parts[0].getBounds() : L.latLngBounds([parts[0].getLatLng()]);
    const tip = L.tooltip({ permanent: true, direction: "center", className: "place" });
    names.push({ text: shape.label, bounds, tip: tip.setLatLng(bounds.getCenter()).setContent(make("span", {}, shape.label)) });
  });
  return { group, names };
}

const nameWidth = lazily((text) => {
  const pen = make("canvas", {}).getContext("2d");
  pen.font = `${NAME_SIZE}px ${FONT}`;
  return pen.measureText(text).width;
});

// Which names of shapes stand where in the view: those of large shapes first, at their middle, above or below it;
// a name that would run into another one, or into a `taken` box, is left out.
function placedNames(pane, taken = [], letters = 1) {
  const { map } = pane;
  const view = map.getSize();
  const boxes = [...taken];
  const asked = switchedOn().flatMap((position) => (pane.overlays.has(position) ? pane.overlays.get(position).names : []));
  const sized = asked.map((name, i) => {
    const [a, b] = [name.bounds.getNorthWest(), name.bounds.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
    return { name, i, area: (b.x - a.x) * (b.y - a.y), at: map.latLngToContainerPoint(name.bounds.getCenter()) };
  });
  const high = NAME_SIZE * letters + 8;
  return sized
    .filter(({ at }) => at.x >= 0 && at.y >= 0 && at.x <= view.x && at.y <= view.y)
    .sort((a, b) => b.area - a.area || a.i - b.i)
    .flatMap(({ name, at }) => {
      const wide = letters * nameWidth(name.text) + 10;
      const x = wide < view.x ? Math.min(Math.max(at.x, wide / 2), view.x - wide / 2) : view.x / 2;
      const free = [0, -high, high].map((down) => at.y + down).find((y) => {
        const inside = y >= high / 2 && y <= view.y - high / 2;
        return inside && boxes.every((box) => Math.abs(box.x - x) * 2 >= box.wide + wide || Math.abs(box.y - y) * 2 >= box.high + high);
      });
      if (free === undefined) return [];
      boxes.push({ x, y: free, wide, high });
      return [{ name, x, y: free, offset: [x - at.x, free - at.y] }];
    });
}

function nameOverlays(pane) {
  if (!pane.overlays) return;
  const placed = new Map(placedNames(pane).map(({ name, offset }) => [name, offset]));
  pane.overlays.forEach(({ names }) =>
    names.forEach((name) => {
      name.tip.remove();
      if (!placed.has(name)) return;
      name.tip.options.offset = placed.get(name);
      name.tip.addTo(pane.map);
    }),
  );
}

function drawOverlays(pane) {
  if (!pane.overlays) {
    pane.overlays = new Map();
    pane.map.on("moveend zoomend resize", () => nameOverlays(pane));
  }
  const wanted = switchedOn();
  data.overlays.forEach((_, position) => {
    const on = wanted.includes(position);
    if (on && !pane.overlays.has(position)) pane.overlays.set(position, buildOverlay(pane, position));
    const held = pane.overlays.get(position);
    if (!held) return;
    if (on) held.group.addTo(pane.map);
    else held.group.remove();
  });
  nameOverlays(pane);
  pane.map.getContainer().dataset.overlays = wanted.join(" ");
}

function lineSample(position) {
  const style = outlineOf(position);
  const svg = makeSvg("svg", { width: 34, height: 8, "aria-hidden": "true" });
  svg.append(makeSvg("line", { x1: 0, x2: 34, y1: 4, y2: 4, stroke: style.color, "stroke-width": style.weight, "stroke-dasharray": style.dashArray }));
  return svg;
}
document.querySelectorAll("[data-overlay]").forEach((place) => place.append(lineSample(Number(place.dataset.overlay))));
document.querySelectorAll('input[name="overlay"]').forEach((box) =>
  box.addEventListener("change", () => {
    panes.forEach(drawOverlays);
    const { label } = data.overlays[Number(box.value)];
    say(phrase(box.checked ? words.overlay_on : words.overlay_off, { label }));
  }),
);
