"""AffineRegistration: known motions, other metrics and methods, masks, what it tells, and what it refuses."""

import os
import warnings

import nibabel
import numpy as np
import pytest
from scipy import ndimage

import coursereg
from coursereg import (
    AffineCorrelationMetric,
    AffineMap,
    AffineRegistration,
    AffineSSDMetric,
    MutualInformationMetric,
    regtransforms,
)

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="whole images take minutes without a compiler"
)
METRICS = [MutualInformationMetric, AffineSSDMetric, AffineCorrelationMetric]
SHORT = {"level_iters": [60, 40], "sigmas": [1, 0], "factors": [2, 1], "verbosity": 0}


def blobs(shape, seed=0, sigma=3.0):
    """A smooth image that is dark at its border."""
    rng = np.random.default_rng(seed)
    window = np.ones(shape)
    for axis, n in enumerate(shape):
        ramp = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
        window *= ramp.reshape([-1 if a == axis else 1 for a in range(len(shape))])
    image = ndimage.gaussian_filter(rng.random(shape), sigma)
    return 100 * window * (image - image.min()) / np.ptp(image)


def moved_pair(matrix, shape, seed=0):
    """A static image and a moving one, so that ``matrix`` takes static points to moving ones."""
    moving = blobs(shape, seed)
    # the static image is exact up to a spline: what lies at x comes from matrix @ x
    static = ndimage.affine_transform(moving, matrix[:-1, :-1], matrix[:-1, -1], order=3)
    return np.clip(static, 0, None), moving


def about(matrix, shape):
    """The linear part of a matrix about the middle of an image."""
    middle = (np.array(shape) - 1) / 2
    out = matrix.copy()
    out[:-1, -1] += middle - matrix[:-1, :-1] @ middle
    return out


def error(found, truth, shape):
    """Mean distance of points of the image's middle, in voxels."""
    axes = [np.linspace(0.25 * n, 0.75 * n, 5) for n in shape]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(shape))
    way = points @ (found - truth)[:-1, :-1].T + (found - truth)[:-1, -1]
    return np.linalg.norm(way, axis=1).mean()


@pytest.fixture(scope="module")
def turned():
    """A 2-D pair, 8 degrees and (2.3, -1.6), and its truth."""
    truth = about(regtransforms["RIGID", 2].param_to_matrix([np.deg2rad(8), 2.3, -1.6]), (64, 56))
    return *moved_pair(truth, (64, 56)), truth


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", ["rigid", "similarity", "affine", "rigid_scaling"])
def test_known_turn__is_found_in_2d(turned, metric, kind):
    static, moving, truth = turned
    engine = AffineRegistration(metric(), **SHORT)
    found = engine.optimize(static, moving, kind)
    # mutual information with free scales prefers maps that shrink, and see less of the dull background
    scales_too = metric is MutualInformationMetric and kind != "rigid"
    assert error(found.affine, truth, static.shape) < (0.15 if scales_too else 0.05)
    assert engine.result.success


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("proportion", [None, 0.5])
def test_known_motion__is_found_in_3d(metric, proportion):
    shape = (36, 34, 38)
    # as above: the scales of an affine map would shrink by 5 % here, as DIPY's do
    kind, scales = ("rigid", [1, 1, 1]) if metric is MutualInformationMetric else ("affine", [1.05, 0.95, 1.0])
    truth = regtransforms["RIGIDSCALING", 3].param_to_matrix([0.08, -0.1, 0.12, 1.3, -0.8, 1.1, *scales])
    truth = about(truth, shape)
    static, moving = moved_pair(truth, shape, seed=3)
    engine = AffineRegistration(metric(sampling_proportion=proportion), **SHORT)
    found = engine.optimize(static, moving, kind)
    assert error(found.affine, truth, shape) < 0.05


def test_contrast__may_be_another_for_mutual_information(turned):
    static, moving, truth = turned
    for other in (np.sqrt(moving), moving.max() - moving):
        found = AffineRegistration(**SHORT).optimize(static, other, "rigid")
        assert error(found.affine, truth, static.shape) < 0.1


