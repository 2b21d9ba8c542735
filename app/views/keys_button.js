// The `?` of a page's head: tells the page, where keys.js listens.

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  if (root.firstChild) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "?";
  button.title = data.words;
  button.setAttribute("aria-label", data.words);
  button.addEventListener("click", () => document.dispatchEvent(new CustomEvent("lpd-keys")));
  root.append(button);
}
