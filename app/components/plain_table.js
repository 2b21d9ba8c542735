// What the tables of numbers have in common: heads over columns, and a place that is scrolled sideways.

/** The heads over the columns `{label, words, title}`; the first one is over the names of the rows. */
function heads(data) {
  const line = element("tr");
  const first = element("th", "label", data.first);
  first.scope = "col";
  line.append(first);
  data.columns.forEach((column) => {
    const cell = foreign("th", column.words ? "words" : "", column.label);
    cell.scope = "col";
    if (column.title) cell.title = column.title;
    line.append(cell);
  });
  const made = element("thead");
  made.append(line);
  return made;
}

/** A table of rows under their heads, and what is to stand under it; drawn again only where something changed. */
function drawTable(component, body, under = []) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  const written = JSON.stringify(data);
  if (root.lpdContent === written) return;
  root.lpdContent = written;
  const table = element("table");
  table.append(foreign("caption", "", data.alt), heads(data), body(data));
  const scroller = element("div", "scroller");
  scroller.tabIndex = 0; // a table wider than its place is scrolled by the keyboard too
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", data.alt);
  scroller.append(table);
  root.replaceChildren(scroller, ...under);
}