def test_spacing_and_world__are_minded(turned):
    static, moving, truth = turned
    static_world = np.array([[0.0, 2, 40], [-2, 0, 300], [0, 0, 1]])
    moving_world = np.diag([0.5, 0.5, 1.0])
    moving_world[:2, 2] = -100, 7
    wanted = moving_world @ truth @ np.linalg.inv(static_world)
    engine = AffineRegistration(**SHORT)
    found = engine.optimize(
        static, moving, "affine", None, static_world, moving_world, moving_world @ np.linalg.inv(static_world)
    )
    in_voxels = np.linalg.inv(moving_world) @ found.affine @ static_world
    assert error(in_voxels, truth, static.shape) < 0.15
    np.testing.assert_array_equal(found.domain_grid2world, static_world)
    np.testing.assert_array_equal(found.codomain_grid2world, moving_world)
    assert not np.allclose(found.affine, wanted, atol=1e-12)  # found, not handed in


def test_far_origin__is_no_harder_than_a_near_one(turned):
    static, moving, truth = turned
    far = np.eye(3)
    far[:2, 2] = 5000, -3000
    near_engine, far_engine = AffineRegistration(**SHORT), AffineRegistration(**SHORT)
    near_engine.optimize(static, moving, "rigid")
    found = far_engine.optimize(static, moving, "rigid", None, far, far)
    assert error(np.linalg.inv(far) @ found.affine @ far, truth, static.shape) < 0.05
    assert far_engine.result.n_eval <= 1.5 * near_engine.result.n_eval


@pytest.mark.parametrize(
    "method", ["BFGS", "CG", "Newton-CG", "TNC", "trust-ncg", "SLSQP", "Powell", "bfgs", "steepest"]
)
def test_method__may_be_any_of_scipys_and_nipys(turned, method):
    static, moving, truth = turned
    metric = AffineCorrelationMetric()
    engine = AffineRegistration(metric, [40, 20], [1, 0], [2, 1], method=method, verbosity=0)
    with warnings.catch_warnings():  # a method may want a longer budget than this test has time for
        warnings.filterwarnings("ignore", "the registration did not converge")
        found = engine.optimize(static, moving, "rigid")
    assert error(found.affine, truth, static.shape) < 0.3


def test_method__may_be_an_object_with_step_or_a_function(turned):
    static, moving, truth = turned

    def by_hand(fun, x0, jac, callback):
        x = x0
        for _ in range(60):
            g = jac(x)
            x = x - 0.5 * g / max(np.linalg.norm(g), 0.2)
            callback(x)
        return x

    for method in (coursereg.Adam(lr=0.3), by_hand):
        engine = AffineRegistration(AffineCorrelationMetric(), [80, 80], [1, 0], [2, 1], method=method, verbosity=0)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "the registration did not converge")
            engine.optimize(static, moving, "rigid")
        assert error(engine.result.affine, truth, static.shape) < 0.3


def test_method__alone_is_a_setting_too(turned):
    # where nothing is set, the fast way is taken, which has an optimiser of its own
    static, moving, truth = turned
    steps = []

    class Counting(coursereg.GD):
        def step(self, x, grad):
            steps.append(x)
            return super().step(x, grad)

    engine = AffineRegistration(method=Counting(lr=0.5), verbosity=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "the registration did not converge")
        engine.optimize(static, moving, "translation")
    assert steps


class Student:
    """A metric as a student may write it: squared differences, no gradient."""

    def setup(self, transform, static, moving, s2w, m2w, start):
        self.transform, self.static, self.moving, self.s2w, self.m2w, self.start = (
            transform, static, moving, s2w, m2w, start)  # fmt: skip

    def distance(self, params):
        T = self.transform.param_to_matrix(params) @ self.start
        there = AffineMap(T, self.static.shape, self.s2w, self.moving.shape, self.m2w).transform(self.moving)
        return np.sum((there - self.static) ** 2)


class StudentWithGradient(Student):
    def gradient(self, params):
        return coursereg.approx_gradient(self.distance, params, 1e-3)


@pytest.mark.parametrize("metric", [Student, StudentWithGradient])
def test_metric__may_be_an_object_of_a_students(turned, metric):
    static, moving, truth = turned
    engine = AffineRegistration(metric(), [150, 150], [1, 0], [2, 1], verbosity=0)
    found = engine.optimize(static, moving, "rigid")
    assert error(found.affine, truth, static.shape) < 0.1


