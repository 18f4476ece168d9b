"""The marker's side of the wire: a student's function in another process looks like one in this process.

`Remote` has the interface that checks and `mark` know from `coursereg.grading.local.LocalTested`. A `Session` owns the
other process: it starts it, asks, waits no longer than it may, and starts it again when it died.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from coursereg.course.exercises._base import NotAttempted, Raised
from coursereg.grading import wire
from coursereg.grading.connection import Connection, Died
from coursereg.grading.local import Timeout, attribute, nothing, time_limit

CALLBACKS_PER_CALL = 20_000
CALLBACKS_IN_ALL = 200_000
CALLS_WITHIN_CALLS = 6
"""A student's function calls ours, ours calls one that the student handed over, and so on: so many times, no more."""


GONE = "a function that was handed over may be called until that call ends, and not in a later one"


class TooMany(Timeout):
    """The student's function asked for more call-backs than it may."""


class Session:
    """A process with a student's code; subclasses say how it starts (`_open`) and ends (`_close`)."""

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._deadlines: list[float] = []
        self._lent: dict[int, Callable[..., Any]] = {}
        self.callbacks = 0
        self.starts = 0
        self._issued = 0

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

    def number(self) -> int:
        """Return a new number, by which the student's process calls a function of ours."""
        self._issued += 1
        return self._issued - 1

    @property
    def asking(self) -> bool:
        """Whether a request is under way: a call made now is one within another."""
        return bool(self._deadlines)

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
        foreign: Callable[[wire.Body], Any] | None = None,
    ) -> tuple[wire.Body, wire.Blobs]:
        """Send a request and return its reply, serving call-backs on the way.

        Timeout, Died and forged replies end the process; the next request starts a new one. A call-back may ask in
        its turn; what it asks must be answered before the time of the first request is up. ``foreign`` makes
        something of the student's objects among a call-back's arguments. A function with the attribute ``lasting`` may
        be called in later requests, too: an object of the student's may keep what it was set up with.
        """
        if len(self._deadlines) >= CALLS_WITHIN_CALLS:
            self.stop()
            msg = f"calls within calls, more than {CALLS_WITHIN_CALLS} deep"
            raise TooMany(msg)
        if not self.asking:
            self.start()  # before the clock: a start runs the cells, with requests of its own
        end = min([time.monotonic() + limit, *self._deadlines])
        self._deadlines.append(end)
        before, self._lent = self._lent, self._lent | (callbacks or {})
        try:
            return self._answered(body, blobs, limit, end, progress, foreign)
        finally:
            self._deadlines.pop()
            self._lent = before | {n: c for n, c in self._lent.items() if getattr(c, "lasting", False)}

    def _answered(
        self,
        body: wire.Body,
        blobs: wire.Blobs,
        limit: float,
        deadline: float,
        progress: Callable[[Any], float] | None,
        foreign: Callable[[wire.Body], Any] | None,
    ) -> tuple[wire.Body, wire.Blobs]:
        connection = self._connection
        if connection is None:
            msg = "the process ended"
            raise Died(msg)
        ticket = secrets.token_hex(8)
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
                    # a call-back runs here, in the marking process: it gets the time that is left, and no more
                    outermost = len(self._deadlines) == 1
                    with time_limit(max(deadline - time.monotonic(), 0.01) if outermost else None):
                        answer, out = self._serve(reply, data, foreign or _Foreign)
                    connection.send({"ticket": ticket, **answer}, out, deadline)
                elif "value" in reply or "error" in reply:
                    return reply, data
                else:
                    msg = "a reply without a value"
                    raise wire.WireError(msg)
        except (Timeout, wire.WireError) as error:
            raise self._ended(connection, error, limit) from None

    def _ended(self, connection: Connection, error: Exception, limit: float) -> Timeout:
        """End the process, and return the error that says why."""
        if isinstance(error, Timeout) and self._connection is not connection:
            return error  # a call within this one ended it, and said why
        why = self.why()
        self.stop()
        if isinstance(error, wire.WireError):
            return Died(f"the answer wrote to the marker's pipe ({error}); that earns nothing")
        if isinstance(error, TooMany):
            return error
        if isinstance(error, Died):
            return Died(why or "the process ended: exit, crash, or more memory than there is")
        return Timeout(why or f"still running after {limit:g} s, stopped")

    def _count(self, served: int) -> None:
        self.callbacks += 1
        if served > CALLBACKS_PER_CALL or self.callbacks > CALLBACKS_IN_ALL:
            msg = f"the function called what it was given more than {CALLBACKS_PER_CALL} times"
            raise TooMany(msg)

    def _serve(
        self, reply: wire.Body, data: wire.Blobs, foreign: Callable[[wire.Body], Any]
    ) -> tuple[wire.Body, wire.Blobs]:
        number = reply["callback"]
        if type(number) is not int or not 0 <= number < self._issued:
            msg = "a call-back that was never given"
            raise wire.WireError(msg)
        function = self._lent.get(number)
        if function is None:
            return {"error": ["RuntimeError", GONE]}, []
        decode = wire.Decoder(data, foreign)
        args, named = decode(reply.get("args")), decode(reply.get("named"))
        if type(args) is not list or type(named) is not dict or not all(type(k) is str for k in named):
            msg = "a call-back without arguments"
            raise wire.WireError(msg)
        encode = wire.Encoder(self._lend)
        try:
            return {"value": encode(wire.returned(function(*args, **named)))}, encode.blobs
        except Timeout:  # a call within the call used up the time, or ended the process: there is nobody to be answered
            raise
        except NotAttempted:
            return {"error": ["NotImplementedError", ""]}, []
        except Raised as error:  # what the student's own function raised goes back to the student as it was
            kind, _, text = str(error).partition(": ")
            return {"error": [kind, text[:300]]}, []
        except (Exception, SystemExit) as error:
            words = str(error).strip().splitlines()
            return {"error": [type(error).__name__, words[0][:300] if words else ""]}, []

    def _lend(self, function: Callable[..., Any]) -> wire.Body:
        """Name a function that a call-back returned; it may be called until the request under way is answered."""
        number = self.number()
        self._lent[number] = function
        return {"c": number}


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
    """An object that stays with the student: it can be called, methods and attributes are reached by name."""

    def __init__(self, remote: Remote, number: int, kind: str, start: int) -> None:
        self._remote, self._number, self._kind, self._start = remote, number, kind, start

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the object and return a plain value."""
        self._same_process()
        return self._remote._call({"do": "method", "handle": self._number, "name": attribute(method)}, args, kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself, a function or a class."""
        self._same_process()
        return self._remote._call({"do": "object", "handle": self._number}, args, kwargs)

    def get(self, name: str) -> Any:
        """Read an attribute as a plain value."""
        self._same_process()
        return self._remote._read({"do": "get", "handle": self._number, "name": attribute(name)})

    def set(self, name: str, value: Any, index: int | None = None) -> None:
        """Set an attribute to a plain value, or with ``index`` one element of what it holds."""
        self._same_process()
        encode = wire.Encoder()
        body = {"do": "set", "handle": self._number, "name": attribute(name), "index": index, "value": encode(value)}
        self._remote._read(body, encode.blobs)

    def reference(self) -> wire.Body:
        """What stands for the object when it is handed back to the student."""
        self._same_process()
        return {"h": [self._number, self._kind]}

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
        self.changed_input = self.shares_input = self.shares_earlier = False
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

    def parts(self) -> list[Any]:
        """The student's answer when it is a list of functions and classes: a handle of each."""
        if not self._there:
            raise NotAttempted
        parts = self._read({"do": "parts", "slot": self._slot})
        if type(parts) is not list or not all(isinstance(p, RemoteHandle) for p in parts):
            raise NotAttempted
        return parts

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function."""
        if not self._there:
            raise NotAttempted
        return self._call({"do": "call", "slot": self._slot}, args, kwargs)

    def _read(self, body: wire.Body, blobs: wire.Blobs = ()) -> Any:
        return self._decoded(self._session.ask(body, blobs, self._limit))

    def _call(self, body: wire.Body, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        callbacks: dict[int, Callable[..., Any]] = {}

        def refer(value: Any) -> wire.Body:
            if isinstance(value, RemoteHandle):
                return value.reference()
            if not callable(value):
                msg = f"an argument of type {type(value).__name__} cannot travel to the student"
                raise TypeError(msg)
            number = self._session.number()
            callbacks[number] = value
            return {"c": number}

        encode = wire.Encoder(refer)
        body = body | {"args": encode(list(args)), "named": encode(dict(kwargs))}
        if self._session.asking:  # within a call-back: part of the call that is under way, no call of its own
            return self._decoded(self._session.ask(body, encode.blobs, self._limit, callbacks, foreign=self._handle))
        kept = tuple(map(wire.copied, args))
        start = time.perf_counter()
        try:
            reply = self._session.ask(body, encode.blobs, self._limit, callbacks, foreign=self._handle)
        finally:
            self.seconds += time.perf_counter() - start
        got = self._decoded(reply)
        self.changed_input = reply[0].get("changed") is not False
        self.shares_input = reply[0].get("shares") is not False
        self.shares_earlier = reply[0].get("earlier") is not False
        self.calls.append((kept, dict(kwargs), got))
        return got

    def _handle(self, tree: wire.Body) -> RemoteHandle:
        return RemoteHandle(self, *_handle_parts(tree), self._session.starts)

    def _decoded(self, reply: tuple[wire.Body, wire.Blobs]) -> Any:
        body, blobs = reply
        if "error" in body:
            words = body["error"]
            proper = type(words) is list and len(words) == 2 and all(type(w) is str for w in words)
            kind, text = words if proper else ("Exception", "")
            if body.get("missing") is True:
                raise NotAttempted
            raise Raised(wire.printable(f"{kind}: {text}"[:300]))
        try:
            return wire.Decoder(blobs, self._handle)(body.get("value"))
        except wire.WireError as error:
            self._session.stop()
            msg = f"the answer wrote to the marker's pipe ({error}); that earns nothing"
            raise Died(msg) from None
