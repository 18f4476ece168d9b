"""
Argument checks for the public functions: one wording for all messages, and the two errors of their own kind.

Students raise these errors, too: this file holds no answer, and the sandbox of the grader leaves it open.
"""

import math
import operator

import numpy as np

KINDS = "biuf"  # bool, signed, unsigned, float


class AffineInversionError(Exception):
    """A matrix has no inverse, because it is singular or no square matrix at all."""


class AffineInvalidValuesError(Exception):
    """A matrix has entries that no affine map has."""


def as_numbers(name, array, ndim=None, may_be_empty=False):
    """Return ``array`` as an ndarray of real numbers, not empty unless allowed, or say what it is instead."""
    if np.ma.isMaskedArray(array) and np.ma.getmaskarray(array).any():
        msg = f"{name} is a masked array, whose mask would be ignored; pass the valid samples, {name}.compressed()"
        raise TypeError(msg)
    try:
        out = np.asarray(array)
    except ValueError as error:  # a ragged list
        msg = f"{name} must be an array of numbers, got {type(array).__name__}: {error}"
        raise TypeError(msg) from None
    if out.dtype.kind not in KINDS:
        what = "complex numbers" if out.dtype.kind == "c" else f"dtype {out.dtype}"
        msg = f"{name} must hold real numbers (bool, integer or float), got {what}"
        raise TypeError(msg)
    if not out.dtype.isnative:
        out = out.astype(out.dtype.newbyteorder("="))
    if out.dtype.kind == "f" and out.dtype.itemsize > 8:  # long double
        out = out.astype(np.float64)
    if out.size == 0 and not may_be_empty:
        msg = f"{name} must have at least one sample, got shape {out.shape}"
        raise ValueError(msg)
    if ndim is not None and out.ndim not in np.atleast_1d(ndim):
        wanted = " or ".join(f"{n}-D" for n in np.atleast_1d(ndim))
        msg = f"{name} must be {wanted}, got shape {out.shape}"
        raise ValueError(msg)
    return out


def finite(name, array):
    """Return minimum and maximum of an array as Python numbers; raise ValueError if it has NaN or infinite samples."""
    # The two show every NaN and infinity, and are found faster than isfinite of all samples.
    low, high = array.min().item(), array.max().item()
    if array.dtype.kind != "f" or (math.isfinite(low) and math.isfinite(high)):
        return low, high
    nans = int(np.isnan(array).sum())
    what, count = ("NaN", nans) if nans else ("infinite values", int(np.isinf(array).sum()))
    msg = f"{name} has {what} at {count} of {array.size} samples; leave them out or replace them first"
    raise ValueError(msg)


def same_shape(**arrays):
    """Raise ValueError unless all arrays, given by name, have one shape."""
    if len({a.shape for a in arrays.values()}) > 1:
        got = ", ".join(f"{name} {a.shape}" for name, a in arrays.items())
        msg = f"arrays must have one shape, got {got}"
        raise ValueError(msg)


def image_pair(**images):
    """Return two images, given by name, as finite real arrays of one shape."""
    out = {name: as_numbers(name, image) for name, image in images.items()}
    same_shape(**out)
    for name, image in out.items():
        finite(name, image)
    return tuple(out.values())


def number(name, value):
    """Return ``value`` as a finite float."""
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in KINDS or not np.isfinite(array):
        msg = f"{name} must be a finite number, got {value!r}"
        raise ValueError(msg)
    return float(array)


def value_of(name, value, dtype):
    """Return ``value`` as a number of ``dtype``; floats may be NaN or infinite, and are rounded."""
    array = as_numbers(name, value)
    if array.ndim:
        msg = f"{name} must be one number, got {value!r}"
        raise ValueError(msg)
    dtype = np.dtype(dtype)
    with np.errstate(all="ignore"):
        out = array.astype(dtype)
    # Whole numbers as Python's, which are compared exactly with floats.
    fits = np.isinf(out) == np.isinf(array) if dtype.kind == "f" else out.item() == array.item()
    if not fits:
        msg = f"{name} must be a value of dtype {dtype}, as the samples are, got {value!r}"
        raise ValueError(msg)
    return out.item()


def whole(name, value, lowest):
    """Return ``value`` as an int that is at least ``lowest``."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        count = operator.index(value)
    except TypeError:
        msg = f"{name} must be a whole number, got {value!r}"
        raise TypeError(msg) from None
    if count < lowest:
        msg = f"{name} must be at least {lowest}, got {count}"
        raise ValueError(msg)
    return count


def one_of(name, value, allowed):
    """Raise ValueError unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        msg = f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}"
        raise ValueError(msg)
