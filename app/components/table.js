// A table of numbers per topic in diverging colours, from JSON. Foreign text goes through textContent only.

function number(cell) {
  const made = element("td", cell.tone > 0 ? "up" : cell.tone < 0 ? "down" : "", cell.text);
  if (cell.missing) made.classList.add("missing");
  made.style.setProperty("--strength", Math.abs(cell.tone || 0));
  if (cell.title) made.title = cell.title;
  return made;
}

function topicCell(line) {
  const cell = element("th", "topic");
  cell.scope = "row";
  const words = line.href ? element("a", "", line.text) : element("span", "", line.text);
  if (line.href) words.href = line.href; // a relative link that Python built from known parameters
  if (line.href) words.target = "_self";
  cell.append(element("small", "", line.topic_id), document.createTextNode(" "), words);
  return cell;
}

function head(data) {
  const line = element("tr");
  line.append(element("th", "topic", data.first));
  data.columns.forEach((column) => {
    const cell = element("th", column.end || "", column.label);
    cell.scope = "col";
    if (column.title) cell.title = column.title;
    line.append(cell);
  });
  const made = element("thead");
  made.append(line);
  return made;
}

function body(data) {
  const made = element("tbody");
  data.rows.forEach((row) => {
    const line = element("tr");
    line.append(topicCell(row), ...row.cells.map(number));
    made.append(line);
  });
  data.footers.forEach((footer) => {
    const line = element("tr", "foot");
    const cell = element("td", "topic", footer.label);
    if (footer.note) cell.append(element("small", "", footer.note));
    line.append(cell, ...footer.cells.map(number));
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
  table.append(head(data), body(data));
  root.replaceChildren(table);
}
