"""
The smooth joint histogram of Mattes, in the manner of DIPY: a box window for one image, a cubic one for the other.

A count of the moving image's is shared by the four nearest bins, so that the histogram, and all that is made of it, has
a derivative. Two bins at each end of both axes are left empty for the windows of the darkest and the brightest values.
"""

import numpy as np

from coursereg import _check
from coursereg.kernels import parzen as kernels
from coursereg.space.grid import as_rows
from coursereg.space.images import as_mask

PADDING = 2
EPS = 2.2204460492503131e-16
CHUNKS = 16  # at most, of the samples, each with a table of its own, however many threads there are
CHUNK_CELLS = 2**20  # of all these tables together


def cubic_spline(x):
    """
    The cubic B-spline, a smooth bell of width 4 and area 1.

    Parameters
    ----------
    x : array_like of shape (N,)
        Where.

    Returns
    -------
    ndarray of shape (N,)
        0 to 2/3; 0 from 2 on, to both sides.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` is not 1-D.

    Examples
    --------
    >>> cubic_spline([-2, -1, 0, 1]).round(3)
    array([0.   , 0.167, 0.667, 0.167])
    """
    x = np.abs(_check.as_numbers("x", x, ndim=1, may_be_empty=True).astype(np.float64))
    return np.where(x < 1, 2 / 3 - x**2 * (1 - x / 2), np.clip(2 - x, 0, 1) ** 3 / 6)


def cubic_spline_derivative(x):
    """
    Slope of the cubic B-spline.

    Parameters
    ----------
    x : array_like of shape (N,)
        Where.

    Returns
    -------
    ndarray of shape (N,)
        The derivative of `cubic_spline`, -2/3 to 2/3.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `x` is not 1-D.

    Examples
    --------
    >>> cubic_spline_derivative([-2, -1, 0, 1])
    array([ 0. ,  0.5,  0. , -0.5])
    """
    x = _check.as_numbers("x", x, ndim=1, may_be_empty=True).astype(np.float64)
    far = np.abs(x)
    return np.sign(x) * np.where(far < 1, far * (1.5 * far - 2), np.clip(2 - far, 0, 1) ** 2 / -2) + 0.0


