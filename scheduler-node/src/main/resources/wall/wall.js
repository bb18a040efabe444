// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
"use strict";

// Ages of the data in ms from which the wall warns, and says that it is cut off.
const AMBER_MS = 3000;
const RED_MS = 10000;
const TICKER_ROWS = 24;
const WHOLE = 1000;
const COLORS = { panel: "#101827", label: "#9fb2cc", free: [36, 54, 80], low: [24, 82, 140], high: [70, 168, 255], lost: "#4a1f29", lostMark: "#ff4d5e" };
const HAPPENINGS = {
  JOINED: (h) => `节点加入 Node joined · ${h.supplier} ${h.who}`,
  LOST: (h) => `节点失联 Node lost · ${h.supplier} ${h.who}`,
  BACK: (h) => `节点恢复 Node back · ${h.supplier} ${h.who}`,
  PLACED: (h) => `已放置 Placed · ${h.who} × ${number(h.count)}`,
  ENDED: (h) => `已结束 Ended · ${h.who} × ${number(h.count)}`,
};

const byId = (id) => document.getElementById(id);
const canvas = byId("cells");
const paint = canvas.getContext("2d", { alpha: false });
const nodes = new Map();
let places = new Map();
let cell = 0;
let ticker = [];
let lastArrival = null;

/** For tests: how many ticks came, when the last one was, how long the last drawing took. */
window.__wall = { snapshots: 0, ticks: 0, lastTickAgeMs: null, drawMs: 0, cellOf };

function number(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 1000 ? 1 : 0 });
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Sums per supplier, in the order of their names; shares of a GPU count as parts. */
function pools() {
  const found = new Map();
  for (const node of nodes.values()) {
    let pool = found.get(node.supplier);
    if (!pool) {
      pool = { name: node.supplier, nodes: [], models: new Set(), gpus: 0, used: 0, lost: 0 };
      found.set(node.supplier, pool);
    }
    pool.nodes.push(node);
    pool.models.add(node.model);
    pool.gpus += node.used.length;
    if (node.lost) {
      pool.lost += node.used.length;
    } else {
      pool.used += node.used.reduce((sum, milli) => sum + Math.max(0, milli), 0) / WHOLE;
      pool.lost += node.used.filter((milli) => milli < 0).length;
    }
  }
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const sorted = [...found.values()].sort((a, b) => order(a.name, b.name));
  for (const pool of sorted) {
    pool.nodes.sort((a, b) => order(a.id, b.id));
  }
  return sorted;
}

