// The builder of the review: a line is dragged by its handle, moved by its buttons, or by Ctrl
// and an arrow, within its section. What is sent is the order on the page; without this script
// the buttons do it one step at a time.
"use strict";
(() => {
  const form = document.getElementById("builder");
  if (!form) return;
  const first = document.getElementById("first-page");
  let waiting;
  let asked;

  // What page one would hold: the office counts, by the rules of the layout.
  async function count() {
    if (!first) return;
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.firstPage, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        signal: asked.signal,
      });
      if (!answer.ok || answer.redirected) return;
      first.innerHTML = await answer.text();
      const there = new Set(first.querySelector("[data-articles]").dataset.articles.split(" "));
      for (const line of form.querySelectorAll("[data-article]")) {
        line.classList.toggle("on-first", there.has(line.dataset.article));
      }
    } catch (error) {
      // The line is cut: what is kept is counted again.
      if (error.name !== "AbortError") first.querySelector("p").classList.add("warn");
    }
  }
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 300);
  };

  const move = (line, up) => {
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    other[up ? "before" : "after"](line);
    line.focus();
    changed();
  };
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest(".builder-line");
    if (!line || !event.ctrlKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(line, event.key === "ArrowUp");
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=up], button[name=down]");
    if (!button) return;
    event.preventDefault();
    move(button.closest(".builder-line"), button.name === "up");
    button.focus();
  });
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  // Dragging: the line follows the pointer from place to place.
  if (form.querySelector(".handle")) form.classList.add("can-drag");
  let dragged = null;
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".handle");
    if (!handle || event.button) return;
    event.preventDefault();
    const line = handle.closest(".builder-line");
    dragged = { line, before: line.nextElementSibling, list: line.parentElement, id: event.pointerId };
    handle.setPointerCapture(event.pointerId);
    line.classList.add("is-dragged");
    form.classList.add("is-dragging");
  });
  form.addEventListener("pointermove", (event) => {
    if (!dragged || event.pointerId !== dragged.id) return;
    for (const other of dragged.list.children) {
      if (other === dragged.line) continue;
      const box = other.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      const isBelow = dragged.line.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isBelow && event.clientY > middle) other.after(dragged.line);
      else if (!isBelow && event.clientY < middle) {
        other.before(dragged.line);
        break;
      }
    }
  });
  const drop = (isKept) => {
    if (!dragged) return;
    const { line, before, list } = dragged;
    dragged = null;
    line.classList.remove("is-dragged");
    form.classList.remove("is-dragging");
    if (!isKept) list.insertBefore(line, before);
    line.focus();
    changed();
  };
  form.addEventListener("pointerup", () => drop(true));
  form.addEventListener("pointercancel", () => drop(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") drop(false);
  });
})();
