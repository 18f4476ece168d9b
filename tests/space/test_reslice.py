"""Another voxel size."""

import nibabel.affines
import numpy as np
import pytest
from scipy import ndimage

from coursereg import Grid, resample, reslice
from coursereg.course.plain.interpolation import new_shape

AFFINE = np.array([[4.0, 0, 0, -90], [0, 4, 0, -126], [0, 0, 5, -72], [0, 0, 0, 1]])


def volume(shape=(6, 7, 5)):
    return np.random.default_rng(0).uniform(0, 100, shape)


def test_reslice__gives_the_shape_of_the_published_example():
    data, affine = reslice(np.zeros((58, 58, 24), np.int16), AFFINE, (4, 4, 5), (3, 3, 3))
    assert data.shape == (77, 77, 40)
    assert data.dtype == np.int16
    np.testing.assert_allclose(nibabel.affines.voxel_sizes(affine), 3)


@pytest.mark.parametrize("order", range(6))
@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "mirror", "wrap"])
def test_reslice__is_affine_transform_by_the_ratio_of_sizes(order, mode):
    scale = np.array([0.75, 0.5, 1.2])
    data, _ = reslice(volume(), AFFINE, (4, 4, 5), scale * (4, 4, 5), order, mode, cval=3)
    shape = new_shape((6, 7, 5), (4, 4, 5), scale * (4, 4, 5))
    wanted = ndimage.affine_transform(volume(), np.diag(scale), output_shape=shape, order=order, mode=mode, cval=3)
    np.testing.assert_array_equal(data, wanted)


@pytest.mark.parametrize("order", [0, 1, 3])
def test_reslice__agrees_with_resampling_in_the_world(order):
    data, affine = reslice(volume(), AFFINE, (4, 4, 5), (3, 3, 3), order)
    static = Grid(data.shape, affine)
    # an index such as 4.5 may fall to either side of the half, so labels are compared where both agree on the side
    same = np.isclose(data, resample(volume(), Grid((6, 7, 5), AFFINE), static, order=order), atol=1e-6)
    assert same.mean() > (0.6 if order == 0 else 0.999)


# --- Lanczos ---------------------------------------------------------------------------------------------------------


def lanczos_line(line, place, lobes, pad):
    """Value of a line at a place, straight from the formula; pad is a mode of `numpy.pad`, or nothing."""
    far = 3 * line.size
    padded = np.pad(line, far, mode=pad) if pad else line
    x = place - (np.arange(padded.size) - (far if pad else 0))
    weights = np.where(np.abs(x) < lobes, np.sinc(x) * np.sinc(x / lobes), 0)
    return weights @ padded / weights.sum()


@pytest.mark.parametrize(("order", "lobes"), [("lanczos", 3), ("lanczos2", 2), ("lanczos3", 3)])
@pytest.mark.parametrize(
    ("mode", "pad"), [("constant", None), ("nearest", "edge"), ("reflect", "symmetric"), ("wrap", "wrap")]
)
def test_lanczos__is_a_windowed_sinc_along_each_axis(order, lobes, mode, pad):
    line = volume()[:, 0, 0]
    for axis in range(3):
        data = np.moveaxis(np.broadcast_to(line[:, None, None], (6, 4, 4)), 0, axis)
        new_zooms = np.where(np.arange(3) == axis, 0.7, 1.0)
        got, _ = reslice(data, np.eye(4), (1, 1, 1), new_zooms, order, mode, cval=-7)
        wanted = [lanczos_line(line, x, lobes, pad) for x in 0.7 * np.arange(9)]
        if mode == "constant":  # beyond the last sample, which is at 5
            wanted[-1] = -7
        got = np.moveaxis(got, axis, 0)
        np.testing.assert_allclose(got, np.broadcast_to(np.reshape(wanted, (9, 1, 1)), got.shape), atol=1e-10)


def test_lanczos__keeps_the_samples_that_it_meets_and_a_constant():
    data, _ = reslice(volume(), AFFINE, (4, 4, 5), (2, 4, 5), "lanczos")
    np.testing.assert_allclose(data[::2], volume(), atol=1e-10)
    data, _ = reslice(np.full((6, 7, 5), 3.0), AFFINE, (4, 4, 5), (3, 3, 3), "lanczos2", "nearest")
    np.testing.assert_allclose(data, 3)


