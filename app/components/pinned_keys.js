// What a person can do with the pinned views, by mouse, by dragging and by keys.

const KEYS_OF_CARD = { Delete: "remove", e: "edit", o: "live", u: "undo" };

/** Shows the view as it is now; its address was built from known parameters. */
function openLive(root, card) {
  location.assign(new URL(root.lpdLinks.get(viewOf(card)), appBase()).href);
}

function act(root, name, card, more = {}) {
  send(root, "act", { act: name, ...(card ? { view: viewOf(card) } : {}), ...more });
}

/** Puts a card beside another one at once, and says so. */
function putBeside(root, card, other, after) {
  if (!other || other === card) return;
  root.lpdList.insertBefore(card, after ? other.nextElementSibling : other);
  card.scrollIntoView({ block: "nearest" });
  act(root, "move", card, { beside: viewOf(other), after });
}

function moveBy(root, card, step) {
  const there = step < 0 ? card.previousElementSibling : card.nextElementSibling;
  const focused = card.contains(root.getRootNode().activeElement);
  putBeside(root, card, there, step > 0);
  if (focused) focusCard(root, card);
}

function watchCardClicks(root) {
  root.addEventListener("click", (event) => {
    const card = event.target.closest(".card");
    if (!card) return;
    const name = event.target.closest("[data-act]")?.dataset.act ?? "open";
    if (name === "up" || name === "down") moveBy(root, card, name === "up" ? -1 : 1);
    else act(root, name, card);
  });
  root.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card");
    if (card) oneStop(root, card);
  });
}

/** Along the list; with Alt the card goes along. */
function cardKey(root, event, card) {
  const cards = cardsOf(root);
  const here = cards.indexOf(card);
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    moveBy(root, card, event.key === "ArrowUp" ? -1 : 1);
    return true;
  }
  if (event.altKey && (event.key === "Home" || event.key === "End")) {
    putBeside(root, card, event.key === "Home" ? cards[0] : cards[cards.length - 1], event.key === "End");
    focusCard(root, card);
    return true;
  }
  if (!pressedAlone(event)) return false;
  const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: cards.length - 1 }[event.key];
  if (there !== undefined) {
    if (cards[there]) focusCard(root, cards[there]);
    return true;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!(key in KEYS_OF_CARD)) return false;
  if (key === "o") openLive(root, card);
  else act(root, KEYS_OF_CARD[key], card);
  return true;
}

function watchCardKeys(root) {
  root.addEventListener("keydown", (event) => {
    const card = event.target.closest(".card");
    if (!card || !cardKey(root, event, card)) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
  });
}

/** A card that is dragged is put before or behind the one it is dropped on, whichever half it is. */
function watchDragging(root) {
  let dragged = null;
  const clear = () => root.querySelectorAll(".before, .after").forEach((one) => one.classList.remove("before", "after"));
  const behind = (card, event) => {
    const box = card.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  };
  root.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".card");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.view);
  });
  root.addEventListener("dragover", (event) => {
    const card = event.target.closest(".card");
    if (!dragged || !card) return;
    event.preventDefault();
    clear();
    if (card !== dragged) card.classList.add(behind(card, event) ? "after" : "before");
  });
  root.addEventListener("drop", (event) => {
    const card = event.target.closest(".card");
    if (!dragged || !card) return;
    event.preventDefault();
    putBeside(root, dragged, card, behind(card, event));
  });
  root.addEventListener("dragend", () => { dragged = null; clear(); });
}
