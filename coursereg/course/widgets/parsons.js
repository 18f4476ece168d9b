// A Parsons puzzle with buttons only: everything can be done by keyboard, and every move is spoken.

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "coursereg-parsons";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Parsons puzzle: put the lines in order");
    const list = document.createElement("ol");
    const aside = document.createElement("div");
    const result = document.createElement("div");
    const said = document.createElement("p");
    said.className = "coursereg-words";
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
    root.append(list, aside, result, said);
    el.append(root);
    const lines = model.get("lines");

    // `focus` is [line, name of the button]: after a move the same button of the same line stays under the finger.
    function change(order, words, focus) {
      model.set("order", order);
      model.save_changes();
      draw();
      said.textContent = words;
      const same = root.querySelector(`[data-line="${focus[0]}"] [data-does="${focus[1]}"]:not(:disabled)`);
      (same || root.querySelector(`[data-line="${focus[0]}"] button:not(:disabled)`))?.focus();
    }

    function move(number, by) {
      const order = [...model.get("order")];
      const from = order.indexOf(number);
      const to = from + by;
      [order[from], order[to]] = [order[to], order[from]];
      change(order, `Line ${number} is now at place ${to + 1} of ${order.length}.`, [number, by < 0 ? "up" : "down"]);
    }

    function leaveOut(number) {
      const order = model.get("order").filter((n) => n !== number);
      change(order, `Line ${number} is put aside; ${order.length} lines are left.`, [number, "back"]);
    }

    function putBack(number) {
      const order = [...model.get("order"), number];
      change(order, `Line ${number} is back, at the end.`, [number, "aside"]);
    }

    function row(tag, number, buttons) {
      const item = document.createElement(tag);
      item.className = "coursereg-line";
      item.dataset.line = number;
      const name = document.createElement("span");
      name.className = "coursereg-number";
      name.textContent = number;
      const code = document.createElement("code");
      code.textContent = lines[number - 1];
      item.append(...buttons, name, code);
      return item;
    }

    function draw() {
      const order = model.get("order");
      list.replaceChildren(...order.map((number, place) => row("li", number, [
        button("▲", `Move line ${number} up`, "up", place > 0, () => move(number, -1)),
        button("▼", `Move line ${number} down`, "down", place < order.length - 1, () => move(number, 1)),
        button("✕", `Put line ${number} aside: it does not belong here`, "aside", order.length > 1, () => leaveOut(number)),
      ])));
      const out = lines.map((_, k) => k + 1).filter((number) => !order.includes(number));
      aside.hidden = out.length === 0;
      const heading = document.createElement("p");
      heading.textContent = "Put aside:";
      aside.replaceChildren(heading, ...out.map((number) => row("div", number, [
        button("↩", `Put line ${number} back`, "back", true, () => putBack(number)),
      ])));
      const text = `parsons = [${order.join(", ")}]`;
      const code = document.createElement("code");
      code.className = "coursereg-order";
      code.textContent = text;
      const copy = button("Copy", `Copy ${text}`, "copy", true, async () => {
        try {
          await navigator.clipboard.writeText(text);
          said.textContent = copy.textContent = "Copied";
        } catch {
          said.textContent = copy.textContent = "Mark the text and copy it";
        }
      });
      result.replaceChildren("Your order, to write into the next cell: ", code, " ", copy);
    }

    model.on("change:order", draw);
    draw();
    return () => model.off("change:order", draw);
  },
};

function button(text, spoken, does, enabled, press) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "coursereg-button";
  b.textContent = text;
  b.title = spoken;
  b.dataset.does = does;
  b.setAttribute("aria-label", spoken);
  b.disabled = !enabled;
  b.dataset.lmSuppressShortcuts = "true"; // keys are for the button, not for JupyterLab's commands
  b.addEventListener("click", press);
  return b;
}
