"""Answers to U08.grad_ssd_rotation."""

import numpy as np
from scipy import ndimage

from answers import right, wrong


def _at(I, rows, columns, order=1):
    return ndimage.map_coordinates(np.asarray(I, float), [rows, columns], order=order)


def _places(shape, t):
    r, c = np.indices(shape)
    return np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c


def _parts(I, J, theta, order=1):
    """Residual, slopes of J at R x, and R x."""
    rows, columns = _places(np.shape(I), np.deg2rad(theta))
    J = np.asarray(J, float)
    down, right_ = (_at(g, rows, columns, order) for g in np.gradient(J))
    return _at(J, rows, columns, order) - I, down, right_, rows, columns


def _ours(I, J, theta):
    d, down, across, rows, columns = _parts(I, J, theta)
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@right("cubic splines and Sobel slopes")
def sobel(I, J, theta):
    J = np.asarray(J, float)
    rows, columns = _places(J.shape, np.radians(theta))
    down, across = (_at(ndimage.sobel(J, axis) / 8, rows, columns, 3) for axis in (0, 1))
    return 2 * np.pi / 180 * ((_at(J, rows, columns, 3) - I) * (across * rows - down * columns)).sum()


@right("the slope of the turned picture with the arms of x: both in the frame of I")
def turned_slopes(I, J, theta):
    moved = _at(J, *_places(np.shape(I), np.deg2rad(theta)))
    down, across = np.gradient(moved)
    r, c = np.indices(moved.shape)
    return float(2 * np.pi / 180 * np.sum((moved - I) * (across * r - down * c)))


@right("the slope of the fixed picture with the arms of x: the same number, by integration by parts")
def fixed_slopes(I, J, theta):
    I = np.asarray(I, float)
    moved = _at(J, *_places(I.shape, np.deg2rad(theta)))
    down, across = np.gradient(I)
    r, c = np.indices(I.shape)
    return float(2 * np.pi / 180 * np.sum((moved - I) * (across * r - down * c)))


@right("a central difference of the sum, a degree wide")
def difference(I, J, theta):
    def ssd(t):
        return np.sum((_at(J, *_places(np.shape(I), np.deg2rad(t))) - I) ** 2)

    return ssd(theta + 0.5) - ssd(theta - 0.5)


@right("slopes of the interpolated picture, half a pixel to each side")
def differences_in_place(I, J, theta):
    t = np.deg2rad(theta)
    rows, columns = _places(np.shape(I), t)
    d = _at(J, rows, columns, 3) - I
    down = _at(J, rows + 0.5, columns, 3) - _at(J, rows - 0.5, columns, 3)
    across = _at(J, rows, columns + 0.5, 3) - _at(J, rows, columns - 0.5, 3)
    return 2 * float(np.vdot(d, across * rows - down * columns)) * np.pi / 180


@right("a loop over rows, float32, an array without axes")
def by_rows(I, J, theta):
    d, down, across, rows, columns = _parts(I, J, theta)
    total = np.float32(0)
    for k in range(len(d)):
        total += np.float32(d[k] @ (across[k] * rows[k] - down[k] * columns[k]))
    return np.array(total * np.float32(2 * np.pi / 180))


@right("with the derivative of the matrix")
def by_matrix(I, J, theta):
    t = np.deg2rad(theta)
    x = np.indices(np.shape(I)).reshape(2, -1)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    dR = np.array([[-np.sin(t), -np.cos(t)], [np.cos(t), -np.sin(t)]])
    y, J = R @ x, np.asarray(J, float)
    slopes = np.array([ndimage.map_coordinates(g, y, order=1) for g in np.gradient(J)])
    d = ndimage.map_coordinates(J, y, order=1) - np.ravel(I)
    return np.deg2rad(2 * (d * (slopes * (dR @ x)).sum(axis=0)).sum())


@wrong("per radian", says="per radian", defect="B19")
def per_radian(I, J, theta):
    return _ours(I, J, theta) * 180 / np.pi


@wrong("180 / pi", says="180 / pi")
def other_factor(I, J, theta):
    return _ours(I, J, theta) * (180 / np.pi) ** 2


@wrong("no factor of 2", says="half of the sum of squares", credit=0.5)
def half(I, J, theta):
    return _ours(I, J, theta) / 2


@wrong("the mean", says="the slope of the mean")
def mean(I, J, theta):
    return _ours(I, J, theta) / np.size(I)


@wrong("the other sign", says="the way down")
def downhill(I, J, theta):
    return -_ours(I, J, theta)


@wrong("the slope of the turned picture with the arms R x", says="two frames mixed", defect="B21")
def mixed(I, J, theta):
    d, _, _, rows, columns = _parts(I, J, theta)
    down, across = np.gradient(d + I)
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("J's slope at R x with the arms of x", says="lever arms of x")
def unturned_arms(I, J, theta):
    d, down, across, _, _ = _parts(I, J, theta)
    r, c = np.indices(d.shape)
    return 2 * np.sum(d * (across * r - down * c)) * np.pi / 180


@wrong("J's slope at x", says="J's slope at x")
def unturned_slopes(I, J, theta):
    d, _, _, rows, columns = _parts(I, J, theta)
    down, across = np.gradient(np.asarray(J, float))
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("gx, gy = np.gradient", says="slopes exchanged")
def exchanged(I, J, theta):
    d, across, down, rows, columns = _parts(I, J, theta)
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("one-dimensional lever arms, of one axis each: fails or broadcasts wrongly", defect="B20")
def one_axis(I, J, theta):
    d, down, across, _, _ = _parts(I, J, theta)
    t, x, y = np.deg2rad(theta), np.arange(d.shape[0]), np.arange(d.shape[1])
    return -2 * np.sum(d * (down * (x * np.cos(t) - y * np.sin(t)) - across * (x * np.sin(t) + y * np.cos(t))))


