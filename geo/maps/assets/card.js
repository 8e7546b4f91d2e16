// The card of a unit in a year: who it is, how it stands, its profile. All texts are text nodes.

function fact(term, value) {
  return [make("dt", {}, term), make("dd", {}, value)];
}

function bar(layer, unit, year) {
  const [low, high] = data.scale;
  const place = (value) => Math.max(0, Math.min(100, (100 * (value - low)) / (high - low || 1)));
  const value = valueOf(layer, unit, year);
  const middle = medianOf(layer, unit, year);
  const svg = makeSvg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(makeSvg("rect", { x: 0, y: 0, width: 100, height: 10, fill: "#e8ebef" }));
  if (value !== null) svg.append(makeSvg("rect", { x: 0, y: 0, width: place(value), height: 10, fill: "#2c728e" }));
  if (middle !== null) {
    const x = place(middle);
    svg.append(makeSvg("line", { x1: x, x2: x, y1: 0, y2: 10, stroke: "#111418", "stroke-width": 2, "vector-effect": "non-scaling-stroke" }));
  }
  return svg;
}

function barsOf(unit, year) {
  const scores = data.layers.filter((layer) => layer.kind === "score" && layer.group === "score");
  const own = scores.filter((layer) => valueOf(layer, unit, year) !== null);
  if (!own.length || scores.length < 2) return [];
  const rows = scores.slice(1).map((layer) => {
    const label = make("span", { class: `label depth-${Math.max(0, Math.min(layer.depth - 1, 3))}` }, layer.label);
    const value = make("span", { class: "number" }, shownValue(layer, unit, year));
    const row = make("li", {}, label, bar(layer, unit, year), value);
    if (layer === layerOf(panes[0])) row.className = "current";
    return row;
  });
  const scale = { low: data.scale[0], high: data.scale[1] };
  const hint = phrase(data.types.length ? words.bar_median : words.bar_median_all, scale);
  return [make("h3", {}, words.profile), make("ul", { class: "profile" }, ...rows), make("p", { class: "hint" }, hint)];
}

// The course of a score over the years, as a line with a dot for each year that has one; gaps stay gaps.
function courseOf(unit, year) {
  const layer = isOfYears(layerOf(panes[0])) && layerOf(panes[0]).kind === "score" ? layerOf(panes[0]) : composite;
  if (!layer || !isOfYears(layer)) return [];
  const points = data.years.map((_, at) => [at, valueOf(layer, unit, at)]).filter(([, value]) => value !== null);
  if (points.length < 2) return [];
  const values = points.map(([, value]) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (at) => 6 + (at / (data.years.length - 1)) * 228;
  const y = (value) => (high > low ? 44 - (36 * (value - low)) / (high - low) : 26);
  const said = points.map(([at, value]) => `${data.years[at]}: ${shownNumber(layer, value)}`).join(words.list_comma);
  const svg = makeSvg("svg", { class: "course", viewBox: "0 0 240 52", role: "img", "aria-label": said });
  let path = "";
  points.forEach(([at, value], i) => {
    path += `${i && points[i - 1][0] === at - 1 ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  svg.append(makeSvg("path", { d: path, fill: "none", stroke: "#2c728e", "stroke-width": 2 }));
  points.forEach(([at, value]) => {
    const dot = makeSvg("circle", { cx: x(at), cy: y(value), r: at === year ? 4.5 : 2.2, fill: at === year ? "#111418" : "#2c728e" });
    dot.append(makeSvg("title", {}, `${data.years[at]}: ${shownNumber(layer, value)}`));
    svg.append(dot);
  });
  const ends = make(
    "p",
    { class: "hint ends" },
    make("span", {}, String(data.years[0])),
    make("span", {}, phrase(words.course_range, { low: shownNumber(layer, low), high: shownNumber(layer, high) })),
    make("span", {}, String(data.years[data.years.length - 1])),
  );
  return [make("h3", {}, phrase(words.course, { label: layer.label })), svg, ends];
}

function standing(unit, year) {
  const profile = year === data.year ? data.profile[unit] : {};
  const facts = [];
  const within = rankInType(unit, year);
  const overall = overallRank(unit, year);
  if (within) {
    const peers = everyUnit.filter((other) => data.type[other] === data.type[unit]);
    const term = data.types.length ? phrase(words.rank_in_type, { type: typeOf(unit) }) : words.rank;
    facts.push(...fact(term, phrase(words.rank_value, { rank: within, count: countRanked(peers, year) })));
  }
  if (overall && data.types.length) {
    const value = phrase(words.rank_value, { rank: overall, count: countRanked(everyUnit, year) });
    facts.push(...fact(words.all_units, value));
  }
  if (profile.interval) {
    const [low, high] = profile.interval;
    facts.push(...fact(words.interval, low === high ? String(low) : phrase(words.interval_value, { low, high })));
  }
  if (profile.tier !== undefined) facts.push(...fact(words.tier, phrase(words.tier_value, { tier: profile.tier })));
  return facts;
}

function card(unit, year) {
  const profile = data.profile[unit];
  const heading = make("h2", { tabindex: "-1" }, data.name[unit]);
  const about = [data.unit[unit]].concat(data.types.length ? [typeOf(unit)] : [], yearsSpan ? [data.years[year]] : []);
  const box = make("article", { class: "card" }, heading, make("p", { class: "code" }, about.join(" · ")));
  if (composite) {
    const scored = valueOf(composite, unit, year) !== null;
    const score = scored ? shownNumber(composite, valueOf(composite, unit, year)) : words.no_score;
    const grade = gradeOf(unit, year);
    box.append(
      make(
        "p",
        { class: "score" },
        make("span", { class: scored ? "big" : "none" }, score),
        scored ? make("span", { class: "label" }, composite.label) : null,
        grade ? make("span", { class: "grade", title: words.grade }, grade) : null,
      ),
    );
  }
  const facts = make("dl", {}, ...standing(unit, year));
  if (facts.childElementCount) box.append(facts);
  box.append(...barsOf(unit, year), ...courseOf(unit, year));
  const beside = make("dl", {});
  data.layers
    .filter((layer) => layer.card && layer.group !== "score" && layer.group !== "class")
    .filter((layer) => year === data.year || isOfYears(layer) || isLasting(layer))
    .forEach((layer) => beside.append(...fact(layer.label, shownValue(layer, unit, year))));
  if (beside.childElementCount) box.append(make("h3", {}, words.beside), beside);
  box.append(...linksOf(unit, year));
  if (year === data.year) (profile.notes || []).forEach((note) => box.append(make("p", { class: "remark" }, note)));
  return box;
}
