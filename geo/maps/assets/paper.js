// The page on paper: the view as a picture in the place of the live maps, which would come out empty, since what is
// drawn on them anew after the change of size is drawn too late.

// In pixels of the style sheet: the place of the map, and a column of the profile, for which there are two.
const PAPER_MAP = { wide: 800, narrow: 410, high: 360 };
const PAPER_CARD = { width: 174, high: 560 };
const PAPER_LEGEND = { wide: 250, narrow: 380 }; // how high it may be, so that the map keeps its room
const LEAST_LEGEND = 0.4; // of its size

function drawPaper() {
  const high = Math.max(...seenPanes().map((pane) => pane.map.getSize().y));
  const room = state.chosen >= 0 ? PAPER_MAP.narrow : PAPER_MAP.wide;
  // Letters stay legible when the picture is made smaller.
  const smaller = Math.max(mapsWidth() / room, high / PAPER_MAP.high);
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

// How much smaller the legend stands in its columns below the map.
function legendZoom() {
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
  trial.remove();
  return zoom;
}

function turnPaper(on) {
  if (on === onPaper) return;
  onPaper = on;
  if (on) {
    drawPaper();
    profileBox.replaceChildren(...paperCard());
  } else drawProfile();
  document.body.classList.toggle("on-paper", on);
  document.body.classList.toggle("has-profile", on && state.chosen >= 0);
  drawRanking();
  document.querySelectorAll(".legend details").forEach((details) => {
    details.open = on || limitsOpen;
  });
  document.body.style.setProperty("--legend", on ? legendZoom() : 1);
  if (on) return;
  resizeMaps();
  if (!moved) home(); // a map that took its size back while it was on paper did not fit its view
}

// Printing tells in time to draw; a view of the paper on the screen has the media query only.
window.addEventListener("beforeprint", () => turnPaper(true));
window.addEventListener("afterprint", () => turnPaper(false));
window.matchMedia("print").addEventListener("change", (event) => turnPaper(event.matches));
