"""`register_affine`: the fast way as users call it, and what it hands back."""

import time
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from coursereg import _check
from coursereg.engines.affine.climb import LEAST_OVERLAP
from coursereg.engines.affine.fast import Search
from coursereg.engines.affine.planes import lifted, lowered
from coursereg.engines.affine.pyramid import volume_of
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine
from coursereg.space.images import as_picture
from coursereg.space.parametric import kind_of

KINDS = ("translation", "rigid", "rigid_isoscaling", "rigid_scaling", "affine")
NAMES = {name.replace("_", ""): name for name in KINDS} | {"similarity": "rigid_isoscaling"}
LADDER = {"affine": ("rigid", "affine"), "rigid_scaling": ("rigid", "rigid_scaling")}
CHANCE = 4.0  # times what unrelated images of as many samples would share
CLEAR = 0.55  # nats above it: small images, of which chance is much, need not share four times as much


@dataclass(frozen=True)
class AffineResult:
    """
    An affine registration: the map, how good it is, and how it was found.

    Attributes
    ----------
    map : AffineMap
        From the static to the moving world, with both grids: ``map.image(moving)`` lies on the static grid,
        ``map.points(p)`` takes static points to moving ones.
    matrix : ndarray of shape (D + 1, D + 1)
        Its matrix.
    similarity : float
        Mutual information of the last stage, in nats: the mean over the samples of both images.
    overlap : float
        Smallest part of the samples of one image that lie in the other one, of those that could.
    success : bool
        False if the result must not be trusted; `reason` says why.
    reason : str
        One sentence.
    stages : list of Stage
        What each stage did: name, voxel, samples, evaluations, similarity, overlap, seconds, reason, and the matrices
        at its start and after each of its steps, so that the run can be replayed.
    theta : ndarray or None
        Parameters of the last kind of the ladder as in `coursereg.regtransforms`, applied after the map of the kinds
        before it.
    seconds : float
        Time of it all.
    """

    map: AffineMap
    similarity: float
    overlap: float
    success: bool
    reason: str
    stages: list = field(repr=False)
    theta: np.ndarray | None = field(repr=False, default=None)
    seconds: float = 0.0

    @property
    def matrix(self):
        """Matrix from the static to the moving world."""
        return self.map.affine


def register_affine(
    static,
    moving,
    transform="affine",
    *,
    start="search",
    wide=False,
    static_mask=None,
    moving_mask=None,
    seed=0,
    max_seconds=None,
    progress=False,
):
    """
    Affine map between two images, by mutual information, in a fraction of a second.

    Parameters
    ----------
    static, moving : ndarray of shape (R, C) or (S, R, C), pair (ndarray, matrix), or NIfTI image
        The images, of any real dtype. The matrix takes indices to the world, in mm; by default the world is counted in
        samples. NaN and infinities are left out.
    transform : str, ParametricTransform or sequence of them
        "translation", "rigid", "rigid_isoscaling" (or "similarity"), "rigid_scaling" or "affine"; the search climbs a
        ladder of simpler kinds first. A sequence is a ladder of your own. Of an object of `coursereg.regtransforms`,
        only the kind counts.
    start : "search", "centers_of_mass", AffineMap or array_like of shape (D + 1, D + 1)
        Where to begin. "search": centres of mass, and turns up to 30 degrees about each axis (45 in 2-D). A matrix
        takes the static to the moving world; ``numpy.eye(D + 1)`` trusts the images' own worlds.
    wide : bool
        Search turns up to 90 degrees about each axis (all in 2-D).
    static_mask, moving_mask : array_like of the image's shape, optional
        Only where they are above 0, an image is looked at.
    seed : int
        Of the places of the samples.
    max_seconds : float, optional
        Begin no stage after that time; the result then says that it is incomplete.
    progress : bool
        Show a bar of the stages.

    Returns
    -------
    AffineResult
        The map from the static to the moving world, with what is needed to trust it.

    Raises
    ------
    TypeError
        If an image does not hold real numbers.
    ValueError
        If an image is empty, constant, masked everywhere, not 2-D or 3-D, has one sample along an axis, or not the
        other one's number of axes; if a matrix is singular or `max_seconds` negative; for an unknown name.

    See Also
    --------
    affine_registration : DIPY's function, which returns the resampled image and the matrix.
    AffineRegistration : one stage at a time, with metrics and optimisers of your own.
    estimate_affine : how long it will take, and how much memory.

    Notes
    -----
    The images are halved until they are small. There, many turns are ranked, the best are followed, and each kind of
    the ladder is searched in turn by a quasi-Newton method whose first curvature is Fisher's matrix. The last stage
    samples both images, all over and in their interior, so that it hardly matters which one is called static. The
    window is a cubic B-spline on one image and a box on the other [1]_. Equal input gives equal bits, however many
    threads there are.

    References
    ----------
    .. [1] Mattes D., Haynor D.R., Vesselle H., Lewellen T.K., Eubank W. (2003). PET-CT image registration in the chest
       using free-form deformations. IEEE Transactions on Medical Imaging 22(1):120-128. doi:10.1109/TMI.2003.809072

    Examples
    --------
    >>> from coursereg import register_affine, samples
    >>> pair = samples.t1_pd(moved=True)
    >>> found = register_affine(pair.static, pair.moving, "rigid")
    >>> found.success
    True
    >>> found.map.points([[128.0, 110.0]]).round().tolist()  # where row 128, column 110 lies in the moving image
    [[145.0, 123.0]]
    """
    began = time.monotonic()
    kinds = ladder_of(transform)
    pictures = pictures_of(static, moving, static_mask, moving_mask)
    ndim = pictures[0].data.ndim
    T = _start_matrix(start, ndim)
    deadline = None
    if max_seconds is not None:
        if _check.number("max_seconds", max_seconds) < 0:
            msg = f"max_seconds must not be negative, got {max_seconds}"
            raise ValueError(msg)
        deadline = began + max_seconds
    search = Search(*map(volume_of, pictures), seed=_check.whole("seed", seed, 0), deadline=deadline)
    with tqdm(total=search.stages_to_come(kinds), desc="registering", unit="stage", disable=not progress) as bar:
        search.told = lambda _: bar.update()
        run = search.run(kinds, T, turns=isinstance(start, str) and start == "search", wide=wide)
    matrix = lowered(run.matrix, ndim)
    for stage in run.stages:
        stage.matrices = [lowered(m, ndim) for m in stage.matrices]
    a, b = pictures
    found = AffineMap(matrix, a.data.shape, a.affine, b.data.shape, b.affine)
    similarity, overlap = (run.stages[-1].similarity, run.stages[-1].overlap) if run.stages else (np.nan, np.nan)
    reason, success = judged(run, similarity, overlap)
    return AffineResult(found, similarity, overlap, success, reason, run.stages, run.theta, time.monotonic() - began)


