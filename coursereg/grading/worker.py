"""The student's side of the wire: run the notebook's cells, then call functions by name, one at a time.

In the sandbox this file is started as a program, next to a copy of wire.py, in a tree without checks and answers.
A fork (see isolate.py) uses its `Worker` too. It must not import the package.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import importlib.util
import inspect
import os
import shutil
import sys
import types
from typing import Any

# bound here, before a student's cell can replace them among the builtins
_compile, _eval, _exec = compile, eval, exec


class Worker:
    """Answers the marker's requests; ``targets`` are the student's functions and values, by the name of the slot."""

    def __init__(self, wire: Any, source: int, sink: int, namespace: dict[str, Any] | None = None) -> None:
        self._wire, self._source, self._sink = wire, source, sink
        self._unpacker = wire.Unpacker()
        self._namespace = namespace if namespace is not None else {}
        self.targets: dict[str, Any] = {}
        self._handles: dict[int, Any] = {}
        self._earlier = wire.Earlier()
        self._ticket: Any = None
        self.tidy: Any = _nothing

    def mute_children(self) -> None:
        """Close the pipes in every fork that the student's code makes: only one process may answer."""

        def close() -> None:
            for descriptor in (self._source, self._sink):
                with contextlib.suppress(OSError):
                    os.close(descriptor)

        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=close)

    def serve(self) -> None:
        """Answer until the marker closes the pipe."""
        while True:
            frame = self._receive()
            if frame is None:
                return
            body, blobs = frame
            self._ticket = body["ticket"]
            try:
                self._answer(body, blobs)
            except BaseException as error:  # whatever a student raises is an answer, not the end
                self.tidy()
                self._failed(error)

    def _receive(self) -> Any:
        while True:
            frame = self._unpacker.next()
            if frame is not None:
                return frame
            data = os.read(self._source, 1 << 20)
            if not data:
                return None
            self._unpacker.feed(data)

    def _send(self, body: dict[str, Any], blobs: Any = ()) -> None:
        data = memoryview(self._wire.pack({"ticket": self._ticket, **body}, blobs))
        while data:
            data = data[os.write(self._sink, data) :]

    def _failed(self, error: BaseException) -> None:
        missing = isinstance(error, NotImplementedError)
        self._send({"error": [_type_name(error), _first_line(error)], "missing": missing})

    # --- requests -----------------------------------------------------------------------------------------------------

    def _answer(self, body: dict[str, Any], blobs: Any) -> None:
        what = body["do"]
        if what == "run":
            self._run(body["cells"])
        elif what == "bind":
            self._bind(body["slot"], body["names"], body["many"])
        elif what == "value":
            self._result(self.targets[body["slot"]])
        elif what == "parts":
            parts = list(self.targets[body["slot"]])
            self._send({"value": {"l": [None if p is None or p is ... else self._handle(p) for p in parts]}})
        elif what == "get":
            self._result(getattr(self._handles[body["handle"]], body["name"]))
        elif what == "set":
            self._set(self._handles[body["handle"]], body, blobs)
        elif what == "call":
            self._call(self.targets[body["slot"]], body, blobs)
        else:
            owner = self._handles[body["handle"]]
            self._call(owner if what == "object" else getattr(owner, body["name"]), body, blobs)

    def _run(self, cells: list[Any]) -> None:
        errors = []
        for index, source in cells:
            self._send({"at": index})
            try:
                run_cell(source, self._namespace, f"cell {index}")
            except BaseException as error:  # SystemExit and KeyboardInterrupt end a cell, not the marking
                errors.append([index, _type_name(error), _first_line(error)])
            self.tidy()
        self._send({"value": {"l": [{"l": e} for e in errors]}})

    def _bind(self, slot: str, names: list[str], many: bool) -> None:
        there = [n for n in names if n in self._namespace]
        if many:
            self.targets[slot] = [self._namespace.get(n) for n in names]
        elif there:
            self.targets[slot] = self._namespace[names[0]]
        self._send({"value": {"l": there}})

    def _set(self, owner: Any, body: dict[str, Any], blobs: Any) -> None:
        value = self._wire.Decoder(blobs, None, named=True)(body["value"])
        if body["index"] is None:
            setattr(owner, body["name"], value)
        else:
            getattr(owner, body["name"])[body["index"]] = value
        self.tidy()
        self._result(None)

    def _call(self, function: Any, body: dict[str, Any], blobs: Any) -> None:
        # two copies of the arguments: one for the student, one to see afterwards whether the first was changed
        resolved: dict[int, Any] = {}

        def resolve(tree: dict[str, Any]) -> Any:
            if "h" in tree:
                return self._handles[tree["h"][0]]
            number = tree["c"]
            return resolved.setdefault(number, self._callback(number))

        first, second = (self._wire.Decoder(blobs, resolve, named=True) for _ in range(2))
        args, named = first(body["args"]), first(body["named"])
        kept = second(body["args"]), second(body["named"])
        out = function(*args, **named)
        self.tidy()
        changed = not self._wire.same((tuple(args), named), (tuple(kept[0]), kept[1]))
        self._result(out, changed, self._wire.shares(out, (args, named)), self._earlier.shared_by(out))

    def _result(self, value: Any, changed: bool = False, shares: bool = False, earlier: bool = False) -> None:
        encode = self._wire.Encoder(self._handle)
        try:
            tree = encode(self._wire.plain(value))
        except (TypeError, RecursionError):
            encode = self._wire.Encoder(self._handle)
            tree = self._handle(value)
        self._send({"value": tree, "changed": changed, "shares": shares, "earlier": earlier}, encode.blobs)

    def _handle(self, value: Any) -> dict[str, Any]:
        number = len(self._handles)
        self._handles[number] = value
        return {"h": [number, _type_name(value)]}

    def _callback(self, number: int) -> Any:
        def ask_the_marker(*args: Any, **named: Any) -> Any:
            encode = self._wire.Encoder(self._handle)
            tree = [encode(self._shallow(list(args))), encode(self._shallow(named))]
            self._send({"callback": number, "args": tree[0], "named": tree[1]}, encode.blobs)
            body, blobs = self._called_back()
            if "error" in body:
                kind: Any = getattr(builtins, body["error"][0], None)
                if not (isinstance(kind, type) and issubclass(kind, Exception)):
                    kind = RuntimeError
                raise kind(body["error"][1])
            return self._wire.Decoder(blobs, lambda tree: self._callback(tree["c"]), named=True)(body["value"])

        return ask_the_marker

    def _called_back(self) -> Any:
        """Wait for the answer of a call-back; meanwhile the marker may call what the call-back was given."""
        while True:
            frame = self._receive()
            if frame is None:
                os._exit(0)
            if "do" not in frame[0]:
                return frame
            outer, self._ticket = self._ticket, frame[0]["ticket"]
            try:
                self._answer(*frame)
            except BaseException as error:  # as in `serve`
                self.tidy()
                self._failed(error)
            finally:
                self._ticket = outer

    def _shallow(self, values: Any) -> Any:
        """Plain copies of a call-back's arguments; what is not plain stays itself and becomes a handle."""

        def one(value: Any) -> Any:
            try:
                return self._wire.plain(value)
            except TypeError:
                return value

        return [one(v) for v in values] if isinstance(values, list) else {k: one(v) for k, v in values.items()}


