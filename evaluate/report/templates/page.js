(function () {
  "use strict";
  var said = document.body.dataset;

  // Sort a table by a column: numbers as numbers, empty cells last.
  function sortable(table) {
    var heads = table.tHead.rows[table.tHead.rows.length - 1].cells;
    Array.prototype.forEach.call(heads, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = said.sort + " " + head.textContent;
      head.title = said.sort;
      head.appendChild(button);
      head.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        Array.prototype.forEach.call(heads, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var body = table.tBodies[0];
        var rows = Array.prototype.map.call(body.rows, function (row, place) {
          var text = row.cells[column].textContent.trim();
          var number = parseFloat(text.replace(/,/g, "").replace("\u2212", "-"));
          return { row: row, text: text, number: number, place: place, empty: text === "" || text === "\u2013" };
        });
        rows.sort(function (a, b) {
          if (a.empty !== b.empty) return a.empty ? 1 : -1;
          var both = !isNaN(a.number) && !isNaN(b.number);
          var order = both ? a.number - b.number : a.text.localeCompare(b.text);
          return (down ? -order : order) || a.place - b.place;
        });
        rows.forEach(function (item) { body.appendChild(item.row); });
      });
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), sortable);

  // Narrow the ranking and the profiles to names or codes that hold the text typed in.
  Array.prototype.forEach.call(document.querySelectorAll(".tools"), function (tools) {
    var section = tools.parentNode;
    var input = tools.querySelector("input");
    tools.hidden = false;
    if (input) {
      input.addEventListener("input", function () {
        var wanted = input.value.trim().toLocaleLowerCase();
        var found = 0;
        Array.prototype.forEach.call(section.querySelectorAll("[data-find]"), function (item) {
          item.hidden = item.dataset.find.toLocaleLowerCase().indexOf(wanted) < 0;
          found += item.hidden ? 0 : 1;
        });
        tools.querySelector("output").textContent = wanted ? said.found.replace("#", found) : "";
      });
    }
    Array.prototype.forEach.call(tools.querySelectorAll("button"), function (button) {
      button.addEventListener("click", function () {
        Array.prototype.forEach.call(section.querySelectorAll("details"), function (item) {
          item.open = button.dataset.open === "yes";
        });
      });
    });
  });

  // Nothing folded or filtered is lost on paper.
  var folded = [];
  var filtered = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (item) { item.open = true; });
    filtered = Array.prototype.slice.call(document.querySelectorAll("[data-find][hidden]"));
    filtered.forEach(function (item) { item.hidden = false; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (item) { item.open = false; });
    filtered.forEach(function (item) { item.hidden = true; });
  });
})();