def judged(run, similarity, overlap):
    """Return why to trust a run, or why not, and whether to."""
    if not run.stages:
        return ("there was no time for a stage", False) if not run.complete else ("nothing was searched", True)
    last = run.stages[-1]
    if not np.isfinite(similarity) or overlap < LEAST_OVERLAP:
        return f"too little overlap: {overlap:.0%} of the samples of one image lie in the other", False
    if not run.complete:
        return "max_seconds were over before the last stage", False
    if similarity < min(CHANCE * last.chance, last.chance + CLEAR):
        return (
            f"the images share little more than chance: {similarity:.2g} nats, where {last.chance:.2g} are expected of "
            "unrelated ones",
            False,
        )
    return last.reason, last.converged


def ladder_of(transform):
    """Return the kinds that lead to a transform, the simplest first."""
    several = isinstance(transform, list | tuple)
    kinds = []
    for one in transform if several else [transform]:
        kind = NAMES.get(kind_of(one))
        if kind is None:
            _check.one_of("transform", one, (*KINDS, "similarity"))
        kinds.append(kind)
    return tuple(kinds) if several else LADDER.get(kinds[0], tuple(kinds))


def pictures_of(static, moving, static_mask, moving_mask):
    """Return both images as `coursereg.space.images.Picture`, or say what is wrong with them."""
    pictures = [as_picture("static", static, static_mask), as_picture("moving", moving, moving_mask)]
    dims = [p.data.ndim for p in pictures]
    if dims[0] != dims[1]:
        msg = f"static and moving must have as many axes, got {pictures[0].data.shape} and {pictures[1].data.shape}"
        raise ValueError(msg)
    for name, p in zip(("static", "moving"), pictures, strict=True):
        if min(p.data.shape) < 2:
            slices = "; pass one slice as 2-D" if p.data.ndim == 3 else ""
            msg = f"{name} must have at least 2 samples along every axis, got shape {p.data.shape}{slices}"
            raise ValueError(msg)
        known = p.data[p.known] if not p.known.all() else p.data
        low, high = known.min(), known.max()
        if low == high:
            msg = f"{name} is constant, {low} everywhere: there is nothing to align"
            raise ValueError(msg)
    return pictures


def _start_matrix(start, ndim):
    """Return the start as a map of volumes, or None for the centres of mass."""
    if isinstance(start, str):
        _check.one_of("start", start, ("search", "centers_of_mass", "mass"))
        return None
    if isinstance(start, AffineMap):
        start = np.eye(ndim + 1) if start.affine is None else start.affine
    return lifted(as_affine("start", start, ndim))