@pytest.mark.parametrize("proportion", [None, 0.5])
def test_masks_and_nan__hide_what_would_mislead(turned, proportion):
    static, moving, truth = (image.copy() for image in turned)
    static_mask, moving_mask = np.ones(static.shape, int), np.ones(moving.shape, bool)
    static_mask[:14, :14] = 0
    static[:14, :14] = 4000
    moving_mask[40:, 30:48] = False
    moving[40:, 30:48] = -900
    moving[5, 5] = np.nan
    moving[50, 6] = np.inf
    engine = AffineRegistration(AffineSSDMetric(proportion), **SHORT)
    found = engine.optimize(static, moving, "rigid", static_mask=static_mask, moving_mask=moving_mask)
    assert error(found.affine, truth, static.shape) < 0.1


def test_result__can_be_replayed(turned):
    static, moving, _ = turned
    engine = AffineRegistration(**SHORT)
    found, xopt, fopt = engine.optimize(static, moving, "rigid", ret_metric=True)
    result = engine.result
    assert [level.level for level in result.levels] == [1, 0]
    assert [level.shape for level in result.levels] == [(32, 28), (64, 56)]
    assert len(result.trace) == len(result.matrices) == sum(len(level.matrices) for level in result.levels)
    np.testing.assert_array_equal(result.x, xopt)
    np.testing.assert_array_equal(found.affine, result.affine)
    np.testing.assert_allclose(result.matrices[0], np.eye(3), atol=1e-12)
    last = regtransforms["RIGID", 2].param_to_matrix(xopt) @ result.levels[0].affine
    np.testing.assert_allclose(last, found.affine, atol=1e-12)
    metric = MutualInformationMetric()
    metric.setup(regtransforms["RIGID", 2], static, moving, starting_affine=result.levels[0].affine)
    assert metric.distance(xopt) == pytest.approx(fopt, abs=1e-5)  # the scale space is in single precision
    values = [value for _, value in result.levels[0].result.trace]
    assert values == sorted(values, reverse=True)
    assert result.n_eval >= len(result.trace) > 2
    assert result.seconds > 0


def test_run__gives_the_same_bits_every_time(turned):
    static, moving, _ = turned
    found = [AffineRegistration(**SHORT).optimize(static, moving, "affine").affine for _ in range(2)]
    np.testing.assert_array_equal(*found)


def test_params0_and_starting_affine__are_where_it_begins(turned):
    static, moving, truth = turned
    rigid = regtransforms["RIGID", 2]
    start = np.eye(3)
    start[:2, 2] = 1, -1
    engine = AffineRegistration(**SHORT)
    engine.optimize(static, moving, rigid, [0.1, 0.5, 0.2], starting_affine=start)
    np.testing.assert_allclose(engine.result.matrices[0], rigid.param_to_matrix([0.1, 0.5, 0.2]) @ start, atol=1e-12)
    assert error(engine.result.affine, truth, static.shape) < 0.05


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("mass", coursereg.transform_centers_of_mass),
        ("voxel-origin", coursereg.transform_origins),
        ("centers", coursereg.transform_geometric_centers),
    ],
)
def test_start_by_name__is_that_of_the_function(turned, name, function):
    static, moving, _ = turned
    world = np.eye(3)
    world[:2, 2] = 3, 4
    engine = AffineRegistration(level_iters=[1], sigmas=[0], factors=[1], verbosity=0)
    with pytest.warns(RuntimeWarning, match="did not converge"):
        engine.optimize(static, moving, "translation", None, world, None, name)
    np.testing.assert_allclose(engine.result.matrices[0], function(static, world, moving, None).affine, atol=1e-9)


def test_start__search_finds_what_a_metric_alone_does_not():
    # two windows of one field have no centres of mass to go by
    field = ndimage.gaussian_filter(np.random.default_rng(1).normal(size=(120, 120)), 1.8)
    field -= field.min()
    static, moving, truth = field[30:94, 30:86], field[39:103, 23:79], np.eye(3)
    truth[:2, 2] = -9, 7
    far = {}
    for start in ("mass", "search"):
        engine = AffineRegistration(AffineSSDMetric(), [60, 60], [1, 0], [2, 1], verbosity=0)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "the registration did not converge")
            found = engine.optimize(static, moving, "rigid", starting_affine=start)
        far[start] = error(found.affine, truth, static.shape)
    assert far["search"] < 0.1
    assert far["mass"] > 3


def test_scale_space_of_doubling__works_as_well(turned):
    static, moving, truth = turned
    engine = AffineRegistration(level_iters=[60, 40, 40], ss_sigma_factor=0.5, verbosity=0)
    found = engine.optimize(static, moving, "rigid")
    assert error(found.affine, truth, static.shape) < 0.05


