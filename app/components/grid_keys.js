// Where the arrow keys lead in the grid.

const SAME_LINE_PX = 6;

function middle(box) {
  return (box.left + box.right) / 2;
}

/** The tile above or below on the screen: of the nearest line the one that is nearest sideways. */
function acrossLines(tiles, from, down) {
  const here = from.getBoundingClientRect();
  const boxes = tiles.map((tile) => ({ tile, box: tile.getBoundingClientRect() }));
  const beyond = boxes.filter(({ box }) => (down ? box.top > here.top + SAME_LINE_PX : box.top < here.top - SAME_LINE_PX));
  if (!beyond.length) return null;
  const tops = beyond.map(({ box }) => box.top);
  const line = down ? Math.min(...tops) : Math.max(...tops);
  const there = beyond.filter(({ box }) => Math.abs(box.top - line) < SAME_LINE_PX);
  const far = ({ box }) => Math.abs(middle(box) - middle(here));
  return there.reduce((best, one) => (far(one) < far(best) ? one : best)).tile;
}

/** The tile that a key leads to: along the list, or to another line of it or of the next list. */
function moveInGrid(root, key, from) {
  const row = [...from.closest(".row").querySelectorAll(".tile")];
  const here = row.indexOf(from);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const among = root.classList.contains("columns") ? row : [...root.querySelectorAll(".tile")];
    return acrossLines(among, from, key === "ArrowDown");
  }
  return row[{ ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: row.length - 1 }[key]];
}
