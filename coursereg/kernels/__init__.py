"""
Loops over samples: arrays in, preallocated arrays out; no checks, no classes, no strings. Floor 1, above ``_jit``.

Every kernel is written out for its number of dimensions (``_2d``, ``_3d``) and runs as plain Python, too, with
``NUMBA_DISABLE_JIT=1``. Arrays are C-contiguous, writable and of native byte order: the callers see to it, so
that numba compiles one version of each.
"""

from tqdm import tqdm

from coursereg import _jit
from coursereg.kernels import (
    affine_information,
    affine_map,
    affine_samples,
    extremes,
    joint_histogram,
    overlap_histogram,
    parzen,
    rigid_ssd,
    sampling,
    smooth_histogram,
    world_gradient,
)

__all__ = [
    "affine_information",
    "affine_map",
    "affine_samples",
    "extremes",
    "joint_histogram",
    "overlap_histogram",
    "parzen",
    "rigid_ssd",
    "sampling",
    "smooth_histogram",
    "warmup",
    "world_gradient",
]


def warmup(progress=True):
    """
    Compile everything that is compiled at its first use, so that nothing has to wait later.

    Parameters
    ----------
    progress : bool, default: True
        Show a progress bar.

    Returns
    -------
    int
        Number of kernels that are ready.

    Notes
    -----
    The compiled code stays on disk (unless ``COURSEREG_NUMBA_CACHE=0``): the first call takes some seconds, the next
    ones, also in other processes, much less. Calling it twice does no harm.

    Examples
    --------
    >>> warmup(progress=False) > 5
    True
    """
    names = tqdm(_jit.compile_all(), total=len(_jit.REGISTRY), desc="compiling", unit="kernel", disable=not progress)
    return sum(1 for _ in names)
