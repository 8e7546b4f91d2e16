// What a layer says about a unit in a year; years are places in `data.years`.

const isNumeric = (layer) => layer.kind === "score" || layer.kind === "number";
const isOfYears = (layer) => layer.years !== null;
const isLasting = (layer) => layer.lasting;
// The year that a layer shows where `year` is asked for: one of a single year is the map's own.
const yearOf = (layer, year) => (isOfYears(layer) || isLasting(layer) ? year : data.year);
const slotOf = (layer, year) => (isOfYears(layer) ? layer.years.indexOf(year) : 0);

// Numbers are read when a year is first shown: a page of counties holds hundreds of thousands of them.
data.layers.forEach((layer) => {
  layer.raw = lazily((slot) => unpack(layer.values[slot], false));
});

// The number of a unit as it was packed: whole steps from 1, 0 where there is none.
function rawOf(layer, unit, year) {
  const slot = slotOf(layer, year);
  return slot < 0 ? 0 : layer.raw(slot)[unit];
}

function numberOf(layer, raw) {
  const steps = raw - 1 + layer.low;
  return layer.decimals >= 0 ? steps / Math.pow(10, layer.decimals) : steps * Math.pow(10, -layer.decimals);
}

function valueOf(layer, unit, year) {
  const raw = rawOf(layer, unit, year);
  return raw ? numberOf(layer, raw) : null;
}

// The entry of the legend that a unit belongs to; below 0 without a value.
function classOf(layer, unit, year) {
  if (isNumeric(layer)) {
    const raw = rawOf(layer, unit, year);
    if (!raw) return -1;
    return layer.ranges[layer.within ? data.type[unit] : 0].findIndex((range) => range && raw <= range[1]);
  }
  const slot = slotOf(layer, year);
  return slot < 0 ? -1 : Math.max(-1, layer.values[slot].charCodeAt(unit) - 48);
}

// The category of a unit, which the legend may have merged with others; below 0 without one.
function categoryOf(layer, unit, year) {
  return layer.own && slotOf(layer, year) >= 0 ? layer.own[slotOf(layer, year)][unit] : classOf(layer, unit, year);
}

const scoreDigits = new Intl.NumberFormat(data.language, {
  minimumFractionDigits: data.decimals,
  maximumFractionDigits: data.decimals,
});
const numberDigits = new Intl.NumberFormat(data.language, { maximumSignificantDigits: 4 });
const written = (format, value) => format.format(value === 0 ? 0 : value).replace("-", "−"); // no negative zero
const shownNumber = (layer, value) => written(layer.kind === "score" ? scoreDigits : numberDigits, value);

// What a layer says about a unit, as text.
function shownValue(layer, unit, year) {
  if (!isNumeric(layer)) {
    const category = categoryOf(layer, unit, year);
    return category < 0 ? layer.missing : layer.labels[category];
  }
  const value = valueOf(layer, unit, year);
  if (value === null) return layer.missing;
  return layer.unit ? `${shownNumber(layer, value)} ${layer.unit}` : shownNumber(layer, value);
}

function swatchOf(layer, unit, year) {
  const position = classOf(layer, unit, year);
  return position < 0 ? MISSING : layer.legend[position];
}

// Median of the units of a type, or of all where there are no types; null without any value.
const mediansOf = lazily((key) => {
  const [position, year, type] = key.split(" ").map(Number);
  const layer = data.layers[position];
  const members = everyUnit.filter((unit) => !data.types.length || data.type[unit] === type);
  const values = members.map((unit) => valueOf(layer, unit, year)).filter((value) => value !== null);
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  if (!values.length) return null;
  return values.length % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
});
const medianOf = (layer, unit, year) =>
  mediansOf(`${data.layers.indexOf(layer)} ${year} ${data.types.length ? data.type[unit] : 0}`);

// Ranks of the composite, as the run found them: [overall, within the type], 0 where there is none.
const ranksOf = lazily((year) => data.ranks[year].map((text) => unpack(text, false)));
const overallRank = (unit, year) => ranksOf(year)[0][unit];
const rankInType = (unit, year) => ranksOf(year)[1][unit];
const countRanked = (units, year) => units.filter((unit) => rankInType(unit, year) > 0).length;
const composite = data.layers[0] && data.layers[0].kind === "score" ? data.layers[0] : null;
const gradeLayer = data.layers.find((layer) => layer.code === "grade" && layer.kind === "ordinal");
function gradeOf(unit, year) {
  if (year === data.year) return data.profile[unit].grade || "";
  if (!gradeLayer || !isOfYears(gradeLayer) || classOf(gradeLayer, unit, year) < 0) return "";
  return shownValue(gradeLayer, unit, year);
}
