// Draws the panels of an Explore on canvases, from small descriptions and raw bytes. No imports: it must work offline.

const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#3E95C8", "#000000"];
const DASHES = [[], [8, 4], [8, 3, 2, 3], [2, 3], [12, 3], [5, 2, 1, 2], [1, 2]];
const FONT = "12px system-ui, sans-serif";
const INK = "#222";
const FRAME = { left: 40, right: 14, top: 8, bottom: 32 };
const IMAGE_SIDE = 260; // CSS pixels for the longer side of a picture; small pictures use whole multiples

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "coursereg-panels";
    root.setAttribute("role", "group");
    const words = document.createElement("p");
    words.className = "coursereg-words";
    words.setAttribute("role", "status");
    words.setAttribute("aria-live", "polite");
    el.append(root, words);

    let speak = 0;
    const draw = () => {
      const state = model.get("state");
      drawState(root, state);
      root.dataset.alt = state.alt || "";
      // The picture changes at once; it is spoken when the slider rests, or a held key would read out every step.
      clearTimeout(speak);
      speak = setTimeout(() => { words.textContent = state.alt || ""; }, words.textContent ? 250 : 0);
    };
    model.on("change:state", draw);
    draw();
    const naming = nameControls(el);
    return () => { model.off("change:state", draw); clearTimeout(speak); naming(); };
  },
};

// Sliders get the words beside them as their spoken name: ipywidgets draws the label but does not tie it to the handle.
function nameControls(el) {
  const name = () => {
    const box = el.closest(".coursereg-explore");
    if (!box) { return false; }
    // Or JupyterLab takes the keys for its own commands: arrow down would leave the cell, "d d" would delete it. The
    // mark must stand on the focused element itself; on its box JupyterLab overlooks it.
    box.querySelectorAll(".noUi-handle, select, .widget-readout").forEach((one) => {
      one.dataset.lmSuppressShortcuts = "true";
    });
    box.querySelectorAll(".widget-slider").forEach((slider) => {
      const label = slider.querySelector(".widget-label");
      slider.querySelectorAll(".noUi-handle").forEach((h) => h.setAttribute("aria-label", label ? label.textContent : "value"));
    });
    box.querySelectorAll(".widget-dropdown").forEach((list) => {
      const label = list.querySelector(".widget-label");
      list.querySelector("select").setAttribute("aria-label", label ? label.textContent : "choice");
    });
    return box.querySelectorAll(".noUi-handle, select").length > 0;
  };
  // The canvas may be made before it and the sliders are in the page.
  let tries = 0;
  const timer = setInterval(() => { if (name() || ++tries > 100) { clearInterval(timer); } }, 100);
  return () => clearInterval(timer);
}

function drawState(root, state) {
  const panels = state.panels || [];
  const kinds = state.error ? "error" : panels.map((p) => p.kind).join();
  if (root.dataset.kinds !== kinds) {
    root.dataset.kinds = kinds;
    root.replaceChildren(...(state.error ? [paragraph("coursereg-error")] : panels.map(holder)));
  }
  if (state.error) {
    setText(root.firstChild, state.error);
    return;
  }
  let first = true;
  panels.forEach((panel, k) => {
    const place = root.children[k];
    if (panel.kind === "text") {
      setText(place, panel.text);
      return;
    }
    setText(place.firstChild, panel.title);
    const canvas = place.lastChild;
    // The first picture speaks for the whole widget; the others say what they show.
    canvas.setAttribute("aria-label", first ? state.alt : (state.labels || [])[k] || panel.title);
    first = false;
    ({ image: drawImage, bars: drawBars, curve: drawCurve })[panel.kind](canvas, panel);
  });
}

function holder(panel) {
  if (panel.kind === "text") { return paragraph("coursereg-text"); }
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  figure.append(document.createElement("figcaption"), canvas);
  return figure;
}

function paragraph(name) {
  const p = document.createElement("p");
  p.className = name;
  return p;
}

function setText(node, text) {
  if (node.textContent !== text) { node.textContent = text; }
}

// A canvas of this size in CSS pixels, sharp on any screen, wiped white.
function paper(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.aspectRatio = `${w} / ${h}`;
  }
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.fillStyle = "#fff";
  g.fillRect(0, 0, width, height);
  g.font = FONT;
  g.fillStyle = g.strokeStyle = INK;
  g.lineWidth = 1;
  return g;
}

