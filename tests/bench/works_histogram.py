"""`HistogramRegistration` and `JointHist` beside nipy, SimpleITK and NumPy."""

import contextlib
import io
import warnings
from functools import cache, partial

import numpy as np

import coursereg
from bench.fields import Field, Template, error, moved_pair, rigid
from bench.harness import Sides, Work
from coursereg._jit import WORTH, threads

TITLE = "Histogram registration"
SIMILARITIES = ("cc", "cr", "crl1", "mi", "nmi", "slr")
SHIFT = (1.3, -0.8, 0.6)  # voxels
VOXELS = "voxels, largest error"


def _nipy():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nipy's imports warn about its dependencies
        from nipy.algorithms.registration import histogram_registration
        from nipy.core.image.image_spaces import make_xyz_image
    histogram_registration.VERBOSE = False  # else every iteration is printed, which takes time, too

    def make(static, moving, affine=None, **settings):
        affine = np.eye(4) if affine is None else affine
        images = (make_xyz_image(image, affine, "scanner") for image in (static, moving))
        return histogram_registration.HistogramRegistration(*images, **settings)

    return make


def _engines(static, moving, affine=None, **settings):
    """Return nipy's engine and ours on the same pair."""
    affine = np.eye(4) if affine is None else affine
    return _nipy()(static, moving, affine, **settings), coursereg.HistogramRegistration(
        (static, affine), (moving, affine), **settings
    )


# one evaluation ------------------------------------------------------------------------------------------------------


@cache
def _pair(side):
    return moved_pair(Field(7, sigma=4.0, waves=60), (side,) * 3, rigid(SHIFT, (1, -2, 1.5), (side / 2,) * 3))


@cache
def _head(side):
    """Return the template in a cube, moved: unlike a field it has a background."""
    template = Template()
    scale = (max(template.shape) - 1) / (side - 1)
    return moved_pair(
        lambda points: template(points * scale - 8), (side,) * 3, rigid(SHIFT, (1, -2, 1.5), (side / 2,) * 3)
    )


def _evaluation(interp, side, pair=None):
    static, moving = (pair or _pair)(side)
    param = [1.1, -0.7, 0.4, 1.0, -2.0, 1.5]  # mm and hundredths of a radian
    theirs, ours = _engines(static, moving, interp=interp)
    their_transform, our_transform = _nipy_rigid(param), coursereg.Rigid()
    our_transform.param = param
    for engine in (theirs, ours):
        engine.set_fov(spacing=(1, 1, 1))  # every voxel
    wanted = theirs.eval(their_transform)
    return Sides(
        lambda: theirs.eval(their_transform), lambda: ours.eval(our_transform), lambda value: abs(value - wanted)
    )


def _nipy_rigid(param):
    from nipy.algorithms.registration.affine import Rigid

    out = Rigid()
    out.param = np.array(param)
    return out


def _threads(interp, side):
    static, moving = _pair(side)
    ours = coursereg.HistogramRegistration(static, moving, interp=interp)
    ours.set_fov(spacing=(1, 1, 1))
    transform = coursereg.Rigid()
    transform.param = [1.1, -0.7, 0.4, 1.0, -2.0, 1.5]

    def on(count):
        with threads(count, WORTH):
            return ours.joint_histogram(transform)

    wanted = on(1)
    return Sides(partial(on, 1), partial(on, 2), lambda table: np.count_nonzero(table != wanted))


# whole registrations -------------------------------------------------------------------------------------------------


def _true_table(static, moving, truth, bins):
    """Return the joint distribution of the aligned pair: what the supervised measure is told."""
    engine = coursereg.HistogramRegistration(static, moving, from_bins=bins, interp="pv")
    table = engine.joint_histogram(coursereg.Affine(truth)) + 1e-3
    return table / table.sum()


def _registration(make, similarity="crl1", bins=64, kind="rigid"):
    """Prepare a default run of both; ``make`` returns static, moving, true motion in voxels, affine."""
    static, moving, truth, affine = make()
    settings = {"similarity": similarity, "from_bins": bins}
    if similarity == "slr":
        settings["dist"] = _true_table(static, moving, truth, bins)
    theirs, ours = _engines(static, moving, affine, **settings)
    to_voxels = np.linalg.inv(affine)

    def worth(transform):
        return error(to_voxels @ transform.as_affine() @ affine, truth, static.shape)

    def run_theirs():
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):  # SciPy reports at the end
            warnings.simplefilter("ignore")  # NumPy's, of nipy's old code
            return theirs.optimize(kind)

    return Sides(run_theirs, lambda: ours.optimize(kind), worth)


@cache
def _field(shape, shift, noise=0.0, degrees=(0, 0, 0), seed=11):
    motion = rigid(shift, degrees, (np.array(shape) - 1) / 2)
    return *moved_pair(Field(seed), shape, motion, noise, seed), motion, np.eye(4)


@cache
def _template(shift, noise=0.0, degrees=(0, 0, 0)):
    template = Template()
    motion = rigid(shift, degrees, (np.array(template.shape) - 1) / 2)
    return *moved_pair(template, template.shape, motion, noise, 5), motion, template.affine


def _accuracy(what, make, within, similarities=SIMILARITIES, **settings):
    """One work for each similarity."""
    return [
        Work(
            f"rigid, {what}, {similarity}",
            "nipy",
            partial(_registration, make, similarity, **settings),
            VOXELS,
            within=within,
            rounds=1,
        )
        for similarity in similarities
    ]


