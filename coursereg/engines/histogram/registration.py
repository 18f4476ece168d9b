"""The engine: similarity of two images as a function of a transform, and its optimisation."""

import contextlib
import warnings

import numpy as np

from coursereg import _check
from coursereg.engines.histogram import binning
from coursereg.engines.histogram.refine import chunks_of, refine_transform
from coursereg.engines.histogram.result import RegistrationResult
from coursereg.kernels import overlap_histogram as kernels
from coursereg.optimize.differences import approx_gradient, approx_hessian, approx_hessian_diag
from coursereg.optimize.minimize import minimize
from coursereg.similarity.binning import MAX_CELLS
from coursereg.similarity.measures import MEASURES, Measure
from coursereg.space.images import as_picture, taken_through
from coursereg.space.matrices import subgrid_affine
from coursereg.space.resample import filled
from coursereg.space.transforms import TRANSFORMS, Affine

INTERP = {"pv": kernels.PV, "tri": kernels.TRI, "rand": kernels.RAND}
NPOINTS = 64**3
SEARCH_POINTS, SEARCH_BINS = 2**14, 64  # at most, of a search that is refined afterwards
FEW = 2**15  # samples that one thread counts faster than two can be woken


class HistogramRegistration:
    """
    Align two images by the similarity of their joint histogram.

    Parameters
    ----------
    from_img, to_img : array_like, (array_like, affine) or NIfTI image
        The static image, whose grid is walked, and the moving one, which is looked up: both 2-D or both 3-D, any real
        dtype. `affine` is the matrix, of shape (D + 1, D + 1), from indices to the world in mm, by default the
        identity. Samples that are NaN, infinite, or masked in a masked array do not take part.
    from_bins, to_bins : int, default: 256 and `from_bins`
        Number of bins, at most 32767; fewer are used for integers of a smaller range (see `coursereg.clamp`).
    from_mask, to_mask : array_like of bool, tuple or slice, optional
        Where to look. Without `from_mask` the whole image is walked, with it the smallest box around it.
    similarity : str or callable, default: "crl1"
        - ``"cc"``: squared correlation coefficient; ``"cr"``, ``"crl1"``: correlation ratio, with squared or absolute
          deviations; ``"mi"``, ``"nmi"``: mutual information, plain and normalised; ``"pmi"``, ``"dpmi"``: mutual
          information of a blurred histogram; ``"slr"``: likelihood ratio under the model `dist`;
        - a function of your own: ``similarity(H) -> float``, for a joint histogram H of shape (from bins, to bins);
          larger is more similar.
    interp : {"pv", "tri", "rand"}, default: "pv"
        How the moving image is looked up between its samples: shared among the neighbours' bins, interpolated, or
        one neighbour drawn at random.
    smooth : float, default: 0
        Standard deviation, in mm, of a Gaussian that blurs `to_img` first.
    renormalize : bool, default: False
        Let the measure be a total log-likelihood, so that the size of the overlap counts.
    dist : array_like of shape (from_bins, to_bins), optional
        Joint distribution of the bins of aligned images, for ``"slr"``.
    rng : int or numpy.random.Generator, optional
        Seed of what is random: ``interp="rand"`` and the places of the samples in `optimize`. By default 0. The draws
        belong to the object: two evaluations of one transform are equal.
    min_overlap : float, default: 0.1
        Part of the smaller image that must lie on the other one, 0 to 1. With less, the similarity is -inf.

    Attributes
    ----------
    interp, similarity : str
        As above; can be set. `similarity` is ``"custom"`` for a function.
    result : RegistrationResult or None
        How the last `optimize` went.

    Raises
    ------
    TypeError
        If an image does not hold real numbers.
    KeyError
        If `interp` is unknown.
    ValueError
        If an image is not 2-D or 3-D, has no finite sample or only masked ones, or their dimensions differ; if bins,
        `smooth`, `similarity`, `dist` or `min_overlap` are not as stated.

    See Also
    --------
    coursereg.search_shifts : tries all shifts, for any measure.

    Notes
    -----
    Names, defaults, parameters and values are those of nipy; what is mended is listed in the book, on the page of
    names. The transform of `eval`, `explore` and `optimize` maps world points of `from_img` to world points of
    `to_img`. In two dimensions points are (row, column).

    References
    ----------
    .. [1] F. Maes, A. Collignon, D. Vandermeulen, G. Marchal, P. Suetens, "Multimodality image registration by
       maximization of mutual information", IEEE Transactions on Medical Imaging 16, 1997. :doi:`10.1109/42.563664`
    .. [2] A. Roche, G. Malandain, X. Pennec, N. Ayache, "The correlation ratio as a new similarity measure for
       multimodal image registration", MICCAI 1998. :doi:`10.1007/BFb0056301`

    Examples
    --------
    >>> from coursereg import samples, translation
    >>> brain = samples.brain()[::2, ::2]
    >>> R = HistogramRegistration(brain, translation(brain, 3, -2), from_bins=64, similarity="mi")
    >>> T = R.optimize("rigid")
    >>> [round(float(t), 1) for t in T.param[:2]]  # rows, columns
    [3.0, -2.0]
    """

    def __init__(
        self,
        from_img,
        to_img,
        from_bins=256,
        to_bins=None,
        from_mask=None,
        to_mask=None,
        similarity="crl1",
        interp="pv",
        smooth=0,
        renormalize=False,
        dist=None,
        rng=None,
        min_overlap=0.1,
    ):
        static, moving = as_picture("from_img", from_img, from_mask), as_picture("to_img", to_img, to_mask)
        if static.data.ndim != moving.data.ndim:
            msg = (
                f"images must have one number of dimensions, got from_img {static.data.ndim}, to_img {moving.data.ndim}"
            )
            raise ValueError(msg)
        bins = binning.as_bins("from_bins", from_bins)
        to_bins = bins if to_bins is None else binning.as_bins("to_bins", to_bins)
        self.min_overlap = _check.number("min_overlap", min_overlap)
        if not 0 <= self.min_overlap <= 1:
            msg = f"min_overlap must be between 0 and 1, got {min_overlap!r}"
            raise ValueError(msg)
        smooth = _check.number("smooth", smooth)
        if smooth != 0:
            whole = filled(moving.data, moving.known)
            moving = moving._replace(data=binning.smooth_image(whole, moving.affine, smooth))
        self._static, self._moving, self._moving_count = static, moving, float(moving.known.sum())
        self._from_range = binning.bin_range(static.data, bins, static.known)
        self._to_range = binning.bin_range(moving.data, to_bins, moving.known)
        self._from_binned, used = binning.bins_of(static.data, bins, static.known)
        binned, to_used = binning.bins_of(moving.data, to_bins, moving.known)
        self._to_data = np.pad(binned, 1, constant_values=-1)
        self._to_pairs = kernels.pairs_of(self._to_data)
        if similarity == "slr":  # the model has one entry for each pair of bins that was asked for
            used, to_used = bins, to_bins
        if used * to_used > MAX_CELLS:
            msg = f"a joint histogram must have at most {MAX_CELLS} cells, got {used} x {to_used} bins"
            raise ValueError(msg)
        self._joint_hist = np.zeros((used, to_used))
        self._seed = int(np.random.default_rng(0 if rng is None else rng).integers(2**62))
        self.interp = interp
        self._set_similarity(similarity, renormalize, dist)
        self.result = None
        if from_mask is None:
            self.set_fov(npoints=NPOINTS)
        else:
            corner, size = binning.smallest_bounding_box(static.known)
            self.set_fov(corner=corner, size=size, npoints=NPOINTS)

    @property
    def ndim(self):
        """Number of axes of the images, 2 or 3."""
        return self._to_data.ndim

    @property
    def interp(self):
        """How the moving image is looked up: "pv", "tri" or "rand"."""
        return self._interp

    @interp.setter
    def interp(self, name):
        if name not in INTERP:
            msg = f"interp must be one of {', '.join(map(repr, INTERP))}, got {name!r}"
            raise KeyError(msg)
        self._interp = name

    @property
    def similarity(self):
        """Name of the measure, "custom" for a function."""
        return self._similarity

    @similarity.setter
    def similarity(self, similarity):
        self._set_similarity(similarity)

    def _set_similarity(self, similarity, renormalize=False, dist=None):
        if isinstance(similarity, str) and similarity in MEASURES:
            self._measure = MEASURES[similarity](self._joint_hist.shape, bool(renormalize), dist)
            self._similarity = similarity
        elif callable(similarity):
            self._measure, self._similarity = similarity, "custom"
        else:
            names = ", ".join(MEASURES)
            msg = f"similarity should be callable, or one of {names}, got {similarity!r}"
            raise ValueError(msg)

    # --- which samples ------------------------------------------------------------------------------------------------

    def set_fov(self, spacing=None, corner=(0, 0, 0), size=None, npoints=None):
        """
        Choose a block of the static image, and which samples of it are compared.

        Parameters
        ----------
        spacing : sequence of D int, optional
            Steps along the axes. By default 1, or, with `npoints`, what leaves about that many samples.
        corner : sequence of D int, default: (0, 0, 0)
            First sample along each axis.
        size : sequence of D int, optional
            Number of samples along each axis, before steps; by default to the end of the image.
        npoints : int, optional
            Wanted number of samples; ignored if `spacing` is given.

        Raises
        ------
        ValueError
            If a step is 0 or negative, the numbers do not fit the image, or no sample would be left.
        """
        shape = self._static.data.shape
        corner = self._whole("corner", corner[: self.ndim] if np.ndim(corner) else corner, 0)
        size = shape if size is None else self._whole("size", size, 1)
        block = tuple(slice(c, c + s) for c, s in zip(corner, size, strict=True))
        if spacing is None and npoints is not None:
            steps = binning.ideal_spacing(self._from_binned[block], npoints)
        else:
            steps = [1] * self.ndim if spacing is None else spacing
        steps = self._whole("spacing", steps, 0)
        if min(steps) == 0:
            msg = f"slice step cannot be zero: spacing must be at least 1, got {steps}"
            raise ValueError(msg)
        slices = tuple(slice(c, c + s, step) for c, s, step in zip(corner, size, steps, strict=True))
        data = np.ascontiguousarray(self._from_binned[slices])
        count = int((data >= 0).sum())
        if count == 0:
            msg = f"the field of view must hold a sample of the mask, got corner {corner}, size {tuple(size)}"
            raise ValueError(msg)
        self._block = block
        self._from_data, self._from_npoints = data, count
        self._from_affine = subgrid_affine(self._static.affine, slices)
        volumes = [abs(np.linalg.det(affine)) for affine in (self._moving.affine, self._from_affine)]
        self._most = max(min(count, self._moving_count * volumes[0] / volumes[1]), 1.0)  # samples that may be counted
        self._points = None

    def subsample(self, spacing=None, npoints=None):
        """
        Compare every so many samples of the whole static image.

        Parameters
        ----------
        spacing : sequence of D int, optional
            Steps along the axes.
        npoints : int, optional
            Wanted number of samples; ignored if `spacing` is given.

        Raises
        ------
        ValueError
            As `set_fov`.
        """
        self.set_fov(spacing=spacing, npoints=npoints)

    def _whole(self, name, values, lowest):
        """Return D whole numbers as a tuple; floats such as 50.0 are cut off."""
        values = _check.as_numbers(name, values, ndim=1)
        _check.finite(name, values)
        out = tuple(int(v) for v in values)
        if len(out) != self.ndim or min(out) < lowest:
            msg = f"{name} must be {self.ndim} whole numbers of at least {lowest}, got {out}"
            raise ValueError(msg)
        return out

    # --- the similarity -----------------------------------------------------------------------------------------------

    def joint_histogram(self, T):  # noqa: N803
        """
        Joint histogram of the static image and the moving one, looked up through a transform.

        Parameters
        ----------
        T : transform
            An object with ``apply(points) -> points``, from the world of `from_img` to that of `to_img`.

        Returns
        -------
        ndarray of shape (from bins, to bins)
            Static bins by moving bins. What lies outside the moving image does not count, so that the sum is at most
            the number of samples.

        Raises
        ------
        TypeError
            If `T` cannot be applied.
        ValueError
            If `T` is of another dimension, or returns points of another shape.
        """
        return self._count(T).copy()

    def _count(self, T):  # noqa: N803
        """Return the joint histogram for a transform, which is kept as ``_joint_hist`` until the next one."""
        how, seed = INTERP[self._interp], np.uint64(self._seed)
        flat, static = self.ndim == 2, self._from_data
        chunks = 1 if static.size <= FEW else min(chunks_of(self._joint_hist), static.shape[0])
        out = np.zeros((chunks, *self._joint_hist.shape))
        if not isinstance(T, Affine):
            kernel = kernels.points_2d if flat else kernels.points_3d
            kernel(how, seed, static.ravel(), self._to_pairs, self._moved(T), out)
        else:
            matrix = np.linalg.inv(self._moving.affine) @ T.as_affine(ndim=self.ndim) @ self._from_affine
            given = how, seed, static, self._to_pairs, np.ascontiguousarray(matrix)
            if chunks == 1:
                block = kernels.block_2d if flat else kernels.block_3d
                block(0, len(static), *given, out.ravel(), np.uint64(out.shape[2]))
            else:
                (kernels.affine_2d if flat else kernels.affine_3d)(*given, out)
        self._joint_hist = out.sum(axis=0)
        return self._joint_hist

    def _moved(self, T):  # noqa: N803
        """Return indices of the moving image for every sample of the block, shape (N, D)."""
        if self._points is None:
            index = np.indices(self._from_data.shape).reshape(self.ndim, -1).T
            self._points = taken_through(self._from_affine, index)
        world = apply_transform(T, self._points)
        return np.ascontiguousarray(taken_through(np.linalg.inv(self._moving.affine), world))

    def overlap(self, H):  # noqa: N803
        """Return which part of the smaller image a joint histogram, shape (from bins, to bins), has counted, 0 to 1."""
        return min(float(H.sum()) / self._most, 1.0)

    def eval(self, T):  # noqa: N803
        """
        Similarity for a transform.

        Parameters
        ----------
        T : transform
            An object with ``apply(points) -> points``, from the world of `from_img` to that of `to_img`.

        Returns
        -------
        float
            Larger is more similar; -inf if less than `min_overlap` of the smaller image is compared.

        Raises
        ------
        TypeError
            If `T` cannot be applied, or a similarity of your own does not return a number.
        ValueError
            If `T` is of another dimension.
        """
        H = self._count(T)
        if H.sum() == 0 or self.overlap(H) < self.min_overlap:
            return -np.inf
        return self._value(H)

    def _value(self, H):
        """Return the measure of a joint histogram as float."""
        value = np.asarray(self._measure(H if isinstance(self._measure, Measure) else H.copy()))
        if value.ndim or value.dtype.kind not in _check.KINDS:
            msg = f"similarity must return one number, got {value!r}"
            raise TypeError(msg)
        return float(value)

    def _function(self, T):  # noqa: N803
        """Return a copy of T, if it can be copied, and the similarity as a function of its parameters."""
        if not hasattr(T, "param"):
            msg = f"Input transform should be optimizable, that is have `apply` and `param`, got {_name_of(T)}"
            raise ValueError(msg)
        trial = T.copy() if hasattr(T, "copy") else T

        def value(param):
            trial.param = param
            return self.eval(trial)

        return trial, value

    def _differences(self, differences, T, epsilon):  # noqa: N803
        """Return finite differences of the similarity at T."""
        trial, value = self._function(T)
        start = np.array(trial.param, dtype=np.float64)

        def finite(param):
            out = value(param)
            if not np.isfinite(out):
                msg = (
                    f"the similarity is {out} at {np.round(param, 3).tolist()}: too little of the images overlaps there"
                )
                raise ValueError(msg)
            return out

        try:
            return differences(finite, start, _check.number("epsilon", epsilon))
        finally:
            trial.param = start

    def eval_gradient(self, T, epsilon=0.1):  # noqa: N803
        """
        Gradient of the similarity with respect to the parameters, by central differences.

        Parameters
        ----------
        T : transform with ``param``
            Where; left as it is.
        epsilon : float, default: 0.1
            Full width of the differences, in units of the parameters.

        Returns
        -------
        ndarray of shape (n,)
            One entry per parameter.

        Raises
        ------
        ValueError
            If `T` has no ``param``, `epsilon` is 0, or too little of the images overlaps.

        See Also
        --------
        coursereg.approx_gradient : the differences.
        """
        return self._differences(approx_gradient, T, epsilon)

    def eval_hessian(self, T, epsilon=0.1, diag=False):  # noqa: N803
        """
        Hessian of the similarity with respect to the parameters, by central differences.

        Parameters
        ----------
        T : transform with ``param``
            Where; left as it is.
        epsilon : float, default: 0.1
            Full width of the differences, in units of the parameters.
        diag : bool, default: False
            Compute the diagonal only, and set the rest to 0.

        Returns
        -------
        ndarray of shape (n, n)
            The Hessian.

        Raises
        ------
        ValueError
            As `eval_gradient`.

        See Also
        --------
        coursereg.approx_hessian, coursereg.approx_hessian_diag : the differences.
        """
        if diag:
            return np.diag(self._differences(approx_hessian_diag, T, epsilon))
        return self._differences(approx_hessian, T, epsilon)

    def explore(self, T, *args):  # noqa: N803
        """
        Similarity on a grid of parameters around a transform.

        Parameters
        ----------
        T : transform with ``param``
            The middle of the grid; left as it is.
        *args : (int, sequence of float)
            Number of a parameter, and what to add to it. All combinations are tried; the last parameter varies fastest.
            Of two entries for one parameter the last counts.

        Returns
        -------
        s : ndarray of shape (n,)
            Similarities; -inf where too little overlaps.
        p : ndarray of shape (parameters, n)
            Parameters.

        Raises
        ------
        ValueError
            If `T` has no ``param``, or an entry is no such pair.

        Examples
        --------
        >>> from coursereg import Rigid2D, samples
        >>> R = HistogramRegistration(samples.brain(), samples.brain(), similarity="mi")
        >>> s, p = R.explore(Rigid2D(), (0, [-1, 0, 1]), (1, [0, 2]))
        >>> p[:2].T.tolist()
        [[-1.0, 0.0], [-1.0, 2.0], [0.0, 0.0], [0.0, 2.0], [1.0, 0.0], [1.0, 2.0]]
        >>> int(s.argmax())
        2
        """
        trial, value = self._function(T)
        start = np.array(trial.param, dtype=np.float64)
        steps = [np.zeros(1)] * start.size
        for entry in args:
            axis, values = self._axis(entry, start.size)
            steps[axis] = values
        grids = np.meshgrid(*steps, indexing="ij")
        p = start[:, None] + np.array([g.ravel() for g in grids])
        try:
            return np.array([value(column) for column in p.T.copy()]), p
        finally:
            trial.param = start

    @staticmethod
    def _axis(entry, n):
        """Return the number of a parameter and the steps along it."""
        try:
            axis, values = entry
            axis = _check.whole("axis", axis, lowest=-n)
        except (TypeError, ValueError):
            axis = n
        if axis >= n:
            msg = f"each argument must be a pair (parameter, values), the parameter below {n}, got {entry!r}"
            raise ValueError(msg)
        return axis, np.atleast_1d(_check.as_numbers("values", values).astype(np.float64)).ravel()

    # --- optimisation -------------------------------------------------------------------------------------------------

    def optimize(self, T, optimizer="powell", refine=True, **kwargs):  # noqa: N803
        """
        Change a transform until the similarity is as large as possible nearby.

        Parameters
        ----------
        T : transform with ``param``, or str
            Where to start; it is changed. A name, one of ``"rigid"``, ``"similarity"``, ``"affine"`` and, within the
            first two axes, ``"rigid2d"``, ``"similarity2d"``, ``"affine2d"``, starts from the identity, or, if the
            images do not overlap there, from one centre on the other. In two dimensions the 2-D forms are taken.
        optimizer : str, callable or object, default: "powell"
            ``"powell"``, ``"simplex"``, ``"steepest"``, ``"cg"``, ``"bfgs"``, ``"ncg"``, or any method of
            `coursereg.minimize`: a function, or an object with ``step(x, grad)``.
        refine : bool, default: True
            End with stages that sample better than the grid: samples at random places, cubic splines, a smooth
            histogram with its exact derivative, first on blurred images. Without them the optimum of ``"pv"`` sticks to
            whole samples.
        **kwargs
            For the optimiser, see `coursereg.minimize`: ``xtol=1e-2, ftol=1e-2, gtol=1e-3, maxiter=25, maxfun,
            callback, progress`` and more.

        Returns
        -------
        transform
            `T`, or the new one for a name; ``self.result`` tells how it went.

        Raises
        ------
        ValueError
            If `T` has no ``param`` or is an unknown name, `optimizer` is an unknown name, an image is constant, the
            field of view holds too few samples, or the images do not overlap at the start.

        Warns
        -----
        RuntimeWarning
            If the search did not converge.

        See Also
        --------
        coursereg.minimize : the optimisers.
        """
        T = self._start(T)
        for name, (_, _, used) in (("from_img", self._from_range), ("to_img", self._to_range)):
            if used == 1:
                msg = f"{name} is constant where it is known, or has one bin: no transform is better than another"
                raise ValueError(msg)
        compared, wanted = self._from_data[self._from_data >= 0], 2 * np.size(T.param)
        if compared.min() == compared.max() or compared.size < wanted:
            msg = (
                f"the field of view must hold at least {wanted} samples, not all equal, for {np.size(T.param)} "
                f"parameters, got {compared.size} samples in {np.unique(compared).size} bins"
            )
            raise ValueError(msg)
        start = np.array(T.param, dtype=np.float64)
        if refine:
            with self._coarser():
                stages = [("search", self._search(T, optimizer, kwargs))]
            stages += refine_transform(self, T, start, kwargs.get("progress"))
        else:
            stages = [("search", self._search(T, optimizer, kwargs))]
        H = self.joint_histogram(T)
        self.result = RegistrationResult.of(T, stages, self.eval(T), self.overlap(H))
        if not self.result.success:
            warnings.warn(f"the registration did not converge: {self.result.reason}", RuntimeWarning, stacklevel=2)
        return T

    def _start(self, T):  # noqa: N803
        """Return the transform to start from, which must leave an overlap."""
        named = isinstance(T, str)
        if named:
            if T.lower() not in TRANSFORMS:
                msg = f"T must be a transform, or one of {', '.join(map(repr, TRANSFORMS))}, got {T!r}"
                raise ValueError(msg)
            name = T.lower()
            T = TRANSFORMS[name + "2d" if self.ndim == 2 and not name.endswith("2d") else name]()
        if not hasattr(T, "param"):
            msg = f"Input transform should be optimizable, that is have `apply` and `param`, got {_name_of(T)}"
            raise ValueError(msg)
        if named and self.eval(T) == -np.inf:
            centres = [p.to_world(np.argwhere(p.known).mean(axis=0)) for p in (self._static, self._moving)]
            T.translation[: self.ndim] = centres[1] - centres[0]
        if self.eval(T) == -np.inf:
            part = self.overlap(self.joint_histogram(T))
            msg = (
                f"images must overlap at the start, got {part:.1%} of the smaller one, less than min_overlap="
                f"{self.min_overlap:g}; start from a transform that lays one on the other, as one between their centres"
            )
            raise ValueError(msg)
        if np.isnan(self.eval(T)):
            msg = "similarity must be a number at the start, got nan"
            raise ValueError(msg)
        return T

    def _search(self, T, optimizer, kwargs):  # noqa: N803
        """Run the optimiser on the similarity of the grid's samples; set T to the best it met."""
        trial, value = self._function(T)
        start = np.array(trial.param, dtype=np.float64)
        height = abs(value(start)) + 1  # above every cost nearby

        def cost(param):
            out = value(param)
            if np.isfinite(out):
                return -out
            lack = self.min_overlap - self.overlap(self._joint_hist)  # a slope that leads back
            return height * (1 + max(lack, 0)) if out == -np.inf else np.inf

        # A difference over less than a sample sees the grid: between two samples the table may not change at all.
        options = {"maxiter": 25, "epsilon": float(self._static.spacing.mean())} | kwargs
        found = minimize(cost, start, optimizer, **options)
        T.param = found.x
        return found

    @contextlib.contextmanager
    def _coarser(self):
        """Thin the block, and make bins wider, while a search that others will refine is running."""
        kept = dict(vars(self))
        try:
            if self._from_npoints > SEARCH_POINTS:
                corner, size = zip(*((s.start, s.stop - s.start) for s in self._block), strict=True)
                self.set_fov(corner=corner, size=size, npoints=SEARCH_POINTS)
            # a model and a measure of one's own know the bins that were asked for
            if isinstance(self._measure, Measure) and self.similarity != "slr":
                halvings = [max(int(np.ceil(np.log2(n / SEARCH_BINS))), 0) for n in self._joint_hist.shape]
                shape = [-(-n // 2**h) for n, h in zip(self._joint_hist.shape, halvings, strict=True)]
                self._joint_hist = np.zeros(shape)
                self._measure = type(self._measure)(shape, self._measure.renormalize)
                self._from_data = self._from_data >> halvings[0]  # -1 stays -1
                self._to_pairs = kernels.pairs_of(self._to_data >> halvings[1])
            yield
        finally:
            vars(self).update(kept)


def _joint_histogram(H, static_bins, moving_bins, points, how):  # noqa: N803
    """
    Fill H with the joint histogram of bins and a bordered image at points, as nipy's function of this name does.

    ``how`` is 0 for "pv", 1 for "tri", below 0 minus a seed for "rand".
    """
    static_bins = np.ascontiguousarray(static_bins, dtype=np.int16).ravel()
    moving_bins = np.ascontiguousarray(moving_bins, dtype=np.int16)
    points = np.require(points, np.float64, ["C", "W"]).reshape(-1, moving_bins.ndim)
    out = np.zeros((1, *H.shape))
    kernel = kernels.points_2d if moving_bins.ndim == 2 else kernels.points_3d
    pairs = kernels.pairs_of(moving_bins)
    kernel(how if how >= 0 else kernels.RAND, np.uint64(abs(how)), static_bins, pairs, points, out)
    H[:] = out[0]


def apply_transform(T, points):  # noqa: N803
    """Return points of shape (N, D) taken through a transform, as float64; say what is wrong if they are not."""
    if not callable(getattr(T, "apply", None)):
        msg = f"T must be a transform with apply(points), got {_name_of(T)}"
        raise TypeError(msg)
    out = _check.as_numbers("what T.apply returns", T.apply(points.copy())).astype(np.float64)
    if out.shape != points.shape:
        msg = f"T.apply must keep the shape of the points, {points.shape}, got {out.shape}"
        raise ValueError(msg)
    return out


def _name_of(thing):
    """Return what to call an object in a message."""
    return repr(thing) if isinstance(thing, str | type(None)) else type(thing).__name__
