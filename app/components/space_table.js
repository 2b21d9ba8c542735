// What each list of a model is worth, from JSON: a dot in the colour of its end, a name, numbers. Foreign text goes
// through textContent only.

function heads(data) {
  const line = element("tr");
  const first = element("th", "label", data.first);
  first.scope = "col";
  line.append(first);
  data.columns.forEach((column) => {
    const cell = foreign("th", "", column.label);
    cell.scope = "col";
    if (column.title) cell.title = column.title;
    line.append(cell);
  });
  const made = element("thead");
  made.append(line);
  return made;
}

function line(row) {
  const made = element("tr", row.chosen ? "chosen" : "");
  const label = element("th", "label");
  label.scope = "row";
  label.append(element("i", `dot ${row.end}`), foreign("span", "", row.label));
  if (row.title) label.title = row.title;
  made.append(label);
  row.cells.forEach((cell) => {
    const number = element("td", cell.missing ? "missing" : "", cell.text);
    if (cell.note) number.append(element("small", "", ` ${cell.note}`));
    if (cell.title) number.title = cell.title;
    made.append(number);
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
  const body = element("tbody");
  body.append(...data.rows.map(line));
  table.append(foreign("caption", "", data.alt), heads(data), body);
  const scroller = element("div", "scroller");
  scroller.tabIndex = 0; // a table wider than its place is scrolled by the keyboard too
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", data.alt);
  scroller.append(table);
  root.replaceChildren(scroller);
}
