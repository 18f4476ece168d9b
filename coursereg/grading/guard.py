"""While a student's function runs in this process or its fork, the reference does not answer.

Hiding a module would not help against a name that was imported before. So the functions themselves are disarmed:
their code is exchanged for one that raises, and put back afterwards. What was not imported before cannot be imported
meanwhile. Students may use NumPy, SciPy and the samples; what stands in `HIDDEN` would be handing in ours.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HIDDEN = (
    "coursereg.course.handout",
    "coursereg.course.plain",
    "coursereg.course.exercises",
    "coursereg.similarity",
    "coursereg.space",
    "coursereg.optimize",
    "coursereg.engines",
    "coursereg.kernels",
)
"""Modules with answers: floors that a student builds anew, and the texts of the exercises."""

WORDS = "coursereg's own functions do not answer while yours is marked"


def _refuse(*args: Any, **named: Any) -> Any:  # noqa: ARG001 - takes whatever the reference takes
    msg = "coursereg's own functions do not answer while yours is marked"
    raise RuntimeError(msg)


def _code_like(code: types.CodeType) -> types.CodeType:
    return _refuse.__code__.replace(co_freevars=code.co_freevars)


class ReferenceGuard:
    """Disarms the functions of the hidden modules; `lifted` arms them again for the marker's own call-backs."""

    def __init__(self) -> None:
        self._taken: list[tuple[Any, types.CodeType, types.CodeType]] = []
        self._down = False
        self._modules: tuple[str, ...] = ()
        self._count = 0

    def _find(self) -> None:
        if len(sys.modules) == self._count:
            return
        self._count = len(sys.modules)
        names = tuple(n for n in list(sys.modules) if hidden(n))
        if names != self._modules:
            found = {id(f): f for n in names for f in functions_of(sys.modules[n])}
            # a function's code must have as many closed-over names as the one it replaces
            self._taken = [(f, f.__code__, _code_like(f.__code__)) for f in found.values()]
            self._modules = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002 - of the import system
        """Refuse to import a hidden module while the guard is closed; as a finder it knows no module itself."""
        if self._down and hidden(name):
            raise ModuleNotFoundError(WORDS, name=name)

    def _set(self, down: bool) -> None:
        for function, code, refusal in self._taken:
            function.__code__ = refusal if down else code
        self._down = down

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keep the reference from answering inside the block."""
        if self._down:
            yield
            return
        self._find()
        self._set(True)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self._set(False)

    def lifted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function`` for the student to call: while it runs, the reference answers."""

        def trusted(*args: Any, **named: Any) -> Any:
            was = self._down
            self._set(False)
            try:
                return function(*args, **named)
            finally:
                self._set(was)

        return trusted

    def close_for_good(self) -> None:
        """Disarm everything in this process, compiled functions too (a fork that will end soon)."""
        self._find()
        self._set(True)
        sys.meta_path.insert(0, self)
        for name in self._modules:
            module = sys.modules[name]
            for attribute, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    setattr(module, attribute, _refuse)


def hidden(name: str) -> bool:
    """Whether a module holds answers."""
    return any(name == h or name.startswith(h + ".") for h in HIDDEN)


def functions_of(module: Any) -> Iterator[types.FunctionType]:
    """Yield the functions and methods that a module defines, also those under decorators."""
    stack = [v for v in list(vars(module).values()) if getattr(v, "__module__", None) == module.__name__]
    while stack:
        value = stack.pop()
        if isinstance(value, (staticmethod, classmethod)):
            stack.append(value.__func__)
        elif isinstance(value, property):
            stack += [f for f in (value.fget, value.fset) if f]
        elif isinstance(value, type):
            stack += [v for v in vars(value).values() if not isinstance(v, type)]
        elif isinstance(value, types.FunctionType) and hidden(value.__module__ or ""):
            yield value
        if hasattr(value, "__wrapped__"):
            stack.append(value.__wrapped__)


GUARD = ReferenceGuard()
