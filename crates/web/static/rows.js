// One more row of a repeated entry, without saving first. Without this script an empty row stands after the last one.
"use strict";

for (const place of document.querySelectorAll(".add-row")) place.hidden = false;
for (const hint of document.querySelectorAll(".without-rows")) hint.hidden = true;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  const rows = [...button.closest("details, section").querySelectorAll("[data-row]")];
  const last = rows.at(-1);
  const row = last.cloneNode(true);
  const at = rows.length;
  for (const field of row.querySelectorAll("input, select, textarea")) {
    if (field.type === "checkbox") field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = 0;
    else field.value = "";
    // Ids end in the number of the row from one, names of ticks in the number from zero.
    if (field.id) field.id = field.id.replace(/\d+$/, at + 1);
    field.name = field.name.replace(/_\d+$/, `_${at}`);
  }
  for (const label of row.querySelectorAll("label[for]")) label.htmlFor = label.htmlFor.replace(/\d+$/, at + 1);
  last.after(row);
  row.querySelector("input, select").focus();
});
