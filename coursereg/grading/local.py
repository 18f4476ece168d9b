"""The student's function in this process, behind the wrapper that checks see: plain values in, plain values out."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from coursereg.course.exercises._base import NotAttempted, Raised
from coursereg.grading.guard import GUARD
from coursereg.grading.wire import Earlier, copied, plain, same, shares


class Timeout(Raised):
    """The student's function took longer than it may."""


def attribute(name: str) -> str:
    """Return the name of a public attribute; ValueError for anything else: a check has no business below."""
    if not (name.isidentifier() and not name.startswith("_")):
        msg = f"the name of an attribute must be a public one, got {name!r}"
        raise ValueError(msg)
    return name


class Handle:
    """An object of the student's that is no plain value: it can be called, its attributes are reached by name."""

    def __init__(self, target: Any, tested: LocalTested) -> None:
        self._target, self._tested = target, tested

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the object and return a plain value."""
        name = attribute(method)
        return self._tested._call(lambda *a, **k: getattr(self._target, name)(*a, **k), args, kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself, a function or a class."""
        return self._tested._call(self._target, args, kwargs)

    def get(self, name: str) -> Any:
        """Read an attribute as a plain value."""
        public = attribute(name)
        return self._tested._quietly(lambda: getattr(self._target, public))

    def set(self, name: str, value: Any, index: int | None = None) -> None:
        """Set an attribute to a plain value, or with ``index`` one element of what it holds."""
        given, name = copied(plain(value)), attribute(name)

        def change() -> None:
            if index is None:
                setattr(self._target, name, given)
            else:
                getattr(self._target, name)[index] = given

        self._tested._quietly(change)

    def __repr__(self) -> str:
        return f"an object of type {type(self._target).__name__}"


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Interrupt the main thread's Python code after ``seconds``; without signals (Windows, threads) do nothing."""
    usable = seconds and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable:
        yield
        return

    def stop(*_: Any) -> None:
        msg = f"still running after {seconds:g} s, stopped"
        raise Timeout(msg)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds or 0.0, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def nothing(value: Any) -> bool:
    """Whether an answer was left as it was given: None, the three dots, or a list of nothing but None."""
    return value is None or value is Ellipsis or (type(value) is list and value != [] and all(v is None for v in value))


def _kept(argument: Any, given: Any) -> Any:
    """What an argument is compared with after the call; of the student's own objects nobody makes copies."""
    return given if isinstance(argument, Handle) else copied(given)


class LocalTested:
    """What a check calls ``f``: the student's function, called with copies, its results turned into plain values."""

    def __init__(self, target: Any, limit: float | None = 10.0) -> None:
        self._target, self._limit, self._depth = target, limit, 0
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any], Any]] = []
        self.changed_input = self.shares_input = self.shares_earlier = False
        self._earlier = Earlier()
        self.seconds = 0.0

    @property
    def value(self) -> Any:
        """The student's answer when it is a value, not a function."""
        value = self._plain(self._target)
        if nothing(value):
            raise NotAttempted
        return value

    def parts(self) -> list[Handle]:
        """The student's answer when it is a list of functions and classes: a handle of each."""
        parts = self._target
        if not isinstance(parts, (list, tuple)) or any(p is None or p is Ellipsis for p in parts):
            raise NotAttempted
        return [Handle(p, self) for p in parts]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function."""
        if nothing(self._target):
            raise NotAttempted
        if not callable(self._target):
            kind = type(self._target)
            msg = f"TypeError: the answer is {kind.__name__}, not a function"
            if kind.__module__ not in ("builtins", "numpy"):  # a class of the student's
                msg = f"TypeError: hand in the class itself, {kind.__name__}, not an object of it"
            raise Raised(msg)
        return self._call(self._target, args, kwargs)

    def _plain(self, value: Any) -> Any:
        if value is Ellipsis:
            return value
        try:
            return plain(value)
        except TypeError:
            return Handle(value, self)

    def _call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # two copies: one for the student, one kept, so that lookalikes later see what the student saw
        given = tuple(map(self._given, args))
        named = {k: self._given(v) for k, v in kwargs.items()}
        if self._depth:  # within a call-back: part of the call that is under way, no call of its own
            with GUARD.closed():
                return self._plain(function(*given, **named))
        before = tuple(map(_kept, args, given)), {k: _kept(v, named[k]) for k, v in kwargs.items()}
        kept = tuple(map(copied, args))
        start = time.perf_counter()
        try:
            out = self._guarded(lambda: function(*given, **named))
        finally:
            self.seconds += time.perf_counter() - start
        self.changed_input = not same((given, named), before)
        self.shares_input = shares(out, (given, named))
        self.shares_earlier = self._earlier.shared_by(out)
        got = self._plain(out)
        self.calls.append((kept, dict(kwargs), got))
        return got

    def _quietly(self, deed: Callable[[], Any]) -> Any:
        """Read or set an attribute: a property may run any code, so it is guarded like a call."""
        if self._depth:
            with GUARD.closed():
                return self._plain(deed())
        return self._plain(self._guarded(deed))

    def _given(self, value: Any) -> Any:
        """What the student gets in the place of an argument: a copy, our function, or the student's own object."""
        if isinstance(value, Handle):
            return value._target
        if isinstance(value, tuple) and hasattr(value, "_fields"):  # an object of ours, field by field
            return type(value)(*map(self._given, value))
        if not callable(value):
            return copied(value)
        lifted = GUARD.lifted(value)

        def ours(*args: Any, **named: Any) -> Any:
            out = lifted(*map(self._plain, args), **{k: self._plain(v) for k, v in named.items()})
            return self._lent(out)

        return ours

    def _lent(self, value: Any) -> Any:
        """What the student gets from one of our functions; functions among it are called as those given."""
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*map(self._lent, value))
        return self._given(value) if callable(value) else value

    def _guarded(self, deed: Callable[[], Any]) -> Any:
        """Run the student's code without the reference, for so long and no longer; its errors become `Raised`."""
        self._depth += 1
        try:
            # the guard outside: the alarm is off before the reference is armed again
            with GUARD.closed(), time_limit(self._limit):
                return deed()
        except NotImplementedError as error:
            raise NotAttempted from error
        except Raised:
            raise
        except RecursionError:
            msg = "RecursionError: the function calls itself without end"
            raise Raised(msg) from None
        except (Exception, SystemExit) as error:
            words = str(error).strip().splitlines()
            raise Raised(f"{type(error).__name__}: {words[0] if words else ''}"[:300]) from error
        finally:
            self._depth -= 1
