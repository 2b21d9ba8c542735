// What is judged next, what was said, and what of it the page has kept. The person never waits for the page: a verdict
// counts here at once, and its shot comes back where the page says that it could not be kept.

const RESEND_MS = 4000;
const MOST_BACK = 200;

/** Begins anew for another plan, judge or topic; what the page has not heard yet is still brought to it. */
function settleDesk(root, data) {
  const marker = JSON.stringify([data.plan, data.judge, data.topic.id]);
  root.lpdSent ??= [];
  if (root.lpdMarker === marker) return;
  root.lpdMarker = marker;
  Object.assign(root, { lpdFront: [], lpdBack: [], lpdPage: [], lpdSaid: new Map(), lpdTold: "", lpdSure: false });
}

/** Drops what the page has heard; shots whose verdicts it could not keep come back to the front. */
function hearPage(root, data) {
  const lost = new Map(data.failed.map((one) => [one.count, one.words]));
  root.lpdSent.filter((one) => lost.has(one.count)).forEach((one) => {
    root.lpdTold = lost.get(one.count);
    if (one.topic !== data.topic.id) return;
    one.shots.forEach((shot) => root.lpdSaid.delete(shot.shot));
    root.lpdBack = root.lpdBack.filter((back) => back.count !== one.count);
    if (one.verdict !== "none") root.lpdFront = [...one.shots, ...root.lpdFront];
  });
  root.lpdSent = root.lpdSent.filter((one) => one.count > data.acked);
}

/** Tells the page all that it has not heard yet; a message that was lost is sent again. */
function sendAll(root) {
  clearTimeout(root.lpdAgain);
  if (!root.lpdSent.length) return;
  const said = root.lpdSent.map(({ shots, ...rest }) => ({ ...rest, shots: shots.map((one) => one.shot) }));
  root.lpdMessages = Math.max(root.lpdMessages ?? 0, Date.now()) + 1; // the same message twice is seen as two
  root.lpdSend("said", { said, count: root.lpdMessages });
  root.lpdAgain = setTimeout(() => root.isConnected && sendAll(root), RESEND_MS);
}

/** Keeps one thing that was said until the page has heard it; returns its running number. */
function tell(root, kind, { shots = [], verdict = "", was = "", topic = root.lpdData.topic.id } = {}) {
  const { plan, judge, acked } = root.lpdData;
  root.lpdCount = Math.max(root.lpdCount ?? 0, Date.now(), acked) + 1;
  root.lpdSent.push({ count: root.lpdCount, kind, plan, judge, topic, shots, verdict, was });
  sendAll(root);
  return root.lpdCount;
}

/** Says `relevant` or `not` of some shots, or skips them (`skip`). */
function say(root, shots, verdict) {
  const count = tell(root, verdict === "skip" ? "skip" : "verdict", { shots, verdict });
  const ids = new Set(shots.map((one) => one.shot));
  ids.forEach((shot) => root.lpdSaid.set(shot, verdict));
  root.lpdFront = root.lpdFront.filter((one) => !ids.has(one.shot));
  root.lpdBack = [...root.lpdBack, { shots, count, verdict }].slice(-MOST_BACK);
  root.lpdTold = "";
}

/** Takes the last thing back: of this visit, else the last verdict that the page knows of; returns its shots. */
function takeBack(root) {
  const unheard = unheardSaid(root);
  const known = root.lpdData.before.filter((one) => !unheard.has(one.shot)).at(-1);
  const last = root.lpdBack.pop() ?? (known && { shots: [known], verdict: known.verdict });
  if (!last) return [];
  tell(root, last.verdict === "skip" ? "unskip" : "verdict", { shots: last.shots, verdict: "none", was: last.verdict });
  last.shots.forEach((one) => root.lpdSaid.delete(one.shot));
  root.lpdFront = [...last.shots, ...root.lpdFront];
  root.lpdTold = "";
  return last.shots;
}

/** Shot -> what was said of it and the page has not heard. */
function unheardSaid(root) {
  const said = new Map();
  root.lpdSent.forEach((one) => one.shots.forEach(({ shot }) => said.set(shot, one.verdict)));
  return said;
}

/** The shots to judge, the present one first: what came back, then the page's queue without what was just said. */
function waiting(root, data) {
  const unheard = unheardSaid(root);
  const isOpen = (one) => ["none", undefined].includes(unheard.get(one.shot));
  const front = root.lpdFront.filter(isOpen);
  const there = new Set(front.map((one) => one.shot));
  return [...front, ...data.queue.filter((one) => isOpen(one) && !there.has(one.shot))];
}

/** The counts of the topic as the person sees them: those of the page, and what it has not heard yet. */
function countsNow(root, data) {
  const counts = { ...data.counts };
  root.lpdSent.filter((one) => one.topic === data.topic.id && one.kind === "verdict").forEach((one) => {
    const step = one.verdict === "none" ? -one.shots.length : one.shots.length;
    counts.done += step;
    counts[one.verdict === "none" ? one.was : one.verdict] += step;
  });
  return counts;
}
