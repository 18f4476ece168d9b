"""`affine_registration`: DIPY's function, by the fast way and by the classes."""

import os

import nibabel
import numpy as np
import pytest

from coursereg import (
    AffineRegistration,
    AffineSSDMetric,
    RigidTransform2D,
    affine_registration,
    regtransforms,
    samples,
    transform_centers_of_mass,
)

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="minutes without a compiler")
FEW = {"level_iters": [80, 80], "sigmas": [2, 0], "factors": [4, 2]}
CORNERS = np.array([[0.0, 0, 1], [0, 220, 1], [256, 0, 1], [256, 220, 1]])


@pytest.fixture(scope="module")
def pair():
    return samples.t1_pd(moved=True)


def away(affine):
    """How far, in pixels, the corners are from where the pair's motion takes them."""
    return np.abs(CORNERS @ np.asarray(affine).T - CORNERS - [17, 13, 0]).max()


def test_default__is_the_whole_ladder(pair):
    resampled, affine = affine_registration(pair.moving, pair.static)
    assert resampled.shape == pair.static.shape
    assert away(affine) < 0.25
    inner = np.s_[60:200, 60:160]
    assert np.corrcoef(resampled[inner].ravel(), samples.t1_pd().moving[inner].ravel())[0, 1] > 0.95


@pytest.mark.parametrize("words", [{}, FEW, {"nbins": 24, **FEW}], ids=["fast", "levels", "bins"])
def test_steps__translation_alone(pair, words):
    _, affine, xopt, fopt = affine_registration(
        pair.moving, pair.static, pipeline=["center_of_mass", "translation"], ret_metric=True, **words
    )
    np.testing.assert_allclose(affine[:2, :2], np.eye(2), atol=1e-12)
    assert away(affine) < 0.25
    assert len(xopt) == 2
    assert fopt < 0


@pytest.mark.parametrize("metric", ["SSD", "CC", AffineSSDMetric()], ids=["SSD", "CC", "object"])
def test_metric__other_ones_align_pictures_of_one_contrast(metric):
    pair = samples.brain_pair("subpixel", seed=1)
    _, affine = affine_registration(
        pair.moving, pair.static, pipeline=["center_of_mass", "translation"], metric=metric, **FEW
    )
    np.testing.assert_allclose(affine[:2, 2], pair.shift, atol=0.2)


def test_steps__a_function_stands_for_its_name_and_centres_need_no_metric(pair):
    def center_of_mass():
        raise AssertionError

    _, affine = affine_registration(pair.moving, pair.static, pipeline=[center_of_mass])
    np.testing.assert_allclose(affine[:2, 2], [17, 13], atol=5)
    _, levels = affine_registration(pair.moving, pair.static, pipeline="center_of_mass", **FEW)
    assert np.abs(affine - levels).max() < 5  # the fast way weighs grey values above the lowest, the other all of them


def test_steps__centres_look_at_the_images_alone_wherever_they_stand(pair):
    _, alone = affine_registration(pair.moving, pair.static, pipeline=["center_of_mass"])
    for words in ({}, FEW):
        steps = ["translation", "center_of_mass"]
        start = [[1, 0, 9], [0, 1, 9], [0, 0, 1]]
        _, affine = affine_registration(pair.moving, pair.static, pipeline=steps, starting_affine=start, **words)
        np.testing.assert_allclose(affine, alone, atol=1e-9)


@pytest.mark.parametrize("words", [{}, FEW], ids=["fast", "levels"])
def test_steps__go_by_dipys_partials_and_by_similarity(pair, words):
    dipy_align = pytest.importorskip("dipy.align")
    by_name = affine_registration(pair.moving, pair.static, pipeline=["center_of_mass", "rigid_isoscaling"], **words)
    steps = [dipy_align.center_of_mass, dipy_align.rigid_isoscaling]
    for pipeline in (steps, ["center_of_mass", "similarity"]):
        other = affine_registration(pair.moving, pair.static, pipeline=pipeline, **words)
        np.testing.assert_array_equal(other[1], by_name[1])


