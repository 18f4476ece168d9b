"""The stated motions are those of the pixels: measured with SciPy, not with the code that moved them."""

import numpy as np
import pytest
from scipy import ndimage, optimize

from coursereg.course import samples


def pull(picture, theta, shift):
    """``out(x) = picture(R x - shift)`` with SciPy's cubic spline; 0 outside."""
    angle = np.deg2rad(theta)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return ndimage.affine_transform(np.asarray(picture, float), matrix, offset=-np.asarray(shift), order=3)


def measured_motion(static, moving, theta, shift):
    """
    Least squares over (angle, rows, columns) and a linear change of grey values, started near the given
    motion.

    The angle is measured about the brain's middle, so that the three numbers hardly depend on each other.
    """
    static, moving = (ndimage.gaussian_filter(np.asarray(p, float), 1.5) for p in (static, moving))
    middle = np.array(ndimage.center_of_mass(static > 60))

    def motion(x):
        angle = np.deg2rad(theta + x[0])
        matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        start = np.deg2rad(theta)
        first = np.array([[np.cos(start), -np.sin(start)], [np.sin(start), np.cos(start)]])
        place = first.T @ (middle + np.asarray(shift)) + x[1:]
        return theta + x[0], matrix @ place - middle

    def residual(x):
        moved = pull(static, *motion(x))
        inside = np.s_[4:-4, 4:-4]
        design = np.stack([moved[inside].ravel(), np.ones(moved[inside].size)], axis=1)
        fit, *_ = np.linalg.lstsq(design, moving[inside].ravel(), rcond=None)
        return (design @ fit - moving[inside].ravel()) / 10

    start = np.array([0.4, 0.6, -0.5])
    # degrees, rows and columns away from the truth, at the brain's middle
    return optimize.least_squares(residual, start, diff_step=1e-3).x


@pytest.mark.parametrize("k", [2, 3, 4])
def test_brain_mri__is_moved_as_stated(k):
    theta, shift = samples.brain_mri_truth(k)
    off = measured_motion(samples.brain_mri(1), samples.brain_mri(k), theta, shift)
    assert np.abs(off[1:]).max() < 0.1  # pixels
    assert abs(off[0]) < 0.1  # degrees


@pytest.mark.parametrize("kind", ["shift", "subpixel", "rotation", "rigid", "contrast"])
@pytest.mark.parametrize("seed", [0, 11])
def test_brain_pair__is_moved_as_stated(kind, seed):
    pair = samples.brain_pair(kind, seed=seed)
    off = measured_motion(pair.static, pair.moving, pair.theta, pair.shift)
    assert np.abs(off[1:]).max() < 0.1
    assert abs(off[0]) < 0.1


def test_brain_pair_of_another_modality__has_the_stated_outline():
    pair = samples.brain_pair("modality", seed=4)
    masks = [ndimage.gaussian_filter(p.astype(float), 1) > 25 for p in (pair.static, pair.moving)]
    masks = [ndimage.binary_fill_holes(m) for m in masks]
    middles = [np.array(ndimage.center_of_mass(m)) for m in masks]
    assert np.abs(middles[1] - middles[0] - pair.shift).max() < 0.5


def test_shifted_proton_density__is_the_aligned_one_moved_by_whole_pixels():
    aligned, moved = samples.t1_pd(), samples.t1_pd(moved=True)
    p, q = (int(v) for v in moved.shift)
    head = np.s_[20:237, 20:201]
    shifted = np.s_[20 + p : 237 + p, 20 + q : 201 + q]
    np.testing.assert_array_equal(moved.moving[shifted], aligned.moving[head])
    np.testing.assert_array_equal(moved.static, aligned.static)


def test_t1_and_pd__are_aligned():
    # edges stand at the same places whatever the contrast: their correlation is best without a shift
    pair = samples.t1_pd()
    static, moving = (ndimage.gaussian_gradient_magnitude(p.astype(float), 1.5) for p in pair[:2])
    inner = np.s_[10:-10, 10:-10]
    scores = {
        (p, q): np.corrcoef(static[inner].ravel(), np.roll(moving, (p, q), (0, 1))[inner].ravel())[0, 1]
        for p in range(-3, 4)
        for q in range(-3, 4)
    }
    assert max(scores, key=scores.get) == (0, 0)
