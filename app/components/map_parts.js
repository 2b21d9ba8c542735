// What stands around the planes of a map: tools, legend, scales, and the shot under the pointer.

const HINT = "drag: lasso · Shift+drag: move · Ctrl+scroll: zoom · click: opens the shot";
const FACTS_KEPT = 500;

function toolBar(root) {
  const bar = element("div", "tools");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Tools of the map");
  const all = (act) => () => {
    stateOf(root).plots.forEach((plot) => { if (plot.ready) act(plot); });
    repaint(root);
  };
  const add = (className, text, label, act) => {
    const made = button(className, text, label);
    made.addEventListener("click", act);
    bar.append(made);
    return made;
  };
  add("", "Lasso", "Draw a lasso (L)", () => setTool(root, "lasso")).dataset.tool = "lasso";
  add("", "Move", "Move the map (P)", () => setTool(root, "move")).dataset.tool = "move";
  add("zoom", "+", "Zoom in (+)", all((plot) => zoomedBy(plot, ZOOM_STEP)));
  add("zoom", "−", "Zoom out (−)", all((plot) => zoomedBy(plot, 1 / ZOOM_STEP)));
  add("zoom", "All", "Show all of it (0)", all((plot) => { plot.view = wholeView(); }));
  add("clear", "Let go", "Let the shots go (Esc)", () => choose(root, null)).disabled = true;
  const status = element("p", "status");
  status.setAttribute("aria-live", "polite");
  bar.append(status);
  return bar;
}

/** The classes with their counts; a click takes a class off the map and brings it back. */
function legendOf(root, data) {
  const legend = element("div", "legend");
  if (data.scale) return legend;
  if (data.title) legend.append(element("span", "of", data.title));
  data.classes.forEach((one, place) => {
    const made = button("class", null, null);
    const mark = element("i", `sign ${one.shape}`);
    mark.style.color = one.colour;
    made.append(mark, foreign("span", "", one.words), element("span", "count", one.count.toLocaleString("en")));
    made.title = "click: hide or show";
    made.setAttribute("aria-pressed", String(!stateOf(root).hidden[place]));
    made.addEventListener("click", () => {
      const { hidden } = stateOf(root);
      hidden[place] = hidden[place] ? 0 : 1;
      made.setAttribute("aria-pressed", String(!hidden[place]));
      relook(root);
    });
    legend.append(made);
  });
  return legend;
}

function drawScale(plot, data) {
  const scale = plot.section.querySelector(".scale");
  scale.hidden = !data.scale;
  if (!data.scale || !plot.data.scale) return;
  const bar = element("span", "bar");
  const stops = data.classes.filter((_, place) => place % 16 === 0 || place === data.classes.length - 1);
  bar.style.background = `linear-gradient(to right, ${stops.map((one) => one.colour).join(", ")})`;
  const { words, low, high } = plot.data.scale;
  scale.replaceChildren(foreign("span", "", words), element("span", "", low), bar, element("span", "", high));
}

function headOf(plot) {
  const { title, end, notes } = plot.data;
  const header = element("header", end);
  header.append(foreign("h3", "", title), ...notes.map((one) => foreign("p", "note", one)));
  return header;
}

/** The planes that are wanted, in their order; one that stays keeps its view. */
function settlePlots(root, state, data) {
  const before = state.plots;
  state.plots = new Map();
  data.plots.forEach((one) => {
    const plot = before.get(one.name) ?? emptyPlot(one.name);
    if (!before.has(one.name)) {
      listen(root, plot);
      survive(root, plot);
      new ResizeObserver(([entry]) => {
        plot.size = [entry.contentRect.width, entry.contentRect.height];
        repaint(root, { only: plot });
      }).observe(plot.stage);
    }
    plot.data = one;
    plot.stage.setAttribute("aria-label", `${one.alt} ${KEYS_IN_WORDS}`);
    plot.section.querySelector("header").replaceWith(headOf(plot));
    drawScale(plot, data);
    state.plots.set(one.name, plot);
  });
  before.forEach((plot, name) => { if (!state.plots.has(name)) plot.painter?.free(); });
  const places = root.querySelector(".plots");
  places.style.setProperty("--plots", data.plots.length);
  place(places, [...state.plots.values()].map((plot) => plot.section));
}

function drawMap(root, state, data) {
  const sameClasses = state.data?.title === data.title;
  state.data = data;
  root.dataset.hint = HINT;
  if (!root.querySelector(".tools")) {
    const tip = element("div", "tip");
    tip.hidden = true;
    root.replaceChildren(toolBar(root), element("div", "legend"), element("div", "plots"), tip);
    setTool(root, "lasso");
  }
  if (!sameClasses) state.hidden = new Uint8Array(256);
  root.querySelector(".legend").replaceWith(legendOf(root, data));
  settlePlots(root, state, data);
  if (JSON.stringify(data.lasso) !== state.sent) {
    state.lasso = data.lasso;
    if ([...state.plots.values()].every((plot) => plot.ready)) choose(root, data.lasso, { tell: false });
  }
  if (!state.lasso) say(root, "");
  const base = `${appBase()}${data.layers}/`;
  state.plots.forEach((plot) => load(root, plot, plot.data, base));
  relook(root);
}

// --- the shot under the pointer -----------------------------------------------------------------------------

/** What the server says of the shot in a row; asked once. */
async function factsOf(root, row) {
  const { facts, data } = stateOf(root);
  const url = `${appBase()}${data.shots}/${row}`;
  if (!facts.has(url)) {
    if (facts.size > FACTS_KEPT) facts.clear();
    facts.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
  }
  return facts.get(url);
}

function hover(root, plot, pixel) {
  const state = stateOf(root);
  const row = nearestAt(root, plot, pixel);
  plot.stage.classList.toggle("near", row >= 0);
  setHover(root, row < 0 ? null : row, plot, pixel);
}

function setHover(root, row, plot, pixel) {
  const state = stateOf(root);
  if (state.hover === row) return;
  state.hover = row;
  repaint(root, { points: false });
  clearTimeout(state.waiting);
  const tip = root.querySelector(".tip");
  tip.hidden = true;
  if (row === null) return;
  state.waiting = setTimeout(async () => {
    const facts = await factsOf(root, row);
    if (facts && state.hover === row) showTip(root, tip, facts, plot, pixel);
  }, HOVER_MS);
}

function showTip(root, tip, facts, plot, [right, down]) {
  const state = stateOf(root);
  const source = mediaUrl(state.data.media, facts, "thumbnail");
  const picture = source ? element("img") : null;
  if (picture) Object.assign(picture, { src: source, alt: "" });
  const kind = state.data.classes[plot.kinds[state.hover]];
  const told = [foreign("b", "", facts.shot), foreign("span", "", facts.video), foreign("span", "", kind?.words ?? "")];
  tip.replaceChildren(...(picture ? [picture] : []), ...told);
  tip.hidden = false;
  const [stage, whole] = [plot.stage.getBoundingClientRect(), root.getBoundingClientRect()];
  const left = stage.left - whole.left + right + 14;
  tip.style.left = `${Math.max(0, Math.min(left, whole.width - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(0, stage.top - whole.top + down + 14)}px`;
}
