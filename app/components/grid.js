// The shot grid: lanes of tiles from JSON; `open` carries {shot, lane}. Foreign text goes through textContent only.

const MARKS = { relevant: "✓", not: "✕", unjudged: "·", outside: "–" };
const PREVIEW_DELAY_MS = 120;

function bare(tile) {
  return element("span", "picture bare", tile.shot);
}

function picture(data, tile) {
  const url = mediaUrl(data.media, tile, "thumbnail");
  if (!url) return bare(tile);
  const box = element("span", "picture");
  const img = element("img");
  img.loading = "lazy";
  img.decoding = "async";
  img.alt = tile.alt;
  img.src = url;
  img.addEventListener("error", () => {
    if (img.src === url) box.replaceWith(bare(tile));
    else img.src = url;
  });
  box.append(img);
  const preview = mediaUrl(data.media, tile, "preview");
  if (preview) playOnHover(box, img, { still: url, preview });
  return box;
}

function playOnHover(box, img, urls) {
  let waiting = null;
  const start = () => { waiting = setTimeout(() => { img.src = urls.preview; }, PREVIEW_DELAY_MS); };
  const stop = () => { clearTimeout(waiting); if (img.src !== urls.still) img.src = urls.still; };
  box.addEventListener("play", start);
  box.addEventListener("stop", stop);
}

function bars(data, tile) {
  const box = element("span", "bars");
  tile.bars.forEach((height, number) => {
    const bar = element("i", data.spaces[number].end);
    bar.style.height = `${Math.max(height, 6)}%`;
    box.append(bar);
  });
  box.title = data.spaces.map((space, number) => `${space.label}: ${tile.ranks[number]}`).join("\n");
  return box;
}

function tileButton(data, lane, tile, send) {
  const button = element("button", `tile ${tile.judgement || ""}`);
  button.type = "button";
  button.dataset.shot = tile.shot;
  button.tabIndex = -1;
  button.setAttribute("aria-label", tile.alt);
  const shown = picture(data, tile);
  button.append(shown, element("span", "rank", tile.rank));
  if (tile.only) button.append(element("span", "only", "only here"));
  const foot = element("span", "foot");
  foot.append(element("span", "similarity", tile.similarity));
  if (tile.bars) foot.append(bars(data, tile));
  if (tile.judgement) foot.append(element("span", "mark", MARKS[tile.judgement]));
  button.append(foot);
  const tell = (name) => button.querySelector(".picture").dispatchEvent(new Event(name));
  button.addEventListener("pointerenter", () => tell("play"));
  button.addEventListener("pointerleave", () => tell("stop"));
  button.addEventListener("focus", () => tell("play"));
  button.addEventListener("blur", () => tell("stop"));
  button.addEventListener("click", () => send({ shot: tile.shot, lane: lane.name }));
  return button;
}

/** Within a lane the arrow keys, Home and End move the focus; Tab goes on to the next lane. */
function moveByKeys(row) {
  row.addEventListener("keydown", (event) => {
    const tiles = [...row.querySelectorAll(".tile")];
    const here = tiles.indexOf(event.target.closest(".tile"));
    const there = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tiles.length - 1 }[event.key];
    if (there === undefined || !tiles[there]) return;
    event.preventDefault();
    tiles[here].tabIndex = -1;
    tiles[there].tabIndex = 0;
    tiles[there].focus();
  });
}

function laneSection(data, lane, send) {
  const section = element("section", `lane ${lane.end}`);
  section.dataset.lane = lane.name;
  section.setAttribute("aria-label", lane.title);
  const head = element("div", "head-of-lane");
  head.append(element("h3", "", lane.title));
  lane.notes.forEach((note) => head.append(element("p", "note", note)));
  const row = element("div", "row");
  lane.tiles.forEach((tile) => row.append(tileButton(data, lane, tile, send)));
  if (lane.tiles.length) row.firstChild.tabIndex = 0;
  else row.append(element("p", "empty", lane.empty || "no shots"));
  moveByKeys(row);
  section.append(head, row);
  return section;
}

function select(root, shot) {
  root.querySelectorAll(".tile").forEach((tile) => {
    tile.classList.toggle("selected", tile.dataset.shot === shot);
  });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  const { selected, ...content } = data;
  const written = JSON.stringify(content);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    root.classList.toggle("columns", data.layout === "columns");
    root.style.setProperty("--columns", data.lanes.length);
    const send = (value) => root.lpdSend("open", value);
    root.replaceChildren(...data.lanes.map((lane) => laneSection(data, lane, send)));
    root.dataset.marker = data.marker;
  }
  select(root, selected);
}
