// The shot that is judged: its picture, its place in its video, what can be said of it. Foreign text goes through
// textContent only. Neither rank nor score is among the data: the judge does not know who found the shot.

const AHEAD = 8;
const PLAYED_AHEAD = 3;
const MOST_PICTURES = 120;

/** Fetches a picture once and keeps it, so that it is shown at once when its turn comes. */
function fetched(root, url) {
  root.lpdPictures ??= new Map();
  let img = root.lpdPictures.get(url);
  if (!img) {
    img = new Image();
    img.decoding = "sync"; // it is there already; the shot before must not stay in sight
    img.src = url;
    root.lpdPictures.set(url, img);
    if (root.lpdPictures.size > MOST_PICTURES) root.lpdPictures.delete(root.lpdPictures.keys().next().value);
  }
  return img;
}

/** The pictures of the next shots; of the very next ones also their previews and the shots beside them. */
function fetchAhead(root, data, shots) {
  shots.slice(0, AHEAD).forEach((shot, number) => {
    const still = mediaUrl(data.media, shot, "thumbnail");
    if (still) fetched(root, still);
    const preview = mediaUrl(data.media, shot, "preview");
    if (preview && number < PLAYED_AHEAD && (root.lpdPlays || !still)) fetched(root, preview);
    if (number < PLAYED_AHEAD) {
      shot.near.map((one) => mediaUrl(data.media, one, "thumbnail")).filter(Boolean).forEach((url) => fetched(root, url));
    }
  });
}

function bareShot(shot) {
  const box = element("div", "bare");
  box.append(foreign("span", "id", shot.shot));
  return box;
}

function picture(root, data, shot) {
  const box = element("div", "picture");
  const urls = [mediaUrl(data.media, shot, "thumbnail"), mediaUrl(data.media, shot, "preview")];
  const plays = root.lpdPlays && urls[1];
  const url = plays ? urls[1] : urls[0] ?? urls[1];
  if (!url) box.append(bareShot(shot));
  else {
    const img = fetched(root, url);
    img.alt = plays ? `preview of ${shot.alt}` : shot.alt;
    img.onerror = () => img.replaceWith(bareShot(shot));
    if (img.complete && !img.naturalWidth) box.append(bareShot(shot));
    else box.append(img);
  }
  if (plays) box.append(element("span", "playing", "▶"));
  return box;
}

/** The shots just before and after it in its video. */
function beside(root, data, shot) {
  const box = element("div", "near");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "the shots around it in its video");
  shot.near.forEach((one) => {
    const made = element("figure", one.here ? "here" : "");
    const url = mediaUrl(data.media, one, "thumbnail");
    const img = url ? fetched(root, url).cloneNode() : bareShot(one);
    if (url) img.alt = one.alt;
    made.append(img, element("figcaption", "", one.label));
    box.append(made);
  });
  return box;
}

const ACTS = [
  ["relevant", "1", "✓ relevant"],
  ["not", "0", "✕ not relevant"],
  ["skip", "s", "skip"],
  ["back", "b", "back"],
  ["play", "␣", "play"],
  ["caption", "c", "caption"],
];

function actButtons(root, data, { shot, names }) {
  const box = element("div", "acts");
  ACTS.filter(([act]) => names.includes(act)).forEach(([act, key, words]) => {
    const made = button(`do-${act}`, words);
    made.dataset.act = act;
    made.prepend(element("kbd", "", key));
    if (act === "back") made.disabled = !root.lpdBack.length && !data.before.length;
    if (act === "play") made.disabled = !shot?.preview;
    if (act === "play") made.setAttribute("aria-pressed", String(Boolean(root.lpdPlays)));
    if (act === "caption") made.disabled = !shot?.captions.length;
    if (act === "caption") made.setAttribute("aria-pressed", String(Boolean(root.lpdCaptions)));
    box.append(made);
  });
  return box;
}

function stage(root, data, shots) {
  const [shot] = shots;
  const box = element("div", "single");
  if (!shot) return box;
  box.dataset.shot = shot.shot;
  box.append(picture(root, data, shot));
  const words = foreign("p", "place", [shot.shot, shot.place].filter(Boolean).join(" · "));
  if (shot.skipped) words.append(element("b", "", " · skipped before"));
  const side = element("div", "beside");
  side.append(actButtons(root, data, { shot, names: ACTS.map(([act]) => act) }), words);
  if (root.lpdCaptions) shot.captions.forEach((text) => side.append(foreign("p", "caption", text)));
  if (shot.near.length > 1) side.append(element("h4", "", "in its video"), beside(root, data, shot));
  box.append(side);
  return box;
}
