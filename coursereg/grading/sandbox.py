"""The sandbox: a worker in bubblewrap, as another user, with nothing in reach but Python, NumPy and friends.

No network, no other process, no file of this machine but the interpreter, its libraries and the open part of the
package, all read-only; small memory file systems for scratch files; limits on memory, time, files and processes; the
whole tree of processes is watched from outside and killed as one.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursereg.grading import seccomp, wire
from coursereg.grading.callee import Session
from coursereg.grading.connection import Connection, Died
from coursereg.grading.local import Timeout
from coursereg.grading.staging import Stage

ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/mpl",  # noqa: S108
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "NUMBA_CACHE_DIR": "/tmp/numba",  # noqa: S108
}
SCRATCH = 64 << 20
HOW_TO_GET_IT = (
    "grading runs students' code in bubblewrap, which {why}. Debian, Ubuntu: apt install bubblewrap. On macOS and "
    "Windows grade in a Linux virtual machine. --unsafe-local runs the code here, unprotected, for work you trust"
)


class SandboxError(RuntimeError):
    """The sandbox itself does not work here; no fault of a student's."""


@dataclass(frozen=True)
class Limits:
    """How much one submission may use."""

    cell_seconds: float = 20.0
    call_seconds: float = 8.0
    total_seconds: float = 180.0
    address_space: int = 3 << 30
    memory: int = 1200 << 20
    processes: int = 48
    file_size: int = 32 << 20
    starts: int = 12


