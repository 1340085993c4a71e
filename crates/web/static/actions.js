// Finding a control by typing a part of its name; without this script the groups open and close by themselves.
"use strict";
for (const field of document.querySelectorAll("[data-find-controls]")) {
  const groups = document.querySelectorAll("[data-control-group]");
  const wasOpen = new Map([...groups].map((group) => [group, group.open]));
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  field.hidden = false;
  field.querySelector("input").addEventListener("input", (event) => {
    const wanted = plain(event.target.value.trim());
    for (const group of groups) {
      let shown = 0;
      for (const line of group.querySelectorAll("li")) {
        const ticked = line.querySelector("input").checked;
        line.hidden = wanted !== "" && !ticked && !plain(line.textContent).includes(wanted);
        if (!line.hidden) shown += 1;
      }
      group.hidden = shown === 0;
      group.open = wanted === "" ? wasOpen.get(group) : true;
    }
  });
}