def test_lanczos__follows_a_wave_more_closely_than_a_line_does():
    wave = np.sin(np.arange(40) * 0.9)[:, None, None] * np.ones((40, 2, 2))
    wanted = np.sin(np.arange(80) * 0.45)[20:60]
    error = [
        np.abs(reslice(wave, np.eye(4), (1, 1, 1), (0.5, 1, 1), o)[0][20:60, 0, 0] - wanted).max()
        for o in (1, "lanczos2", "lanczos3")
    ]
    assert error[2] < error[1] < error[0] / 3


def test_lanczos__clips_integers_instead_of_wrapping():
    steps = np.zeros((12, 3, 3), "u1")
    steps[6:] = 255
    data, _ = reslice(steps, AFFINE, (4, 4, 5), (3, 4, 5), "lanczos", "nearest")
    assert data.dtype == np.uint8
    assert (np.diff(data[:, 1, 1] > 127) != 0).sum() == 1


# --- all -------------------------------------------------------------------------------------------------------------


def test_reslice__keeps_a_ramp_in_its_place():
    ramp = np.broadcast_to(np.arange(8.0)[:, None, None] * 4 - 90, (8, 4, 4))
    data, affine = reslice(ramp, AFFINE, (4, 4, 5), (1, 4, 5), mode="nearest")
    world = Grid(data.shape, affine).to_world(np.moveaxis(np.indices(data.shape), 0, -1))[..., 0]
    inside = world <= ramp.max()
    np.testing.assert_allclose(data[inside], world[inside])


def test_reslice__to_the_same_size_changes_nothing():
    data, affine = reslice(volume(), AFFINE, (4, 4, 5), (4, 4, 5))
    np.testing.assert_array_equal(data, volume())
    np.testing.assert_array_equal(affine, AFFINE)


def test_reslice__takes_several_volumes_on_several_threads():
    series = np.stack([volume(), 2 * volume(), -volume()], axis=-1)
    one, _ = reslice(series, AFFINE, (4, 4, 5), (3, 3, 3))
    for threads in (2, None, -1):
        np.testing.assert_array_equal(reslice(series, AFFINE, (4, 4, 5), (3, 3, 3), num_processes=threads)[0], one)
    np.testing.assert_array_equal(one[..., 1], reslice(2 * volume(), AFFINE, (4, 4, 5), (3, 3, 3))[0])


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "i8", "u8"])
def test_reslice__clips_integers_instead_of_wrapping(dtype):
    limits = np.iinfo(dtype)
    steps = np.full((12, 3, 3), limits.min, dtype)
    steps[6:] = limits.max
    data, _ = reslice(steps, AFFINE, (4, 4, 5), (3, 4, 5), order=3, mode="nearest")  # rings over the edge
    assert data.dtype == dtype
    middle = data[:, 1, 1].astype(float) / limits.max
    assert (np.diff(middle > 0.5) != 0).sum() == 1  # one edge, no wrapped samples beside it


@pytest.mark.parametrize("dtype", ["u1", "i8", "u8", "?", "f2", "f4"])
def test_reslice__keeps_labels(dtype):
    labels = (np.arange(60).reshape(3, 4, 5) % 2).astype(dtype)
    data, _ = reslice(labels, AFFINE, (4, 4, 5), (4, 4, 2.5), order=0, mode="nearest")
    assert data.dtype == dtype
    np.testing.assert_array_equal(data[..., ::2], labels)


def test_reslice__takes_a_mask():
    mask = np.zeros((6, 6, 6), bool)
    mask[2:5] = True
    data, _ = reslice(mask, AFFINE, (4, 4, 5), (2, 4, 5))
    assert data.dtype == bool
    assert np.flatnonzero(data[:, 0, 0]).tolist() == [3, 4, 5, 6, 7, 8, 9]


