// What every component here begins with. Foreign text goes through textContent only; ids only into encoded URLs.

/** The address the app is served under; Streamlit's own module script lies right below it. */
function appBase() {
  const script = document.querySelector('script[src*="static/js/"]');
  return script ? script.src.split("static/js/")[0] : new URL("./", document.baseURI).href;
}

/** `shot[kind]` is true (served by the app under the shot's id), a full URL, or missing; `media` is relative to the app. */
function mediaUrl(media, shot, kind) {
  const entry = shot[kind];
  if (!entry) return null;
  return entry === true ? `${appBase()}${media}/${kind}/${encodeURIComponent(shot.shot.toWellFormed())}` : entry;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}

/** An element of foreign text: it runs in its own direction, and what turns the direction ends with it. */
function foreign(tag, className, text) {
  const made = element(tag, className, text);
  made.dir = "auto";
  return made;
}

function button(className, text, label) {
  const made = element("button", className, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  if (label) made.title = label;
  return made;
}

const RECENT_MS = 10_000;
const RECENT_MOST = 30;

/**
 * Sends an event with a running number, so that the same one twice is seen as two. Of several within one run of the
 * page only the last one arrives, whatever their names; so each brings along, as `earlier`, those just before it.
 */
function send(root, name, value) {
  const now = performance.now();
  root.lpdCount = (root.lpdCount ?? Date.now()) + 1;
  const recent = (root.lpdRecent ?? []).filter(({ at }) => now - at < RECENT_MS).slice(-RECENT_MOST);
  const told = { ...value, count: root.lpdCount };
  root.lpdRecent = [...recent, { at: now, told: { ...told, event: name } }];
  root.lpdSend(name, { ...told, earlier: recent.map((one) => one.told) });
}

/** Whether the page answers to an event. */
function offers(root, name) {
  return root.lpdEvents.includes(name);
}

/** Makes the children of an element these ones, and leaves alone what is there already. */
function place(parent, nodes) {
  nodes.forEach((node, number) => {
    if (parent.children[number] !== node) parent.insertBefore(node, parent.children[number] ?? null);
  });
  while (parent.children.length > nodes.length) parent.lastElementChild.remove();
}

/** Whether a key is pressed alone; Shift belongs to the sign it makes. */
function pressedAlone(event) {
  return !(event.ctrlKey || event.metaKey || event.altKey);
}

function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether something lies over the page. */
function isCovered() {
  return Boolean(document.querySelector('[role="dialog"], dialog[open]'));
}

/** Whether nobody types there, and nothing lies over the page. */
function isIdle(target) {
  const typing = "input, textarea, select, [contenteditable], [role=combobox], [role=slider], [role=listbox], [role=option]";
  return !isCovered() && !target?.closest?.(typing);
}
