"""
How the sample pairs are made: noise, rigid motion, blur and recolouring in plain NumPy.

Everything here gives the same bytes on every platform and with every NumPy version: random numbers come from
the raw stream of PCG64 (which NumPy promises to keep) through integer arithmetic, and pictures are computed
with additions and products only, never with a matrix product whose order of summing is the library's choice.
It shares no code with ``coursereg.kernels`` on purpose: a mistake there cannot hide in the data.
"""

import math

import numpy as np

FRAME = (240, 288)  # rows, columns of the BrainMRI-like pictures: not square on purpose
_UNIFORMS = 12  # the sum of 12 uniform numbers on [0, 1) has variance 1


class Dice:
    """A small random source whose numbers are the same everywhere."""

    def __init__(self, *key):
        self._bits = np.random.PCG64(np.random.SeedSequence([int(k) for k in key]))

    def integer(self, low, high):
        """One integer in low..high, both included."""
        span = int(high) - int(low) + 1
        return int(low) + int(self._bits.random_raw() >> 11) % span

    def number(self, low, high, steps=1000):
        """One number in [low, high] on a lattice of ``steps`` steps, so that a table can print it exactly."""
        return low + (high - low) * self.integer(0, steps) / steps

    def normal(self, shape):
        """Nearly normal numbers, mean 0 and variance 1, at most 6 in size."""
        count = int(np.prod(shape)) * _UNIFORMS
        raw = np.asarray(self._bits.random_raw(-(-count // 4)), dtype="<u8")
        uniform = raw.view("<u2")[:count].reshape(-1, _UNIFORMS).astype(np.int64)
        return ((uniform.sum(axis=1) - _UNIFORMS * 65535 / 2) / 65536.0).reshape(shape)


def to_uint8(picture):
    """Round to whole grey levels and clip to 0..255."""
    return np.clip(np.floor(np.asarray(picture, float) + 0.5), 0, 255).astype(np.uint8)


def add_noise(picture, sigma, dice):
    """Add noise of ``sigma`` grey levels; the result is rounded and clipped to 0..255."""
    picture = np.asarray(picture, float)
    return to_uint8(picture + sigma * dice.normal(picture.shape))


def rotation_matrix(theta):
    """Return the pull matrix of a clockwise turn by theta; it turns (row, column) points back by theta."""
    angle = math.radians(theta)
    # 2**-40 is far below any pixel: it only hides the last bit, which differs between C libraries.
    c, s = (round(v * 2**40) / 2**40 for v in (math.cos(angle), math.sin(angle)))
    return np.array([[c, -s], [s, c]])


def move_point(point, theta, shift):
    """Where the content at ``point`` (row, column) stands after the motion: shift first, then turn."""
    matrix = rotation_matrix(theta)
    r, c = point[0] + shift[0], point[1] + shift[1]
    return (matrix[0, 0] * r + matrix[1, 0] * c, matrix[0, 1] * r + matrix[1, 1] * c)


def move(picture, theta=0.0, shift=(0.0, 0.0), shape=None):
    """
    Shift the content by ``shift`` (rows, columns), then turn it by ``theta`` degrees.

    The pivot is the top-left corner. In pull form, as in ``coursereg.transform``:
    ``out(x) = picture(R x - shift)``, with 0 outside the picture.
    """
    shape = picture.shape if shape is None else shape
    matrix = rotation_matrix(theta)
    rows, cols = np.arange(shape[0])[:, None], np.arange(shape[1])[None, :]
    r = matrix[0, 0] * rows + matrix[0, 1] * cols - shift[0]
    c = matrix[1, 0] * rows + matrix[1, 1] * cols - shift[1]
    return _cubic(np.asarray(picture, float), r, c)


def _cubic(picture, r, c):
    """Cubic convolution (Keys 1981) at points (r, c), with zeros around the picture."""
    padded = np.pad(picture, 3)
    rows, cols = picture.shape
    inside = (r > -2) & (r < rows + 1) & (c > -2) & (c < cols + 1)
    r, c = np.where(inside, r, 0.0), np.where(inside, c, 0.0)
    r0, c0 = np.floor(r).astype(int), np.floor(c).astype(int)
    row_weights, col_weights = _keys_weights(r - r0), _keys_weights(c - c0)
    out = np.zeros(r.shape)
    for i in range(4):
        line = np.zeros(r.shape)
        for j in range(4):
            line = line + col_weights[j] * padded[r0 + i + 2, c0 + j + 2]
        out = out + row_weights[i] * line
    return np.where(inside, out, 0.0)


def _keys_weights(t):
    """Return the weights of the pixels at -1, 0, 1, 2 for a point at 0 <= t < 1."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


def blur(picture, passes):
    """Average with the weights 1, 2, 1 along rows and columns, ``passes`` times (variance 1/2 each)."""
    out = np.asarray(picture, float)
    for _ in range(passes):
        p = np.pad(out, ((1, 1), (0, 0)), mode="edge")
        out = (p[:-2] + 2 * p[1:-1] + p[2:]) / 4
        p = np.pad(out, ((0, 0), (1, 1)), mode="edge")
        out = (p[:, :-2] + 2 * p[:, 1:-1] + p[:, 2:]) / 4
    return out


def other_modality(picture):
    """Recolour a T1-like picture so that bright, middle and dark tissue change their order; 0 stays 0."""
    levels = np.array([0, 20, 90, 150, 190, 215, 255])
    colours = np.array([0, 235, 210, 160, 70, 110, 60])
    # straight lines between the knots, in whole numbers: a fused multiply-add would round differently
    grey = np.arange(256)
    left = np.minimum(np.searchsorted(levels, grey, side="right") - 1, levels.size - 2)
    run, rise = levels[left + 1] - levels[left], colours[left + 1] - colours[left]
    table = colours[left] + (2 * rise * (grey - levels[left]) + run) // (2 * run)
    return table[to_uint8(picture)].astype(float)


def draw_motion(k, dice):
    """Draw angle, shift and place, again and again until the brain stays inside the frame."""
    size = (132, 154)
    while True:
        corner = (dice.integer(8, FRAME[0] - size[0] - 8), dice.integer(8, FRAME[1] - size[1] - 8))
        theta, shift = 0.0, (0.0, 0.0)
        if k in ("rotation", "rigid"):
            theta = dice.number(4, 14, 100) * (1 if dice.integer(0, 1) else -1)
        if k == "subpixel":
            shift = (dice.number(-12, 12, 240), dice.number(-12, 12, 240))
        elif k == "rigid":
            shift = (dice.number(-20, 20, 400), dice.number(-20, 20, 400))
        elif k != "rotation":
            shift = (float(dice.integer(-18, 18)), float(dice.integer(-18, 18)))
        # the brain fills the ellipse in its box (semi-axes 66 and 77), turned by at most 14 degrees
        middle = move_point((corner[0] + size[0] / 2, corner[1] + size[1] / 2), theta, shift)
        far_enough = k == "rotation" or abs(shift[0]) + abs(shift[1]) >= 5
        if far_enough and 72 <= middle[0] <= FRAME[0] - 73 and 82 <= middle[1] <= FRAME[1] - 83:
            return round(theta, 6), (round(shift[0], 6), round(shift[1], 6)), corner
