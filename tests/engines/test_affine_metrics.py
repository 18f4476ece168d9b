"""The three metrics of affine registration: the readable version, gradients, laws, masks, and what is refused."""

import numpy as np
import pytest
from scipy import ndimage

from coursereg import (
    AffineCorrelationMetric,
    AffineSSDMetric,
    MutualInformationMetric,
    approx_gradient,
    regtransforms,
)
from coursereg._jit import threads
from coursereg.course.plain import parzen as plain
from coursereg.space.resample import filled

METRICS = [MutualInformationMetric, AffineSSDMetric, AffineCorrelationMetric]
SHAPES = {2: (30, 26), 3: (12, 11, 13)}
SHIFT = regtransforms["TRANSLATION", 2]
KINDS = [("TRANSLATION", 2), ("RIGID", 2), ("RIGIDSCALING", 2), ("SCALING", 3), ("RIGID", 3), ("AFFINE", 3)]


def pair(dim, seed=0):
    """Two smooth images that have something in common, and a matrix that is not straight."""
    rng = np.random.default_rng(seed)
    shape = SHAPES[dim]
    static = ndimage.gaussian_filter(rng.random(shape), 1.5)
    moving = 3 * static**2 + 0.02 * ndimage.gaussian_filter(rng.random(shape), 1.5)
    grid2world = np.eye(dim + 1)
    grid2world[:-1] += rng.normal(0, 0.1, (dim, dim + 1))
    return static, moving, grid2world


def masks_of(static, moving, seed=1):
    """Ragged masks of both images, and NaN in the moving one."""
    rng = np.random.default_rng(seed)
    moving[rng.random(moving.shape) < 0.02] = np.nan
    return rng.random(static.shape) < 0.8, ndimage.gaussian_filter(rng.random(moving.shape), 1) > 0.45


