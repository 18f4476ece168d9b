"""
Unit U08 in readable NumPy: turning a picture, the slope of a cost along the angle, and a rigid search by descent.

Pictures are (rows, columns), a motion is a pull: ``out(x) = I(R (x - pivot) + pivot - u)``, with ``R = [[cos, -sin],
[sin, cos]]`` on (row, column). Positive angles turn the content clockwise on the screen.
"""

import numpy as np
from scipy import ndimage


def rotation(I, theta):
    """
    Turn a picture about its top-left pixel.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture.
    theta : float
        Degrees; positive is clockwise on the screen.

    Returns
    -------
    ndarray of shape (R, C)
        Floats, bilinear between the pixels; 0 where nothing of `I` arrives.

    Examples
    --------
    >>> rotation([[1, 2, 3], [4, 5, 6]], 90)
    array([[1., 0., 0.],
           [2., 0., 0.]])
    """
    t = np.deg2rad(theta)
    r, c = np.indices(np.shape(I))  # 1 grid
    rows = np.cos(t) * r - np.sin(t) * c  # 2 pull: R x
    columns = np.sin(t) * r + np.cos(t) * c
    return ndimage.map_coordinates(np.asarray(I, float), [rows, columns], order=1)  # 3 interpolate


def grad_ssd_rotation(I, J, theta):
    """
    Slope, per degree, of the sum of squared differences between I and J turned about the top-left pixel.

    Parameters
    ----------
    I, J : array_like of one shape (R, C)
        Static and moving picture.
    theta : float
        Degrees.

    Returns
    -------
    float
        ``d/dtheta sum_x (J(R x) - I(x))**2``.

    Examples
    --------
    >>> grad_ssd_rotation(np.zeros((3, 3)), np.zeros((3, 3)), 10)
    0.0
    """
    t = np.deg2rad(theta)
    r, c = np.indices(np.shape(I))
    rows, columns = np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c
    J = np.asarray(J, float)
    d = ndimage.map_coordinates(J, [rows, columns], order=1) - I  # 4 residual
    down, right = (ndimage.map_coordinates(g, [rows, columns], order=1) for g in np.gradient(J))  # 5 gradient, at R x
    # when t grows, the place (rows, columns) moves by (-columns, rows) per radian
    return float(2 * np.sum(d * (right * rows - down * columns)) * np.pi / 180)


def transform(I, theta, u, pivot):
    """
    Shift the content of a picture by u, then turn it about a pivot.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture.
    theta : float
        Degrees; positive is clockwise on the screen.
    u, pivot : pair of float
        (rows, columns): the shift, and the point about which it is turned.

    Returns
    -------
    ndarray of shape (R, C)
        ``out(x) = I(R (x - pivot) + pivot - u)``, bilinear; 0 from outside.

    Examples
    --------
    >>> transform([[1, 2], [3, 4]], 0, (1, 0), (0, 0))
    array([[0., 0.],
           [1., 2.]])
    """
    t = np.deg2rad(theta)
    r, c = np.indices(np.shape(I))  # 1 grid
    a, b = r - pivot[0], c - pivot[1]
    rows = np.cos(t) * a - np.sin(t) * b + pivot[0] - u[0]  # 2 pull
    columns = np.sin(t) * a + np.cos(t) * b + pivot[1] - u[1]
    return ndimage.map_coordinates(np.asarray(I, float), [rows, columns], order=1)  # 3 interpolate


def com_init(I, J):
    """
    Shift that lays the centre of mass of J onto that of I.

    Parameters
    ----------
    I, J : array_like of shape (R, C)
        Static and moving picture, nowhere negative.

    Returns
    -------
    ndarray of shape (2,)
        (rows, columns) by which the content of J has to move: the u of ``transform(J, 0, u, pivot)``.

    Examples
    --------
    >>> com_init([[0, 0], [0, 1]], [[1, 0], [0, 0]])
    array([1., 1.])
    """
    centres = []
    for picture in (I, J):
        weight = np.asarray(picture, float)
        r, c = np.indices(weight.shape)
        centres.append(np.array([(weight * r).sum(), (weight * c).sum()]) / weight.sum())
    return centres[0] - centres[1]


def rigid_cost(x, I, J, scale):
    """
    Compare I with a moved J: mean squared difference, and its slope.

    Parameters
    ----------
    x : array_like of shape (3,)
        ``scale`` times the angle in radians, row shift, column shift: all in pixels. The pivot is the centre.
    I, J : array_like of one shape (R, C)
        Static and moving picture.
    scale : float
        Pixels per radian.

    Returns
    -------
    cost : float
        Mean over all pixels; J is 0 outside.
    slope : ndarray of shape (3,)
        Along the three parameters.
    """
    t, u = x[0] / scale, x[1:]
    theta, pivot = np.rad2deg(t), (np.array(np.shape(I)) - 1) / 2
    d = transform(J, theta, u, pivot) - I  # 4 residual
    down, right = (transform(g, theta, u, pivot) for g in np.gradient(np.asarray(J, float)))  # 5 gradient
    r, c = np.indices(np.shape(I))
    a, b = r - pivot[0], c - pivot[1]
    rows, columns = np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b
    along_angle = np.mean(d * (right * rows - down * columns)) / scale
    return np.mean(d**2), 2 * np.array([along_angle, -np.mean(d * down), -np.mean(d * right)])


def rigid_search(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    """
    Find the rigid motion that brings J onto I, by gradient descent.

    Parameters
    ----------
    I, J : array_like of one shape (R, C)
        Static and moving picture.
    step : float
        Learning rate: each step goes ``-step`` times the slope of the *mean* squared difference.
    scale : float
        Pixels per radian: the angle's parameter is ``scale`` times the angle.
    start : (float, pair of float)
        Theta in degrees and u to begin with.
    iters : int
        Steps.

    Returns
    -------
    theta : float
        Degrees.
    u : ndarray of shape (2,)
        (rows, columns): ``transform(J, theta, u, centre)`` is close to `I`.
    history : list of float
        The cost before each step.
    """
    x = np.array([scale * np.deg2rad(start[0]), *start[1]])
    history = []
    for _ in range(iters):
        cost, slope = rigid_cost(x, I, J, scale)
        history.append(cost)
        x = x - step * slope  # 6 step
    return np.rad2deg(x[0] / scale), x[1:], history


def natural_scale(J):
    """
    Pixels that the edges of a picture move per radian of a turn about its centre, in the mean (root mean square).

    With it, a step along the angle changes the picture about as much as one along a shift.
    """
    down, right = np.gradient(np.asarray(J, float))
    a, b = (k - (n - 1) / 2 for k, n in zip(np.indices(np.shape(J)), np.shape(J), strict=True))
    return float(np.sqrt(2 * ((right * a - down * b) ** 2).sum() / (down**2 + right**2).sum()))
