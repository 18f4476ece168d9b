"""A plain function behind the wire, in a fork of this process: `mark` uses it where there is `fork` to be trusted.

An endless loop, `os._exit`, a patch of the checker or of NumPy, a memory bomb then happen to the fork. This guards the
marking process against accidents; it is no sandbox (the fork is the same user): for work of strangers see `sandbox`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from coursereg.grading import wire, worker
from coursereg.grading.callee import Remote, Session
from coursereg.grading.connection import Connection
from coursereg.grading.guard import GUARD

MORE_MEMORY = 2 << 30
MORE_CPU = 120


def available() -> bool:
    """Whether forks are used here: on Linux, the one system where a fork of a process with threads is dependable."""
    return sys.platform == "linux"


class Fork(Session):
    """The session of one function; the slot is called ``answer``."""

    def __init__(self, target: Any) -> None:
        super().__init__()
        self._target, self._pid = target, 0

    def _open(self) -> Connection:
        down, up = os.pipe(), os.pipe()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 warns where a process has threads; the fork starts none
            self._pid = os.fork()
        if self._pid == 0:
            self._child(down, up)
        os.close(down[0])
        os.close(up[1])
        return Connection(up[0], down[1])

    def _child(self, down: tuple[int, int], up: tuple[int, int]) -> None:
        try:
            _settle(down[0], up[1])
            serving = worker.Worker(wire, down[0], up[1])
            serving.targets["answer"] = self._target
            GUARD.close_for_good()
            serving.serve()
        finally:
            os._exit(0)

    def _close(self) -> None:
        pid, self._pid = self._pid, 0
        if pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _settle(source: int, sink: int) -> None:
    """Make the fork its own group, silent, limited, and gone when its parent goes."""
    import ctypes
    import resource

    os.setpgid(0, 0)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.closerange(3, min(source, sink))
    os.closerange(min(source, sink) + 1, max(source, sink))
    os.closerange(max(source, sink) + 1, 1024)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
    for name in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    with open("/proc/self/statm") as file:  # noqa: PTH123
        used = int(file.read().split()[0]) * resource.getpagesize()
    worker.limit({"RLIMIT_AS": used + MORE_MEMORY, "RLIMIT_CPU": MORE_CPU, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 1 << 26})


@contextlib.contextmanager
def isolated(target: Any, limit: float | None) -> Iterator[Remote]:
    """Yield the wrapper that checks call, and end the fork afterwards."""
    with Fork(target) as session:
        yield Remote(session, "answer", limit, there=target is not None and target is not Ellipsis)
