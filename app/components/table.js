// A table of numbers per topic in diverging colours, from JSON. Foreign text goes through textContent only.

const NEXT_TURN = { ascending: "▲", descending: "▼" };
const MANY_COLUMNS = 8;

function number(data, cell, column) {
  const made = element("td", cell.tone > 0 ? "up" : cell.tone < 0 ? "down" : "", cell.text);
  if (cell.missing) made.classList.add("missing");
  if (data.columns[column]?.published) made.classList.add("published");
  made.style.setProperty("--strength", Math.abs(cell.tone || 0));
  if (cell.mark) made.append(element("sup", "", cell.mark));
  if (cell.note) made.append(element("small", "", cell.note));
  if (cell.title) made.title = cell.title;
  return made;
}

/** Id and words of a topic in one flow: a button where the page opens it, else a link to its query, else plain. */
function topicWords(root, row) {
  const opens = offers(root, "open");
  const made = element(opens ? "button" : row.href ? "a" : "span", "words");
  made.append(foreign("small", "", row.topic_id), document.createTextNode(" "), foreign("span", "text", row.text));
  made.title = row.text;
  if (opens) made.type = "button";
  else if (row.href) leadTo(made, row.href);
  return made;
}

function leadTo(link, href) {
  link.href = href; // a relative link that Python built from known parameters
  link.target = "_self";
}

function topicCell(root, row) {
  const cell = element("th", "topic");
  cell.scope = "row";
  cell.append(topicWords(root, row));
  if (row.href && offers(root, "open")) {
    const search = element("a", "search", "search");
    search.setAttribute("aria-label", `search for ${row.text}`);
    leadTo(search, row.href);
    cell.append(search);
  }
  return cell;
}

/** A head of a column; where the page sorts, a button that asks for it. */
function headCell(root, data, { name, label, end, title, className }) {
  const cell = element("th", `${className ?? ""} ${end ?? ""}`);
  cell.scope = "col";
  const turn = data.sorted_by === name ? (data.descending ? "descending" : "ascending") : null;
  if (turn) cell.setAttribute("aria-sort", turn);
  const sorts = offers(root, "sort");
  const words = foreign(sorts ? "button" : "span", "label", label);
  if (sorts) words.type = "button";
  if (sorts) words.dataset.sort = name;
  words.title = [title, sorts ? "click to sort" : ""].filter(Boolean).join("\n") || label;
  cell.append(words);
  if (turn) cell.append(element("span", "turn", NEXT_TURN[turn]));
  return cell;
}

function head(root, data) {
  const line = element("tr");
  line.append(headCell(root, data, { name: "topic", label: data.first, className: "topic" }));
  data.columns.forEach((column) => {
    line.append(headCell(root, data, { ...column, className: column.published ? "published" : "" }));
  });
  if (data.classes) line.append(headCell(root, data, { name: "class", label: data.classes }));
  const made = element("thead");
  made.append(line);
  return made;
}

function topicLine(root, data, row) {
  const line = element("tr", "row");
  line.dataset.topic = row.topic_id;
  line.append(topicCell(root, row), ...row.cells.map((cell, column) => number(data, cell, column)));
  if (data.classes) line.append(classCell(row));
  return line;
}

function classCell(row) {
  const cell = element("td", "class", row.difficulty);
  if (row.class_title) cell.title = row.class_title;
  return cell;
}

function footLine(data, footer) {
  const line = element("tr", `foot ${footer.kind}`);
  const cell = foreign("th", "topic", footer.label);
  cell.scope = "row";
  if (footer.note) cell.append(foreign("small", "", footer.note));
  line.append(cell, ...footer.cells.map((one, column) => number(data, one, column)));
  if (data.classes) line.append(element("td"));
  return line;
}

function groupLine(data, label) {
  const line = element("tr", "group");
  const cell = foreign("th", "topic", label);
  cell.scope = "rowgroup";
  const rest = element("td");
  rest.colSpan = data.columns.length + (data.classes ? 1 : 0);
  line.append(cell, rest);
  return line;
}

