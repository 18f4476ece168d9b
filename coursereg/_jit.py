"""
How kernels are compiled, cached and run on several threads. The only file that imports numba.

Environment variables:

- ``COURSEREG_NUMBA_CACHE=0`` keeps compiled kernels out of numba's disk cache. Users want the cache: the first
  call in a new process must not wait for a compiler. Tests and development do not: numba does not see an edit
  in a function that lives in another file.
- ``NUMBA_DISABLE_JIT=1`` runs every kernel as plain Python (slow; for coverage and debuggers).
- ``NUMBA_NUM_THREADS=n`` limits the threads; results do not depend on it.
"""

import functools
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numba
from numba import prange

__all__ = ["REGISTRY", "Kernel", "compile_all", "kernel", "prange"]

# The waiting threads of "workqueue" sleep (GNU OpenMP's spin, which makes a busy laptop crawl), it survives a
# fork, and it is there on every platform. It must not be entered by two threads at once, hence _TURN.
if "NUMBA_THREADING_LAYER" not in os.environ:
    numba.config.THREADING_LAYER = "workqueue"  # type: ignore[attr-defined]
_TURN = threading.RLock()


class Kernel(NamedTuple):
    """A kernel in the registry: its name, the numba function, and what yields arguments to compile it with."""

    name: str
    compiled: Any
    call: Callable[..., None]
    examples: Callable[[], Iterator[tuple[Any, ...]]] | None


REGISTRY: list[Kernel] = []


def kernel(
    *, parallel: bool = False, inline: bool = False, examples: Callable[[], Iterator[tuple[Any, ...]]] | None = None
):
    """
    Compile a function with numba at its first call.

    ``parallel`` allows ``prange``, and makes callers on several threads take turns. ``inline`` writes the function out
    where it is called, which saves handing over arrays at every sample. ``examples`` yields one
    tuple of small arguments for each combination of dtypes that the package uses; `compile_all` calls the
    kernel with them. A kernel that only other kernels of its file call has none.
    """

    def decorate(function):
        compiled = _compile(function, parallel, inline)
        call = _one_at_a_time(compiled) if parallel else compiled
        REGISTRY.append(Kernel(f"{function.__module__}.{function.__name__}", compiled, call, examples))
        return call

    return decorate


def compile_all() -> Iterator[str]:
    """Call every registered kernel with its examples, which compiles it; yield the name of each when it is done."""
    for entry in list(REGISTRY):
        for arguments in entry.examples() if entry.examples else ():
            entry.call(*arguments)
        yield entry.name


def _compile(function, parallel, inline):
    """Return the numba function, without disk cache where it is unwanted or has no place to live."""
    options = {"nogil": True, "parallel": parallel, "error_model": "numpy", "inline": "always" if inline else "never"}
    if os.environ.get("COURSEREG_NUMBA_CACHE", "1") != "0":
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no writable folder, as in the grader's sandbox
            pass
    return numba.njit(**options)(function)


def _one_at_a_time(compiled):
    """Return a function that calls ``compiled`` while no other thread is inside a parallel kernel."""

    @functools.wraps(compiled)
    def call(*arguments):
        with _TURN:
            return compiled(*arguments)

    return call
