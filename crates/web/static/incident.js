// The incident page. Every line is first kept on this device, then sent; it leaves the device only when the server has
// said that it is written. The server writes each at most once, however often it is sent. Without this script the plain
// forms do the same, as long as the server answers.
"use strict";

const root = document.querySelector("[data-incident]");
if (root) incident(root);

function incident(root) {
  const drawer = `hakutaku/incident/${root.dataset.viewer}/${root.dataset.room}/`;
  const state = root.querySelector("[data-queue-state]");
  const pending = root.querySelector("[data-pending]");
  const memory = new Map();
  let csrf = document.querySelector('meta[name="csrf"]').content;
  let sending = false;
  let tries = 0;
  let timer = 0;

  // ---------- What is kept on this device ----------
  const keep = (id, record) => {
    memory.set(id, record);
    try { localStorage.setItem(drawer + id, JSON.stringify(record)); } catch { /* it lives as long as the page */ }
  };
  const forget = (id) => {
    memory.delete(id);
    try { localStorage.removeItem(drawer + id); } catch { /* nothing was kept there */ }
  };
  try {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith(drawer)).sort()) {
      try { memory.set(key.slice(drawer.length), JSON.parse(localStorage.getItem(key))); } catch { localStorage.removeItem(key); }
    }
  } catch { /* no storage: the page's own memory must do */ }

  function say(text, good) {
    if (!state) return;
    state.hidden = text === "";
    state.textContent = text;
    state.classList.toggle("is-good", Boolean(good));
  }

  function show() {
    if (pending) {
      pending.replaceChildren(...[...memory.values()].map((record) => {
        const line = document.createElement("li");
        line.className = "is-waiting";
        const text = document.createElement("p");
        text.textContent = record.shown;
        line.append(text);
        return line;
      }));
      pending.hidden = memory.size === 0;
    }
  }

  // ---------- Forms that wait for the server ----------
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-queue]");
    if (!form || !root.contains(form)) return;
    event.preventDefault();
    event.stopPropagation();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrf" && name !== "back");
    const random = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    // Sorted by name is sorted by time: lines are sent in the order they were typed.
    const id = `${String(Date.now()).padStart(15, "0")}-${random}`;
    const words = fields.filter(([name, value]) => !["kind", "title", "step"].includes(name) && value).map(([, value]) => value);
    keep(id, { action: form.getAttribute("action"), fields, typed: Date.now(), shown: words.join(" · ") });
    if ("clear" in form.dataset) {
      form.reset();
      form.querySelector("input:not([type=hidden])")?.focus({ preventScroll: true });
    }
    show();
    pump();
  }, true);

  async function pump() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let sent = 0;
    let reached = true;
    while (memory.size > 0 && reached) {
      const [id, record] = [...memory][0];
      reached = await send(id, record);
      if (reached) sent += 1;
    }
    sending = false;
    show();
    if (sent > 0) await refresh();
    if (memory.size === 0) {
      tries = 0;
      if (sent > 0 && !refusal) say(root.dataset.sent, true);
    }
  }

  let refusal = "";
  async function send(id, record, again = true) {
    // The age by this device's own clock: it may be wrong by hours, the difference is not.
    const age = Math.max(0, Math.round((Date.now() - record.typed) / 1000));
    const body = new URLSearchParams([...record.fields, ["csrf", csrf], ["once", id], ["age", String(age)]]);
    let response;
    try {
      response = await fetch(record.action, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": csrf },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(15000),
      });
    } catch {
      return later(root.dataset.waiting);
    }
    if (response.type === "opaqueredirect" || response.status === 401) return later(root.dataset.signedOut);
    if (response.status === 429 || response.status >= 500) return later(root.dataset.waiting);
    let reply = null;
    try { reply = await response.json(); } catch { /* a page for people: the status says enough */ }
    if (reply?.outcome === "written") {
      refusal = "";
      forget(id);
      return true;
    }
    if (response.status === 403 && !reply && again && (await renew())) return send(id, record, false);
    if (response.status === 403 && !reply) return later(root.dataset.signedOut);
    // What the server will never take does not hold up what comes after it; the words stay to be read.
    refusal = `${root.dataset.refused} ${reply?.sentence ?? ""} 「${record.shown}」`;
    say(refusal);
    forget(id);
    return true;
  }

  function later(words) {
    tries += 1;
    say(words.replace("{count}", memory.size));
    timer = setTimeout(pump, Math.min(30, 2 ** tries) * 1000);
    return false;
  }

  window.addEventListener("online", pump);
  window.addEventListener("beforeunload", (event) => { if (memory.size > 0) event.preventDefault(); });

  // ---------- What others write ----------
  async function load() {
    const response = await fetch(location.pathname, { headers: { accept: "text/html" }, redirect: "manual" });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  async function renew() {
    try {
      const page = await load();
      const fresh = page?.querySelector('meta[name="csrf"]')?.content;
      if (!fresh || page.querySelector("[data-incident]")?.dataset.viewer !== root.dataset.viewer) return false;
      csrf = fresh;
      for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = fresh;
      return true;
    } catch {
      return false;
    }
  }

  async function refresh() {
    let page;
    try { page = await load(); } catch { return; }
    if (!page) return;
    for (const part of root.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!fresh) continue;
      const within = part.contains(document.activeElement) ? document.activeElement : null;
      // Whoever is typing in a part keeps it; buttons get their focus back.
      if (within?.matches("input, textarea, select")) continue;
      const again = within?.matches("button") ? [within.name, within.value, within.textContent] : null;
      part.innerHTML = fresh.innerHTML;
      if (again) {
        [...part.querySelectorAll("button")].find((one) => one.name === again[0] && one.value === again[1] && one.textContent === again[2])?.focus({ preventScroll: true });
      }
    }
    clock();
  }

  // The first time the page is fresh; every later time something may have been written while nobody was listening.
  let heard = false;
  function listen() {
    const events = new EventSource(root.dataset.liveAt);
    for (const name of ["changed", "lagged"]) {
      events.addEventListener(name, () => { if (!sending) refresh(); });
    }
    events.addEventListener("open", () => {
      if (memory.size > 0) pump();
      else if (heard) refresh();
      heard = true;
    });
    events.addEventListener("error", () => {
      heard = true;
      // A browser comes back by itself after a cut line, but not after an answer such as "overloaded".
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
  }
  listen();

  // ---------- The clock: the server's seconds, carried on by a clock that never jumps ----------
  let from = performance.now();
  let seconds = 0;
  let face = null;
  function clock() {
    face = root.querySelector("[data-clock]");
    if (!face) return;
    seconds = Number(face.dataset.clock);
    from = performance.now();
    tick();
  }
  function tick() {
    if (!face) return;
    const minutes = Math.floor((seconds + (performance.now() - from) / 1000) / 60);
    face.textContent = face.dataset.words
      .replace("%d", Math.floor(minutes / 1440)).replace("%h", Math.floor(minutes / 60) % 24).replace("%m", minutes % 60);
  }
  setInterval(tick, 15000);
  clock();

  // ---------- SHA-256 of a file, computed here; nothing is sent ----------
  const largest = 512 * 1024 * 1024;
  for (const box of root.querySelectorAll("[data-hash]")) {
    if (!globalThis.crypto?.subtle) continue; // only over https or on this machine itself
    const picker = box.querySelector("input[type=file]");
    const status = box.querySelector("[role=status]");
    box.hidden = false;
    picker.addEventListener("change", async () => {
      const [file] = picker.files;
      if (!file) return;
      if (file.size > largest) { status.textContent = picker.dataset.large; return; }
      status.textContent = picker.dataset.busy;
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      document.getElementById(picker.dataset.into).value =
        [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      status.textContent = file.name;
    });
  }

  show();
  if (memory.size > 0) pump();
}
