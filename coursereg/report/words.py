"""An affine map in plain words: what was done to the moving image so that it lies on the static one."""

from dataclasses import dataclass

import numpy as np

#: Axes of a world: what lies ahead on them, and what behind.
AXES = {
    "ras": (("right", "left"), ("front", "back"), ("top", "bottom")),
    "rows": (("below", "top"), ("right", "left")),
}
SAME = 1e-6  # of a length or an angle: what only rounding has changed
UNITS = {"ras": "mm", "rows": "pixels"}
#: What a turn by the right hand about each axis of "ras" does, and the opposite.
TURNS = (
    ("the front goes up", "the front goes down"),
    ("the top goes right", "the top goes left"),
    ("the right side goes to the front", "the right side goes to the back"),
)


@dataclass(frozen=True)
class Motion:
    """
    What the inverse of a map does about the middle of the static image.

    Attributes
    ----------
    shift : ndarray of shape (D,)
        Of the place that ends in the middle of the static image, in world units.
    turn : float or ndarray of shape (3,)
        Degrees: clockwise on the screen, or about each axis of the world (components of one rotation vector).
    scales : ndarray of shape (D,)
        How long lines along each axis become, times.
    angles : dict of str to float
        Degrees between pairs of axes, which were 90.
    size : float
        Volume or area, times; negative if mirrored.
    """

    shift: np.ndarray
    turn: np.ndarray
    scales: np.ndarray
    angles: dict
    size: float


def motion_of(matrix, centre):
    """Return the `Motion` of the moving image for a map from the static to the moving world."""
    dim = len(matrix) - 1
    back = np.linalg.inv(matrix)
    linear = back[:dim, :dim]
    U, _, Vt = np.linalg.svd(linear)  # noqa: N806
    R = U @ np.diag([1.0] * (dim - 1) + [np.sign(np.linalg.det(U @ Vt))]) @ Vt  # noqa: N806
    lengths = np.linalg.norm(linear, axis=0)
    pairs = [(i, j) for i in range(dim) for j in range(i + 1, dim)]
    cosines = {(i, j): linear[:, i] @ linear[:, j] / (lengths[i] * lengths[j]) for i, j in pairs}
    angles = {pair: float(np.degrees(np.arccos(np.clip(c, -1, 1)))) for pair, c in cosines.items()}
    middle = matrix[:dim, :dim] @ centre + matrix[:dim, dim]
    return Motion(centre - middle, _turn(R), lengths, angles, float(np.linalg.det(linear)))


def _turn(R):  # noqa: N803
    """Return the degrees of a rotation: clockwise as shown, or its rotation vector."""
    if len(R) == 2:
        return -np.degrees(np.arctan2(R[1, 0], R[0, 0]))
    from scipy.spatial.transform import Rotation

    return np.degrees(Rotation.from_matrix(R).as_rotvec())


def in_words(motion, frame):
    """Return lines (what, how much) of a motion."""
    dim, unit = len(motion.shift), UNITS[frame]
    axes = AXES[frame][:dim]
    moved = [f"{abs(s):.2f} {unit} {_towards(axes[k], s)}" for k, s in enumerate(motion.shift)]
    lines = [("Shifted", ", ".join(moved) + f": {np.linalg.norm(motion.shift):.2f} {unit} in all")]
    if dim == 2:
        way = "clockwise" if motion.turn >= 0 else "anticlockwise"
        lines.append(("Turned", f"{abs(motion.turn):.2f}° {way}, about the middle of the static image"))
    else:
        parts = [f"{abs(t):.2f}° so that {TURNS[k][int(t < 0)]}" for k, t in enumerate(motion.turn)]
        whole = np.linalg.norm(motion.turn)
        lines.append(("Turned", f"{'; '.join(parts)}: {whole:.2f}° in all, about the middle of the static image"))
    if np.allclose(motion.scales, 1, atol=SAME) and np.allclose(list(motion.angles.values()), 90, atol=90 * SAME):
        return [*lines, ("Stretched", "not at all" if motion.size > 0 else "not at all, but MIRRORED")]
    pairs = zip(axes, motion.scales, strict=True)
    lines.append(
        ("Stretched", ", ".join(f"{s:.4f} times from {a[1]} to {a[0]}" for a, s in pairs) + _size(motion, dim))
    )
    skew = [f"{angle:.2f}° between {axes[i][0]} and {axes[j][0]}" for (i, j), angle in motion.angles.items()]
    lines.append(("Right angles became", ", ".join(skew)))
    return lines


def _towards(axis, value):
    """Return where a shift along an axis goes."""
    word = axis[int(value < 0)]
    return {"below": "down", "top": "up", "bottom": "down"}.get(word, f"to the {word}")


def _size(motion, dim):
    """Return what became of the volume or area."""
    what = "volume" if dim == 3 else "area"
    mirrored = "; and MIRRORED" if motion.size < 0 else ""
    return f"; the {what} is {abs(motion.size):.4f} times as large{mirrored}"


def travel(matrix, shape, affine):
    """Return the mean and the largest distance that points of the static grid travel, in world units."""
    dim = len(shape)
    lattice = np.stack(np.meshgrid(*[np.linspace(0, n - 1, 5) for n in shape], indexing="ij"), -1).reshape(-1, dim)
    points = lattice @ affine[:dim, :dim].T + affine[:dim, dim]
    away = np.linalg.norm(points @ matrix[:dim, :dim].T + matrix[:dim, dim] - points, axis=1)
    return float(away.mean()), float(away.max())