def near(transform, seed=0, spread=0.03):
    rng = np.random.default_rng(seed)
    return transform.get_identity_parameters() + rng.normal(0, spread, transform.get_number_of_parameters())


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("masked", [False, True])
def test_distance__is_that_of_the_readable_version(dim, masked):
    static, moving, grid2world = pair(dim)
    masks = masks_of(static, moving) if masked else (None, None)
    metric = MutualInformationMetric(10)
    transform = regtransforms["RIGID", dim]
    metric.setup(transform, static, moving, grid2world, None, None, *masks)
    params = near(transform) + 0.2
    known = np.ones(static.shape, bool) if masks[0] is None else masks[0]
    points = np.argwhere(known)
    at_first, moved = (
        points @ chain[:-1, :-1].T + chain[:-1, -1]
        for chain in (grid2world, transform.param_to_matrix(params) @ grid2world)
    )
    if masked:
        moving = np.where(masks[1], moving, np.nan)
    _, weights = plain.known_values(
        moving if dim == 3 else moving[None], at_first if dim == 3 else np.insert(at_first, 0, 0, axis=1)
    )
    seen = weights > 0
    values = ndimage.map_coordinates(filled(moving, ~np.isnan(moving)), moved.T, order=1, mode="nearest")
    low, high = np.nanmin(moving), np.nanmax(moving)
    in_bins = [2 + 6 * (v - a) / (b - a) for v, a, b in (
        (static[known], static[known].min(), static[known].max()), (values, low, high))]  # fmt: skip
    joint = plain.parzen_joint(in_bins[0][seen], in_bins[1][seen], 10, weights[seen])
    # the moving image and the weights are in single precision in the metric
    assert metric.distance(params) == pytest.approx(-plain.parzen_mi(joint, np.zeros((10, 10, 1)))[0], rel=1e-4)
    np.testing.assert_allclose(metric.histogram.joint, joint, rtol=0, atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("proportion", [None, 0.6])
@pytest.mark.parametrize("masked", [False, True])
def test_gradient__is_the_slope_of_the_distance(metric, kind, proportion, masked):
    transform = regtransforms[kind]
    static, moving, grid2world = pair(kind[1])
    masks = masks_of(static, moving) if masked else (None, None)
    start = np.eye(kind[1] + 1)
    start[:-1] += 0.02
    metric = metric(sampling_proportion=proportion)
    metric.setup(transform, static, moving, grid2world, None, start, *masks)
    params = near(transform)
    value, ours = metric.distance_and_gradient(params)
    slopes = approx_gradient(metric.distance, params, 2e-6)
    assert np.isfinite(value)
    assert ours @ slopes > 0.9999 * np.linalg.norm(ours) * np.linalg.norm(slopes)
    assert np.linalg.norm(ours - slopes) < 0.01 * np.linalg.norm(slopes)


@pytest.mark.parametrize("metric", METRICS)
def test_gradient__where_all_samples_meet_is_the_mean_of_both_sides(metric):
    static, moving, _ = pair(2)
    metric = metric()
    metric.setup(SHIFT, static, moving)
    h = 1e-4
    both = [[(metric.distance(s * h * e) - metric.distance([0, 0])) / (s * h) for e in np.eye(2)] for s in (1, -1)]
    np.testing.assert_allclose(metric.gradient([0, 0]), np.mean(both, axis=0), rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("proportion", [None, 0.5])
def test_masked_samples__have_no_say(metric, proportion):
    static, moving, grid2world = pair(2)
    masks = masks_of(static, moving)
    hidden = [np.where(mask, image, np.nan) for image, mask in zip((static, moving), masks, strict=True)]
    garbage = [np.where(mask, image, 1e6) for image, mask in zip((static, moving), masks, strict=True)]
    found = []
    for images, given in (((static, moving), masks), (garbage, masks), (hidden, (None, None))):
        one = metric(sampling_proportion=proportion)
        one.setup(SHIFT, *images, grid2world, None, None, *given)
        found.append((one.distance([0.3, -0.2]), *one.gradient([0.3, -0.2])))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_sparse_sample__counts_where_the_nearest_one_is_known():
    static, moving, _ = pair(2)
    mask = masks_of(static, moving)[0]
    metric = MutualInformationMetric(sampling_proportion=1.0)
    metric.setup(SHIFT, static, moving, static_mask=mask)
    nearest = np.clip(np.rint(metric.samples[:, :2]), 0, np.array(static.shape) - 1).astype(int)
    assert metric.ns == mask[tuple(nearest.T)].sum() < static.size


@pytest.mark.parametrize("metric", METRICS)
def test_what_lies_outside__is_not_counted(metric):
    static, moving, _ = pair(2)
    start = np.eye(3)
    start[0, 2] = 9.0
    static[-9:, :] = np.clip(static[-9:, :], static[:-9].min(), static[:-9].max())  # the same range
    whole, part = metric(), metric()
    whole.setup(SHIFT, static, moving, starting_affine=start)
    part.setup(SHIFT, static[:-9], moving, starting_affine=start)
    assert whole.distance([0, 0]) == pytest.approx(part.distance([0, 0]), rel=1e-6)
    assert whole.distance([0.2, 0.3]) == pytest.approx(part.distance([0.2, 0.3]), rel=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_samples_that_count__stay_the_same_during_a_search(metric):
    static, moving, _ = pair(2)
    window = np.hanning(30)[:, None] * np.hanning(26)
    static, moving = static * window, moving * window  # what lies beyond is as dark as the border
    alone, surrounded = metric(), metric()
    alone.setup(SHIFT, static, moving)
    wide = np.eye(3)
    wide[:2, 2] = -9
    surrounded.setup(SHIFT, static, np.pad(moving, 9), moving_grid2world=wide)
    for x in ([0.5, 0.2], [4.3, -3.0], [-7.1, 6.0]):
        assert alone.distance(x) == pytest.approx(surrounded.distance(x), rel=1e-6)


def test_distance__has_no_jumps_at_the_rim():
    static, moving, _ = pair(2)
    metric = MutualInformationMetric()
    metric.setup(SHIFT, static, moving)
    values = np.array([metric.distance([x, 0.2]) for x in np.arange(-3, 3, 0.02)])
    assert np.abs(np.diff(values)).max() < 0.02 * np.ptp(values)


@pytest.mark.parametrize("dim", [2, 3])
def test_mutual_information__is_not_negative_and_largest_where_images_agree(dim):
    static, _, _ = pair(dim)
    metric = MutualInformationMetric()
    metric.setup(regtransforms["TRANSLATION", dim], static, static)
    at_rest = metric.distance(np.zeros(dim))
    others = [metric.distance(x) for x in np.random.default_rng(0).uniform(-4, 4, (20, dim))]
    assert at_rest < min(others)
    assert max(others) <= 0


def test_mutual_information_and_correlation__do_not_change_with_brightness_and_contrast():
    static, moving, grid2world = pair(2)
    for kind in (MutualInformationMetric, AffineCorrelationMetric):
        found = []
        for a, b in ((1, 0), (250, -1000), (1e-3, 5)):
            metric = kind()
            metric.setup(SHIFT, a * static + b, b / 7 + a * moving, grid2world)
            found.append(metric.distance([0.4, 0.7]))
        np.testing.assert_allclose(found, found[0], rtol=1e-4)


@pytest.mark.parametrize("metric", METRICS)
def test_distance__does_not_depend_on_where_the_world_has_its_axes(metric):
    static, moving, grid2world = pair(2)
    turn = regtransforms["RIGID", 2].param_to_matrix([0.7, 100, -50])
    affine = regtransforms["AFFINE", 2]
    T = affine.param_to_matrix(near(affine))
    found = []
    for world in (np.eye(3), turn):
        one = metric()
        one.setup(affine, static, moving, world @ grid2world, world)
        found.append(one.distance((world @ T @ np.linalg.inv(world))[:2].ravel()))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


@pytest.mark.parametrize("metric", [AffineSSDMetric, AffineCorrelationMetric])
def test_swapped_images_and_the_inverse_shift__give_the_same_distance(metric):
    static, moving, _ = pair(2)
    start = np.eye(3)
    start[:2, 2] = 3, -2
    one, other = metric(), metric()
    one.setup(SHIFT, static, moving, starting_affine=start)
    other.setup(SHIFT, moving, static, starting_affine=np.linalg.inv(start))
    assert one.distance([0, 0]) == pytest.approx(other.distance([0, 0]), rel=1e-5)


def test_ssd_and_correlation__are_those_of_arrays():
    static, moving, _ = pair(2)
    a, b = static[:-2, 3:], moving[2:, :-3]
    for kind, wanted in (
        (AffineSSDMetric, np.mean((a - b) ** 2)),
        (AffineCorrelationMetric, -np.corrcoef(a.ravel(), b.ravel())[0, 1]),
    ):
        metric = kind()
        metric.setup(SHIFT, static[:-2, 3:], moving)
        assert metric.distance([2, 0]) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("metric", METRICS)
def test_parameters_of_no_map__are_infinitely_bad(metric):
    static, moving, _ = pair(3)
    metric = metric()
    metric.setup(regtransforms["AFFINE", 3], static, moving)
    for theta in (np.zeros(12), np.full(12, np.nan), np.full(12, np.inf)):
        value, slope = metric.distance_and_gradient(theta)
        assert value == np.inf
        assert not slope.any()
        assert not metric.gradient(theta).any()
    far = np.eye(3, 4)
    far[:, 3] = 1000
    assert metric.distance(far.ravel()) == np.inf
    metric.setup(regtransforms["AFFINE", 3], static, moving, starting_affine=np.vstack([far, [0, 0, 0, 1]]))
    assert metric.distance(np.eye(3, 4).ravel()) == np.inf


@pytest.mark.parametrize("metric", METRICS)
def test_metric__has_the_same_bits_on_one_thread_and_on_two(metric):
    static, moving, grid2world = pair(3)
    transform = regtransforms["AFFINE", 3]
    params, found = near(transform), []
    for n in (1, 2):
        with threads(n):
            one = metric(sampling_proportion=0.7)
            one.setup(transform, static, moving, grid2world)
            found.append((one.distance(params), *one.gradient(params)))
    assert found[0] == found[1]


def test_attributes__are_those_of_dipy():
    static, moving, _ = pair(2)
    metric = MutualInformationMetric(nbins=16, sampling_proportion=0.25)
    metric.setup(SHIFT, static, moving)
    value, slope = metric.distance_and_gradient([0.1, 0.2])
    assert metric.metric_val == -value
    np.testing.assert_array_equal(metric.metric_grad, -slope)
    assert metric.samples.shape == (static.size // 4, 3)
    assert metric.ns == len(metric.samples)
    assert metric.histogram.joint.shape == (16, 16)
    assert metric.affine_map.affine[0, 2] == 0.1
    assert metric.affine_map.transform(moving).shape == static.shape


def test_inputs__may_be_of_any_dtype_and_layout_and_stay_as_they_are():
    static, moving, _ = pair(2)
    static, moving = (255 * static).astype(np.uint8), (9000 * moving).astype(np.int16)
    wanted, got = MutualInformationMetric(), MutualInformationMetric()
    wanted.setup(SHIFT, static.astype(float), moving.astype(float))
    odd = np.asfortranarray(moving).astype(">i2")
    for image in (static, odd):
        image.flags.writeable = False
    got.setup(SHIFT, static, odd)
    assert got.distance([0.3, 0.4]) == wanted.distance([0.3, 0.4])


@pytest.mark.parametrize("proportion", [0, -1, 1.5, np.nan, "a"])
def test_sampling_proportion__must_be_a_part(proportion):
    with pytest.raises(ValueError, match="sampling_proportion must be"):
        MutualInformationMetric(sampling_proportion=proportion)


def test_bad_input__is_refused():
    static, moving, _ = pair(2)
    metric = MutualInformationMetric()
    with pytest.raises(ValueError, match="call setup"):
        metric.distance([0, 0])
    for images, message in (
        ((np.full((9, 9), np.nan), moving), "static must have a sample that is finite"),
        ((static, np.full((9, 9), 2.0)), "moving must not be constant"),
        ((np.ones((9, 9)), moving), "static must not be constant"),
        ((static, np.ones((3, 3, 3))), "images must have one number of dimensions"),
        ((static, np.ones((3, 3, 3, 3))), "moving must be 2-D or 3-D"),
        ((np.empty((0, 3)), moving), "static must have at least one sample"),
    ):
        with pytest.raises(ValueError, match=message):
            metric.setup(SHIFT, *images)
    with pytest.raises(ValueError, match="static_mask must have the shape of the image"):
        metric.setup(SHIFT, static, moving, static_mask=np.ones((2, 2)))
    with pytest.raises(ValueError, match="moving_grid2world must be invertible"):
        metric.setup(SHIFT, static, moving, moving_grid2world=np.diag([1, 0, 1]))
    with pytest.raises(ValueError, match="transform must be one of 2-D images"):
        metric.setup(regtransforms["RIGID", 3], static, moving)
    with pytest.raises(TypeError, match="transform must have param_to_matrix"):
        metric.setup("rigid", static, moving)
    with pytest.raises(ValueError, match="at least 4 samples of static must be known"):
        metric.setup(SHIFT, static, moving, static_mask=np.eye(*static.shape) * (static == static[0, 0]))
    metric.setup(SHIFT, static, moving)
    with pytest.raises(ValueError, match="theta must have 2 parameters"):
        metric.distance([0, 0, 0])
