// Comments without leaving the page: one's own, and those of others as they come.
"use strict";

(() => {
  const root = document.querySelector("[data-answering]");
  if (!root) return;
  const words = JSON.parse(document.getElementById("answering-words").textContent);
  const announce = (text) => { root.querySelector("[data-announce]").textContent = text; };

  function add(comment) {
    const box = document.getElementById(comment.question)?.querySelector("[data-comments]");
    if (!box) return;
    const line = (className, text) => {
      const paragraph = document.createElement("p");
      paragraph.className = className;
      paragraph.textContent = text;
      return paragraph;
    };
    const by = words.savedBy.replace("{name}", () => comment.by).replace("{time}", () => comment.at);
    const item = document.createElement("li");
    item.append(line("typed", comment.text), line("hint", by));
    box.querySelector(".comments").append(item);
    const count = box.querySelector("[data-comment-count]");
    count.hidden = false;
    count.textContent = box.querySelectorAll(".comments li").length;
  }

  root.addEventListener("heard-comment", ({ detail }) => {
    if (detail.client !== root.dataset.client) add(detail);
  });

  for (const form of root.querySelectorAll("form.comment")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const text = form.elements.text;
      if (text.value.trim() === "") return;
      try {
        const response = await fetch(form.action, {
          method: "POST",
          body: new URLSearchParams({ text: text.value, client: root.dataset.client ?? "" }),
          headers: { accept: "application/json", "x-csrf-token": document.querySelector('meta[name="csrf"]').content },
          redirect: "manual",
        });
        if (response.status !== 201) throw new Error(response.statusText);
        add(await response.json());
        text.value = "";
        announce(words.commented);
      } catch {
        // What was typed stays in the field.
        announce(words.notSaved);
        text.setCustomValidity(words.notSaved);
        text.reportValidity();
        text.addEventListener("input", () => text.setCustomValidity(""), { once: true });
      }
    });
  }
})();
