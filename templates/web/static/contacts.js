// Keys of the list: / goes to the search, j and k walk the rows, Enter opens. Every page
// works without this script.
"use strict";
(() => {
  const search = document.querySelector("[data-search]");
  const links = () => [...document.querySelectorAll("[data-rows] h3 a")];
  const walk = (step) => {
    const all = links();
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = { "/": () => search && search.focus(), j: () => walk(1), k: () => walk(-1) };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
})();
