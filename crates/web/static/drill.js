// The screens of a drill: the clock everyone sees, what is new on this screen, and reports that survive a lost network.
// The server's clock counts; this device's own clock is never asked. The plain forms do the same work without this script.
"use strict";

document.documentElement.classList.add("scripted");

for (const root of document.querySelectorAll("[data-drill]")) drill(root);

function drill(root) {
  const words = JSON.parse(root.dataset.words);
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const line = root.querySelector("[data-line]");
  const announcer = root.querySelector("[data-announce]");
  let position = root.dataset.position;

  // ---------- The clock: what the server said, and how long ago it said so ----------
  let clock = JSON.parse(root.dataset.clock);
  let told = performance.now();
  const take = (fresh) => {
    clock = fresh;
    told = performance.now();
    document.documentElement.dataset.drillState = clock.state;
  };
  const elapsed = () => performance.now() - told;
  const minuteNow = () => clock.ms + (clock.state === "running" ? elapsed() * clock.speed : 0);
  const two = (number) => String(number).padStart(2, "0");
  const span = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  };
  function show() {
    const now = minuteNow();
    for (const place of root.querySelectorAll("[data-clock-text]")) write(place, span(now));
    for (const place of root.querySelectorAll("[data-in-ms]")) {
      const left = Number(place.dataset.inMs) - now;
      write(place, left > 0 ? words.in.replace("{time}", span(left)) : words.now);
    }
    for (const place of root.querySelectorAll("[data-due-ms]")) {
      const left = Number(place.dataset.dueMs) - now;
      write(place, left >= 0 ? words.left.replace("{time}", span(left)) : words.late.replace("{time}", span(-left)));
      place.classList.toggle("is-late", left < 0);
    }
    for (const place of root.querySelectorAll("[data-wall]")) {
      const day = 24 * 60 * 60 * 1000;
      const minutes = Math.floor(((clock.wall_ms + elapsed()) % day) / 60000);
      write(place, `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
    }
  }
  function write(place, text) {
    if (place.textContent !== text) place.textContent = text;
  }
  take(clock);
  show();
  setInterval(show, 250);

  // ---------- What is new: parts of the page, made by the server ----------
  function insert(slot, fresh) {
    const order = Number(fresh.dataset.order);
    const next = [...slot.children].find((part) => "part" in part.dataset && Number(part.dataset.order) < order);
    slot.insertBefore(fresh, next ?? null);
  }
  // What somebody is typing stays, and so does where they are.
  function carry(from, to) {
    for (const field of from.querySelectorAll("input[type=text], textarea")) {
      const twin = field.id && to.querySelector(`#${CSS.escape(field.id)}`);
      if (twin && field.value !== field.defaultValue) twin.value = field.value;
    }
    for (const field of from.querySelectorAll("details[id]")) {
      const twin = to.querySelector(`#${CSS.escape(field.id)}`);
      if (twin) twin.open = field.open;
    }
  }
  function put(part) {
    const slot = root.querySelector(`[data-slot="${part.slot}"]`);
    if (!slot) return;
    const fresh = document.createElement("div");
    fresh.id = part.id;
    fresh.dataset.part = "";
    fresh.dataset.order = part.order;
    fresh.innerHTML = part.html;
    const old = document.getElementById(part.id);
    const focus = document.activeElement;
    const inside = old?.contains(focus) && focus.id ? focus.id : null;
    const marks = inside && "selectionStart" in focus ? [focus.selectionStart, focus.selectionEnd] : null;
    if (old) {
      carry(old, fresh);
      old.replaceWith(fresh);
    } else {
      insert(slot, fresh);
    }
    if (inside) {
      const again = document.getElementById(inside);
      again?.focus({ preventScroll: true });
      if (marks && marks[0] !== null) again?.setSelectionRange?.(...marks);
    }
    if (part.say && !old) {
      announcer.textContent = part.say;
      navigator.vibrate?.([200, 100, 200]);
    }
  }
  function apply(news) {
    if (news.whole) {
      const known = new Set(news.parts.map((part) => part.id));
      for (const part of root.querySelectorAll("[data-part]")) if (!known.has(part.id)) part.remove();
    }
    for (const id of news.gone ?? []) document.getElementById(id)?.remove();
    for (const part of news.parts) put(part);
    take(news.clock);
    if (news.position !== undefined) position = String(news.position);
    show();
    sayWhatWasSeen();
    root.dispatchEvent(new CustomEvent("drill-news"));
  }

  // ---------- Listening. A phone that slept, or lost the network, takes up where it was ----------
  let source = null;
  let heard = performance.now();
  function listen() {
    source?.close();
    source = new EventSource(`${root.dataset.live}?at=${encodeURIComponent(position)}`);
    source.onopen = () => { heard = performance.now(); connected(true); flush(); };
    source.onerror = () => {
      connected(false);
      // A browser gives up for good when the answer is a refusal: the page says why.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    };
    source.addEventListener("parts", (event) => { heard = performance.now(); connected(true); apply(JSON.parse(event.data)); });
    source.addEventListener("beat", (event) => { heard = performance.now(); connected(true); take(JSON.parse(event.data)); });
    source.addEventListener("closed", () => location.reload());
  }
  // The server is heard every ten seconds; silence means a dead connection that nobody reported.
  setInterval(() => { if (performance.now() - heard > 30000) { heard = performance.now(); listen(); } }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    stayAwake();
    listen();
  });
  addEventListener("online", listen);

  let online = null;
  function connected(now) {
    online = now;
    const waiting = queue.length;
    const text = !now ? (waiting ? words.offlineKept.replace("{count}", waiting) : words.offline)
      : waiting ? words.sending : words.online;
    if (line && line.textContent !== text) line.textContent = text;
    line?.classList.toggle("is-off", !now);
  }

  // ---------- Sending: each report waits on this device until the server has said that it is written ----------
  const drawer = `hakutaku/drill${root.dataset.live}`;
  let queue = [];
  try { queue = JSON.parse(sessionStorage.getItem(drawer)) ?? []; } catch { /* nothing waits */ }
  const keep = () => { try { sessionStorage.setItem(drawer, JSON.stringify(queue)); } catch { /* lives as long as the page */ } };
  let busy = false;
  async function flush() {
    if (busy) return;
    busy = true;
    while (queue.length > 0) {
      const first = queue[0];
      let answer = null;
      try {
        answer = await fetch(first.to, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded", "x-csrf-token": csrf, accept: "application/json" },
          body: first.body,
        });
      } catch { /* no network: tried again */ }
      if (answer === null || answer.status >= 500 || answer.status === 429) {
        setTimeout(() => { busy = false; flush(); }, 2000);
        connected(answer !== null);
        return;
      }
      queue.shift();
      keep();
      const form = first.form && document.getElementById(first.form);
      const state = form?.querySelector("[data-state]");
      if (answer.ok) {
        if (state) state.textContent = words.saved;
        if (form && "reset" in form.dataset) form.reset();
      } else {
        // What was refused is said where it was pressed; nothing else waits for it.
        let sentence = words.refused;
        try { sentence = (await answer.json()).detail || sentence; } catch { /* ours will do */ }
        if (state) state.textContent = sentence;
        announcer.textContent = sentence;
      }
      if (form) delete form.dataset.state;
    }
    busy = false;
    if (online !== null) connected(online);
  }
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("send" in form.dataset)) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.ask && !confirm(form.dataset.ask)) return;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    body.delete("csrf");
    body.set("once", [...crypto.getRandomValues(new Uint32Array(4))].join("-"));
    form.dataset.state = "sending";
    const state = form.querySelector("[data-state]");
    if (state) state.textContent = words.sending;
    queue.push({ to: form.getAttribute("action"), body: body.toString(), form: form.id || null });
    keep();
    flush();
    root.dispatchEvent(new CustomEvent("drill-sent"));
  });
  // Marks and choices of an observer are saved as they are made.
  root.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && "atonce" in form.dataset && event.target.name) form.requestSubmit();
  });

  // ---------- Which inject was on this screen: told once, a little apart from the others ----------
  let seen = null;
  let telling = false;
  function sayWhatWasSeen() {
    if (!root.dataset.seen || telling || document.visibilityState !== "visible") return;
    const newest = root.querySelector("[data-inject]")?.dataset.inject;
    if (!newest || newest === seen) return;
    telling = true;
    setTimeout(async () => {
      try {
        const answer = await fetch(root.dataset.seen, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded", "x-csrf-token": csrf, accept: "application/json" },
          body: new URLSearchParams({ do: "seen", inject: newest }),
        });
        if (answer.ok) seen = newest;
      } catch { /* told with the next news */ }
      telling = false;
    }, 200 + Math.random() * 1500);
  }

  // ---------- A screen that is looked at stays on, where the browser allows it ----------
  async function stayAwake() {
    if (!("wakeLock" in navigator) || !("awake" in root.dataset)) return;
    try { await navigator.wakeLock.request("screen"); } catch { /* a full battery is the person's own matter */ }
  }

  stayAwake();
  listen();
  flush();
  sayWhatWasSeen();
}
