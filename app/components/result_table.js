// A table of results with published figures beside, from JSON. Foreign text goes through textContent only.

function figure(cell, words) {
  const made = element("td", words ? "words" : "");
  if (cell.title) made.title = cell.title;
  if (cell.text) made.append(foreign("span", "own", cell.text));
  if (cell.spread) made.append(element("small", "spread", ` ${cell.spread}`));
  if (cell.mark) made.append(element("sup", "", cell.mark));
  if (cell.footnote) made.append(element("sup", "", cell.footnote));
  if (cell.published) {
    const printed = element("i", cell.text ? "printed below" : "printed", cell.published);
    printed.title = `${cell.published} is published`;
    made.append(printed);
  }
  return made;
}

function heads(data) {
  const line = element("tr");
  const first = element("th", "label", data.first);
  first.scope = "col";
  line.append(first);
  data.columns.forEach((column) => {
    const cell = foreign("th", column.words ? "words" : "", column.label);
    cell.scope = "col";
    line.append(cell);
  });
  const made = element("thead");
  made.append(line);
  return made;
}

function lines(data) {
  const made = element("tbody");
  data.rows.forEach((row) => {
    const line = element("tr", row.group ? "group" : "");
    const label = foreign("th", "label", row.group || row.label);
    label.scope = row.group ? "colgroup" : "row";
    if (row.group) label.colSpan = data.columns.length + 1;
    line.append(label);
    if (row.cells) line.append(...row.cells.map((cell, place) => figure(cell, data.columns[place].words)));
    made.append(line);
  });
  return made;
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  const written = JSON.stringify(data);
  if (root.lpdContent === written) return;
  root.lpdContent = written;
  const table = element("table");
  const caption = foreign("caption", "", data.alt);
  table.append(caption, heads(data), lines(data));
  const scroller = element("div", "scroller");
  scroller.tabIndex = 0; // a table wider than its place is scrolled by the keyboard too
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", data.alt);
  scroller.append(table);
  const notes = element("div", "notes");
  data.notes.forEach((note) => notes.append(foreign("p", "", note)));
  root.replaceChildren(scroller, notes);
}
