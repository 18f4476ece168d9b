"""A submission's cells in a child process without any protection: `--unsafe-local`, for work you trust."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile

from coursereg.grading import wire, worker
from coursereg.grading.connection import Connection, ThreadedConnection
from coursereg.grading.sandbox import Limits, Sandbox, interpreter, libraries
from coursereg.grading.staging import Stage


class UnsafeLocal(Sandbox):
    """The same worker and the same wire, but the process may do whatever this user may do."""

    connection = Connection if os.name == "posix" else ThreadedConnection

    def __init__(self, stage: Stage, cells: list[tuple[int, str]], limits: Limits | None = None) -> None:
        super().__init__(stage, cells, limits)
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""

    def _open(self) -> Connection:
        settings = {
            "first": [str(self._stage.folder)],
            "path": libraries(),
            "wire": wire.__file__,
            "fonts": "",
            "alone": False,
            "user": None,
            "limits": {},
        }
        line = [interpreter(), "-I", "-S", "-B", worker.__file__, json.dumps(settings)]
        self._scratch = tempfile.mkdtemp(prefix="coursereg-unsafe-")
        environment = os.environ | {"MPLBACKEND": "Agg"}
        self._process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self._scratch, env=environment, bufsize=0
        )
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        return self.connection(os.dup(self._process.stdout.fileno()), os.dup(self._process.stdin.fileno()))

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait(10)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def why(self) -> str:
        """Nobody watches here."""
        return ""


__all__ = ["UnsafeLocal"]
