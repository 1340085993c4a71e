// The conductor's keys. Every key presses a button of the page, so that hand and keyboard do the same.
"use strict";

(() => {
  const root = document.querySelector("[data-console]");
  const help = document.getElementById("keys");
  if (!root) return;
  // Single keys can be switched off, for people whose speech or tremor presses keys (WCAG 2.1.4).
  const memory = "hakutaku/keys";
  let on = true;
  try { on = localStorage.getItem(memory) !== "off"; } catch { /* stays on */ }

  const press = (key) => root.querySelector(`[data-key="${key}"]:not(:disabled)`)?.click();
  const goTo = (key) => {
    const field = root.querySelector(`[data-goto="${key}"]`);
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  };
  const acts = {
    " ": () => press("space"), ArrowRight: () => press("right"), s: () => press("s"), i: () => goTo("i"), j: () => goTo("j"), o: () => goTo("o"),
  };
  for (let n = 1; n <= 9; n += 1) acts[n] = () => press(n);
  // A Japanese input method may hide the key's character; its place on the keyboard is still known.
  const codes = { KeyS: "s", KeyI: "i", KeyJ: "j", KeyO: "o", Space: " " };
  for (let n = 1; n <= 9; n += 1) codes[`Digit${n}`] = codes[`Numpad${n}`] = String(n);

  const typing = (target) => target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || help?.open || event.repeat) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && !event.isComposing) event.target.blur();
      return;
    }
    const key = event.key === "Process" ? codes[event.code] : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "?" && help) {
      event.preventDefault();
      help.showModal();
      return;
    }
    // Whoever walks by Tab presses what has the focus.
    if (key === " " && event.target.closest("button, summary, a, label, input")) return;
    if (on && Object.hasOwn(acts, key)) {
      event.preventDefault();
      acts[key]();
    }
  });
  // Pressed by hand, a button keeps no focus: the space bar goes back to the clock.
  root.addEventListener("click", (event) => {
    if (event.detail > 0) event.target.closest("button")?.blur();
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
})();
