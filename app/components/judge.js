// The desk where shots are judged, from JSON: topics, the shot or a page of shots, how far it is. Foreign text goes
// through textContent only.

function topicButton(data, topic) {
  const made = button(topic.id === data.topic.id ? "here" : "");
  made.dataset.topic = topic.id;
  if (topic.id === data.topic.id) made.setAttribute("aria-current", "true");
  const bar = element("i", "bar");
  const part = element("i");
  part.style.width = `${topic.total ? (100 * topic.done) / topic.total : 100}%`;
  bar.append(part);
  bar.setAttribute("aria-hidden", "true");
  const count = element("small", "", topic.done >= topic.total ? `✓ ${topic.done}` : `${topic.done} / ${topic.total}`);
  made.append(element("small", "number", topic.id), foreign("span", "text", topic.text), count, bar);
  made.title = topic.text;
  return made;
}

function topicList(root, data, counts) {
  const box = element("nav", "topics");
  box.setAttribute("aria-label", "topics of the plan");
  const topics = data.topics.map((one) => (one.id === data.topic.id ? { ...one, done: counts.done } : one));
  box.append(...topics.map((one) => topicButton(data, one)));
  return box;
}

function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** How far the topic is, how fast it goes, and how long it still takes. */
function progressLine(data, counts) {
  const box = element("div", "progress");
  const bar = element("div", "bar");
  const part = element("i");
  part.style.width = `${counts.total ? (100 * counts.done) / counts.total : 100}%`;
  bar.append(part);
  const words = [`${counts.done} of ${counts.total}`, `${counts.relevant} relevant`, `${counts.not} not`];
  if (data.pace && counts.done < counts.total) {
    words.push(`${data.pace.toFixed(1)} s each`, `about ${duration(data.pace * (counts.total - counts.done))} left`);
  }
  box.append(bar, element("p", "", words.join(" · ")));
  return box;
}

function finished(data) {
  const box = element("div", "finished");
  const left = data.topics.filter((one) => one.done < one.total && one.id !== data.topic.id).length;
  box.append(element("b", "", data.counts.total ? "This topic is done" : "No shot of this topic is to be judged"));
  const made = button("", "next topic");
  made.dataset.act = "next";
  made.prepend(element("kbd", "", "n"));
  const back = button("", "back");
  back.dataset.act = "back";
  back.prepend(element("kbd", "", "b"));
  back.disabled = !data.before.length;
  box.append(element("p", "", left ? `${left} more to go` : "All topics of this plan are done: see the results."));
  if (left) box.append(made);
  box.append(back);
  return box;
}

function kept(root) {
  const box = element("p", `told ${root.lpdTold ? "lost" : ""}`);
  box.setAttribute("role", "status");
  const shots = root.lpdSent.reduce((sum, one) => sum + (one.kind === "verdict" ? one.shots.length : 0), 0);
  if (root.lpdTold) box.append(element("b", "", "Not kept, judge it again: "), foreign("span", "", root.lpdTold));
  else if (shots) box.textContent = shots === 1 ? "keeping …" : `keeping ${shots} …`;
  return box;
}

function need(root, data) {
  const box = element("div", "need");
  box.append(element("small", "", `topic ${data.topic.id}`), foreign("h3", "", data.topic.text));
  return box;
}

function draw(root) {
  const data = root.lpdData;
  const shadow = root.getRootNode();
  const focused = shadow.activeElement?.dataset;
  const wasTile = root.lpdTiles || (focused?.shot !== undefined && shadow.activeElement.matches(".tile"));
  const shots = waiting(root, data);
  const counts = countsNow(root, data);
  const top = shadow.querySelector(".topics")?.scrollTop ?? null;
  const list = topicList(root, data, counts);
  const desk = element("section", "desk");
  const busy = root.lpdWanted || (!shots.length && root.lpdSent.length);
  const body = data.way === "grid" ? grid(root, data, shots) : stage(root, data, shots);
  desk.append(need(root, data), progressLine(data, counts));
  if (body.childElementCount) desk.append(body);
  else desk.append(busy ? element("p", "busy", "…") : finished({ ...data, counts }));
  desk.append(kept(root));
  desk.classList.toggle("leaving", Boolean(root.lpdWanted));
  root.className = `root ${data.way}`;
  root.replaceChildren(list, desk);
  if (top === null) list.querySelector(".here")?.scrollIntoView({ block: "nearest" });
  else list.scrollTop = top;
  fetchAhead(root, data, data.way === "grid" ? shots.slice(0, 2 * data.page) : shots);
  refocus(root, { tile: wasTile, topic: focused?.topic, act: focused?.act });
}

/** Gives the focus back to what had it and was drawn anew. */
function refocus(root, { tile, topic, act }) {
  root.lpdTiles = false;
  const all = [...root.querySelectorAll("button")];
  const there = tile
    ? all.find((one) => one.matches('.tile[tabindex="0"]'))
    : all.find((one) => (topic !== undefined && one.dataset.topic === topic) || (act !== undefined && one.dataset.act === act));
  there?.focus({ preventScroll: !tile });
  if (tile) there?.scrollIntoView({ block: "nearest" });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  root.lpdData = data;
  settleDesk(root, data);
  hearPage(root, data);
  if (root.lpdWanted === data.topic.id || !root.lpdSent.some((one) => one.kind === "topic")) root.lpdWanted = null;
  root.lpdDraw = () => draw(root);
  const written = JSON.stringify([data, root.lpdSent.length, root.lpdTold]);
  if (root.lpdWritten !== written) draw(root);
  root.lpdWritten = written;
  root.lpdEnd ??= watchDesk(root);
  return root.lpdEnd;
}
