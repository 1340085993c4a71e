// Copy buttons: a link or a letter to give away. Without this script the text is marked and copied by hand.
"use strict";

document.documentElement.classList.add("scripted");

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // The clipboard is for https and localhost only; elsewhere the old way still works.
      document.execCommand("copy");
    }
    const before = button.dataset.before ??= button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 2500);
  });
}
