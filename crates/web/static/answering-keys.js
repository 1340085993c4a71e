// Answering by keyboard: 0–3, n, y, ↓ j, ↑ k, ?. Every key presses what a hand would press; nothing is saved here.
"use strict";

(() => {
  const root = document.querySelector("[data-answering]");
  const help = document.getElementById("keys");
  if (!root) return;
  const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const questions = [...root.querySelectorAll("[data-question]")];
  // Questions that are not asked are passed over.
  const shown = () => questions.filter(({ dataset, classList }) =>
    dataset.applies === "asked" || (dataset.applies === "undecided" && classList.contains("has-answer")));
  // Single keys can be switched off, for people whose speech or tremor presses keys (WCAG 2.1.4).
  const memory = "hakutaku/keys";
  let on = true;
  try { on = localStorage.getItem(memory) !== "off"; } catch { /* stays on */ }

  // ---------- Where one is ----------
  let current = null;
  function mark(question) {
    if (current === question) return;
    current?.classList.remove("is-current");
    current = question;
    current.classList.add("is-current");
  }
  function goTo(question) {
    mark(question);
    question.focus({ preventScroll: true });
    question.scrollIntoView({ block: "start", behavior: smooth });
  }
  function move(step) {
    const list = shown();
    const at = list.indexOf(current);
    // Without focus anywhere the first press only shows where one is.
    if (current && at !== -1 && !current.contains(document.activeElement)) return goTo(current);
    const next = at === -1 ? list[0] : list[at + step];
    if (next) return goTo(next);
    const link = root.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
    if (!link) return undefined;
    try { sessionStorage.setItem("hakutaku/enter", step > 0 ? "first" : "last"); } catch { /* starts at the top */ }
    location.href = link.href;
    return undefined;
  }
  for (const question of questions) question.addEventListener("focusin", () => mark(question));

  // ---------- What the keys do ----------
  function choose(value) {
    const radio = current?.querySelector(`[name="level"][value="${value}"]`);
    if (!radio || radio.matches(":disabled")) return;
    radio.focus({ preventScroll: true });
    radio.click();
    if (value !== "na") return;
    const reason = current.querySelector('[name="reason"]');
    reason.focus({ preventScroll: true });
    reason.scrollIntoView({ block: "nearest", behavior: smooth });
  }
  const acts = {
    0: () => choose("0"), 1: () => choose("1"), 2: () => choose("2"), 3: () => choose("3"), n: () => choose("na"),
    ArrowDown: () => move(1), j: () => move(1), ArrowUp: () => move(-1), k: () => move(-1),
    y: () => current?.querySelector("[data-affirm]")?.click(),
  };
  // A Japanese input method may hide the key's character; its place on the keyboard is still known.
  const codes = {
    Digit0: "0", Digit1: "1", Digit2: "2", Digit3: "3", Numpad0: "0", Numpad1: "1", Numpad2: "2", Numpad3: "3",
    KeyN: "n", KeyJ: "j", KeyK: "k", KeyY: "y",
  };
  const typing = (target) => target.closest(
    "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=file], [type=button])",
  );

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || help?.open) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && !event.isComposing && current) {
        event.preventDefault();
        current.focus({ preventScroll: true });
      }
      return;
    }
    const key = event.key === "Process" ? codes[event.code] : event.key;
    if (key === "?" && help) {
      event.preventDefault();
      help.showModal();
    } else if (on && Object.hasOwn(acts, key) && !event.target.closest("header.top, .fields")) {
      event.preventDefault();
      acts[key]();
    }
  });

  if (help) {
    const toggle = help.querySelector("[data-keys-on]");
    toggle.checked = on;
    toggle.addEventListener("change", () => {
      on = toggle.checked;
      try { localStorage.setItem(memory, on ? "on" : "off"); } catch { /* for this page only */ }
    });
    root.querySelector("[data-keys-open]")?.addEventListener("click", () => help.showModal());
  }

  // ---------- Coming to the page: the question named, the one walked to, or the first that waits ----------
  let enter = null;
  try {
    enter = sessionStorage.getItem("hakutaku/enter");
    sessionStorage.removeItem("hakutaku/enter");
  } catch { /* starts at the top */ }
  const named = questions.find(({ id }) => id === decodeURIComponent(location.hash.slice(1)));
  const list = shown();
  if (named) goTo(named);
  else if (enter && list.length > 0) goTo(enter === "first" ? list[0] : list[list.length - 1]);
  else if (list.length > 0) mark(list.find(({ dataset }) => dataset.standing !== "confirmed") ?? list[0]);
})();
