"""
One image at several scales, smoothed more and more, for searches that go from coarse to fine.

Level 0 is the finest. Images keep all their samples at every level, in float32 and scaled to [0, 1]; what a coarser
level adds is a coarser grid to look at them on, whose first sample lies on the first sample of the image.
"""

from math import prod

import numpy as np
from scipy import ndimage

from coursereg import _check
from coursereg.space.grid import as_affine

FLAT = 1e-6  # a smoothed image whose range is smaller than that part of the image's shows rounding only


class ScaleSpace:
    """
    An image at scales that double from level to level.

    Parameters
    ----------
    image : array_like of shape (R, C) or (S, R, C)
        The image.
    num_levels : int
        Number of levels, at least 1.
    image_grid2world : array_like of shape (D + 1, D + 1), optional
        Homogeneous matrix from the image's indices to its world; by default the identity.
    input_spacing : sequence of D float, optional
        Distance of neighbouring samples along each axis; by default 1, whatever `image_grid2world` says.
    sigma_factor : float, default: 0.2
        Width of the smoothing for each unit of a scaling above 1, in samples.
    mask0 : bool, default: False
        Keep samples at 0 that are not positive in the image.
    never_finer : bool, default: True
        Leave an axis alone that is coarser than the level already. False is DIPY's rule, by which a coarser level may
        have a finer grid along the axis of thick slices.

    Attributes
    ----------
    num_levels, dim : int
        Levels, and axes of the image.
    images, domain_shapes, spacings, scalings, affines, affine_invs, sigmas : list
        What the methods ``get_*`` return, by level.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or `num_levels` is not whole.
    ValueError
        If `image` is not 2-D or 3-D, has NaN or infinite samples, is constant or smoothed until it is, `num_levels` is
        below 1, `image_grid2world` is not an invertible affine matrix, or `input_spacing` or `sigma_factor` is out of
        range.

    See Also
    --------
    coursereg.IsotropicScaleSpace : factors and widths of your own.

    Notes
    -----
    At level l axis a has the scaling ``s = max(1, 2**l * min(spacing) / spacing[a])``: samples ``s * spacing[a]``
    apart, ``int(shape[a] / s + 0.5)`` of them. It is smoothed by a Gaussian with a standard deviation of
    ``sigma_factor * (s - 1)`` samples of the image.

    Examples
    --------
    >>> import numpy as np
    >>> levels = ScaleSpace(np.eye(64), 3, np.diag([1, 2, 1]), input_spacing=(1, 2))
    >>> levels.get_domain_shape(2), levels.get_spacing(2), levels.get_sigmas(2)
    (array([16, 32], dtype=int32), array([4., 4.]), array([0.6, 0.2]))
    """

    def __init__(
        self,
        image,
        num_levels,
        image_grid2world=None,
        input_spacing=None,
        sigma_factor=0.2,
        mask0=False,
        never_finer=True,
    ):
        levels = _check.whole("num_levels", num_levels, lowest=1)
        sigma_factor = _not_negative("sigma_factor", _check.number("sigma_factor", sigma_factor))
        image, spacing = _image(image), _spacing(input_spacing, np.ndim(image))
        scalings = [2.0**level * spacing.min() / spacing for level in range(levels)]
        scalings[0] = np.ones(image.ndim)
        if never_finer:
            scalings = [np.maximum(scaling, 1.0) for scaling in scalings]
        sigmas = [sigma_factor * np.maximum(scaling - 1.0, 0.0) for scaling in scalings]
        shapes = [np.array(image.shape) / scaling + 0.5 for scaling in scalings]
        self._build(image, shapes, scalings, sigmas, image_grid2world, spacing, mask0)

    def _build(self, image, shapes, scalings, sigmas, grid2world, spacing, mask0):
        """Fill the lists."""
        self.dim, self.num_levels = image.ndim, len(scalings)
        grid2world = np.eye(self.dim + 1) if grid2world is None else grid2world
        grid2world = as_affine("image_grid2world", grid2world, self.dim)
        self.scalings, self.sigmas = scalings, sigmas
        self.domain_shapes = [np.maximum(shape.astype(np.int32), 1) for shape in shapes]
        self.spacings = [spacing * scaling for scaling in scalings]
        self.affines = [grid2world @ np.diag([*scaling, 1.0]) for scaling in scalings]
        self.affine_invs = [np.linalg.inv(affine) for affine in self.affines]
        unit = _unit("image", image)
        self.images = [_smoothed(unit, sigma) for sigma in sigmas]
        if mask0:
            positive = image > 0
            for level in self.images:
                level *= positive

    def get_image(self, level):
        """
        Smoothed image of a level.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of the image's shape
            Float32, in [0, 1]; not a copy.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.images, level)

    def get_domain_shape(self, level):
        """
        Shape of a level's grid.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of D int32
            Samples along each axis, at least 1.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.domain_shapes, level)

    def get_spacing(self, level):
        """
        Distance of neighbouring samples of a level's grid along each axis, in world units.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D,)
            The spacing of the image times the scaling of the level.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.spacings, level)

    def get_scaling(self, level):
        """
        Distance of neighbouring samples of a level's grid along each axis, in samples of the image.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D,)
            1 is no change.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.scalings, level)

    def get_affine(self, level):
        """
        Matrix from the indices of a level's grid to the world.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D + 1, D + 1)
            The identity at level 0, if the image has no matrix.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.affines, level)

    def get_affine_inv(self, level):
        """
        Matrix from the world to the indices of a level's grid.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D + 1, D + 1)
            The inverse of `get_affine`.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.affine_invs, level)

    def get_sigmas(self, level):
        """
        Standard deviation of the Gaussian that smoothed a level's image, along each axis.

        Parameters
        ----------
        level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D,)
            In samples of the image; 0 is no smoothing.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.
        """
        return self._at(self.sigmas, level)

    def get_expand_factors(self, from_level, to_level):
        """
        How much coarser one level is than another, along each axis.

        Parameters
        ----------
        from_level, to_level : int
            0 is the finest.

        Returns
        -------
        ndarray of shape (D,)
            Spacing of `to_level` by that of `from_level`: what indices of `to_level` are multiplied by to be
            indices of `from_level`.

        Raises
        ------
        TypeError
            If a level is not whole.
        ValueError
            If there is no such level.
        """
        return self.get_spacing(to_level) / self.get_spacing(from_level)

    def print_level(self, level):
        """
        Print the grid and the smoothing of a level.

        Parameters
        ----------
        level : int
            0 is the finest.

        Raises
        ------
        TypeError
            If `level` is not whole.
        ValueError
            If there is no such level.

        Examples
        --------
        >>> import numpy as np
        >>> ScaleSpace(np.eye(8), 2).print_level(1)
        Domain shape: [4 4]
        Spacing: [2. 2.]
        Scaling: [2. 2.]
        Affine: [[2. 0. 0.]
                 [0. 2. 0.]
                 [0. 0. 1.]]
        Sigmas: [0.2 0.2]
        """
        affine = str(self.get_affine(level)).replace("\n", "\n" + " " * len("Affine: "))
        print(f"Domain shape: {self.get_domain_shape(level)}")  # noqa: T201
        print(f"Spacing: {self.get_spacing(level)}")  # noqa: T201
        print(f"Scaling: {self.get_scaling(level)}")  # noqa: T201
        print(f"Affine: {affine}")  # noqa: T201
        print(f"Sigmas: {self.get_sigmas(level)}")  # noqa: T201

    def _at(self, values, level):
        """Return the entry of a level, if there is one."""
        if not 0 <= _check.whole("level", level, lowest=0) < self.num_levels:
            msg = f"level must be below num_levels, {self.num_levels}, got {level}"
            raise ValueError(msg)
        return values[level]


