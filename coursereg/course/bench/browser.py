"""
A real browser on a real JupyterLab: for the bench of the widgets and for the tests in ``tests/browser``.

Needs ``playwright`` (extra ``bench`` or ``test``) and a Chromium of the system; nothing is downloaded. The
lab runs on a free port of this machine, with settings of its own that are thrown away.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coursereg.course.lab import lab_command, lab_environment

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Folders of Jupyter that a test must neither read nor fill: the student's settings are his own.
OWN_PLACES = (
    "IPYTHONDIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
)


def chromium_path() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def missing() -> str:
    """Return what keeps a browser from being driven here, and how to get it; empty if nothing."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return 'the Python package playwright is missing: pip install "coursereg[bench]"'
    if chromium_path() is None:
        return "no Chromium was found: on Debian and Ubuntu, apt install chromium"
    return ""


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Yield a headless browser of playwright's synchronous kind."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield chrome
        finally:
            chrome.close()


class Lab(NamedTuple):
    """A running JupyterLab: its address without a final slash, and the token that opens it."""

    address: str
    token: str

    def url(self, notebook: str) -> str:
        """Return where a notebook of the lab's folder is opened, in a fresh workspace."""
        return f"{self.address}/lab/tree/{notebook}?token={self.token}&reset"


@contextlib.contextmanager
def lab(folder: Path, options: Sequence[str] = ()) -> Iterator[Lab]:
    """
    Start a JupyterLab on ``folder``; stop it and its kernels afterwards.

    Raises
    ------
    RuntimeError
        If it does not answer within a minute.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own, contextlib.ExitStack() as stack:
        environment = lab_environment() | {place: str(Path(own, place.lower())) for place in OWN_PLACES}
        environment |= {"COURSEREG_STATIC": "", "JUPYTER_TOKEN": running.token}
        command = [*lab_command(folder, browser=False, port=port), "--ServerApp.ip=127.0.0.1"]
        command += ["--ServerApp.port_retries=0", *options]
        log = stack.enter_context(Path(own, "lab.log").open("w", encoding="utf-8"))
        process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
        stack.callback(_stop, process)
        _wait_for(f"{running.address}/api?token={running.token}", process, log.name)
        yield running


def _wait_for(address: str, process: subprocess.Popen[bytes], log: str) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5):
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    tail = Path(log).read_text(encoding="utf-8", errors="replace")[-800:]
    msg = f"JupyterLab did not start: {tail}"
    raise RuntimeError(msg)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, which stops its kernels; insist after ten seconds."""
    process.send_signal(signal.SIGINT if os.name == "nt" else signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def write_notebook(path: Path, cells: Sequence[str]) -> Path:
    """Write a notebook; a cell that begins like a markdown heading (``# `` or ``## ``) is one."""
    made = []
    for number, source in enumerate(cells):
        markdown = source.startswith(("# ", "## "))
        cell: dict[str, Any] = {"id": f"c{number}", "metadata": {}, "source": source}
        cell["cell_type"] = "markdown" if markdown else "code"
        if not markdown:
            cell |= {"outputs": [], "execution_count": None}
        made.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


#: The notebook must be in front: a launcher that opens late may cover it.
_KERNEL_READY = """(name) => {
  const app = window.jupyterapp;
  const panel = app && [...app.shell.widgets("main")].find((one) => one.context && one.context.path === name);
  const session = panel && panel.sessionContext && panel.sessionContext.session;
  const kernel = session && session.kernel;
  const ready = Boolean(kernel) && panel.context.isReady && panel.sessionContext.isReady
    && kernel.connectionStatus === "connected" && kernel.status === "idle" && panel.content.widgets.length > 0;
  if (ready && app.shell.currentWidget !== panel) { app.shell.activateById(panel.id); }
  return ready && panel.isVisible && app.shell.currentWidget === panel;
}"""

#: The promise of the command is not waited for: a lost reply would hang the test instead of failing it.
_RUN = """(roles) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  window.asked = notebook.widgets.filter((cell) => cell.model.type === "code"
    && (!roles || roles.includes((cell.model.getMetadata("coursereg") || {}).role)));
  notebook.deselectAll();
  notebook.activeCellIndex = notebook.widgets.indexOf(window.asked[0]);
  window.asked.forEach((cell) => notebook.select(cell));
  window.jupyterapp.commands.execute("notebook:run-cell");
}"""

_RAN = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  const code = window.asked;
  const asked = code.filter((cell) => cell.model.sharedModel.getSource().trim());
  return asked.every((cell) => cell.model.executionCount) && panel.sessionContext.session.kernel.status === "idle";
}"""


def open_notebook(page: Any, lab: Lab, name: str) -> None:
    """Open a notebook of a running lab in ``page`` and wait until its kernel is idle."""
    page.goto(lab.url(name))
    page.wait_for_function("() => window.jupyterapp && window.jupyterapp.restored.then(() => true)", timeout=60_000)
    page.wait_for_function(_KERNEL_READY, arg=name, timeout=60_000, polling=200)


def run(page: Any, roles: Sequence[str] | None = None, timeout: float = 120.0) -> None:
    """
    Run cells of the open notebook as a student does, and wait for the last one.

    Parameters
    ----------
    page : playwright page
    roles : list of str, optional
        Only cells of these roles (`coursereg.course.notebooks.ROLES`); all by default.
    timeout : float
        Seconds.
    """
    page.evaluate(_RUN, list(roles) if roles else None)
    page.wait_for_function(_RAN, timeout=timeout * 1000, polling=200)
