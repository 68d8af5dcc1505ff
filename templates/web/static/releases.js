// Keys for the list of releases, which can be turned off. The list works without this script.
"use strict";
(() => {
  const table = document.querySelector("table[data-keys]");
  const search = document.getElementById("release-words");
  const button = document.getElementById("release-keys");
  if (!table || !button) return;
  const KEPT = "parution.release-keys";
  let on = localStorage.getItem(KEPT) !== "off";

  const show = () => {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };
  button.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(KEPT, on ? "on" : "off");
    show();
  });
  show();

  const move = (by) => {
    const links = [...table.querySelectorAll("a.release-open")];
    const here = links.findIndex((one) => one.closest("tr").contains(document.activeElement));
    const next = links[here < 0 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)];
    if (next) next.focus();
  };
  const act = (key) => {
    if (key === "/") search.focus();
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "n") document.getElementById("new-release")?.click();
    else return false;
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (act(event.key)) event.preventDefault();
  });
})();
