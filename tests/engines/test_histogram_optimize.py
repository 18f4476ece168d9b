"""HistogramRegistration.optimize: known motions, found again."""

import warnings

import numpy as np
import pytest
from scipy import ndimage, optimize

from coursereg import (
    Adam,
    Affine,
    Affine2D,
    HistogramRegistration,
    PolyAffine,
    Rigid,
    Rigid2D,
    Similarity2D,
    mutual_information,
    samples,
)
from coursereg._jit import threads
from coursereg.course.plain.registration import register_smoothly
from coursereg.engines.histogram import refine as stages
from coursereg.engines.histogram import registration

SHIFT = (1.3, -0.8, 0.6)


def waves(shape, seed=0, shift=(0.0, 0.0, 0.0)):
    """A smooth random field given by a formula: moved exactly, by parts of a voxel, without interpolation."""
    rng = np.random.default_rng(seed)
    x = np.moveaxis(np.indices(shape), 0, -1) - np.array(shift[: len(shape)])
    f = 0.1 * rng.normal(size=(40, len(shape)))
    phase, size = rng.uniform(0, 2 * np.pi, 40), rng.normal(size=40)
    return sum(a * np.cos(2 * np.pi * (x @ g) + p) for a, g, p in zip(size, f, phase, strict=True))


def corners(shape):
    return np.indices((2,) * len(shape)).reshape(len(shape), -1).T * (np.array(shape) - 1.0)


def error(T, wanted, shape):
    """Largest distance, in voxels, at the corners of an image."""
    x = corners(shape)
    return float(np.linalg.norm(T.apply(x) - wanted(x), axis=1).max())


def moved_picture(I, T, order=3):
    """The picture J with ``J(T(x)) = I(x)``."""
    back = np.linalg.inv(T.as_affine(ndim=I.ndim))
    return ndimage.affine_transform(I.astype(float), back[:-1, :-1], back[:-1, -1], order=order)


FIELD, MOVED = waves((26, 28, 24)), waves((26, 28, 24), shift=SHIFT)


@pytest.mark.parametrize("similarity", ["cc", "cr", "crl1", "mi", "nmi", "pmi", "dpmi"])
def test_optimize__finds_a_shift_by_parts_of_a_voxel(similarity):
    T = HistogramRegistration(FIELD, MOVED, from_bins=64, similarity=similarity).optimize("rigid")
    assert error(T, lambda x: x + SHIFT, FIELD.shape) < 0.02


@pytest.mark.parametrize("model", ["tri", "pv"])
def test_optimize__slr_follows_its_model(model):
    R = HistogramRegistration(FIELD, MOVED, from_bins=64, similarity="mi", interp=model)
    T = Rigid()
    T.translation[:] = SHIFT
    dist = R.joint_histogram(T)
    R = HistogramRegistration(FIELD, MOVED, from_bins=64, similarity="slr", dist=dist / dist.sum())
    assert error(R.optimize("rigid"), lambda x: x + SHIFT, FIELD.shape) < 0.02


@pytest.mark.parametrize("interp", ["pv", "tri", "rand"])
def test_optimize__does_not_depend_on_how_the_search_looks_up(interp):
    R = HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi", interp=interp)
    assert error(R.optimize("rigid"), lambda x: x + SHIFT, FIELD.shape) < 0.02


def test_optimize__stands_noise():
    rng = np.random.default_rng(1)
    I, J = (x + 0.1 * x.std() * rng.normal(size=x.shape) for x in (FIELD, MOVED))
    for similarity in ("crl1", "mi"):
        T = HistogramRegistration(I, J, from_bins=64, similarity=similarity).optimize("rigid")
        assert error(T, lambda x: x + SHIFT, I.shape) < 0.1


def test_optimize__stands_holes():
    rng = np.random.default_rng(2)
    I, J = (np.where(rng.random(x.shape) < 0.02, np.nan, x) for x in (FIELD, MOVED))
    J[:3] = 1e6  # masked below: must not leak in
    mask = np.ones(J.shape, bool)
    mask[:3] = False
    T = HistogramRegistration(I, J, from_bins=64, similarity="mi", to_mask=mask).optimize("rigid")
    assert error(T, lambda x: x + SHIFT, I.shape) < 0.05  # a sixth of the samples is left


def test_optimize__agrees_with_the_readable_version():
    I, J = samples.blob((48, 64), (24, 30)), samples.blob((48, 64), (25.3, 29.2))
    R = HistogramRegistration(I, J, from_bins=32, similarity="mi")
    T = R.optimize("rigid")
    # the same measure on other random places; the blob is nearly round, so that turns are left out
    np.testing.assert_allclose(T.apply([[24.0, 30.0]])[0] - [24, 30], register_smoothly(I, J), atol=0.02)


