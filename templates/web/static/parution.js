// Live counters. Every page works without this script.
"use strict";

const counters = document.querySelector("[data-counts]");
const RUNNING = new Set(["planned", "running", "paused"]);

async function refresh() {
  const answer = await fetch(counters.dataset.counts, { credentials: "same-origin" });
  if (!answer.ok) return;
  const now = await answer.json();
  for (const [name, count] of Object.entries(now.counts)) {
    const shown = counters.querySelector(`[data-count="${name}"]`);
    shown.textContent = count.toLocaleString(document.documentElement.lang);
    if (count > 0) shown.parentElement.hidden = false;
  }
  if (now.state !== counters.dataset.shown) {
    location.reload();
    return;
  }
  if (RUNNING.has(now.state)) setTimeout(refresh, 1000);
}
if (counters && RUNNING.has(counters.dataset.shown)) setTimeout(refresh, 1000);

for (const span of document.querySelectorAll("[data-share]")) {
  span.style.setProperty("flex-grow", span.dataset.share);
}

// How long an undo is still possible. The page says the hour in words without this.
for (const shown of document.querySelectorAll("[data-until]")) {
  const opened = performance.now();
  const given = Date.parse(shown.dataset.until) - Date.parse(shown.dataset.now);
  const count = () => {
    const left = Math.max(0, Math.ceil((given - (performance.now() - opened)) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    shown.textContent = `${Math.floor(left / 60)}:${seconds}`;
    if (left > 0) setTimeout(count, 500);
  };
  count();
}

// A second click sends nothing; the server would refuse it anyway.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
