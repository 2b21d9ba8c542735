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
  const notes = element("div", "notes");
  component.data.notes.forEach((note) => notes.append(foreign("p", "", note)));
  drawTable(component, lines, [notes]);
}