def test_options__are_used_and_left_as_they_are(turned):
    static, moving, _ = turned
    options = {"gtol": 10.0}
    engine = AffineRegistration(options=options, **SHORT)
    engine.optimize(static, moving, "rigid")
    assert options == {"gtol": 10.0}
    assert engine.result.n_iter == 0


def test_budget_and_time__end_the_search_with_a_warning(turned):
    static, moving, _ = turned
    engine = AffineRegistration(level_iters=[3], sigmas=[0], factors=[1], verbosity=0)
    with pytest.warns(RuntimeWarning, match="did not converge.*budget of 3 calls"):
        engine.optimize(static, moving, "affine")
    assert engine.result.n_eval == 3

    class Slow(Student):
        def distance(self, params):
            import time

            time.sleep(0.02)
            return super().distance(params)

    engine = AffineRegistration(Slow(), max_seconds=0.2, **SHORT)
    with pytest.warns(RuntimeWarning, match="max_seconds"):
        engine.optimize(static, moving, "affine")
    assert engine.result.seconds < 5


def test_verbosity__prints_levels_only_where_asked(turned, capsys):
    static, moving, _ = turned
    for verbosity, wanted in ((0, ""), (1, ""), (2, "level 1: 32 x 28 samples")):
        AffineRegistration(**(SHORT | {"verbosity": verbosity})).optimize(static, moving, "translation")
        out = capsys.readouterr().out
        assert out.startswith(wanted)
        assert bool(out) == bool(wanted)


def test_mask_of_zeros__is_ignored_with_a_warning(turned):
    static, moving, truth = turned
    engine = AffineRegistration(**SHORT)
    with pytest.warns(UserWarning, match="static_mask is nowhere above 0 and is ignored"):
        found = engine.optimize(static, moving, "rigid", static_mask=np.zeros(static.shape))
    assert error(found.affine, truth, static.shape) < 0.05


def test_images__may_be_of_any_dtype_and_layout(turned):
    static, moving, truth = turned
    static, moving = np.asfortranarray(static.astype(np.uint8)), moving.astype(">i2")[::1]
    static.flags.writeable = False
    wide = np.zeros((64, 112), moving.dtype)
    wide[:, ::2] = moving
    found = AffineRegistration(**SHORT).optimize(static, wide[:, ::2], "rigid")
    assert error(found.affine, truth, static.shape) < 0.1


def test_images__may_be_nibabels_with_their_own_world():
    shape = (36, 34, 38)
    truth = about(regtransforms["RIGID", 3].param_to_matrix([0.05, -0.08, 0.1, 1, -1, 2]), shape)
    static, moving = moved_pair(truth, shape, seed=3)
    world = np.diag([-2.0, 2, 2, 1])
    world[:3, 3] = 40, -20, 30
    images = [nibabel.Nifti1Image(image.astype(np.float32), world) for image in (static, moving)]
    mask = nibabel.Nifti1Image((static >= 0).astype(np.uint8), world)
    found = AffineRegistration(AffineSSDMetric(), **SHORT).optimize(*images, "rigid", static_mask=mask)
    assert error(np.linalg.inv(world) @ found.affine @ world, truth, shape) < 0.05


def test_largest_integers__do_not_overflow(turned):
    static, moving, truth = turned
    scale = (2**63 - 1) / moving.max() * 0.99
    static, moving = (0.5 * scale * static).astype(np.int64), (scale * moving).astype(np.int64)
    found = AffineRegistration(**SHORT).optimize(static, moving, "rigid")
    assert error(found.affine, truth, static.shape) < 0.05


def test_bad_images__are_refused(turned):
    static, moving, _ = turned
    engine = AffineRegistration(**SHORT)
    for images, message in (
        ((np.full((9, 9), np.nan), moving), "static has no finite sample"),
        ((static, np.full((9, 9), 3.0)), "moving must not be constant where it is known, got 3 at all of 81"),
        ((np.zeros((0, 9)), moving), "static must have at least one sample"),
        ((static, np.ones((3, 3, 3, 3))), "moving must be 2-D or 3-D"),
        ((static, blobs((9, 9, 9))), "images must have one number of dimensions"),
    ):
        with pytest.raises(ValueError, match=message):
            engine.optimize(*images, "rigid")
    with pytest.raises(TypeError, match="moving must hold real numbers"):
        engine.optimize(static, moving * 1j, "rigid")
    with pytest.raises(ValueError, match="static_mask must have the shape of the image"):
        engine.optimize(static, moving, "rigid", static_mask=np.ones((2, 2)))
    with pytest.raises(ValueError, match="must have a finite sample where moving_mask is above 0"):
        engine.optimize(static, np.where(moving > 1, np.nan, moving), "rigid", moving_mask=moving > 1)