function mix(low, high, share) {
  const channel = (i) => Math.round(low[i] + (high[i] - low[i]) * share);
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`;
}

function color(milli) {
  return milli <= 0 ? mix(COLORS.free, COLORS.free, 0) : mix(COLORS.low, COLORS.high, milli / WHOLE);
}

/** Draws one GPU. A lost or faulty one also has a stroke across, for those who see no red. */
function drawCell(to, x, y, size, milli, lost) {
  to.fillStyle = lost ? COLORS.lost : color(milli);
  to.fillRect(x, y, size, size);
  if (lost && size >= 3) {
    to.strokeStyle = COLORS.lostMark;
    to.lineWidth = Math.max(1, size / 7);
    to.beginPath();
    to.moveTo(x + size * 0.15, y + size * 0.85);
    to.lineTo(x + size * 0.85, y + size * 0.15);
    to.stroke();
  }
}

function drawNode(node) {
  const place = places.get(node.id);
  if (!place) {
    return;
  }
  const size = cell > 5 ? cell - Math.max(1, Math.round(cell / 8)) : Math.max(1, cell - 0.5);
  paint.fillStyle = COLORS.panel;
  paint.fillRect(place.x, place.y, cell, cell * node.used.length);
  node.used.forEach((milli, i) => drawCell(paint, place.x, place.y + i * cell, size, milli, node.lost || milli < 0));
}

/** The middle of one GPU's cell on the canvas. */
function cellOf(id, device) {
  const place = places.get(id);
  return place ? { x: place.x + cell * 0.3, y: place.y + (device + 0.3) * cell } : null;
}

/**
 * Puts the suppliers' blocks on shelves, side by side where they fit; null if the shelves are higher
 * than the canvas at this cell size.
 */
function shelves(all, size, width, height, label) {
  const gap = Math.max(1, Math.round(size / 5));
  const between = Math.round(label * 0.8);
  const column = size + gap;
  const found = [];
  let [x, y, shelfHeight] = [0, 0, 0];
  for (const pool of all) {
    const tallest = Math.max(1, ...pool.nodes.map((node) => node.used.length));
    const rowHeight = tallest * size + 2 * gap;
    const fitting = Math.max(1, Math.floor((width + gap) / column));
    const rows = Math.ceil(pool.nodes.length / fitting);
    const perRow = Math.ceil(pool.nodes.length / rows);
    const blockWidth = Math.max(perRow * column, label * 8);
    if (x > 0 && x + blockWidth > width + gap) {
      y += shelfHeight;
      [x, shelfHeight] = [0, 0];
    }
    found.push({ pool, x, y, perRow, rowHeight, gap, width: Math.min(blockWidth, width) });
    x += blockWidth + between;
    shelfHeight = Math.max(shelfHeight, label + rows * rowHeight + gap);
  }
  return y + shelfHeight <= height ? found : null;
}

function layOut() {
  const began = performance.now();
  const ratio = window.devicePixelRatio || 1;
  const box = byId("map").getBoundingClientRect();
  canvas.width = Math.max(1, Math.round(box.width * ratio));
  canvas.height = Math.max(1, Math.round(box.height * ratio));
  const label = (canvas.width / 110) * 1.9;
  const all = pools();
  let found = null;
  for (cell = Math.round(canvas.width / 16); cell > 1; cell -= cell > 6 ? 1 : 0.25) {
    found = shelves(all, cell, canvas.width, canvas.height, label);
    if (found) {
      break;
    }
  }
  paint.fillStyle = COLORS.panel;
  paint.fillRect(0, 0, canvas.width, canvas.height);
  places = new Map();
  if (all.length > 0) {
    for (const shelf of found || shelves(all, cell, canvas.width, Infinity, label)) {
      drawShelf(shelf, label);
    }
  }
  window.__wall.drawMs = performance.now() - began;
}

function drawShelf(shelf, label) {
  paint.fillStyle = COLORS.label;
  paint.font = `${label * 0.66}px "Noto Sans CJK SC", "Noto Sans SC", sans-serif`;
  paint.textBaseline = "middle";
  const models = [...shelf.pool.models].sort().join(", ");
  paint.fillText(`${shelf.pool.name} · ${models} · ${number(shelf.pool.gpus)} GPU`, shelf.x, shelf.y + label / 2, shelf.width);
  shelf.pool.nodes.forEach((node, i) => {
    places.set(node.id, {
      x: Math.round(shelf.x + (i % shelf.perRow) * (cell + shelf.gap)),
      y: Math.round(shelf.y + label + Math.floor(i / shelf.perRow) * shelf.rowHeight),
    });
    drawNode(node);
  });
}

function showPools() {
  const all = pools();
  const rows = all.map((pool) => {
    const row = element("div", "supplier", "");
    const percent = pool.gpus ? (pool.used / pool.gpus) * 100 : 0;
    row.append(element("strong", "", pool.name), element("span", "", `${percent.toFixed(1)}%`));
    const bar = element("div", "bar", "");
    const used = element("i", "used", "");
    const lost = element("i", "lost", "");
    used.style.width = `${percent}%`;
    lost.style.width = `${pool.gpus ? (pool.lost / pool.gpus) * 100 : 0}%`;
    bar.append(used, lost);
    const free = pool.gpus - pool.used - pool.lost;
    row.append(bar, element("em", "", `占用 ${number(pool.used)} · 空闲 ${number(free)} / ${number(pool.gpus)}`));
    row.append(element("em", pool.lost ? "bad" : "", `失联或故障 ${number(pool.lost)}`));
    return row;
  });
  byId("suppliers").replaceChildren(...rows);
  const sum = (field) => all.reduce((total, pool) => total + pool[field], 0);
  const [gpus, used, lost] = [sum("gpus"), sum("used"), sum("lost")];
  show("k-nodes", number(nodes.size));
  show("k-gpus", number(gpus));
  show("k-used", number(used), gpus ? `${((used / gpus) * 100).toFixed(1)}%` : "");
  show("k-free", number(gpus - used - lost));
  show("k-lost", number(lost));
  byId("k-lost").classList.toggle("bad", lost > 0);
}

function show(id, value, unit) {
  byId(id).replaceChildren(value, element("u", "", unit || ""));
}

function showFrame(frame) {
  showPools();
  show("k-queued", number(frame.totals.queued));
  show("k-running", number(frame.totals.running));
  show("k-placements", number(frame.totals.placedPerSecond), "/s");
  const whole = frame.members.up === frame.members.all;
  byId("members").textContent = `${whole ? "集群正常 Healthy" : "集群降级 Degraded"} · ${frame.members.up}/${frame.members.all} 调度节点 scheduler nodes`;
  byId("members").className = `pill ${whole ? "ok" : "warn"}`;
  byId("tenants").replaceChildren(...frame.tenants.map((tenant) => {
    const row = document.createElement("tr");
    const cells = [tenant.id, number(tenant.queued), number(tenant.running), number(tenant.gpusUsed), number(tenant.gpusWaiting)];
    row.append(...cells.map((text) => element("td", "", text)));
    return row;
  }));
  byId("ticker").replaceChildren(...ticker.map((happening) => {
    const line = element("div", happening.kind, "");
    line.append(element("time", "", time(happening.at)), HAPPENINGS[happening.kind](happening));
    return line;
  }));
}

function time(ms) {
  return new Date(ms).toLocaleTimeString("zh-CN", { hour12: false });
}

function take(frame, whole) {
  if (whole) {
    nodes.clear();
    ticker = [];
  }
  const before = nodes.size;
  const reshaped = frame.nodes.some((node) => {
    const known = nodes.get(node.id);
    return !known || known.supplier !== node.supplier || known.used.length !== node.used.length;
  });
  frame.nodes.forEach((node) => nodes.set(node.id, node));
  if (whole || reshaped || before !== nodes.size) {
    layOut();
  } else {
    const began = performance.now();
    frame.nodes.forEach(drawNode);
    window.__wall.drawMs = performance.now() - began;
  }
  ticker = [...[...frame.happenings].reverse(), ...ticker].slice(0, TICKER_ROWS);
  lastArrival = performance.now();
  showFrame(frame);
  showAge();
}

/** The age counts from the arrival, by this browser's own clock: two clocks would not agree. */
function showAge() {
  const age = lastArrival === null ? null : performance.now() - lastArrival;
  window.__wall.lastTickAgeMs = age;
  byId("clock").textContent = time(Date.now());
  const pill = byId("age");
  const red = age !== null && age > RED_MS;
  document.body.classList.toggle("stale", red);
  if (age === null) {
    pill.textContent = "等待数据 Waiting for data";
    pill.className = "pill";
  } else {
    const seconds = `${(age / 1000).toFixed(age < AMBER_MS ? 1 : 0)} s`;
    pill.textContent = red ? `连接断开 Disconnected · ${seconds}` : `数据 Data · ${seconds}`;
    pill.className = `pill ${red ? "bad" : age > AMBER_MS ? "warn" : "ok"}`;
  }
}

function legend() {
  const entries = [["空闲 Free", 0, false], ["部分占用 Shared", 300, false], ["占用 Used", WHOLE, false], ["失联 Lost", 0, true]];
  byId("legend").append(...entries.map(([text, milli, lost]) => {
    const entry = element("span", "", "");
    const sample = document.createElement("canvas");
    sample.width = sample.height = 24;
    drawCell(sample.getContext("2d"), 0, 0, 24, milli, lost);
    entry.append(sample, text);
    return entry;
  }));
}

function listen() {
  const feed = new EventSource("/v1/wall/events");
  feed.addEventListener("snapshot", (event) => {
    window.__wall.snapshots++;
    take(JSON.parse(event.data), true);
  });
  feed.addEventListener("tick", (event) => {
    window.__wall.ticks++;
    take(JSON.parse(event.data), false);
  });
  // The browser reconnects by itself unless the server answered with an error.
  feed.addEventListener("error", () => {
    if (feed.readyState === EventSource.CLOSED) {
      setTimeout(listen, 2000);
    }
  });
}

window.addEventListener("resize", layOut);
setInterval(showAge, 500);
legend();
showAge();
listen();