class ParzenJointHistogram:
    """
    Joint histogram of two images, smooth in the grey values of the moving one, and its derivatives by a transform.

    Call `setup` first, then one of ``update_pdfs_*``, and ``update_gradient_*`` for the derivatives. Samples that are
    NaN, and those where a mask is not above 0, are left out everywhere.

    Parameters
    ----------
    nbins : int
        Bins of each image, at least 5; two at each end stay empty.

    Attributes
    ----------
    padding : int
        2, the empty bins at each end.
    setup_called : bool
        Whether the ranges are known.
    smin, sdelta, mmin, mdelta : float
        Width of a bin (``delta``), and the lowest value of the image in bins, less `padding` (``min``).
    joint : ndarray of shape (nbins, nbins)
        Probabilities, static bins by moving bins.
    smarginal, mmarginal : ndarray of shape (nbins,)
        Probabilities of each image.
    joint_grad : ndarray of shape (nbins, nbins, K) or None
        Derivative of `joint` by each parameter of the transform.

    Raises
    ------
    TypeError
        If `nbins` is not whole.
    ValueError
        If `nbins` is below 5.

    See Also
    --------
    coursereg.compute_parzen_mi : mutual information from it.
    coursereg.MutualInformationMetric : the same as a function of the transform, without the large table of derivatives.
    coursereg.course.plain.parzen.parzen_joint : the readable version.

    References
    ----------
    .. [1] D. Mattes, D. R. Haynor, H. Vesselle, T. K. Lewellen, W. Eubank, "PET-CT image registration in the chest
       using free-form deformations", IEEE Transactions on Medical Imaging 22(1):120-128, 2003.
       :doi:`10.1109/TMI.2003.809072`

    Examples
    --------
    >>> histogram = ParzenJointHistogram(6)
    >>> histogram.setup([0, 2], [0, 2])
    >>> histogram.update_pdfs_sparse([0, 2], [0, 2])
    >>> histogram.joint.round(3)[2:4]
    array([[0.   , 0.083, 0.333, 0.083, 0.   , 0.   ],
           [0.   , 0.   , 0.   , 0.083, 0.333, 0.083]])
    """

    def __init__(self, nbins):
        self.nbins = _check.whole("nbins", nbins, lowest=2 * PADDING + 1)
        self.padding = PADDING
        self.setup_called = False
        self.smin = self.sdelta = self.mmin = self.mdelta = 0.0
        self.joint = np.zeros((self.nbins, self.nbins))
        self.smarginal, self.mmarginal = np.zeros(self.nbins), np.zeros(self.nbins)
        self.joint_grad = None

    def setup(self, static, moving, smask=None, mmask=None):
        """
        Find the ranges of grey values.

        Parameters
        ----------
        static, moving : array_like
            The images, of any shapes.
        smask, mmask : array_like, optional
            Masks of those shapes: only values where they are above 0 count.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If a mask has another shape than its image, or no value is left.
        """
        self.smin, self.sdelta = self._range("static", static, smask)
        self.mmin, self.mdelta = self._range("moving", moving, mmask)
        self.setup_called = True

    def bin_normalize_static(self, x):
        """
        Grey value of the static image in units of bins.

        Parameters
        ----------
        x : float or array_like
            Grey values.

        Returns
        -------
        float or ndarray
            `padding` for the lowest value, ``nbins - padding`` for the highest one; 0 if all values are equal.
        """
        return x / self.sdelta - self.smin if self.sdelta > 0 else 0.0 * x

    def bin_normalize_moving(self, x):
        """
        Grey value of the moving image in units of bins.

        Parameters
        ----------
        x : float or array_like
            Grey values.

        Returns
        -------
        float or ndarray
            `padding` for the lowest value, ``nbins - padding`` for the highest one; 0 if all values are equal.
        """
        return x / self.mdelta - self.mmin if self.mdelta > 0 else 0.0 * x

    def bin_index(self, xnorm):
        """
        Bin of a value in units of bins.

        Parameters
        ----------
        xnorm : float
            What `bin_normalize_static` or `bin_normalize_moving` returned.

        Returns
        -------
        int
            `padding` to ``nbins - 1 - padding``, the nearest of them for a value beyond.
        """
        return int(min(max(xnorm, PADDING), self.nbins - 1 - PADDING))

    def update_pdfs_dense(self, static, moving, smask=None, mmask=None):
        """
        Set `joint` and the marginals from two images on one grid.

        Parameters
        ----------
        static, moving : array_like of shape (R, C) or (S, R, C)
            The images.
        smask, mmask : array_like of that shape, optional
            Only samples where both are above 0 count.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If the shapes differ, the images are not 2-D or 3-D, or `setup` was not called.
        """
        self._update(*self._images(static, moving, smask, mmask))

    def update_pdfs_sparse(self, sval, mval):
        """
        Set `joint` and the marginals from pairs of values.

        Parameters
        ----------
        sval, mval : array_like of shape (N,)
            Grey values of the static and the moving image at the same places.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If the lengths differ, an argument is not 1-D, or `setup` was not called.
        """
        self._update(*self._values(sval, mval))

    def update_gradient_dense(self, theta, transform, static, moving, grid2world, mgradient, smask=None, mmask=None):
        """
        Set `joint_grad` from two images on one grid.

        Parameters
        ----------
        theta : array_like of shape (K,)
            Parameters of the transform.
        transform : ParametricTransform
            Any object with ``jacobian(theta, x)`` of an affine map, see `coursereg.regtransforms`.
        static, moving : array_like of shape (R, C) or (S, R, C)
            The images, `moving` already on the grid of `static`.
        grid2world : array_like of shape (D + 1, D + 1)
            Matrix from the indices to the world.
        mgradient : array_like of shape (R, C, D) or (S, R, C, D)
            Gradient of the moving image in its world, at the moved samples: float32 or float64.
        smask, mmask : array_like of the images' shape, optional
            Only samples where both are above 0 count.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If shapes do not fit, the images are not 2-D or 3-D, `mgradient` is of another dtype, or `setup` was not
            called.

        See Also
        --------
        coursereg.world_gradient : such a gradient.
        """
        static = _check.as_numbers("static", static, ndim=(2, 3))
        mgradient = _slopes(mgradient, (*static.shape, static.ndim))
        pairs = self._images(static, moving, smask, mmask)
        rows = as_rows("grid2world", grid2world, static.ndim)
        index = np.indices(static.shape).reshape(static.ndim, -1)
        points = index.T @ rows[:, :-1].T + rows[:, -1]
        self._update_gradient(theta, transform, *pairs, points, mgradient.reshape(points.shape))

    def update_gradient_sparse(self, theta, transform, sval, mval, sample_points, mgradient):
        """
        Set `joint_grad` from pairs of values.

        Parameters
        ----------
        theta : array_like of shape (K,)
            Parameters of the transform.
        transform : ParametricTransform
            As for `update_gradient_dense`.
        sval, mval : array_like of shape (N,)
            Grey values of the static and the moving image at the same places.
        sample_points : array_like of shape (N, D)
            World coordinates of the places, before the transform.
        mgradient : array_like of shape (N, D)
            Gradient of the moving image in its world, at the moved places: float32 or float64.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If shapes do not fit, `mgradient` is of another dtype, or `setup` was not called.
        """
        points = _check.as_numbers("sample_points", sample_points, ndim=2).astype(np.float64)
        sval, mval = self._values(sval, mval)
        if points.shape != (sval.size, _dim(transform)):
            msg = f"sample_points must have shape {(sval.size, _dim(transform))}, got {points.shape}"
            raise ValueError(msg)
        self._update_gradient(theta, transform, sval, mval, points, _slopes(mgradient, points.shape))

    def _range(self, name, image, mask):
        """Return ``min`` and ``delta`` of an image."""
        image = _check.as_numbers(name, image)
        values = image[_known(name, image, mask)].astype(np.float64)
        if not values.size:
            msg = f"{name} must have a value that is finite and not masked, got none among {image.size} samples"
            raise ValueError(msg)
        low, high = values.min(), values.max()
        delta = high / (self.nbins - 2 * PADDING) - low / (self.nbins - 2 * PADDING)
        return (low / delta - PADDING if delta > 0 else 0.0), float(delta)

    def _images(self, static, moving, smask, mmask):
        """Return the pairs of values of two images, in units of bins and NaN where they do not count."""
        static = _check.as_numbers("static", static, ndim=(2, 3))
        moving = _check.as_numbers("moving", moving, ndim=(2, 3))
        _check.same_shape(static=static, moving=moving)
        self._ready()
        known = _known("static", static, smask) & _known("moving", moving, mmask)
        static = np.where(known, static.astype(np.float64), np.nan)
        return self._normalized(static.ravel(), moving.astype(np.float64).ravel())

    def _values(self, sval, mval):
        """Return pairs of values, in units of bins and NaN where they do not count."""
        sval, mval = _check.as_numbers("sval", sval, ndim=1), _check.as_numbers("mval", mval, ndim=1)
        _check.same_shape(sval=sval, mval=mval)
        self._ready()
        sval, mval = (np.where(np.isfinite(v), v.astype(np.float64), np.nan) for v in (sval, mval))
        return self._normalized(sval, mval)

    def _normalized(self, static, moving):
        static, moving = self.bin_normalize_static(static), self.bin_normalize_moving(moving)
        return np.ascontiguousarray(static), np.ascontiguousarray(moving)

    def _ready(self):
        if not self.setup_called:
            msg = "the ranges of the images are not known; call setup(static, moving) first"
            raise ValueError(msg)

    def _chunks(self, samples, cells):
        return max(1, min(CHUNKS, samples, CHUNK_CELLS // cells))

    def _update(self, static, moving):
        """Set the probabilities."""
        tables = np.zeros((self._chunks(static.size, self.joint.size), *self.joint.shape))
        kernels.count_windows(static, moving, tables)
        joint = tables.sum(axis=0)
        used = ~(np.isnan(static) | np.isnan(moving))
        index = np.clip(static[used], PADDING, self.nbins - 1 - PADDING).astype(np.intp)
        self.joint = joint / max(joint.sum(), np.finfo(float).tiny)
        self.smarginal = np.bincount(index, minlength=self.nbins) / max(index.size, 1)
        self.mmarginal = self.joint.sum(axis=0)

    def _update_gradient(self, theta, transform, static, moving, points, slopes):
        """Set the derivatives of the probabilities."""
        dim = points.shape[1]
        changes = matrix_derivatives(transform, theta)[:, :dim]  # (K, D, D + 1)
        slopes = np.ascontiguousarray(slopes, np.float64)
        unknown = ~np.isfinite(slopes).all(axis=1)
        static = np.where(unknown, np.nan, static) if unknown.any() else static
        tables = np.zeros(
            (self._chunks(static.size, self.joint.size * dim * (dim + 1)), *self.joint.shape, dim * (dim + 1))
        )
        kernels.slope_moments(static, moving, np.ascontiguousarray(points), slopes, tables)
        used = np.count_nonzero(~(np.isnan(static) | np.isnan(moving)))
        factor = 1 / (used * self.mdelta) if used and self.mdelta > 0 else 0.0
        self.joint_grad = factor * (tables.sum(axis=0) @ changes.reshape(len(changes), -1).T)


def compute_parzen_mi(joint, joint_gradient, smarginal, mmarginal, mi_gradient):
    """
    Mutual information of a smooth joint histogram, and its gradient.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Probabilities, static bins by moving bins.
    joint_gradient : array_like of shape (S, M, K) or None
        Their derivatives by K parameters; needed with `mi_gradient` only.
    smarginal, mmarginal : array_like of shape (S,) and (M,)
        Probabilities of each image.
    mi_gradient : ndarray of shape (K,) or None
        Where the gradient is to be written.

    Returns
    -------
    float
        Mutual information in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If shapes do not fit.

    See Also
    --------
    coursereg.mutual_information : the same of counts.

    Notes
    -----
    ``sum p[s, m] log(p[s, m] / (p[s] p[m]))``, whose derivative is ``sum dp[s, m] log(p[s, m] / p[m])``: derivatives of
    a row add up to 0, as the static image stays. Cells and marginals that are 0 but for rounding add nothing.

    Examples
    --------
    >>> half = np.array([0.5, 0.5])
    >>> round(compute_parzen_mi(np.diag(half), None, half, half, None), 6)
    0.693147
    """
    joint = _check.as_numbers("joint", joint, ndim=2).astype(np.float64)
    rows, columns = (_check.as_numbers(n, v, ndim=1) for n, v in (("smarginal", smarginal), ("mmarginal", mmarginal)))
    if joint.shape != (rows.size, columns.size):
        msg = f"joint must have shape {(rows.size, columns.size)}, as the marginals have, got {joint.shape}"
        raise ValueError(msg)
    seen = ~((joint < EPS) | (columns < EPS))  # NaN is seen
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(seen, np.log(joint / columns), 0.0)
        own = np.where(rows <= EPS, 0.0, np.log(rows))
    if mi_gradient is not None:
        joint_gradient = _check.as_numbers("joint_gradient", joint_gradient, ndim=3)
        if joint_gradient.shape != (*joint.shape, np.size(mi_gradient)):
            msg = f"joint_gradient must have shape {(*joint.shape, np.size(mi_gradient))}, got {joint_gradient.shape}"
            raise ValueError(msg)
        mi_gradient[:] = np.tensordot(score, joint_gradient, axes=2)
    return float(np.sum(np.where(seen, joint * (score - own[:, None]), 0.0)))


def matrix_derivatives(transform, theta):
    """
    Return the derivatives (K, D + 1, D + 1) of the matrix of any transform object.

    One without ``matrix_derivatives`` is asked for its jacobian at the origin and at a unit step from it on each axis.
    """
    if hasattr(transform, "matrix_derivatives"):
        return transform.matrix_derivatives(theta)
    dim = _dim(transform)
    at = [np.asarray(transform.jacobian(theta, x), dtype=np.float64) for x in np.eye(dim + 1, dim, -1)]
    out = np.zeros((at[0].shape[1], dim + 1, dim + 1))
    for axis in range(dim):
        out[:, :dim, axis] = (at[axis + 1] - at[0]).T
    out[:, :dim, dim] = at[0].T
    return out


def _dim(transform):
    """Return the number of coordinates that a transform takes."""
    return int(transform.get_dim())


def _known(name, image, mask):
    """Return where the image is finite and the mask is above 0."""
    known = np.isfinite(image)
    return known if mask is None else known & as_mask(f"the mask of {name}", mask, image.shape)


def _slopes(mgradient, shape):
    """Return the gradient, if it is floats of that shape."""
    mgradient = np.asarray(mgradient)
    if mgradient.shape != shape:
        msg = f"mgradient must have shape {shape}, got {mgradient.shape}"
        raise ValueError(msg)
    if mgradient.dtype not in (np.float32, np.float64):
        msg = f"mgradient must be float32 or float64, got {mgradient.dtype}"
        raise ValueError(msg)
    return mgradient