function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function floats(view) {
  // Copied, because a Float64Array must begin at a multiple of 8 bytes.
  return new Float64Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function drawImage(canvas, panel) {
  const { width, height } = panel;
  const side = Math.max(width, height);
  const scale = niceScale(side);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  const g = paper(canvas, FRAME.left + w + FRAME.right, FRAME.top + h + FRAME.bottom);
  const pixels = (canvas.pixels ||= document.createElement("canvas"));
  if (pixels.width !== width || pixels.height !== height) {
    pixels.width = width;
    pixels.height = height;
  }
  pixels.getContext("2d").putImageData(imageData(panel), 0, 0);
  g.imageSmoothingEnabled = scale < 1;
  g.drawImage(pixels, FRAME.left, FRAME.top, w, h);
  g.strokeStyle = "#767676";
  g.strokeRect(FRAME.left - 0.5, FRAME.top - 0.5, w + 1, h + 1);
  const [down, across] = panel.first;
  g.textAlign = "center";
  g.textBaseline = "top";
  thinned(panel.columnTicks, scale, 26).forEach((c) => g.fillText(c + across, FRAME.left + (c + 0.5) * scale, FRAME.top + h + 3));
  g.fillText(panel.labels[1], FRAME.left + w / 2, FRAME.top + h + 17);
  g.textAlign = "right";
  g.textBaseline = "middle";
  thinned(panel.rowTicks, scale, 13).forEach((r) => g.fillText(r + down, FRAME.left - 4, FRAME.top + (r + 0.5) * scale));
  upwards(g, panel.labels[0], 8, FRAME.top + h / 2);
}

// Whole multiples where they come near the wanted size: all pixels are equally large then.
function niceScale(side) {
  const wanted = IMAGE_SIDE / side;
  const whole = Math.floor(wanted);
  return whole >= 1 && wanted / whole < 1.3 ? whole : wanted;
}

// Drops labels that would touch their neighbours.
function thinned(ticks, scale, room) {
  let last = -Infinity;
  return ticks.filter((t) => {
    const free = (t - last) * scale >= room;
    if (free) { last = t; }
    return free;
  });
}

function upwards(g, text, x, y) {
  g.save();
  g.translate(x, y);
  g.rotate(-Math.PI / 2);
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(text, 0, 0);
  g.restore();
}

function imageData(panel) {
  const source = bytes(panel.pixels);
  const n = panel.width * panel.height;
  const out = new Uint32Array(n);
  if (panel.table) {
    const table = bytes(panel.table);
    const colours = new Uint32Array(256);
    for (let k = 0; k < 256; k++) {
      colours[k] = 0xff000000 | (table[3 * k + 2] << 16) | (table[3 * k + 1] << 8) | table[3 * k];
    }
    for (let k = 0; k < n; k++) { out[k] = colours[source[k]]; }
  } else {
    for (let k = 0; k < n; k++) {
      out[k] = 0xff000000 | (source[3 * k + 2] << 16) | (source[3 * k + 1] << 8) | source[3 * k];
    }
  }
  return new ImageData(new Uint8ClampedArray(out.buffer), panel.width, panel.height);
}

function drawBars(canvas, panel) {
  const step = 34;
  const width = 340;
  const height = panel.bars.length * step + 26;
  let g = paper(canvas, width, height);
  const names = Math.min(140, Math.max(...panel.bars.map((b) => g.measureText(b.name).width)));
  // Room for a long number, so that the bars do not jump when the digits become more.
  const numbers = Math.max(64, ...panel.bars.map((b) => g.measureText(b.text).width));
  const left = names + 10;
  const right = width - numbers - 10;
  const at = (v) => left + ((Math.min(Math.max(v, panel.lo), panel.hi) - panel.lo) / (panel.hi - panel.lo)) * (right - left);
  const zero = at(Math.max(0, panel.lo));
  const bottom = panel.bars.length * step;
  g.strokeStyle = "#ddd";
  ticks(panel.lo, panel.hi, 4).forEach((t) => {
    line(g, at(t), 0, at(t), bottom + 3);
    g.textAlign = "center";
    g.textBaseline = "top";
    g.fillText(number(t), at(t), bottom + 6);
  });
  panel.bars.forEach((bar, k) => {
    const y = k * step + 6;
    g.textBaseline = "middle";
    if (bar.value !== null) {
      g.fillStyle = COLOURS[k % 7];
      const end = at(bar.value);
      g.fillRect(Math.min(zero, end), y, Math.max(1, Math.abs(end - zero)), step - 12);
      if (bar.value > panel.hi || bar.value < panel.lo) { arrow(g, end, y, step - 12, bar.value > panel.hi); }
    }
    g.fillStyle = INK;
    g.textAlign = "right";
    g.fillText(bar.name, left - 6, y + step / 2 - 6, names);
    g.textAlign = "left";
    g.fillText(bar.text, right + 6, y + step / 2 - 6);
  });
  g.strokeStyle = INK;
  line(g, zero, 0, zero, bottom);
}

// A white arrow head at the end of a bar that is longer than its axis.
function arrow(g, x, y, height, right) {
  const back = right ? -1 : 1;
  g.fillStyle = "#fff";
  g.beginPath();
  g.moveTo(x, y);
  g.lineTo(x + back * height * 0.5, y);
  g.lineTo(x, y + height / 2);
  g.lineTo(x + back * height * 0.5, y + height);
  g.lineTo(x, y + height);
  g.closePath();
  g.fill();
}

function drawCurve(canvas, panel) {
  const width = 400;
  const rows = panel.lines.length > 1 || panel.lines[0].name ? Math.ceil(panel.lines.length / 2) : 0;
  const top = 6 + 16 * rows;
  const frame = { left: 58, right: width - 10, top, bottom: top + 200 };
  const g = paper(canvas, width, frame.bottom + 36);
  const [x0, x1] = panel.xlim;
  const [y0, y1] = panel.ylim;
  const px = (x) => frame.left + ((x - x0) / (x1 - x0)) * (frame.right - frame.left);
  const py = (y) => frame.bottom - ((y - y0) / (y1 - y0)) * (frame.bottom - frame.top);
  g.strokeStyle = "#ddd";
  g.textBaseline = "top";
  g.textAlign = "center";
  ticks(x0, x1, 6).forEach((t) => { line(g, px(t), frame.top, px(t), frame.bottom); g.fillText(number(t), px(t), frame.bottom + 4); });
  g.textBaseline = "middle";
  g.textAlign = "right";
  ticks(y0, y1, 5).forEach((t) => { line(g, frame.left, py(t), frame.right, py(t)); g.fillText(number(t), frame.left - 4, py(t)); });
  g.textAlign = "center";
  g.fillText(panel.xlabel, (frame.left + frame.right) / 2, frame.bottom + 27);
  upwards(g, panel.ylabel, 8, (frame.top + frame.bottom) / 2);
  g.save();
  g.beginPath();
  g.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  g.clip();
  panel.lines.forEach((one, k) => polyline(g, floats(one.x), floats(one.y), px, py, k));
  if (panel.mark !== null) {
    g.strokeStyle = INK;
    g.lineWidth = 1.5;
    g.setLineDash([2, 3]);
    line(g, px(panel.mark), frame.top, px(panel.mark), frame.bottom);
  }
  g.restore();
  g.strokeStyle = "#767676";
  g.strokeRect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  if (rows) { legend(g, panel.lines, frame); }
}

function polyline(g, x, y, px, py, k) {
  g.strokeStyle = g.fillStyle = COLOURS[k % 7];
  g.lineWidth = 2;
  g.setLineDash(DASHES[k % 7]);
  g.beginPath();
  let pen = false;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) { pen = false; continue; }
    if (pen) { g.lineTo(px(x[i]), py(y[i])); } else { g.moveTo(px(x[i]), py(y[i])); }
    pen = true;
  }
  g.stroke();
  g.setLineDash([]);
  if (x.length <= 40) {
    for (let i = 0; i < x.length; i++) {
      if (Number.isFinite(y[i])) { marker(g, px(x[i]), py(y[i]), k); }
    }
  }
}

