// Progress of a notice as it comes, and copying what to look for. Without this script a reload and a text field do the same.
"use strict";

(() => {
  const root = document.querySelector("[data-live]");
  if (root && "EventSource" in window) {
    let edition = root.dataset.edition;
    const show = (news) => {
      if (String(news.edition) !== edition) {
        edition = String(news.edition);
        location.reload();
        return;
      }
      for (const place of root.querySelectorAll("[data-count]")) {
        const count = news.counts[place.dataset.count];
        if (count !== undefined) place.textContent = count;
      }
      for (const bar of root.querySelectorAll("[data-bar]")) {
        bar.max = news.counts.to;
        bar.value = news.counts[bar.dataset.bar];
      }
      const poll = root.querySelector("[data-poll]");
      if (poll && news.poll) poll.textContent = news.poll;
    };
    const listen = () => {
      const events = new EventSource(root.dataset.live);
      events.addEventListener("open", () => {
        root.querySelector("[data-not-live]").hidden = true;
        root.querySelector("[data-is-live]").hidden = false;
      });
      events.addEventListener("progress", (event) => show(JSON.parse(event.data)));
      events.addEventListener("error", () => {
        root.querySelector("[data-not-live]").hidden = false;
        root.querySelector("[data-is-live]").hidden = true;
        if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
      });
    };
    listen();
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.parentElement.querySelector("[data-copied]").hidden = false;
      } catch {
        field.focus();
        field.select();
      }
    });
  }
})();
