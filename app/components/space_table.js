// What each list of a model is worth, from JSON: a dot in the colour of its end, a name, numbers. Foreign text goes
// through textContent only.

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

function lines(data) {
  const made = element("tbody");
  made.append(...data.rows.map(line));
  return made;
}

export default function (component) {
  drawTable(component, lines);
}
