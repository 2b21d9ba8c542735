// The map: shots as points, on one plane or on two that are linked. Foreign text goes through textContent only.

const MOST_CORNERS = 60;
const STEP_PX = 60;
const ZOOM_STEP = 1.35;
const HOVER_MS = 90;
const KEYS_IN_WORDS =
  "Arrow keys move the map, plus and minus zoom, 0 shows all of it, v takes all shots in view, Escape lets them go, " +
  "L draws a lasso, P moves the map. The shots taken stand below as tiles.";

function stateOf(root) {
  root.lpdMap ??= {
    plots: new Map(), tool: "lasso", hidden: new Uint8Array(256), chosen: null, lasso: null, hover: null, sent: null, facts: new Map(),
  };
  return root.lpdMap;
}

// --- what is chosen -----------------------------------------------------------------------------------------

function shownIn(state, plot) {
  return (row) => plot.kinds[row] !== HIDDEN && !state.hidden[plot.kinds[row]];
}

/** Takes the shots inside a polygon of one plane, in all planes; null lets them go. */
function choose(root, lasso, { tell = true } = {}) {
  const state = stateOf(root);
  const plot = lasso && state.plots.get(lasso.plot);
  state.lasso = plot ? lasso : null;
  state.sent = JSON.stringify(state.lasso);
  const found = plot?.ready ? rowsInside(plot.cloud, lasso.polygon, (row) => plot.kinds[row] !== HIDDEN) : null;
  state.chosen = found?.chosen ?? null;
  root.dataset.chosen = found ? found.count : "";
  root.querySelector(".clear").disabled = !state.lasso;
  say(root, found ? `${found.count.toLocaleString("en")} shots taken` : "");
  relook(root);
  if (tell) send(root, "choose", lasso ? { plot: lasso.plot, polygon: lasso.polygon } : { plot: "", polygon: [] });
}

function say(root, text) {
  root.querySelector(".status").textContent = text || root.dataset.hint;
}

// --- drawing ------------------------------------------------------------------------------------------------

function relook(root) {
  const state = stateOf(root);
  const looks = looksOf(state.data.classes, state.data.inks.background);
  const levels = new Uint8Array(256);
  state.data.classes.forEach((one, place) => { levels[place] = one.level; });
  state.plots.forEach((plot) => {
    if (!plot.ready) return;
    const order = drawingOrder(plot.kinds, levels, state.hidden, state.chosen);
    plot.painter.setLooks({ kinds: plot.kinds, order, chosen: state.chosen, looks });
  });
  repaint(root);
}

/** Paints once in the next frame, however often it is asked for until then: all planes, or only what changed. */
function repaint(root, { only = null, points = true } = {}) {
  const state = stateOf(root);
  (only ? [only] : [...state.plots.values()]).forEach((plot) => {
    plot.changed = { points: points || Boolean(plot.changed?.points) };
  });
  state.asked ??= requestAnimationFrame(() => {
    state.asked = null;
    const begun = performance.now();
    state.plots.forEach((plot) => {
      if (!plot.ready || !plot.changed) return;
      if (plot.changed.points) paintPoints(state, plot);
      paintOver(state, plot);
      plot.changed = null;
    });
    state.frames = (state.frames ?? 0) + 1;
    state.paintMs = performance.now() - begun;
  });
}

// --- points and colours arrive ------------------------------------------------------------------------------

async function load(root, plot, data, base) {
  const [points, kinds] = [`${base}${data.points}`, `${base}${data.kinds}`];
  if (plot.pointsUrl === points && plot.kindsUrl === kinds) return;
  const wanted = (plot.wanted = `${points} ${kinds}`);
  plot.wait.textContent = plot.ready ? "" : "Fetching the points";
  try {
    const [xy, kind] = await Promise.all([layerOf(points), layerOf(kinds)]);
    if (plot.wanted !== wanted) return;
    if (plot.pointsUrl !== points) {
      plot.cloud = { xy: new Float32Array(xy) };
      plot.cloud.grid = gridOf(plot.cloud.xy);
      plot.view = plot.pointsUrl ? plot.view : wholeView();
      if (plot.pointsUrl) plot.view = wholeView();
      plot.painter ??= painterFor(plot.points, plot.cloud.xy.length / 2);
      plot.painter.setPoints(plot.cloud.xy);
    }
    plot.kinds = new Uint8Array(kind);
    Object.assign(plot, { pointsUrl: points, kindsUrl: kinds, ready: plot.cloud.xy.length === 2 * plot.kinds.length });
    plot.wait.textContent = "";
    root.dataset.painter = plot.painter.name;
    arrived(root);
  } catch (error) {
    if (plot.wanted !== wanted) return;
    Object.assign(plot, { pointsUrl: null, kindsUrl: null });
    plot.wait.textContent = "The points did not arrive.";
    askAgain(root);
  }
}

/** The server has let go of the points: the page is run again, which puts them there; twice at most. */
function askAgain(root) {
  const state = stateOf(root);
  state.again = (state.again ?? 0) + 1;
  if (state.again <= 2) send(root, "missing", {});
}

