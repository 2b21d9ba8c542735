// The points of a map: fetched once, found near a place, inside a lasso, and in the order they are drawn in. No page.

const LAYERS = new Map();
const LAYERS_KEPT = 24;

/** The bytes of a layer; the same address is fetched once. */
function layerOf(url) {
  if (!LAYERS.has(url)) {
    const asked = fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.arrayBuffer();
    });
    asked.catch(() => LAYERS.delete(url));
    LAYERS.set(url, asked);
    if (LAYERS.size > LAYERS_KEPT) LAYERS.delete(LAYERS.keys().next().value);
  }
  return LAYERS.get(url);
}

const CELLS = 256;

/** Points in cells of a grid over -1..1 in both directions: the rows of cell c are rows[starts[c]]..rows[starts[c + 1]]. */
function gridOf(xy) {
  const count = xy.length / 2;
  const cell = new Uint32Array(count);
  const starts = new Uint32Array(CELLS * CELLS + 1);
  for (let row = 0; row < count; row++) {
    cell[row] = cellAt(xy[2 * row + 1]) * CELLS + cellAt(xy[2 * row]);
    starts[cell[row] + 1]++;
  }
  for (let one = 0; one < CELLS * CELLS; one++) starts[one + 1] += starts[one];
  const next = starts.slice();
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[next[cell[row]]++] = row;
  return { starts, rows };
}

function cellAt(value) {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(((value + 1) / 2) * CELLS)));
}

/** Calls back with every row of the cells that a box touches. */
function rowsInBox(grid, [left, bottom, right, top], hear) {
  for (let line = cellAt(bottom); line <= cellAt(top); line++) {
    const first = grid.starts[line * CELLS + cellAt(left)];
    const last = grid.starts[line * CELLS + cellAt(right) + 1];
    for (let place = first; place < last; place++) hear(grid.rows[place]);
  }
}

/** The row nearest to a place and no farther than `reach`, of those that `shown` accepts; -1 for none. */
function nearestRow({ xy, grid }, [x, y], reach, shown) {
  let best = -1;
  let least = reach * reach;
  rowsInBox(grid, [x - reach, y - reach, x + reach, y + reach], (row) => {
    const far = (xy[2 * row] - x) ** 2 + (xy[2 * row + 1] - y) ** 2;
    if (far <= least && shown(row)) {
      best = row;
      least = far;
    }
  });
  return best;
}

/** Whether a place is inside a polygon, by the even-odd rule; app/map/lasso.py does the same. */
function isInside(polygon, x, y) {
  let inside = false;
  for (let here = 0, before = polygon.length - 1; here < polygon.length; before = here++) {
    const [x1, y1] = polygon[here];
    const [x2, y2] = polygon[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** 1 for every row inside a polygon that `shown` accepts, and how many these are. */
function rowsInside({ xy, grid }, polygon, shown) {
  const chosen = new Uint8Array(xy.length / 2);
  let count = 0;
  const across = polygon.map(([x]) => x);
  const up = polygon.map(([, y]) => y);
  const box = [Math.min(...across), Math.min(...up), Math.max(...across), Math.max(...up)];
  rowsInBox(grid, box, (row) => {
    if (shown(row) && isInside(polygon, xy[2 * row], xy[2 * row + 1])) {
      chosen[row] = 1;
      count++;
    }
  });
  return { chosen, count };
}

/** A polygon of at most so many corners: points that lie nearest to the line of their neighbours are left out. */
function simplified(polygon, most) {
  const kept = [...polygon];
  const area = (place) => {
    const [a, b, c] = [-1, 0, 1].map((step) => kept[(place + step + kept.length) % kept.length]);
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
  };
  while (kept.length > most) {
    let least = 0;
    for (let place = 1; place < kept.length; place++) if (area(place) < area(least)) least = place;
    kept.splice(least, 1);
  }
  return kept;
}

const HIDDEN = 255;
const LEVELS = 256;

/**
 * The rows in the order they are drawn in: classes of a higher level over those of a lower one, chosen rows over all.
 * Rows of a class that is hidden are left out.
 */
function drawingOrder(kinds, levels, hidden, chosen) {
  const counts = new Uint32Array(2 * LEVELS + 1);
  const bucket = (row) => levels[kinds[row]] + (chosen && chosen[row] ? LEVELS : 0);
  const isShown = (row) => kinds[row] !== HIDDEN && !hidden[kinds[row]];
  for (let row = 0; row < kinds.length; row++) if (isShown(row)) counts[bucket(row) + 1]++;
  for (let one = 0; one < 2 * LEVELS; one++) counts[one + 1] += counts[one];
  const order = new Uint32Array(counts[2 * LEVELS]);
  for (let row = 0; row < kinds.length; row++) if (isShown(row)) order[counts[bucket(row)]++] = row;
  return order;
}
