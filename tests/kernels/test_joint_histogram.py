"""Kernels of the joint histogram against one line of NumPy each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursereg.kernels import joint_histogram as kernels

HAIR = 1e-12


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 6), st.randoms(use_true_random=False))
def test_count_pairs__is_add_at(n, rows, columns, random):
    s = np.array([random.randrange(rows) for _ in range(n)], np.uint16)
    m = np.array([random.randrange(columns) for _ in range(n)], np.uint16)
    wanted, out = np.zeros((rows, columns)), np.zeros((rows, columns), np.uint32)
    np.add.at(wanted, (s, m), 1)
    kernels.count_pairs(s, m, out)
    np.testing.assert_array_equal(out, wanted)


def test_count_pairs__adds_to_what_is_there():
    out = np.full((1, 2), 5, np.uint32)
    kernels.count_pairs(np.uint8([0, 0]), np.uint8([1, 1]), out)
    assert out.tolist() == [[5, 7]]


@given(hnp.arrays(np.uint16, st.integers(1, 30), elements=st.integers(0, 9)))
def test_look_up__is_fancy_indexing(levels):
    table = np.arange(10, dtype=np.uint16)[::-1].copy()
    out = np.empty(levels.size, np.uint16)
    kernels.look_up(levels, table, out)
    np.testing.assert_array_equal(out, table[levels])


def searched(samples, edges):
    return np.minimum(np.searchsorted(edges, samples, side="right") - 1, edges.size - 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 2, 3, 10, 49, 64])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.1, 0.7), (1e6, 1e6 + 1), (-3e-5, 3e7)])
def test_bin_equal_width__puts_samples_on_and_beside_edges_where_searchsorted_does(dtype, n, low, high):
    low, high = dtype(low), dtype(high)
    edges = np.linspace(low, high, n + 1)
    near = [edges, np.nextafter(edges, edges.dtype.type(-np.inf)), np.nextafter(edges, edges.dtype.type(np.inf))]
    samples = np.concatenate(near).clip(low, high).astype(dtype)
    out = np.empty(samples.size, np.uint16)
    hair = 4 * np.finfo(edges.dtype).eps * n * max(1, max(abs(low), abs(high)) / (high - low))
    kernels.bin_equal_width(samples, edges.astype(np.float64), float(hair), out)
    np.testing.assert_array_equal(out, searched(samples, edges))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_bin_equal_width__covers_every_block(dtype):
    samples = np.linspace(0, 1, kernels.BLOCK + 3)
    edges = np.linspace(0, 1, 11)
    out = np.full(samples.size, 99, dtype)
    kernels.bin_equal_width(samples, edges, HAIR, out)
    np.testing.assert_array_equal(out, searched(samples, edges))
