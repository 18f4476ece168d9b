"""What goes in comes out; a hostile frame raises WireError and nothing else."""

from __future__ import annotations

import json
import struct
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursereg.grading import wire

scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20)
arrays = hnp.arrays(
    st.sampled_from(["u1", "i2", "<i4", ">i8", "f4", "f8", "?", "c16", "f2"]),
    hnp.array_shapes(min_dims=0, max_dims=3, max_side=4),
)
values = st.recursive(
    scalars | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def there_and_back(value: object) -> object:
    encode = wire.Encoder()
    frame = wire.pack({"value": encode(value)}, encode.blobs)
    unpacker = wire.Unpacker()
    for k in range(0, len(frame), 7):
        unpacker.feed(frame[k : k + 7])
    body, blobs = unpacker.next()
    return wire.Decoder(blobs)(body["value"])


@given(values)
def test_value__survives_the_wire(value: object) -> None:
    assert wire.same(there_and_back(value), value)


@pytest.mark.parametrize("layout", ["C", "F", "S"])
@pytest.mark.parametrize("writeable", [True, False])
def test_array__keeps_its_memory_layout_and_its_lock(layout: str, writeable: bool) -> None:
    base = np.arange(24.0).reshape(4, 6)
    array = {"C": base, "F": np.asfortranarray(base), "S": base[:, ::2]}[layout]
    array.flags.writeable = writeable
    for back in (there_and_back(array), wire.copied(array)):
        assert isinstance(back, np.ndarray)
        assert np.array_equal(back, array)
        assert back.flags.writeable is writeable
        assert (back.flags.c_contiguous, back.flags.f_contiguous) == (
            array.flags.c_contiguous,
            array.flags.f_contiguous,
        )
        assert not np.shares_memory(back, array)


def test_named_tuple__arrives_as_one_at_the_student_and_as_a_tuple_at_the_marker() -> None:
    class Pair(NamedTuple):
        static: int
        moving: int

    tree = wire.Encoder()(Pair(1, 2))
    assert wire.Decoder([], named=True)(tree).moving == 2
    assert wire.Decoder([])(tree) == (1, 2)


@pytest.mark.parametrize(
    "value", [np.array([None]), np.array(["a"]), object(), {1, 2}, np.datetime64("2026-01-01"), 1j]
)
def test_plain__refuses_what_is_no_number_or_text(value: object) -> None:
    with pytest.raises(TypeError, match="."):
        wire.plain(value)


def test_plain__sees_through_subclasses() -> None:
    class Liar(np.ndarray):
        def __eq__(self, other: object) -> bool:
            return True

        def tobytes(self, *args: object) -> bytes:
            return b""

    out = wire.plain(np.zeros(3).view(Liar))
    assert type(out) is np.ndarray
    assert not np.array_equal(out, np.ones(3))
    assert np.isnan(wire.plain(np.ma.masked_array([1.0, 2.0], [True, False]))[0])


def test_plain__takes_an_element_of_an_array_of_names() -> None:
    name = wire.plain(np.array(["rigid", "affine"])[0])
    assert (type(name), name) == (str, "rigid")


def digest(data: bytes) -> None:
    """Do with bytes what the marker does."""
    unpacker = wire.Unpacker()
    try:
        unpacker.feed(data)
        while (frame := unpacker.next()) is not None:
            body, blobs = frame
            wire.Decoder(blobs)(body.get("value"))
    except wire.WireError:
        pass


@given(st.binary(max_size=300))
def test_any_bytes__raise_nothing_but_wire_error(data: bytes) -> None:
    digest(data)
    digest(wire.MAGIC + data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["a", "s", "t", "l", "d", "n", "h", "c", "value", "blobs"]), inner, max_size=3
        )
    ),
    max_leaves=15,
)


@given(json_values, st.binary(max_size=40))
def test_any_json__raises_nothing_but_wire_error(tree: object, blob: bytes) -> None:
    header = json.dumps({"value": tree, "blobs": [len(blob)]}).encode()
    digest(wire.MAGIC + struct.pack("<I", len(header)) + header + blob)
    header = json.dumps(tree).encode()
    digest(wire.MAGIC + struct.pack("<I", len(header)) + header + blob)


@given(
    st.sampled_from(["<f8", "O", "|O8", "S5", "V8", "<M8[s]", "f8,f8", "<f99", "b1", "c8", ""]),
    st.lists(st.integers(-2, 2**62), max_size=4) | st.text(max_size=3),
    st.integers(-3, 3) | st.booleans() | st.none(),
    st.binary(max_size=64),
)
def test_forged_array__raises_nothing_but_wire_error(dtype: str, shape: object, place: object, blob: bytes) -> None:
    header = json.dumps({"value": {"a": [dtype, shape, place, "C", True]}, "blobs": [len(blob)]}).encode()
    digest(wire.MAGIC + struct.pack("<I", len(header)) + header + blob)


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (b'{"blobs": [99999999999]}', "too large"),
        (b'{"blobs": [-1]}', "without lengths"),
        (b"[" * 100_000, "not JSON"),
        (b'{"blobs": [], "value": ' + b"9" * 5000 + b"}", "not JSON"),
    ],
)
def test_frame_that_would_fill_the_memory__is_refused_at_once(header: bytes, what: str) -> None:
    unpacker = wire.Unpacker()
    unpacker.feed(wire.MAGIC + struct.pack("<I", len(header)) + header)
    with pytest.raises(wire.WireError, match=what):
        unpacker.next()


def test_value_with_too_many_parts__is_refused() -> None:
    deep: object = 1
    for _ in range(50):
        deep = {"l": [deep]}
    with pytest.raises(wire.WireError, match="too many parts"):
        wire.Decoder([])(deep)
