// Where the time of a search went, as text, and what painting took: from the arrival of the tiles until every picture
// on the screen is there.

const GIVEN_UP_MS = 20000;

/** The root of the grid that shows the marker, where it is drawn already. */
function gridOf(marker) {
  const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
  const roots = hosts.map((host) => host.shadowRoot?.querySelector(".root"));
  return roots.find((root) => root?.dataset.marker === marker && root.querySelector(".tile, .empty"));
}

/** Whether any of it is on the screen and not scrolled away in its row. */
function isOnScreen(box) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  const row = box.closest(".row").getBoundingClientRect();
  return bottom > 0 && right > Math.max(0, row.left) && top < innerHeight && left < Math.min(innerWidth, row.right);
}

/** How many pictures are on the screen, and whether all are there; a tile without one shows its id at once. */
function look(root) {
  const boxes = [...root.querySelectorAll(".picture")].filter(isOnScreen);
  const waited = boxes.filter((box) => !box.classList.contains("bare"));
  return { count: waited.length, done: waited.every((box) => box.querySelector("img")?.complete) };
}

function words(ms) {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

function watch(line, data, begun) {
  const again = () => {
    if (line.lpdWritten !== data.written || !line.isConnected || performance.now() - begun > GIVEN_UP_MS) return;
    const root = gridOf(data.marker);
    const at = root && look(root);
    if (!at?.done) {
      requestAnimationFrame(again);
      return;
    }
    requestAnimationFrame(() => {
      const told = at.count ? ` · paint ${words(performance.now() - begun)} for ${at.count} pictures` : "";
      line.textContent = `${data.text}${told}`;
      line.dataset.painted = "true";
    });
  };
  again();
}

export default function (component) {
  const line = component.parentElement.querySelector(".line");
  const data = { ...component.data, written: JSON.stringify(component.data) };
  if (line.lpdWritten === data.written) return;
  line.lpdWritten = data.written;
  line.textContent = data.text;
  line.dataset.painted = "false";
  watch(line, data, performance.now());
}
