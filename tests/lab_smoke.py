"""
Start ``coursereg lab`` for real, ask its server what a student would see, and stop it. Standard library only.

    python tests/lab_smoke.py COMMAND ...      # such as: python tests/lab_smoke.py coursereg

The working folder is made outside the repository, so that an installed wheel is tested and not the tree
beside it.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

UNITS = {f"{k:02}" for k in range(1, 12)}
PATIENCE = 120  # seconds; the first start compiles


def main(command):
    """Run the whole smoke test; raise AssertionError when something is not as a student needs it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        work = Path(scratch) / "my work"
        kept = work / "02_interpolation.ipynb"
        work.mkdir()
        kept.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
        before = kept.read_bytes()
        address, token, process, log = start(command, work)
        try:
            look(address, token)
        finally:
            stop(address, token, process)
        assert kept.read_bytes() == before, "a notebook that was there was overwritten"
        assert "kept as they are: 02_interpolation.ipynb" in "".join(log), log
        names = {p.name for p in work.glob("*.ipynb")}
        assert {name[:2] for name in names} >= UNITS, names
        for path in work.glob("*.ipynb"):
            assert "BEGIN SOLUTION" not in path.read_text(encoding="utf-8"), f"{path.name} has solutions"
    return sorted(names)


def start(command, work):
    """Start the lab and wait for the address that it prints."""
    program = str(Path(shutil.which(command[0]) or command[0]).absolute())
    options = ["lab", str(work), "--no-browser", "--student", "smoke", "--port", str(free_port())]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONHOME"}
    process = subprocess.Popen(
        [program, *command[1:], *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        cwd=work,
        env=environment,
    )
    log = []
    reader = threading.Thread(target=lambda: log.extend(iter(process.stdout.readline, "")), daemon=True)
    reader.start()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = re.search(r"(http://(?:localhost|127\.0\.0\.1):\d+)/lab\?token=(\w+)", "".join(log))
        if found:
            return found[1], found[2], process, log
        assert process.poll() is None, f"the lab ended with code {process.returncode}:\n{''.join(log)}"
        time.sleep(0.2)
    process.kill()
    raise AssertionError(f"no address after {PATIENCE} s:\n{''.join(log)}")


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(address, token, path, data=None):
    """Send a request to the server: a GET, or a POST of JSON."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(address + path, data=body, headers={"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read().decode()
    return json.loads(text) if text.startswith(("{", "[")) else text


def look(address, token):
    """Check the page, the notebooks in the file browser, and that a kernel starts."""
    deadline = time.monotonic() + 30
    while True:
        try:
            page = ask(address, token, "/lab")
            break
        except OSError:
            assert time.monotonic() < deadline, "the lab printed an address and does not answer there"
            time.sleep(0.3)
    assert "JupyterLab" in page, page[:500]
    listed = {entry["name"] for entry in ask(address, token, "/api/contents")["content"]}
    assert {name[:2] for name in listed if name.endswith(".ipynb")} >= UNITS, listed
    kernel = ask(address, token, "/api/kernels", {"name": "python3"})
    assert kernel["name"] == "python3", kernel


def stop(address, token, process):
    """Ask the server to end, kernels included; kill it if it does not."""
    try:
        ask(address, token, "/api/shutdown", {})
        process.wait(timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        process.kill()
        process.wait(timeout=30)


if __name__ == "__main__":
    sys.stdout.write(f"the lab opens with {', '.join(main(sys.argv[1:]))}\n")
