"""The marker's side of the wire: a student's function in another process looks like one in this process.

`Remote` has the interface that checks and `mark` know from `coursereg.grading.local.LocalTested`. A `Session` owns the
other process: it starts it, asks, waits no longer than it may, and starts it again when it died.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import select
import threading
import time
from collections.abc import Callable
from typing import Any

from coursereg.course.exercises._base import NotAttempted, Raised
from coursereg.grading import wire
from coursereg.grading.local import Timeout, nothing

CALLBACKS_PER_CALL = 20_000
CALLBACKS_IN_ALL = 200_000


class Died(Timeout):
    """The process that ran the student's code is gone; counts like a call that never returned."""


class TooMany(Timeout):
    """The student's function asked for more call-backs than it may."""


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


class Session:
    """A process with a student's code; subclasses say how it starts (`_open`) and ends (`_close`)."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self.callbacks = 0
        self.starts = 0

    def _open(self) -> Connection:
        raise NotImplementedError

    def _close(self) -> None:
        raise NotImplementedError

    def _prepared(self, connection: Connection) -> None:
        """Bring a new process into the state in which functions can be called."""

    def why(self) -> str:
        """Why the process is gone, if the watcher killed it."""
        return ""

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._connection is not None

    def start(self) -> None:
        """Start the process unless it runs."""
        if self._connection is None:
            self.starts += 1
            self._connection = self._open()
            try:
                self._prepared(self._connection)
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """End the process and everything it started."""
        connection, self._connection = self._connection, None
        try:
            self._close()
        finally:
            if connection is not None:
                connection.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def ask(
        self,
        body: wire.Body,
        blobs: wire.Blobs = (),
        limit: float = 10.0,
        callbacks: dict[int, Callable[..., Any]] | None = None,
        progress: Callable[[Any], float] | None = None,
    ) -> tuple[wire.Body, wire.Blobs]:
        """Send a request and return its reply, serving call-backs on the way.

        Timeout, Died and forged replies end the process; the next request starts a new one.
        """
        self.start()
        connection = self._connection
        if connection is None:
            msg = "the process ended"
            raise Died(msg)
        ticket = secrets.token_hex(8)
        deadline = time.monotonic() + limit
        served = 0
        try:
            connection.send(body | {"ticket": ticket}, blobs, deadline)
            while True:
                reply, data = connection.receive(deadline)
                if reply.get("ticket") != ticket:
                    msg = "a reply to another question"
                    raise wire.WireError(msg)
                if "at" in reply and progress is not None:
                    limit = progress(reply["at"])
                    deadline = time.monotonic() + limit
                elif "callback" in reply:
                    served += 1
                    self._count(served)
                    connection.send(
                        {"ticket": ticket, **self._serve(reply, data, callbacks or {})}, self._blobs, deadline
                    )
                elif "value" in reply or "error" in reply:
                    return reply, data
                else:
                    msg = "a reply without a value"
                    raise wire.WireError(msg)
        except Died:
            why = self.why()
            self.stop()
            raise Died(why or "the process ended: exit, crash, or more memory than there is") from None
        except TooMany:
            self.stop()
            raise
        except Timeout:
            why = self.why()
            self.stop()
            raise Timeout(why or f"still running after {limit:g} s, stopped") from None
        except wire.WireError as error:
            self.stop()
            msg = f"the answer wrote to the marker's pipe ({error}); that earns nothing"
            raise Died(msg) from None

    def _count(self, served: int) -> None:
        self.callbacks += 1
        if served > CALLBACKS_PER_CALL or self.callbacks > CALLBACKS_IN_ALL:
            msg = f"the function called what it was given more than {CALLBACKS_PER_CALL} times"
            raise TooMany(msg)

    def _serve(self, reply: wire.Body, data: wire.Blobs, callbacks: dict[int, Callable[..., Any]]) -> wire.Body:
        self._blobs: wire.Blobs = []
        number = reply["callback"]
        function = callbacks.get(number) if type(number) is int else None
        if function is None:
            msg = "a call-back that was never given"
            raise wire.WireError(msg)
        decode = wire.Decoder(data, _Foreign)
        args, named = decode(reply.get("args")), decode(reply.get("named"))
        if type(args) is not list or type(named) is not dict or not all(type(k) is str for k in named):
            msg = "a call-back without arguments"
            raise wire.WireError(msg)
        encode = wire.Encoder()
        try:
            tree = encode(wire.plain(function(*args, **named)))
        except (Exception, SystemExit) as error:
            words = str(error).strip().splitlines()
            return {"error": [type(error).__name__, words[0][:300] if words else ""]}
        self._blobs = encode.blobs
        return {"value": tree}


class _Foreign:
    """An object of the student's that came back as an argument of a call-back: of no use here."""

    def __init__(self, tree: wire.Body) -> None:
        _handle_parts(tree)


