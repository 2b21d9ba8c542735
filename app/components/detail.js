// One shot at length, from JSON; `open` carries {shot} when a neighbour is chosen. Foreign text goes through textContent only.

function image(className, urls, shot) {
  const bare = element("span", `${className} bare`, shot.shot);
  const left = urls.filter(Boolean);
  if (!left.length) return bare;
  const img = element("img", className);
  img.alt = shot.alt;
  img.src = left.shift();
  img.addEventListener("error", () => {
    if (left.length) img.src = left.shift();
    else img.replaceWith(bare);
  });
  return img;
}

function row(cells, className) {
  const line = element("tr", className);
  line.append(...cells);
  return line;
}

function named(label) {
  const cell = element("td");
  cell.append(element("i", "dot"), document.createTextNode(label));
  return cell;
}

function track(share) {
  const cell = element("td", "track");
  const bar = element("i");
  bar.style.width = `${Math.round(100 * Math.max(0, Math.min(1, share)))}%`;
  cell.append(bar);
  return cell;
}

function scoreTable(data) {
  const table = element("table");
  const head = ["space", "rank", "", "similarity", ""].map((text) => element("th", "", text));
  table.append(row(head));
  data.scores.forEach((score) => {
    const cells = [named(score.label), element("td", "", score.rank), track(score.rank_share)];
    cells.push(element("td", "", score.similarity), track(score.similarity_share));
    table.append(row(cells, score.end));
  });
  return table;
}

function weightTable(weights) {
  const table = element("table");
  table.append(row([element("th", "", "fused video end of"), ...weights.features.map((name) => element("th", "", name))]));
  weights.rows.forEach((line) => {
    const cells = line.shares.map((share, number) => {
      const cell = element("td", "share");
      const bar = element("i");
      bar.style.width = `${Math.round(100 * share)}%`;
      cell.append(bar, element("span", "", line.printed[number]));
      return cell;
    });
    table.append(row([named(line.label), ...cells], line.end));
  });
  return table;
}

function timeline(data) {
  const box = element("div", "time");
  data.neighbours.forEach((shot) => {
    const part = element("i", shot.here ? "here" : "");
    part.style.flex = String(Math.max(shot.length, 0.01));
    box.append(part);
  });
  return box;
}

function strip(data, root) {
  const box = element("div", "strip");
  data.neighbours.filter((shot) => shot.shown).forEach((shot) => {
    const button = element("button", shot.here ? "here" : "");
    button.type = "button";
    button.dataset.shot = shot.shot;
    button.setAttribute("aria-label", shot.alt);
    if (shot.here) button.setAttribute("aria-current", "true");
    const urls = [mediaUrl(data.media, shot, "thumbnail")];
    button.append(image("still", urls, shot), element("small", "", shot.label));
    button.addEventListener("click", () => root.lpdSend("open", { shot: shot.shot }));
    box.append(button);
  });
  return box;
}

function left(data) {
  const box = element("div");
  const urls = [mediaUrl(data.media, data.picture, "preview"), mediaUrl(data.media, data.picture, "thumbnail")];
  box.append(image("big", urls, data.picture));
  if (data.judgement) {
    const line = element("p", "fact");
    line.append(element("span", `mark ${data.judgement.kind}`, data.judgement.mark), document.createTextNode(` ${data.judgement.words}`));
    box.append(line);
  }
  data.facts.forEach((fact) => box.append(element("p", "fact", fact)));
  data.captions.forEach((caption) => box.append(element("p", "caption", caption)));
  return box;
}

function right(data) {
  const box = element("div");
  if (data.scores.length) box.append(element("h3", "", "Rank and similarity in every space"), scoreTable(data));
  if (data.weights) box.append(element("h3", "", "Share of each video feature in the fused ends"), weightTable(data.weights));
  return box;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".root");
  root.lpdSend = setTriggerValue;
  const written = JSON.stringify(data);
  if (root.lpdContent === written) return;
  root.lpdContent = written;
  const top = element("div", "top");
  top.append(left(data), right(data));
  root.replaceChildren(top, element("h3", "", "In its video"), timeline(data), strip(data, root));
  root.dataset.marker = data.picture.shot;
  root.querySelector(".strip .here")?.scrollIntoView({ block: "nearest", inline: "center" });
}
