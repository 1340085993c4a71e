// Pages of the centre that keep themselves fresh: when the server says that something changed, the part of the page that
// shows it is loaded again. Without this script a plain reload shows the same.
"use strict";

const live = document.querySelector("[data-live]");
if (live && "EventSource" in window) follow(live);

function follow(part) {
  const said = document.querySelector("[data-live-said]");
  let busy = false;
  let again = false;
  let last = 0;

  // Whoever is typing or reading an opened reason keeps their place.
  const typing = () => {
    const at = document.activeElement;
    return Boolean(at && part.contains(at) && at.matches("input, textarea, select"));
  };

  async function load() {
    if (busy || typing()) { again = true; return; }
    // A flood of touches is one refresh in a while, not one each.
    const wait = 500 - (Date.now() - last);
    if (wait > 0) {
      if (!again) { again = true; setTimeout(retry, wait); }
      return;
    }
    busy = true;
    again = false;
    last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
        if (fresh && !typing()) swap(fresh);
      }
    } catch { /* the next event tries again */ }
    busy = false;
    if (again) retry();
  }

  function retry() {
    again = false;
    load();
  }

  function swap(fresh) {
    const open = new Set([...part.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key));
    const focus = document.activeElement && part.contains(document.activeElement) ? keyOf(document.activeElement) : "";
    for (const one of fresh.querySelectorAll("details[data-key]")) one.open = open.has(one.dataset.key) || one.open;
    part.replaceChildren(...fresh.childNodes);
    if (focus) {
      const back = [...part.querySelectorAll("a, summary, button")].find((one) => keyOf(one) === focus);
      if (back) back.focus({ preventScroll: true });
    }
    if (said) said.textContent = said.dataset.liveSaid.replace("{when}", new Date().toLocaleTimeString(document.documentElement.lang));
  }

  function keyOf(element) {
    return `${element.tagName} ${element.getAttribute("href") || ""} ${element.closest("[data-key]")?.dataset.key || ""}`;
  }

  document.addEventListener("focusout", () => { if (again) setTimeout(retry, 200); });
  const events = new EventSource(part.dataset.live);
  events.addEventListener("changed", load);
  events.addEventListener("lagged", load);
  // After a lost connection: what came meanwhile.
  let lost = false;
  events.addEventListener("error", () => { lost = true; });
  events.addEventListener("open", () => { if (lost) { lost = false; load(); } });
}
