// Painting the points of a map: by WebGL where the browser draws with a graphics card, else pixel by pixel.

const SHAPES = ["dot", "cross", "ring"];

const VERTEX = `#version 300 es
in vec2 place; in float kind; in float chosen;
uniform vec4 view; uniform float size; uniform float ratio; uniform float choosing;
uniform sampler2D looks;
flat out vec3 ink; flat out float shape;
void main() {
  int column = int(kind + 0.5);
  bool back = choosing > 0.5 && chosen < 0.5;
  vec4 form = texelFetch(looks, ivec2(column, 2), 0);
  ink = texelFetch(looks, ivec2(column, back ? 1 : 0), 0).rgb;
  shape = floor(form.r * 255.0 + 0.5);
  gl_PointSize = max(size * form.g * 255.0 / 64.0, ratio * form.b * 255.0 / 16.0);
  gl_Position = vec4(place * view.xy + view.zw, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec3 ink; flat in float shape;
out vec4 colour;
void main() {
  vec2 p = 2.0 * gl_PointCoord - 1.0;
  float far = dot(p, p);
  float soft = max(fwidth(p.x), 0.02);
  float edge = shape < 0.5 ? sqrt(far) - 1.0
    : shape < 1.5 ? max(min(abs(p.x - p.y), abs(p.x + p.y)) - 0.4, max(abs(p.x), abs(p.y)) - 0.95)
    : max(sqrt(far) - 1.0, 0.52 - sqrt(far));
  float share = clamp(0.5 - (edge + 0.5 * soft) / soft, 0.0, 1.0);
  if (share <= 0.0) discard;
  colour = vec4(ink * share, share);
}`;

function rgbOf(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

function mixed(hex, background, share) {
  const under = rgbOf(background);
  return rgbOf(hex).map((value, place) => Math.round(under[place] + share * (value - under[place])));
}

const STANDS_BACK = 0.22;

/** The looks of all classes as a small picture: line 0 colours, line 1 those of shots that stand back, line 2 shape, size
 * and least size. */
function looksOf(classes, background) {
  const looks = new Uint8Array(LEVELS * 3 * 4);
  classes.forEach((one, place) => {
    looks.set([...rgbOf(one.colour), 255], 4 * place);
    looks.set([...mixed(one.colour, background, STANDS_BACK), 255], 4 * (LEVELS + place));
    const [size, least] = [64 * one.size, 16 * one.least].map((value) => Math.min(255, Math.round(value)));
    looks.set([SHAPES.indexOf(one.shape), size, least, 255], 4 * (2 * LEVELS + place));
  });
  return looks;
}

/** Whether the browser draws WebGL by software, which is slower than writing pixels. */
function isSoftware(gl) {
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  return /swiftshader|llvmpipe|software/i.test(String(names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : ""));
}

function program(gl) {
  const made = gl.createProgram();
  [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]].forEach(([kind, source]) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  });
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made) ?? "no program");
  return made;
}

/** Draws with the graphics card: coordinates, classes and choice are sent to it once each. */
function cardPainter(canvas, gl) {
  const made = program(gl);
  gl.useProgram(made);
  const buffers = Object.fromEntries(["place", "kind", "chosen", "order"].map((name) => [name, gl.createBuffer()]));
  const fill = (name, size, type, values) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    const where = gl.getAttribLocation(made, name);
    gl.enableVertexAttribArray(where);
    gl.vertexAttribPointer(where, size, type, false, 0, 0);
  };
  const uniform = (name) => gl.getUniformLocation(made, name);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER].forEach((one) => gl.texParameteri(gl.TEXTURE_2D, one, gl.NEAREST));
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  let count = 0;
  return {
    name: "webgl",
    free: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
    setPoints: (xy) => fill("place", 2, gl.FLOAT, xy),
    setLooks({ kinds, order, chosen, looks }) {
      fill("kind", 1, gl.UNSIGNED_BYTE, kinds);
      fill("chosen", 1, gl.UNSIGNED_BYTE, chosen ?? new Uint8Array(kinds.length));
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, LEVELS, 3, 0, gl.RGBA, gl.UNSIGNED_BYTE, looks);
      gl.uniform1f(uniform("choosing"), chosen ? 1 : 0);
      count = order.length;
    },
    paint({ x, y, across, up }, size, ratio) {
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform4f(uniform("view"), 1 / across, 1 / up, -x / across, -y / up);
      gl.uniform1f(uniform("size"), size);
      gl.uniform1f(uniform("ratio"), ratio);
      gl.drawElements(gl.POINTS, count, gl.UNSIGNED_INT, 0);
    },
  };
}

