"""What travels between the marker and a student's function: frames of a JSON header and raw array bytes.

Both ends load this file, so it needs nothing but NumPy and the standard library. Nothing is ever unpickled: a frame
can carry numbers, strings, None, tuples, lists, dicts, arrays of numbers, and the numbers of handles and call-backs.
A hostile frame raises `WireError`, and nothing else.

Frame: ``b"CRW1"``, length of the header (4 bytes, little endian), header, then the arrays' bytes one after another.
The header is a JSON object; its ``blobs`` lists the lengths. In it a value is itself (None, bool, number, string) or
an object of one member: ``t`` tuple, ``l`` list, ``d`` dict as pairs, ``n`` named tuple, ``a`` array, ``s`` NumPy
scalar, ``h`` handle of an object that stays with the student, ``c`` call-back.
"""

from __future__ import annotations

import copy
import json
import math
import re
import struct
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

MAGIC = b"CRW1"
MAX_HEADER = 8_000_000
MAX_BYTES = 34_000_000
"""A 2048 x 2048 picture of floats. The marker turns results into floats: a small integer type may grow eightfold."""
MAX_NODES = 300_000
MAX_DEPTH = 12
EARLIER = 3  # results that are kept, to see whether a later one lies in their memory
MAX_INT_BITS = 2048
DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|c8|c16)")
PLAIN = (bool, int, float, str, type(None))

Body = dict[str, Any]
Blobs = Sequence[Any]


class WireError(Exception):
    """A frame that no honest worker sends."""


# --- plain values -----------------------------------------------------------------------------------------------------


def plain(value: Any, depth: int = 0) -> Any:
    """Copy a value into exact built-in types and base-class arrays; TypeError for anything else."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is np.str_:  # an element of an array of names
        return value.item()
    if isinstance(value, np.generic):
        # float() and not item(): that of a long double is a long double again
        return float(value) if value.dtype.kind == "f" else value.item() if value.dtype.kind in "biu" else _no(value)
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


def returned(value: Any) -> Any:
    """Return what one of our functions gave the student: a plain value, a function, or a named tuple of these."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(returned, value))
    return value if callable(value) else plain(value)


def printable(text: str) -> str:
    """Return a text without control characters, halves of surrogate pairs and the like, for terminals and files."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _no(value: Any, what: str = "") -> Any:
    raise TypeError(what or f"an object of type {type(value).__name__}")


def copied(value: Any) -> Any:
    """Copy an argument; arrays keep their memory layout (also gaps) and whether they may be written to."""
    if callable(value):
        return value
    if type(value) is np.ndarray:
        return _laid_out(value, _layout(value), value.flags.writeable)
    if type(value) in (list, tuple):
        return type(value)(map(copied, value))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(copied, value))
    if type(value) is dict:
        return {k: copied(v) for k, v in value.items()}
    return copy.deepcopy(value)


def same(a: Any, b: Any) -> bool:
    """Whether two arguments are equal, bit for bit where they are arrays."""
    if a is b or callable(a):
        return a is b
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or (a != a and b != b))


def shares(value: Any, arguments: Any) -> bool:
    """Whether an array in ``value`` lies in the memory of one in ``arguments``: a view, or the argument itself."""
    theirs = list(_arrays(arguments))
    return any(np.may_share_memory(a, b) for a in _arrays(value) for b in theirs)


class Earlier:
    """The last few results of a student's function, as they were returned: a later one may lie in their memory."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def shared_by(self, value: Any) -> bool:
        """Whether a new result lies in the memory of an earlier one; it is kept, too."""
        shared = shares(value, self._kept)
        self._kept = [*self._kept, value][-EARLIER:]
        return shared


