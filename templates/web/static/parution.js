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
