// The pinned views as cards in order, from JSON. Foreign text goes through textContent only.

const CARD_ACTS = [
  ["up", "↑", "move up (Alt+↑)"],
  ["down", "↓", "move down (Alt+↓)"],
  ["remove", "✕", "delete (Delete)"],
];

function headOf(card) {
  const head = button("open", "");
  head.append(foreign("span", "title", card.title));
  const line = element("span", "line", `${card.page} · ${card.when}`);
  head.append(line);
  if (card.facts) head.append(foreign("span", "facts", card.facts));
  if (card.note) head.append(foreign("span", "note", card.note));
  if (card.changed) {
    const mark = element("span", "changed", "≠ changed since");
    mark.title = card.changed;
    head.append(mark);
  }
  head.tabIndex = -1;
  return head;
}

function cardOf(card) {
  const made = element("li", "card");
  made.dataset.view = card.view_id;
  made.draggable = true;
  const acts = element("div", "acts");
  CARD_ACTS.forEach(([act, sign, label]) => {
    const one = button(act, sign, label);
    one.dataset.act = act;
    one.tabIndex = -1;
    acts.append(one);
  });
  made.append(element("span", "place", String(card.place)), headOf(card), acts);
  return made;
}

/** Cards that stay are kept as they are, so that the focus and a card that is dragged stay too. */
function drawCards(root, data) {
  root.lpdList ??= root.appendChild(element("ol", "cards"));
  root.lpdList.setAttribute("aria-label", data.alt);
  const before = root.lpdDrawn ?? new Map();
  root.lpdDrawn = new Map(data.cards.map((card) => {
    const written = JSON.stringify(card);
    const known = before.get(card.view_id);
    return [card.view_id, known?.written === written ? known : { written, node: cardOf(card) }];
  }));
  keepingPlace(root, () => place(root.lpdList, [...root.lpdDrawn.values()].map(({ node }) => node)));
}

/** The focus stays with the view that has it; where that view is gone, it goes to the one in its place. */
function keepingPlace(root, draw) {
  const focused = root.getRootNode().activeElement?.closest?.(".card");
  const at = focused ? cardsOf(root).indexOf(focused) : -1;
  const view = focused?.dataset.view;
  draw();
  if (at < 0) return;
  const cards = cardsOf(root);
  const there = cards.find((one) => one.dataset.view === view) ?? cards[Math.min(at, cards.length - 1)];
  if (there && root.getRootNode().activeElement?.closest?.(".card") !== there) focusCard(root, there);
}

function cardsOf(root) {
  return [...root.querySelectorAll(".card")];
}

function viewOf(card) {
  return Number(card.dataset.view);
}

function focusCard(root, card) {
  oneStop(root, card);
  const head = card.querySelector(".open");
  head.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

/** Tab reaches one card of the list. */
function oneStop(root, chosen) {
  cardsOf(root).forEach((one) => { one.querySelector(".open").tabIndex = one === chosen ? 0 : -1; });
}

function showOpened(root, opened) {
  const cards = cardsOf(root);
  cards.forEach((one) => {
    const here = viewOf(one) === opened;
    one.classList.toggle("opened", here);
    if (here) one.querySelector(".open").setAttribute("aria-current", "true");
    else one.querySelector(".open").removeAttribute("aria-current");
  });
  const chosen = cards.find((one) => viewOf(one) === opened) ?? cards[0];
  if (chosen && !root.querySelector('.open[tabindex="0"]')) oneStop(root, chosen);
  if (root.lpdOpened !== opened) chosen?.scrollIntoView({ block: "nearest" });
  root.lpdOpened = opened;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  root.lpdLinks = new Map(data.cards.map((card) => [card.view_id, card.href]));
  drawCards(root, data);
  showOpened(root, data.opened);
  if (!root.lpdWatched) {
    root.lpdWatched = true;
    watchCardClicks(root);
    watchDragging(root);
    watchCardKeys(root);
  }
}