def test_optimize__brain_template_in_world_coordinates():
    data, affine = samples.template()
    static = (data[::2, ::2, ::2], affine @ np.diag([2, 2, 2, 1]))  # 4 mm
    T = Rigid()
    T.param = [3, -5, 4, 6, -4, 8]  # mm and hundredths of a radian
    back = np.linalg.inv(affine) @ np.linalg.inv(T.as_affine()) @ affine
    moving = np.sqrt(np.clip(ndimage.affine_transform(data.astype(float), back[:3, :3], back[:3, 3]), 0, None))
    found = HistogramRegistration(static, (moving, affine), from_bins=64, similarity="mi").optimize("rigid")
    x = np.argwhere(static[0] > 0)[::20] @ static[1][:3, :3].T + static[1][:3, 3]
    assert np.linalg.norm(found.apply(x) - T.apply(x), axis=1).mean() < 0.02 * 4


@pytest.mark.parametrize(
    ("kind", "param"),
    [
        ("rigid", [4.2, -3.1, 9]),
        ("similarity", [2.5, 1.5, -6, 7]),
        ("affine", [3.3, -2.2, 5, 6, -5, 3]),
    ],
)
def test_optimize__in_two_dimensions(kind, param):
    I = samples.brain()[40:172:2, 52:206:2].astype(float)
    wanted = {"rigid": Rigid2D, "similarity": Similarity2D, "affine": Affine2D}[kind]()
    wanted.param = param
    R = HistogramRegistration(I, moved_picture(I, wanted), from_bins=64, similarity="mi")
    T = R.optimize(kind)
    assert type(T) is type(wanted)
    # an 8-bit picture at half its size is no spline, and the moved one is interpolated once more
    assert error(T, wanted.apply, I.shape) < 0.1


@pytest.mark.parametrize("k", [2, 3, 4])
def test_optimize__real_slices_from_the_identity(k):
    I, J = samples.brain_mri(1), samples.brain_mri(k)
    theta, shift = samples.brain_mri_truth(k)
    R = HistogramRegistration(I, J, from_bins=64)
    T = R.optimize("rigid")
    c, s = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
    x = np.argwhere(I > 60)[::50].astype(float)
    wanted = (x + np.array(shift)) @ np.array([[c, -s], [s, c]])  # moving(x) = static(R x - shift)
    assert np.linalg.norm(T.apply(x) - wanted, axis=1).mean() < 0.3
    assert R.result.success


def test_optimize__another_kind_of_scan():
    pair = samples.t1_pd(moved=True)
    for similarity in ("mi", "nmi", "crl1"):
        R = HistogramRegistration(pair.static, pair.moving, from_bins=64, similarity=similarity)
        T = R.optimize("rigid")
        np.testing.assert_allclose(T.apply([[128.0, 110.0]]), [[128 + 17, 110 + 13]], atol=0.1)


def test_optimize__a_measure_of_your_own():
    I = samples.brain()[40:172:2, 52:206:2].astype(float)
    wanted = Rigid2D()
    wanted.param = [2.3, -1.2, 3]
    J = moved_picture(I, wanted)
    R = HistogramRegistration(I, J, from_bins=64, similarity=mutual_information)
    assert error(R.optimize("rigid"), wanted.apply, I.shape) < 0.1


class Shift:
    """A student's transform: apply and param, no copy."""

    def __init__(self):
        self.param = np.zeros(2)

    def apply(self, points):
        return points + self.param


def test_optimize__a_transform_of_your_own():
    I, J = samples.blob((48, 64), (24, 30)), samples.blob((48, 64), (25.3, 29.2))
    T = Shift()
    assert HistogramRegistration(I, J, from_bins=32, similarity="mi").optimize(T) is T
    np.testing.assert_allclose(T.param, [1.3, -0.8], atol=0.02)


