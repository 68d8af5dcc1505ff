// The builder of the review: Ctrl and an arrow move a line within its section. What is
// sent is the order on the page; without this script the buttons do it one step at a time.
"use strict";
(() => {
  const form = document.getElementById("builder");
  if (!form) return;
  const move = (line, up) => {
    const other = up ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    other[up ? "before" : "after"](line);
    line.focus();
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
})();
