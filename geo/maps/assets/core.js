const data = JSON.parse(document.getElementById("map-data").textContent);
const words = data.texts;
const mainMap = map_units; // folium's name for the map
const status = document.getElementById("status");
const byId = (id) => document.getElementById(id);
// What pictures are lettered with; a canvas knows no style sheet.
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif';
const MISSING = { colour: "#f3f4f6", stripe: "#a3abb5" };
let onPaper = false;
// What the whole page shares; layer and year are those of each pane.
const state = { shown: (data.types.length ? data.types : [""]).map(() => true), chosen: -1 };
const panes = [];

// Puts values into the places of a text; a value is never read as HTML or as a pattern.
function phrase(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

// Makes an element; texts become text nodes, never HTML.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

function say(text) {
  status.textContent = text;
}

// Back from text to whole numbers: five bits a character, lowest first, the sixth says that more follow.
const DIGITS = new Uint8Array(128);
Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", (c, i) => (DIGITS[c.charCodeAt(0)] = i));
function unpack(text, signed) {
  const numbers = new Float64Array(text.length); // one buffer: what a list would throw away while it grows costs time
  let count = 0;
  for (let i = 0, number = 0, factor = 1; i < text.length; i += 1) {
    const part = DIGITS[text.charCodeAt(i)];
    number += (part & 31) * factor;
    factor *= 32;
    if (part & 32) continue;
    numbers[count] = !signed ? number : number % 2 ? -(number + 1) / 2 : number / 2;
    count += 1;
    number = 0;
    factor = 1;
  }
  return numbers.subarray(0, count);
}

// Does something once for each argument, when first asked.
function lazily(work) {
  const held = new Map();
  return (key) => {
    if (!held.has(key)) held.set(key, work(key));
    return held.get(key);
  };
}

const everyUnit = data.unit.map((_, unit) => unit);
const everyYear = data.years.map((_, year) => year);
const typeOf = (unit) => (data.types.length ? data.types[data.type[unit]] : "");
const yearsSpan = data.years.length > 1;
const named = (layer, year) => (yearsSpan && !isLasting(layer) ? `${layer.label} · ${data.years[yearOf(layer, year)]}` : layer.label);
