"""Open JupyterLab on a working folder, with the interpreter that runs this package."""

import os
import signal
import subprocess
import sys
from pathlib import Path

__all__ = ["lab_command", "lab_environment", "open_lab"]


def lab_command(folder, browser=True, port=None):
    """
    Return the command that starts JupyterLab.

    Parameters
    ----------
    folder : path-like
        Shown as the root of the file browser.
    browser : bool, default: True
        Open a browser window.
    port : int, optional
        The first port to try; JupyterLab takes the next free one.

    Returns
    -------
    list of str
    """
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    # the course works offline: no news, no look for newer versions or extensions
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command.append("--LabApp.extension_manager=readonly")
    command.append("--Application.log_level=WARN")  # the address is printed all the same
    # the "skip to blank" button folds sections through the lab's own commands
    command.append("--LabApp.expose_app_in_browser=True")
    if not browser:
        command.append("--no-browser")
    if port is not None:
        command.append(f"--ServerApp.port={port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # a container: the server still listens on localhost only, behind a token
    return command


def lab_environment():
    """
    Return the environment variables with which JupyterLab is started.

    Returns
    -------
    dict of str to str
        Those of this process, and two more: kernels named "python3" elsewhere on the machine must not win over this
        interpreter's, and the first thing a student sees must not be the lab's question about news. Settings that the
        student chose in the lab win over ours.
    """
    ours = str(Path(__file__).with_name("jupyter"))
    theirs = os.environ.get("JUPYTER_CONFIG_PATH", "")
    return {
        **os.environ,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, [theirs, ours])),
    }


def open_lab(folder, browser=True, port=None):
    """
    Start JupyterLab and wait until it ends.

    Parameters
    ----------
    folder, browser, port
        As in `lab_command`.

    Returns
    -------
    int
        Exit code of JupyterLab.
    """
    with subprocess.Popen(lab_command(folder, browser, port), cwd=folder, env=lab_environment()) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # JupyterLab got the interrupt as well, and asks whether to stop
