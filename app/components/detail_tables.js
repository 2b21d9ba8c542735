// The tables of the detail: how every list sees the shot, and what its fused ends are made of.

function row(cells, className) {
  const line = element("tr", className);
  line.append(...cells);
  return line;
}

function headRow(texts) {
  const cells = texts.map((text) => foreign("th", "", text));
  cells.forEach((cell) => { cell.scope = "col"; });
  return row(cells);
}

function named(label) {
  const cell = element("th");
  cell.scope = "row";
  cell.append(element("i", "dot"), foreign("span", "label", label));
  return cell;
}

function track(share) {
  const cell = element("td", "track");
  const bar = element("i");
  bar.style.width = `${Math.round(100 * Math.max(0, Math.min(1, share)))}%`;
  cell.append(bar);
  return cell;
}

function likeCell(data, score) {
  const cell = element("td", "like");
  if (!score.space) return cell;
  const made = button("", "≈", `more like this shot in ${score.label}`);
  made.dataset.key = `like ${score.space}`;
  made.dataset.space = score.space;
  cell.append(made);
  return cell;
}

function scoreTable(data) {
  const table = element("table");
  const like = data.events.includes("like") && data.scores.some((score) => score.space);
  table.append(headRow(["space", "rank", "", "similarity", "", ...(like ? ["like this"] : [])]));
  data.scores.forEach((score) => {
    const cells = [named(score.label), element("td", "", score.rank), track(score.rank_share)];
    cells.push(element("td", "", score.similarity), track(score.similarity_share));
    if (like) cells.push(likeCell(data, score));
    table.append(row(cells, score.end));
  });
  return table;
}

function weightTable(weights) {
  const table = element("table");
  table.append(headRow(["fused video end of", ...weights.features]));
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
