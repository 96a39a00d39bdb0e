// Comforts of forms and lists. Every page works without this file; nothing is kept in the browser.
"use strict";
(() => {
  const WAIT = 250; // milliseconds of rest after a key before the server is asked
  const GIVE_BACK = 15000; // a file that was downloaded leaves the page as it was: give the button back
  const RENEW = 1500; // milliseconds between two looks at how far something is
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const careful = (element) => element.closest?.("form[data-careful]");
  let unsaved = document.querySelector("form[data-unsaved]") !== null;

  document.querySelector("[data-takes-focus]")?.focus();
  for (const one of all("[data-with-script]")) one.hidden = false;

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

  // Drafts: what is typed is kept on the server, for its writer alone, and offered when the form is opened again.
  const KEEP = 20000; // milliseconds from the first change until it is kept; leaving a box keeps it at once
  const drafted = document.querySelector("form[data-careful]:not([data-undrafted])");
  const draftUrl = document.querySelector('meta[name="draft-url"]')?.content;
  const address = location.pathname + location.search;
  const SKIPPED = /^csrf_token$|password|passphrase/;
  let changed = false, keeping = null, keepTimer = null, kept = null;
  const fields = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SKIPPED.test(name));
  const draftAct = (act, pairs = []) => ask(draftUrl, [["act", act], ["form", address],
    ...pairs.flatMap(([name, value]) => [["n", name], ["v", value]])]);
  async function keepDraft() {
    clearTimeout(keepTimer);
    keepTimer = null;
    if (!changed || !drafted || !draftUrl) return;
    changed = false;
    keeping = draftAct("keep", fields(drafted));
    const answer = await keeping;
    if (answer?.words && kept) kept.textContent = answer.words;
    if (!answer) changed = true; // no connection or no longer signed in: the next change tries again
  }
  function noteChange() {
    changed = true;
    keepTimer ??= setTimeout(keepDraft, KEEP);
  }
  // Put a draft back into its form. Of hidden fields only the version, so that a colleague's saving is still seen,
  // and the numbers behind look-ups.
  function fillIn(form, pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
    const seen = new Map();
    for (const one of form.elements) {
      if (!one.name || one.matches("button, [type=file], [type=password]") || SKIPPED.test(one.name)) continue;
      const given = values.get(one.name) ?? [];
      if (one.matches("[type=checkbox], [type=radio]")) one.checked = given.includes(one.value);
      else if (one.matches("select")) for (const option of one.options) option.selected = given.includes(option.value);
      else if (!one.matches("[type=hidden]") || /(^|-)version$|-was$|-id$/.test(one.name)) {
        const place = seen.get(one.name) ?? 0;
        seen.set(one.name, place + 1);
        if (given[place] !== undefined) one.value = given[place];
      }
    }
    for (const one of form.elements) if (one.dataset.echo) echo(one);
    reveal();
    unsaved = true;
    noteChange();
  }
  async function offerDraft() {
    const bar = drafted.querySelector(".save-bar") ?? drafted;
    kept = document.createElement("p");
    kept.className = "kept";
    kept.setAttribute("aria-live", "polite");
    bar.append(kept);
    if (drafted.matches("[data-unsaved]")) return;
    const found = await draftAct("find");
    if (!found?.html || unsaved) return;
    const banner = new DOMParser().parseFromString(found.html, "text/html").querySelector(".draft");
    drafted.before(banner);
    banner.addEventListener("click", async (event) => {
      const act = event.target.dataset.draft;
      if (!act) return;
      banner.remove();
      if (act === "use") fillIn(drafted, found.fields);
      else await draftAct("throw");
      drafted.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    });
  }

  // Hide screen: everything goes at once, then what is typed is kept, then the server shows nothing either.
  const hiding = () => document.querySelector('form[data-hide-screen], form[action$="/hide"]');
  async function hideScreen(form) {
    document.body.classList.add("is-blank");
    document.title = "-";
    unsaved = false;
    await Promise.race([keepDraft(), new Promise((done) => { setTimeout(done, 1500); })]);
    form.submit();
  }
  let shifts = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) { if (event.key !== "Shift") shifts = []; return; }
    const now = event.timeStamp;
    shifts = [...shifts.filter((one) => now - one < 1000), now];
    if (shifts.length === 3 && hiding()) { shifts = []; hideScreen(hiding()); }
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches('form[data-hide-screen], form[action$="/hide"]')) return;
    event.preventDefault();
    hideScreen(event.target);
  });
  window.addEventListener("pageshow", (event) => { // the Back button after hiding: never the page as it was
    if (event.persisted && document.body.classList.contains("is-blank")) location.reload();
  });

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
    if (drafted && input.form === drafted) noteChange();
    if (input.dataset.echo) echo(input);
    if (input.dataset.lookup) lookUp(input);
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.dataset.chooseAll !== undefined) for (const box of boxes(input)) box.checked = input.checked;
    if (input.dataset.reveals) document.getElementById(input.dataset.reveals).type = input.checked ? "text" : "password";
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

  // That box offers pages, people and references while one types: the arrows choose, Enter goes there, Escape closes.
  const jump = document.querySelector("[data-jump-url]");
  const offered = jump && document.getElementById("find-offered");
  const told = jump && document.getElementById("find-told");
  function closeOffered() {
    offered.hidden = true;
    offered.replaceChildren();
    told.textContent = "";
    jump.setAttribute("aria-expanded", "false");
    jump.removeAttribute("aria-activedescendant");
  }
  function showOffered(found) {
    closeOffered();
    if (!found?.length) return;
    offered.append(...found.map((one, place) => {
      const line = document.createElement("div");
      const kind = document.createElement("span");
      Object.assign(line, { id: `find-offered-${place}`, role: "option" });
      line.setAttribute("aria-selected", "false");
      line.dataset.url = one.url;
      kind.className = "second";
      kind.textContent = one.kind;
      line.append(one.text, " ", kind);
      return line;
    }));
    offered.hidden = false;
    jump.setAttribute("aria-expanded", "true");
    told.textContent = told.dataset.words.replace("{}", found.length);
  }
  function choose(step) {
    const lines = all("[role=option]", offered);
    const here = lines.findIndex((one) => one.ariaSelected === "true");
    const next = here < 0 ? (step > 0 ? 0 : lines.length - 1) : here + step;
    lines.forEach((one, place) => one.setAttribute("aria-selected", String(place === next)));
    if (lines[next]) jump.setAttribute("aria-activedescendant", lines[next].id);
    else jump.removeAttribute("aria-activedescendant");
    lines[next]?.scrollIntoView({ block: "nearest" });
  }
  if (jump) {
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", offered.id]]) jump.setAttribute(name, value);
    offered.setAttribute("role", "listbox");
    offered.setAttribute("aria-label", offered.dataset.label);
    jump.addEventListener("input", () => {
      if (jump.value.trim().length < 2) closeOffered();
      else whenResting(jump, async () => {
        const query = jump.value.trim();
        const found = await ask(jump.dataset.jumpUrl, { query });
        if (query === jump.value.trim() && document.activeElement === jump) showOffered(found);
      });
    });
    jump.addEventListener("keydown", (event) => {
      const chosen = offered.querySelector('[aria-selected="true"]');
      if (offered.hidden || event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "Escape") closeOffered();
      else if (event.key === "Enter" && chosen) location.assign(chosen.dataset.url);
      else return;
      event.preventDefault();
    });
    jump.addEventListener("blur", closeOffered);
    offered.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    offered.addEventListener("click", (event) => {
      const line = event.target.closest("[role=option]");
      if (line) location.assign(line.dataset.url);
    });
  }

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
    if (careful(event.target)) unsaved = changed = false;
    if (event.target === drafted) clearTimeout(keepTimer);
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

  // A page that tells how far something is asks again by itself until it is over, then shows the end.
  for (const part of all("[data-renews]")) {
    const renew = async () => {
      const answer = await fetch(part.dataset.renews, { credentials: "same-origin" }).catch(() => null);
      const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      const fresh = page?.querySelector("[data-renews]");
      if (page && !fresh) location.reload();
      if (fresh) part.querySelector("p").textContent = fresh.querySelector("p").textContent;
      if (fresh) for (const name of ["max", "value"]) part.querySelector("progress")[name] = fresh.querySelector("progress")[name];
      if (!page || fresh) setTimeout(renew, RENEW);
    };
    setTimeout(renew, RENEW);
  }

  document.addEventListener("focusout", (event) => { if (drafted?.contains(event.target)) keepDraft(); });
  if (drafted && draftUrl) offerDraft();
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
})();
