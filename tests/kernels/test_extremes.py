"""Minimum and maximum through the bits of floats, against NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from coursereg.kernels.extremes import extremes


def found(samples):
    bits = samples.view(f"i{samples.itemsize}")
    out = np.empty(2, bits.dtype)
    extremes(bits, np.int64(np.iinfo(bits.dtype).max), out)
    return out.view(samples.dtype)


@given(
    st.sampled_from([np.float32, np.float64]).flatmap(
        lambda dtype: hnp.arrays(dtype, st.integers(1, 40), elements={"allow_nan": False})
    )
)
def test_extremes__are_minimum_and_maximum(samples):
    np.testing.assert_array_equal(found(samples), [samples.min(), samples.max()])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, -np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("sign", [-1, 1])
def test_extremes__show_a_sample_that_is_not_finite(dtype, bad, sign):
    samples = sign * np.linspace(1, 2, 30, dtype=dtype)
    samples[17] = bad
    assert not np.isfinite(found(samples)).all()
