"""Frames over two pipes, every wait with an end; what `Session` speaks through."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
import time

from coursereg.grading import wire
from coursereg.grading.local import Timeout


class Died(Timeout):
    """The process that ran the student's code is gone; counts like a call that never returned."""


class Connection:
    """Frames over two file descriptors; every wait has an end."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        os.set_blocking(source, False)
        os.set_blocking(sink, False)
        self._unpacker = wire.Unpacker()

    def send(self, body: wire.Body, blobs: wire.Blobs, deadline: float) -> None:
        """Send one frame; Timeout if the other side does not read it."""
        data = memoryview(wire.pack(body, blobs))
        while data:
            try:
                data = data[os.write(self._sink, data) :]
            except BlockingIOError:
                self._wait([], [self._sink], deadline)
            except OSError:
                msg = "the process ended"
                raise Died(msg) from None

    def receive(self, deadline: float) -> tuple[wire.Body, wire.Blobs]:
        """Return the next frame; Timeout, Died (pipe closed) or WireError."""
        while True:
            frame = self._unpacker.next()
            if frame is not None:
                return frame
            try:
                data = os.read(self._source, 1 << 20)
            except BlockingIOError:
                self._wait([self._source], [], deadline)
                continue
            except OSError:
                data = b""
            if not data:
                msg = "the process ended"
                raise Died(msg)
            self._unpacker.feed(data)
            if time.monotonic() > deadline:
                msg = "the reply did not end"
                raise Timeout(msg)

    def _wait(self, source: list[int], sink: list[int], deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not any(select.select(source, sink, [], left)):
            msg = "no reply"
            raise Timeout(msg)

    def close(self) -> None:
        """Close both ends."""
        for descriptor in {self._source, self._sink}:
            with contextlib.suppress(OSError):
                os.close(descriptor)


class ThreadedConnection(Connection):
    """The same for Windows, where nobody can wait for a pipe with a time limit: a thread reads it."""

    def __init__(self, source: int, sink: int) -> None:
        self._source, self._sink = source, sink
        self._unpacker = wire.Unpacker()
        self._came: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        data = b"first"
        while data:
            try:
                data = os.read(self._source, 1 << 16)
            except OSError:
                data = b""
            self._came.put(data)

    def send(self, body: wire.Body, blobs: wire.Blobs, deadline: float) -> None:  # noqa: ARG002 - the worker always reads
        """Send one frame."""
        data = memoryview(wire.pack(body, blobs))
        try:
            while data:
                data = data[os.write(self._sink, data) :]
        except OSError:
            msg = "the process ended"
            raise Died(msg) from None

    def receive(self, deadline: float) -> tuple[wire.Body, wire.Blobs]:
        """Return the next frame; Timeout, Died (pipe closed) or WireError."""
        while (frame := self._unpacker.next()) is None:
            try:
                data = self._came.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                msg = "no reply"
                raise Timeout(msg) from None
            if not data:
                msg = "the process ended"
                raise Died(msg)
            self._unpacker.feed(data)
        return frame
