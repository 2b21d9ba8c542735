// A page of shots that are judged as tiles. A page stays as it is until all of it is judged or skipped.

function settlePage(root, data, shots) {
  const left = (one) => !root.lpdSaid.has(one.shot);
  if (!root.lpdPage.length || (root.lpdTurn && !root.lpdPage.some(left))) {
    root.lpdPage = shots.slice(0, data.page);
    root.lpdPage.forEach((one) => root.lpdSaid.delete(one.shot)); // skipped before: its turn has come again
    root.lpdFocus = root.lpdPage[0]?.shot;
  }
  root.lpdTurn = false;
  // what came back may be of an earlier page
  const there = new Set(root.lpdPage.map((one) => one.shot));
  root.lpdPage = [...root.lpdFront.filter((one) => !there.has(one.shot)), ...root.lpdPage];
}

function unsaid(root) {
  return root.lpdPage.filter((one) => !root.lpdSaid.has(one.shot));
}

const TILE_MARKS = { relevant: "✓", not: "✕", skip: "s" };
const TILE_WORDS = { relevant: "relevant", not: "not relevant", skip: "skipped" };

function gridTile(root, data, shot) {
  const said = root.lpdSaid.get(shot.shot);
  const made = button(`tile ${said ?? ""}`);
  made.dataset.shot = shot.shot;
  made.tabIndex = -1;
  made.setAttribute("aria-label", [shot.alt, said ? TILE_WORDS[said] : "not judged yet"].join(", "));
  const url = mediaUrl(data.media, shot, root.lpdPlays && shot.shot === root.lpdFocus && shot.preview ? "preview" : "thumbnail");
  const img = url ? fetched(root, url) : bareShot(shot);
  if (url) {
    img.alt = "";
    img.onerror = () => img.replaceWith(bareShot(shot));
  }
  made.append(url && img.complete && !img.naturalWidth ? bareShot(shot) : img);
  if (said) made.append(element("span", `said ${said}`, TILE_MARKS[said]));
  return made;
}

function restLine(root) {
  const left = unsaid(root).length;
  const box = element("div", "rest");
  const add = (act, key, words, off) => {
    const made = button(`do-${act}`, words);
    made.dataset.act = act;
    made.prepend(element("kbd", "", key));
    made.disabled = Boolean(off);
    box.append(made);
  };
  if (root.lpdSure && left) {
    box.append(element("span", "sure", `Mark the other ${left} of this page not relevant?`));
    add("sure", "x", "Yes");
    add("unsure", "Esc", "No");
    return box;
  }
  add("rest", "x", "rest of the page not relevant", !left);
  add("turn", "Enter", "next page", left > 0);
  box.append(element("span", "count", left ? `${left} of ${root.lpdPage.length} left on this page` : "page done"));
  return box;
}

function grid(root, data, shots) {
  settlePage(root, data, shots);
  const box = element("div", "many");
  const row = element("div", "row");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", `${root.lpdPage.length} shots to judge`);
  root.lpdPage.forEach((shot) => row.append(gridTile(root, data, shot)));
  const focused = [...row.children].find((one) => one.dataset.shot === root.lpdFocus) ?? row.children[0];
  if (focused) focused.tabIndex = 0;
  root.lpdFocus = focused?.dataset.shot;
  const names = ["relevant", "not", "skip", "back", "play"];
  const here = root.lpdPage.find((one) => one.shot === root.lpdFocus);
  if (root.lpdPage.length) box.append(restLine(root), row, actButtons(root, data, { shot: here, names }));
  return box;
}

/** Says it of the tile that has the focus, and goes to the next one that is not judged. */
function sayOfTile(root, verdict) {
  const shot = root.lpdPage.find((one) => one.shot === root.lpdFocus);
  if (!shot || root.lpdSaid.get(shot.shot) === verdict) return;
  const before = root.lpdSaid.get(shot.shot);
  if (before === "skip") tell(root, "unskip", { shots: [shot] });
  else if (before) tell(root, "verdict", { shots: [shot], verdict: "none", was: before });
  say(root, [shot], verdict);
  const here = root.lpdPage.indexOf(shot);
  const next = [...root.lpdPage.slice(here + 1), ...root.lpdPage.slice(0, here)].find((one) => !root.lpdSaid.has(one.shot));
  if (next) root.lpdFocus = next.shot;
}
