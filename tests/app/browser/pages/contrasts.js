// Kind of element -> the lowest contrast between its text and what lies behind it; badges lie on white pictures.
// With `whole` the page around the components counts too, but for what is drawn as SVG or cannot be used now, and the
// value of a slider, which stands above the thumb that it is a child of.
(whole) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((n) => top[n] * top[3] + under[n] * (1 - top[3])).concat(1);
  const parent = (one) => one.parentElement ?? one.getRootNode().host ?? null;
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = parent(at)) layers.push(rgba(getComputedStyle(at).backgroundColor));
    const known = layers.findIndex((layer) => layer[3] > 0.99);
    const base = known < 0 ? [255, 255, 255, 1] : layers[known];
    const veils = layers.slice(0, known < 0 ? layers.length : known).reverse();
    return veils.reduce((under, layer) => over(layer, under), base);
  };
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, part, n) => sum + part * linear(colour[n] / 255), 0);
  const roots = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')].map((host) => host.shadowRoot);
  const inside = roots.flatMap((root) => [...root.querySelectorAll(".root *")]);
  const left = "svg, svg *, style, script, :disabled, :disabled *, [data-testid=stSliderThumbValue] *";
  const around = whole ? [...document.querySelectorAll(`.stApp *:not(${left})`)] : [];
  const found = {};
  for (const one of [...inside, ...around]) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const style = getComputedStyle(one);
    if (!own || !one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || style.clipPath !== "none") continue;
    const onPicture = one.closest(".tile") && style.position === "absolute";
    const under = onPicture ? over(rgba(style.backgroundColor), [255, 255, 255, 1]) : behind(one);
    const [dark, bright] = [light(over(rgba(style.color), under)), light(under)].sort((x, y) => x - y);
    const name = `${one.tagName.toLowerCase()}.${one.className}`;
    found[name] = Math.min(found[name] ?? 99, (bright + 0.05) / (dark + 0.05));
  }
  return found;
}
