"""How an exported page looks: light, readable at 900 pixels, and as it is printed."""

__all__ = ["HIGH", "INK", "LINE", "LOW", "MUTED", "SCRIPT", "SERIES", "SHAPES", "STYLE"]

INK, MUTED, LINE = "#1b1f24", "#5f6873", "#e3e3df"
LOW, HIGH = "#fff7e6", "#0b3c5d"
"""Ends of the scale of a heatmap."""

SERIES = ("#1f5f8b", "#d55e00", "#187748", "#aa4499", "#b8860b", "#56b4e9", "#5f6873", "#882255")
"""Colours that people of any colour vision tell apart, a shape beside each."""

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")

STYLE = """
:root { --ink: #1b1f24; --muted: #5f6873; --line: #e3e3df; --accent: #1f5f8b; --bg: #f7f7f5;
  --warn: #a8361a; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
a { color: var(--accent); }
.page { display: grid; grid-template-columns: 250px minmax(0, 1fr); gap: 28px; max-width: 1320px;
  margin: 0 auto; padding: 28px 24px 80px; }
header { grid-column: 1 / -1; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 20px; line-height: 1.3; margin: 0 0 2px; overflow-wrap: anywhere; }
h3 { font-size: 14px; margin: 22px 0 8px; overflow-wrap: anywhere; }
.small { color: var(--muted); font-size: 13px; }
.warn { color: var(--warn); font-size: 14px; margin: 4px 0; }
nav { font-size: 13.5px; }
nav .inner { position: sticky; top: 20px; max-height: calc(100vh - 40px); overflow: auto; }
nav ol { margin: 6px 0 0; padding-left: 30px; }
nav li { margin: 5px 0; overflow-wrap: anywhere; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 22px 26px;
  margin-bottom: 22px; }
.note { border-left: 3px solid var(--accent); padding: 2px 0 2px 14px; margin: 14px 0; max-width: 78ch;
  overflow-wrap: anywhere; }
.note > :first-child { margin-top: 4px; }
.note > :last-child { margin-bottom: 4px; }
.note h1, .note h2, .note h3 { font-size: 16px; margin: 10px 0 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--muted); white-space: nowrap; }
td { overflow-wrap: anywhere; }
th, td { padding: 3px 14px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr.foot td { font-weight: 600; }
tr.line td { border-top: 2px solid var(--muted); }
.shots { display: grid; grid-template-columns: repeat(auto-fill, minmax(118px, 1fr)); gap: 10px; }
figure { margin: 0; font-size: 11.5px; line-height: 1.35; break-inside: avoid; min-width: 0; }
figure img, figure .blank { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: cover;
  border-radius: 5px; background: #ecece8; }
figure .id { display: block; overflow-wrap: anywhere; }
figure .rank { font-weight: 600; }
.chart { overflow-x: auto; margin: 4px 0 8px; }
.chart img { max-width: 100%; }
.chart .vega-embed summary { opacity: 0.4; }
details { margin-top: 14px; font-size: 13.5px; }
summary { cursor: pointer; color: var(--muted); }
pre { background: #f4f4f1; border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px;
  overflow-x: auto; font: 12px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.note pre, .note code { white-space: pre-wrap; }
footer { grid-column: 1 / -1; }
@media (max-width: 1000px) { .page { grid-template-columns: minmax(0, 1fr); gap: 14px; padding: 18px 14px; }
  nav .inner { position: static; max-height: none; } section { padding: 16px 16px; } }
@media print { body { background: #fff; font-size: 10.5pt; } .page { display: block; padding: 0; }
  section { border: 0; padding: 0 0 12pt; break-inside: auto; } section + section { break-before: page; }
  nav .inner { position: static; max-height: none; } h2, h3 { break-after: avoid; }
  tr { break-inside: avoid; }
  .shots { grid-template-columns: repeat(6, 1fr); } .chart .vega-embed summary { display: none; }
  .scroll, .chart { overflow: visible; } pre { white-space: pre-wrap; } }
"""

SCRIPT = """
for (const place of document.querySelectorAll(".chart")) {
  const chart = JSON.parse(place.querySelector("script").textContent);
  const drawn = place.querySelector(".drawn");
  const actions = { export: true, source: false, compiled: false, editor: false };
  window.vegaEmbed(drawn, chart, { ast: true, renderer: "svg", actions, downloadFileName: "chart" })
    .then(() => place.classList.add("live"))
    .catch((error) => { drawn.append(String(error)); });
}
"""
