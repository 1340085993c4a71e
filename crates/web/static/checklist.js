// Saves the lines of an official form as one goes. The buttons below each section do the same without this script.
"use strict";

const checklist = document.querySelector("[data-checklist]");
if (checklist) saveAsYouGo(checklist);

function saveAsYouGo(root) {
  document.documentElement.classList.add("scripted");
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const waiting = new Map(); // line → timer
  const running = new Map(); // line → whether something was typed meanwhile

  const inputs = (line) => document.querySelectorAll(`[name^="${CSS.escape(line.dataset.line)}/"]`);
  const field = (line, name) => [...inputs(line)].filter((input) => input.name === `${line.dataset.line}/${name}`);
  const marked = (line, name) => field(line, name).find((input) => input.checked)?.value ?? "";

  // Target and second round only make sense after a "no"; what is filled in stays visible.
  const unfold = (line) => {
    const filled = ["target", "second_on"].some((name) => field(line, name)[0]?.value) || marked(line, "second") !== "";
    line.dataset.first = filled ? "no" : marked(line, "first");
  };

  const say = (line, outcome, sentences) => {
    const place = line.querySelector("[data-said]");
    place.dataset.said = outcome;
    place.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
  };

  async function send(line) {
    if (running.has(line)) {
      running.set(line, true);
      return;
    }
    running.set(line, false);
    const form = document.getElementById(line.dataset.form);
    const body = new URLSearchParams({ line: line.dataset.line });
    for (const input of inputs(line)) {
      if (input.type !== "radio" || input.checked) body.append(input.name, input.value);
    }
    say(line, "saving", [root.dataset.saving]);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": csrf },
        body,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const reply = await answer.json();
      take(line, reply.lines.find((one) => one.line === line.dataset.line));
      document.querySelector("[data-progress]").textContent = reply.progress;
    } catch {
      say(line, "refused", [root.dataset.failed]);
    }
    const more = running.get(line);
    running.delete(line);
    if (more) send(line);
  }

  function take(line, told) {
    if (!told) return;
    if (told.outcome === "refused" || told.outcome === "conflict") {
      say(line, told.outcome, told.sentences);
      // Saving again after having seen what stands is a decision: it is based on that version.
      if (told.outcome === "conflict") line.querySelector("[data-version]").value = told.version;
      return;
    }
    line.querySelector("[data-version]").value = told.version;
    const badge = line.querySelector("[data-state]");
    badge.textContent = told.state_title;
    badge.className = `badge ${told.badge}`;
    // A day left blank became today.
    for (const name of ["first_on", "second_on"]) {
      const input = field(line, name)[0];
      if (input && input !== document.activeElement && input.value === "") input.value = told[name];
    }
    if (!told.reopened) line.querySelector("[data-reopened]")?.remove();
    line.querySelector(".wrong")?.remove();
    line.querySelector(".notice.bad")?.remove();
    line.querySelector("[data-words]").textContent = told.words;
    say(line, told.outcome, told.outcome === "saved" ? [root.dataset.saved] : []);
  }

  const later = (line, delay) => {
    clearTimeout(waiting.get(line));
    waiting.set(line, setTimeout(() => { waiting.delete(line); send(line); }, delay));
  };

  for (const line of root.querySelectorAll("[data-line]:not([data-locked])")) {
    unfold(line);
    line.addEventListener("change", (event) => {
      if (!event.target.name?.startsWith(`${line.dataset.line}/`)) return;
      unfold(line);
      later(line, event.target.type === "radio" ? 0 : 300);
    });
    line.addEventListener("input", (event) => {
      if (event.target.matches("textarea")) later(line, 1200);
    });
  }
  // What was typed and not sent yet must not be lost with the page.
  addEventListener("beforeunload", (event) => {
    if (waiting.size > 0 || running.size > 0) event.preventDefault();
  });
}
