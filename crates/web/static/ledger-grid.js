// The list of devices as a keyboard grid: move with the arrows, type in place, change many rows at once, undo, paste
// from a spreadsheet. The plain table, its ticks and its form do the same work without this script. On narrow screens
// the rows are cards and stay as they are.
"use strict";

{
  const table = document.getElementById("ledger");
  if (table && "editable" in table.dataset && !matchMedia("(max-width: 48rem)").matches) ledgerGrid(table);
}

function ledgerGrid(table) {
  const { words, choices } = JSON.parse(document.getElementById("ledger-words").textContent);
  const base = table.dataset.base;
  const announcer = document.querySelector("[data-announce]");
  const place = document.querySelector("[data-done]");
  const announce = (text) => { announcer.textContent = text; };
  const most = 1000;
  let csrf = document.querySelector('meta[name="csrf"]').content;

  // ---------- The grid ----------
  const rows = () => [...table.tBodies[0].rows];
  const cellsOf = (row) => [...row.querySelectorAll("[data-column]")];
  const columns = [...table.tHead.rows[0].querySelectorAll("[data-column]")].map((cell) => cell.dataset.column);
  const titles = [...table.tHead.rows[0].querySelectorAll("[data-column]")].map((cell) => cell.textContent.trim());
  const cellAt = (r, c) => { const row = rows()[r]; return row && cellsOf(row)[c]; };
  const rowOf = (cell) => cell.closest("tr");
  const textOf = (cell) => cell.dataset.text;
  let active = { r: 0, c: 0 };
  let anchor = { r: 0, c: 0 };

  table.setAttribute("role", "grid");
  table.setAttribute("aria-multiselectable", "true");
  table.classList.add("is-grid");
  const all = [...table.tHead.rows[0].cells];
  table.setAttribute("aria-colcount", all.length);
  table.tHead.rows[0].setAttribute("aria-rowindex", "1");
  all.forEach((cell, at) => cell.setAttribute("aria-colindex", at + 1));
  const help = document.createElement("p");
  help.className = "hint ledger-help";
  help.id = "ledger-help";
  help.textContent = words.help;
  table.closest(".table").before(help);
  table.setAttribute("aria-describedby", help.id);
  table.closest(".table").removeAttribute("tabindex"); // its cells take the focus and scroll it
  rows().forEach((row, at) => {
    row.setAttribute("aria-rowindex", Number(table.dataset.from) + at + 1);
    [...row.cells].forEach((cell, number) => {
      cell.setAttribute("aria-colindex", number + 1);
      if (cell.getAttribute("role") === "cell") cell.setAttribute("role", "gridcell");
    });
    for (const cell of cellsOf(row)) {
      cell.dataset.text ??= cell.textContent.trim();
      cell.tabIndex = -1;
      cell.querySelector("a")?.setAttribute("tabindex", "-1");
    }
  });
  show(false);

  function range() {
    const [top, bottom] = [Math.min(active.r, anchor.r), Math.max(active.r, anchor.r)];
    const [left, right] = [Math.min(active.c, anchor.c), Math.max(active.c, anchor.c)];
    return { top, bottom, left, right };
  }

  // Marks what is selected, and makes the active cell the one that Tab comes to.
  function show(focus = true) {
    const { top, bottom, left, right } = range();
    rows().forEach((row, r) => cellsOf(row).forEach((cell, c) => {
      const selected = r >= top && r <= bottom && c >= left && c <= right;
      cell.setAttribute("aria-selected", selected);
      cell.classList.toggle("is-selected", selected && (top !== bottom || left !== right));
      cell.tabIndex = r === active.r && c === active.c ? 0 : -1;
    }));
    if (!focus) return;
    const cell = cellAt(active.r, active.c);
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (top !== bottom) announce(words.selected.replace("{count}", bottom - top + 1));
  }

  function go(r, c, extend = false) {
    active = {
      r: Math.max(0, Math.min(rows().length - 1, r)),
      c: Math.max(0, Math.min(columns.length - 1, c)),
    };
    if (!extend) anchor = { ...active };
    show();
  }

  // The cells that one value goes to: the active column, over all selected rows.
  function selectedCells() {
    const { top, bottom } = range();
    return rows().slice(top, bottom + 1).map((row) => cellsOf(row)[active.c]);
  }

  table.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("[data-column]");
    if (!cell || cell.closest("thead") || event.target.closest("a, input, select")) return;
    if (event.button !== 0) return;
    event.preventDefault();
    go(rows().indexOf(rowOf(cell)), cellsOf(rowOf(cell)).indexOf(cell), event.shiftKey);
  });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("tbody [data-column]");
    if (cell && !event.target.closest("a, input, select")) edit();
  });
  table.addEventListener("focusin", (event) => {
    const cell = event.target;
    if (!cell.matches("tbody [data-column]")) return;
    const at = { r: rows().indexOf(rowOf(cell)), c: cellsOf(rowOf(cell)).indexOf(cell) };
    if (at.r !== active.r || at.c !== active.c) { active = at; anchor = { ...at }; show(false); }
  });

  table.addEventListener("keydown", (event) => {
    if (!event.target.matches("tbody [data-column]") || event.altKey) return;
    const { r, c } = active;
    const command = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1],
      PageUp: [r - 10, c], PageDown: [r + 10, c],
      Home: [command ? 0 : r, 0], End: [command ? rows().length - 1 : r, columns.length - 1],
    };
    if (event.key in moves) {
      event.preventDefault();
      go(...moves[event.key], event.shiftKey);
    } else if (event.key === "Enter" && command) {
      event.preventDefault();
      rowOf(event.target).querySelector("th a").click();
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      edit();
    } else if (event.key === "Escape") {
      leave(event.target);
    } else if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) takeBack(undone, batches); else takeBack(batches, undone);
    } else if (command && event.key.toLowerCase() === "y") {
      event.preventDefault();
      takeBack(undone, batches);
    } else if (command && event.key.toLowerCase() === "a") {
      event.preventDefault();
      anchor = { r: 0, c };
      active = { r: rows().length - 1, c };
      show();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      save(selectedCells(), "");
    } else if (event.key === " " && event.shiftKey) {
      event.preventDefault();
      rowOf(event.target).querySelector(".tick input")?.click();
    } else if (event.key === "Process" || event.keyCode === 229) {
      edit(""); // an input method begins: it goes on in the field
    } else if (event.key.length === 1 && !command) {
      event.preventDefault();
      edit(event.key);
    }
  });

  // ---------- Editing in place ----------
  // What was typed and not saved, by cell: the text and the cells it was meant for.
  const kept = new Map();

  function edit(begin) {
    const cell = cellAt(active.r, active.c);
    if (!cell || cell.querySelector(".cell-editor")) return;
    const column = cell.dataset.column;
    const waiting = kept.get(cell);
    const targets = waiting ? waiting.cells : selectedCells();
    const value = begin ?? (waiting ? waiting.text : textOf(cell));
    const editor = choices[column] ? choice(column, value) : document.createElement("input");
    editor.classList.add("cell-editor");
    editor.setAttribute("aria-label", titles[columns.indexOf(column)]);
    if (!choices[column]) {
      editor.type = "text";
      editor.autocomplete = "off";
      editor.value = value;
    }
    const wrong = cell.querySelector(".cell-wrong");
    if (wrong) { editor.setAttribute("aria-invalid", "true"); editor.setAttribute("aria-describedby", wrong.id); }
    cell.classList.add("is-editing");
    cell.append(editor);
    editor.focus();
    if (begin === undefined && editor.select) editor.select();
    let finished = false;
    const finish = (write, move) => {
      if (finished) return;
      finished = true;
      const typed = editor.value;
      editor.remove();
      cell.classList.remove("is-editing");
      if (write && (typed !== textOf(cell) || targets.length > 1 || waiting)) save(targets, typed);
      if (move) go(active.r + move[0], active.c + move[1]);
    };
    editor.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter") { event.preventDefault(); finish(true, targets.length > 1 ? [0, 0] : [1, 0]); }
      else if (event.key === "Tab") { event.preventDefault(); finish(true, [0, event.shiftKey ? -1 : 1]); }
      else if (event.key === "Escape") { event.preventDefault(); finish(false, null); leave(cell); show(); }
    });
    editor.addEventListener("blur", () => finish(true, null));
  }

  function choice(column, value) {
    const select = document.createElement("select");
    const values = [...(column === "kind" ? [] : [""]), ...choices[column]];
    if (!values.includes(value)) {
      // A letter typed to begin with chooses what begins with it.
      const meant = values.find((one) => value !== "" && one.toLowerCase().startsWith(value.toLowerCase()));
      value = meant ?? textOf(cellAt(active.r, active.c));
      if (!values.includes(value)) values.unshift(value);
    }
    for (const one of values) {
      const option = new Option(one === "" ? words.empty : one, one);
      select.append(option);
    }
    select.value = value;
    return select;
  }

  // Shows a text in a cell as it stands.
  function write(cell, text, title) {
    cell.dataset.text = text;
    const link = cell.querySelector("a");
    if (link) link.textContent = title ?? text;
    else cell.textContent = text;
    cell.classList.toggle("is-empty", text === "" && !link);
    cell.classList.remove("is-wrong", "is-saving", "is-ended");
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    cell.querySelector(".cell-wrong")?.remove();
    cell.querySelector(".cell-typed")?.remove();
  }

  // Gives up what was typed and not saved.
  function leave(cell) {
    const waiting = kept.get(cell);
    if (!waiting) return;
    for (const one of waiting.cells) {
      kept.delete(one);
      write(one, textOf(one), rowOf(one).querySelector("th a")?.textContent);
    }
    announce("");
  }

  // Says at a cell what is wrong; what was typed stays to be read and to be typed on.
  function refuse(cell, text, message) {
    write(cell, textOf(cell), rowOf(cell).querySelector("th a")?.textContent);
    const typed = document.createElement("span");
    typed.className = "cell-typed";
    typed.textContent = text === "" ? words.empty : text;
    cell.append(typed);
    cell.classList.add("is-wrong");
    cell.setAttribute("aria-invalid", "true");
    if (!message) return;
    const wrong = document.createElement("span");
    wrong.className = "cell-wrong";
    wrong.id = `wrong-${rowOf(cell).dataset.id}-${cell.dataset.column}`;
    wrong.textContent = message;
    cell.append(wrong);
    cell.setAttribute("aria-describedby", wrong.id);
  }

  // ---------- Saving ----------
  async function save(cells, value) {
    const sent = cells.map((cell) => ({
      id: rowOf(cell).dataset.id, version: Number(rowOf(cell).dataset.version), cells: { [cell.dataset.column]: value },
    }));
    for (const cell of cells) { write(cell, textOf(cell), rowOf(cell).querySelector("th a")?.textContent); cell.classList.add("is-saving"); }
    announce(words.saving);
    const answer = await post(`${base}/grid`, { rows: sent });
    for (const cell of cells) cell.classList.remove("is-saving");
    if (answer.ok) {
      for (const cell of cells) kept.delete(cell);
      finished(answer.body);
      return;
    }
    for (const cell of cells) { kept.set(cell, { text: value, cells }); refuse(cell, value, ""); }
    const said = [];
    for (const fault of answer.body?.faults ?? []) {
      const cell = cells[fault.row];
      const message = fault.column === cell.dataset.column ? fault.message : `${titles[columns.indexOf(fault.column)] ?? fault.column}: ${fault.message}`;
      refuse(cell, value, message);
      said.push(message);
    }
    for (const conflict of answer.body?.conflicts ?? []) {
      const cell = cells[conflict.row];
      if (conflict.stands) take(conflict.stands);
      kept.set(cell, { text: value, cells });
      refuse(cell, value, `${conflict.message} ${conflict.stands ? words.takeMine : ""}`);
      said.push(conflict.message);
    }
    if (said.length === 0) {
      refuse(cells[0], value, answer.message);
      said.push(answer.message);
    }
    announce(said[0]);
  }

  // Puts a row as it stands on the server into the list.
  function take(row) {
    const element = table.querySelector(`tr[data-id="${row.id}"]`);
    if (!element) return false;
    element.dataset.version = row.version;
    const tick = element.querySelector(".tick input");
    if (tick) tick.value = `${row.id}:${row.version}`;
    for (const cell of cellsOf(element)) write(cell, row.cells[cell.dataset.column], row.title);
    element.classList.toggle("is-retired", row.retired);
    return true;
  }

  const batches = [];
  const undone = [];

  function finished(body) {
    body.rows.forEach(take);
    announce(body.said);
    if (!body.batch) return;
    batches.push(body.batch);
    undone.length = 0;
    notice(body.said, words.undo, () => takeBack(batches, undone));
  }

  function notice(said, button, act) {
    const box = document.createElement("div");
    box.className = "notice good ledger-done";
    const sentence = document.createElement("p");
    sentence.textContent = said;
    const press = document.createElement("button");
    press.type = "button";
    press.className = "button quiet small";
    press.textContent = button;
    press.addEventListener("click", act);
    box.append(sentence, press);
    place.replaceChildren(box);
  }

  // Undoes the newest batch of one pile; the undoing goes onto the other pile and can itself be undone.
  async function takeBack(from, to) {
    const batch = from.at(-1);
    if (!batch) { announce(words.nothingToUndo); return; }
    const answer = await post(`${base}/undo`, new URLSearchParams({ batch }));
    if (!answer.ok) {
      announce(answer.message);
      notice(answer.message, words.cancel, () => place.replaceChildren());
      return;
    }
    from.pop();
    to.push(answer.body.batch);
    const here = answer.body.rows.map(take).every(Boolean) && !answer.body.rows.some((row) => row.retired);
    if (!here) { reload(answer.body.batch); return; }
    announce(answer.body.said);
    if (from === batches) notice(answer.body.said, words.redo, () => takeBack(undone, batches));
    else notice(answer.body.said, words.undo, () => takeBack(batches, undone));
  }

  function reload(batch) {
    const to = new URL(location.href);
    to.searchParams.set("done", batch);
    location.assign(to);
  }

  // Sends, once more with a fresh token when the session was renewed since.
  async function post(address, body, again = true) {
    const plain = body instanceof URLSearchParams;
    let response;
    try {
      response = await fetch(address, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": plain ? "application/x-www-form-urlencoded" : "application/json",
          "x-csrf-token": csrf,
          accept: "application/json",
        },
        body: plain ? body.toString() : JSON.stringify(body),
      });
    } catch {
      return { ok: false, message: words.failed };
    }
    if (response.type === "opaqueredirect" || response.status === 401) return { ok: false, message: words.signedOut };
    if (response.status === 403 && again && (await freshToken())) return post(address, body, false);
    const kind = response.headers.get("content-type") ?? "";
    if (kind.includes("json")) {
      const answer = await response.json();
      return { ok: response.ok, body: answer, message: words.failed };
    }
    // A page that says what went wrong: its first sentence is what there is to say.
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { ok: false, message: page.querySelector("main h1 + p")?.textContent ?? words.failed };
  }

  async function freshToken() {
    try {
      const response = await fetch(location.href, { redirect: "manual", headers: { accept: "text/html" } });
      if (!response.ok) return false;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      csrf = page.querySelector('meta[name="csrf"]').content;
      document.querySelector('meta[name="csrf"]').content = csrf;
      for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = csrf;
      return true;
    } catch {
      return false;
    }
  }

  // ---------- Copying and pasting ----------
  const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  table.addEventListener("copy", (event) => {
    if (!event.target.closest?.("tbody [data-column]") || event.target.matches("input, select")) return;
    const { top, bottom, left, right } = range();
    const lines = rows().slice(top, bottom + 1).map((row) => cellsOf(row).slice(left, right + 1).map((cell) => quoted(textOf(cell))).join("\t"));
    event.clipboardData.setData("text/plain", lines.join("\n"));
    event.preventDefault();
  });

  table.addEventListener("paste", (event) => {
    if (event.target.matches("input, select")) return;
    event.preventDefault();
    const block = parse(event.clipboardData.getData("text/plain"));
    if (block.length === 0) return;
    if (block.length > most) { announce(words.tooMany); return; }
    if (block.length === 1 && block[0].length === 1) { save(selectedCells(), block[0][0]); return; }
    paste(block);
  });

  // A spreadsheet's block: tabs between cells, quotation marks around cells with line breaks.
  function parse(text) {
    const block = [[""]];
    let inside = false;
    for (let at = 0; at < text.length; at += 1) {
      const c = text[at];
      const line = block.at(-1);
      if (inside) {
        if (c !== '"') line[line.length - 1] += c;
        else if (text[at + 1] === '"') { line[line.length - 1] += '"'; at += 1; }
        else inside = false;
      } else if (c === '"' && line.at(-1) === "") inside = true;
      else if (c === "\t") line.push("");
      else if (c === "\n") block.push([""]);
      else if (c !== "\r") line[line.length - 1] += c;
    }
    while (block.length > 0 && block.at(-1).every((cell) => cell === "")) block.pop();
    return block;
  }

  async function paste(block) {
    const { top, bottom, left } = range();
    const lines = block.length === 1 ? Array.from({ length: bottom - top + 1 }, () => block[0]) : block;
    const sent = lines.map((line, at) => {
      const row = rows()[top + at];
      const cells = {};
      line.forEach((text, number) => { if (columns[left + number]) cells[columns[left + number]] = text; });
      return row ? { id: row.dataset.id, version: Number(row.dataset.version), cells } : { cells };
    });
    announce(words.saving);
    const answer = await post(`${base}/grid`, { dry: true, rows: sent });
    if (!answer.ok) { announce(answer.message); notice(answer.message, words.cancel, () => place.replaceChildren()); return; }
    preview(sent, answer.body);
  }

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  // What would change, before anything does.
  function preview(sent, plan) {
    const dialog = element("dialog", undefined, "ledger-paste");
    const head = element("h2", words.pasteTitle);
    head.id = "ledger-paste-head";
    dialog.setAttribute("aria-labelledby", head.id);
    const changing = plan.rows.filter((row) => row.new || row.cells.length > 0);
    const wrong = [...plan.faults, ...plan.conflicts];
    dialog.append(head, element("p", changing.length === 0 ? words.pasteEmpty : plan.said));
    if (wrong.length > 0) {
      const list = element("ul", undefined, "notice bad");
      for (const fault of wrong.slice(0, 50)) {
        const title = fault.column ? ` ${titles[columns.indexOf(fault.column)] ?? fault.column}` : "";
        list.append(element("li", `${fault.row + 1}${title}: ${fault.message}`));
      }
      dialog.append(list);
    }
    const box = element("div", undefined, "ledger-paste-rows");
    box.tabIndex = 0;
    for (const row of changing.slice(0, 100)) {
      box.append(element("h3", row.new ? `${words.newRow}: ${row.title}` : row.title));
      const list = element("dl");
      for (const cell of row.cells) {
        const line = element("div");
        const now = element("dd");
        if (cell.was !== "") now.append(element("del", cell.was), " → ");
        now.append(element("ins", cell.now === "" ? words.empty : cell.now));
        line.append(element("dt", cell.title), now);
        list.append(line);
      }
      box.append(list);
    }
    const actions = element("div", undefined, "actions");
    const apply = element("button", words.apply, "button");
    const cancel = element("button", words.cancel, "button quiet");
    apply.type = cancel.type = "button";
    apply.disabled = wrong.length > 0 || changing.length === 0;
    actions.append(apply, cancel);
    dialog.append(box, actions);
    document.body.append(dialog);
    dialog.addEventListener("close", () => { dialog.remove(); show(); });
    cancel.addEventListener("click", () => dialog.close());
    apply.addEventListener("click", async () => {
      apply.disabled = true;
      const answer = await post(`${base}/grid`, { rows: sent });
      if (!answer.ok && answer.body?.faults) { dialog.close(); paste(sent.map((row) => Object.values(row.cells))); return; }
      if (!answer.ok) { announce(answer.message); apply.disabled = false; return; }
      dialog.close();
      if (sent.some((row) => !row.id) && answer.body.batch) reload(answer.body.batch);
      else finished(answer.body);
    });
    dialog.showModal();
    (apply.disabled ? cancel : apply).focus();
  }
}
