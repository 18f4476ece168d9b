"""
Units U07 and U08 in readable NumPy: rigid motion, its cost and slope, and the printed search as a museum piece.

Pictures are (rows, columns). A motion is a pull: ``out(x) = I(R (x - pivot) + pivot - u)``.
"""

import numpy as np
from scipy import ndimage


def moved_points(shape, theta, u, pivot=(0, 0)):
    """Return where each pixel of the result comes from: rows and columns, each of ``shape``; theta in degrees."""
    t = np.deg2rad(theta)
    r, c = np.indices(shape)  # 1 grid
    a, b = r - pivot[0], c - pivot[1]
    return np.cos(t) * a - np.sin(t) * b + pivot[0] - u[0], np.sin(t) * a + np.cos(t) * b + pivot[1] - u[1]  # 2 pull


def look_up(I, r, c):
    """Return the picture at points, by cubic B-splines; nan outside."""
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=3, cval=np.nan)  # 3 interpolate


def transform(I, theta=0, u=(0, 0), pivot=(0, 0)):
    """Return the picture, its content shifted by u and turned by theta degrees about the pivot; 0 from outside."""
    return np.nan_to_num(look_up(I, *moved_points(np.shape(I), theta, u, pivot)))


def rotation(I, theta, pivot=(0, 0)):
    """Return the picture turned by theta degrees about the pivot."""
    return transform(I, theta, pivot=pivot)


def rigid_msd(I, J, theta, u, pivot=(0, 0)):
    """
    Compare a static picture I with a moved picture J: mean squared difference over the overlap, and its slope.

    Returns
    -------
    value : float
        ``mean((J(y) - I(x))**2)`` over the pixels x whose point ``y = R (x - pivot) + pivot - u`` is inside.
    gradient : ndarray of shape (3,)
        Per degree of theta, per pixel of u[0], per pixel of u[1].

    Notes
    -----
    The chain rule: d/dtheta J(y) = slope of J *at y* times dy/dtheta; per degree, hence the pi/180.
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    r, c = moved_points(I.shape, theta, u, pivot)
    d = look_up(J, r, c) - I  # 4 residual
    h = 1e-3  # a thousandth of a pixel to each side: the slope of the interpolated picture
    slope_r = (look_up(J, r + h, c) - look_up(J, r - h, c)) / (2 * h)  # 5 gradient
    slope_c = (look_up(J, r, c + h) - look_up(J, r, c - h)) / (2 * h)
    # y - pivot + u = R (x - pivot) =: (a, b), so dy/dtheta = (-b, a)
    a, b = r - pivot[0] + u[0], c - pivot[1] + u[1]
    dtheta = (slope_c * a - slope_r * b) * np.pi / 180
    gradient = [2 * np.nanmean(d * dtheta), -2 * np.nanmean(d * slope_r), -2 * np.nanmean(d * slope_c)]
    return np.nanmean(d**2), np.array(gradient)


def handout_search(I, J, optim="gd", lr=1e-9, gamma=0.9, beta=0.9, iters=100):
    """
    Search as printed in the hand-out: a museum piece, to be beaten by `coursereg.search`.

    Its scraped lines are mended so that it runs; its own defects are kept: degrees and pixels share one learning rate;
    the angle's slope lacks the pi/180, mixes the slope of the *moved* picture with the unmoved lever arm, and measures
    the lever arm along one axis only (so pictures must be square); the corner is the pivot; pixels without a partner
    count; it never stops by itself, and returns where it happens to be in the end.

    Parameters
    ----------
    I, J : array_like of shape (R, R)
        Static and moved picture.
    optim : {"gd", "vgd", "momentum", "nag", "adagrad", "rmsprop"}
        Rule of descent.
    lr, gamma, beta : float
        Learning rate and memories.
    iters : int
        Steps.

    Returns
    -------
    theta : float
        Degrees, wrapped to 0 ... 360.
    u : ndarray of shape (2,)
        (columns, rows), as printed.
    history : ndarray of shape (iters,)
        The cost, cut to whole numbers as the printed SSD does.
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    along, eps = np.arange(I.shape[0]), 1e-8
    u, t, vu, vt = np.zeros(2), 0.0, np.zeros(2), 0.0
    history = np.zeros(iters)
    for k in range(iters):
        if optim == "nag":
            vu, vt = gamma * vu, gamma * vt
        ahead = optim == "nag"
        moved = transform(J, t - ahead * vt, (u - ahead * vu)[::-1])
        down, right = np.gradient(moved)
        c, s = np.cos(np.deg2rad(t)), np.sin(np.deg2rad(t))
        d = moved - I
        arm = down * (along * c - along * s) - right * (along * s + along * c)
        du = -2 * np.array([(d * right).sum(), (d * down).sum()])
        dt = -2 * (d * arm).sum()
        if optim in ("gd", "vgd"):
            cu, ct = lr * du, lr * dt
            if optim == "vgd":
                cu, ct = cu / I.size, ct / I.size
        elif optim in ("momentum", "nag"):
            kept = 1.0 if optim == "nag" else gamma  # nag has shrunk them above
            vu, vt = kept * vu + lr * du, kept * vt + lr * dt
            cu, ct = vu, vt
        else:
            old, new = (1.0, 1.0) if optim == "adagrad" else (beta, 1 - beta)
            vu, vt = old * vu + new * du**2, old * vt + new * dt**2
            cu, ct = lr / (np.sqrt(vu) + eps) * du, lr / (np.sqrt(vt) + eps) * dt
        u, t = u - cu, t - ct
        history[k] = (np.floor(np.abs(d)) ** 2).sum()
    return t % 360, u, history
