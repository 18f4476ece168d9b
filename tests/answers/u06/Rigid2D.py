"""Answers to U06.Rigid2D: classes."""

import copy as copying

import numpy as np

from answers import right, wrong


def _matrix(hundredths, sign=1.0):
    c, s = np.cos(hundredths / 100), sign * np.sin(hundredths / 100)
    return np.array([[c, -s], [s, c]])


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = np.array(param, dtype=float)

    def apply(self, points):
        return np.asarray(points, float) @ _matrix(self.param[2]).T + self.param[:2]

    def copy(self):
        return type(self)(self.param)


@right("columns instead of rows: R @ points.T")
class Columns:
    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = list(param)

    def apply(self, points):
        t = np.array([[self.param[0]], [self.param[1]]])
        return (_matrix(self.param[2]) @ np.transpose(points) + t).T

    def copy(self):
        return Columns(self.param)


@right("a property that keeps shift and angle apart, in radians")
class Property:
    def __init__(self, param=None):
        self.param = np.zeros(3) if param is None else param

    @property
    def param(self):
        return np.array([*self._t, 100 * self._angle])

    @param.setter
    def param(self, values):
        p, q, hundredths = (float(v) for v in values)
        self._t, self._angle = np.array([p, q]), hundredths / 100

    def apply(self, points):
        r, c = np.asarray(points, float).T
        turned = np.cos(self._angle) * r - np.sin(self._angle) * c, np.sin(self._angle) * r + np.cos(self._angle) * c
        return np.column_stack(turned) + self._t

    def copy(self):
        other = Property()
        other.param = self.param
        return other


@right("complex numbers")
class Complex:
    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = tuple(float(v) for v in param)

    def apply(self, points):
        x = np.asarray(points, float)
        z = (x[:, 0] + 1j * x[:, 1]) * np.exp(0.01j * self.param[2]) + self.param[0] + 1j * self.param[1]
        return np.stack([z.real, z.imag], axis=1)

    def copy(self):
        return Complex(self.param)


@right("a homogeneous matrix, deepcopy")
class Homogeneous:
    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = np.asarray(param, float).copy()

    def apply(self, points):
        M = np.eye(3)
        M[:2, :2], M[:2, 2] = _matrix(self.param[2]), self.param[:2]
        return (np.c_[points, np.ones(len(points))] @ M.T)[:, :2]

    def copy(self):
        return copying.deepcopy(self)


@right("einsum, with more methods than were asked for")
class Einsum(_Base):
    def apply(self, points):
        return np.einsum("ij,nj->ni", _matrix(self.param[2]), points) + self.param[:2]

    def inverse(self):
        raise NotImplementedError


@wrong("the transpose of R: turns the other way", says="the turn the other way")
class Transposed(_Base):
    def apply(self, points):
        return points @ _matrix(self.param[2]) + self.param[:2]


@wrong("the angle in radians", says="an angle in radians")
class Radians(_Base):
    def apply(self, points):
        return points @ _matrix(100 * self.param[2]).T + self.param[:2]


@wrong("the angle in degrees", says="an angle in degrees")
class Degrees(_Base):
    def apply(self, points):
        return points @ _matrix(100 * np.deg2rad(self.param[2])).T + self.param[:2]


@wrong("hundredths of a degree", says="hundredths of a degree")
class HundredthsOfDegrees(_Base):
    def apply(self, points):
        return points @ _matrix(np.deg2rad(self.param[2])).T + self.param[:2]


@wrong("shifts first, then turns", says="R (x + t)")
class ShiftFirst(_Base):
    def apply(self, points):
        return (points + self.param[:2]) @ _matrix(self.param[2]).T


@wrong("the inverse motion", says="the inverse motion")
class Inverse(_Base):
    def apply(self, points):
        return (points - self.param[:2]) @ _matrix(self.param[2])


@wrong("x, y instead of row, column in the shift", says="the row shift added to columns")
class SwappedShift(_Base):
    def apply(self, points):
        return points @ _matrix(self.param[2]).T + self.param[[1, 0]]


@wrong("the shift is subtracted", says="the shift is added")
class Subtracts(_Base):
    def apply(self, points):
        return points @ _matrix(self.param[2]).T - self.param[:2]


