// Keys for deciding on coverage; in the queue also parts of the page instead of whole ones.
// Every page works without this script.
"use strict";
(() => {
  const desk = document.querySelector("[data-keys]");
  if (!desk) return;
  const keys = JSON.parse(desk.dataset.keys);
  const queue = document.getElementById("queue");
  const KEPT = 10000; // how long a decided row stays in sight, in ms

  /* Keys */
  const isTyping = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");

  // The letter where it lies on any Latin keyboard; on others the one of the same key.
  function actionOf(event) {
    const { key, code, shiftKey } = event;
    const named = (sign) => keys[/^\p{L}$/u.test(sign) && shiftKey ? `Shift+${sign.toLowerCase()}` : sign.toLowerCase()];
    const known = key.length === 1 && named(key);
    if (known) return known;
    const isLatin = /^[\x20-\x7e]$/.test(key);
    return !isLatin && /^Key[A-Z]$/.test(code) ? named(code.slice(3)) : undefined;
  }

  // The row of figures gives other signs on a French keyboard.
  function figureOf({ key, code }) {
    if (/^[1-9]$/.test(key)) return key;
    const found = /^(?:Digit|Numpad)([1-9])$/.exec(code);
    return found ? found[1] : "";
  }

  function chosenFigure(event) {
    const open = document.querySelector("details[data-figures][open]");
    const button = open && open.querySelector(`[data-figure="${figureOf(event)}"]`);
    if (!button) return false;
    const words = button.dataset.words && button.form.elements[button.dataset.words];
    if (words && !words.value.trim()) words.focus();
    else button.click();
    return true;
  }

  function unfold(details) {
    details.open = details.dataset.act !== "help" || !details.open;
    const first = details.querySelector("select, textarea, .stack button, input:not([type=hidden])");
    if (details.open && first) first.focus();
    else if (!details.open) details.querySelector("summary").focus();
  }

  function turn(name) {
    const form = document.querySelector("form[data-says]");
    if (!form) return false;
    if (name === "front") {
      const box = form.elements.on_front;
      box.checked = !box.checked;
    } else {
      const tones = [...form.elements.tone];
      tones[(tones.findIndex((one) => one.checked) + 1) % tones.length].checked = true;
    }
    form.requestSubmit();
    return true;
  }

  function openArticle(place) {
    const link = place.querySelector("a");
    if (link) window.open(link.href, "_blank", "noopener,noreferrer");
    return Boolean(link);
  }

  // Where articles are listed the keys go from one to the next.
  function walk(by) {
    const links = [...document.querySelectorAll("[data-hits] h3 a")];
    const at = links.indexOf(document.activeElement);
    const link = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (link) link.focus();
    return Boolean(link);
  }

  function openHere() {
    const row = document.activeElement.closest("[data-hits] .row");
    return Boolean(row) && openArticle(row.querySelector("h3"));
  }

  function perform(name) {
    if (document.querySelector("[data-hits]")) {
      if (name === "next" || name === "previous") return walk(name === "next" ? 1 : -1);
      if (name === "open") return openHere();
    }
    if (name === "tone" || name === "front") return turn(name);
    const words = document.getElementById("search-words");
    if (name === "search" && words) {
      words.select();
      return true;
    }
    if (name === "search") {
      location.assign(desk.dataset.search);
      return true;
    }
    if (queue && name === "undo") return takeBack();
    if (queue && (name === "next" || name === "previous")) return step(name === "next" ? 1 : -1);
    const place = document.querySelector(`[data-act="${name}"]`);
    if (!place) return false;
    if (name === "open") return openArticle(place);
    if (place.matches("details")) unfold(place);
    else if (place.matches("form")) place.requestSubmit(place.querySelector("button"));
    else place.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (isTyping(event.target)) return;
    const open = event.key === "Escape" && document.querySelector("details[data-act][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
      event.preventDefault();
      return;
    }
    if (!Object.keys(keys).length) return;
    if (chosenFigure(event)) {
      event.preventDefault();
      return;
    }
    const name = actionOf(event);
    if (name && perform(name)) event.preventDefault();
  });

  if (!queue) return;

  /* The queue: parts of the page, decisions at once, and the way back. */
  const panes = document.getElementById("panes");
  const told = document.getElementById("told");
  const trouble = document.getElementById("trouble");
  const back = document.getElementById("take-back");
  const teach = document.getElementById("teach");
  const query = desk.dataset.query;
  const held = new Map(); // panes that were fetched ahead, by line
  const acts = []; // what was decided, the last on top
  let turnOf = Promise.resolve(); // one decision after the other
  let shown = Number(reading()?.dataset.line || 0);
  let hiding;

  function reading() {
    return document.getElementById("reading");
  }

  function rowOf(line) {
    return queue.querySelector(`li[data-line="${line}"]`);
  }

  function rows() {
    return [...queue.querySelectorAll("li[data-line]:not(.is-done)")];
  }

  function say(text, { undo = false, lesson = "" } = {}) {
    trouble.textContent = "";
    told.textContent = text;
    back.hidden = !undo;
    teach.hidden = !lesson;
    if (lesson) teach.href = lesson;
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      // Whoever is about to press it keeps it.
      if (document.querySelector("#toast:focus-within, #toast:hover")) return;
      told.textContent = "";
      back.hidden = teach.hidden = true;
    }, KEPT);
  }

  function complain(text) {
    told.textContent = "";
    back.hidden = teach.hidden = true;
    trouble.textContent = text;
  }

  const address = (more) => `/triage?${[query, more].filter(Boolean).join("&")}`;

  async function part(more) {
    const answer = await fetch(address(more), { headers: { "X-Part": "1" } });
    if (answer.redirected) throw new Error(desk.dataset.out);
    if (!answer.ok) throw new Error(desk.dataset.lost);
    return answer.text();
  }

  function panesOf(line) {
    if (!held.has(line)) {
      const asked = part(line ? `line=${line}&part=panes` : "part=panes");
      asked.catch(() => held.delete(line));
      held.set(line, asked);
    }
    return held.get(line);
  }

  function ahead() {
    const here = rows();
    const at = here.findIndex((row) => Number(row.dataset.line) === shown);
    for (const row of here.slice(at + 1, at + 3)) panesOf(Number(row.dataset.line)).catch(() => {});
    if (at >= here.length - 5) more();
  }

  let asking = false;
  async function more() {
    const link = queue.querySelector(".queue-more a");
    if (!link || asking) return;
    asking = true;
    try {
      const after = new URL(link.href).searchParams.get("after");
      const box = document.createElement("ol");
      box.innerHTML = await part(`after=${after}&part=rows`);
      link.parentElement.remove();
      for (const row of [...box.children]) if (!row.dataset.line || !rowOf(row.dataset.line)) queue.append(row);
    } catch (error) {
      complain(error.message);
    } finally {
      asking = false;
    }
  }

  // The queue anew from its top: two texts that were one are two rows again.
  async function refill() {
    queue.innerHTML = await part("part=rows");
  }

  async function show(line, { focus = true } = {}) {
    shown = line;
    for (const link of queue.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    const row = line && rowOf(line);
    if (row) {
      row.querySelector(".queue-link").setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    }
    let html;
    try {
      html = await panesOf(line);
    } catch (error) {
      complain(error.message || desk.dataset.lost);
      return;
    }
    held.delete(line);
    if (shown !== line) return;
    panes.innerHTML = html;
    history.replaceState(null, "", address(line ? `line=${line}` : ""));
    if (focus) document.getElementById("reading-title").focus({ preventScroll: true });
    if (focus && matchMedia("(max-width: 61.99rem)").matches) panes.scrollIntoView();
    panes.dataset.shown = line;
    ahead();
  }

  function beside(line, by) {
    const here = rows();
    const at = here.findIndex((row) => Number(row.dataset.line) === line);
    return here[at + by];
  }

  function step(by) {
    const row = beside(shown, by);
    if (row) show(Number(row.dataset.line));
    else say(desk.dataset.end);
    return true;
  }

  async function post(action, body) {
    let answer;
    try {
      answer = await fetch(action, { method: "POST", body, headers: { "X-Part": "1" } });
    } catch {
      throw new Error(desk.dataset.lost);
    }
    if (answer.redirected) throw new Error(desk.dataset.out);
    const isOurs = (answer.headers.get("content-type") || "").startsWith("application/json");
    if (!isOurs) throw new Error(desk.dataset.lost);
    const found = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`${found.what} ${found.mend}`), { row: found.row });
    return found;
  }

  function rowIn(html) {
    const box = document.createElement("ol");
    box.innerHTML = html || "";
    return box.querySelector("li[data-line]");
  }

  // Put a row that was made anew in the place of the one it stands for, else behind *place*.
  function settle(html, place) {
    const row = rowIn(html);
    if (!row) return;
    // What it leads now stands in it.
    for (const copy of row.dataset.copies.split(" ")) if (copy && rowOf(copy)) rowOf(copy).remove();
    const there = rowOf(row.dataset.line);
    if (there) there.replaceWith(row);
    else if (place && place.isConnected) place.after(row);
    else queue.prepend(row);
    if (Number(row.dataset.line) === shown) row.querySelector(".queue-link").setAttribute("aria-current", "true");
  }

  function decide(form, button) {
    const line = shown;
    const body = new URLSearchParams(new FormData(form, button));
    const row = rowOf(line);
    const next = beside(line, 1) || beside(line, -1);
    const deed = { line, row, action: form.action, joins: body.get("decision") === "copy" };
    if (row) row.classList.add("is-done");
    held.delete(line);
    deed.done = turnOf.then(() => post(form.action, body));
    turnOf = deed.done.catch(() => {});
    acts.push(deed);
    show(next ? Number(next.dataset.line) : 0);
    deed.done.then((found) => {
      deed.seen = found.seen;
      deed.copies = found.copies;
      document.getElementById("left").textContent = found.left;
      for (const gone of found.gone) if (gone !== line && rowOf(gone)) rowOf(gone).remove();
      settle(found.row, row);
      say(found.said, { undo: true, lesson: found.teach });
      setTimeout(() => row && row.classList.contains("is-done") && row.remove(), KEPT);
    }, (error) => {
      acts.splice(acts.indexOf(deed), 1);
      if (row) row.classList.remove("is-done");
      settle(error.row, row);
      const there = rowOf(line);
      if (there) {
        const note = document.createElement("p");
        note.className = "queue-note bad";
        note.textContent = error.message;
        there.append(note);
      }
      complain(error.message);
    });
  }

  function takeBack() {
    const deed = acts.pop();
    if (!deed) {
      // What was decided before this page was opened, where it says so.
      const form = document.querySelector('form[data-act="undo"]');
      if (form) form.requestSubmit(form.querySelector("button"));
      else say(desk.dataset.none);
      return true;
    }
    if (deed.form) {
      undoSaid(deed);
      return true;
    }
    turnOf = turnOf.then(() => deed.done).then(async () => {
      const body = new URLSearchParams({ decision: "proposed", seen: deed.seen });
      if (deed.copies) body.set("copies", "true");
      const found = await post(deed.action, body);
      document.getElementById("left").textContent = found.left;
      if (deed.row) deed.row.classList.remove("is-done");
      settle(found.row, deed.row);
      // A copy that was its own row for a while is part of its group again.
      if (deed.row && rowIn(found.row)?.dataset.line !== deed.row.dataset.line) deed.row.remove();
      if (deed.joins) await refill();
      held.delete(deed.line);
      say(found.said);
      await show(deed.line);
    }).catch((error) => {
      if (error.row) settle(error.row, deed.row);
      complain(error.message);
    });
    return true;
  }

  async function says(form, previous) {
    const line = shown;
    const body = new URLSearchParams(new FormData(form));
    const deed = { line, form: form.action, before: previous };
    acts.push(deed);
    turnOf = turnOf.then(() => post(form.action, body)).then(
      (found) => say(found.said, { undo: true }),
      (error) => {
        acts.splice(acts.indexOf(deed), 1);
        complain(error.message);
        held.delete(line);
        if (shown === line) show(line);
      },
    );
  }

  function undoSaid(deed) {
    turnOf = turnOf.then(() => post(deed.form, new URLSearchParams(deed.before))).then(
      (found) => {
        say(found.said);
        held.delete(deed.line);
        return show(deed.line);
      },
      (error) => complain(error.message),
    );
  }

  // What a form said before it is changed, so that it can be said again.
  const before = new WeakMap();
  function saidNow(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }
  function remember() {
    const form = panes.querySelector("form[data-says]");
    if (form && !before.has(form)) before.set(form, saidNow(form));
  }
  new MutationObserver(remember).observe(panes, { childList: true });
  remember();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented && !form.dataset.sent) return;
    if (form.matches("#panes form[data-decides]")) {
      event.preventDefault();
      delete form.dataset.sent;
      const isUndo = form.dataset.act === "undo";
      if (isUndo) undoHere(form, event.submitter);
      else decide(form, event.submitter);
    } else if (form.matches("#panes form[data-says]")) {
      event.preventDefault();
      delete form.dataset.sent;
      says(form, before.get(form));
      before.set(form, saidNow(form));
    }
  });

  // A line that was decided earlier, opened again.
  function undoHere(form, button) {
    const line = shown;
    const body = new URLSearchParams(new FormData(form, button));
    turnOf = turnOf.then(() => post(form.action, body)).then(
      (found) => {
        document.getElementById("left").textContent = found.left;
        settle(found.row, rowOf(line));
        say(found.said);
        held.delete(line);
        return show(line);
      },
      (error) => complain(error.message),
    );
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("#queue a, .beside a");
    if (!link) return;
    const there = new URL(link.href).searchParams;
    event.preventDefault();
    if (link.closest(".queue-more")) more();
    else show(Number(there.get("line")));
  });
  back.addEventListener("click", takeBack);
  panes.dataset.shown = shown;
  ahead();
})();
