"""HistogramRegistration: what it takes, what it counts, what it says to bad input."""

import nibabel
import numpy as np
import pytest
from scipy import ndimage

from coursereg import (
    Affine,
    Affine2D,
    ChainTransform,
    HistogramRegistration,
    JointHist,
    Rigid,
    Rigid2D,
    Transform,
    approx_gradient,
    clamp,
    ideal_spacing,
    mutual_information,
    smallest_bounding_box,
    smooth_image,
)
from coursereg._jit import threads
from coursereg.course.plain import histogram as plain
from coursereg.course.plain.registration import joint_histogram_at


def volume(shape=(12, 14, 10), seed=0):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).random(shape), 1.5, mode="wrap")
    return np.rint(200 * (noise - noise.min()) / np.ptp(noise)).astype(np.int16)


def picture(shape=(30, 26), seed=0):
    return volume(shape, seed)


def shifted(kind, *t):
    T = kind()
    T.translation[: len(t)] = t
    return T


I, J = volume(), volume(seed=1)

# --- images -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap",
    [
        lambda x: x.tolist(),
        lambda x: (x, np.eye(4)),
        lambda x: nibabel.Nifti1Image(x, np.eye(4)),
        lambda x: x.astype(">i2"),
        lambda x: np.asfortranarray(x),
        lambda x: np.ma.masked_array(x),
        lambda x: x.astype(np.uint8),
    ],
)
def test_images__of_every_form_are_the_same(wrap):
    T = shifted(Rigid, 1.3, -0.8, 0.6)
    wanted = HistogramRegistration(I, J).eval(T)
    assert HistogramRegistration(wrap(I), wrap(J)).eval(T) == wanted


def test_images__stay_as_they_are():
    static, moving = I.copy(), I.copy()
    static.flags.writeable = moving.flags.writeable = False
    R = HistogramRegistration(static, moving, from_bins=32, similarity="mi", smooth=1)
    R.explore(R.optimize("rigid"), (0, [0, 1]))
    np.testing.assert_array_equal(static, I)
    np.testing.assert_array_equal(moving, I)


@pytest.mark.parametrize("shape", [(6, 5), (5, 4, 3)])
@pytest.mark.parametrize("interp", ["pv", "tri"])
def test_joint_histogram__goes_through_both_worlds(shape, interp):
    rng = np.random.default_rng(3)
    ndim = len(shape)
    images = [rng.integers(0, 9, shape).astype(np.int16) for _ in range(2)]
    affines = [np.eye(ndim + 1) + np.pad(rng.normal(0, 0.1, (ndim, ndim + 1)), ((0, 1), (0, 0))) for _ in range(2)]
    T = (Affine2D if ndim == 2 else Affine)(rng.normal(0, 0.1, 12))
    R = HistogramRegistration(*zip(images, affines, strict=True), interp=interp)
    matrix = np.linalg.inv(affines[1]) @ T.as_affine(ndim=ndim) @ affines[0]
    binned = [x - x.min() for x in images]
    wanted = joint_histogram_at(*binned, matrix, tuple(int(b.max()) + 1 for b in binned), interp)
    np.testing.assert_allclose(R.joint_histogram(T), wanted, rtol=0, atol=1e-12)
    # any other object with apply(points) is taken through its points
    np.testing.assert_allclose(R.joint_histogram(Transform(T.apply)), wanted, rtol=0, atol=1e-12)


def test_joint_histogram__at_whole_shifts_is_that_of_the_overlap():
    a, b = picture(), picture(seed=1)
    H = HistogramRegistration(a, b).joint_histogram(shifted(Rigid2D, 2, -3))
    overlap = JointHist(a[:-2, 3:], b[2:, :-3], (np.arange(a.max() + 2) - 0.5, np.arange(b.max() + 2) - 0.5))
    np.testing.assert_array_equal(H[: len(overlap), : overlap.shape[1]], overlap)


def test_joint_histogram__is_a_fresh_array():
    R = HistogramRegistration(I, J)
    H = R.joint_histogram(Rigid())
    H[:] = 0
    assert R.joint_histogram(Rigid()).sum() == I.size