@dataclass
class Bubble:
    """One running bubblewrap and the thread that watches it."""

    process: subprocess.Popen[bytes]
    limits: Limits
    reason: str = ""
    said: str = ""
    peak: int = 0
    _done: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Kill the tree when it holds too much memory or too many processes."""
        while not self._done.wait(0.1):
            try:
                memory, count = usage_of_tree(self.process.pid)
            except OSError:
                continue
            if memory > self.limits.memory:
                memory, count = usage_of_tree(self.process.pid, exact=True)
            self.peak = max(self.peak, memory)
            if memory > self.limits.memory:
                self.reason = (
                    f"used {memory >> 20} MB of memory (allowed: {self.limits.memory >> 20} MB) and was stopped"
                )
            elif count > self.limits.processes + 8:
                self.reason = f"started {count} processes and was stopped"
            else:
                continue
            self.process.kill()
            return

    def end(self) -> None:
        """Kill everything in the bubble and wait until it is gone."""
        self._done.set()
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.stderr is not None:
            os.set_blocking(self.process.stderr.fileno(), False)
            self.said = (self.process.stderr.read(2000) or b"").decode(errors="replace").strip()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def usage_of_tree(root: int, exact: bool = False) -> tuple[int, int]:
    """Return the memory in bytes of a process and all below it, and their number.

    Pages that forks share are counted in each of them; ``exact`` divides them (slower).
    """
    memory, count, stack = 0, 0, [root]
    while stack:
        pid = stack.pop()
        count += 1
        with contextlib.suppress(OSError, ValueError, IndexError):
            memory += _proportional(pid) if exact else _resident(pid)
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
                stack += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return memory, count


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


# --- the command line of bubblewrap -----------------------------------------------------------------------------------


def unavailable() -> str:
    """Return why there is no sandbox here, or the empty string."""
    if sys.platform != "linux":
        return f"is not there on {sys.platform}"
    if shutil.which("bwrap") is None:
        return "is not installed"
    try:
        _ways()
    except SandboxError as error:
        return str(error)
    return ""


def require() -> None:
    """Raise `SandboxError` with the way out unless the sandbox works here."""
    why = unavailable()
    if why:
        raise SandboxError(HOW_TO_GET_IT.format(why=why))


@functools.cache
def _ways() -> tuple[str, ...]:
    """Find the options that give a new world here.

    As root the worker becomes another user inside, for which it keeps two capabilities until then. Where root may not
    do that (containers), and for everybody else, a user namespace is used.
    """
    text = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, check=False).stdout
    apart = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
    ways: list[tuple[str, ...]] = []
    if os.getuid() == 0:
        ways.append((*apart, "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"))
    tight = ("--disable-userns",) if "--disable-userns" in text else ()
    ways.append(("--unshare-user", *apart, "--uid", "61000", "--gid", "61000", *tight, "--cap-drop", "ALL"))
    ways.append(("--unshare-user", *apart, "--uid", "61000", "--gid", "61000", "--cap-drop", "ALL"))
    said = ""
    for way in ways:
        trial = ["bwrap", *way, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "/bin/sh", "-c", "exit 0"]
        done = subprocess.run(trial, capture_output=True, text=True, check=False, timeout=20)
        if done.returncode == 0:
            return way
        said = done.stderr.strip()
    msg = f"does not start here ({said})"
    raise SandboxError(msg)


def libraries() -> list[str]:
    """Return the folders of installed packages, in the order of this interpreter."""
    found = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages") and Path(p).is_dir()]
    return list(dict.fromkeys(str(Path(p).resolve()) for p in found))


def interpreter() -> str:
    """Return the real interpreter, not the link of a virtual environment."""
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _binds(hide: list[str]) -> list[str]:
    """Return the mounts, outer folders first, so that no later one covers an earlier one."""
    folders = {"/usr", str(Path(sys.base_prefix).resolve()), *libraries()}
    folders |= {p for p in ("/lib", "/lib64", "/bin", "/sbin") if Path(p).is_dir() and not Path(p).is_symlink()}
    steps: list[tuple[str, tuple[str, ...]]] = [(f, ("--ro-bind", f, f)) for f in folders]
    # a repository or gradebook below a mounted folder (say /usr/local/course) must not show through
    steps += [(h, ("--tmpfs", h)) for h in hide if any(h.startswith(f + "/") for f in folders)]
    packages = {*libraries(), *(str(p) for p in Path(sys.base_prefix).resolve().glob("lib/python*/site-packages"))}
    steps += [(p, ("--tmpfs", p)) for p in (f"{x}/coursereg" for x in packages) if Path(p).is_dir()]
    out: list[str] = []
    for folder, step in sorted(steps, key=lambda s: (s[0].count("/"), s[1][0] == "--tmpfs")):
        # bubblewrap copies the mode of a closed parent (700 of /root, say); the worker must pass through
        above = [str(p) for p in reversed(Path(folder).parents) if str(p) != "/"]
        for parent in above:
            if not any(parent == f or parent.startswith(f + "/") for f in folders):
                out += ["--perms", "0755", "--dir", parent]
        out += step
    for link in ("/lib", "/lib64", "/bin", "/sbin"):
        if Path(link).is_symlink():
            out += ["--symlink", str(Path(link).readlink()), link]
    for file in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"):
        out += ["--ro-bind-try", file, file]
    return out


def command(stage: Stage, limits: Limits, hide: list[str], filter_number: int | None) -> list[str]:
    """Return the command line that starts a worker."""
    scratch = ("--perms", "1777", "--size", str(SCRATCH), "--tmpfs")
    line = ["bwrap", *_ways(), "--die-with-parent", "--new-session", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        line += ["--setenv", name, value]
    # first, since a later mount would cover what lies below it: an environment may well be somewhere in /tmp
    line += [*scratch, "/tmp"]  # noqa: S108
    line += _binds(hide)
    line += ["--proc", "/proc", "--dev", "/dev", *scratch, "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108
    line += ["--ro-bind", str(stage.folder), "/stage", "--ro-bind", str(stage.data), "/stage/coursereg/_data"]
    line += ["--chdir", "/tmp", "--remount-ro", "/"]  # noqa: S108
    if filter_number is not None:
        line += ["--seccomp", str(filter_number)]
    return [*line, interpreter(), "-I", "-S", "-B", "-X", "utf8", "/stage/worker.py", json.dumps(_settings(limits))]


def _settings(limits: Limits) -> dict[str, Any]:
    drops = "--cap-add" in _ways()
    return {
        "first": ["/stage"],
        "path": libraries(),
        "wire": "/stage/wire.py",
        "fonts": "/stage/fonts",
        "alone": True,
        "user": 61000 + os.getpid() % 4000 if drops else None,
        "limits": {
            "RLIMIT_AS": limits.address_space,
            "RLIMIT_CPU": int(limits.total_seconds) + 5,
            "RLIMIT_FSIZE": limits.file_size,
            "RLIMIT_NPROC": limits.processes + (0 if drops else _processes_of_user()),
            "RLIMIT_NOFILE": 256,
            "RLIMIT_CORE": 0,
        },
    }


def _processes_of_user() -> int:
    """Count this user's threads: older kernels count them, not those of the sandbox, against the limit."""
    count = 0
    for status in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if status.stat().st_uid == os.getuid():
                count += len(os.listdir(status / "task"))  # noqa: PTH208
    return count


# --- a submission in the sandbox --------------------------------------------------------------------------------------