def _beside_itk():
    static, moving, truth, _ = _field((64, 64, 64), SHIFT, degrees=(2, -1, 3))
    ours = coursereg.HistogramRegistration(static, moving, similarity="mi", from_bins=64)
    return Sides(
        partial(_itk_rigid, static, moving),
        lambda: ours.optimize("rigid").as_affine(),
        lambda m: error(m, truth, static.shape),
    )


def _itk_rigid(static, moving):
    """Return the matrix, for voxels, that ITK finds with Mattes' mutual information on three levels."""
    import SimpleITK as sitk  # noqa: N813 - its own tutorials' name

    fixed, floating = (sitk.GetImageFromArray(image.astype(np.float32)) for image in (static, moving))
    start = sitk.CenteredTransformInitializer(
        fixed, floating, sitk.Euler3DTransform(), sitk.CenteredTransformInitializerFilter.GEOMETRY
    )
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(64)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 200)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([2, 1, 0])
    method.SetInitialTransform(start)
    found = method.Execute(fixed, floating)
    image = np.array([found.TransformPoint(p)[::-1] for p in ((0.0, 0, 0), (0, 0, 1.0), (0, 1.0, 0), (1.0, 0, 0))])
    out = np.eye(4)
    out[:3, 3], out[:3, :3] = image[0], (image[1:] - image[0]).T
    return out


# the hand-out's joint histogram --------------------------------------------------------------------------------------


def _joint_hist(dtype):
    from coursereg.course.bench.jointhist import pair

    I, J = pair(dtype)
    wanted = np.histogram2d(I.ravel(), J.ravel(), 256)[0]
    return Sides(
        lambda: np.histogram2d(I.ravel(), J.ravel(), 256)[0],
        lambda: coursereg.JointHist(I, J, 256),
        lambda table: np.count_nonzero(table != wanted),
    )


NOT_SLOWER = 0.9  # once, within the noise of a clock
CELLS, VALUE = "cells that differ", "difference from nipy's value"
WORKS = [
    Work("one value, pv, 128^3 voxels, 256 bins", "nipy", partial(_evaluation, "pv", 128), VALUE, 10, 1e-9),
    Work("one value, tri, 128^3 voxels, 256 bins", "nipy", partial(_evaluation, "tri", 128), VALUE, 5, 1e-9),
    Work("one value, pv, 64^3 voxels, 256 bins", "nipy", partial(_evaluation, "pv", 64), VALUE, None, 1e-9),
    Work(
        "one value, pv, template in 128^3 voxels, 256 bins",
        "nipy",
        partial(_evaluation, "pv", 128, _head),
        VALUE,
        None,
        1e-9,
    ),
    Work(
        "one value, tri, template in 128^3 voxels, 256 bins",
        "nipy",
        partial(_evaluation, "tri", 128, _head),
        VALUE,
        None,
        1e-9,
    ),
    Work("table, pv, 128^3: 2 threads beside 1", "coursereg", partial(_threads, "pv", 128), CELLS, NOT_SLOWER, 0, 15),
    Work("table, tri, 128^3: 2 threads beside 1", "coursereg", partial(_threads, "tri", 128), CELLS, NOT_SLOWER, 0, 15),
    Work("table, pv, 32^3: 2 threads beside 1", "coursereg", partial(_threads, "pv", 32), CELLS, NOT_SLOWER, 0, 51),
    Work("JointHist, 1024^2 pixels, uint8, 256 bins", "numpy", partial(_joint_hist, np.uint8), CELLS, 20, 0),
    Work("JointHist, 1024^2 pixels, float64, 256 bins", "numpy", partial(_joint_hist, np.float64), CELLS, 20, 0),
    Work(
        "rigid, all of 64^3 voxels, defaults",
        "nipy",
        partial(_registration, partial(_field, (64, 64, 64), SHIFT), bins=256),
        VOXELS,
        faster=5,
        within=0.02,
        rounds=3,
    ),
    Work(
        "rigid, all of 64^3 voxels, turned by 2, -1, 3 degrees, mi",
        "SimpleITK",
        _beside_itk,
        VOXELS,
        within=0.02,
        rounds=3,
        peer_note="Mattes MI of 64 bins, regular step gradient descent, shrink factors 4, 2, 1",
    ),
    *_accuracy("40x42x38", partial(_field, (40, 42, 38), SHIFT), 0.02),
    *_accuracy("32x45x51, shift -2.4 0.45 1.75", partial(_field, (32, 45, 51), (-2.4, 0.45, 1.75), seed=12), 0.02),
    *_accuracy("48^3, turned", partial(_field, (48, 48, 48), (0.5, 0.5, -0.25), degrees=(3, -2, 4), seed=13), 0.02),
    *_accuracy("template", partial(_template, SHIFT), 0.02),
    *_accuracy("template, turned", partial(_template, (2.5, -1.2, 0.7), degrees=(3, -2, 4)), 0.02),
    *_accuracy("40x42x38, noise of 0.1 sd", partial(_field, (40, 42, 38), SHIFT, noise=0.1), 0.1),
    *_accuracy("template, noise of 8 grey levels", partial(_template, SHIFT, noise=8.0), 0.1),
]
