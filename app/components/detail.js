// One shot at length, from JSON. Foreign text goes through textContent only.

const VERDICT_KEYS = { r: "relevant", n: "not", u: "none" };

function image(className, urls, shot) {
  const bare = element("span", `${className} bare`);
  bare.append(foreign("span", "id", shot.shot));
  const left = urls.filter(Boolean);
  if (!left.length) return bare;
  const img = element("img", className);
  img.alt = shot.alt;
  img.src = left.shift();
  img.addEventListener("error", () => {
    if (left.length) img.src = left.shift();
    else img.replaceWith(bare);
  });
  return img;
}

function timeline(neighbours) {
  const box = element("div", "time");
  box.setAttribute("aria-hidden", "true"); // the strip below says the same
  neighbours.forEach((shot) => {
    const part = element("i", shot.here ? "here" : "");
    part.style.flex = String(Math.max(shot.length, 0.01));
    box.append(part);
  });
  return box;
}

function strip(data) {
  const box = element("div", "strip");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "shots of the same video, arrow keys move");
  data.neighbours.filter((shot) => shot.shown).forEach((shot) => {
    const made = element("button", `${shot.here ? "here" : ""} ${shot.judgement?.kind ?? ""}`);
    made.type = "button";
    made.dataset.shot = shot.shot;
    made.dataset.key = `shot ${shot.shot}`;
    made.tabIndex = shot.here ? 0 : -1;
    made.setAttribute("aria-label", shot.alt);
    if (shot.here) made.setAttribute("aria-current", "true");
    const label = element("small", "", shot.label);
    if (shot.judgement) label.append(element("span", `mark ${shot.judgement.kind}`, ` ${shot.judgement.mark}`));
    made.append(image("still", [mediaUrl(data.media, shot, "thumbnail")], shot), label);
    box.append(made);
  });
  return box;
}

/** What the person can say of the shot; the pressed button takes the mark back. */
function actions(data) {
  const box = element("div", "actions");
  const add = (key, sign, words, pressed) => {
    const made = button(pressed ? "pressed" : "", `${sign} ${words}`);
    made.dataset.key = key;
    made.dataset.act = key;
    if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
    box.append(made);
  };
  if (data.events.includes("mark")) {
    add("relevant", "✓", "relevant", data.verdict === "relevant");
    add("not", "✕", "not relevant", data.verdict === "not");
  }
  if (data.events.includes("like")) add("like", "≈", "more like this");
  return box;
}

function judgementLine(judgement) {
  const line = element("p", "fact");
  line.append(element("span", `mark ${judgement.kind}`, judgement.mark), document.createTextNode(` in the qrels: ${judgement.words}`));
  return line;
}

/** Draws a part anew only if what it shows has changed, so that a picture does not blink when a mark is set. */
function part(root, name, { shown, make }) {
  root.lpdParts ??= new Map();
  const written = JSON.stringify(shown);
  const before = root.lpdParts.get(name);
  const node = before?.written === written ? before.node : make();
  root.lpdParts.set(name, { written, node });
  return node;
}

function titled(title, ...nodes) {
  const box = element("div", "part");
  box.append(element("h3", "", title), ...nodes);
  return box;
}

function left(root, data) {
  const { media, picture } = data;
  const urls = () => [mediaUrl(media, picture, "preview"), mediaUrl(media, picture, "thumbnail")];
  const nodes = [part(root, "picture", { shown: [media, picture], make: () => image("big", urls(), picture) })];
  nodes.push(part(root, "actions", { shown: [data.events, data.verdict], make: () => actions(data) }));
  if (data.judgement) nodes.push(judgementLine(data.judgement));
  data.facts.forEach((fact) => nodes.push(foreign("p", "fact", fact)));
  data.captions.forEach((caption) => nodes.push(foreign("p", "caption", caption)));
  return nodes;
}

function right(root, data) {
  const nodes = [];
  const scores = () => titled("Rank and similarity in every space", scoreTable(data));
  const weights = () => titled("Share of each video feature in the fused ends", weightTable(data.weights));
  if (data.scores.length) nodes.push(part(root, "scores", { shown: [data.scores, data.events], make: scores }));
  if (data.weights) nodes.push(part(root, "weights", { shown: data.weights, make: weights }));
  return nodes;
}

function draw(root, data) {
  const focused = root.getRootNode().activeElement?.dataset.key;
  root.lpdSides ??= [element("div"), element("div")];
  place(root.lpdSides[0], left(root, data));
  place(root.lpdSides[1], right(root, data));
  root.lpdTop ??= element("div", "top");
  place(root.lpdTop, root.lpdSides);
  const video = () => titled("In its video", timeline(data.neighbours), strip(data));
  place(root, [root.lpdTop, part(root, "video", { shown: [data.media, data.neighbours], make: video })]);
  if (focused && !root.getRootNode().activeElement) {
    [...root.querySelectorAll("[data-key]")].find((one) => one.dataset.key === focused)?.focus({ preventScroll: true });
  }
}

function mark(root, verdict, toggles) {
  const { verdict: before, picture } = root.lpdData;
  const said = toggles && before === verdict ? "none" : verdict;
  if (said !== (before ?? "none")) send(root, "mark", { shot: picture.shot, verdict: said });
}

function like(root, space) {
  send(root, "like", { shot: root.lpdData.picture.shot, space });
}

function watchClicks(root) {
  root.addEventListener("click", (event) => {
    const made = event.target.closest("button");
    if (!made) return;
    const { act, space, shot } = made.dataset;
    if (act === "like" || space) like(root, space ?? null);
    else if (act) mark(root, act, true);
    else if (shot !== undefined) send(root, "open", { shot });
  });
}

function moveInStrip(from, key) {
  const made = from.closest?.(".strip button");
  const buttons = made ? [...made.parentElement.children] : [];
  const here = buttons.indexOf(made);
  const there = buttons[{ ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: buttons.length - 1 }[key]];
  there?.focus();
  return Boolean(there);
}

function actByKey(root, from, key) {
  if (from.closest?.("input, textarea, [contenteditable]")) return false;
  if (key in VERDICT_KEYS && offers(root, "mark")) mark(root, VERDICT_KEYS[key], false);
  else if (key === "l" && offers(root, "like")) like(root, null);
  else return false;
  return true;
}

/** Listens to keys in the whole dialog that the detail stands in; returns what ends it. */
function watchKeys(root) {
  const around = root.getRootNode().host?.closest('[role="dialog"]') ?? root;
  const handle = (event) => {
    const from = event.composedPath()[0];
    if (!pressedAlone(event)) return;
    if (!moveInStrip(from, event.key) && !actByKey(root, from, event.key.toLowerCase())) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own, such as r
  };
  around.addEventListener("keydown", handle);
  return () => around.removeEventListener("keydown", handle);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  root.lpdEvents = data.events;
  root.lpdData = data;
  const written = JSON.stringify(data);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    draw(root, data);
    if (root.dataset.marker !== data.picture.shot) root.querySelector(".strip .here")?.scrollIntoView({ block: "nearest", inline: "center" });
    root.dataset.marker = data.picture.shot;
  }
  if (!root.lpdEnd) {
    watchClicks(root);
    root.lpdEnd = watchKeys(root);
  }
  return root.lpdEnd;
}
