// Keys for deciding on coverage. Every page works without this script.
"use strict";

const triage = document.getElementById("triage");
const rejecting = triage && triage.querySelector("details.reject");

function isTyping(target) {
  return target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

function send(key) {
  const form = document.querySelector(`form[data-key="${key}"]`);
  if (form) form.requestSubmit(form.querySelector("button"));
  return Boolean(form);
}

function turnTone() {
  const choices = [...document.querySelectorAll("#said input[name=tone]")];
  const next = choices[(choices.findIndex((one) => one.checked) + 1) % choices.length];
  if (next) {
    next.checked = true;
    next.form.requestSubmit();
  }
  return Boolean(next);
}

function act(event) {
  const { key } = event;
  if (rejecting && rejecting.open && /^[1-9]$/.test(key)) {
    const choice = rejecting.querySelector(`[data-digit="${key}"]`);
    if (choice) {
      choice.checked = true;
      choice.focus();
    }
    return Boolean(choice);
  }
  if (key === "n" && rejecting) {
    rejecting.open = true;
    rejecting.querySelector("input[type=radio]:checked").focus();
    return true;
  }
  if (key === "Escape" && rejecting && rejecting.open) {
    rejecting.open = false;
    return true;
  }
  if (key === "?") {
    const keys = triage.querySelector("details.keys");
    keys.open = !keys.open;
    return true;
  }
  if (key === "t") return turnTone();
  const there = { j: triage.dataset.after, k: triage.dataset.before }[key];
  if (there) {
    location.assign(there);
    return true;
  }
  return ["y", "Y", "u"].includes(key) && send(key);
}

document.addEventListener("keydown", (event) => {
  if (!triage || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (isTyping(event.target)) return;
  if (act(event)) event.preventDefault();
});
