// What a query selects, while it is typed. Without this script a button shows it.
"use strict";
(() => {
  const form = document.querySelector("form[data-trial]");
  const trial = document.getElementById("trial");
  if (!form || !trial) return;
  const field = form.elements.q;
  let waiting;
  let asked;
  let last = field.value;

  async function look() {
    if (field.value === last) return;
    last = field.value;
    if (asked) asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    trial.setAttribute("aria-busy", "true");
    const there = new URL(form.dataset.trial, location.href);
    there.searchParams.set("q", last);
    try {
      const answer = await fetch(there, { signal });
      // Signed out meanwhile: the page as it is keeps what was typed.
      if (answer.ok && !answer.redirected) trial.innerHTML = await answer.text();
      field.toggleAttribute("aria-invalid", Boolean(trial.querySelector("[role=alert]")));
      trial.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") trial.removeAttribute("aria-busy");
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 350);
  });
})();