def test_optimize__a_blend_of_two_maps(monkeypatch):
    monkeypatch.setattr(registration, "SEARCH_POINTS", 1000)  # every evaluation takes all points through all maps
    monkeypatch.setattr(stages, "SAMPLES", 2**12)
    centers = [[6, 14, 12], [20, 14, 12]]
    wanted = PolyAffine(centers, [Affine(), Affine([1.0, 0.5, 0] + [0] * 9)], 7)
    x = np.moveaxis(np.indices(FIELD.shape), 0, -1).reshape(-1, 3).astype(float)
    moving = FIELD  # static(x) = moving(T(x))
    static = ndimage.map_coordinates(moving, wanted.apply(x).T, order=3, mode="mirror").reshape(FIELD.shape)
    start = PolyAffine(centers, [Rigid(), Rigid()], 7)
    R = HistogramRegistration(static, moving, from_bins=32, similarity="cc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # twelve parameters, strongly coupled: the budget may not do
        T = R.optimize(start, maxiter=2)
    inner = x[(abs(x - 12) < 7).all(axis=1)]
    before = np.linalg.norm(inner - wanted.apply(inner), axis=1).mean()
    assert np.linalg.norm(T.apply(inner) - wanted.apply(inner), axis=1).mean() < 0.1 * before


# --- optimisers -------------------------------------------------------------------------------------------------------


def first_search(**words):
    """A cost without kinks at whole pixels, so that each optimiser can show that it works."""
    I, J = samples.blob((48, 64), (24, 30)), samples.blob((48, 64), (26.3, 28.2))
    R = HistogramRegistration(I, J, from_bins=48, similarity="cc", interp="tri")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # 25 iterations of descent need not do
        T = R.optimize(Shift(), refine=False, **words)
    return T.param, R.result


@pytest.mark.parametrize("optimizer", ["powell", "simplex", "steepest", "cg", "bfgs", "ncg", "L-BFGS-B"])
def test_optimizer__of_every_name_moves(optimizer):
    param, result = first_search(optimizer=optimizer, maxiter=60, xtol=1e-3, ftol=1e-6)
    np.testing.assert_allclose(param, [2.3, -1.8], atol=0.25)  # the search on the grid, not refined
    assert result.n_eval > 5
    assert result.stages[0][0] == "search"


def test_optimizer__may_be_an_object_with_step_or_a_function():
    param, _ = first_search(optimizer=Adam(lr=0.3), maxiter=100)
    np.testing.assert_allclose(param, [2.3, -1.8], atol=0.3)

    def method(fun, x0):
        return optimize.minimize(fun, x0, method="Nelder-Mead", options={"initial_simplex": x0 + 2 * np.eye(3, 2)}).x

    param, _ = first_search(optimizer=method)
    np.testing.assert_allclose(param, [2.3, -1.8], atol=0.25)


def test_optimize__passes_options_and_calls_back():
    seen = []
    first_search(optimizer="powell", callback=seen.append, maxiter=2)
    assert 1 <= len(seen) <= 2
    assert seen[0].shape == (2,)


def test_optimize__without_convergence_warns_and_says_so():
    R = HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi")
    with pytest.warns(RuntimeWarning, match="did not converge"):
        R.optimize("rigid", refine=False, maxiter=1)
    assert not R.result.success
    assert R.result.reason


def test_result__tells_what_happened():
    R = HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi")
    assert R.result is None
    T = R.optimize("rigid")
    result = R.result
    np.testing.assert_array_equal(result.x, T.param)
    assert result.success is True
    assert result.similarity == R.eval(T)
    assert 0.8 < result.overlap <= 1
    assert result.n_eval == sum(stage.n_eval for _, stage in result.stages)
    assert [name for name, _ in result.stages][0] == "search"
    assert all(x.shape == (6,) for x, _ in result.trace)
    values = [value for _, value in result.stages[-1][1].trace]
    assert result.fun == min(values) <= values[0]


def test_optimize__starts_where_images_overlap():
    far = np.eye(4)
    far[:3, 3] = [1000, -500, 200]
    R = HistogramRegistration(FIELD, (MOVED, far), from_bins=32, similarity="mi")
    assert R.eval(Rigid()) == -np.inf
    T = R.optimize("rigid")
    wanted = np.array(SHIFT) + far[:3, 3]
    assert error(T, lambda x: x + wanted, FIELD.shape) < 0.05  # turns about an origin that is 1 m away


@pytest.mark.parametrize("shape", [(3, 3, 3), (8, 8, 8), (8, 8), (2, 50)])
def test_optimize__leaves_tiny_images_that_agree_where_they_are(shape):
    image = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=shape), 1)
    T = HistogramRegistration(image, image, from_bins=16, similarity="mi").optimize("rigid")
    assert error(T, lambda x: x, shape) < 0.1  # a few samples


def test_optimize__tells_when_it_slid_away():
    image = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(1, 40, 40)), 1)
    R = HistogramRegistration(image, image, from_bins=16, similarity="mi")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        T = R.optimize("rigid")  # one slice: nothing says how it is tilted
    here = np.linalg.norm(T.apply(corners(image.shape)) - corners(image.shape), axis=1).max()
    assert here < 1 or (not R.result.success and caught)


def test_optimize__changes_the_transform_it_is_given():
    T = Rigid()
    assert HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi").optimize(T) is T
    assert abs(T.translation - SHIFT).max() < 0.1


def test_optimize__a_flat_similarity_is_no_success():
    R = HistogramRegistration(FIELD, MOVED, similarity=lambda H: 1.0)
    with pytest.warns(RuntimeWarning, match="does not change with the transform"):
        R.optimize("rigid", maxiter=1)
    assert not R.result.success
    with pytest.raises(ValueError, match="similarity must be a number at the start, got nan"):
        HistogramRegistration(FIELD, MOVED, similarity=lambda H: np.nan).optimize("rigid")
    with pytest.raises(TypeError, match="similarity must return one number"):
        HistogramRegistration(FIELD, MOVED, similarity=lambda H: H).optimize("rigid")


def test_optimize__two_threads_give_the_bits_of_one():
    found = []
    for n in (1, 2):
        with threads(n):
            found.append(HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi").optimize("affine").param)
    np.testing.assert_array_equal(*found)


def test_optimize__thins_only_while_it_searches(monkeypatch):
    monkeypatch.setattr(registration, "SEARCH_POINTS", 1000)
    R = HistogramRegistration(FIELD, MOVED, from_bins=32, similarity="mi")
    before = R.eval(Rigid())
    T = R.optimize("rigid")
    assert R.eval(Rigid()) == before
    assert error(T, lambda x: x + SHIFT, FIELD.shape) < 0.02