@pytest.mark.parametrize("words", [{}, FEW], ids=["fast", "levels"])
def test_start__is_what_the_class_takes(pair, words):
    centres = transform_centers_of_mass(pair.static, None, pair.moving, None)
    found = [
        affine_registration(pair.moving, pair.static, pipeline=["rigid"], starting_affine=start, **words)[1]
        for start in (centres.affine, centres, "mass")
    ]
    assert away(found[0]) < 0.6
    for affine in found[1:]:
        np.testing.assert_array_equal(affine, found[0])
    with pytest.raises(ValueError, match="starting_affine must be a matrix or one of"):
        affine_registration(pair.moving, pair.static, starting_affine="truth", **words)


@pytest.mark.parametrize("words", [{}, FEW], ids=["fast", "levels"])
def test_worlds__a_series_of_one_volume_is_a_volume(pair, words):
    volume = np.stack([pair.static] * 6, axis=2)
    series = nibabel.Nifti1Image(volume[..., None], np.diag([1.0, 1, 2, 1]))
    resampled, affine = affine_registration(series, series, pipeline=["translation"], **words)
    assert resampled.shape == volume.shape
    np.testing.assert_allclose(affine, np.eye(4), atol=0.05)


@pytest.mark.parametrize("words", [{}, FEW], ids=["fast", "levels"])
def test_max_seconds__ends_it_with_a_warning(pair, words):
    with pytest.warns(RuntimeWarning, match="time|max_seconds|converge"):
        _, affine = affine_registration(pair.moving, pair.static, max_seconds=1e-6, **words)
    assert np.isfinite(affine).all()


def test_start__given_or_trusted(pair):
    near = np.array([[1.0, 0, 15], [0, 1, 12], [0, 0, 1]])
    for words, enough in (({}, 0.25), (FEW, 0.6)):  # the last of these levels looks at every other pixel only
        _, affine = affine_registration(pair.moving, pair.static, pipeline=["rigid"], starting_affine=near, **words)
        assert away(affine) < enough
    aligned = samples.t1_pd()
    _, affine = affine_registration(aligned.moving, aligned.static, pipeline=["rigid"])
    assert np.abs(CORNERS @ affine.T - CORNERS).max() < 0.25


def test_worlds__nifti_images_bring_their_own_and_a_matrix_overrules(pair):
    world = np.diag([2.0, 0.5, 1, 1])
    as_nifti = [nibabel.Nifti1Image(np.stack([image] * 4, axis=2), world) for image in (pair.static, pair.moving)]
    _, affine = affine_registration(as_nifti[1], as_nifti[0], pipeline=["center_of_mass", "translation"])
    np.testing.assert_allclose(affine[:3, 3], [34, 6.5, 0], atol=0.3)
    flat = np.diag([2.0, 0.5, 1])
    _, affine = affine_registration(pair.moving, pair.static, flat, flat, pipeline=["center_of_mass", "translation"])
    np.testing.assert_allclose(affine[:2, 2], [34, 6.5], atol=0.3)


def test_ret_metric__xopt_makes_the_map(pair):
    _, affine, xopt, fopt = affine_registration(
        pair.moving, pair.static, pipeline=["rigid"], starting_affine=np.eye(3), ret_metric=True
    )
    np.testing.assert_allclose(regtransforms["RIGID", 2].param_to_matrix(xopt), affine, atol=1e-12)
    assert fopt < -0.5


def test_optimizer_method__is_handed_on(pair):
    found = {
        name: affine_registration(
            pair.moving, pair.static, pipeline=["translation"], optimizer_method=name, ret_metric=True, **FEW
        )[2]
        for name in ("L-BFGS-B", "Powell")
    }
    assert not np.array_equal(*found.values())
    np.testing.assert_allclose(*found.values(), atol=0.3)


