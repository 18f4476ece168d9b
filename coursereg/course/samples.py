"""
Small real pictures to learn on, each with its true motion where it has one.

Every function returns fresh arrays: change them as you like, the next call gives the original again. Images
are ``uint8`` with axes (row, column) unless stated. Motions follow ``book/conventions.md``: ``shift`` is
(rows, columns) of the content, positive ``theta`` turns the content clockwise on the screen about the
top-left corner. Sources and licences are in ``data/README.md``.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from coursereg import _check
from coursereg.course import _makers
from coursereg.course._places import data_folder

__all__ = [
    "Pair",
    "blob",
    "brain",
    "brain_mri",
    "brain_mri_truth",
    "brain_pair",
    "colin27",
    "letter",
    "path",
    "six_pairs",
    "t1_pd",
    "template",
    "tissue",
    "volume",
]

_NOISE = 8.0  # grey levels
_TISSUES = ("colin27", "template")
_KINDS = ("shift", "subpixel", "rotation", "rigid", "contrast", "modality")


class Pair(NamedTuple):
    """
    Two pictures and the motion between them.

    Attributes
    ----------
    static, moving : ndarray of shape (R, C), uint8
    theta : float
        Degrees about the top-left corner, positive is clockwise on the screen.
    shift : tuple of two floats
        (rows, columns). ``moving`` is ``static`` with its content first shifted by ``shift`` and then turned
        by ``theta``: ``moving(x) = static(R x - shift)``, as ``coursereg.transform(static, theta, shift)``.
    name, note : str
        What the pair is called, and what it shows.
    """

    static: np.ndarray
    moving: np.ndarray
    theta: float
    shift: tuple[float, float]
    name: str
    note: str


def path(name):
    """
    Find a file of the data folder.

    Parameters
    ----------
    name : str
        Such as ``"brain_mri_1.png"`` or ``"six_pairs/I1.png"``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        If there is no such file; the message lists the names.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.path("six_pairs/I1.png").name
    'I1.png'
    """
    folder = data_folder()
    names = _names(folder)
    if name not in names:
        msg = f"name must be one of {', '.join(names)}, got {name!r}"
        raise ValueError(msg)
    return folder / name


def _names(folder: Path):
    kinds = {".png", ".json", ".gz"}
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in kinds)


def _picture(name):
    """Read grey levels; the numbers stored in a palette file are no grey levels, its palette has those."""
    with Image.open(path(name)) as file:
        return np.array(file.convert("L"))


def _truth():
    return json.loads(path("truth.json").read_text(encoding="utf-8"))


def _whole(name, value, low, high):
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        msg = f"{name} must be a whole number in {low}..{high}, got {value!r}"
        raise ValueError(msg)
    return int(value)


def brain():
    """
    Load one real T1-weighted coronal brain slice, skull stripped.

    Returns
    -------
    ndarray of shape (256, 256), uint8
        The background is exactly 0.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.brain().shape
    (256, 256)
    """
    return _picture("brain_t1_coronal.png")


def brain_mri(k):
    """
    Load picture ``k`` of the set in which one brain was moved three ways.

    Parameters
    ----------
    k : int
        1 is the brain to register to; 2 is shifted, 3 is turned about the top-left corner, 4 is shifted and
        turned.

    Returns
    -------
    ndarray of shape (240, 288), uint8
        Each with its own noise of 8 grey levels, so that no measure of difference reaches 0.

    Raises
    ------
    ValueError
        If ``k`` is not 1, 2, 3 or 4.

    See Also
    --------
    brain_mri_truth : how each was moved.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.brain_mri(2).shape
    (240, 288)
    """
    return _picture(f"brain_mri_{_whole('k', k, 1, 4)}.png")


def brain_mri_truth(k):
    """
    Look up the motion that made ``brain_mri(k)`` from the brain of ``brain_mri(1)``.

    Parameters
    ----------
    k : int
        1, 2, 3 or 4.

    Returns
    -------
    theta : float
        Degrees about the top-left corner, positive is clockwise on the screen.
    shift : tuple of two floats
        (rows, columns); applied before the turn.

    Raises
    ------
    ValueError
        If ``k`` is not 1, 2, 3 or 4.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.brain_mri_truth(1)
    (0.0, (0.0, 0.0))
    """
    entry = _truth()[f"brain_mri_{_whole('k', k, 1, 4)}.png"]
    return float(entry["theta"]), (float(entry["shift"][0]), float(entry["shift"][1]))


def six_pairs():
    """
    Load six aligned pairs on which measures of similarity disagree.

    Returns
    -------
    list of six Pair
        0 the second picture is blurred; 1 its contrast is changed; 2 and 3 the pictures have nothing to do
        with each other; 4 and 5 a part of the second is hidden. No pair is moved: ``theta`` and ``shift`` are
        0.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> [pair.name for pair in samples.six_pairs()]
    ['blur', 'contrast', 'unrelated 1', 'unrelated 2', 'occluded 1', 'occluded 2']
    """
    pairs = []
    for k in range(1, 7):
        entry = _truth()[f"six_pairs/J{k}.png"]
        static, moving = _picture(f"six_pairs/I{k}.png"), _picture(f"six_pairs/J{k}.png")
        pairs.append(Pair(static, moving, 0.0, (0.0, 0.0), entry["name"], entry["note"]))
    return pairs


def t1_pd(moved=False):
    """
    Load one head slice as T1-weighted and as proton-density picture.

    Parameters
    ----------
    moved : bool
        If True, the proton-density picture is shifted by the whole pixels in ``shift``.

    Returns
    -------
    Pair
        ``static`` is T1, ``moving`` is proton density; shape (257, 221).

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.t1_pd(moved=True).shift
    (17.0, 13.0)
    """
    name = "head_pd_moved.png" if moved else "head_pd.png"
    entry = _truth()[name]
    shift = (float(entry["shift"][0]), float(entry["shift"][1]))
    return Pair(_picture("head_t1.png"), _picture(name), float(entry["theta"]), shift, entry["name"], entry["note"])


def volume():
    """
    Load a small real head volume with voxels that are not cubes.

    Returns
    -------
    data : ndarray of shape (58, 58, 24), int16
    affine : ndarray of shape (4, 4)
        Voxel indices to millimetres (NIfTI convention).
    zooms : tuple of three floats
        Voxel size in millimetres.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> data, affine, zooms = samples.volume()
    >>> data.shape, zooms
    ((58, 58, 24), (4.0, 4.0, 5.0))
    """
    import nibabel  # heavy, and nothing else here needs it

    image = nibabel.load(path("head_volume.nii.gz"))
    zooms = tuple(float(z) for z in image.header.get_zooms())
    return np.asanyarray(image.dataobj), image.affine.copy(), zooms


def template():
    """
    Load the ICBM 152 template: the average brain of 152 people, T1-weighted, without skull.

    Returns
    -------
    data : ndarray of shape (77, 101, 80), uint8
        Axes go to the right, to the front and upwards; the background is exactly 0.
    affine : ndarray of shape (4, 4)
        Voxel indices to millimetres, in MNI coordinates; voxels are cubes of 2 mm.

    See Also
    --------
    colin27 : the brain of one person, on another grid.
    tissue : grey and white matter of the template.
    volume : one real head, noisier and coarser.

    References
    ----------
    .. [1] Fonov et al., "Unbiased average age-appropriate atlases for pediatric studies", NeuroImage 54, 2011,
       doi:10.1016/j.neuroimage.2010.07.033

    Examples
    --------
    >>> from coursereg.course import samples
    >>> data, affine = samples.template()
    >>> data.shape, affine[0]
    ((77, 101, 80), array([  2. ,   0. ,   0. , -75.5]))
    """
    return _brain("template_t1.nii.gz")


def colin27():
    """
    Load Colin27: the brain of one man, scanned 27 times, T1-weighted, without skull.

    Returns
    -------
    data : ndarray of shape (80, 98, 82), uint8
        Axes go to the right, to the front and upwards; the background is exactly 0, the brightest voxel 126.
    affine : ndarray of shape (4, 4)
        Voxel indices to millimetres, in MNI coordinates; voxels are cubes of 2 mm.

    See Also
    --------
    template : the average brain, to which this one can be registered.
    tissue : grey and white matter of this brain.

    References
    ----------
    .. [1] Holmes et al., "Enhancement of MR images using registration for signal averaging", Journal of Computer
       Assisted Tomography 22(2), 1998, doi:10.1097/00004728-199803000-00032

    Examples
    --------
    >>> from coursereg.course import samples
    >>> data, affine = samples.colin27()
    >>> data.shape, affine[0]
    ((80, 98, 82), array([  2. ,   0. ,   0. , -79.5]))
    """
    return _brain("colin27_t1.nii.gz")


def tissue(name):
    """
    Load the tissues of a brain, to judge a registration by what it lays on what.

    Parameters
    ----------
    name : str
        ``"template"`` or ``"colin27"``.

    Returns
    -------
    ndarray of uint8
        On the grid of ``samples.template()`` or ``samples.colin27()``: 0 background, 1 fluid, 2 grey matter, 3 white
        matter.

    Raises
    ------
    ValueError
        If ``name`` is neither.

    Notes
    -----
    The template's come from the maps that belong to it, Colin27's from its grey levels alone: no expert drew them.
    ``data/README.md`` has the details.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.tissue("colin27")[40, 49, 50:60]
    array([3, 1, 1, 2, 2, 2, 2, 2, 2, 1], dtype=uint8)
    """
    _check.one_of("name", name, _TISSUES)
    return _brain(f"{name}_tissue.nii.gz")[0]


def _brain(name):
    """Load a volume and its matrix."""
    import nibabel  # heavy, see above

    image = nibabel.load(path(name))
    return np.asanyarray(image.dataobj), image.affine.copy()


def _two(name, pair):
    """Return the two entries of a pair."""
    try:
        first, second = pair
    except (TypeError, ValueError):  # nothing to count, or another count
        msg = f"{name} must be two numbers, got {pair!r}"
        raise ValueError(msg) from None
    return first, second


def blob(shape=(48, 64), centre=None):
    """
    Draw a smooth picture given by a formula, so that a moved copy is known exactly.

    A round hill with a dent: not symmetric, 0 from a distance of 0.35 times the shorter side outwards, at
    most 200.

    Parameters
    ----------
    shape : pair of int
        Rows and columns, at least 16.
    centre : pair of float, optional
        (row, column) of the top; the middle of the picture when not given. ``blob(shape, (r + p, c + q))`` is
        exactly ``blob(shape, (r, c))`` with its content moved by (p, q).

    Returns
    -------
    ndarray of shape ``shape``, float64

    Raises
    ------
    TypeError
        If ``shape`` does not hold whole numbers.
    ValueError
        If ``shape`` is not two numbers of at least 16, or ``centre`` not two finite numbers.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> float(samples.blob((48, 64), centre=(24, 32))[24, 32])
    200.0
    """
    shape = [_check.whole("each entry of shape", n, lowest=16) for n in _two("shape", shape)]
    r0, c0 = ((n - 1) / 2 for n in shape) if centre is None else _two("centre", centre)
    r0, c0 = _check.number("each entry of centre", r0), _check.number("each entry of centre", c0)
    size = 0.35 * min(shape)
    r = (np.arange(shape[0])[:, None] - r0) / size
    c = (np.arange(shape[1])[None, :] - c0) / size
    hill = np.clip(1 - r * r - c * c, 0, None) ** 3
    dent = np.clip(1 - 5 * ((r - 0.15) ** 2 + (c + 0.45) ** 2), 0, None) ** 3
    return 200 * hill * (1 - 0.6 * dent)


def letter():
    """
    Draw a letter F on a few pixels: every number can be read, and no turned or mirrored copy looks like it.

    Returns
    -------
    ndarray of shape (8, 10), uint8
        220 on the letter, 60 beside it.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> samples.letter()[1]
    array([ 60,  60, 220, 220, 220, 220, 220,  60,  60,  60], dtype=uint8)
    """
    F = np.full((8, 10), 60, np.uint8)
    F[1:7, 2] = F[1, 2:7] = F[3, 2:6] = 220
    return F


def brain_pair(k="shift", seed=None):
    """
    Make a pair with a known motion, a different one for each seed.

    Parameters
    ----------
    k : str
        ``"shift"``: whole pixels, at most 18 each way; ``"subpixel"``: a shift with a fraction;
        ``"rotation"``: about the top-left corner; ``"rigid"``: shift and turn; ``"contrast"``: a shift, and
        grey values become ``a * I + b``; ``"modality"``: a shift, and tissues change the order of their grey
        values, as in another kind of scan.
    seed : int, optional
        A whole number of at least 0. The same seed gives the same pair on every machine; without it, seed 0.

    Returns
    -------
    Pair
        Pictures of shape (240, 288), each with its own noise of 8 grey levels.

    Raises
    ------
    ValueError
        If ``k`` is not one of the names above or ``seed`` is negative.

    Examples
    --------
    >>> from coursereg.course import samples
    >>> pair = samples.brain_pair("rotation", seed=7)
    >>> pair.shift
    (0.0, 0.0)
    """
    if k not in _KINDS:
        msg = f"k must be one of {', '.join(_KINDS)}, got {k!r}"
        raise ValueError(msg)
    seed = _whole("seed", 0 if seed is None else seed, 0, 2**63 - 1)
    dice = _makers.Dice(_KINDS.index(k), seed)
    theta, shift, corner = _makers.draw_motion(k, dice)
    original = brain()[40:172, 52:206]
    static = np.zeros(_makers.FRAME)
    static[corner[0] : corner[0] + original.shape[0], corner[1] : corner[1] + original.shape[1]] = original
    moving = _makers.move(static, theta, shift)
    note = "noise of 8 grey levels in both"
    if k == "contrast":
        gain, offset = dice.number(0.5, 0.8, 30), dice.integer(20, 50)
        moving = gain * moving + offset
        note += f"; grey values of moving are {gain:.2f} * I + {offset}"
    elif k == "modality":
        moving = _makers.other_modality(moving)
        note += "; tissues of moving have changed the order of their grey values"
    static, moving = (_makers.add_noise(picture, _NOISE, dice) for picture in (static, moving))
    return Pair(static, moving, theta, shift, f"{k}, seed {seed}", note)
