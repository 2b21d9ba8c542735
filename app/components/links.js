// Two ranked lists side by side, and a line between the two places of each shot that both have.

const TALL_PX = 58;
const GAP_PX = 8;

function emptyList(side) {
  const section = element("section");
  section.dataset.side = side;
  const row = element("div", "row");
  row.setAttribute("role", "list");
  section.append(element("div"), row);
  return section;
}

function drawList(context, section, lane) {
  section.className = `${section.dataset.side} ${lane.end}`;
  section.dataset.lane = lane.name;
  section.setAttribute("aria-label", lane.title);
  section.firstChild.replaceWith(headOf(lane));
  const row = section.querySelector(".row");
  row.setAttribute("aria-label", `${lane.tiles.length} shots`);
  drawPlaces(context, row, lane);
  settleTabStop(row);
}

function centre(place) {
  return place * (TALL_PX + GAP_PX) + TALL_PX / 2;
}

/** All rows are equally high, so a line needs no measuring: it goes from one place to the other. */
function drawLines(data) {
  const longest = Math.max(1, ...data.lanes.map((lane) => lane.tiles.length));
  const height = longest * (TALL_PX + GAP_PX) - GAP_PX;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "lines");
  svg.setAttribute("aria-hidden", "true"); // each tile says its rank in the other list
  svg.setAttribute("viewBox", `0 0 100 ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("height", height);
  data.links.forEach(([here, there]) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", `M0 ${centre(here)}C50 ${centre(here)} 50 ${centre(there)} 100 ${centre(there)}`);
    if (here === there) path.setAttribute("class", "same");
    path.dataset.shot = data.lanes[0].tiles[here].shot;
    svg.append(path);
  });
  return svg;
}

/** Brings out the line and both tiles of a shot; without one all lines are alike again. */
function light(root, shot) {
  const lines = root.querySelector(".lines");
  const found = [...root.querySelectorAll(".tile, .lines path")].filter((one) => {
    const same = one.dataset.shot === shot;
    one.classList.toggle("lit", same);
    return same;
  });
  lines?.classList.toggle("some", found.some((one) => lines.contains(one)));
}

function watchLight(root) {
  if (root.lpdLight) return;
  root.lpdLight = true;
  const lit = (event) => light(root, event.target.closest("[data-shot], .cell")?.dataset.shot);
  root.addEventListener("pointerover", lit);
  root.addEventListener("focusin", lit);
  root.addEventListener("pointerleave", () => light(root));
  root.addEventListener("focusout", () => light(root));
}

/** Up and down go along a list; left and right lead to the same shot in the other list, else to the same place. */
function moveInLists(root, key, from) {
  const lists = [...root.querySelectorAll(".row")].map((row) => [...row.querySelectorAll(".tile")]);
  const side = lists[0].includes(from) ? 0 : 1;
  const here = lists[side].indexOf(from);
  if (key === ["ArrowRight", "ArrowLeft"][side]) {
    const others = lists[1 - side];
    const same = others.find((tile) => tile.dataset.shot === from.dataset.shot);
    return same ?? others[Math.min(here, others.length - 1)];
  }
  return lists[side][{ ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: lists[side].length - 1 }[key]];
}

function prepare(root, data) {
  const frame = JSON.stringify([data.media, data.spaces]);
  if (root.lpdFrame !== frame) root.lpdLists = ["left", "right"].map(emptyList);
  root.lpdFrame = frame;
  root.lpdWatch ??= pictureWatch();
  root.style.setProperty("--tall", `${TALL_PX}px`);
  root.style.setProperty("--gap", `${GAP_PX}px`);
  return { media: data.media, spaces: data.spaces, watch: root.lpdWatch, atOnce: 0 };
}

function draw(root, data) {
  const context = prepare(root, data);
  root.lpdLists.forEach((section, number) => drawList(context, section, data.lanes[number]));
  const [left, right] = root.lpdLists;
  const shared = element("p", "between", `${data.links.length} in both`);
  place(root, [left, shared, drawLines(data), right]);
  root.dataset.marker = data.marker;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  root.classList.add("links");
  const { selected, events, ...content } = data;
  offer(root, events);
  const written = JSON.stringify(content);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    keepingFocus(root, () => draw(root, data));
  }
  selectShot(root, selected);
  focusAfterDetail(root, selected);
  watchLight(root);
  return watchTiles(root, moveInLists);
}