def _arrays(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif depth < 3 and type(value) in (list, tuple, dict):
        for item in value.values() if type(value) is dict else value:
            yield from _arrays(item, depth + 1)


def _layout(array: np.ndarray) -> str:
    if array.flags.c_contiguous:
        return "C"
    return "F" if array.flags.f_contiguous else "S"


def _laid_out(array: np.ndarray, layout: str, writeable: bool) -> np.ndarray:
    """Copy into new memory; layout S leaves a gap after every element, as a slice with a step does."""
    if layout == "S" and array.ndim:
        out = np.empty((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
        out[...] = array
    else:
        out = np.array(array, order="F" if layout == "F" else "C", copy=True)
    out.flags.writeable = writeable
    return out


# --- values to JSON and back ------------------------------------------------------------------------------------------


class Encoder:
    """Values to JSON; arrays' bytes are collected in ``blobs``. ``refer(value)`` names what is no plain value."""

    def __init__(self, refer: Callable[[Any], Body] | None = None) -> None:
        self.blobs: list[Any] = []
        self._refer = refer

    def __call__(self, value: Any) -> Any:
        """Return the value as JSON can hold it."""
        kind = type(value)
        if kind in (bool, float, str, type(None)):
            return value
        if kind is int:
            if value.bit_length() > MAX_INT_BITS:
                msg = f"an integer of {value.bit_length()} bits"
                raise TypeError(msg)
            return value
        if kind is np.ndarray and value.dtype.kind in "biufc":
            return {"a": self._array(value)}
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            return {"s": self._array(np.asarray(value))[:3]}
        if kind is list:
            return {"l": [self(v) for v in value]}
        if kind is tuple:
            return {"t": [self(v) for v in value]}
        if kind is dict:
            return {"d": [[self(k), self(v)] for k, v in value.items()]}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {"n": [kind.__name__, list(kind._fields), [self(v) for v in value]]}
        if self._refer is None:
            msg = f"an object of type {kind.__name__} cannot travel"
            raise TypeError(msg)
        return self._refer(value)

    def _array(self, value: np.ndarray) -> list[Any]:
        if value.dtype.itemsize > 8 and value.dtype.kind == "f":
            value = value.astype(float)
        if value.dtype.itemsize > 16:
            value = value.astype(complex)
        self.blobs.append(value.tobytes())
        place = len(self.blobs) - 1
        return [value.dtype.str, list(value.shape), place, _layout(value), bool(value.flags.writeable)]


class Decoder:
    """JSON to values. ``resolve(body)`` turns a handle or call-back into an object; without it they are errors."""

    def __init__(self, blobs: Blobs, resolve: Callable[[Body], Any] | None = None, named: bool = False) -> None:
        self._blobs, self._resolve, self._named, self._nodes = blobs, resolve, named, 0

    def __call__(self, tree: Any, depth: int = 0) -> Any:
        """Return the value that a tree stands for."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            msg = "a value with too many parts"
            raise WireError(msg)
        if type(tree) in PLAIN:
            if type(tree) is int and tree.bit_length() > MAX_INT_BITS:
                msg = "an integer with too many digits"
                raise WireError(msg)
            # half a surrogate pair can be no file's text
            return tree.encode("utf-8", "replace").decode() if type(tree) is str else tree
        if type(tree) is not dict or len(tree) != 1:
            msg = "not a value"
            raise WireError(msg)
        ((kind, body),) = tree.items()
        if kind in ("l", "t") and type(body) is list:
            items = [self(v, depth + 1) for v in body]
            return tuple(items) if kind == "t" else items
        if kind == "d" and type(body) is list:
            return self._dict(body, depth)
        if kind == "n":
            return self._named_tuple(body, depth)
        if kind == "a":
            return self._array(body, 5)
        if kind == "s":
            return self._array(body, 3)[()]
        if kind in ("h", "c") and self._resolve is not None:
            return self._resolve(tree)
        msg = "not a value"
        raise WireError(msg)

    def _dict(self, body: list[Any], depth: int) -> dict[Any, Any]:
        out = {}
        for pair in body:
            if type(pair) is not list or len(pair) != 2:
                msg = "not a dict"
                raise WireError(msg)
            key = self(pair[0], depth + 1)
            if not _hashable(key):
                msg = "not a key of a dict"
                raise WireError(msg)
            out[key] = self(pair[1], depth + 1)
        return out

    def _named_tuple(self, body: Any, depth: int) -> tuple[Any, ...]:
        if type(body) is not list or len(body) != 3 or type(body[2]) is not list:
            msg = "not a named tuple"
            raise WireError(msg)
        items = [self(v, depth + 1) for v in body[2]]
        return _kind(body[0], tuple(body[1]))(*items) if self._named else tuple(items)

    def _array(self, body: Any, length: int) -> np.ndarray:
        if type(body) is not list or len(body) != length:
            msg = "not an array"
            raise WireError(msg)
        dtype, shape, place = body[:3]
        if type(dtype) is not str or not DTYPE.fullmatch(dtype):
            msg = "an array of a kind that is not allowed"
            raise WireError(msg)
        sizes = type(shape) is list and len(shape) <= 16 and all(type(n) is int and 0 <= n < 2**40 for n in shape)
        if not sizes or type(place) is not int or not 0 <= place < len(self._blobs):
            msg = "an array without a proper shape"
            raise WireError(msg)
        data, kind = self._blobs[place], np.dtype(dtype)
        if math.prod(shape) * kind.itemsize != len(data):
            msg = "an array whose bytes do not fill its shape"
            raise WireError(msg)
        array = np.frombuffer(data, kind).reshape(shape)
        if length == 3:
            return array
        layout, writeable = body[3], body[4]
        if layout not in ("C", "F", "S") or type(writeable) is not bool:
            msg = "not an array"
            raise WireError(msg)
        return _laid_out(array, layout, writeable)


@lru_cache(256)
def _kind(name: str, fields: tuple[str, ...]) -> Any:
    """One class for all named tuples of a kind: two copies of an argument must be the `same`."""
    return namedtuple(name, fields)


def _hashable(key: Any) -> bool:
    if type(key) is tuple:
        return all(map(_hashable, key))
    return type(key) in PLAIN


# --- frames -----------------------------------------------------------------------------------------------------------


def pack(body: Body, blobs: Blobs = ()) -> bytes:
    """Return one frame."""
    header = json.dumps(body | {"blobs": [len(b) for b in blobs]}, separators=(",", ":")).encode()
    if len(header) > MAX_HEADER or sum(map(len, blobs)) > MAX_BYTES:
        msg = "a value too large to travel"
        raise TypeError(msg)
    return b"".join([MAGIC, struct.pack("<I", len(header)), header, *blobs])


class Unpacker:
    """Bytes in, frames out: feed what came, then ask for the next whole frame."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._body: Body | None = None

    def feed(self, data: bytes) -> None:
        """Add bytes that came from the other side."""
        self._data += data

    def next(self) -> tuple[Body, Blobs] | None:
        """Return the next frame, or None until all its bytes are there; `WireError` if it cannot be one."""
        if self._body is None and not self._header():
            return None
        body = self._body or {}
        sizes = body["blobs"]
        if len(self._data) < sum(sizes):
            return None
        view, blobs, start = bytes(self._data[: sum(sizes)]), [], 0
        for size in sizes:
            blobs.append(view[start : start + size])
            start += size
        del self._data[:start]
        self._body = None
        return body, blobs

    def _header(self) -> bool:
        if self._data[:4] != MAGIC[: len(self._data[:4])]:
            msg = "bytes that are not a frame"
            raise WireError(msg)
        if len(self._data) < 8:
            return False
        (length,) = struct.unpack("<I", self._data[4:8])
        if length > MAX_HEADER:
            msg = "a header that is too long"
            raise WireError(msg)
        if len(self._data) < 8 + length:
            return False
        try:
            body = json.loads(bytes(self._data[8 : 8 + length]))
        except (ValueError, RecursionError) as error:
            msg = "a header that is not JSON"
            raise WireError(msg) from error
        del self._data[: 8 + length]
        if type(body) is not dict:
            msg = "a header that is no object"
            raise WireError(msg)
        sizes = body.get("blobs")
        if type(sizes) is not list or len(sizes) > 50_000 or not all(type(n) is int and n >= 0 for n in sizes):
            msg = "a header without lengths"
            raise WireError(msg)
        if sum(sizes) > MAX_BYTES:
            msg = "a frame that is too large"
            raise WireError(msg)
        self._body = body
        return True
