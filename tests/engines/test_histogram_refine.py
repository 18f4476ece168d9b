"""The last stages of HistogramRegistration.optimize: laws of their similarity, their samples and their parameters."""

import numpy as np
import pytest

from coursereg import Affine2D, HistogramRegistration, Rigid, Rigid2D, Similarity
from coursereg.engines.histogram import refine
from coursereg.similarity.measures import MEASURES, MutualInformation


def waves(shape, seed=0):
    rng = np.random.default_rng(seed)
    x = np.moveaxis(np.indices(shape), 0, -1)
    f = 0.06 * rng.normal(size=(20, len(shape)))
    return sum(np.cos(2 * np.pi * (x @ g) + p) for g, p in zip(f, rng.uniform(0, 6, 20), strict=True))


def oblique(ndim, seed):
    """A matrix from indices to the world with voxels that are neither cubes nor parallel to the axes."""
    rng = np.random.default_rng(seed)
    out = np.eye(ndim + 1)
    out[:-1, :-1] = np.diag([1.0, 1.6, 0.7][:ndim]) + 0.15 * rng.normal(size=(ndim, ndim))
    out[:-1, -1] = rng.uniform(-5, 5, ndim)
    return out


class Plain:
    """The same transform, hidden behind apply and param."""

    def __init__(self, T):
        self.T = T

    def apply(self, points):
        return self.T.apply(points)

    @property
    def param(self):
        return self.T.param

    @param.setter
    def param(self, values):
        self.T.param = values


def stage(similarity, T, shape=(17, 19, 15), blur=0.0):
    static, moving = waves(shape), waves(shape, 0) ** 2 + 0.3 * waves(shape, 1)
    dist = np.random.default_rng(2).random((12, 12)) + 0.1
    images = [(x, oblique(len(shape), k)) for k, x in enumerate((static, moving))]
    words = {"dist": dist / dist.sum()} if similarity == "slr" else {}
    engine = HistogramRegistration(*images, from_bins=12, similarity=similarity, **words)
    return refine.Stage(refine.Scene(engine), engine, T, blur)


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("similarity", sorted(MEASURES))
@pytest.mark.parametrize("kind", [Rigid, Similarity, Rigid2D, Affine2D])
def test_slope__is_the_derivative_of_the_similarity(kind, similarity, hidden):
    T = kind()
    T.param = T.param + np.random.default_rng(4).normal(0, 1, T.param.size)
    flat = kind in (Rigid2D, Affine2D)
    here = stage(similarity, Plain(T) if hidden else T, (33, 29) if flat else (17, 19, 15))
    start = np.array(T.param)
    directions = np.eye(start.size)
    value, slope = here.similarity_and_slope(start, directions)
    assert value == here.similarity(start)
    h = 1e-4
    wanted = [(here.similarity(start + h * e) - here.similarity(start - h * e)) / (2 * h) for e in directions]
    # the weights have kinks where a sample crosses a plane of samples: a few of 65 000 do within the step
    np.testing.assert_allclose(slope, wanted, rtol=0, atol=2e-3 * np.abs(wanted).max())


def test_slope__of_a_measure_of_your_own_is_close():
    T = Rigid()
    mine, ours = stage(lambda H: MutualInformation(H.shape).mean(H), T), stage("mi", T)
    start = np.array(T.param)
    W = ours._whitened(start)
    a, b = (s.similarity_and_slope(start, W)[1] for s in (mine, ours))
    np.testing.assert_allclose(a, b, rtol=0, atol=0.05 * abs(b).max())  # differences over 0.2 voxel


@pytest.mark.parametrize("T", [Rigid(), Similarity()])
def test_whitened__a_step_moves_the_samples_by_one_voxel(T):
    here = stage("mi", T)
    start = np.array(T.param)
    W = here._whitened(start)
    assert W.shape == (start.size, start.size)
    for column in W.T:
        T.param = start + 1e-3 * column
        moved = T.apply(here.world)
        T.param = start
        distance = np.sqrt(((moved - T.apply(here.world)) ** 2).sum(axis=1).mean())
        assert distance == pytest.approx(1e-3 * here.voxel, rel=0.1)  # W is made from 500 of the samples


def test_whitened__leaves_out_what_moves_nothing():
    class Doubled:
        def __init__(self):
            self.param = np.zeros(4)

        def apply(self, points):
            return points + self.param[:2] + self.param[2:]

    W = stage("mi", Doubled(), (20, 20))._whitened(np.zeros(4))
    assert W.shape == (4, 2)


@pytest.mark.parametrize("shape", [(41, 33), (17, 12, 23), (1, 30), (257, 3)])
def test_places__are_one_in_each_cell_at_every_fraction_of_a_sample(shape):
    block = tuple(slice(0, n) for n in shape)
    places = refine._places(block, np.ones(shape, bool), np.random.default_rng(0))
    assert 0.7 * refine.SAMPLES < len(places) < 1.4 * refine.SAMPLES
    for axis, n in enumerate(shape):
        x = places[:, axis]
        assert 0 <= x.min() <= x.max() <= n - 1
        if n > 1:
            counts, _ = np.histogram(x % 1, 10, (0, 1))
            # drawn at random within cells: 5 standard deviations of a tenth of the samples
            assert abs(counts - len(x) / 10).max() < 5 * np.sqrt(0.09 * len(x))


def test_places__stay_in_the_block_and_in_the_mask():
    known = np.zeros((30, 40), bool)
    known[5:15, 10:20] = True
    places = refine._places((slice(3, 25), slice(8, 30)), known, np.random.default_rng(0))
    assert len(places) > 0.5 * refine.SAMPLES  # more cells, so that enough fall into the mask
    assert known[tuple(np.rint(places).astype(int).T)].all()


def test_inner__are_samples_whose_neighbours_are_known():
    known = np.ones((12, 12), bool)
    known[6, 6] = False
    inner = refine._inner(known)
    assert not inner[0].any()
    assert not inner[5:8, 5:8].any()
    assert inner[4, 4]
    thin = np.ones((12, 2), bool)  # along few samples nothing is cut away
    assert refine._inner(thin)[1:-1].all()


def test_smooth_measure__blurs_and_doubts_a_model():
    dist = np.eye(6) / 6
    mild = refine.smooth_measure(MEASURES["slr"]((6, 6), dist=dist))
    assert mild.dist.sum() == pytest.approx(1)
    assert mild.dist.min() > 0
    assert mild.dist[3, 2] == pytest.approx(0.99 * 8 / 216 + 0.01 / 36)  # (1 4 1) twice, a step from the diagonal
    assert isinstance(refine.smooth_measure(MEASURES["pmi"]((6, 6))), MutualInformation)
    mi = MEASURES["mi"]((6, 6))
    assert refine.smooth_measure(mi) is mi


def test_stage__without_samples_says_so():
    static, moving = np.full((9, 9), np.nan), waves((9, 9))
    static[::2, ::2] = waves((9, 9))[::2, ::2]  # no two known neighbours
    engine = HistogramRegistration(static, moving, from_bins=8, similarity="mi")
    with pytest.warns(RuntimeWarning, match="too few samples"):
        engine.optimize("rigid")
    assert not engine.result.success