def test_bad_input__is_a_clear_error(pair):
    with pytest.raises(ValueError, match=r"pipeline\[0\] must be one of"):
        affine_registration(pair.moving, pair.static, pipeline=["syn"])
    with pytest.raises(ValueError, match="cannot return any quality metric"):
        affine_registration(pair.moving, pair.static, pipeline=["center_of_mass"], ret_metric=True)
    with pytest.raises(ValueError, match="at least one step"):
        affine_registration(pair.moving, pair.static, pipeline=[])
    with pytest.raises(ValueError, match="metric must be one of"):
        affine_registration(pair.moving, pair.static, metric="LPC", **FEW)
    with pytest.raises(ValueError, match="static is constant"):
        affine_registration(pair.moving, np.zeros((9, 9)))


@pytest.mark.parametrize("kind", ["translation", "rigid", "affine"])
def test_registration__left_alone_takes_the_fast_way_and_can_be_replayed(pair, kind):
    engine = AffineRegistration()
    found, xopt, fopt = engine.optimize(pair.static, pair.moving, kind, None, starting_affine="mass", ret_metric=True)
    assert away(found.affine) < 0.3
    result = engine.result
    assert result.success
    np.testing.assert_array_equal(result.matrices[-1], found.affine)
    start = result.matrices[0]  # the centres of mass: the first level begins there
    np.testing.assert_allclose(
        regtransforms[kind.upper(), 2].param_to_matrix(xopt) @ start, found.affine, rtol=0, atol=1e-9
    )
    assert fopt == result.fun < 0
    assert len(result.trace) == len(result.matrices)


def test_registration__what_the_fast_way_does_not_know_goes_through_levels(pair):
    turned = AffineRegistration(verbosity=0).optimize(pair.static, pair.static, "rotation", None)
    np.testing.assert_allclose(turned.affine, np.eye(3), atol=1e-3)
    from_there = AffineRegistration(verbosity=0).optimize(pair.static, pair.moving, "translation", [16.0, 12.0])
    assert away(from_there.affine) < 0.3


@pytest.mark.parametrize("words", [{}, FEW], ids=["fast", "levels"])
def test_bad_luck__is_told(pair, words):
    noise = np.random.default_rng(0).random(pair.static.shape)
    if not words:
        with pytest.warns(RuntimeWarning, match="must not be trusted"):
            affine_registration(noise, pair.static)
    with pytest.warns(UserWarning, match="nowhere above 0"):
        affine_registration(pair.moving, pair.static, static_mask=np.zeros(pair.static.shape), **words)


def test_images__masked_normalised_and_with_nan_go_both_ways(pair):
    holed = pair.static.astype(float)
    holed[100:120, 80:100] = np.nan
    normal = [(image - image.mean()) / image.std() for image in (pair.moving, pair.static)]
    for words in ({}, FEW):
        steps = {"pipeline": ["center_of_mass", "translation"], **words}
        assert away(affine_registration(pair.moving, holed, **steps)[1]) < 0.3
        assert away(affine_registration(*normal, **steps)[1]) < 0.3
    masked = np.ma.masked_less(pair.moving, 5)
    resampled, _ = affine_registration(masked, pair.static, pipeline=["center_of_mass", "translation"])
    assert np.isfinite(resampled).all()


def test_registration__what_is_set_later_counts_and_new_objects_are_known(pair):
    class Lost:
        asked = False

        def setup(self, *args, **named):
            Lost.asked = True

        def distance(self, params):
            return float((params**2).sum())

    engine = AffineRegistration(verbosity=0)
    engine.metric = Lost()
    engine.optimize(pair.static, pair.moving, "translation", None)
    assert Lost.asked
    engine = AffineRegistration(verbosity=0)
    engine.metric.setup = None  # the levels would call it
    engine.optimize(pair.static, pair.moving, RigidTransform2D(), None, starting_affine="mass")
    named = AffineRegistration(verbosity=0)
    named.optimize(pair.static, pair.moving, "rigid", None, starting_affine="mass")
    np.testing.assert_array_equal(engine.result.affine, named.result.affine)
    assert len(engine.result.levels) == len(named.result.levels)


def test_map__refuses_the_wrong_image(pair):
    small = pair.moving[:200]
    found = AffineRegistration().optimize(pair.static, small, "translation", None, starting_affine="mass")
    with pytest.raises(ValueError, match="that is the static image's"):
        found.image(pair.static)
    assert found.image(small).shape == pair.static.shape
