// The shot grid: lists of tiles from JSON. Foreign text goes through textContent only.

const KEYS_IN_WORDS =
  "Tab goes from list to list, arrow keys from tile to tile, Enter opens a shot, the space bar plays it, " +
  "1 to 9 lead to a list, the question mark lists all keys.";

/** As many pictures of the first list as are in sight on any screen. */
const AT_ONCE = 6;

/** Buttons that turn a row by about its width, as far as there is more; keys and the wheel do the same. */
function addTurns(strip, row) {
  [["back", "‹", -0.85], ["on", "›", 0.85]].forEach(([name, sign, share]) => {
    const made = element("button", `turn ${name}`, sign);
    made.type = "button";
    made.tabIndex = -1;
    made.setAttribute("aria-hidden", "true");
    made.addEventListener("click", () => {
      row.scrollBy({ left: share * row.clientWidth, behavior: isCalm() ? "auto" : "smooth" });
    });
    strip.append(made);
  });
  const look = () => {
    strip.classList.toggle("behind", row.scrollLeft > 2);
    strip.classList.toggle("ahead", row.scrollLeft + row.clientWidth < row.scrollWidth - 2);
  };
  strip.addEventListener("pointerenter", look);
  row.addEventListener("scroll", look, { passive: true });
}

function emptySection(lane) {
  const section = element("section");
  section.dataset.lane = lane.name;
  const row = element("div", "row");
  row.setAttribute("role", "list");
  const strip = element("div", "strip");
  strip.append(row);
  addTurns(strip, row);
  section.append(element("div"), strip);
  return section;
}

function drawLane(context, section, lane) {
  section.className = `lane ${lane.end}`;
  section.setAttribute("aria-label", lane.title);
  section.firstChild.replaceWith(headOf(lane));
  const row = section.querySelector(".row");
  row.setAttribute("aria-label", `${lane.tiles.length} shots`);
  drawPlaces(context, row, lane);
  settleTabStop(row);
}

/** Draws the lists anew where they changed; a list is known by its name. */
function drawLanes(context, root, lanes) {
  const kept = root.lpdLanes ?? new Map();
  root.lpdLanes = new Map();
  lanes.forEach((lane, number) => {
    const key = root.lpdLanes.has(lane.name) ? `${lane.name} ${number}` : lane.name;
    const written = JSON.stringify(lane);
    const before = kept.get(key);
    const section = before?.section ?? emptySection(lane);
    if (before?.written !== written) drawLane(context, section, lane);
    root.lpdLanes.set(key, { written, section });
  });
  place(root, [root.lpdWords, ...[...root.lpdLanes.values()].map((one) => one.section)]);
}

/** Another query: rows at their begin, and no event of the last one is brought along. */
function beginAnew(root) {
  root.querySelectorAll(".row").forEach((row) => { row.scrollLeft = 0; });
  root.lpdRecent = [];
}

function prepare(root, data) {
  const frame = JSON.stringify([data.media, data.spaces]);
  if (root.lpdFrame !== frame) root.lpdLanes = null; // other pictures or other bars: nothing can be kept
  root.lpdFrame = frame;
  root.lpdWatch ??= pictureWatch();
  root.lpdWords ??= element("p", "words", KEYS_IN_WORDS);
  root.className = `root ${data.layout}`;
  root.classList.toggle("many", data.lanes.length > 2);
  root.style.setProperty("--columns", data.lanes.length);
  const inSight = root.getBoundingClientRect().top < window.innerHeight;
  return { media: data.media, spaces: data.spaces, watch: root.lpdWatch, atOnce: inSight ? AT_ONCE : 0 };
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  const { selected, events, ...content } = data;
  offer(root, events);
  const written = JSON.stringify(content);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    const context = prepare(root, data);
    keepingFocus(root, () => drawLanes(context, root, data.lanes));
    if (root.dataset.marker !== data.marker) beginAnew(root);
    root.dataset.marker = data.marker;
  }
  selectShot(root, selected);
  focusAfterDetail(root, selected);
  return watchTiles(root, moveInGrid);
}
