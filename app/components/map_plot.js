// One plane of a map: its canvases, what is in view, and what is drawn over the points.

const NEAR_PX = 9;
const ROOM = 1.06;
const CLOSEST = 4000;

function emptyPlot(name) {
  const section = element("section", "plot");
  section.dataset.plot = name;
  const stage = element("div", "stage");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  const [points, over] = [element("canvas", "points"), element("canvas", "over")];
  const wait = element("p", "wait", "");
  stage.append(points, over, wait);
  section.append(element("header"), stage, element("div", "scale"));
  return { name, section, stage, points, over, wait, view: null, cloud: null, kinds: null, painter: null, size: [0, 0] };
}

/** Half the width and half the height of what is in view, with equal lengths in both directions. */
function reachOf(plot) {
  const [width, height] = plot.size;
  const small = Math.max(1, Math.min(width, height));
  const half = ROOM / plot.view.zoom;
  return { across: (half * width) / small, up: (half * height) / small };
}

function placeAt(plot, event) {
  const box = plot.stage.getBoundingClientRect();
  return fromPixel(plot, [event.clientX - box.left, event.clientY - box.top]);
}

function fromPixel(plot, [right, down]) {
  const { across, up } = reachOf(plot);
  const [width, height] = plot.size;
  return [plot.view.x + across * ((2 * right) / width - 1), plot.view.y - up * ((2 * down) / height - 1)];
}

function toPixel(plot, [x, y]) {
  const { across, up } = reachOf(plot);
  const [width, height] = plot.size;
  return [((x - plot.view.x) / across + 1) * (width / 2), (1 - (y - plot.view.y) / up) * (height / 2)];
}

/** The diameter of a point in pixels of the page: larger for few shots and near by. */
function dotSize(count, zoom) {
  const base = count < 2000 ? 7 : count < 12_000 ? 5 : count < 60_000 ? 3.4 : 2.2;
  return Math.min(11, base * Math.max(1, zoom) ** 0.35);
}

function fitCanvas(canvas, width, height, ratio) {
  const [wide, high] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
}

function pixelRatio() {
  return Math.min(2, window.devicePixelRatio || 1);
}

function paintPoints(state, plot) {
  const ratio = pixelRatio();
  fitCanvas(plot.points, ...plot.size, ratio);
  const { across, up } = reachOf(plot);
  const size = dotSize(state.data.count, plot.view.zoom) * ratio;
  plot.painter.paint({ x: plot.view.x, y: plot.view.y, across, up }, size, ratio);
}

function paintOver(state, plot) {
  const ratio = pixelRatio();
  fitCanvas(plot.over, ...plot.size, ratio);
  const pen = plot.over.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, ...plot.size);
  const ink = { ...state.data.inks, under: state.data.inks.background };
  const at = (row) => toPixel(plot, [plot.cloud.xy[2 * row], plot.cloud.xy[2 * row + 1]]);
  plot.data.marked.forEach((row) => ring(pen, at(row), 5, ink.mark, 1.4, ink.under));
  plot.data.labels.forEach((label) => words(pen, toPixel(plot, [label.x, label.y]), label.text, ink));
  if (state.lasso?.plot === plot.name) outline(pen, state.lasso.polygon.map((one) => toPixel(plot, one)), ink.accent, true);
  if (plot.drawn) outline(pen, plot.drawn, ink.accent, false);
  if (plot.data.query) star(pen, toPixel(plot, plot.data.query), ink);
  if (state.data.found !== null) ring(pen, at(state.data.found), 9, ink.accent, 2.5, ink.under);
  if (state.hover !== null) ring(pen, at(state.hover), 7, ink.ink, 2, ink.under);
}

function ring(pen, [x, y], radius, colour, width, under) {
  [[under, width + 2], [colour, width]].forEach(([one, wide]) => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.strokeStyle = one;
    pen.lineWidth = wide;
    pen.stroke();
  });
}

function outline(pen, corners, colour, closed) {
  pen.beginPath();
  corners.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  if (closed) pen.closePath();
  pen.strokeStyle = colour;
  pen.lineWidth = 1.75;
  pen.setLineDash(closed ? [] : [5, 4]);
  pen.stroke();
  pen.setLineDash([]);
}

function words(pen, [x, y], text, ink) {
  pen.font = "600 12px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeStyle = ink.under;
  pen.strokeText(text, x, y);
  pen.fillStyle = ink.ink;
  pen.fillText(text, x, y);
}

/** The place of the query: a star, which no shot is. */
function star(pen, [x, y], ink) {
  pen.beginPath();
  for (let point = 0; point < 10; point++) {
    const [far, turn] = [point % 2 ? 4.5 : 11, (Math.PI * (point - 2.5)) / 5];
    pen.lineTo(x + far * Math.cos(turn), y + far * Math.sin(turn));
  }
  pen.closePath();
  pen.lineWidth = 3;
  pen.strokeStyle = ink.under;
  pen.stroke();
  pen.fillStyle = ink.mark;
  pen.fill();
  pen.lineWidth = 1;
  pen.strokeStyle = ink.ink;
  pen.stroke();
}

function movedBy(plot, right, down) {
  const { across, up } = reachOf(plot);
  const [width, height] = plot.size;
  plot.view = { ...plot.view, x: plot.view.x - (2 * across * right) / width, y: plot.view.y + (2 * up * down) / height };
}

/** Zooms about a pixel, which stays where it is. */
function zoomedBy(plot, factor, pixel = [plot.size[0] / 2, plot.size[1] / 2]) {
  const before = fromPixel(plot, pixel);
  plot.view = { ...plot.view, zoom: Math.max(0.5, Math.min(CLOSEST, plot.view.zoom * factor)) };
  const after = fromPixel(plot, pixel);
  plot.view = { ...plot.view, x: plot.view.x + before[0] - after[0], y: plot.view.y + before[1] - after[1] };
}

/** All of the points in view. */
function wholeView() {
  return { x: 0, y: 0, zoom: 1 };
}

function cornersInView(plot) {
  const { across, up } = reachOf(plot);
  const { x, y } = plot.view;
  return [[x - across, y - up], [x + across, y - up], [x + across, y + up], [x - across, y + up]];
}
