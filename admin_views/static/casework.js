// Comforts of forms and lists. Every page works without this file; nothing is kept in the browser.
"use strict";
(() => {
  const WAIT = 250; // milliseconds of rest after a key before the server is asked
  const GIVE_BACK = 15000; // a file that was downloaded leaves the page as it was: give the button back
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const careful = (element) => element.closest?.("form[data-careful]");
  let unsaved = document.querySelector("form[data-unsaved]") !== null;

  document.querySelector("[data-takes-focus]")?.focus();

  // Ask the server, with the page's token and never in an address. Nothing when signed out or refused.
  async function ask(url, values) {
    const token = document.querySelector('meta[name="csrf-token"]')?.content
      ?? document.querySelector('input[name="csrf_token"]')?.value ?? "";
    try {
      const answer = await fetch(url, {
        method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" },
        body: new URLSearchParams(values),
      });
      return answer.ok && !answer.redirected ? await answer.json() : null;
    } catch { return null; } // no connection: saving will tell
  }

  const timers = new WeakMap();
  function whenResting(input, act) {
    clearTimeout(timers.get(input));
    timers.set(input, setTimeout(act, WAIT));
  }

  // A date box says what it understood.
  function echo(input) {
    const line = document.getElementById(input.dataset.echo);
    const url = input.closest("[data-echo-url]")?.dataset.echoUrl;
    if (!line || !url) return;
    line.className = "echo";
    line.replaceChildren();
    whenResting(input, async () => {
      const text = input.value.trim();
      const answer = text && await ask(url, { text, prefer: input.dataset.prefer ?? "" });
      if (!answer || text !== input.value.trim()) return;
      const words = document.createElement("span");
      const day = document.createElement("strong");
      day.textContent = answer.day ?? "";
      words.append(...(answer.error ? [answer.error] : [day, `, ${answer.near}`]));
      line.className = answer.error ? "echo echo-wrong" : "echo echo-ok";
      line.replaceChildren(words);
    });
  }

  // A look-up offers matches; the id goes along only with the exact words of one of them.
  const known = new WeakMap();
  function lookUp(input) {
    const url = input.closest("[data-lookup-url]")?.dataset.lookupUrl;
    const key = input.form?.elements[`${input.name}-id`];
    const settle = () => { key.value = known.get(input)?.get(input.value.trim()) ?? ""; };
    if (!url || !key) return;
    settle();
    if (key.value || input.value.trim().length < 2) return;
    whenResting(input, async () => {
      const query = input.value.trim();
      const found = await ask(url, { name: input.dataset.lookup, query });
      if (!Array.isArray(found) || query !== input.value.trim()) return;
      const isAlone = ([, label]) => found.filter(([, other]) => other === label).length === 1;
      known.set(input, new Map(found.filter(isAlone).map(([id, label]) => [label, id])));
      input.list.replaceChildren(...found.map(([, label]) => new Option(label, label)));
      settle();
    });
  }

  // Follow-up fields show when the answer they belong to is chosen, and while they hold something.
  const isChosen = (one) => (one.matches("option") ? one.selected : one.checked);
  const holdsSomething = (box) => box.matches(".field-wrong")
    || all("input:not([type=hidden]), textarea, select", box)
      .some((one) => (one.matches("[type=radio], [type=checkbox]") ? one.checked && one.value : one.value));
  function reveal() {
    const wanted = new Map();
    for (const one of all("[data-shows]")) wanted.set(one.dataset.shows, wanted.get(one.dataset.shows) || isChosen(one));
    for (const [id, isWanted] of wanted) {
      const box = document.getElementById(id);
      if (box) box.hidden = !isWanted && !holdsSomething(box);
    }
  }
  reveal();

  // "Choose all" follows the rows and the rows follow it.
  const boxes = (one) => all(`input[type=checkbox][name="${one.dataset.chooseAll || "rowid"}"]`, one.form);
  function matchChooseAll(form) {
    for (const one of form ? all("[data-choose-all]", form) : []) {
      const chosen = boxes(one).filter((box) => box.checked).length;
      one.checked = chosen > 0 && chosen === boxes(one).length;
      one.indeterminate = chosen > 0 && !one.checked;
    }
  }

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (careful(input)) unsaved = true;
    if (input.dataset.echo) echo(input);
    if (input.dataset.lookup) lookUp(input);
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset.chooseAll !== undefined) for (const box of boxes(input)) box.checked = input.checked;
    matchChooseAll(input.form);
    reveal();
  });
  document.addEventListener("reset", (event) => setTimeout(() => matchChooseAll(event.target)));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fills]");
    const input = button && document.getElementById(button.dataset.fills);
    if (input) {
      input.value = button.dataset.text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (event.target.closest("[data-leave]")) unsaved = false;
  });

  // A stroke outside a box goes to the find box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector("[data-find]");
    if (!box || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Ctrl+Enter saves. Enter alone never sends a form that lacks an answer; a blank row asks for none.
  const isOpen = (one) => !one.closest(".rows")
    && (one.value === undefined ? !one.querySelector(":checked") : !one.value.trim());
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" && !event.isComposing && careful(event.target);
    if (!form) return;
    const save = form.querySelector("[data-save]") ?? form.querySelector("button[type=submit]");
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      if (save && !save.disabled) form.requestSubmit(save);
    } else if (event.target.matches("input") && all('[aria-required="true"]', form).some(isOpen)) event.preventDefault();
  });

  // A grid of buttons is one stop of the Tab key; the arrows move inside it, Home and End along a row.
  for (const grid of all("[data-grid]")) {
    const stops = all("button", grid);
    const stand = (at) => { for (const one of stops) one.tabIndex = one === at ? 0 : -1; };
    stand(grid.querySelector(".slot-asked, .slot-offer") ?? stops[0]);
    grid.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td");
      const along = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key] ?? 0;
      const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
      if (!cell || (!along && !down)) return;
      event.preventDefault();
      const rows = all("tbody tr", grid).map((row) => all("td", row).map((one) => one.querySelector("button")));
      const y = rows.findIndex((row) => row.includes(event.target));
      const x = rows[y].indexOf(event.target);
      const line = along ? rows[y] : rows.map((row) => row[x]);
      const places = line.map((one, place) => (one ? place : -1)).filter((place) => place >= 0);
      const here = places.indexOf(along ? x : y);
      const next = line[places[Math.min(Math.max(here + (along || down), 0), places.length - 1)]];
      stand(next);
      next.focus();
    });
  }

  // A saved page is sent once. The button rests only after its own value has gone along.
  const giveBack = () => all("button[data-words]").forEach((button) => {
    button.disabled = false;
    button.textContent = button.dataset.words;
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter ?? event.target.querySelector("button[type=submit]");
    if (careful(event.target)) unsaved = false;
    if (!button?.dataset.busy || event.defaultPrevented) return;
    setTimeout(() => {
      button.dataset.words = button.textContent;
      button.textContent = button.dataset.busy;
      button.disabled = true;
    });
    setTimeout(giveBack, GIVE_BACK);
  });
  window.addEventListener("pageshow", giveBack);
  // A file that is too large is told of at once, before minutes of sending.
  for (const box of all("[data-largest]")) {
    const line = document.getElementById(box.dataset.tooLarge);
    box.addEventListener("change", () => {
      const large = [...box.files].some((file) => file.size > Number(box.dataset.largest));
      line.textContent = large ? line.dataset.words : "";
      if (large) box.value = "";
    });
  }

  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
})();