def test_nan_and_masked_samples__do_not_take_part():
    holes = np.random.default_rng(0).random(I.shape) < 0.3
    with_nan = np.where(holes, np.nan, I)
    with_inf = np.where(holes, -np.inf, I)
    T = shifted(Rigid, 0.3, 0.2, -0.6)
    for static, moving in ((I, J), (J, I)):  # the holes on either side
        wanted = HistogramRegistration(
            static.astype(float),
            moving.astype(float),
            from_mask=~holes if static is I else None,
            to_mask=~holes if moving is I else None,
        ).eval(T)
        for image in (with_nan, with_inf, np.ma.masked_array(I.astype(float), holes)):
            pair = (image, J.astype(float)) if static is I else (J.astype(float), image)
            assert HistogramRegistration(*pair).eval(T) == pytest.approx(wanted, rel=1e-12)


def test_mask__equals_the_cropped_image():
    box = (slice(3, 11), slice(2, 12), slice(1, 9))
    mask = np.zeros(I.shape, bool)
    mask[box] = True
    affine = np.eye(4)
    affine[:3, 3] = [3, 2, 1]
    T = shifted(Rigid, 0.3, 0.2, -0.6)
    for given in (mask, mask.astype(float), box):
        masked = HistogramRegistration(I, J, from_mask=given, similarity="mi")
        cropped = HistogramRegistration((I[box], affine), J, similarity="mi")
        assert masked.eval(T) == cropped.eval(T)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_threads__do_not_change_a_bit(n):
    static, moving = volume((70, 64, 66), 2), volume((66, 64, 70), 3)
    T = Affine(np.random.default_rng(5).normal(0, 0.05, 12))
    tables = []
    for count in (1, n):
        with threads(count):
            R = HistogramRegistration(static, moving, interp="pv")
            R.subsample([1, 1, 1])
            tables.append((R.joint_histogram(T), R.joint_histogram(Transform(T.apply))))
    for one, other in zip(*tables, strict=True):
        np.testing.assert_array_equal(one, other)


# --- evaluation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("similarity", ["cc", "cr", "crl1", "mi", "nmi", "pmi", "dpmi", "slr"])
def test_eval__is_largest_where_images_agree(similarity):
    dist = None
    if similarity == "slr":
        dist = HistogramRegistration(I, I, from_bins=16, similarity="mi").joint_histogram(Rigid())
        dist = ndimage.gaussian_filter(np.pad(dist, ((0, 16 - len(dist)),) * 2), 1) + 1e-3
    R = HistogramRegistration(I, I, from_bins=16, similarity=similarity, dist=dist)
    s, p = R.explore(Rigid(), (0, [-2, -1, 0, 1, 2]), (2, [-1, 0, 1]))
    assert p[[0, 2], s.argmax()].tolist() == [0, 0]


def test_eval__without_overlap_is_minus_infinity():
    for similarity in ("cc", "cr", "crl1", "mi", "nmi", len):
        R = HistogramRegistration(I, J, similarity=similarity)
        assert R.eval(shifted(Rigid, 500, 0, 0)) == -np.inf


def test_min_overlap__is_a_part_of_the_smaller_image():
    small = J[2:5, 2:5, 2:5]  # 27 of 1680 samples
    affine = np.eye(4)
    affine[:3, 3] = 2
    for static, moving in ((I, (small, affine)), ((small, affine), I)):
        R = HistogramRegistration(static, moving, min_overlap=0.5)
        assert R.overlap(R.joint_histogram(Rigid())) == pytest.approx(1)
        assert R.eval(Rigid()) > -np.inf
        away = shifted(Rigid, 0, 0, 4 if static is I else 7)  # one of three planes is left
        assert R.overlap(R.joint_histogram(away)) == pytest.approx(1 / 3)
        assert R.eval(away) == -np.inf
        R.min_overlap = 0.3
        assert R.eval(away) > -np.inf


