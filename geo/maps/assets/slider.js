// The year of the main pane: a slider that arrow keys move, and a button that plays the years one by one.

const yearField = byId("year");
const yearShown = byId("year-shown");
const yearHint = byId("year-hint");
const playButton = byId("play");
const PLAY_EVERY = 1100; // milliseconds: time enough to see what changes
let playing = 0;

function setYear(year) {
  panes[0].year = year;
  if (yearField) {
    yearField.value = String(year);
    yearField.setAttribute("aria-valuetext", String(data.years[year]));
    yearShown.textContent = data.years[year];
  }
  refresh(panes[0]);
  redrawCard(panes[0]);
}

// The line below the title: the framework, and of the years that are on the map how many units have a score in them.
function subtitleOf() {
  const years = (isCompared() ? panes : panes.slice(0, 1)).map((pane) => yearOf(layerOf(pane), pane.year));
  const said = [...new Set(years)].map((year) => {
    const scored = composite ? everyUnit.filter((unit) => valueOf(composite, unit, year) !== null).length : 0;
    const values = { year: data.years[year], scored, units: everyUnit.length };
    return composite && slotOf(composite, year) >= 0 ? phrase(words.subtitle_year, values) : String(values.year);
  });
  return [data.subtitle, ...said].filter(Boolean).join(" · ");
}

const stillHint = (layer) =>
  isLasting(layer) ? words.any_year : phrase(words.one_year_only, { year: data.years[data.year] });

// A layer of one year does not follow the slider, and says so.
function heedLayer() {
  if (!yearField) return;
  const layer = layerOf(panes[0]);
  const still = !isOfYears(layer);
  yearHint.hidden = !still;
  yearHint.textContent = stillHint(layer);
}

function stopPlaying() {
  window.clearInterval(playing);
  playing = 0;
  if (playButton) playButton.setAttribute("aria-pressed", "false");
}

if (yearField) {
  yearField.addEventListener("input", () => {
    stopPlaying();
    setYear(Number(yearField.value));
    say(phrase(words.shown_year, { year: data.years[panes[0].year] }));
  });
  playButton.addEventListener("click", () => {
    if (playing) {
      stopPlaying();
      return;
    }
    playButton.setAttribute("aria-pressed", "true");
    const last = data.years.length - 1;
    setYear(panes[0].year === last ? 0 : panes[0].year);
    playing = window.setInterval(() => {
      setYear(panes[0].year + 1);
      if (panes[0].year === last) stopPlaying();
    }, PLAY_EVERY);
  });
}
