// Answering as one goes. Every answer is first kept on this device, then sent; it leaves the device's memory only when
// the server has said that it stands. The plain forms below do the same work without this script.
"use strict";

document.documentElement.classList.add("scripted");

const root = document.querySelector("[data-answering]");
if (root) answering(root);

function answering(root) {
  const words = JSON.parse(document.getElementById("answering-words").textContent);
  const say = (sentence, gaps) => sentence.replace(/\{(\w+)\}/g, (gap, name) => gaps[name] ?? gap);
  const base = root.dataset.base;
  const drawer = `hakutaku/answers/${root.dataset.viewer}/${base}/`;
  const client = root.dataset.client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const announcer = root.querySelector("[data-announce]");
  const announce = (text) => { announcer.textContent = text; };
  const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  let csrf = document.querySelector('meta[name="csrf"]').content;
  let closed = "closed" in root.dataset;

  // ---------- What is kept on this device: one record per question ----------
  const memory = new Map();
  let keeps = true;
  const keep = (id, record) => {
    memory.set(id, record);
    try {
      localStorage.setItem(drawer + id, JSON.stringify(record));
    } catch {
      keeps = false; // private windows and full disks: the record lives as long as the page
    }
  };
  const forget = (id) => {
    memory.delete(id);
    try { localStorage.removeItem(drawer + id); } catch { /* nothing was kept there */ }
  };
  const recall = () => {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(drawer)) continue;
        try { memory.set(key.slice(drawer.length), JSON.parse(localStorage.getItem(key))); } catch { localStorage.removeItem(key); }
      }
    } catch { keeps = false; }
  };
  // A record can be sent when it holds a whole answer and nothing has to be decided first.
  const ready = (record) =>
    !record.blocked && (record.clear || record.level !== null || (record.na !== null && record.na.trim() !== ""));
  const waiting = () => [...memory].filter(([, record]) => ready(record));

  // ---------- The cards ----------
  const cards = new Map();
  for (const element of root.querySelectorAll("[data-question]")) cards.set(element.id, card(element));

  function card(element) {
    const form = element.querySelector("form.answer");
    const self = {
      id: element.id,
      element,
      form,
      version: Number(element.dataset.version),
      stood: "",
      number: element.querySelector(".question-number").textContent,
      reason: form.elements.reason,
      note: form.elements.note,
      timer: 0,
      locked: () => "locked" in element.dataset || closed,
      value() {
        const chosen = form.querySelector('[name="level"]:checked')?.value;
        return {
          level: chosen === undefined || chosen === "na" ? null : Number(chosen),
          na: chosen === "na" ? self.reason.value : null,
          note: self.note.value,
        };
      },
      fill({ level, na, note }) {
        for (const radio of form.querySelectorAll('[name="level"]')) {
          radio.checked = radio.value === (na !== null ? "na" : String(level));
        }
        if (na !== null) self.reason.value = na;
        self.note.value = note;
        if (note !== "") form.querySelector(".note").open = true;
        element.classList.toggle("has-answer", level !== null || na !== null);
      },
      show(state, text) {
        element.dataset.save = state;
        element.querySelector("[data-state]").textContent = text;
      },
      // What stands on the server now.
      take(answer) {
        self.version = answer ? answer.version : 0;
        form.elements.version.value = self.version;
        element.dataset.version = self.version;
        element.dataset.standing = answer ? answer.standing : "open";
        const question = element.querySelector("[data-last-year]");
        if (question && (!answer || answer.standing === "confirmed")) {
          if (question.contains(document.activeElement)) element.focus({ preventScroll: true });
          question.remove();
        }
        self.stood = answer ? JSON.stringify({ level: answer.level, na: answer.reason, note: answer.note.trim() }) : "";
        const clear = element.querySelector("[data-clear]");
        if (clear) clear.hidden = !answer;
        element.querySelector(".notice.bad")?.remove();
      },
    };
    element.classList.toggle("has-answer", self.version > 0);
    if (self.version > 0) self.stood = JSON.stringify({ ...self.value(), note: self.note.value.trim() });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.submitter?.matches("[data-clear]")) clear(self);
      else edit(self, 0);
    });
    form.addEventListener("change", (event) => {
      if (event.target.name === "level") {
        edit(self, 0);
        if (event.target.value === "na" && self.reason.value.trim() === "") self.reason.focus();
      } else {
        edit(self, 0);
      }
    });
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea")) edit(self, 1200);
    });
    // Last year's level pressed again is the same as "still true".
    form.addEventListener("click", (event) => {
      if (event.target.name === "level" && element.dataset.standing === "unconfirmed") edit(self, 0);
    });
    return self;
  }

  // ---------- Changing an answer ----------
  function edit(card, delay) {
    if (card.locked()) return;
    clearTimeout(card.timer);
    const { level, na, note } = card.value();
    const before = memory.get(card.id);
    const same = JSON.stringify({ level, na, note: note.trim() }) === card.stood;
    // Leaving a field unchanged is no new answer.
    if (same && !before && card.element.dataset.standing === "confirmed") return;
    const record = { level, na, note, version: before?.version ?? card.version, page: location.pathname, edited: Date.now() + Math.random() };
    if (before?.conflict !== undefined) Object.assign(record, { conflict: before.conflict, blocked: "conflict" });
    keep(card.id, record);
    card.element.classList.toggle("has-answer", level !== null || na !== null);
    if (record.blocked) return;
    card.element.querySelector(".notice.bad")?.remove();
    if (!ready(record)) {
      card.show("kept", na !== null ? words.reason : words.chooseFirst);
      return;
    }
    card.show("saving", mode === "ok" ? words.saving : words.kept);
    card.timer = setTimeout(pump, delay);
  }

  function clear(card) {
    if (card.locked()) return;
    clearTimeout(card.timer);
    card.fill({ level: null, na: null, note: "" });
    if (card.version === 0) {
      forget(card.id);
      card.show("open", words.open);
      refreshBanner();
      return;
    }
    keep(card.id, { clear: true, level: null, na: null, note: "", version: card.version, page: location.pathname, edited: Date.now() + Math.random() });
    card.show("saving", words.saving);
    pump();
  }

  // ---------- Sending, one after the other ----------
  let mode = navigator.onLine ? "ok" : "offline";
  let sending = false;
  let tries = 0;
  let retryTimer = 0;

  async function pump() {
    if (sending || mode === "closed" || mode === "ended") return;
    sending = true;
    clearTimeout(retryTimer);
    let goOn = true;
    while (goOn) {
      const next = waiting()[0];
      if (!next) break;
      goOn = await send(next[0], next[1]);
    }
    sending = false;
    if (goOn && waiting().length === 0 && navigator.onLine) settle();
    refreshBanner();
  }

  // A guest's link was withdrawn or has run out: nothing more can be sent, nothing is thrown away.
  function ended() {
    mode = "ended";
    for (const [id] of waiting()) cards.get(id)?.show("kept", keeps ? words.kept : words.notSaved);
    return false;
  }

  function settle() {
    const undecided = [...memory.values()].some((record) => record.blocked);
    const wasAway = mode === "offline" || mode === "signedOut" || mode === "forbidden";
    mode = closed ? "closed" : "ok";
    tries = 0;
    if (wasAway && !closed && !undecided) {
      banner(words.backOnline, { good: true });
      announce(words.backOnline);
    }
  }

  function later(newMode) {
    mode = newMode;
    tries += 1;
    const seconds = newMode === "offline" ? Math.min(30, 2 ** (tries - 1)) : 15;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(newMode === "offline" ? pump : comeBack, seconds * 1000);
    for (const [id] of waiting()) cards.get(id)?.show("kept", keeps ? words.kept : words.notSaved);
    return false;
  }

  // Sends one record. True: go on with the next one.
  async function send(id, record, again = true) {
    const card = cards.get(id);
    if (mode === "ok") card?.show("saving", words.saving);
    let response;
    try {
      response = await fetch(`${base}/questions/${encodeURIComponent(id)}/${root.dataset.leaf}`, {
        method: "PUT",
        headers: { "content-type": "application/json", "x-csrf-token": csrf, accept: "application/json" },
        body: JSON.stringify({
          level: record.level, not_applicable: record.na, note: record.note, version: record.version, clear: record.clear ?? false, client,
        }),
        redirect: "manual",
        signal: AbortSignal.timeout(20000),
        keepalive: true,
      });
    } catch {
      return later("offline");
    }
    const gone = response.type === "opaqueredirect" || [401, 404, 410].includes(response.status);
    if (gone && "guest" in root.dataset) return ended();
    if (response.type === "opaqueredirect" || response.status === 401) return later("signedOut");
    if (response.status === 429 || response.status >= 500) return later("offline");
    let reply = null;
    try { reply = await response.json(); } catch { /* a page for people: the status says enough */ }
    if (reply?.outcome === "saved" || reply?.outcome === "cleared") {
      stands(id, record, reply);
      return true;
    }
    if (reply?.outcome === "conflict") {
      conflict(id, record, reply.answer ?? null);
      return true;
    }
    if (reply?.outcome === "refused") return refused(id, record, reply);
    if (response.status === 403 && again) {
      // The session was renewed since this page was loaded: fetch a fresh token and try once more.
      return (await renew()) === "ok" ? send(id, record, false) : later("forbidden");
    }
    if (gone) return later("forbidden");
    return refused(id, record, { code: "invalid", sentence: words.notSaved });
  }

  function stands(id, record, reply) {
    const card = cards.get(id);
    const now = memory.get(id);
    const version = reply.answer?.version ?? 0;
    if (now && now.edited !== record.edited) keep(id, { ...now, version });
    else forget(id);
    if (reply.progress) progress(reply.progress);
    if (!card) return;
    card.take(reply.answer ?? null);
    card.element.classList.toggle("has-answer", Boolean(reply.answer));
    if (memory.has(id)) return;
    const sentence = say(reply.answer ? words.saved : words.clearedBy, { time: reply.at });
    card.show(reply.answer ? "saved" : "open", sentence);
    announce(`${card.number} ${sentence}`);
  }

  function refused(id, record, reply) {
    if (reply.code === "closed") {
      close(true);
      return false;
    }
    const now = memory.get(id);
    // Whoever edits again may send again.
    if (now?.edited === record.edited) keep(id, { ...now, blocked: reply.code });
    const card = cards.get(id);
    card?.show("refused", reply.sentence);
    announce(`${card?.number ?? ""} ${reply.sentence}`);
    return true;
  }

  // Signed in again, perhaps in another tab? Only the same person's answers may be sent.
  async function renew() {
    let response;
    try {
      response = await fetch(location.pathname, { redirect: "manual", headers: { accept: "text/html" } });
    } catch {
      return "offline";
    }
    if (!response.ok) return "signedOut";
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const there = page.querySelector("[data-answering]");
    if (there?.dataset.viewer !== root.dataset.viewer) return "signedOut";
    csrf = document.querySelector('meta[name="csrf"]').content = page.querySelector('meta[name="csrf"]').content;
    for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = csrf;
    return "ok";
  }

  async function comeBack() {
    const found = await renew();
    if (found === "ok") pump();
    else later(found === "offline" ? "offline" : mode);
  }

  // ---------- Somebody else was faster: both answers side by side, the person chooses ----------
  const answerWords = (card, value) => {
    if (!value || (value.level === null && value.reason === null)) return words.cleared;
    if (value.reason !== null) return `${words.notApplicable}: ${value.reason}`;
    const text = card.form.querySelector(`[name="level"][value="${value.level}"]`).parentElement.querySelector(".level-words").textContent;
    return `${value.level}　${text}`;
  };

  function conflict(id, record, theirs) {
    const mine = memory.get(id) ?? record;
    keep(id, { ...mine, conflict: theirs, blocked: "conflict" });
    const card = cards.get(id);
    if (!card) return;
    const box = showConflict(card, mine, theirs);
    card.show("kept", words.conflict);
    announce(`${card.number} ${words.conflict}`);
    box.scrollIntoView({ block: "nearest", behavior: smooth });
  }

  function showConflict(card, mine, theirs) {
    card.element.querySelector(".conflict")?.remove();
    const make = (tag, text, className) => {
      const made = document.createElement(tag);
      if (text) made.textContent = text;
      if (className) made.className = className;
      return made;
    };
    const box = make("div", "", "conflict");
    box.setAttribute("role", "group");
    const title = make("h4", words.conflict);
    title.id = `${card.id}-conflict`;
    box.setAttribute("aria-labelledby", title.id);
    const list = make("dl");
    const line = (name, value, note, by) => {
      const what = make("dd", answerWords(card, value));
      if (by) what.append(" ", make("span", by, "hint"));
      if (note) what.append(make("br"), make("span", note, "typed"));
      list.append(make("dt", name), what);
    };
    line(words.theirs, theirs, theirs?.note, theirs && say(words.savedBy, { name: theirs.by, time: theirs.at }));
    line(words.mine, mine.clear ? null : { level: mine.level, reason: mine.na }, mine.note);
    const row = make("p");
    const choose = (text, className, act) => {
      const button = make("button", text, className);
      button.type = "button";
      button.addEventListener("click", () => { box.remove(); act(); card.element.focus(); });
      row.append(button);
    };
    choose(words.takeTheirs, "button quiet small", () => {
      forget(card.id);
      standing(card, theirs);
      refreshBanner();
    });
    choose(words.takeMine, "button small", () => {
      const { conflict: _, blocked: __, ...kept } = memory.get(card.id) ?? mine;
      keep(card.id, { ...kept, version: theirs?.version ?? 0 });
      card.show("saving", words.saving);
      pump();
    });
    box.append(title, list, row);
    card.form.before(box);
    return box;
  }

  // Puts an answer of the server into its card.
  function standing(card, answer) {
    card.take(answer);
    card.fill({ level: answer?.level ?? null, na: answer?.reason ?? null, note: answer?.note ?? "" });
    if (answer) card.show("seen", say(words.savedBy, { name: answer.by, time: answer.at }));
    else card.show("open", words.open);
  }

  // ---------- What others do meanwhile ----------
  function heard(reply) {
    if (reply.client === client) return;
    if (reply.progress) progress(reply.progress);
    const card = cards.get(reply.question);
    if (!card || memory.has(card.id)) return; // one's own answer is on its way; the server will say that both differ
    standing(card, reply.answer ?? null);
    card.element.classList.remove("is-fresh");
    void card.element.offsetWidth; // starts the animation anew
    card.element.classList.add("is-fresh");
    announce(`${card.number} ${card.element.querySelector("[data-state]").textContent}`);
  }

  async function catchUp() {
    if (!root.dataset.state) return;
    let state;
    try {
      const response = await fetch(root.dataset.state, { redirect: "manual", headers: { accept: "application/json" } });
      if (!response.ok) return;
      state = await response.json();
    } catch { return; }
    if (state.viewer !== root.dataset.viewer) return;
    csrf = state.csrf;
    const answers = new Map(state.answers.map((answer) => [answer.question, answer]));
    for (const card of cards.values()) {
      const answer = answers.get(card.id);
      if (!memory.has(card.id) && (answer?.version ?? 0) !== card.version) standing(card, answer ?? null);
    }
    progress(state.progress);
    if (state.closed !== closed) close(state.closed);
    pump();
  }

  if (root.dataset.live && "EventSource" in window) {
    let lost = false;
    const live = new EventSource(root.dataset.live);
    live.addEventListener("answer", (event) => heard(JSON.parse(event.data)));
    live.addEventListener("comment", (event) => {
      root.dispatchEvent(new CustomEvent("heard-comment", { detail: JSON.parse(event.data) }));
    });
    live.addEventListener("closed", (event) => close(JSON.parse(event.data).closed));
    live.addEventListener("lagged", catchUp);
    live.addEventListener("error", () => { lost = true; });
    live.addEventListener("open", () => { if (lost) { lost = false; catchUp(); } });
    addEventListener("pagehide", () => live.close());
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  function close(now) {
    if (closed && !now) { location.reload(); return; }
    closed = now;
    if (!now) return;
    mode = "closed";
    for (const card of cards.values()) {
      card.element.dataset.locked = "";
      card.form.querySelector(".levels").disabled = true;
      card.note.readOnly = true;
    }
    refreshBanner();
    announce(words.closed);
  }

  // ---------- Progress and conditional questions ----------
  function progress(count) {
    const total = (line) => line.answered + line.unconfirmed + line.open;
    for (const bar of root.querySelectorAll("[data-progress]")) {
      bar.max = total(count.all);
      bar.value = count.all.answered;
    }
    for (const line of root.querySelectorAll("[data-progress-words]")) {
      line.textContent = say(words.progress, { answered: count.all.answered, total: total(count.all) });
    }
    for (const line of root.querySelectorAll("[data-unconfirmed-words]")) {
      line.textContent = say(words.unconfirmed, { count: count.all.unconfirmed });
      line.hidden = count.all.unconfirmed === 0;
    }
    for (const field of count.fields) {
      for (const link of root.querySelectorAll(`[data-field="${field.field}"]`)) {
        link.dataset.fieldState = field.open > 0 ? "open" : field.unconfirmed > 0 ? "unconfirmed" : "done";
        link.querySelector("[data-field-count]").textContent = `${field.answered}/${total(field)}`;
        link.querySelector("[data-field-words]").textContent =
          field.unconfirmed > 0 ? say(words.unconfirmed, { count: field.unconfirmed }) : "";
      }
    }
    for (const [id, applies] of Object.entries(count.conditions)) {
      const card = cards.get(id);
      if (card) card.element.dataset.applies = applies;
    }
  }

  // ---------- The banner ----------
  const board = root.querySelector("[data-banner]");
  let boardTimer = 0;
  function banner(text, { good = false, retry = false, signIn = false } = {}) {
    clearTimeout(boardTimer);
    board.hidden = text === "";
    board.classList.toggle("is-good", good);
    board.querySelector("[data-banner-text]").textContent = text;
    board.querySelector("[data-banner-retry]").hidden = !retry;
    const link = board.querySelector("[data-banner-sign-in]");
    link.hidden = !signIn;
    if (good) boardTimer = setTimeout(() => { board.hidden = true; }, 8000);
  }
  let said = "";
  function refreshBanner() {
    const count = waiting().length;
    const texts = {
      ok: "",
      offline: say(words.offline, { count }),
      signedOut: words.signedOut,
      forbidden: words.forbidden,
      ended: words.ended,
      closed: count > 0 || root.dataset.closed === undefined ? words.closed : "",
    };
    const text = texts[mode];
    if (text === "" && board.classList.contains("is-good") && !board.hidden) return;
    banner(text, { retry: mode === "offline" || mode === "forbidden", signIn: mode === "signedOut" });
    if (mode !== said && text !== "") announce(text);
    said = mode;
    if (text === "") elsewhere();
  }
  // A kept answer of another page of this assessment that needs a decision.
  function elsewhere() {
    const blocked = [...memory].find(([id, record]) => record.blocked && !cards.has(id));
    if (!blocked) return;
    banner(words.conflict, {});
    const link = document.createElement("a");
    link.href = `${blocked[1].page}#${blocked[0]}`;
    link.textContent = blocked[0];
    board.querySelector("[data-banner-text]").append(" ", link);
  }
  board.querySelector("[data-banner-retry]").addEventListener("click", () => {
    tries = 0;
    if (mode === "forbidden") comeBack();
    else pump();
  });
  addEventListener("online", () => { tries = 0; pump(); });
  addEventListener("offline", () => {
    if (mode === "ok") mode = "offline";
    refreshBanner();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    if (mode === "signedOut" || mode === "forbidden") comeBack();
    else if (waiting().length > 0) pump();
  });
  addEventListener("beforeunload", (event) => {
    if (!keeps && memory.size > 0) event.preventDefault();
  });

  // ---------- Coming to the page ----------
  recall();
  for (const [id, record] of [...memory]) {
    const card = cards.get(id);
    if (!card) continue;
    const there = card.value();
    const same = !record.clear && there.level === record.level && there.na === record.na && there.note.trim() === record.note.trim();
    if (same && card.element.dataset.standing === "confirmed") {
      forget(id); // it had arrived; only the acknowledgement was lost
      continue;
    }
    card.fill(record);
    if (record.blocked === "conflict") {
      showConflict(card, record, record.conflict);
      card.show("kept", words.conflict);
    } else {
      const { blocked: _, ...kept } = record;
      keep(id, kept);
      card.show("kept", ready(kept) ? words.kept : record.na !== null ? words.reason : words.chooseFirst);
    }
  }
  if (closed) mode = "closed";
  refreshBanner();
  pump();
}