def test_min_overlap__knows_the_size_of_voxels():
    coarse = (I[::2, ::2, ::2], np.diag([2.0, 2, 2, 1]))
    R = HistogramRegistration(coarse, J)
    assert R.overlap(R.joint_histogram(Rigid())) == pytest.approx(1, abs=0.01)
    R = HistogramRegistration(I, (J[::2, ::2, ::2], np.diag([2.0, 2, 2, 1])), interp="tri")
    assert R.overlap(R.joint_histogram(Rigid())) == pytest.approx(1, abs=0.01)


def test_similarity__of_your_own_gets_the_table():
    seen = []

    def own(H):
        seen.append(H.shape)
        return mutual_information(H)

    R = HistogramRegistration(I, J, from_bins=20, to_bins=30, similarity=own)
    T = shifted(Rigid, 0.5, 0.5, 0.5)
    assert R.similarity == "custom"
    assert R.eval(T) == pytest.approx(HistogramRegistration(I, J, 20, 30, similarity="mi").eval(T), rel=1e-12)
    assert set(seen) == {(20, 30)}


def test_properties__can_be_set():
    R = HistogramRegistration(I, J, similarity="mi")
    T = shifted(Rigid, 0.5, 0.25, 0.5)
    for similarity in ("cc", "nmi"):
        for interp in ("tri", "pv", "rand"):
            R.similarity, R.interp = similarity, interp
            assert (R.similarity, R.interp) == (similarity, interp)
            assert R.eval(T) == HistogramRegistration(I, J, similarity=similarity, interp=interp).eval(T)


def test_rand__is_a_function_of_the_transform_and_the_seed():
    T = shifted(Rigid, 0.5, 0.5, 0.5)
    one = HistogramRegistration(I, J, interp="rand", rng=3)
    assert (
        one.eval(T) == one.eval(T) == HistogramRegistration(I, J, interp="rand", rng=np.random.default_rng(3)).eval(T)
    )
    assert one.eval(T) != HistogramRegistration(I, J, interp="rand", rng=4).eval(T)
    assert HistogramRegistration(I, J, interp="rand").eval(T) == HistogramRegistration(I, J, interp="rand").eval(T)


def test_smooth__blurs_the_moving_image_in_millimetres():
    affine = np.diag([2.0, 1, 4, 1])
    blurred = ndimage.gaussian_filter(J.astype(float), [0.5, 1, 0.25])
    T = shifted(Rigid, 0.5, 0.5, 0.5)
    wanted = HistogramRegistration((I, affine), (blurred, affine)).eval(T)
    assert HistogramRegistration((I, affine), (J.astype(float), affine), smooth=1).eval(T) == wanted
    with_hole = J.astype(float)
    with_hole[5, 5, 5] = np.nan  # must not spread
    assert np.isfinite(HistogramRegistration((I, affine), (with_hole, affine), smooth=1).eval(T))


def test_eval_gradient_and_hessian__are_differences_of_eval():
    R = HistogramRegistration(picture(), picture(seed=1), similarity="mi")
    T = shifted(Rigid2D, 0.3, 0.2)
    start = T.param.copy()

    def value(p):
        U = Rigid2D()
        U.param = p
        return R.eval(U)

    np.testing.assert_allclose(R.eval_gradient(T, epsilon=0.2), approx_gradient(value, start, 0.2), rtol=1e-12)
    h = R.eval_hessian(T)
    d = R.eval_hessian(T, diag=True)
    assert h.shape == d.shape == (3, 3)
    assert (d - np.diag(np.diag(d)) == 0).all()
    wanted = [(value(start + e) + value(start - e) - 2 * value(start)) / 0.01 for e in 0.1 * np.eye(3)]
    np.testing.assert_allclose(np.diag(d), wanted, rtol=1e-9)
    np.testing.assert_array_equal(T.param, start)
    plain_one = Student((0.3, 0.2))  # cannot be copied
    R.eval_gradient(plain_one)
    np.testing.assert_array_equal(plain_one.param, [0.3, 0.2])


class Student:
    """A transform as in unit U06: nothing but apply and param."""

    def __init__(self, param=(0.0, 0.0)):
        self.param = np.array(param)

    def apply(self, points):
        return points + self.param


