// A small WebGL1 player: quantised meshes, sampled poses, orbit camera. Needs no library.

const SHADED = [
  `attribute vec3 p; attribute vec3 n; uniform mat4 view, world; varying vec3 vn; varying vec3 vp;
   void main() { vec4 w = world * vec4(p, 1.0); vp = w.xyz; vn = mat3(world) * n; gl_Position = view * w; }`,
  `precision mediump float; varying vec3 vn; varying vec3 vp; uniform vec4 color; uniform vec3 eye;
   void main() {
     vec3 n = normalize(vn), v = normalize(eye - vp);
     if (dot(n, v) < 0.0) n = -n;
     float sky = 0.5 + 0.5 * n.z, key = max(dot(n, normalize(vec3(0.45, -0.6, 0.75))), 0.0);
     float rim = pow(1.0 - max(dot(n, v), 0.0), 3.0);
     vec3 c = color.rgb * (0.42 + 0.28 * sky + 0.42 * key) + vec3(0.10) * rim;
     gl_FragColor = vec4(c, color.a);
   }`,
];
const PLAIN = [
  `attribute vec3 p; uniform mat4 view, world; void main() { gl_Position = view * world * vec4(p, 1.0); gl_Position.z -= 0.0004 * gl_Position.w; }`,
  `precision mediump float; uniform vec4 color; void main() { gl_FragColor = color; }`,
];

function bytes(text, Kind) {
  const raw = atob(text), out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return new Kind(out.buffer);
}

// Unpack a mesh: triangles with normals that are smooth below 40 degrees, and its sharp edges.
function unpack(mesh) {
  const steps = bytes(mesh.v, Uint16Array), faces = bytes(mesh.f, Uint16Array);
  const at = (i) => [0, 1, 2].map((k) => mesh.low[k] + mesh.scale[k] * steps[3 * i + k]);
  const key = (i) => steps[3 * i] + "," + steps[3 * i + 1] + "," + steps[3 * i + 2];
  const count = faces.length / 3, normals = [], around = new Map(), edges = new Map();
  for (let f = 0; f < count; f++) {
    const [a, b, c] = [0, 1, 2].map((k) => at(faces[3 * f + k]));
    const u = sub(b, a), v = sub(c, a);
    normals.push(cross(u, v));
    for (let k = 0; k < 3; k++) {
      const from = key(faces[3 * f + k]), to = key(faces[3 * f + (k + 1) % 3]);
      if (!around.has(from)) around.set(from, []);
      around.get(from).push(f);
      const edge = from < to ? from + ";" + to : to + ";" + from;
      if (!edges.has(edge)) edges.set(edge, [faces[3 * f + k], faces[3 * f + (k + 1) % 3], f, -1]);
      else edges.get(edge)[3] = f;
    }
  }
  const unit = normals.map(normal), points = new Float32Array(9 * count), shade = new Float32Array(9 * count);
  for (let f = 0; f < count; f++) {
    for (let k = 0; k < 3; k++) {
      const i = faces[3 * f + k];
      let sum = [0, 0, 0];
      for (const g of around.get(key(i))) if (dot(unit[f], unit[g]) > 0.76) sum = add(sum, normals[g]);
      points.set(at(i), 9 * f + 3 * k);
      shade.set(normal(sum), 9 * f + 3 * k);
    }
  }
  const lines = [];
  for (const [a, b, f, g] of edges.values()) if (g >= 0 && dot(unit[f], unit[g]) < 0.76) lines.push(...at(a), ...at(b));
  return { points, shade, lines: new Float32Array(lines) };
}

const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const normal = (a) => { const l = Math.hypot(...a) || 1; return [a[0] / l, a[1] / l, a[2] / l]; };

function program(gl, [vertex, fragment], names) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  const at = { p: gl.getAttribLocation(made, "p"), n: gl.getAttribLocation(made, "n") };
  for (const name of names) at[name] = gl.getUniformLocation(made, name);
  return { made, at };
}

function buffer(gl, data) {
  const made = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, made);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
  return { made, count: data.length / 3 };
}

