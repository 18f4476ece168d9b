"""Another voxel size for the same volume."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from math import prod
from os import cpu_count

import numpy as np
from scipy import ndimage, sparse

from coursereg import _check
from coursereg.space.grid import as_affine

MOST = 2**31  # samples of a new volume; in double precision it takes 16 GiB
MODES = ("constant", "nearest", "reflect", "mirror", "wrap")
HAIR = 1e-9  # what rounding may put beyond the last sample
LOBES = {"lanczos": 3, "lanczos2": 2, "lanczos3": 3}  # on either side of the window


def reslice(data, affine, zooms, new_zooms, order=1, mode="constant", cval=0, num_processes=1, new_shape=None):
    """
    Resample a volume to another voxel size.

    Parameters
    ----------
    data : array_like of shape (S, R, C) or (S, R, C, V)
        A volume, or several along the last axis, which are resliced one by one.
    affine : array_like of shape (4, 4)
        Matrix from indices to the world.
    zooms, new_zooms : sequence of 3 float
        Voxel size now and wanted, in mm.
    order : int or {"lanczos", "lanczos2", "lanczos3"}, default: 1
        Order of the interpolating spline, 0 to 5; 0 for labels. Or the sinc function in a window of 2 or 3 (also
        "lanczos") samples on either side, the sharpest, which rings beside edges.
    mode : {"constant", "nearest", "reflect", "mirror", "wrap"}, default: "constant"
        What lies outside, as in `scipy.ndimage.affine_transform`; "mirror" is not for Lanczos. Its "wrap" begins anew
        after the last sample, that of splines on the last sample.
    cval : float, default: 0
        Value outside for ``mode="constant"``; a value of the dtype of `data`.
    num_processes : int or None, default: 1
        Threads for several volumes; None or -1 for all processors, -2 for all but one, and so on.
    new_shape : sequence of 3 int, optional
        Shape of the result; by default ``round(shape * zooms / new_zooms)``. At most 2**31 samples.

    Returns
    -------
    data2 : ndarray
        The new volume, in the dtype of `data`; integers are rounded and clipped to their range, never wrapped.
    affine2 : ndarray of shape (4, 4)
        Matrix from the indices of `data2` to the world.

    Raises
    ------
    TypeError
        If `data` or `cval` does not hold real numbers, or a whole number is none.
    ValueError
        If `data` is not 3-D or 4-D, `affine` is not an invertible affine matrix, voxel sizes are not three
        positive numbers, `order`, `mode`, `num_processes` or `new_shape` is out of range, `cval` is no value of the
        dtype of `data`, or nothing or far too much would be left.

    See Also
    --------
    coursereg.resample : any affine map, between any two grids.

    Notes
    -----
    The centre of the first voxel stays where it is, hence the middle of the field of view moves by half the
    difference of the voxel sizes; `affine2` says where everything is. The last samples of the result may lie
    beyond the last ones of `data`, where ``mode="constant"`` gives `cval`. Nothing is smoothed: before a large
    reduction smooth first, or aliasing makes patterns.

    Examples
    --------
    >>> import numpy as np
    >>> data2, affine2 = reslice(np.ones((58, 58, 24)), np.diag([4, 4, 5, 1]), (4, 4, 5), (3, 3, 3))
    >>> data2.shape, affine2.diagonal().tolist()
    ((77, 77, 40), [3.0, 3.0, 3.0, 1.0])
    """
    data = _check.as_numbers("data", data, ndim=(3, 4))
    affine = as_affine("affine", affine, 3)
    scale = _scale(_zooms("zooms", zooms), _zooms("new_zooms", new_zooms))
    if isinstance(order, str):
        _check.one_of("order", order, [*range(6), *LOBES])
    else:
        _check.one_of("order", _check.whole("order", order, lowest=0), range(6))
    _check.one_of("mode", mode, [m for m in MODES if m != "mirror" or order not in LOBES])
    if order in LOBES or order > 1:  # the spline's filter would spread one NaN over the volume
        _check.finite("data", data)
    cval = _check.value_of("cval", cval, data.dtype)
    workers = _workers(num_processes)
    shape = _new_shape(data.shape[:3], scale) if new_shape is None else _as_shape(new_shape)
    if prod(shape) > MOST:
        msg = f"new_shape must have at most {MOST} samples, got {shape}; zooms and new_zooms must have one unit"
        raise ValueError(msg)

    volumes = [data] if data.ndim == 3 else list(np.moveaxis(data, -1, 0))
    with ThreadPoolExecutor(workers) as pool:
        new = list(pool.map(_reslice_volume, volumes, repeat((scale, shape, order, mode, cval))))
    return (new[0] if data.ndim == 3 else np.stack(new, axis=-1)), affine @ np.diag([*scale, 1.0])


def _reslice_volume(volume, how):
    """Reslice one volume in double precision and bring it back to its dtype."""
    scale, shape, order, mode, cval = how
    exact = order == 0 and volume.dtype.kind in "iu"  # labels stay as they are
    samples = volume if exact else volume.astype(np.float64)
    if order in LOBES:
        out = _lanczos(samples, scale, shape, LOBES[order], mode, cval)
    else:
        # A matrix, because older versions of SciPy warn about a vector of scales.
        matrix = np.diag(scale)
        out = ndimage.affine_transform(samples, matrix, output_shape=shape, order=order, mode=mode, cval=cval)
    if exact or volume.dtype.kind == "f":
        return out.astype(volume.dtype, copy=False)
    if volume.dtype.kind == "b":
        return out >= 0.5
    limits = np.iinfo(volume.dtype)
    highest = float(limits.max)
    if int(highest) > limits.max:  # 64 bits: no double is the maximum, and the next one above would overflow
        highest = np.nextafter(highest, 0)
    return np.clip(np.rint(out), limits.min, highest).astype(volume.dtype)


def _lanczos(volume, scale, shape, lobes, mode, cval):
    """Return the volume at ``scale * i`` by windowed sinc functions, one axis after the other."""
    outside = np.zeros(shape, bool)
    for axis, (n, new) in enumerate(zip(volume.shape, shape, strict=True)):
        places = scale[axis] * np.arange(new)
        lines = np.moveaxis(volume, axis, 0)
        new_lines = _lanczos_weights(places, n, lobes, mode) @ lines.reshape(n, -1)
        volume = np.moveaxis(new_lines.reshape(new, *lines.shape[1:]), 0, axis)
        if mode == "constant":
            outside |= np.expand_dims(places > n - 1 + HAIR, [a for a in range(3) if a != axis])
    volume[outside] = cval
    return volume


def _lanczos_weights(places, n, lobes, mode):
    """Return the sparse matrix from n samples of a line to its values at places."""
    taps = np.floor(places).astype(int)[:, None] + np.arange(1 - lobes, lobes + 1)
    weights = _lanczos_kernel(places[:, None] - taps, lobes)
    if mode == "wrap":
        taps %= n
    elif mode == "reflect":  # about the outer edge of the last sample
        taps = np.minimum(taps % (2 * n), 2 * n - 1 - taps % (2 * n))
    elif mode == "constant":  # what is not there does not count
        weights[(taps < 0) | (taps >= n)] = 0.0
    taps = np.clip(taps, 0, n - 1)
    total = weights.sum(axis=1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total != 0)
    rows = np.repeat(np.arange(len(places)), taps.shape[1])
    return sparse.csr_array((weights.ravel(), (rows, taps.ravel())), shape=(len(places), n))


def _lanczos_kernel(values, num_lobes):
    """Return ``sinc(x) sinc(x / num_lobes)`` where ``|x| < num_lobes``, else 0."""
    values = np.asarray(values, dtype=np.float64)
    return np.where(np.abs(values) < num_lobes, np.sinc(values) * np.sinc(values / num_lobes), 0.0)


def _zooms(name, zooms):
    """Return three positive voxel sizes."""
    out = _check.as_numbers(name, zooms, ndim=1).astype(np.float64)
    if out.size != 3 or not (np.isfinite(out) & (out > 0)).all():
        msg = f"{name} must be three positive numbers, got {zooms!r}"
        raise ValueError(msg)
    return out


def _scale(zooms, new_zooms):
    """Return new voxel sizes in old ones."""
    with np.errstate(over="ignore", under="ignore"):
        scale = new_zooms / zooms
    if not 1e-300 < scale.min() <= scale.max() < 1e300:
        msg = f"zooms and new_zooms must have one unit, got zooms {zooms.tolist()}, new_zooms {new_zooms.tolist()}"
        raise ValueError(msg)
    return scale


def _new_shape(shape, scale):
    """Return the shape that covers the same field of view; NumPy rounds halves to the even neighbour."""
    return _as_shape([int(n) for n in np.round(np.array(shape) / scale)])


def _as_shape(shape):
    """Return three whole numbers of at least 1."""
    out = None if np.isscalar(shape) or shape is None or len(shape) != 3 else tuple(shape)
    if out is None or min(_check.whole("each entry of new_shape", n, lowest=0) for n in out) < 1:
        msg = f"new_shape must have three entries of at least 1, got {shape if out is None else out}"
        raise ValueError(msg)
    return out


def _workers(num_processes):
    """Return the number of threads that an argument in the style of DIPY's num_processes asks for."""
    processors = cpu_count() or 1
    if num_processes is None:
        return processors
    n = _check.whole("num_processes", num_processes, lowest=-processors)
    if n == 0:
        msg = "num_processes must be positive, or negative to count down from all processors, got 0"
        raise ValueError(msg)
    return n if n > 0 else processors + n + 1