def test_explore__tries_all_combinations_and_leaves_the_transform_alone():
    R = HistogramRegistration(picture(), picture(), similarity="mi")
    for T in (Student((1.0, -1.0)), shifted(Rigid2D, 1, -1)):
        start = np.array(T.param)
        s, p = R.explore(T, (1, [0, 5]), (0, [-1, 0, 1]), (1, (1, 2)))
        assert p.shape == (start.size, 6)
        wanted = [(r, c) for r in (0, 1, 2) for c in (0, 1)]
        assert p[:2].T.tolist() == [list(map(float, w)) for w in wanted]
        assert s.argmax() == 0
        np.testing.assert_array_equal(T.param, start)
    s, p = R.explore(T)
    assert s.tolist() == [R.eval(T)]


# --- the field of view ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("image", [I, picture()])
def test_set_fov__cuts_a_block(image):
    R = HistogramRegistration(image, image, similarity="mi")
    ndim = image.ndim
    R.set_fov(spacing=(2, 3, 1)[:ndim], corner=(1, 2, 3)[:ndim], size=(7, 8, 5)[:ndim])
    block = image[tuple(slice(c, c + n, s) for c, n, s in zip((1, 2, 3), (7, 8, 5), (2, 3, 1), strict=True))[:ndim]]
    assert R.joint_histogram((Rigid if ndim == 3 else Rigid2D)()).sum() == block.size
    R.subsample(npoints=50)
    assert R.joint_histogram((Rigid if ndim == 3 else Rigid2D)()).sum() <= 50
    R.subsample()
    assert R.joint_histogram((Rigid if ndim == 3 else Rigid2D)()).sum() == image.size


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"spacing": (0, 1, 1)}, "slice step cannot be zero"),
        ({"spacing": (1, 1)}, "spacing must be 3 whole numbers"),
        ({"spacing": (1, -1, 1)}, "spacing must be 3 whole numbers of at least 0"),
        ({"corner": (50, 0, 0)}, "must hold a sample"),
        ({"size": (0, 1, 1)}, "size must be 3 whole numbers of at least 1"),
        ({"npoints": 0}, "npoints must be at least 1"),
    ],
)
def test_set_fov__says_what_does_not_fit(words, message):
    R = HistogramRegistration(I, J)
    before = R.eval(Rigid())
    with pytest.raises(ValueError, match=message):
        R.set_fov(**words)
    assert R.eval(Rigid()) == before


# --- bad input --------------------------------------------------------------------------------------------------------

NO = np.zeros(I.shape, bool)


