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
from coursereg.grading.wire import copied, plain, same


class Timeout(Raised):
    """The student's function took longer than it may."""


class Handle:
    """An object of the student's that is no plain value; methods and attributes are reached by name."""

    def __init__(self, target: Any, tested: LocalTested) -> None:
        self._target, self._tested = target, tested

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the object and return a plain value."""
        return self._tested._call(getattr(self._target, method), args, kwargs)

    def get(self, name: str) -> Any:
        """Read an attribute as a plain value."""
        return self._tested._plain(getattr(self._target, name))

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


class LocalTested:
    """What a check calls ``f``: the student's function, called with copies, its results turned into plain values."""

    def __init__(self, target: Any, limit: float | None = 10.0) -> None:
        self._target, self._limit = target, limit
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any], Any]] = []
        self.changed_input = False
        self.seconds = 0.0

    @property
    def value(self) -> Any:
        """The student's answer when it is a value, not a function."""
        value = self._plain(self._target)
        if nothing(value):
            raise NotAttempted
        return value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function."""
        if nothing(self._target):
            raise NotAttempted
        if not callable(self._target):
            msg = f"TypeError: the answer is {type(self._target).__name__}, not a function"
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
        lift = GUARD.lifted
        given = tuple(lift(a) if callable(a) else copied(a) for a in args)
        named = {k: lift(v) if callable(v) else copied(v) for k, v in kwargs.items()}
        before = tuple(map(copied, given)), {k: copied(v) for k, v in named.items()}
        kept = tuple(map(copied, args))
        start = time.perf_counter()
        try:
            # the guard outside: the alarm is off before the reference is armed again
            with GUARD.closed(), time_limit(self._limit):
                out = function(*given, **named)
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
            self.seconds += time.perf_counter() - start
        self.changed_input = not same((given, named), before)
        got = self._plain(out)
        self.calls.append((kept, dict(kwargs), got))
        return got