class Sandbox(Session):
    """The cells of one notebook, run in the sandbox; afterwards their functions are called by name.

    Parameters
    ----------
    stage : Stage
        What of the package is to be seen.
    cells : list of (int, str)
        Number and source of each cell, in order; the sources are plain Python.
    limits : Limits
        For this submission.
    hide : list of str
        Folders that must not be seen even where they lie below a mounted one.
    """

    def __init__(
        self, stage: Stage, cells: list[tuple[int, str]], limits: Limits | None = None, hide: list[str] | None = None
    ) -> None:
        super().__init__()
        self._stage, self._cells, self._hide = stage, cells, hide or []
        self.limits = limits or Limits()
        self.end_of_time = time.monotonic() + self.limits.total_seconds
        self.skipped: dict[int, str] = {}
        self.errors: dict[int, str] = {}
        self.events: list[str] = []
        self.topic = ""
        self._slots: dict[str, tuple[list[str], bool]] = {}
        self._bubble: Bubble | None = None
        self._at: int | None = None
        self._reason = self._said = ""

    def _open(self) -> Connection:
        text = seccomp.program()
        with tempfile.TemporaryFile() as filter_file:
            filter_file.write(text)
            filter_file.seek(0)
            number = filter_file.fileno() if text else None
            line = command(self._stage, self.limits, self._hide, number)
            pipe = subprocess.PIPE
            # bubblewrap itself stays in sight, as process 1: its environment must not hold the instructor's secrets
            process = subprocess.Popen(
                line,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env={"PATH": os.environ.get("PATH", os.defpath)},
                pass_fds=[number] if number is not None else [],
                bufsize=0,
            )
        self._reason = ""
        self._bubble = Bubble(process, self.limits)
        threading.Thread(target=self._bubble.watch, daemon=True).start()
        assert process.stdin is not None
        assert process.stdout is not None
        return Connection(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno()))

    def _close(self) -> None:
        bubble, self._bubble = self._bubble, None
        if bubble is not None:
            self._reason = self._reason or bubble.reason
            bubble.end()
            self._said = bubble.said

    def why(self) -> str:
        """Why the watcher ended the process; empty if it did not."""
        if self._bubble is not None and not self._bubble.reason:
            time.sleep(0.02)  # the pipe closes a moment before the watcher has written why
        return self._bubble.reason if self._bubble is not None else self._reason

    def start(self) -> None:
        """Start a worker and run the cells; a cell that kills or blocks it is skipped at the next start."""
        while self._connection is None:
            if self.starts >= self.limits.starts:
                msg = "the process ended too often; nothing more is run"
                raise Died(msg)
            if time.monotonic() > self.end_of_time:
                msg = f"the submission used its {self.limits.total_seconds:g} s; nothing more is run"
                raise Died(msg)
            self.starts += 1
            self._at = None
            self._connection = self._open()
            try:
                self._run_cells()
            except Timeout as error:
                if self._at is None:
                    msg = f"the sandbox did not start: {self._said or error}"
                    raise SandboxError(msg) from None
                self.skipped[self._at] = str(error)
                self.events.append(f"cell {self._at + 1}: {error}; skipped")

    def _run_cells(self) -> None:
        def progress(at: Any) -> float:
            self._at = at if type(at) is int else -1
            return min(self.limits.cell_seconds, max(0.0, self.end_of_time - time.monotonic()))

        cells = [[i, s] for i, s in self._cells if i not in self.skipped]
        reply, blobs = self.ask({"do": "run", "cells": cells}, limit=60.0, progress=progress)
        self.errors = _cell_errors(reply, blobs)
        for slot, (names, many) in self._slots.items():
            self._bind(slot, names, many)

    def bind(self, slot: str, names: list[str], many: bool) -> list[str]:
        """Give the name ``slot`` to a function (or, with ``many``, a list of values); return the names that exist."""
        self.start()
        self._slots[slot] = (names, many)
        return self._bind(slot, names, many)

    def _bind(self, slot: str, names: list[str], many: bool) -> list[str]:
        reply, _ = self.ask({"do": "bind", "slot": slot, "names": names, "many": many}, limit=10.0)
        there = reply.get("value")
        listed = there.get("l") if type(there) is dict else None
        return [n for n in listed if n in names] if type(listed) is list else []

    def ask(self, body: Any, blobs: Any = (), limit: float = 10.0, *more: Any, **words: Any) -> Any:
        """Ask within the time that the submission has left."""
        left = self.end_of_time - time.monotonic()
        if left <= 0:
            self.stop()
            msg = f"the submission used its {self.limits.total_seconds:g} s; nothing more is run"
            raise Died(msg)
        try:
            return super().ask(body, blobs, min(limit, left), *more, **words)
        except Timeout as error:
            if body["do"] != "run":
                self.events.append(f"{self.topic}: {error}" if self.topic else str(error))
            raise


def _cell_errors(reply: Any, blobs: Any) -> dict[int, str]:
    try:
        rows = wire.Decoder(blobs)(reply.get("value"))
    except wire.WireError:
        return {}
    out = {}
    for row in rows if type(rows) is list else []:
        if type(row) is list and len(row) == 3 and type(row[0]) is int and all(type(w) is str for w in row[1:]):
            out[row[0]] = wire.printable(f"{row[1]}: {row[2]}"[:300])
    return out