@pytest.mark.parametrize(
    ("arguments", "words", "error", "message"),
    [
        ((I[None], J), {}, ValueError, "from_img must be 2-D or 3-D"),
        ((I, J[0]), {}, ValueError, "from_img 3, to_img 2"),
        ((I * np.nan, J), {}, ValueError, "from_img has no finite sample"),
        ((I, J), {"to_mask": NO}, ValueError, "to_img is masked everywhere"),
        ((I, J), {"from_mask": NO[0]}, ValueError, "must have the shape of the image"),
        ((I + 1j, J), {}, TypeError, "real numbers"),
        (("a.nii", J), {}, TypeError, "real numbers"),
        (((I, np.eye(3)), J), {}, ValueError, r"shape \(4, 4\) in 3-D"),
        (((I, np.diag([1, 0, 1, 1])), J), {}, ValueError, "invertible"),
        ((I, J, 0), {}, ValueError, "from_bins must be at least 1"),
        ((I, J, 40000), {}, ValueError, "Too large a bin size"),
        ((I, J, 2.5), {}, TypeError, "from_bins must be a whole number"),
        ((I * 1.5, J * 1.5, 32767), {}, ValueError, "at most 67108864 cells"),
        ((I, J), {"interp": "cubic"}, KeyError, "interp must be one of"),
        ((I, J), {"similarity": "ssd"}, ValueError, "similarity should be callable"),
        ((I, J), {"similarity": "slr"}, ValueError, "dist must be given"),
        ((I, J), {"similarity": "slr", "dist": np.ones((3, 3))}, ValueError, r"shape \(256, 256\)"),
        ((I, J), {"smooth": -1}, ValueError, "smooth must be at least 0"),
        ((I, J), {"min_overlap": 2}, ValueError, "between 0 and 1"),
    ],
)
def test_constructor__says_what_is_wrong(arguments, words, error, message):
    with pytest.raises(error, match=message):
        HistogramRegistration(*arguments, **words)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda R: R.eval("rigid"), TypeError, "T must be a transform with apply"),
        (lambda R: R.eval(Transform(lambda x: x[:3])), ValueError, "keep the shape of the points"),
        (lambda R: R.eval(Transform(lambda x: x + 1j)), TypeError, "real numbers"),
        (lambda R: R.explore(Transform(np.sqrt)), ValueError, "optimizable"),
        (lambda R: R.explore(Rigid(), (6, [1])), ValueError, "below 6"),
        (lambda R: R.explore(Rigid(), 3), ValueError, "pair"),
        (lambda R: R.eval_gradient(Rigid(), epsilon=0), ValueError, "epsilon"),
        (lambda R: R.eval_gradient(shifted(Rigid, 500)), ValueError, "too little of the images overlaps"),
        (lambda R: setattr(R, "similarity", "slr"), ValueError, "dist must be given"),
        (lambda R: setattr(R, "interp", "x"), KeyError, "interp"),
        (lambda R: R.optimize("rigit"), ValueError, "one of 'affine'"),
        (lambda R: R.optimize(None), ValueError, "optimizable"),
        (lambda R: R.optimize("rigid", "newton"), ValueError, "unknown optimizer"),
        (lambda R: R.optimize(shifted(Rigid, 500)), ValueError, "must overlap at the start, got 0.0%"),
    ],
)
def test_methods__say_what_is_wrong(call, error, message):
    R = HistogramRegistration(I, J)
    with pytest.raises(error, match=message):
        call(R)
    assert np.isfinite(R.eval(Rigid()))  # still usable


@pytest.mark.parametrize("constant", [np.zeros(I.shape), np.full(I.shape, 7, np.uint8), np.full(I.shape, 0.1)])
def test_constant_images__can_be_looked_at_but_not_registered(constant):
    for pair, name in (((I, constant), "to_img"), ((constant, I), "from_img")):
        R = HistogramRegistration(*pair)
        assert R.eval(Rigid()) == pytest.approx(0, abs=1e-12)
        assert abs(R.eval_gradient(Rigid())).max() < 1e-12
        with pytest.raises(ValueError, match=f"{name} is constant"):
            R.optimize("rigid")


def test_a_field_of_view_of_few_or_equal_samples__cannot_be_registered():
    R = HistogramRegistration(I, J)
    R.set_fov(corner=(2, 3, 4), size=(1, 1, 1))
    with pytest.raises(ValueError, match="got 1 samples in 1 bins"):
        R.optimize("rigid")
    mask = np.zeros(I.shape, bool)
    mask[5, 5, 2:6] = True
    with pytest.raises(ValueError, match="at least 12 samples, not all equal, for 6 parameters, got 4 samples"):
        HistogramRegistration(I, J, from_mask=mask).optimize("rigid")


def test_smooth__of_truth_values_is_a_number():
    truth = picture() > 100
    T = shifted(Rigid2D, 0.5, 0.5)
    wanted = HistogramRegistration(truth.astype(float), truth.astype(float), smooth=1, similarity="mi").eval(T)
    assert HistogramRegistration(truth, truth, smooth=1, similarity="mi").eval(T) == wanted > 0


def test_overlap__is_at_most_all():
    R = HistogramRegistration(I, J)
    R.subsample((4, 4, 4))
    assert R.overlap(R.joint_histogram(Rigid())) == 1


def test_one_voxel__is_constant():
    with pytest.raises(ValueError, match="constant"):
        HistogramRegistration(np.ones((1, 1, 1)), I).optimize("rigid")