def test_bad_matrices_and_parameters__are_refused(turned):
    static, moving, _ = turned
    engine = AffineRegistration(**SHORT)
    for keywords, message in (
        ({"static_grid2world": np.diag([1, 0, 1])}, "static_grid2world must be invertible"),
        ({"moving_grid2world": np.eye(4)}, "moving_grid2world must have shape"),
        ({"starting_affine": np.full((3, 3), np.nan)}, "starting_affine has NaN"),
        ({"starting_affine": "middle"}, "starting_affine must be a matrix or one of 'mass'"),
        ({"starting_affine": 3}, "starting_affine must be a matrix or one of 'mass'"),
        ({"params0": [0, 0]}, "params0 must have 3 parameters"),
        ({"params0": [0, np.nan, 0]}, "params0 has NaN"),
    ):
        with pytest.raises(ValueError, match=message):
            engine.optimize(static, moving, "rigid", **keywords)
    with pytest.raises(ValueError, match="transform must be an object or one of 'affine'"):
        engine.optimize(static, moving, "spline")
    with pytest.raises(ValueError, match="transform must be one of 2-D images"):
        engine.optimize(static, moving, regtransforms["RIGID", 3])
    with pytest.raises(TypeError, match="transform must have param_to_matrix"):
        engine.optimize(static, moving, 7)


def test_no_overlap__is_refused_with_the_way_out(turned):
    static, moving, _ = turned
    away = np.eye(3)
    away[:2, 2] = 500
    with pytest.raises(ValueError, match="images must overlap at the start.*starting_affine='mass'"):
        AffineRegistration(**SHORT).optimize(static, moving, "rigid", moving_grid2world=away)


def test_bad_settings__are_refused():
    with pytest.raises(ValueError, match="level_iters must have an entry for each level"):
        AffineRegistration(level_iters=[])
    with pytest.raises(ValueError, match="sigmas must have one entry for each level"):
        AffineRegistration(level_iters=[10, 10])
    with pytest.raises(ValueError, match="level_iters must be at least 1"):
        AffineRegistration(level_iters=[10, 0, 1])
    with pytest.raises(TypeError, match="metric must be an object with setup"):
        AffineRegistration(MutualInformationMetric)
    with pytest.raises(TypeError, match="metric must be an object with setup"):
        AffineRegistration("MI")
    with pytest.raises(TypeError, match="options must be a dict"):
        AffineRegistration(options=[1])
    with pytest.raises(ValueError, match="max_seconds must be more than 0"):
        AffineRegistration(max_seconds=0)
    with pytest.raises(ValueError, match="unknown optimizer: 'foo'"):
        AffineRegistration(method="foo")
    with pytest.raises(TypeError, match="level_iters must be a sequence with an entry for each level, got 10"):
        AffineRegistration(level_iters=10)
    with pytest.raises(TypeError, match="sigmas must be a sequence"):
        AffineRegistration(level_iters=[10], sigmas=1)


class OneNumber(Student):
    def distance_and_gradient(self, params):
        return self.distance(params)


class NotANumber(Student):
    def distance(self, params):
        return np.nan


class GradientAsArray:
    def step(self, x, grad):
        return x - 0.1 * grad


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"metric": OneNumber()}, TypeError, "must return the distance and its gradient, got .*[0-9]"),
        ({"metric": NotANumber()}, ValueError, "metric.distance must be a number at the start, got nan"),
        ({"method": GradientAsArray(), **SHORT}, TypeError, "grad is a function: step.x, grad. must call it"),
    ],
)
def test_mistakes_in_students_objects__are_named(turned, settings, error, words):
    static, moving, _ = turned
    with pytest.raises(error, match=words):
        AffineRegistration(**{"verbosity": 0} | settings).optimize(static, moving, "translation")


def test_class_instead_of_a_transform__is_told_to_be_called(turned):
    static, moving, _ = turned
    with pytest.raises(TypeError, match=r"got the class RigidTransform2D; call it: RigidTransform2D\(\)"):
        AffineRegistration(verbosity=0).optimize(static, moving, coursereg.RigidTransform2D)