/** The rows by group in the order they came, each group with its own footers; then those of the whole table. */
function bodies(root, data) {
  const groups = new Map();
  data.rows.forEach((row) => groups.set(row.group, [...(groups.get(row.group) ?? []), row]));
  const made = [...groups].map(([group, rows]) => {
    const own = group ? data.footers.filter((footer) => footer.group === group) : [];
    const body = element("tbody");
    if (group) body.append(groupLine(data, group));
    body.append(...rows.map((row) => topicLine(root, data, row)), ...own.map((footer) => footLine(data, footer)));
    return body;
  });
  const last = element("tbody");
  last.append(...data.footers.filter((footer) => !groups.has(footer.group) || !footer.group).map((one) => footLine(data, one)));
  return [...made, last];
}

function wholeTable(root, data) {
  const table = element("table");
  table.setAttribute("aria-label", data.alt);
  table.append(head(root, data), ...bodies(root, data));
  return table;
}

function select(root, topic) {
  root.querySelectorAll("tr.row").forEach((line) => line.classList.toggle("selected", line.dataset.topic === topic));
}

function watchClicks(root) {
  root.addEventListener("click", (event) => {
    const head = event.target.closest("[data-sort]");
    const line = event.target.closest("tr.row");
    if (head) send(root, "sort", { column: head.dataset.sort });
    else if (line && offers(root, "open") && !event.target.closest("a") && !isSelecting(root)) {
      send(root, "open", { topic: line.dataset.topic });
    }
  });
}

/** Whether the click ended a selection of text; then it opens nothing. */
function isSelecting(root) {
  const chosen = root.getRootNode().getSelection?.() ?? document.getSelection();
  return Boolean(chosen) && !chosen.isCollapsed;
}

/** Tab reaches one row; up, down, Home and End go from row to row. */
function watchKeys(root) {
  root.addEventListener("keydown", (event) => {
    const words = [...root.querySelectorAll("tr.row button.words")];
    const here = words.indexOf(event.target);
    const there = here < 0 ? null : words[{ ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: words.length - 1 }[event.key]];
    if (!there || !pressedAlone(event)) return;
    event.preventDefault();
    there.focus();
  });
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("button.words")) oneTabStop(root, event.target);
  });
}

function oneTabStop(root, chosen) {
  root.querySelectorAll("tr.row button.words").forEach((one) => { one.tabIndex = one === chosen ? 0 : -1; });
}

/** A table wider than its place scrolls sideways, by keys too; otherwise its head holds to the page by itself. */
function fit(root) {
  const wide = root.querySelector("table").offsetWidth > root.clientWidth;
  root.classList.toggle("wide", wide);
  if (wide) root.tabIndex = 0;
  else root.removeAttribute("tabindex");
}

/** Moves the head of a table that scrolls sideways down to where the page begins; such a box keeps it to itself. */
function followPage(root, page) {
  const head = root.querySelector("thead");
  const above = root.classList.contains("wide") ? page.getBoundingClientRect().top - root.getBoundingClientRect().top : 0;
  const room = root.clientHeight - head.offsetHeight;
  head.style.transform = above > 0 ? `translateY(${Math.min(above, room)}px)` : "";
}

/** Watches the size of the table and the scrolling of the page; returns what ends it. */
function watchPlace(root) {
  const page = root.getRootNode().host.closest('[data-testid="stMain"]') ?? document.documentElement;
  const look = () => followPage(root, page);
  const watch = new ResizeObserver(() => { fit(root); look(); });
  watch.observe(root);
  document.addEventListener("scroll", look, { capture: true, passive: true });
  return () => {
    watch.disconnect();
    document.removeEventListener("scroll", look, { capture: true });
  };
}

function draw(root, data) {
  const focused = root.getRootNode().activeElement;
  const same = focused?.dataset.sort ? `[data-sort="${CSS.escape(focused.dataset.sort)}"]` : null;
  root.classList.toggle("many", data.columns.length > MANY_COLUMNS);
  root.replaceChildren(wholeTable(root, data));
  fit(root);
  oneTabStop(root, root.querySelector("tr.row button.words"));
  if (same) root.querySelector(same)?.focus({ preventScroll: true });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  root.lpdEvents = data.events;
  const { selected, ...content } = data;
  const written = JSON.stringify(content);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    draw(root, data);
  }
  if (!root.lpdEnd) {
    watchClicks(root);
    watchKeys(root);
    root.lpdEnd = watchPlace(root);
  }
  select(root, selected);
  return root.lpdEnd;
}
