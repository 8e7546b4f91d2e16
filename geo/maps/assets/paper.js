// The page on paper: the view as a picture in the place of the live maps, which would come out empty, since what is
// drawn on them anew after the change of size is drawn too late.

// In pixels of the style sheet: the sheet, its title, and a column of the profile, for which there are two.
const PAPER = { wide: 1047, high: 707, head: 75 };
const PAPER_CARD = { width: 174, high: 560 };
const PAPER_LEGEND = { wide: 250, narrow: 380 }; // how high it may be, so that the map keeps its room
const LEAST_LEGEND = 0.4; // of its size

// The place of the map beside ranking and profile and above the legend.
function paperFrame(legendHigh) {
  const style = getComputedStyle(document.body);
  const beside = ["--ranking", "--profile"].reduce((sum, name) => sum + parseFloat(style.getPropertyValue(name)), 0);
  return { wide: PAPER.wide - (beside * 96) / 25.4, high: PAPER.high - PAPER.head - legendHigh };
}

// A view that the reader did not choose shows everything, and takes the shape of its place to do so.
function fitPaper(frame) {
  if (moved || isStacked()) return;
  const shown = seenPanes();
  const wide = (frame.wide - GAP * (shown.length - 1)) / shown.length;
  shown.forEach((pane) => {
    Object.assign(pane.map.getContainer().style, { width: `${Math.round(wide)}px`, height: `${Math.round(frame.high)}px` });
    pane.map.invalidateSize({ animate: false });
  });
  home();
}
function leavePaper() {
  panes.forEach((pane) => Object.assign(pane.map.getContainer().style, { width: "", height: "" }));
  resizeMaps();
  if (!moved) home(); // a map that took its size back while it was on paper did not fit its view
}

function drawPaper(frame) {
  const high = Math.max(...seenPanes().map((pane) => pane.map.getSize().y));
  // Letters stay legible when the picture is made smaller.
  const smaller = Math.max(mapsWidth() / frame.wide, high / frame.high);
  const sheet = makeSheet(mapsWidth() + 2, 1, Math.min(2, Math.max(1, 0.8 * smaller)));
  putMaps(sheet, isCompared());
  if (isCompared() && panes[1].layer !== panes[0].layer) putLegend(sheet, panes[1]);
  putLines(sheet);
  inkSheet(sheet, byId("paper"));
}

// The card of the chosen unit, made smaller until two columns hold it.
function paperCard() {
  if (state.chosen < 0) return [];
  const held = card(state.chosen, panes[0].year);
  const trial = make("div", { class: "panel unseen" }, held);
  trial.style.width = `${PAPER_CARD.width}px`;
  held.style.cssText = "font-size: 10px; white-space: normal";
  document.body.append(trial);
  const high = trial.scrollHeight;
  trial.remove();
  held.style.cssText = `zoom: ${Math.min(1, Math.sqrt((2 * PAPER_CARD.high) / high)).toFixed(3)}`;
  return [held];
}

// How much smaller the legend stands in its columns below the map, and how high it is then.
function trialOfLegend() {
  const trial = make("section", { class: "legend on-trial" });
  byId("legend").childNodes.forEach((part) => trial.append(part.cloneNode(true)));
  document.body.append(trial);
  const high = state.chosen >= 0 ? PAPER_LEGEND.narrow : PAPER_LEGEND.wide;
  let zoom = 1;
  const fits = () => {
    trial.style.setProperty("--legend", zoom);
    return trial.scrollHeight * zoom <= high;
  };
  while (!fits() && zoom > LEAST_LEGEND) zoom = Math.round(20 * zoom - 1) / 20;
  const taken = trial.scrollHeight * zoom;
  trial.remove();
  return { zoom, high: taken };
}

function turnPaper(on) {
  if (on === onPaper) return;
  onPaper = on;
  if (on) profileBox.replaceChildren(...paperCard());
  else drawProfile();
  document.body.classList.toggle("on-paper", on);
  document.body.classList.toggle("has-profile", on && state.chosen >= 0);
  drawRanking();
  document.querySelectorAll(".legend details").forEach((details) => {
    details.open = on || limitsOpen;
  });
  const legend = on ? trialOfLegend() : { zoom: 1 };
  document.body.style.setProperty("--legend", legend.zoom);
  if (!on) {
    leavePaper();
    return;
  }
  const frame = paperFrame(legend.high);
  fitPaper(frame);
  drawPaper(frame);
}

// Printing tells in time to draw; a view of the paper on the screen has the media query only.
window.addEventListener("beforeprint", () => turnPaper(true));
window.addEventListener("afterprint", () => turnPaper(false));
window.matchMedia("print").addEventListener("change", (event) => turnPaper(event.matches));
