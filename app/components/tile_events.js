// What a person can do with tiles, by mouse and by keys. One listener per component, however many tiles it has.

const PREVIEW_DELAY_MS = 120;
const EVENT_OF = { open: "open", relevant: "mark", not: "mark", none: "mark", like: "like", unfold: "unfold" };
const KEY_ACTS = { r: "relevant", n: "not", u: "none", l: "like", f: "unfold", " ": "play" };
const MOUSE_ACTS = [
  ["relevant", "✓", "mark relevant (r)"],
  ["not", "✕", "mark not relevant (n)"],
  ["like", "≈", "more like this (l)"],
];

/** Does one thing with the shot of a tile; returns whether the page offers it. */
function perform(root, act, tileButton) {
  const { tile, lane } = FACTS.get(tileButton);
  if (act === "play") return togglePlay(tileButton);
  const name = EVENT_OF[act];
  if (name !== "open" && !offers(root, name)) return false;
  if (name === "open") root.lpdOpened = { shot: tile.shot, lane };
  const nothingNew = (name === "mark" && (tile.verdict ?? "none") === act) || (name === "unfold" && !tile.members);
  if (!nothingNew) send(root, name, name === "mark" ? { shot: tile.shot, verdict: act } : { shot: tile.shot, lane });
  return true;
}

function togglePlay(tileButton) {
  if (tileButton.querySelector(".preview")) stop(tileButton);
  else play(tileButton);
  return true;
}

/** The buttons that a tile under the mouse has; keys and the detail do the same without a mouse. */
function actBar(root) {
  const bar = element("div", "acts");
  MOUSE_ACTS.filter(([act]) => offers(root, EVENT_OF[act])).forEach(([act, sign, label]) => {
    const made = button(act, sign, label);
    made.dataset.act = act;
    made.tabIndex = -1;
    bar.append(made);
  });
  return bar;
}

/** Tells the component which events the page answers to. */
function offer(root, events) {
  if (String(root.lpdEvents) === String(events)) return;
  root.lpdEvents = events;
  root.lpdActs?.remove();
  root.lpdActs = actBar(root);
}

function showActs(root, cell) {
  if (!root.lpdActs.childElementCount) return;
  const { tile } = FACTS.get(cell.querySelector(".tile"));
  root.lpdActs.querySelectorAll(".relevant, .not").forEach((one) => {
    one.setAttribute("aria-pressed", String(one.dataset.act === tile.verdict));
  });
  cell.append(root.lpdActs);
}

function watchPointer(root) {
  let over = null;
  let timer = null;
  const leave = () => {
    clearTimeout(timer);
    if (over) stop(over.querySelector(".tile"));
    root.lpdActs.remove();
    over = null;
  };
  root.addEventListener("pointerover", (event) => {
    const cell = event.target.closest(".cell");
    if (event.pointerType === "touch" || cell === over) return;
    leave();
    over = cell;
    if (!cell) return;
    showActs(root, cell);
    if (!isCalm()) timer = setTimeout(() => play(cell.querySelector(".tile")), PREVIEW_DELAY_MS);
  });
  root.addEventListener("pointerleave", leave);
}

function watchClicks(root) {
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-act]")) event.preventDefault(); // the focus stays with the tiles
  });
  root.addEventListener("click", (event) => {
    const tileButton = event.target.closest(".cell")?.querySelector(".tile");
    const act = event.target.closest("[data-act]")?.dataset.act ?? (event.target.closest(".tile") ? "open" : null);
    if (!tileButton || !act) return;
    const taken = act in VERDICT_MARKS && FACTS.get(tileButton).tile.verdict === act;
    perform(root, taken ? "none" : act, tileButton);
  });
}

function watchFocus(root) {
  root.addEventListener("focusin", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    tile.closest(".row").querySelectorAll('.tile[tabindex="0"]').forEach((one) => { one.tabIndex = -1; });
    tile.tabIndex = 0;
  });
  root.addEventListener("focusout", (event) => {
    const tile = event.target.closest(".tile");
    if (tile) stop(tile);
  });
}

function focusTile(tile) {
  tile.focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Keys on a tile: `move` says which tile a key leads to; a digit leads to a list; the others act on the shot. */
function tileKey(root, event, move) {
  const tile = event.target.closest(".tile");
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (tile && key in KEY_ACTS) return perform(root, KEY_ACTS[key], tile);
  const there = laneTile(root, key) ?? (tile && move(root, key, tile));
  if (there) focusTile(there);
  return Boolean(there);
}

function laneTile(root, key) {
  if (!/^[1-9]$/.test(key)) return null;
  return root.querySelectorAll(".row")[Number(key) - 1]?.querySelector('.tile[tabindex="0"]') ?? null;
}

/** Listens to keys on the tiles, and to the digits wherever nobody types; returns what ends it. */
function watchKeys(root, move) {
  root.addEventListener("keydown", (event) => {
    if (!pressedAlone(event) || !tileKey(root, event, move)) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own, such as r
  });
  root.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.closest(".tile")) event.preventDefault(); // a space plays, it does not click
  });
  const fromPage = (event) => {
    if (event.defaultPrevented || !pressedAlone(event) || !isIdle(event.composedPath()[0])) return;
    const there = laneTile(root, event.key);
    if (!there) return;
    event.preventDefault();
    focusTile(there);
  };
  document.addEventListener("keydown", fromPage);
  return () => document.removeEventListener("keydown", fromPage);
}

/** Listens once per component; returns what ends it. */
function watchTiles(root, move) {
  if (!root.lpdEnd) {
    watchPointer(root);
    watchClicks(root);
    watchFocus(root);
    root.lpdEnd = watchKeys(root, move);
  }
  return root.lpdEnd;
}

function findTile(root, shot, lane) {
  const same = [...root.querySelectorAll(".tile")].filter((tile) => tile.dataset.shot === shot);
  return same.find((tile) => FACTS.get(tile).lane === lane) ?? same[0];
}

/** Draws by `draw` and gives the focus back to the tile that had it, if its shot is still there. */
function keepingFocus(root, draw) {
  const before = root.getRootNode().activeElement;
  const facts = before && FACTS.get(before);
  draw();
  if (!facts || root.getRootNode().activeElement === before) return;
  findTile(root, facts.tile.shot, facts.lane)?.focus({ preventScroll: true });
}

/** A closed detail leaves the focus nowhere; it goes back to the tile that opened it. */
function focusAfterDetail(root, selected) {
  const closed = root.lpdSelected && !selected;
  root.lpdSelected = selected;
  if (!closed || !root.lpdOpened) return;
  const back = () => {
    const tile = findTile(root, root.lpdOpened.shot, root.lpdOpened.lane);
    const nowhere = document.activeElement === document.body && !isCovered();
    if (tile && nowhere) focusTile(tile);
  };
  [0, 150, 400].forEach((wait) => setTimeout(back, wait));
}