@wrong("turns about the middle of the points", says="a turn about the middle of the points")
class AboutTheMiddle(_Base):
    def apply(self, points):
        middle = points.mean(axis=0)
        return (points - middle) @ _matrix(self.param[2]).T + middle + self.param[:2]


@wrong("shifts and does not turn", says="a shift without a turn")
class ShiftOnly(_Base):
    def apply(self, points):
        return points + self.param[:2]


@wrong("x, y throughout: rows and columns of the points exchanged before and after the turn")
class XY(_Base):
    def apply(self, points):
        return (points[:, ::-1] @ _matrix(self.param[2]).T)[:, ::-1] + self.param[[1, 0]]


@wrong("small angles only: sin a = a, cos a = 1")
class SmallAngles(_Base):
    def apply(self, points):
        a = self.param[2] / 100
        return points @ np.array([[1, -a], [a, 1]]).T + self.param[:2]


@wrong("adds to the points in place")
class InPlace(_Base):
    def apply(self, points):
        if points.dtype != float:
            points = points.astype(float)
        points[:] = points @ _matrix(self.param[2]).T
        points += self.param[:2]
        return points


@wrong("the copy is the object itself")
class SameCopy(_Base):
    def copy(self):
        return self


@wrong("the copy shares its numbers")
class SharedNumbers(_Base):
    def copy(self):
        other = type(self)()
        other.param = self.param
        return other


@wrong("a copy without the numbers")
class EmptyCopy(_Base):
    def copy(self):
        return type(self)()


@wrong("a default that all objects share")
class SharedDefault(_Base):
    def __init__(self, param=np.zeros(3)):  # noqa: B008
        self.param = param if param.dtype == float else param.astype(float)

    def copy(self):
        return type(self)(self.param.copy())


@wrong("numbers of the class instead of the object")
class OfTheClass:
    param = np.zeros(3)

    def __init__(self, param=None):
        if param is not None:
            self.param = np.array(param, dtype=float)

    def apply(self, points):
        return points @ _matrix(self.param[2]).T + self.param[:2]

    def copy(self):
        return OfTheClass(self.param)


@wrong("the matrix is made once, when the object is")
class MadeOnce(_Base):
    def __init__(self, param=(0.0, 0.0, 0.0)):
        super().__init__(param)
        self.R = _matrix(self.param[2])

    def apply(self, points):
        return points @ self.R.T + self.param[:2]


@wrong("the first apply fixes the motion")
class Remembers(_Base):
    def apply(self, points):
        if not hasattr(self, "R"):
            self.R, self.t = _matrix(self.param[2]), self.param[:2].copy()
        return points @ self.R.T + self.t


@wrong("the numbers given to the constructor are forgotten")
class Forgetful(_Base):
    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = np.zeros(3)

    def copy(self):
        other = type(self)()
        other.param = self.param.copy()
        return other


@wrong("apply turns the angle into radians in param itself")
class SpoilsParam(_Base):
    def apply(self, points):
        self.param = np.array([*self.param[:2], self.param[2] / 100])
        return points @ _matrix(100 * self.param[2]).T + self.param[:2]


@wrong("whole numbers in the dtype that came")
class WholeNumbers(_Base):
    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = np.array(param)

    def apply(self, points):
        return (points @ _matrix(self.param[2]).T + self.param[:2]).astype(points.dtype)


@wrong("one point at a time: an array of shape (2,)")
class OnePoint(_Base):
    def apply(self, points):
        return _matrix(self.param[2]) @ np.asarray(points, float)[0] + self.param[:2]


@wrong("a mirror: the second row of R has the other sign")
class Mirror(_Base):
    def apply(self, points):
        return points @ (np.diag([1, -1]) @ _matrix(self.param[2])).T + self.param[:2]


@wrong("points as columns: shape (2, n) comes back")
class ReturnsColumns(_Base):
    def apply(self, points):
        return super().apply(points).T


@wrong("angles are cut to half a turn at most")
class HalfTurn(_Base):
    def apply(self, points):
        return points @ _matrix(np.clip(self.param[2], -50 * np.pi, 50 * np.pi)).T + self.param[:2]