@wrong("arms along the columns, in both")
def along_columns(I, J, theta):
    d, down, across, _, _ = _parts(I, J, theta)
    t, x = np.deg2rad(theta), np.arange(d.shape[1])
    rows, columns = np.cos(t) * x - np.sin(t) * x, np.sin(t) * x + np.cos(t) * x
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("arms about the centre", says="lever arms about the middle")
def about_centre(I, J, theta):
    d, down, across, _, _ = _parts(I, J, theta)
    t = np.deg2rad(theta)
    r, c = (k - (n - 1) / 2 for k, n in zip(np.indices(d.shape), d.shape, strict=True))
    rows, columns = np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("the residual before the turn", says="the residual of the unturned picture")
def unturned_residual(I, J, theta):
    _, down, across, rows, columns = _parts(I, J, theta)
    d = np.asarray(J, float) - I
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("turns the other way throughout", says="turns the other way")
def other_way(I, J, theta):
    return -_ours(I, J, -theta)


@wrong("turns I instead of J", says="I and J exchanged")
def turns_fixed(I, J, theta):
    return _ours(J, I, theta)


@wrong("a plus where the arms need a minus")
def plus(I, J, theta):
    d, down, across, rows, columns = _parts(I, J, theta)
    return 2 * np.sum(d * (across * rows + down * columns)) * np.pi / 180


@wrong("the arm along the rows only")
def one_arm(I, J, theta):
    d, _, across, rows, _ = _parts(I, J, theta)
    return 2 * np.sum(d * across * rows) * np.pi / 180


@wrong("bytes wrap in the residual")
def wraps(I, J, theta):
    rows, columns = _places(np.shape(I), np.deg2rad(theta))
    d = ndimage.map_coordinates(J, [rows, columns], order=1) - I
    down, across = (_at(g, rows, columns) for g in np.gradient(np.asarray(J, float)))
    return 2 * np.sum(d * (across * rows - down * columns)) * np.pi / 180


@wrong("the slope of the sum of absolute differences")
def absolute(I, J, theta):
    d, down, across, rows, columns = _parts(I, J, theta)
    return np.sum(np.sign(d) * (across * rows - down * columns)) * np.pi / 180


@wrong("a gradient of several numbers, one for each row")
def not_summed(I, J, theta):
    d, down, across, rows, columns = _parts(I, J, theta)
    return 2 * np.sum(d * (across * rows - down * columns), axis=1) * np.pi / 180


@wrong("a difference of the cost that is not divided by its width")
def not_divided(I, J, theta):
    def ssd(t):
        return np.sum((_at(J, *_places(np.shape(I), np.deg2rad(t))) - I) ** 2)

    return ssd(theta + 0.05) - ssd(theta - 0.05)


@wrong("linear in the angle: the arms and the places of small angles")
def small(I, J, theta):
    t = np.deg2rad(theta)
    r, c = np.indices(np.shape(I))
    rows, columns = r - t * c, c + t * r
    J = np.asarray(J, float)
    down, across = (_at(g, rows, columns) for g in np.gradient(J))
    return 2 * np.sum((_at(J, rows, columns) - I) * (across * r - down * c)) * np.pi / 180


@wrong("the sum runs in the bytes of I")
def scaled_in_place(I, J, theta):
    out = _ours(I, J, theta)
    J *= 0
    return out


def _ssd(I, J, theta, order=1):
    return np.sum((_at(J, *_places(np.shape(I), np.deg2rad(theta)), order) - I) ** 2)


@right("a central difference of the sum, two degrees wide")
def wide_difference(I, J, theta):
    return (_ssd(I, J, theta + 1) - _ssd(I, J, theta - 1)) / 2


@right("a central difference of the sum, very narrow")
def narrow_difference(I, J, theta):
    return (_ssd(I, J, theta + 1e-4) - _ssd(I, J, theta - 1e-4)) / 2e-4


@right("a central difference of cubic splines")
def spline_difference(I, J, theta):
    return (_ssd(I, J, theta + 1e-2, 3) - _ssd(I, J, theta - 1e-2, 3)) / 2e-2


@wrong("a difference to one side: too coarse where the picture has kinks", says="must be central")
def one_sided(I, J, theta):
    return (_ssd(I, J, theta) - _ssd(I, J, theta - 1e-3)) / 1e-3


@wrong("the upper left square of the pictures only")
def square(I, J, theta):
    n = min(np.shape(I))
    return _ours(I[:n, :n], J[:n, :n], theta)


def _arms_off(I, J, theta, by):
    d, down, across, rows, columns = _parts(I, J, theta)
    return 2 * np.sum(d * (across * (rows + by[0]) - down * (columns + by[1]))) * np.pi / 180


@wrong("the pivot of the arms one pixel beside, along both axes", says="(0, 0) itself")
def arms_off_by_one(I, J, theta):
    return _arms_off(I, J, theta, (1, 1))


@wrong("rows counted from 1 in the arms", says="(0, 0) itself")
def rows_from_one(I, J, theta):
    return _arms_off(I, J, theta, (1, 0))


@wrong("columns counted from 1 in the arms")
def columns_from_one(I, J, theta):
    return _arms_off(I, J, theta, (0, 1))


@wrong("the pivot of the arms two pixels beside")
def arms_off_by_two(I, J, theta):
    return _arms_off(I, J, theta, (-2, 2))


@wrong("always 0", says="far too small")
def nothing(I, J, theta):
    return 0.0


@wrong("theta in radians", says="an angle in radians")
def in_radians(I, J, theta):
    return _ours(I, J, np.rad2deg(theta))
