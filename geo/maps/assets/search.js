// Search as a combobox with a list (W3C ARIA Authoring Practices): arrows choose, Enter goes, Escape closes.
const LISTED = 50;
const field = document.getElementById("search");
const list = document.getElementById("found");
const folded = data.unit.map((code, unit) => [data.name[unit].toLocaleLowerCase(), code.toLocaleLowerCase()]);
let matches = [];
let active = -1;

function matching(query) {
  const wanted = query.trim().toLocaleLowerCase();
  const rank = ([name, code]) => {
    if (code === wanted || name === wanted) return 0;
    if (name.startsWith(wanted) || code.startsWith(wanted)) return 1;
    return name.includes(wanted) || code.includes(wanted) ? 2 : 3;
  };
  const found = everyUnit.map((unit) => [rank(folded[unit]), unit]).filter(([r]) => r < 3);
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, unit]) => unit);
}

function option(unit, position) {
  const about = [data.unit[unit]].concat(data.types.length ? [typeOf(unit)] : []);
  if (!isPlaced(unit)) about.push(words.off_map_mark);
  const row = make(
    "li",
    { role: "option", id: `found-${position}`, "aria-selected": "false" },
    make("span", { class: "name" }, data.name[unit]),
    make("span", { class: "code" }, about.join(" · ")),
  );
  row.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  row.addEventListener("click", () => pick(unit));
  return row;
}

function openList() {
  const all = matching(field.value);
  matches = all.slice(0, LISTED);
  active = -1;
  list.replaceChildren(...matches.map(option));
  if (!all.length) list.append(make("li", { role: "option", "aria-disabled": "true", class: "none" }, words.list_none));
  if (all.length > LISTED) {
    const more = phrase(words.list_more, { count: all.length - LISTED });
    list.append(make("li", { role: "option", "aria-disabled": "true", class: "none" }, more));
  }
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  field.removeAttribute("aria-activedescendant");
  say(phrase(words.list_count, { count: all.length }));
}

function closeList() {
  list.hidden = true;
  active = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function move(step) {
  if (list.hidden) openList();
  if (!matches.length) return;
  if (active >= 0) list.children[active].setAttribute("aria-selected", "false");
  active = active < 0 && step < 0 ? matches.length - 1 : (active + step + matches.length) % matches.length;
  list.children[active].setAttribute("aria-selected", "true");
  list.children[active].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `found-${active}`);
}

function pick(unit) {
  field.value = data.name[unit];
  closeList();
  show(unit);
}

field.addEventListener("input", openList);
field.addEventListener("click", openList);
field.addEventListener("blur", closeList);
field.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter ends the typing of Chinese here
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Escape" && !list.hidden) closeList();
  else if (event.key === "Enter") {
    if (list.hidden) openList();
    if (matches.length) pick(matches[Math.max(active, 0)]);
  } else return;
  event.preventDefault();
});
