// The card of a unit: who it is, how it stands, its profile. All texts are text nodes.

const countRanked = (units) => units.filter((unit) => data.profile[unit].rankInType !== undefined).length;
const everyUnit = data.unit.map((_, unit) => unit);

function fact(term, value) {
  return [make("dt", {}, term), make("dd", {}, value)];
}

function bar(layer, unit) {
  const [low, high] = data.scale;
  const place = (value) => Math.max(0, Math.min(100, (100 * (value - low)) / (high - low || 1)));
  const value = layer.value[unit];
  const middle = layer.medians[data.types.length ? data.type[unit] : 0];
  const svg = makeSvg("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(makeSvg("rect", { x: 0, y: 0, width: 100, height: 10, fill: "#e8ebef" }));
  if (value !== null) svg.append(makeSvg("rect", { x: 0, y: 0, width: place(value), height: 10, fill: "#2c728e" }));
  if (middle !== null) {
    const x = place(middle);
    svg.append(makeSvg("line", { x1: x, x2: x, y1: 0, y2: 10, stroke: "#111418", "stroke-width": 2, "vector-effect": "non-scaling-stroke" }));
  }
  return svg;
}

function profileOf(unit) {
  const scores = data.layers.filter((layer) => layer.kind === "score");
  const own = scores.filter((layer) => layer.value[unit] !== null);
  if (!own.length || scores.length < 2) return [];
  const rows = scores.slice(1).map((layer) => {
    const label = make("span", { class: `label depth-${Math.max(0, Math.min(layer.depth - 1, 3))}` }, layer.label);
    const row = make("li", {}, label, bar(layer, unit), make("span", { class: "number" }, shownValue(layer, unit)));
    if (layer === currentLayer()) row.className = "current";
    return row;
  });
  const scale = { low: data.scale[0], high: data.scale[1] };
  const hint = phrase(data.types.length ? words.bar_median : words.bar_median_all, scale);
  return [make("h3", {}, words.profile), make("ul", { class: "profile" }, ...rows), make("p", { class: "hint" }, hint)];
}

function card(unit) {
  const profile = data.profile[unit];
  const type = data.types[data.type[unit]];
  const composite = data.layers[0];
  const heading = make("h2", { tabindex: "-1" }, data.name[unit]);
  const about = [data.unit[unit]].concat(data.types.length ? [type] : []);
  const box = make("article", { class: "card" }, heading, make("p", { class: "code" }, about.join(" · ")));
  if (composite && composite.kind === "score") {
    const scored = composite.value[unit] !== null;
    const score = scored ? shownNumber(composite.value[unit]) : words.no_score;
    box.append(
      make(
        "p",
        { class: "score" },
        make("span", { class: scored ? "big" : "none" }, score),
        scored ? make("span", { class: "label" }, composite.label) : null,
        profile.grade ? make("span", { class: "grade", title: words.grade }, profile.grade) : null,
      ),
    );
  }
  const facts = make("dl", {});
  if (profile.rankInType !== undefined) {
    const peers = everyUnit.filter((other) => data.type[other] === data.type[unit]);
    const term = data.types.length ? phrase(words.rank_in_type, { type }) : words.rank;
    facts.append(...fact(term, phrase(words.rank_value, { rank: profile.rankInType, count: countRanked(peers) })));
  }
  if (profile.rank !== undefined && data.types.length) {
    const value = phrase(words.rank_value, { rank: profile.rank, count: countRanked(everyUnit) });
    facts.append(...fact(words.all_units, value));
  }
  if (profile.interval) {
    const [low, high] = profile.interval;
    facts.append(...fact(words.interval, low === high ? String(low) : phrase(words.interval_value, { low, high })));
  }
  if (profile.tier !== undefined) facts.append(...fact(words.tier, phrase(words.tier_value, { tier: profile.tier })));
  data.layers
    .filter((layer) => layer.card && (layer.group === "state" || layer.group === "cohort"))
    .forEach((layer) => facts.append(...fact(layer.label, shownValue(layer, unit))));
  if (facts.childElementCount) box.append(facts);
  box.append(...profileOf(unit));
  (profile.notes || []).forEach((note) => box.append(make("p", { class: "remark" }, note)));
  return box;
}