function marker(g, x, y, k) {
  g.beginPath();
  if (k % 3 === 0) { g.arc(x, y, 3, 0, 2 * Math.PI); }
  else if (k % 3 === 1) { g.rect(x - 3, y - 3, 6, 6); }
  else { g.moveTo(x, y - 4); g.lineTo(x + 4, y + 3); g.lineTo(x - 4, y + 3); g.closePath(); }
  g.fill();
}

function legend(g, lines, frame) {
  const column = (frame.right - frame.left) / 2;
  g.textAlign = "left";
  g.textBaseline = "middle";
  lines.forEach((one, k) => {
    const x = frame.left + (k % 2) * column;
    const y = 8 + 16 * Math.floor(k / 2);
    g.strokeStyle = COLOURS[k % 7];
    g.lineWidth = 2;
    g.setLineDash(DASHES[k % 7]);
    line(g, x, y, x + 26, y);
    g.setLineDash([]);
    g.fillStyle = INK;
    g.fillText(one.name, x + 31, y, column - 36);
  });
}

function line(g, x0, y0, x1, y1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.stroke();
}

// About `many` round numbers between two ends.
function ticks(low, high, many) {
  const rough = (high - low) / many;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) { out.push(k * step); }
  return out;
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact" });

function number(t) {
  if (Math.abs(t) >= 10000) { return COMPACT.format(t); }
  return String(Number(t.toPrecision(6)));
}
