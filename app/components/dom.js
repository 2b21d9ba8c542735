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
  return entry === true ? `${appBase()}${media}/${kind}/${encodeURIComponent(shot.shot)}` : entry;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  return made;
}
