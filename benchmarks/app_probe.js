// What a page measures of itself, before any of its own scripts run. Times are those of performance.now().

(() => {
  const QUIET_MS = 400;
  const CHANGES = { childList: true, characterData: true, subtree: true, attributeFilter: ["data-stale", "data-test-script-state"] };
  const shadows = [];
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  /** The time when what is there now has been drawn: the end of the frame after the next one's beginning. */
  async function drawn() {
    await frame();
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(null);
    });
    return performance.now();
  }

  function isInSight(box) {
    const { left, right, top, bottom } = box.getBoundingClientRect();
    const row = box.closest(".row").getBoundingClientRect();
    return bottom > 0 && right > Math.max(0, row.left) && top < innerHeight && left < Math.min(innerWidth, row.right);
  }

  function isThere(box) {
    const img = box.querySelector("img");
    return Boolean(img?.complete && img.naturalWidth);
  }

  /** Pictures that came over the network since then, not from a cache. */
  function fetched(since) {
    const entries = performance.getEntriesByType("resource").filter((entry) => entry.startTime >= since);
    return entries.filter((entry) => entry.name.includes("/shots/") && entry.transferSize > 0).length;
  }

  /** When the first and when all of the pictures in sight are painted, in ms from `begun`; `find` gives their boxes. */
  async function paint(find, begun) {
    let boxes = find();
    while (!boxes?.length) {
      await frame();
      boxes = find();
    }
    const arrived = performance.now();
    const seen = boxes.filter(isInSight);
    let first = null;
    const watchFirst = async () => {
      while (first === null) {
        const box = seen.find(isThere);
        if (box) await box.querySelector("img").decode();
        if (box) first = await drawn();
        else await frame();
      }
    };
    const watched = watchFirst();
    while (!seen.every((box) => isThere(box) || !box.isConnected)) await frame();
    await Promise.all(seen.filter(isThere).map((box) => box.querySelector("img").decode()));
    const all = await drawn();
    await watched;
    return { tiles: arrived - begun, first: first - begun, all: all - begun, pictures: seen.filter(isThere).length, fetched: fetched(begun) };
  }

  /** The root of the grid that shows a query, once its tiles are there. */
  function gridOf(query) {
    const roots = shadows.map((shadow) => shadow.querySelector(".root"));
    return roots.find((root) => root?.isConnected && root.dataset.marker === query && root.querySelector(".tile"));
  }

  /** Measures the next Enter: until the pictures of this query are painted. The promise is `probe.answer`. */
  function watchEnter(query) {
    probe.answer = new Promise((resolve) => {
      const pressed = (event) => {
        if (event.key !== "Enter") return;
        removeEventListener("keydown", pressed, true);
        resolve(paint(() => [...(gridOf(query)?.querySelectorAll(".picture") ?? [])], event.timeStamp));
      };
      addEventListener("keydown", pressed, true);
    });
  }

  /** The rows and the pictures fetched so far, with their places: of rows on the page, of pictures in their row. */
  function layout(query) {
    const page = document.querySelector('[data-testid="stMain"]');
    const rows = [...gridOf(query).querySelectorAll(".row")].map((row) => {
      const here = row.getBoundingClientRect();
      const boxes = [...row.querySelectorAll(".picture")].filter(isThere);
      const pictures = boxes.map((box) => {
        const { left, top, width, height } = box.getBoundingClientRect();
        return { left: left - here.left + row.scrollLeft, top: top - here.top, width, height, src: box.querySelector("img").src };
      });
      return { left: here.left, top: here.top + page.scrollTop, width: here.width, height: here.height, pictures };
    });
    return { height: page.scrollHeight, rows };
  }

  /** Scrolls an element by `step` px a frame to its end; returns the length of every frame in ms. */
  async function scrollOn(node, axis, step) {
    const [at, size, window] = axis === "x" ? ["scrollLeft", "scrollWidth", "clientWidth"] : ["scrollTop", "scrollHeight", "clientHeight"];
    const times = [await frame()];
    const end = node[size] - node[window];
    for (let here = node[at]; here < end; times.push(await frame())) {
      here = Math.min(here + step, end);
      node[at] = here;
    }
    return times.slice(1).map((time, number) => time - times[number]);
  }

  /** Scrolls down through the page and, in every row, sideways to its end; returns the length of every frame in ms. */
  async function scrollAll(rows, page, step) {
    const frames = await scrollOn(page, "y", step);
    for (const row of rows) {
      row.scrollIntoView({ block: "nearest" });
      frames.push(...await scrollOn(row, "x", step));
    }
    return frames;
  }

  const watcher = new MutationObserver(() => { probe.changed = performance.now(); });

  /** Notes every change of the page from now on. */
  function watchChanges() {
    [document, ...shadows].forEach((root) => watcher.observe(root, CHANGES));
    probe.watching = true;
  }

  function isSettled() {
    const app = document.querySelector('[data-testid="stApp"]');
    return app?.dataset.testScriptState === "notRunning" && !document.querySelector('[data-stale="true"]');
  }

  /** The time of the last change of the page `path`, once its script has ended and it is quiet. */
  async function quiet(path) {
    while (location.pathname !== path || !isSettled() || performance.now() - (probe.changed ?? performance.now()) < QUIET_MS) await pause(20);
    return probe.changed;
  }

  /** How long from a click on a link until its page is quiet; the promise is `probe.answer`. */
  function watchClick(path) {
    probe.answer = new Promise((resolve) => {
      const clicked = (event) => {
        removeEventListener("click", clicked, true);
        probe.changed = performance.now();
        resolve(quiet(path).then((end) => end - event.timeStamp));
      };
      addEventListener("click", clicked, true);
    });
  }

  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(options) {
    const shadow = attach.call(this, options);
    shadows.push(shadow);
    if (probe.watching) watcher.observe(shadow, CHANGES);
    return shadow;
  };
  performance.setResourceTimingBufferSize(5000);

  const probe = { paint, watchEnter, gridOf, layout, scrollAll, watchChanges, quiet, watchClick };
  window.lpdProbe = probe;
})();
