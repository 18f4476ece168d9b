"""
How kernels are compiled, cached and run on several threads. The only file that imports numba.

Environment variables:

- ``COURSEREG_NUMBA_CACHE=0`` keeps compiled kernels out of numba's disk cache. Users want the cache: the first
  call in a new process must not wait for a compiler. Tests and development do not: numba does not see an edit
  in a function that lives in another file.
- ``NUMBA_DISABLE_JIT=1`` runs every kernel as plain Python (slow; for coverage and debuggers).
- ``NUMBA_NUM_THREADS=n`` limits the threads; results do not depend on it.

The threads are Python's own, which sleep without spinning, and the caller does its share of the loop. Numba's threads
cost a tenth of a millisecond per call even where there is only one, do not survive a fork (GNU OpenMP), or must not be
entered by two callers at once (workqueue); and machines that lay sleeping threads on one core, as virtual ones may,
did the work of two such threads one after the other.
"""

import functools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

import numba
import numpy as np

__all__ = ["REGISTRY", "Kernel", "compile_all", "kernel", "share", "threads"]

WORTH = 4e-4  # seconds: a shorter call is not shared out, since waking a thread takes a tenth of a millisecond


class _Threads:
    """How many threads there may be, and those besides the caller's, which are made when they are needed."""

    def __init__(self) -> None:
        self.limit = 1 if numba.config.DISABLE_JIT else numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        self.worth = WORTH
        self.forget()

    def forget(self) -> None:
        """In a fork there are no threads but one."""
        self.pools: dict[int, ThreadPoolExecutor] = {}  # of one thread each
        self.lock = Lock()

    def start(self, function: Callable[..., None], *arguments: Any) -> Any:
        """Return the future of a call of part k on another thread, or None if there can be none."""
        slot = arguments[-1][0] % max(numba.config.NUMBA_NUM_THREADS - 1, 1)  # type: ignore[attr-defined]
        with self.lock:
            pool = self.pools.setdefault(slot, ThreadPoolExecutor(1, "coursereg"))
            try:
                return pool.submit(function, *arguments)
            except RuntimeError:  # a sandbox without threads; an interpreter that is shutting down
                # the call stands in a queue that has no thread: nobody must do it later, over a result in use
                self.pools.pop(slot).shutdown(wait=False, cancel_futures=True)
                return None


_THREADS = _Threads()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_THREADS.forget)


@contextmanager
def threads(count: int, worth: float = 0.0) -> Iterator[None]:
    """Let kernels run on so many threads inside the block, if they take so many seconds on one."""
    before = _THREADS.limit, _THREADS.worth
    _THREADS.limit, _THREADS.worth = count, worth
    try:
        yield
    finally:
        _THREADS.limit, _THREADS.worth = before


class Kernel(NamedTuple):
    """A kernel in the registry: its name, the numba function, and what yields arguments to compile it with."""

    name: str
    compiled: Any
    call: Callable[..., None]
    examples: Callable[[], Iterator[tuple[Any, ...]]] | None


REGISTRY: list[Kernel] = []


@numba.njit(inline="always")
def share(count, part):
    """Return the part ``(k, of)`` of the loop ``range(count)``."""
    return range(count * part[0] // part[1], count * (part[0] + 1) // part[1])


def kernel(
    *, parallel: bool = False, inline: bool = False, examples: Callable[[], Iterator[tuple[Any, ...]]] | None = None
):
    """
    Compile a function with numba at its first call.

    ``parallel``: the function's last parameter is ``part``, which callers do not give, and all it does is a loop
    ``for n in share(count, part)`` whose rounds write to places of their own. Each thread does a part. ``inline``
    writes the function out where it is called, which saves handing over arrays at every sample. ``examples`` yields
    one tuple of small arguments for each combination of dtypes that the package uses; `compile_all` calls the
    kernel with them. A kernel that only other kernels of its file call has none.
    """

    def decorate(function):
        compiled = _compile(function, inline)
        call = _Shared(function, compiled) if parallel else compiled
        REGISTRY.append(Kernel(f"{function.__module__}.{function.__name__}", compiled, call, examples))
        return call

    return decorate


def compile_all() -> Iterator[str]:
    """Call every registered kernel with its examples, which compiles it; yield the name of each when it is done."""
    for entry in list(REGISTRY):
        for arguments in entry.examples() if entry.examples else ():
            entry.call(*arguments)
        yield entry.name


def _compile(function, inline):
    """Return the numba function, without disk cache where it is unwanted or has no place to live."""
    options = {"nogil": True, "error_model": "numpy", "inline": "always" if inline else "never"}
    if os.environ.get("COURSEREG_NUMBA_CACHE", "1") != "0":
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no writable folder, as in the grader's sandbox
            pass
    return numba.njit(**options)(function)


class _Shared:
    """Calls a kernel on several threads, if the calls before this one promise that it is long enough."""

    def __init__(self, function: Callable[..., None], compiled: Callable[..., None]) -> None:
        functools.update_wrapper(self, function)
        self._compiled = compiled
        self._pace = 0.0  # seconds on one thread, per element of the arrays that are handed in

    def __call__(self, *arguments: Any) -> None:
        size = 1 + sum(a.size for a in arguments if isinstance(a, np.ndarray))
        parts = _THREADS.limit
        if self._pace * size < _THREADS.worth:
            parts = 1
        begin = perf_counter()
        others = [_THREADS.start(self._compiled, *arguments, (k, parts)) for k in range(1, parts)]
        self._compiled(*arguments, (0, parts))
        for k, other in enumerate(others, 1):
            if other is None:
                self._compiled(*arguments, (k, parts))
            else:
                other.result()
        self._pace = (perf_counter() - begin) * parts / size
