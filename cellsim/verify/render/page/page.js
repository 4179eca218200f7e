"use strict";
// Tabs, time cursors and jumps. The 3D player of player.js is one listener of the clock below.

// One clock per report: everything that shows a time listens to it.
function makeClock(article, duration) {
  const listeners = [];
  const clock = {
    t: 0, duration, pair: null,
    listen(f) { listeners.push(f); },
    set(t) {
      clock.t = Math.min(Math.max(t, 0), duration);
      for (const f of listeners) f(clock);
    },
    show(t, pair) {
      clock.pair = pair;
      clock.set(t);
    },
  };
  return clock;
}

function wireCursors(article, clock) {
  const plots = [...article.querySelectorAll("svg.plot")].map((svg) => ({
    line: svg.querySelector(".cursor"), svg,
    x0: +svg.dataset.x0, x1: +svg.dataset.x1, t1: +svg.dataset.t1,
  }));
  clock.listen(({ t }) => {
    for (const p of plots) {
      const x = p.x0 + (p.x1 - p.x0) * Math.min(t / p.t1, 1);
      p.line.setAttribute("x1", x);
      p.line.setAttribute("x2", x);
    }
  });
  for (const p of plots) {
    p.svg.addEventListener("click", (event) => {
      if (event.target.closest(".jump")) return;
      const box = p.svg.getBoundingClientRect();
      const x = (event.clientX - box.left) * p.svg.viewBox.baseVal.width / box.width;
      clock.set((x - p.x0) / (p.x1 - p.x0) * p.t1);
    });
  }
}

function wireJumps(article, clock) {
  const stage = article.querySelector(".stage");
  const jump = (target) => {
    for (const e of article.querySelectorAll(".jump.on")) e.classList.remove("on");
    target.classList.add("on");
    clock.show(+target.dataset.t, (target.dataset.pair || "").split(" / "));
    if (stage && target.closest("li, table")) stage.scrollIntoView({ block: "center" });
  };
  article.addEventListener("click", (event) => {
    const target = event.target.closest(".jump");
    if (target) jump(target);
  });
  article.addEventListener("keydown", (event) => {
    const target = event.target.closest(".jump");
    if (target && event.key === "Enter") jump(target);
  });
}

function wireControls(article, clock, data) {
  const play = article.querySelector(".play"), slider = article.querySelector("input[type=range]");
  const out = article.querySelector("output"), ticks = article.querySelector(".ticks");
  let running = false, before = 0;
  slider.max = clock.duration;
  clock.listen(({ t }) => { slider.value = t; out.textContent = t.toFixed(2) + " s"; });
  const label = () => { play.textContent = running ? play.dataset.pause : play.dataset.play; };
  const step = (now) => {
    if (!running) return;
    const speed = +article.querySelector("select").value;
    clock.set(clock.t + (now - before) / 1000 * speed);
    before = now;
    if (clock.t >= clock.duration) { running = false; label(); } else requestAnimationFrame(step);
  };
  play.addEventListener("click", () => {
    running = !running;
    label();
    if (!running) return;
    if (clock.t >= clock.duration) clock.set(0);
    before = performance.now();
    requestAnimationFrame(step);
  });
  slider.addEventListener("input", () => { clock.pair = null; clock.set(+slider.value); });
  for (const f of data.findings) {
    const mark = document.createElement("i");
    mark.className = f.severity;
    mark.style.left = 100 * f.t0 / Math.max(clock.duration, 1e-6) + "%";
    mark.title = f.text;
    mark.addEventListener("click", () => clock.show(f.t0, f.pair));
    ticks.append(mark);
  }
}

function startReport(article, start = 0) {
  if (article.dataset.started) return;
  article.dataset.started = "1";
  const block = article.querySelector("script.scene");
  const data = block ? JSON.parse(block.textContent) : null;
  const clock = makeClock(article, data ? data.duration : 1);
  wireCursors(article, clock);
  wireJumps(article, clock);
  if (!data) return;
  wireControls(article, clock, data);
  const ready = startPlayer(article, clock, data);
  article.dataset.player = ready ? "ready" : "none";
  clock.set(start);
}

// The address may name a report and a time: report.html#report=1&t=12.5
window.addEventListener("DOMContentLoaded", () => {
  const reports = [...document.querySelectorAll("article.report")];
  const tabs = [...document.querySelectorAll("nav .tab")];
  const address = new URLSearchParams(location.hash.slice(1));
  const show = (number, start) => {
    tabs.forEach((tab, k) => tab.classList.toggle("on", k === number));
    reports.forEach((report, k) => { report.hidden = k !== number; });
    startReport(reports[number], start);
  };
  tabs.forEach((tab, k) => tab.addEventListener("click", () => show(k, 0)));
  const asked = Math.trunc(+address.get("report"));
  if (reports.length) show(asked in reports ? asked : 0, +address.get("t") || 0);
});
