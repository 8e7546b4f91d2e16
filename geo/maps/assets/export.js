// The view as a picture: title, maps as they are seen, legends and remarks, drawn here and handed to the reader.

const EDGE = 24;
const INK = "#1c232b";
const SOFT = "#5b6672";
const LABEL = 30; // characters of a name on the map
const SHARP = 2; // pixels of the picture for one of the screen

// Breaks a text into lines no wider than `width`: at blanks where there are any, between signs elsewhere.
function linesOf(pen, text, width) {
  const lines = [];
  let line = "";
  (text.match(/\s+|[\u0021-\u024f]+|[^\u0021-\u024f\s]/gu) || []).forEach((word) => {
    Array.from(pen.measureText(word).width > width ? Array.from(word) : [word]).forEach((part) => {
      if (line && pen.measureText(line + part).width > width) {
        lines.push(line.trimEnd());
        line = part.trimStart();
      } else line += part;
    });
  });
  return line.trim() ? [...lines, line.trimEnd()] : lines;
}

// Collects what is to be drawn from top to bottom, so that the height is known before the canvas is made.
function makeSheet(width, edge = EDGE, letters = 1) {
  const pen = make("canvas", {}).getContext("2d");
  const steps = [];
  const sheet = { y: edge, width, edge, letters, steps };
  const font = (size, bold) => `${bold ? "600 " : ""}${size}px ${FONT}`;
  sheet.text = (text, { size: asked = 14, bold = false, colour = INK, x = edge, room = width - 2 * edge, y = null } = {}) => {
    const size = asked * letters;
    pen.font = font(size, bold);
    let at = y === null ? sheet.y : y;
    linesOf(pen, text, room).forEach((line) => {
      const base = at + size;
      steps.push((to) => {
        to.font = font(size, bold);
        to.fillStyle = colour;
        to.fillText(line, x, base);
      });
      at += Math.round(size * 1.45);
    });
    if (y === null) sheet.y = at;
    return at;
  };
  sheet.draw = (work) => steps.push(work);
  return sheet;
}

// Draws what is collected on a canvas of its size.
function inkSheet(sheet, canvas) {
  canvas.width = sheet.width * SHARP;
  canvas.height = (sheet.y + sheet.edge) * SHARP;
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, sheet.width, sheet.y + sheet.edge);
  sheet.steps.forEach((step) => step(pen));
  return canvas;
}

function inkName(pen, text, x, y, size, bold) {
  pen.font = `${bold ? "600 " : ""}${size}px ${FONT}`;
  pen.textAlign = "center";
  pen.lineWidth = 4;
  pen.strokeStyle = "rgba(255, 255, 255, .92)";
  pen.lineJoin = "round";
  pen.strokeText(text, x, y);
  pen.fillStyle = INK;
  pen.fillText(text, x, y);
  pen.textAlign = "start";
}

// Names over the map: that of the chosen unit, and around it those of outlines.
function inkNames(pen, pane, letters) {
  const taken = [];
  if (state.chosen >= 0 && isPlaced(state.chosen)) {
    const point = pane.map.latLngToContainerPoint(centreOf(state.chosen));
    const name = Array.from(data.name[state.chosen]);
    const text = name.length > LABEL ? `${name.slice(0, LABEL).join("")}…` : name.join("");
    inkName(pen, text, point.x, point.y - 8, 13 * letters, true);
    taken.push({ x: point.x, y: point.y - 12, wide: 1.2 * letters * nameWidth(text), high: 20 * letters });
  }
  const size = NAME_SIZE * letters;
  placedNames(pane, taken, letters).forEach(({ name, x, y }) => inkName(pen, name.text, x, y + size / 3, size, false));
}

function drawMap(pen, pane, x, y, letters) {
  const { map } = pane;
  const size = map.getSize();
  pen.save();
  pen.translate(x, y);
  pen.beginPath();
  pen.rect(0, 0, size.x, size.y);
  pen.clip();
  pen.fillStyle = "#f2f4f7";
  pen.fillRect(0, 0, size.x, size.y);
  const origin = map.layerPointToContainerPoint([0, 0]);
  pen.save();
  pen.translate(origin.x, origin.y);
  inkShapes(pen, pane.renderer);
  inkShapes(pen, pane.overlayRenderer);
  pen.restore();
  inkFlows(pen, pane);
  inkNames(pen, pane, letters);
  const scale = map.getContainer().querySelector(".leaflet-control-scale-line");
  if (scale) {
    const wide = parseFloat(scale.style.width);
    const base = size.y - 12;
    pen.strokeStyle = INK;
    pen.lineWidth = 1.5;
    pen.strokeRect(12, base, wide, 0);
    inkName(pen, scale.textContent, Math.max(12 + wide / 2, 24 * letters), base - 6, 13 * letters, false);
  }
  pen.restore();
}