def _handle_parts(tree: wire.Body) -> tuple[int, str]:
    body: Any = tree.get("h")
    proper = type(body) is list and len(body) == 2 and type(body[0]) is int and type(body[1]) is str
    if not proper:
        msg = "not a handle"
        raise wire.WireError(msg)
    return body[0], wire.printable(body[1][:80])


class RemoteHandle:
    """An object that stays with the student; methods and attributes are reached by name."""

    def __init__(self, remote: Remote, number: int, kind: str, start: int) -> None:
        self._remote, self._number, self._kind, self._start = remote, number, kind, start

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the object and return a plain value."""
        self._same_process()
        return self._remote._call({"do": "method", "handle": self._number, "name": method}, args, kwargs)

    def get(self, name: str) -> Any:
        """Read an attribute as a plain value."""
        self._same_process()
        return self._remote._read({"do": "get", "handle": self._number, "name": name})

    def _same_process(self) -> None:
        if self._start != self._remote._session.starts or not self._remote._session.alive:
            msg = "the object is gone: the process that held it ended"
            raise Raised(msg)

    def __repr__(self) -> str:
        return f"an object of type {self._kind}"


class Remote:
    """What a check calls ``f``: the function in the slot of a session, plain values in and out."""

    def __init__(self, session: Session, slot: str, limit: float | None = 10.0, there: bool = True) -> None:
        self._session, self._slot, self._limit, self._there = session, slot, limit or 3600.0, there
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any], Any]] = []
        self.changed_input = False
        self.seconds = 0.0

    @property
    def value(self) -> Any:
        """The student's answer when it is a value, not a function."""
        if not self._there:
            raise NotAttempted
        value = self._read({"do": "value", "slot": self._slot})
        if nothing(value):
            raise NotAttempted
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function."""
        if not self._there:
            raise NotAttempted
        return self._call({"do": "call", "slot": self._slot}, args, kwargs)

    def _read(self, body: wire.Body) -> Any:
        return self._decoded(self._session.ask(body, limit=self._limit))

    def _call(self, body: wire.Body, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        callbacks: dict[int, Callable[..., Any]] = {}

        def refer(value: Any) -> wire.Body:
            if not callable(value):
                msg = f"an argument of type {type(value).__name__} cannot travel to the student"
                raise TypeError(msg)
            callbacks[len(callbacks)] = value
            return {"c": len(callbacks) - 1}

        encode = wire.Encoder(refer)
        body = body | {"args": encode(list(args)), "named": encode(dict(kwargs))}
        kept = tuple(map(wire.copied, args))
        start = time.perf_counter()
        try:
            reply = self._session.ask(body, encode.blobs, self._limit, callbacks)
        finally:
            self.seconds += time.perf_counter() - start
        got = self._decoded(reply)
        self.changed_input = reply[0].get("changed") is not False
        self.calls.append((kept, dict(kwargs), got))
        return got

    def _decoded(self, reply: tuple[wire.Body, wire.Blobs]) -> Any:
        body, blobs = reply
        if "error" in body:
            words = body["error"]
            proper = type(words) is list and len(words) == 2 and all(type(w) is str for w in words)
            kind, text = words if proper else ("Exception", "")
            if body.get("missing") is True:
                raise NotAttempted
            raise Raised(wire.printable(f"{kind}: {text}"[:300]))
        start = self._session.starts

        def resolve(tree: wire.Body) -> RemoteHandle:
            return RemoteHandle(self, *_handle_parts(tree), start)

        try:
            return wire.Decoder(blobs, resolve)(body.get("value"))
        except wire.WireError as error:
            self._session.stop()
            msg = f"the answer wrote to the marker's pipe ({error}); that earns nothing"
            raise Died(msg) from None