def test_reslice__fills_floats_with_nan_and_integers_with_their_own_values():
    half_empty = {"affine": AFFINE, "zooms": (4, 4, 5), "new_zooms": (4, 4, 5), "new_shape": (12, 7, 5)}
    assert np.isnan(reslice(volume(), cval=np.nan, **half_empty)[0][6:]).all()
    for order in (0, 1):
        data, _ = reslice(volume().astype("u1"), order=order, cval=255, **half_empty)
        assert (data[6:] == 255).all()


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"data": np.ones((3, 3))}, ValueError, r"data must be 3-D or 4-D, got shape \(3, 3\)"),
        ({"affine": np.eye(3)}, ValueError, r"affine must have shape \(4, 4\)"),
        ({"zooms": (1, 0, 1)}, ValueError, "zooms must be three positive numbers"),
        ({"new_zooms": (1, 1)}, ValueError, "new_zooms must be three positive numbers"),
        ({"new_zooms": (np.nan, 1, 1)}, ValueError, "new_zooms must be three positive numbers"),
        ({"order": 6}, ValueError, "order must be one of 0, 1, 2, 3, 4, 5, got 6"),
        ({"order": -1}, ValueError, "order must be at least 0, got -1"),
        ({"order": 1.0}, TypeError, "order must be a whole number, got 1.0"),
        ({"order": "cubic"}, ValueError, "order must be one of 0, 1, .* 'lanczos', .* got 'cubic'"),
        ({"order": "lanczos", "mode": "mirror"}, ValueError, "mode must be one of 'constant', .* 'wrap', got 'mirror'"),
        (
            {"data": np.full((3, 3, 3), np.inf), "order": "lanczos"},
            ValueError,
            "data has infinite values at 27 of 27 samples",
        ),
        ({"order": None}, TypeError, "order must be a whole number, got None"),
        ({"cval": None}, TypeError, "cval must hold real numbers .* got dtype object"),
        ({"cval": "0"}, TypeError, "cval must hold real numbers .* got dtype <U1"),
        ({"cval": [0, 1]}, ValueError, r"cval must be one number, got \[0, 1\]"),
        (
            {"data": np.ones((3, 3, 3), int), "cval": np.nan},
            ValueError,
            "cval must be a value of dtype int64.* got nan",
        ),
        ({"data": np.ones((3, 3, 3), "u1"), "order": 0, "cval": -1}, ValueError, "cval .* dtype uint8, .* got -1"),
        ({"data": np.ones((3, 3, 3), "u1"), "order": 0, "cval": 300}, ValueError, "cval .* dtype uint8, .* got 300"),
        ({"mode": "periodic"}, ValueError, "mode must be one of 'constant'"),
        ({"num_processes": 0}, ValueError, "num_processes must be positive, or negative .* got 0"),
        ({"num_processes": 1.5}, TypeError, "num_processes must be a whole number, got 1.5"),
        ({"new_shape": (3, 3)}, ValueError, r"new_shape must have three entries of at least 1, got \(3, 3\)"),
        ({"new_shape": 5}, ValueError, "new_shape must have three entries of at least 1, got 5"),
        ({"new_shape": "abc"}, ValueError, "new_shape must have three entries of at least 1, got abc"),
        ({"new_shape": (3, 3, 1.5)}, TypeError, "each entry of new_shape must be a whole number, got 1.5"),
        ({"new_shape": (10**4,) * 3}, ValueError, r"new_shape must have at most 2147483648 samples, got \(10000, "),
        ({"new_zooms": (1, 1, 1e-9)}, ValueError, r"at most 2147483648 samples, got \(3, 3, 3000000000\); zooms and"),
        ({"new_zooms": (1, 1, 1e-320)}, ValueError, "zooms and new_zooms must have one unit, got zooms .*1e-320"),
        ({"new_zooms": (1, 1, 1e305), "new_shape": (1, 1, 1)}, ValueError, "must have one unit, got .*1e\\+305"),
        ({"new_zooms": (100, 1, 1)}, ValueError, r"new_shape must have three entries of at least 1, got \(0, 3, 3\)"),
        ({"data": np.full((3, 3, 3), np.nan), "order": 3}, ValueError, "data has NaN at 27 of 27 samples"),
    ],
)
def test_reslice__says_what_is_wrong(change, error, match):
    good = {"data": np.ones((3, 3, 3)), "affine": np.eye(4), "zooms": (1, 1, 1), "new_zooms": (1, 1, 1)}
    with pytest.raises(error, match=match):
        reslice(**good | change)
