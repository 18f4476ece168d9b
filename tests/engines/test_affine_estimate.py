"""What `estimate_affine` says before a registration, beside what it took."""

import os
import tracemalloc

import numpy as np
import pytest
from bench.fields import Field, grid
from scipy import ndimage

from coursereg import estimate_affine, register_affine

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="minutes without a compiler")


@pytest.mark.parametrize("shape", [(80, 90, 70), (300, 400), (160, 150, 140)], ids=["volume", "picture", "very large"])
def test_memory__is_right_within_a_factor_of_two(shape):
    small = tuple(n // 2 for n in shape) if len(shape) == 3 else shape
    field, points = Field(0, waves=20, ndim=len(shape)), grid(small)
    static, moving = (
        ndimage.zoom(field(points - k).astype(np.float32), np.divide(shape, small), order=1) for k in (0, 1.3)
    )
    register_affine(static, moving, "rigid")  # compiles
    tracemalloc.start()  # NumPy tells it of its arrays
    register_affine(static, moving, "rigid")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.5 < estimate_affine(shape, shape).memory / peak < 2


def test_estimate__grows_with_the_images_and_needs_none():
    small, large = (estimate_affine((n, n, n), (n, n, n)) for n in (32, 512))
    assert 0 < small.seconds < large.seconds
    assert small.memory < large.memory


@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        ((10,), ValueError, "must have 2 or 3 numbers"),
        ((10, 1), ValueError, "must be at least 2"),
        ((10, 2.5), TypeError, "must be a whole number"),
    ],
)
def test_bad_shape__is_a_clear_error(shape, error, message):
    with pytest.raises(error, match=message):
        estimate_affine(shape, (10, 10))


def test_shapes__of_other_dimensions_are_refused():
    with pytest.raises(ValueError, match="as many numbers"):
        estimate_affine((5, 5), (5, 5, 5))