class IsotropicScaleSpace(ScaleSpace):
    """
    An image at scales of your choice.

    Parameters
    ----------
    image : array_like of shape (R, C) or (S, R, C)
        The image.
    factors : sequence of int
        How many samples of the finest axis make one of each level's grid, coarsest level first.
    sigmas : sequence of float
        Standard deviation of the Gaussian that smooths the image, in samples along every axis, coarsest level first; 0
        is no smoothing.
    image_grid2world : array_like of shape (D + 1, D + 1), optional
        Homogeneous matrix from the image's indices to its world; by default the identity.
    input_spacing : sequence of D float, optional
        Distance of neighbouring samples along each axis; by default 1, whatever `image_grid2world` says.
    mask0 : bool, default: False
        Keep samples at 0 that are not positive in the image.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `factors` and `sigmas` do not have one length of at least 1, a factor is not a whole number of at least 1, a
        sigma is negative, `image` is not 2-D or 3-D, has NaN or infinite samples, is constant or smoothed until it is,
        `image_grid2world` is not an invertible affine matrix, or `input_spacing` is not positive.

    See Also
    --------
    coursereg.ScaleSpace : the attributes, and a rule for the factors.

    Notes
    -----
    The axis with the smallest spacing has the level's factor, every other one the whole number from 1 to it that makes
    the two spacings most alike. The last entries, those of level 0, count as all others do.

    Examples
    --------
    >>> import numpy as np
    >>> levels = IsotropicScaleSpace(np.eye(64), [4, 2, 1], [3, 1, 0], input_spacing=(1, 2))
    >>> levels.get_domain_shape(2), levels.get_spacing(2), levels.get_sigmas(2)
    (array([16, 32], dtype=int32), array([4., 4.]), array([3., 3.]))
    """

    def __init__(self, image, factors, sigmas, image_grid2world=None, input_spacing=None, mask0=False):
        factors, sigmas = (
            _check.as_numbers(name, values, ndim=1) for name, values in (("factors", factors), ("sigmas", sigmas))
        )
        if factors.size != sigmas.size:
            msg = f"factors and sigmas must have one length, got {factors.size} and {sigmas.size}"
            raise ValueError(msg)
        if not (np.isfinite(factors) & (factors >= 1) & (factors == np.rint(factors))).all():
            msg = f"factors must be whole numbers of at least 1, got {factors.tolist()}"
            raise ValueError(msg)
        _check.finite("sigmas", sigmas)
        _not_negative("sigmas", sigmas)
        image, spacing = _image(image), _spacing(input_spacing, np.ndim(image))
        scalings = [_alike(int(factor), spacing) for factor in factors[::-1]]
        sigmas = [np.full(image.ndim, float(sigma)) for sigma in sigmas[::-1]]
        shapes = [np.array(image.shape) / scaling for scaling in scalings]
        self._build(image, shapes, scalings, sigmas, image_grid2world, spacing, mask0)