// world_T_body at frame x (between two samples), column-major.
function pose(body, x) {
  const track = body.poses, last = track.length / 7 - 1;
  const k = Math.min(Math.floor(x), last), j = Math.min(k + 1, last), u = Math.min(x, last) - k, r = [];
  for (let i = 0; i < 7; i++) r.push(track[7 * k + i] * (1 - u) + track[7 * j + i] * u);
  const l = Math.hypot(r[3], r[4], r[5], r[6]) || 1, [a, b, c, d] = r.slice(3).map((v) => v / l);
  return new Float32Array([
    1 - 2 * (b * b + c * c), 2 * (a * b + c * d), 2 * (a * c - b * d), 0,
    2 * (a * b - c * d), 1 - 2 * (a * a + c * c), 2 * (b * c + a * d), 0,
    2 * (a * c + b * d), 2 * (b * c - a * d), 1 - 2 * (a * a + b * b), 0, r[0], r[1], r[2], 1,
  ]);
}

function viewMatrix(camera, aspect) {
  const { target, yaw, pitch, distance } = camera;
  const back = [Math.cos(pitch) * Math.cos(yaw), Math.cos(pitch) * Math.sin(yaw), Math.sin(pitch)];
  const eye = add(target, back.map((v) => v * distance));
  const right = normal(cross([0, 0, 1], back)), up = cross(back, right);
  const f = 1 / Math.tan(0.35), near = distance / 50, far = distance * 20;
  const view = [right, up, back], m = new Float32Array(16);
  const scale = [f / aspect, f, (near + far) / (near - far)];
  for (let row = 0; row < 3; row++) {
    for (let col = 0; col < 3; col++) m[4 * col + row] = scale[row] * view[row][col];
    m[12 + row] = -scale[row] * dot(view[row], eye);
  }
  m[14] += 2 * near * far / (near - far);
  for (let col = 0; col < 3; col++) m[4 * col + 3] = -back[col];
  m[15] = dot(back, eye);
  return { m, eye, right, up };
}

// Box that robots, tools and parts pass through, or of everything where there are none.
function bounds(bodies) {
  const chosen = bodies.filter((body) => !body.name.startsWith("fixture:"));
  const low = [9e9, 9e9, 9e9], high = [-9e9, -9e9, -9e9];
  for (const body of chosen.length ? chosen : bodies) {
    const q = body.mesh.points, last = body.poses.length / 7 - 1, step = Math.max(last / 8, 1);
    for (let frame = 0; frame <= last; frame += step) {
      const m = pose(body, frame);
      for (let i = 0; i < q.length; i += 3) {
        for (let k = 0; k < 3; k++) {
          const v = m[k] * q[i] + m[4 + k] * q[i + 1] + m[8 + k] * q[i + 2] + m[12 + k];
          low[k] = Math.min(low[k], v);
          high[k] = Math.max(high[k], v);
        }
      }
    }
  }
  return low[0] <= high[0] ? { low, high } : { low: [-1, -1, 0], high: [1, 1, 2] };
}

function grid(box) {
  const lines = [], step = 0.5, [x0, y0] = box.low.map((v) => Math.floor(v / step - 3) * step);
  const [x1, y1] = box.high.map((v) => Math.ceil(v / step + 3) * step);
  for (let x = x0; x <= x1 + 1e-6; x += step) lines.push(x, y0, 0, x, y1, 0);
  for (let y = y0; y <= y1 + 1e-6; y += step) lines.push(x0, y, 0, x1, y, 0);
  return new Float32Array(lines);
}

function wireCamera(canvas, camera, draw, fit) {
  let held = null;
  canvas.addEventListener("pointerdown", (e) => {
    held = { x: e.clientX, y: e.clientY, pan: e.button !== 0 || e.shiftKey };
    canvas.setPointerCapture(e.pointerId);
  });
  canvas.addEventListener("pointerup", () => { held = null; });
  canvas.addEventListener("contextmenu", (e) => e.preventDefault());
  canvas.addEventListener("pointermove", (e) => {
    if (!held) return;
    const dx = e.clientX - held.x, dy = e.clientY - held.y;
    held.x = e.clientX;
    held.y = e.clientY;
    if (held.pan) {
      const { right, up } = viewMatrix(camera, 1), s = camera.distance / canvas.clientHeight * 0.75;
      camera.target = camera.target.map((v, k) => v - s * (right[k] * dx - up[k] * dy));
    } else {
      camera.yaw -= dx * 0.008;
      camera.pitch = Math.min(Math.max(camera.pitch + dy * 0.008, -1.5), 1.5);
    }
    draw();
  });
  canvas.addEventListener("wheel", (e) => {
    e.preventDefault();
    camera.distance *= Math.exp(0.0012 * e.deltaY);
    draw();
  }, { passive: false });
  canvas.addEventListener("dblclick", fit);
}