/** The pixels of a shape of some size, as steps from its middle. */
function stampOf(shape, size) {
  const steps = [];
  const reach = Math.ceil(size / 2);
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const [x, y] = [(2 * right) / size, (2 * down) / size];
      const far = x * x + y * y;
      const thin = Math.min(Math.abs(x - y), Math.abs(x + y)) <= 0.55 && Math.max(Math.abs(x), Math.abs(y)) <= 1;
      const drawn = shape === 1 ? thin : shape === 2 ? far <= 1.1 && far >= 0.3 : far <= 1.05;
      if (drawn) steps.push([right, down]);
    }
  }
  return steps.length ? steps : [[0, 0]];
}

/** Writes the pixels itself. */
function pixelPainter(canvas) {
  const context = canvas.getContext("2d");
  let points = null;
  let look = null;
  let picture = null;
  return {
    name: "pixels",
    free: () => {},
    setPoints(xy) { points = xy; },
    setLooks(one) { look = { ...one, inks: new Uint32Array(one.looks.buffer) }; },
    paint({ x, y, across, up }, size, ratio) {
      const { width, height } = canvas;
      if (picture?.width !== width || picture.height !== height) picture = context.createImageData(width, height);
      const pixels = new Uint32Array(picture.data.buffer);
      pixels.fill(0);
      const { kinds, order, chosen, inks, looks } = look;
      const stamps = new Map();
      const [stepX, stepY] = [width / 2 / across, height / 2 / up];
      const steps = Array.from({ length: LEVELS }, (_, kind) => {
        const [shape, scale, least] = looks.subarray(4 * (2 * LEVELS + kind), 4 * (2 * LEVELS + kind) + 3);
        const name = `${shape} ${scale} ${least}`;
        const own = Math.max((size * scale) / 64, (ratio * least) / 16);
        if (!stamps.has(name)) stamps.set(name, Int32Array.from(stampOf(shape, own).flat()));
        return stamps.get(name);
      });
      for (let place = 0; place < order.length; place++) {
        const row = order[place];
        const right = Math.round((points[2 * row] - x) * stepX + width / 2);
        const down = Math.round(height / 2 - (points[2 * row + 1] - y) * stepY);
        if (right < 0 || down < 0 || right >= width || down >= height) continue;
        const kind = kinds[row];
        const ink = inks[chosen && !chosen[row] ? LEVELS + kind : kind];
        const stamp = steps[kind];
        for (let step = 0; step < stamp.length; step += 2) {
          const [at, line] = [right + stamp[step], down + stamp[step + 1]];
          if (at >= 0 && at < width && line >= 0 && line < height) pixels[line * width + at] = ink;
        }
      }
      context.putImageData(picture, 0, 0);
    },
  };
}

/** So many points a browser without a graphics card draws faster as pixels. */
const MANY = 20_000;

/** What paints so many points on a canvas; without a graphics card many are painted pixel by pixel. */
function painterFor(canvas, count) {
  const settings = { alpha: true, antialias: false, depth: false, preserveDrawingBuffer: true };
  const trial = document.createElement("canvas").getContext("webgl2");
  const fits = trial !== null && !(isSoftware(trial) && count > MANY);
  trial?.getExtension("WEBGL_lose_context")?.loseContext();
  const gl = fits ? canvas.getContext("webgl2", settings) : null;
  return gl ? cardPainter(canvas, gl) : pixelPainter(canvas);
}