def _type_name(value: Any) -> str:
    return str(type.__getattribute__(type(value), "__name__"))[:80]


def _first_line(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "the function calls itself without end"
    try:
        words = str(error).strip().splitlines()
        return str(words[0])[:300] if words else ""
    except BaseException:  # a student's __str__ may do anything
        return ""


def run_cell(source: str, namespace: dict[str, Any], name: str) -> None:
    """Run one cell the way a kernel does: in the shared namespace, ``await`` allowed at the top."""
    code = _compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(_eval(code, namespace))
    else:
        _exec(code, namespace)


# --- the program in the sandbox ---------------------------------------------------------------------------------------


def _nothing(*_args: Any, **_named: Any) -> None:
    """Do nothing: there is nobody here to look."""


class QuietShell:
    """What ``get_ipython()`` gives here: magics do nothing, ``%%time`` and its kin run their body."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self.user_ns = namespace

    def run_cell_magic(self, magic: str, _line: str, body: str) -> None:
        """Run the body of the magics that only measure or keep quiet."""
        if magic in ("time", "capture", "prun"):
            run_cell(body, self._namespace, "cell")

    def __getattr__(self, name: str) -> Any:
        return _nothing


def student_namespace() -> dict[str, Any]:
    """Return the ``__main__`` in which the notebook's cells run."""
    main = types.ModuleType("__main__")
    sys.modules["_coursereg_worker"] = sys.modules["__main__"]
    sys.modules["__main__"] = main
    shell = QuietShell(main.__dict__)

    main.__dict__.update(get_ipython=lambda: shell, display=_nothing)
    for name in ("check", "hint", "solution", "predict"):
        main.__dict__[name] = _nothing
    return main.__dict__


def limit(resources: dict[str, int]) -> None:
    """Set the limits of this process and its children, for good."""
    if not resources:
        return
    import resource

    for name, value in resources.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


def become(user: int | None) -> None:
    """Leave root for a user that owns nothing."""
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


def kill_the_others() -> None:
    """End every process but this one: in a sandbox of its own, what a cell or call left behind is only a burden."""
    with contextlib.suppress(OSError):
        os.kill(-1, 9)


def take_fonts(folder: str) -> None:
    """Copy matplotlib's list of fonts to where it looks for it."""
    home = os.environ.get("MPLCONFIGDIR", "")
    if home and os.path.isdir(folder):  # noqa: PTH112
        os.makedirs(home, exist_ok=True)  # noqa: PTH103
        for name in os.listdir(folder):  # noqa: PTH208
            shutil.copyfile(f"{folder}/{name}", f"{home}/{name}")


def main(settings: dict[str, Any]) -> None:
    """Take the pipes from standard input and output, drop every right, serve."""
    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    become(settings["user"])
    limit(settings["limits"])
    take_fonts(settings["fonts"])
    sys.path[:] = [*settings["first"], *[p for p in sys.path if p not in settings["path"]], *settings["path"]]
    spec = importlib.util.spec_from_file_location("_coursereg_wire", settings["wire"])
    wire = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(wire)  # type: ignore[union-attr]
    os.dup2(null, 2)  # from here on the student's words; what went wrong before is for the instructor
    serving = Worker(wire, source, sink, student_namespace())
    serving.mute_children()
    if settings["alone"] and os.getppid() == 1:
        serving.tidy = kill_the_others
    serving.serve()


if __name__ == "__main__":
    import json

    sys.dont_write_bytecode = True
    main(json.loads(sys.argv[1]))