def test_chain__of_two_dimensional_links_fits_pictures():
    a, b = picture(), picture(seed=1)
    T = shifted(Rigid2D, 1.5, -0.5)
    R = HistogramRegistration(a, b)
    assert R.eval(ChainTransform(T)) == pytest.approx(R.eval(T), rel=1e-12)
    move = np.array([[1, 0, 1.0], [0, 1, 2], [0, 0, 1]])
    assert R.eval(ChainTransform(T, pre=move)) == pytest.approx(R.eval(shifted(Rigid2D, 2.5, 1.5)), rel=1e-9)


def test_transforms__of_three_dimensions_do_not_fit_pictures():
    with pytest.raises(ValueError, match="Rigid2D, Similarity2D or Affine2D"):
        HistogramRegistration(picture(), picture()).eval(Rigid())


# --- helpers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bins", [1, 2, 10, 256, 4000])
@pytest.mark.parametrize("dtype", [np.int16, np.float64, np.uint8])
def test_clamp__is_the_readable_version(bins, dtype):
    x = (np.random.default_rng(bins).random((7, 9)) * 250).astype(dtype)
    mask = np.random.default_rng(1).random(x.shape) < 0.7
    for m in (None, mask):
        got, wanted = clamp(x, bins, m), plain.clamp(x, bins, m)
        np.testing.assert_array_equal(got[0], wanted[0])
        assert got[1] == wanted[1]


def test_clamp__of_nan_is_no_bin():
    y, n = clamp([np.nan, 1.0, 2.0, np.inf], 3)
    assert y.tolist() == [-1, 0, 2, -1]
    assert n == 3
    with pytest.raises(ValueError, match="no finite value"):
        clamp([np.nan], 3)


def test_clamp__keeps_the_levels_of_large_integers():
    for dtype, low in ((np.int64, 2**60), (np.int64, -(2**62)), (np.uint64, 2**63 + 5)):
        y, n = clamp(np.array([low, low + 3, low + 1], dtype), 256)
        assert y.tolist() == [0, 3, 1]
        assert n == 4


def test_clamp__of_64_bit_integers_does_not_wrap():
    y, _ = clamp(np.array([-(2**63), 0, 2**63 - 1], np.int64), 3)
    assert y.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("shape", "npoints", "wanted"),
    [((100, 100, 50), 64**3, (2, 1, 1)), ((100, 100, 50), 1000, (10, 10, 5)), ((91, 109, 91), 64**3, (2, 2, 1)),
     ((40, 60), 1200, (1, 2)), ((5, 5), 10**9, (1, 1)), ((3, 3), 1, (3, 3))],
)  # fmt: skip
def test_ideal_spacing__leaves_at_most_so_many(shape, npoints, wanted):
    spacing = ideal_spacing(np.zeros(shape), npoints)
    assert tuple(spacing) == tuple(plain.ideal_spacing(np.zeros(shape), npoints))
    left = np.zeros(shape)[tuple(slice(None, None, int(s)) for s in spacing)].size
    assert left <= npoints
    if wanted != (10, 10, 5):  # several orders of equal axes lead there
        assert tuple(spacing) == wanted


def test_ideal_spacing__does_not_count_masked_samples():
    data = np.full((10, 10), -1)
    data[:2] = 0
    assert tuple(ideal_spacing(data, 20)) == (1, 1)


def test_smallest_bounding_box__is_a_corner_and_a_size():
    msk = np.zeros((9, 8, 7))
    msk[3:5, 2:8, 6] = 0.5
    corner, size = smallest_bounding_box(msk)
    assert corner.tolist() == [3, 2, 6]
    assert size.tolist() == [2, 6, 1]
    with pytest.raises(ValueError, match="empty mask"):
        smallest_bounding_box(np.zeros((3, 3)))


def test_smooth_image__counts_in_millimetres():
    data = np.zeros((41, 41))
    data[20, 20] = 1
    out = smooth_image(data, np.diag([2.0, 0.5, 1]), 2)
    var = [(out.sum(axis=1 - a) * (np.arange(41) - 20) ** 2).sum() for a in (0, 1)]
    assert var == pytest.approx([1, 16], rel=0.02)  # the filter is cut off at four standard deviations
    with pytest.raises(ValueError, match="affine must have shape"):
        smooth_image(data, np.eye(4), 1)
