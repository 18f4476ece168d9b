"""
Brute-force search over shifts: try them all, keep the best.

Slow and certain: no derivative, no start, no local optimum. Units U02 and U03 plug the student's functions into
it, and its table of values is the landscape that faster engines walk down.
"""

from typing import NamedTuple

import numpy as np

from coursereg import _check


class ShiftSearch(NamedTuple):
    """
    Result of `search_shifts`.

    Attributes
    ----------
    shift : tuple of (float, float)
        Rows and columns by which the content of `moving` must go down and right to fit `static`, in pixels.
    value : float
        The measure at `shift`.
    values : ndarray of shape (len(rows), len(cols))
        The measure at every shift; nan where it was not measured or could not be.
    rows, cols : ndarray
        The shifts tried along each axis, in pixels.
    """

    shift: tuple[float, float]
    value: float
    values: np.ndarray
    rows: np.ndarray
    cols: np.ndarray


def search_shifts(static, moving, measure, reach=20, best="min", joint=None, move=None, step=1):
    """
    Find the shift that aligns two images by trying all of them.

    Parameters
    ----------
    static, moving : array_like of shape (R, C)
        Images of one shape; handed to `measure` in their own dtype.
    measure : callable
        ``measure(I, J) -> float`` of two equally large pieces of `static` and of the shifted `moving`; with `joint`,
        ``measure(H) -> float`` of their joint histogram.
    reach : float, default: 20
        Largest shift along each axis, in pixels.
    best : {"min", "max"}, default: "min"
        ``"min"`` for a cost such as SSD, ``"max"`` for a similarity such as correlation.
    joint : callable, optional
        ``joint(I, J) -> H``, for measures of a joint histogram.
    move : callable, optional
        ``move(moving, p, q)`` returns the image with its content p rows down and q columns right, as
        `coursereg.translation` does. Without it shifts are whole pixels and nothing is interpolated.
    step : float, default: 1
        Distance between two shifts in pixels; a whole number unless `move` is given.

    Returns
    -------
    ShiftSearch
        ``shift``, ``value``, ``values``, ``rows``, ``cols``. ``shift`` is what moves `moving` onto `static`:
        ``translation(moving, *shift)`` is close to `static`. Of equally good shifts the shortest wins.

    Raises
    ------
    TypeError
        If `measure`, `joint` or `move` is not callable, or `measure` does not return a number.
    ValueError
        If the images are not 2-D, differ in shape or have NaN, if `best` or `step` is wrong, if `reach` is too
        large for the images, or if no shift could be measured.

    Notes
    -----
    Without `move` the rectangles in which the shifted images overlap are compared: plain slices. With `move` every
    shift is compared on one window, `reach` + 2 pixels away from the frame, which what enters at the border
    hardly touches. A shift is left out (nan) where one of the two pieces is constant, since a piece of empty
    background fits every other perfectly, and where the measure is nan.

    Examples
    --------
    >>> import numpy as np
    >>> static = np.zeros((12, 12))
    >>> static[4:7, 5:8] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    >>> moving = np.roll(static, (2, -1), axis=(0, 1))
    >>> found = search_shifts(static, moving, lambda I, J: ((I - J) ** 2).sum(), reach=3)
    >>> found.shift, found.value
    ((-2, 1), 0.0)
    """
    static, moving = _check.image_pair(static=static, moving=moving)
    _check.as_numbers("static", static, ndim=2)
    _check.one_of("best", best, ("min", "max"))
    for name, function in (("measure", measure), ("joint", joint), ("move", move)):
        if not callable(function) and (name == "measure" or function is not None):
            msg = f"{name} must be a function, got {function!r}"
            raise TypeError(msg)
    tried = _shifts(reach, step, whole=move is None)
    _check_reach(static.shape, tried[-1], border=0 if move is None else 2)

    pieces = _overlap if move is None else _window(move, tried[-1])
    values = np.full((tried.size, tried.size), np.nan)
    for i, p in enumerate(tried.tolist()):
        for j, q in enumerate(tried.tolist()):
            one, other = pieces(static, moving, p, q)
            if not (_is_constant(one) or _is_constant(other)):
                values[i, j] = _number(measure(one, other) if joint is None else measure(joint(one, other)))

    i, j = _best(values, tried, best)
    return ShiftSearch((tried[i].item(), tried[j].item()), float(values[i, j]), values, tried, tried.copy())


def _shifts(reach, step, whole):
    """Return the shifts along one axis: multiples of ``step`` up to ``reach``, whole numbers if ``whole``."""
    reach, step = _check.number("reach", reach), _check.number("step", step)
    if reach < 0 or step <= 0:
        msg = f"reach must be at least 0 and step more than 0, got reach {reach:g}, step {step:g}"
        raise ValueError(msg)
    if whole and step != int(step):
        msg = f"step must be a whole number of pixels, got {step:g}; for parts of a pixel pass move=translation"
        raise ValueError(msg)
    n = int(reach / step + 1e-9)  # 0.3 / 0.1 must be three steps
    shifts = np.arange(-n, n + 1) * step
    return shifts.astype(int) if whole else shifts


def _check_reach(shape, reach, border):
    """Raise ValueError unless at least half of the shorter side overlaps at every shift."""
    room = min(shape) // 2 if border == 0 else (min(shape) - 1) // 2 - border
    if reach > room:
        msg = (
            f"reach must be at most {max(room, 0)} for images of shape {shape}, so that enough overlaps, got {reach:g}"
        )
        raise ValueError(msg)


def _overlap(static, moving, p, q):
    """Return the rectangles of both images that lie on each other when moving goes p rows down, q columns right."""
    rows, columns = static.shape
    here = static[max(p, 0) : rows + min(p, 0), max(q, 0) : columns + min(q, 0)]
    there = moving[max(-p, 0) : rows + min(-p, 0), max(-q, 0) : columns + min(-q, 0)]
    return here, there


def _window(move, reach):
    """Return a function as `_overlap` that calls ``move`` and cuts away ``reach`` and two pixels on each side."""
    margin = int(np.ceil(reach)) + 2

    def pieces(static, moving, p, q):
        moved = np.asarray(move(moving, p, q))
        if moved.shape != static.shape:
            msg = f"move must keep the shape {static.shape}, got {moved.shape}"
            raise ValueError(msg)
        inner = (slice(margin, -margin),) * 2
        return static[inner], moved[inner]

    return pieces


def _is_constant(piece):
    """Tell whether all samples are equal; looks at few samples first, which decides for nearly every picture."""
    first = piece[0, 0]
    return not (piece[::7, ::7] != first).any() and not (piece != first).any()


def _number(value):
    """Return a measure's value as float."""
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in _check.KINDS:
        msg = f"measure must return one number, got {value!r}"
        raise TypeError(msg)
    return float(array)


def _best(values, tried, best):
    """Return the indices of the best value, the shortest shift among equals; nan and infinities never win."""
    cost = np.where(np.isfinite(values), values if best == "min" else -values, np.inf)
    if not np.isfinite(cost).any():
        msg = "no shift could be measured: at each, a piece of one image was constant or the measure was not finite"
        raise ValueError(msg)
    length = tried[:, None] ** 2 + tried[None, :] ** 2
    return np.unravel_index(np.where(cost == cost.min(), length, np.inf).argmin(), cost.shape)