function startPlayer(article, clock, data) {
  const canvas = article.querySelector("canvas"), now = article.querySelector(".now");
  const gl = canvas.getContext("webgl", { antialias: true, alpha: false, preserveDrawingBuffer: true });
  if (!gl) { article.querySelector(".nogl").hidden = false; return false; }
  const shaded = program(gl, SHADED, ["view", "world", "color", "eye"]), plain = program(gl, PLAIN, ["view", "world", "color"]);
  const meshes = data.meshes.map(unpack);
  for (const m of meshes) Object.assign(m, { gp: buffer(gl, m.points), gn: buffer(gl, m.shade), gl: buffer(gl, m.lines) });
  const bodies = data.bodies.map((b) => ({ ...b, mesh: meshes[b.mesh], poses: bytes(b.track, Float32Array) }));
  const box = bounds(bodies), floor = buffer(gl, grid(box)), one = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const camera = {};
  const fit = () => {
    const size = Math.hypot(...sub(box.high, box.low)), tall = canvas.clientHeight / Math.max(canvas.clientWidth, 1);
    camera.target = box.low.map((v, k) => (v + box.high[k]) / 2);
    Object.assign(camera, { yaw: -0.95, pitch: 0.4, distance: 1.25 * size * Math.max(1, 1.5 * tall) });
    draw();
  };
  const bad = (name) => data.findings.some((f) => f.severity !== "warning" && f.severity !== "waived" &&
    f.t0 <= clock.t + 0.03 && clock.t <= (f.t1 ?? f.t0) + 0.03 && f.pair.includes(name));
  const tint = (body) => {
    if (bad(body.name)) return [0.85, 0.16, 0.16, 1];
    if (clock.pair && clock.pair.includes(body.name)) return [0.95, 0.62, 0.1, 1];
    return body.color;
  };
  function solid(body, view, color, world) {
    const { at } = shaded;
    gl.useProgram(shaded.made);
    gl.uniformMatrix4fv(at.view, false, view.m);
    gl.uniform3fv(at.eye, view.eye);
    gl.uniformMatrix4fv(at.world, false, world);
    gl.uniform4fv(at.color, color);
    for (const [where, part] of [[at.p, body.mesh.gp], [at.n, body.mesh.gn]]) {
      gl.bindBuffer(gl.ARRAY_BUFFER, part.made);
      gl.enableVertexAttribArray(where);
      gl.vertexAttribPointer(where, 3, gl.FLOAT, false, 0, 0);
    }
    gl.drawArrays(gl.TRIANGLES, 0, body.mesh.gp.count);
    gl.disableVertexAttribArray(at.n);
  }
  function strokes(part, view, color, world) {
    const { at } = plain;
    gl.useProgram(plain.made);
    gl.uniformMatrix4fv(at.view, false, view.m);
    gl.uniformMatrix4fv(at.world, false, world);
    gl.uniform4fv(at.color, color);
    gl.bindBuffer(gl.ARRAY_BUFFER, part.made);
    gl.enableVertexAttribArray(at.p);
    gl.vertexAttribPointer(at.p, 3, gl.FLOAT, false, 0, 0);
    gl.drawArrays(gl.LINES, 0, part.count);
  }
  function draw() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [canvas.clientWidth * ratio | 0, canvas.clientHeight * ratio | 0];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const view = viewMatrix(camera, w / Math.max(h, 1)), frame = clock.t / Math.max(clock.duration, 1e-9) * (data.frames - 1);
    gl.viewport(0, 0, w, h);
    gl.clearColor(0.905, 0.925, 0.947, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    strokes(floor, view, [0.4, 0.46, 0.54, 0.28], one);
    const shown = bodies.map((body) => ({ body, color: tint(body), world: pose(body, frame) }));
    for (const clear of [false, true]) {
      gl.depthMask(!clear);
      for (const { body, color, world } of shown) {
        if ((color[3] < 0.99) !== clear) continue;
        solid(body, view, color, world);
        strokes(body.mesh.gl, view, [0.1, 0.13, 0.17, 0.4 * color[3]], world);
      }
    }
    gl.depthMask(true);
    const met = data.findings.find((f) => f.t0 <= clock.t + 0.03 && clock.t <= (f.t1 ?? f.t0) + 0.03);
    now.textContent = met ? met.text : clock.pair ? clock.pair.join(" / ") : "";
  }
  fit();
  wireCamera(canvas, camera, draw, fit);
  article.querySelector(".fit").addEventListener("click", fit);
  clock.listen(draw);
  new ResizeObserver(draw).observe(canvas);
  article.dataset.bodies = bodies.length;
  return true;
}
