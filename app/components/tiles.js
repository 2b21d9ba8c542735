// Tiles of shots, for every component that shows some. A cell holds the button that opens the shot, what can be
// unfolded, and a line under it.

const MARKS = { relevant: "✓", not: "✕", unjudged: "·", outside: "–" };
const VERDICT_MARKS = { relevant: "✓", not: "✕" };
const SVG = "http://www.w3.org/2000/svg";
const NEAR = "200px";

/** Button of a tile -> { tile, lane, media }; lane is the name of its list. */
const FACTS = new WeakMap();

/** Fetches a picture once its tile comes near the screen, also in a row that scrolls sideways. */
function pictureWatch() {
  const seen = (entries, watch) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      watch.unobserve(entry.target);
      fetchStill(entry.target);
    });
  };
  return new IntersectionObserver(seen, { rootMargin: NEAR, scrollMargin: NEAR });
}

function fetchStill(box) {
  const { tile, media } = FACTS.get(box.parentElement);
  const img = element("img");
  img.alt = tile.alt;
  img.decoding = "async";
  img.addEventListener("error", () => box.replaceWith(bare(tile)));
  img.src = mediaUrl(media, tile, "thumbnail");
  box.append(img);
}

/** A shot without a picture is shown by its id. */
function bare(tile) {
  const box = element("span", "picture bare");
  box.title = tile.shot;
  box.append(foreign("span", "id", tile.shot));
  return box;
}

function play(tileButton) {
  const { tile, media } = FACTS.get(tileButton);
  const url = mediaUrl(media, tile, "preview");
  if (!url || tileButton.querySelector(".preview")) return;
  const img = element("img", "preview");
  img.alt = `preview of ${tile.alt}`;
  img.addEventListener("load", () => img.classList.add("shown"));
  img.addEventListener("error", () => img.remove());
  img.src = url;
  tileButton.querySelector(".picture").append(img);
}

function stop(tileButton) {
  tileButton.querySelector(".preview")?.remove();
}

/** The rank of the shot in every space, as small bars; the words are in the title. */
function bars(spaces, tile) {
  const box = element("span", "bars");
  const svg = document.createElementNS(SVG, "svg");
  const width = 4.5 * tile.bars.length - 1.5;
  svg.setAttribute("viewBox", `0 0 ${width} 14`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.style.width = `${width}px`;
  const lines = new Map();
  tile.bars.forEach((height, number) => {
    const { end } = spaces[number];
    const tall = (14 * Math.max(height, 6)) / 100;
    lines.set(end, `${lines.get(end) ?? ""}M${4.5 * number} 14v${-tall}h3v${tall}z`);
  });
  lines.forEach((line, end) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", end);
    path.setAttribute("d", line);
    svg.append(path);
  });
  box.append(svg);
  box.title = spaces.map((space, number) => `${space.label}: ${tile.ranks[number]}`).join("\n");
  return box;
}

function foot(spaces, tile) {
  const box = element("span", "foot");
  if (tile.similarity) box.append(element("span", "similarity", tile.similarity));
  if (tile.bars?.length) box.append(bars(spaces, tile));
  if (tile.other) box.append(element("span", "other", `↔ ${tile.other}`));
  if (tile.judgement) box.append(element("span", "mark", MARKS[tile.judgement]));
  return box;
}

function badges(tile) {
  const made = [];
  if (tile.rank) made.push(element("span", "rank", tile.rank));
  if (tile.only) made.push(element("span", "only", "only here"));
  if (tile.verdict) made.push(element("span", `verdict ${tile.verdict}`, `you ${VERDICT_MARKS[tile.verdict]}`));
  else if (tile.seen) made.push(element("span", "seen", "seen"));
  return made;
}

/** Fetches a picture as `pictureWatch` does; the first `atOnce` ones without waiting for the page to be laid out. */
function askFor(picture, context) {
  if (context.atOnce > 0) fetchStill(picture);
  else context.watch.observe(picture);
  context.atOnce -= 1;
}

/** A cell with the tile of a shot; `context` holds media, spaces, and how pictures are fetched. */
function makeCell(context, lane, tile) {
  const cell = element("div", "cell");
  const tileButton = button(`tile ${tile.judgement ?? ""}`);
  tileButton.dataset.shot = tile.shot;
  tileButton.tabIndex = -1;
  tileButton.setAttribute("aria-label", tile.alt);
  FACTS.set(tileButton, { tile, lane: lane.name, media: context.media });
  const picture = tile.thumbnail ? element("span", "picture") : bare(tile);
  tileButton.append(picture, ...badges(tile), foot(context.spaces, tile));
  if (tile.thumbnail) askFor(picture, context);
  cell.append(tileButton);
  if (tile.members) cell.append(unfoldButton(tile));
  if (tile.note) cell.append(noteUnder(tile.note));
  return cell;
}

function unfoldButton(tile) {
  const made = button("unfold", `+${tile.members}`, `${tile.members} more like it, folded into this tile: show them`);
  made.dataset.act = "unfold";
  made.tabIndex = -1;
  return made;
}

function noteUnder(text) {
  const made = foreign("p", "under", text);
  made.title = text;
  return made;
}

/** The cells of one place in a list: the tile, and beside it the shot of its second step if it has one. */
function makePlace(context, lane, tile) {
  const cell = makeCell(context, lane, tile);
  if (!tile.partner) {
    cell.setAttribute("role", "listitem");
    return cell;
  }
  const both = element("div", "steps");
  both.setAttribute("role", "listitem");
  both.append(cell, makeCell(context, lane, tile.partner));
  return both;
}

/** Draws the places of a list anew where they changed, and keeps the others as they are. */
function drawPlaces(context, row, lane) {
  const kept = row.lpdPlaces ?? new Map();
  row.lpdPlaces = new Map();
  lane.tiles.forEach((tile, number) => {
    const written = JSON.stringify(tile);
    const key = row.lpdPlaces.has(tile.shot) ? `${tile.shot} ${number}` : tile.shot;
    const before = kept.get(key);
    const node = before?.written === written ? before.node : makePlace(context, lane, tile);
    row.lpdPlaces.set(key, { written, node });
  });
  const nodes = [...row.lpdPlaces.values()].map((one) => one.node);
  place(row, nodes.length ? nodes : [element("p", "empty", lane.empty || "no shots")]);
}

/** Every list has one tile that Tab reaches: the one that had the focus last, else the first. */
function settleTabStop(row) {
  const tiles = [...row.querySelectorAll(".tile")];
  const stopHere = tiles.find((tile) => tile.tabIndex === 0) ?? tiles[0];
  tiles.forEach((tile) => { tile.tabIndex = tile === stopHere ? 0 : -1; });
}

function selectShot(root, shot) {
  root.querySelectorAll(".tile").forEach((tile) => {
    const chosen = tile.dataset.shot === shot;
    tile.classList.toggle("selected", chosen);
    if (chosen) tile.setAttribute("aria-current", "true");
    else tile.removeAttribute("aria-current");
  });
}

/** Who a list is and what it is worth. */
function headOf(lane) {
  const head = element("div", "head-of-lane");
  const title = foreign("h3", "", lane.title);
  title.title = lane.title;
  head.append(title);
  lane.notes.forEach((note) => head.append(foreign("p", "note", note)));
  return head;
}
