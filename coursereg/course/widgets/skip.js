// The "skip to blank" button. JupyterLab offers a page two ways to fold a section: its command, when the lab was
// started with its application exposed (`coursereg lab` does that), and the small button beside a heading.

const GUIDED = [3, 4, 5];
const POINTS = "Sections 4 and 5 hold 10 of the 100 points; you can come back to them.";
const COMMAND = "notebook:toggle-heading-collapse";

export default {
  render({ el }) {
    const root = document.createElement("div");
    root.className = "coursereg-skip";
    const press = document.createElement("button");
    press.type = "button";
    press.dataset.lmSuppressShortcuts = "true"; // keys are for the button, not for JupyterLab's commands
    press.className = "coursereg-button";
    press.setAttribute("aria-pressed", "false");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
    root.append(press, said);
    el.append(root);
    let hidden = false;
    const label = () => {
      press.textContent = hidden ? "Show sections 3 to 5 again" : "Skip to blank: hide sections 3 to 5";
      press.setAttribute("aria-pressed", String(hidden));
    };
    label();
    press.addEventListener("click", async () => {
      press.disabled = true;
      const wanted = !hidden;
      const done = (await withApplication(el, wanted)) || (await withPage(el, wanted));
      press.disabled = false;
      if (done) {
        hidden = wanted;
        label();
        said.textContent = hidden ? ` Sections 3 to 5 are hidden. ${POINTS}` : " All sections are shown.";
      } else {
        said.textContent = ` This notebook program does not let a button fold sections. Scroll to section 6. ${POINTS}`;
      }
    });
  },
};

function sectionOf(text) {
  const match = /^\s*(?:##\s+)?(\d+)\b/.exec(text || "");
  return match ? Number(match[1]) : 0;
}

// JupyterLab with `window.jupyterapp`: the notebook as an object, however many of its cells are in the page.
async function withApplication(el, hide) {
  const app = window.jupyterapp;
  const panel = app && [...app.shell.widgets("main")].find((one) => one.node.contains(el));
  const notebook = panel && panel.content;
  if (!notebook || !notebook.widgets || !app.commands.hasCommand(COMMAND)) { return false; }
  const heading = (number) => notebook.widgets.findIndex((cell) => {
    const source = cell.model.sharedModel.getSource();
    return cell.model.type === "markdown" && /^\s*##\s+\d/.test(source) && sectionOf(source) === number;
  });
  if (heading(6) < 0 || GUIDED.every((number) => heading(number) < 0)) { return false; }
  app.shell.activateById(panel.id);
  for (const number of GUIDED) {
    const at = heading(number);
    if (at < 0 || notebook.widgets[at].headingCollapsed === hide) { continue; }
    notebook.activeCellIndex = at;
    await app.commands.execute(COMMAND);
  }
  const target = hide ? heading(6) : heading(3);
  notebook.activeCellIndex = target;
  await notebook.scrollToItem(target, "start");
  return true;
}

// Without it: press the buttons beside the headings, scrolling through the notebook if they are not in the page yet.
async function withPage(el, hide) {
  const notebook = el.closest(".jp-Notebook");
  if (!notebook) { return false; }
  const scroller = notebook.querySelector(".jp-WindowedPanel-outer") || notebook;
  const before = scroller.scrollTop;
  let found = 0;
  for (const number of GUIDED) {
    const cell = await headingCell(notebook, scroller, number);
    if (!cell) { continue; }
    const collapsed = cell.querySelector(".jp-collapseHeadingButton.jp-mod-collapsed") !== null;
    const toggle = cell.querySelector(".jp-collapseHeadingButton");
    if (!toggle) { continue; }
    if (collapsed !== hide) { toggle.click(); }
    found += 1;
    await frame();
  }
  const target = found && (await headingCell(notebook, scroller, hide ? 6 : 3));
  if (target) { target.scrollIntoView({ block: "start" }); } else { scroller.scrollTop = before; }
  return found > 0;
}

async function headingCell(notebook, scroller, number) {
  const here = () => [...notebook.querySelectorAll(".jp-MarkdownCell h2")].find((h) => sectionOf(h.textContent) === number);
  if (!here()) {
    for (scroller.scrollTop = 0; !here(); scroller.scrollTop += scroller.clientHeight / 2) {
      const at = scroller.scrollTop;
      await frame();
      await frame();
      if (at + scroller.clientHeight >= scroller.scrollHeight - 2 && !here()) { return null; }
    }
  }
  return here().closest(".jp-Cell");
}

function frame() {
  return new Promise((resolve) => { setTimeout(resolve, 50); });
}