function drawSwatch(pen, entry, x, y) {
  pen.fillStyle = fillOf(entry);
  pen.fillRect(x, y, 24, 14);
  pen.strokeStyle = "rgba(0, 0, 0, .35)";
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, y + 0.5, 23, 13);
}

// The legend of a pane in columns; a single one where the second pane shows the same layer.
function putLegend(sheet, pane) {
  sheet.text(named(layerOf(pane), pane.year), { size: 15, bold: true });
  legendRemarks(pane).forEach((remark) => sheet.text(remark, { size: 12, colour: SOFT }));
  const columns = Math.max(1, Math.floor((sheet.width - 2 * sheet.edge) / 230));
  const room = (sheet.width - 2 * sheet.edge) / columns;
  let low = sheet.y;
  legendEntries(pane).forEach(([entry, label, count], i) => {
    if (i % columns === 0) sheet.y = low;
    const x = sheet.edge + (i % columns) * room;
    const y = sheet.y + 3;
    sheet.draw((pen) => drawSwatch(pen, entry, x, y));
    const said = `${label}  (${phrase(words.class_share, { count })})`;
    low = Math.max(low, sheet.text(said, { size: 13, x: x + 32, room: room - 44, y: sheet.y }) + 2);
  });
  sheet.y = low + 6;
}

function putLines(sheet) {
  switchedOn().forEach((position) => {
    const style = outlineOf(position);
    const y = sheet.y + 10 * sheet.letters;
    sheet.draw((pen) => {
      pen.strokeStyle = style.color;
      pen.lineWidth = style.weight;
      pen.setLineDash(style.dashArray.split(" ").filter(Boolean).map(Number));
      pen.beginPath();
      pen.moveTo(sheet.edge, y);
      pen.lineTo(sheet.edge + 34, y);
      pen.stroke();
      pen.setLineDash([]);
    });
    sheet.text(data.overlays[position].label, { size: 13, x: sheet.edge + 44, room: sheet.width - 2 * sheet.edge - 44 });
  });
  if (flow.table < 0) return;
  const table = data.flows[flow.table];
  const most = strength(flow.table, greatest(flow.table));
  sheet.text(`${phrase(words.flows_drawn_of, { label: table.label, drawn: panes[0].curves.length })} ${phrase(words.flow_widest, { value: most })}`, { size: 13 });
}

// The maps of the view beside each other, or below each other as on a phone; each with a title above it where asked.
const seenPanes = () => (isCompared() ? panes : panes.slice(0, 1));
const GAP = 12;
const isStacked = () => isCompared() && narrow.matches;
function mapsWidth() {
  const widths = seenPanes().map((pane) => pane.map.getSize().x);
  return isStacked() ? widths[0] : widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
}
function putMaps(sheet, titled) {
  let left = sheet.edge;
  let top = sheet.y;
  seenPanes().forEach((pane) => {
    const size = pane.map.getSize();
    const types = pane.type >= 0 ? ` · ${data.types[pane.type]}` : "";
    const title = titled ? named(layerOf(pane), pane.year) + types : "";
    const below = sheet.text(title, { size: 14, bold: true, x: left, room: size.x, y: top });
    const x = left;
    sheet.draw((pen) => drawMap(pen, pane, x, below + 4, sheet.letters));
    if (isStacked()) top = below + size.y + GAP + 4;
    else left += size.x + GAP;
    sheet.y = Math.max(sheet.y, below + size.y + GAP + 4);
  });
}

function picture() {
  const sheet = makeSheet(Math.max(mapsWidth() + 2 * EDGE, 560));
  sheet.text(document.querySelector("h1").textContent, { size: 21, bold: true });
  sheet.text(subtitleOf(), { size: 13, colour: SOFT });
  const notice = byId("notice");
  if (notice) sheet.text(notice.textContent, { size: 14, bold: true, colour: "#7a4b00" });
  sheet.y += 6;
  putMaps(sheet, true);
  seenPanes().forEach((pane, i) => {
    if (i === 0 || pane.layer !== panes[0].layer) putLegend(sheet, pane);
  });
  putLines(sheet);
  if (data.types.some((_, type) => !state.shown[type])) sheet.text(shownTypes(), { size: 12, colour: SOFT });
  sheet.text(words.scale_note + (data.tiles ? ` · ${words.picture_without_tiles}` : ""), { size: 11, colour: SOFT });
  return inkSheet(sheet, make("canvas", {}));
}

function fileName() {
  const parts = [document.title, layerOf(panes[0]).label, data.years[yearOf(layerOf(panes[0]), panes[0].year)]];
  return `${parts.join(" ").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 80) || "map"}.png`;
}

byId("picture").addEventListener("click", () => {
  picture().toBlob((blob) => {
    if (blob === null) {
      say(words.picture_failed);
      return;
    }
    const address = URL.createObjectURL(blob);
    const link = make("a", { href: address, download: fileName() });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(address), 30000);
    say(phrase(words.picture_saved, { name: link.download }));
  }, "image/png");
});
