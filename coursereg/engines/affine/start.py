"""Where to begin: centres of mass, then many rotations ranked by a coarse mutual information."""

import itertools

import numpy as np
from scipy.spatial.transform import Rotation

from coursereg.engines.affine.information import information
from coursereg.kernels import affine_information as kernels

SAMPLES = 5000
ANGLES = np.arange(-30.0, 31.0, 15.0)  # degrees, about each axis
WIDE_ANGLES = np.arange(-90.0, 91.0, 22.5)
PLANE_ANGLES = np.arange(-45.0, 46.0, 7.5)
WIDE_PLANE_ANGLES = np.arange(-180.0, 180.0, 7.5)
SHIFTS = np.arange(-0.2, 0.21, 0.1)  # of the image: a picture without a background has no centre of mass to go by
OTHER_SIZE = 1.15  # ratio of two radii from which on the change of size is tried as well
LEAST_OVERLAP = 0.25


def centre_of_mass(volume):
    """
    Return the mean place in the world, weighted by grey value above the lowest, and the rms distance to it.

    Grey values that hardly any sample has weigh as the highest of the others: a hot voxel is no centre.
    """
    low, high = volume.limits
    weight = np.nan_to_num(volume.data - np.float32(low), nan=0.0)
    np.clip(weight, 0, np.float32(high - low), out=weight)
    total = weight.sum(dtype=np.float64)
    index, spread = np.empty(3), 0.0
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
    for a in range(3):
        line = weight.sum(axis=tuple(b for b in range(3) if b != a), dtype=np.float64) / total
        n = np.arange(len(line))
        index[a] = line @ n
        if a >= volume.planes:
            spread += line @ (n - index[a]) ** 2 * spacing[a] ** 2
    return volume.affine[:3, :3] @ index + volume.affine[:3, 3], float(np.sqrt(spread))


def rotations(planes, wide):
    """Return matrices (T, 3, 3) of the rotations to be tried; of a plane, if there is one to spare."""
    if planes:
        angles = WIDE_PLANE_ANGLES if wide else PLANE_ANGLES
        vectors = np.stack([angles, 0 * angles, 0 * angles], axis=1)
    else:
        vectors = np.array(list(itertools.product(WIDE_ANGLES if wide else ANGLES, repeat=3)))
    return Rotation.from_rotvec(vectors, degrees=True).as_matrix()


def turned(T, centre, planes, wide):  # noqa: N803
    """Return maps (T, 4, 4): first a rotation about the static centre, then T."""
    R = rotations(planes, wide)
    turns = np.tile(np.eye(4), (len(R), 1, 1))
    turns[:, :3, :3] = R
    turns[:, :3, 3] = centre - R @ centre
    return T @ turns


def scaled(starts, centre, factor, planes):
    """Return the maps (T, 4, 4), each after a change of size about the static centre."""
    size = np.eye(4)
    axes = range(planes, 3)
    size[axes, axes] = factor
    size[:3, 3] = centre - size[:3, :3] @ centre
    return starts @ size


def shifted(T, volume):  # noqa: N803
    """Return maps (T, 4, 4): first a shift along the axes of the image, up to a part of its size, then T."""
    axes = range(volume.planes, 3)
    grid = np.array(list(itertools.product(SHIFTS, repeat=len(axes))))
    steps = np.zeros((len(grid), 3))
    for column, a in zip(grid.T, axes, strict=True):
        steps[:, a] = column * volume.data.shape[a]
    steps = steps[steps.any(axis=1)]  # T itself is among the turns
    out = np.tile(np.eye(4), (len(steps), 1, 1))
    out[:, :3, 3] = steps @ volume.affine[:3, :3].T
    return T @ out


def ranked(view, starts):
    """Return the starts (T, 4, 4), the best first, and the mutual information of each, from few samples."""
    thin = max(1, -(-view.bins.size // SAMPLES))
    points, bins = np.ascontiguousarray(view.points[:, ::thin]), np.ascontiguousarray(view.bins[::thin])
    maps = np.ascontiguousarray(view.voxel_map(starts), np.float32)
    tables, known = np.zeros((len(starts), *view.shape), np.float32), np.zeros(len(starts))
    kernels.rank_3d(points, bins, view.other, maps, tables, known)
    enough = known >= LEAST_OVERLAP * view.most(starts) * bins.size
    # few samples share much by chance
    chance = (view.shape[0] - 1) * (view.shape[1] - 1) / (2 * np.maximum(known, 1))
    worth = np.where(enough, information(tables) - chance, -np.inf)
    order = np.argsort(-worth, kind="stable")
    return starts[order], worth[order]