def _image(image):
    image = _check.as_numbers("image", image, ndim=(2, 3))
    _check.finite("image", image)
    return image


def _spacing(spacing, ndim):
    """Return the positive distances of samples."""
    if spacing is None:
        return np.ones(ndim)
    out = _check.as_numbers("input_spacing", spacing, ndim=1).astype(np.float64)
    if out.size != ndim or not (np.isfinite(out) & (out > 0)).all():
        msg = f"input_spacing must be {ndim} positive numbers, got {out.tolist()}"
        raise ValueError(msg)
    return out


def _not_negative(name, values):
    if np.min(values) < 0:
        msg = f"{name} must not be negative, got {np.asarray(values).tolist()}"
        raise ValueError(msg)
    return values


def _alike(factor, spacing):
    """Return the factor of each axis: ``factor`` for the finest, for others what makes the new spacings most alike."""
    choices = np.arange(1, factor + 1)
    wanted = factor * spacing.min()
    return np.array([float(choices[np.argmin(np.abs(choices * s - wanted))]) for s in spacing])


def _unit(name, image):
    """Return the image scaled to [0, 1], in float64."""
    low, high = image.min().astype(np.float64), image.max().astype(np.float64)
    half = 0.5 * high - 0.5 * low  # halves, because the whole range of doubles is no double
    if not half > 0:
        msg = f"{name} must not be constant, got {low:g} at all of {prod(image.shape)} samples"
        raise ValueError(msg)
    return (0.5 * image.astype(np.float64) - 0.5 * low) / half


def _smoothed(unit, sigma):
    """Return an image of [0, 1] smoothed and scaled to [0, 1] once more, in float32."""
    if not sigma.any():
        return unit.astype(np.float32)
    image = ndimage.gaussian_filter(unit, sigma)
    low, high = image.min(), image.max()
    if high - low < FLAT:
        msg = f"image is constant after smoothing with sigma {sigma.tolist()}; smooth less"
        raise ValueError(msg)
    image -= low
    image /= high - low
    return image.astype(np.float32)
