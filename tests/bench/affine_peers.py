"""
Other programs' affine registration, as their users call it.

Each function prepares two images, pairs (array, matrix), and returns a function without arguments, which registers them
and returns the matrix from the static to the moving world.
"""

import contextlib
import os
import sys
import tempfile

import numpy as np

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])  # ITK's world has the first two axes the other way round


def dipy(static, moving):
    """Prepare DIPY's pipeline of three steps."""
    from dipy.align import affine_registration

    (fixed, fixed_affine), (floating, floating_affine) = static, moving

    def run():
        with silence():
            return affine_registration(
                floating,
                fixed,
                moving_affine=floating_affine,
                static_affine=fixed_affine,
                pipeline=["center_of_mass", "rigid", "affine"],
            )[1]

    return run


def ants(static, moving):
    """Prepare ANTs, which begins at the centres of mass."""
    import ants

    def image(data, affine):
        spacing, direction, origin = _itk_grid(affine)
        return ants.from_numpy(
            data.astype(np.float32), origin=origin.tolist(), spacing=spacing.tolist(), direction=direction
        )

    images = [image(*one) for one in (static, moving)]

    def run():
        with tempfile.TemporaryDirectory() as folder:
            done = ants.registration(*images, "Affine", outprefix=f"{folder}/", aff_metric="mattes")
            found = ants.read_transform(done["fwdtransforms"][0])
        return _from_itk(found.parameters, found.fixed_parameters)

    return run


def greedy(static, moving):
    """Prepare greedy with its correlation in windows of 9 voxels."""
    from picsl_greedy import Greedy3D

    fixed, floating = itk_image(*static), itk_image(*moving)
    command = "-d 3 -i fixed moving -a -dof 12 -ia-image-centers -n 100x70x25 -m NCC 4x4x4 -V 0 -o found"

    def run():
        engine = Greedy3D()
        with silence():
            engine.execute(command, fixed=fixed, moving=floating, found=None)
        return np.array(engine["found"])

    return run


def itk(static, moving):
    """Prepare SimpleITK: a rigid and then an affine search by Mattes' mutual information on three levels."""
    import SimpleITK as sitk  # noqa: N813 - its own tutorials' name

    fixed, floating = itk_image(*static), itk_image(*moving)

    def search(start):
        method = sitk.ImageRegistrationMethod()
        method.SetMetricAsMattesMutualInformation(32)
        method.SetMetricSamplingStrategy(method.RANDOM)
        method.SetMetricSamplingPercentage(0.2, 1)
        method.SetInterpolator(sitk.sitkLinear)
        method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-4, 200)
        method.SetOptimizerScalesFromPhysicalShift()
        method.SetShrinkFactorsPerLevel([4, 2, 1])
        method.SetSmoothingSigmasPerLevel([2, 1, 0])
        method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOff()
        method.SetInitialTransform(start, inPlace=True)
        method.Execute(fixed, floating)
        return start

    def run():
        moments = sitk.CenteredTransformInitializerFilter.MOMENTS
        rigid = search(
            sitk.Euler3DTransform(sitk.CenteredTransformInitializer(fixed, floating, sitk.Euler3DTransform(), moments))
        )
        affine = sitk.AffineTransform(3)
        affine.SetMatrix(rigid.GetMatrix())
        affine.SetTranslation(rigid.GetTranslation())
        affine.SetCenter(rigid.GetCenter())
        found = search(affine)
        return _from_itk(found.GetParameters(), found.GetFixedParameters())

    return run


@contextlib.contextmanager
def silence():
    """Send what is printed, by compiled code and loggers, too, to nowhere."""
    sys.stdout.flush()
    kept = [os.dup(number) for number in (1, 2)]
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no path of a file
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
    try:
        yield
    finally:
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)


def itk_image(data, affine):
    """Return an image of SimpleITK."""
    import SimpleITK as sitk  # noqa: N813

    spacing, direction, origin = _itk_grid(affine)
    out = sitk.GetImageFromArray(np.ascontiguousarray(data.T.astype(np.float32)))
    out.SetSpacing(spacing.tolist())
    out.SetDirection(direction.ravel().tolist())
    out.SetOrigin(origin.tolist())
    return out


def _itk_grid(affine):
    """Return spacing, direction and origin of a matrix."""
    matrix = LPS @ affine
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    return spacing, matrix[:3, :3] / spacing, matrix[:3, 3]


def _from_itk(parameters, center):
    """Return the matrix of an affine transform of ITK: nine numbers, a shift, and a centre."""
    numbers, center = np.array(parameters), np.array(center)[:3]
    out = np.eye(4)
    out[:3, :3] = numbers[:9].reshape(3, 3)
    out[:3, 3] = numbers[9:] + center - out[:3, :3] @ center
    return LPS @ out @ LPS
