// The keys and clicks of the desk where shots are judged; `root.lpdDraw` draws it again after each.

const SAID_BY_KEY = { 1: "relevant", 0: "not", s: "skip" };

function isGrid(root) {
  return root.lpdData.way === "grid";
}

function sayNow(root, verdict) {
  if (isGrid(root)) return sayOfTile(root, verdict);
  const [shot] = waiting(root, root.lpdData);
  if (shot) say(root, [shot], verdict);
}

function goBack(root) {
  const shots = takeBack(root);
  if (shots.length) root.lpdFocus = shots[0].shot;
}

/** Leads to the next topic that is not done, after this one; the page draws it. */
function goTo(root, topic) {
  if (!topic || topic === root.lpdData.topic.id || root.lpdWanted) return;
  root.lpdWanted = topic;
  tell(root, "topic", { topic });
}

const DESK_ACTS = {
  relevant: (root) => sayNow(root, "relevant"),
  not: (root) => sayNow(root, "not"),
  skip: (root) => sayNow(root, "skip"),
  back: goBack,
  play: (root) => { root.lpdPlays = !root.lpdPlays; },
  caption: (root) => { root.lpdCaptions = !root.lpdCaptions; },
  next: (root) => goTo(root, root.lpdData.next),
  previous: (root) => goTo(root, root.lpdData.previous),
  rest: (root) => { root.lpdSure = isGrid(root) && unsaid(root).length > 0; },
  unsure: (root) => { root.lpdSure = false; },
  sure: (root) => {
    root.lpdSure = false;
    if (unsaid(root).length) say(root, unsaid(root), "not");
  },
  turn: (root) => { root.lpdTurn = true; },
};

/** What a key does, null for nothing. */
function actOfKey(root, key) {
  if (key in SAID_BY_KEY) return SAID_BY_KEY[key];
  if (root.lpdSure) return { x: "sure", Enter: "sure", Escape: "unsure" }[key] ?? null;
  if (isGrid(root) && key === "x") return "rest";
  if (isGrid(root) && key === "Enter" && root.lpdPage.length && !unsaid(root).length) return "turn";
  return { b: "back", n: "next", p: "previous", " ": "play", c: "caption" }[key] ?? null;
}

function perform(root, act) {
  if (act !== "sure" && act !== "rest") root.lpdSure = false;
  DESK_ACTS[act](root);
  root.lpdDraw();
}

/** A key on a button presses that button; a key anywhere else is one of the desk. */
function deskKey(root, event) {
  const from = event.composedPath()[0];
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const presses = key === "Enter" || key === " ";
  const tile = from.closest?.(".tile");
  if (presses && !tile && from.closest?.("button, a, summary, [role=button], [role=tab], [role=radio]")) return false;
  const act = actOfKey(root, key);
  if (act) {
    if (event.repeat && act !== "back") return true; // a key that is held down says it once
    perform(root, act);
    return true;
  }
  const there = isGrid(root) && (tile ?? root.querySelector(`.tile[tabindex="0"]`));
  const next = there && moveInGrid(root, key, there);
  if (!next) return false;
  root.lpdFocus = next.dataset.shot;
  root.lpdTiles = true;
  root.lpdDraw();
  return true;
}

function watchDesk(root) {
  root.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-act]")) event.preventDefault(); // the space bar goes on playing
  });
  root.addEventListener("click", (event) => {
    const made = event.target.closest("button");
    if (!made) return;
    if (made.dataset.act) perform(root, made.dataset.act);
    else if (made.dataset.topic) {
      goTo(root, made.dataset.topic);
      root.lpdDraw();
    } else if (made.dataset.shot) {
      root.lpdFocus = made.dataset.shot;
      root.lpdTiles = true;
      root.lpdDraw();
    }
  });
  const listen = (event) => {
    if (event.defaultPrevented || !pressedAlone(event) || !isIdle(event.composedPath()[0]) || !deskKey(root, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", listen, { capture: true }); // the page has keys of its own, such as c and r
  return () => document.removeEventListener("keydown", listen, { capture: true });
}
