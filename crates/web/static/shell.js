// Small comforts on every page; everything works without.
"use strict";

// What must be read first gets the focus: faults of a form, a secret shown once.
const first = document.querySelector("[data-focus]");
if (first) first.focus();

// On a narrow screen the navigation scrolls; where we are is to be seen.
for (const here of document.querySelectorAll(":is(.main-nav, .tabs) [aria-current]")) {
  const bar = here.closest("nav");
  bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
}

// A menu closes by Escape, by a click elsewhere, and when another opens.
const menus = [...document.querySelectorAll("details.menu")];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((menu) => menu.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
// Coming back by the browser's back button, forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
