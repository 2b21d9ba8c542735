// Listens for `?` on the whole page and shows the list of keys. All texts go through textContent.

function made(tag, className, text) {
  const one = document.createElement(tag);
  if (className) one.className = className;
  if (text !== undefined) one.textContent = text;
  return one;
}

/** Keys typed into a field are text. A shadow root hides its fields from the event's target, not from its path. */
function isTyping(event) {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !target.matches("[type=checkbox], [type=radio], [type=range], [type=button]");
}

function group(data) {
  const box = made("section");
  const list = made("dl");
  data.keys.forEach(([keys, words]) => {
    const term = made("dt");
    keys.split(" ").forEach((key) => term.append(made(key === "–" ? "span" : "kbd", "", key)));
    list.append(term, made("dd", "", words));
  });
  box.append(made("h3", "", data.title), list);
  return box;
}

function content(data, close) {
  const head = made("header");
  const title = made("h2", "", data.title);
  title.id = "lpd-keys-title";
  const button = made("button", "", "Close");
  button.type = "button";
  button.addEventListener("click", close);
  head.append(title, button);
  return [head, ...data.groups.map(group)];
}

/** In the body, so that no hidden or inert part of the page holds it; the mark lets the page's own dialogs leave it be. */
function newDialog() {
  const dialog = made("dialog", "lpd-keys");
  dialog.setAttribute("aria-labelledby", "lpd-keys-title");
  dialog.dataset.reactAriaTopLayer = "true";
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => event.key !== "Tab" && event.stopPropagation());
  document.body.append(dialog);
  return dialog;
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  root.lpdDialog ??= newDialog();
  const dialog = root.lpdDialog;
  const written = JSON.stringify(data);
  if (root.lpdContent !== written) dialog.replaceChildren(...content(data, () => dialog.close()));
  root.lpdContent = written;
  root.lpdStop?.abort();
  const stop = new AbortController();
  root.lpdStop = stop;
  const open = () => dialog.open || dialog.showModal();
  const pressed = (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  };
  document.addEventListener("keydown", pressed, { capture: true, signal: stop.signal });
  document.addEventListener("lpd-keys", open, { signal: stop.signal });
  return () => {
    stop.abort();
    dialog.remove();
    root.lpdDialog = undefined;
    root.lpdContent = undefined;
  };
}
