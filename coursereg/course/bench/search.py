"""
The hand-out's search beside `coursereg.search`: how far from the truth each ends, with each rule of descent.

The picture for which the truth is known exactly is a formula: spots along the diagonal that falls to the left. (Along
the other one the hand-out's lever arm, measured along one axis only, is right by luck.)
"""

import time
import warnings

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.handout_motion import turn
from coursereg.course.handout_search import search
from coursereg.course.plain.motion import handout_search, moved_points

THETA, SHIFT, STEPS = 5.0, (3.0, -2.0), 150
"""The motion to be found, in degrees about the corner and (rows, columns), and the steps that each search has."""
TARGET, REAL_TARGET = 0.1, 0.3
"""Largest distance from the truth in pixels, on the formula and on the real slices."""
OPTIMS = ("gd", "momentum", "adagrad", "rmsprop")
"""Rules that the hand-out has."""

_SPOTS = ((200, 30, 66, 6, 8), (160, 42, 54, 7, 6), (120, 54, 42, 6, 7), (180, 66, 30, 8, 6))  # grey, place, size


def pair():
    """
    Return a picture and its moved copy, both from the formula: ``transform(J, THETA, SHIFT)`` is I.

    Returns
    -------
    tuple of two ndarray of shape (96, 96)
    """

    def scene(r, c):
        return sum(a * np.exp(-(((r - r0) / h) ** 2) - ((c - c0) / w) ** 2) for a, r0, c0, h, w in _SPOTS)

    return scene(*moved_points((96, 96), THETA, SHIFT)), scene(*np.indices((96, 96)))


def distance(I, theta, u, true_theta, true_u):
    """
    Return how far the pixels of the content of I are taken from where they belong, on average.

    Parameters
    ----------
    I : ndarray of shape (R, C)
        Static picture; its content is what is brighter than 30 once it is blurred.
    theta, u, true_theta, true_u : float and pair of float
        Motions as of `coursereg.transform`, about the corner.

    Returns
    -------
    float
        Pixels.
    """
    x = np.argwhere(ndimage.gaussian_filter(np.asarray(I, float), 2) > 30)
    one, other = x @ turn(theta).T - np.asarray(u), x @ turn(true_theta).T - np.asarray(true_u)
    return float(np.linalg.norm(one - other, axis=1).mean())


def rates(optim):
    """Return the learning rates that the hand-out's search is tried with: six decades for each rule."""
    return 10.0 ** (np.arange(-10, -4) if optim in ("gd", "vgd", "momentum", "nag") else np.arange(-3, 3))


def before(optim):
    """
    Run the hand-out's search with every rate.

    Parameters
    ----------
    optim : str

    Returns
    -------
    tuple of (float, float)
        The smallest distance from the truth, in pixels, and its rate.
    """
    I, J = pair()
    found = []
    for lr in rates(optim):
        with np.errstate(all="ignore"):  # it diverges at some
            theta, u, _ = handout_search(I, J, optim, lr, iters=STEPS)
        found.append((distance(I, theta, u[::-1], THETA, SHIFT), float(lr)))
    return min(found)


def after(optim):
    """
    Run `coursereg.search` on the same pair, from the identity, with the rate it chooses itself.

    Parameters
    ----------
    optim : str

    Returns
    -------
    tuple of (float, Search)
        Distance from the truth in pixels, and the result.
    """
    I, J = pair()
    found = search(I, J, optim, iters=STEPS, init="identity")
    return distance(I, found.theta, found.u, THETA, SHIFT), found


def real(k, optim="gd"):
    """
    Register ``samples.brain_mri(k)`` onto ``samples.brain_mri(1)``.

    Parameters
    ----------
    k : int
        2, 3 or 4.
    optim : str

    Returns
    -------
    tuple of (float, Search)
        Distance from the truth in pixels, averaged over the brain, and the result.
    """
    I = samples.brain_mri(1)
    found = search(I, samples.brain_mri(k), optim, iters=STEPS)
    # brain_mri(k) is transform(I, theta, shift); the way back turns by -theta and shifts by -R' shift
    theta, shift = samples.brain_mri_truth(k)
    return distance(I, found.theta, found.u, -theta, -turn(-theta) @ np.array(shift)), found


def main():
    """Print both tables; return 1 if a target is missed."""
    missed = False
    print(f"96 x 96 picture, moved by {THETA:g} degrees and {SHIFT}; {STEPS} steps; distance from the truth in pixels")
    print(f"{'rule':<11}{'hand-out, best of 6 rates':>26}{'here':>9}{'steps':>7}{'time':>9}")
    for optim in (*OPTIMS, "nag", "adam", "linesearch"):
        theirs = "{:.2f} (lr {:.0e})".format(*before(optim)) if optim in (*OPTIMS, "nag") else "not there"
        error, found, seconds = _timed(after, optim)
        missed |= error > TARGET
        print(f"{optim:<11}{theirs:>26}{error:>9.3f}{len(found.history) - 1:>7}{seconds:>7.2f} s")
    print(f"target here: at most {TARGET:g}\n")
    print("brain slices of 240 x 288 with noise, mean distance from the truth over the brain, in pixels")
    print(f"{'pair':<11}{'rule':<11}{'start':>8}{'here':>9}{'steps':>7}{'time':>9}")
    for k in (2, 3, 4):
        for optim in (*OPTIMS, "nag", "adam", "linesearch"):
            error, found, seconds = _timed(real, k, optim)
            missed |= error > REAL_TARGET
            theta, shift = samples.brain_mri_truth(k)
            start = distance(samples.brain_mri(1), 0, (0, 0), -theta, -turn(-theta) @ np.array(shift))
            print(
                f"{f'{k} onto 1':<11}{optim:<11}{start:>8.1f}{error:>9.3f}{len(found.history) - 1:>7}{seconds:>7.2f} s"
            )
    print(f"target: at most {REAL_TARGET:g}; {'MISSED' if missed else 'met'}")
    return 1 if missed else 0


def _timed(function, *arguments):
    """Return what a function that returns two things returns, and its seconds."""
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the distance says it all
        one, other = function(*arguments)
    return one, other, time.perf_counter() - begin
