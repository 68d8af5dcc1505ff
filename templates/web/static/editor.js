// The editor: saves by itself, keeps unsaved words in this browser, cleans what is pasted.
// Without this script the form is saved by its button, and pasting gives plain text.
"use strict";
(() => {
  const form = document.getElementById("editor");
  if (!form || form.dataset.closed !== undefined) return;
  const said = form.dataset;
  const status = document.getElementById("saved");
  const offer = document.getElementById("offer");
  // Whoever else sits down at this machine is offered nothing of it.
  const KEY = `parution.edit.${said.release}.${said.account}`;
  const WAIT = 2000; // milliseconds without a key, then it is saved
  const AGAIN = 15000; // and when the line was down
  // After an error the person decides what is saved next.
  let savesItself = said.savesItself !== undefined;
  let timer = 0;
  let busy = false;
  let changed = false;
  // The button that was pressed while a save was under way.
  let pressed = null;

  const fields = () => [...form.elements].filter((one) => one.name && one.type !== "submit");
  const normal = (one) =>
    one.name === "title" ? one.value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "") : one.value.replace(/\r\n?/g, "\n");
  const typed = () => fields().filter((one) => !["shown", "seal", "breaks_seals"].includes(one.name));
  const words = () => JSON.stringify(typed().map((one) => [one.id || one.name, normal(one)]));
  const fill = (sentence, name, value) => sentence.replace(`{${name}}`, value);
  const clock = () =>
    new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", numberingSystem: "latn" });

  function keep() {
    const values = fields()
      .filter((one) => one.type !== "checkbox")
      .map((one) => [one.name, one.id, one.value]);
    try {
      localStorage.setItem(KEY, JSON.stringify({ at: clock(), words: words(), values }));
    } catch {
      // A browser that keeps nothing still saves by itself.
    }
  }
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY) || "null");
    } catch {
      return null;
    }
  };
  const forget = () => localStorage.removeItem(KEY);

  function later(wait) {
    clearTimeout(timer);
    if (savesItself) timer = setTimeout(save, wait);
  }

  function touched() {
    changed = true;
    status.textContent = said.changed;
    keep();
    later(WAIT);
  }

  function showFound(found) {
    for (const list of document.querySelectorAll("[data-found]")) {
      const lines = found[list.dataset.found] || [];
      list.replaceChildren(
        ...lines.map((one) => {
          const item = document.createElement("li");
          item.className = `finding finding-${one.red ? "red" : "amber"}`;
          const label = document.createElement("span");
          label.className = `label ${one.red ? "bad" : "warn"}`;
          label.textContent = one.red ? said.blocks : said.asks;
          const mend = document.createElement("span");
          mend.className = "faint";
          mend.textContent = one.mend;
          const line = one.line ? ` ${fill(said.line, "number", one.line)}` : "";
          item.append(label, `${line} ${one.what} `, mend);
          return item;
        }),
      );
    }
  }

  // What the office has now becomes the ground of the next save. Words that were not typed
  // here since are shown as they are there.
  function settle(answer, sent) {
    for (const [code, there] of Object.entries(answer.versions)) {
      const title = document.getElementById(`title-${code}`);
      const body = document.getElementById(`body-${code}`);
      if (!title) continue;
      const before = sent.get(code);
      const same = before && before.title === there.title && before.body === there.body;
      const alone = before && normal(title) === before.title && normal(body) === before.body;
      if (!same && !alone) continue; // The next save is told of both texts.
      if (!same) {
        title.value = there.title;
        body.value = there.body;
        document.querySelector(`p[data-pasted="${code}"]`).textContent = said.other;
      }
      for (const seal of document.querySelectorAll(`[data-seal="${code}"]`)) seal.value = there.seal;
      const stale = document.querySelector(`[data-stale="${code}"]`);
      const fresh = document.querySelector(`[data-fresh="${code}"]`);
      if (stale) stale.hidden = !there.stale;
      if (fresh) fresh.hidden = there.stale;
    }
    const base = JSON.parse(form.elements.shown.value || "{}");
    for (const [name, value] of Object.entries(answer.facts)) {
      const one = form.elements[name];
      if (one && one.value === base[name]) one.value = value;
    }
    form.elements.shown.value = JSON.stringify(answer.facts);
  }

  function snapshot() {
    const sent = new Map();
    for (const title of form.querySelectorAll("[data-title]")) {
      const code = title.dataset.title;
      sent.set(code, { title: normal(title), body: normal(document.getElementById(`body-${code}`)) });
    }
    return sent;
  }

  async function save() {
    if (busy || !changed || form.dataset.sent) return;
    busy = true;
    changed = false;
    const sent = snapshot();
    const before = words();
    status.textContent = said.saving;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (answer.status === 401 || answer.status === 403) {
        changed = true;
        status.textContent = said.out;
      } else {
        told(await answer.json(), sent, before);
      }
    } catch {
      changed = true;
      status.textContent = said.away;
      later(AGAIN);
    }
    busy = false;
    if (pressed) {
      const button = pressed;
      pressed = null;
      form.requestSubmit(button);
      return;
    }
    if (changed && words() !== before) later(WAIT);
  }

  function told(answer, sent, before) {
    if (answer.found) showFound(answer.found);
    if (answer.saved) {
      settle(answer, sent);
      status.textContent = fill(said.saved, "time", answer.at);
      if (words() === before || !changed) forget();
      return;
    }
    changed = true;
    // A clash is for a person to settle, on the page that shows both texts.
    if (answer.problem.code === "clashing") savesItself = false;
    status.textContent =
      answer.problem.code === "clashing" ? said.clash : `${answer.problem.what} ${answer.problem.mend}`;
  }

  function putBack(there) {
    const seen = new Map();
    for (const [name, id, value] of there.values) {
      const place = seen.get(name) || 0;
      seen.set(name, place + 1);
      const one = id ? document.getElementById(id) : form.querySelectorAll(`[name="${name}"]`)[place];
      if (one && one.form === form) one.value = value;
    }
    offer.hidden = true;
    touched();
  }

  const there = kept();
  if (there && there.words !== words()) {
    offer.querySelector("p").textContent = fill(said.offer, "time", there.at);
    offer.hidden = false;
    document.getElementById("put-back").addEventListener("click", () => putBack(there));
    document.getElementById("throw-away").addEventListener("click", () => {
      forget();
      offer.hidden = true;
    });
  } else if (there) {
    forget();
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "breaks_seals") later(0);
    else touched();
  });
  // Sent now, it would carry the ground of before the save that is under way, and clash with it.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!busy) return;
    event.preventDefault();
    delete form.dataset.sent;
    pressed = event.submitter || form.querySelector(".editor-save button");
  });
  form.addEventListener("change", () => changed && later(0));
  // Ticked above the form, it belongs to it all the same.
  document.querySelector("input[name=breaks_seals][form=editor]")?.addEventListener("change", () => {
    if (changed) later(0);
  });
  window.addEventListener("online", () => changed && later(0));

  function put(area, text) {
    area.focus();
    // The browser's own way keeps its undo; the other is for those without it.
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  for (const area of form.querySelectorAll("textarea[data-body]")) {
    area.addEventListener("paste", async (event) => {
      const page = event.clipboardData.getData("text/html");
      const plain = event.clipboardData.getData("text/plain");
      if (!page) return;
      event.preventDefault();
      const told = form.querySelector(`p[data-pasted="${area.dataset.body}"]`);
      try {
        const answer = await fetch("/releases/clean", {
          method: "POST",
          body: new URLSearchParams({ page }),
          headers: { Accept: "application/json" },
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const cleaned = await answer.json();
        put(area, cleaned.text);
        told.textContent = cleaned.dropped.length ? `${said.pasted} ${cleaned.dropped.join(" · ")}` : "";
      } catch {
        put(area, plain);
      }
    });
  }
})();
