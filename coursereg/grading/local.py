"""The student's function in this process, behind the wrapper that checks see: plain values in, plain values out."""

from __future__ import annotations

import copy
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from coursereg.course.exercises._base import NotAttempted, Raised

MAX_BYTES = 200_000_000
PLAIN = (bool, int, float, str, type(None))


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


def plain(value: Any, depth: int = 0) -> Any:
    """Copy a value into exact built-in types and base-class arrays; TypeError for anything else."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if isinstance(value, np.generic):
        return plain(value.item()) if value.dtype.kind in "biuf" else _no(value)
    if isinstance(value, np.ndarray):
        if np.ma.isMaskedArray(value):
            value = np.ma.filled(value.astype(float), np.nan)
        if value.dtype.kind not in "biufc":
            _no(value, f"an array of dtype {value.dtype}")
        if value.nbytes > MAX_BYTES:
            _no(value, f"an array of {value.nbytes} bytes")
        return np.array(np.ndarray.view(value, np.ndarray), copy=True, subok=False)
    if depth < 6 and kind in (tuple, list) and len(value) < 100_000:
        return kind(plain(v, depth + 1) for v in value)
    if depth < 6 and isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple(plain(v, depth + 1) for v in tuple.__iter__(value))
    if depth < 6 and kind is dict and len(value) < 100_000:
        return {str(k): plain(v, depth + 1) for k, v in value.items()}
    return _no(value)


def _no(value: Any, what: str = "") -> Any:
    raise TypeError(what or f"an object of type {type(value).__name__}")


def copied(value: Any) -> Any:
    """Fresh copies of the arrays and containers in an argument; callables pass as they are."""
    return value if callable(value) else copy.deepcopy(value)


def same(a: Any, b: Any) -> bool:
    """Whether two arguments are equal, bit for bit where they are arrays."""
    if callable(a):
        return a is b
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or (a != a and b != b))


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Interrupt the main thread's Python code after ``seconds``; without signals (Windows, threads) nothing is limited."""
    usable = seconds and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not usable:
        yield
        return

    def stop(*_: Any) -> None:
        raise Timeout(f"still running after {seconds:g} s, stopped")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds or 0.0, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


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
        if self._target is None or self._target is Ellipsis:
            raise NotAttempted
        return self._plain(self._target)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._target is None or self._target is Ellipsis:
            raise NotAttempted
        if not callable(self._target):
            raise Raised(f"TypeError: the answer is {type(self._target).__name__}, not a function")
        return self._call(self._target, args, kwargs)

    def _plain(self, value: Any) -> Any:
        try:
            return plain(value)
        except TypeError:
            return Handle(value, self)

    def _call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # two copies: one for the student, one kept, so that lookalikes later see what the student saw
        given, kept = tuple(map(copied, args)), tuple(map(copied, args))
        named = {k: copied(v) for k, v in kwargs.items()}
        start = time.perf_counter()
        try:
            with time_limit(self._limit):
                out = function(*given, **named)
        except NotImplementedError as error:
            raise NotAttempted from error
        except Raised:
            raise
        except RecursionError:
            raise Raised("RecursionError: the function calls itself without end") from None
        except (Exception, SystemExit) as error:
            words = str(error).strip().splitlines()
            raise Raised(f"{type(error).__name__}: {words[0] if words else ''}"[:300]) from error
        finally:
            self.seconds += time.perf_counter() - start
        self.changed_input = not same(given, kept) or not same(named, {k: copied(v) for k, v in kwargs.items()})
        got = self._plain(out)
        self.calls.append((kept, dict(kwargs), got))
        return got
