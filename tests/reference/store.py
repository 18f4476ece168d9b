"""
Reference numbers of other programs in one small file: cases, and the arrays that belong to them.

``make.py`` of a topic writes with `Store`; tests read with `read`. All arrays of one dtype lie end to end, because a
zip entry for each of a thousand small arrays would weigh more than the numbers.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


class Store:
    """Cases to be written: JSON entries, and arrays by reference."""

    def __init__(self):
        self.chunks, self.known, self.cases = {}, {}, []

    def add(self, kind, **entries):
        """Add a case; arrays are put away, everything else must be JSON."""
        stored = {k: self._put(v) if isinstance(v, np.ndarray) else v for k, v in entries.items()}
        self.cases.append({"kind": kind, **stored})

    def _put(self, value):
        """Keep an array once; say where it is."""
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self.known:
            kept = self.chunks.setdefault(value.dtype.str, [])
            start = sum(part.size for part in kept)
            kept.append(value.ravel())
            self.known[key] = {"dtype": value.dtype.str, "start": start, "shape": list(value.shape)}
        return self.known[key]

    def write(self, path):
        """Write the file."""
        joined = {dtype: np.concatenate(parts) for dtype, parts in self.chunks.items()}
        np.savez_compressed(path, cases=np.array(json.dumps(self.cases)), **joined)
        print(f"{path.name}: {len(self.cases)} cases, {path.stat().st_size} bytes")


@cache
def _load(topic, name):
    with np.load(HERE / topic / name) as file:
        return json.loads(str(file["cases"])), {key: file[key] for key in file.files if key != "cases"}


def read(topic, name, kind):
    """Return the cases of one kind as dicts with fresh arrays; an unknown kind is a mistake of the test."""
    cases, arrays = _load(topic, name)
    out = [{k: _get(v, arrays) for k, v in case.items() if k != "kind"} for case in cases if case["kind"] == kind]
    assert out, f"{topic}/{name} has no cases of kind {kind}"
    return out


def _get(value, arrays):
    if not (isinstance(value, dict) and "dtype" in value):
        return value
    size = int(np.prod(value["shape"]))
    return arrays[value["dtype"]][value["start"] : value["start"] + size].reshape(value["shape"]).copy()