function arrived(root) {
  const state = stateOf(root);
  const plots = [...state.plots.values()];
  if (!plots.every((plot) => plot.ready)) return;
  state.again = 0;
  choose(root, state.lasso ?? state.data.lasso, { tell: false });
  root.dataset.ready = plots.map((plot) => plot.kindsUrl).join(" ");
}

// --- pointer ------------------------------------------------------------------------------------------------

function listen(root, plot) {
  const state = stateOf(root);
  const { stage } = plot;
  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !plot.ready) return;
    stage.setPointerCapture(event.pointerId);
    const pixel = pixelOf(plot, event);
    from = { pixel, last: pixel, moves: (state.tool === "move") !== event.shiftKey, moved: false };
    plot.drawn = from.moves ? null : [pixel];
  });
  stage.addEventListener("pointermove", (event) => {
    if (!plot.ready) return;
    const pixel = pixelOf(plot, event);
    if (!from) return hover(root, plot, pixel);
    from.moved ||= Math.hypot(pixel[0] - from.pixel[0], pixel[1] - from.pixel[1]) > 4;
    if (from.moves) movedBy(plot, pixel[0] - from.last[0], pixel[1] - from.last[1]);
    else if (Math.hypot(pixel[0] - plot.drawn.at(-1)[0], pixel[1] - plot.drawn.at(-1)[1]) > 2) plot.drawn.push(pixel);
    from.last = pixel;
    repaint(root, { only: plot, points: from.moves });
  });
  stage.addEventListener("pointerup", () => {
    if (!from) return;
    const drawn = plot.drawn;
    const { moved, moves, pixel } = from;
    from = null;
    plot.drawn = null;
    if (!moved) openAt(root, plot, pixel);
    else if (!moves && drawn.length > 2) {
      const corners = simplified(drawn, MOST_CORNERS).map((one) => fromPixel(plot, one));
      choose(root, { plot: plot.name, polygon: rounded(corners) });
    }
    repaint(root);
  });
  stage.addEventListener("pointercancel", () => {
    from = null;
    plot.drawn = null;
    repaint(root, { only: plot, points: false });
  });
  stage.addEventListener("pointerleave", () => setHover(root, null));
  stage.addEventListener("wheel", (event) => {
    if (!plot.ready || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    zoomedBy(plot, Math.exp(-event.deltaY / 300), pixelOf(plot, event));
    repaint(root, { only: plot });
  }, { passive: false });
  stage.addEventListener("keydown", (event) => {
    if (pressedAlone(event) && plot.ready && pressed(root, plot, event.key)) event.preventDefault();
  });
}

/** A graphics card may forget everything, as after sleep: it is told again. */
function survive(root, plot) {
  plot.points.addEventListener("webglcontextlost", (event) => event.preventDefault());
  plot.points.addEventListener("webglcontextrestored", () => {
    if (stateOf(root).plots.get(plot.name) !== plot) return;
    plot.painter = painterFor(plot.points, plot.cloud.xy.length / 2);
    plot.painter.setPoints(plot.cloud.xy);
    relook(root);
  });
}

/** Corners in ten-thousandths, as the address keeps them. */
function rounded(polygon) {
  return polygon.map((corner) => corner.map((value) => Math.round(value * 10_000) / 10_000));
}

function pixelOf(plot, event) {
  const box = plot.stage.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function nearestAt(root, plot, pixel) {
  const reach = (NEAR_PX * 2 * reachOf(plot).across) / plot.size[0];
  return nearestRow(plot.cloud, fromPixel(plot, pixel), reach, shownIn(stateOf(root), plot));
}

async function openAt(root, plot, pixel) {
  const row = nearestAt(root, plot, pixel);
  if (row < 0) return;
  const facts = await factsOf(root, row);
  if (facts) send(root, "open", { shot: facts.shot });
}

// --- keys ---------------------------------------------------------------------------------------------------

function pressed(root, plot, key) {
  const steps = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const acts = {
    "+": () => zoomedBy(plot, ZOOM_STEP), "=": () => zoomedBy(plot, ZOOM_STEP), "-": () => zoomedBy(plot, 1 / ZOOM_STEP),
    0: () => { plot.view = wholeView(); }, l: () => setTool(root, "lasso"), p: () => setTool(root, "move"),
    v: () => choose(root, { plot: plot.name, polygon: rounded(cornersInView(plot)) }), Escape: () => choose(root, null),
  };
  if (steps[key]) movedBy(plot, ...steps[key].map((one) => one * STEP_PX));
  else if (key === "Escape" && !stateOf(root).lasso) return false;
  else if (acts[key]) acts[key]();
  else return false;
  repaint(root, { only: plot });
  return true;
}

function setTool(root, tool) {
  stateOf(root).tool = tool;
  root.querySelectorAll("[data-tool]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.tool === tool)));
  root.querySelector(".plots").dataset.tool = tool;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  const state = stateOf(root);
  const written = JSON.stringify(data);
  if (root.lpdContent !== written) {
    root.lpdContent = written;
    drawMap(root, state, data);
  }
  return () => {};
}
