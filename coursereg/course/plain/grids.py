"""
Unit U01 in readable NumPy: voxels and millimetres, a frame cut out of a picture, grey values between 0 and 1.

Points are rows of an array, (n, 3), in the order of the array's axes. A matrix is named from-to: ``static_grid2world``
takes indices of the static grid to millimetres.
"""

import numpy as np


def to_world(ij, A):
    """
    Millimetres of pixels.

    Parameters
    ----------
    ij : array_like of shape (n, D)
        Pixels, one per row; not necessarily whole.
    A : array_like of shape (D + 1, D + 1)
        grid2world.

    Returns
    -------
    ndarray of float, of shape (n, D)
        Places in the world, in mm.

    Examples
    --------
    >>> to_world([[1, 2]], [[3, 0, 10], [0, 2, 5], [0, 0, 1]])
    array([[13.,  9.]])
    """
    points = np.hstack([ij, np.ones((len(ij), 1))])  # 1 grid: a 1 behind each pixel
    return (points @ np.asarray(A, float).T)[:, :-1]


def to_grid(mm, A):
    """
    Pixels of places in the world; in general between the pixels, and not always inside.

    Parameters
    ----------
    mm : array_like of shape (n, D)
        Places in mm, one per row.
    A : array_like of shape (D + 1, D + 1)
        grid2world.

    Returns
    -------
    ndarray of float, of shape (n, D)
        Indices.

    Examples
    --------
    >>> to_grid([[13, 9]], [[3, 0, 10], [0, 2, 5], [0, 0, 1]])
    array([[1., 2.]])
    """
    points = np.hstack([mm, np.ones((len(mm), 1))])  # 1 grid
    world2grid = np.linalg.inv(A)
    return (points @ world2grid.T)[:, :-1]  # 2 pull


def map_voxel(ijk, S, T, M):
    """
    Find the voxels of the moving image that correspond to voxels of the static one.

    Parameters
    ----------
    ijk : array_like of shape (n, 3)
        Voxels of the static image, one per row; n may be 0.
    S, M : array_like of shape (4, 4)
        static_grid2world and moving_grid2world.
    T : array_like of shape (4, 4)
        The map between the two worlds, static to moving.

    Returns
    -------
    ndarray of float, of shape (n, 3)
        Voxels of the moving image, not rounded.

    Notes
    -----
    ``inv(M) @ T @ S``, read from the right: voxel to mm, mm to mm, mm to voxel.

    Examples
    --------
    >>> map_voxel([[1, 2, 3]], np.diag([4, 4, 5, 1]), np.eye(4), np.diag([2, 2, 2.5, 1]))
    array([[2., 4., 6.]])
    """
    chain = np.linalg.inv(M) @ T @ S
    points = np.hstack([ijk, np.ones((len(ijk), 1))])  # 1 grid: a 1 behind each voxel
    return (points @ chain.T)[:, :3]  # 2 pull


def crop(I, r0, c0, h, w, cval=0):
    """
    Cut a frame out of a picture; the frame may reach beyond the picture.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture, any dtype.
    r0, c0 : int
        Row and column of the frame's first pixel; may be negative, or beyond the picture.
    h, w : int
        Rows and columns of the frame.
    cval : number
        Value of the pixels that the picture does not have.

    Returns
    -------
    ndarray of shape (h, w), of the dtype of ``I``
        Pixel (a, b) is ``I[r0 + a, c0 + b]``; a copy.

    Examples
    --------
    >>> crop([[1, 2], [3, 4]], -1, 1, 2, 2, cval=9)
    array([[9, 9],
           [2, 9]])
    """
    I = np.asarray(I)
    out = np.full((h, w), cval, I.dtype)
    top, left = max(r0, 0), max(c0, 0)  # the part of the frame that lies in the picture
    bottom, right = min(r0 + h, I.shape[0]), min(c0 + w, I.shape[1])
    if top < bottom and left < right:
        out[top - r0 : bottom - r0, left - c0 : right - c0] = I[top:bottom, left:right]
    return out


def spacings(A):
    """
    Find the distance between neighbouring samples along each axis of a grid.

    Parameters
    ----------
    A : array_like of shape (4, 4) or (3, 3)
        grid2world of a volume or a picture.

    Returns
    -------
    ndarray of shape (3,) or (2,)
        In mm: the lengths of the columns of the linear part.

    Examples
    --------
    >>> spacings([[0, 3, 7], [2, 0, 8], [0, 0, 1]])
    array([2., 3.])
    """
    L = np.asarray(A, float)[:-1, :-1]  # a step along axis k adds column k; the last column is the origin
    return np.sqrt((L**2).sum(axis=0))


def to_float01(I):
    """
    Bring grey values to 0 ... 1: the smallest becomes 0, the largest 1.

    Parameters
    ----------
    I : array_like
        A picture or volume of any real dtype, bool included.

    Returns
    -------
    ndarray of float, of the shape of ``I``
        ``(I - min) / (max - min)``; zeros if all values are equal.

    Examples
    --------
    >>> to_float01(np.uint8([[10, 20], [30, 110]]))
    array([[0. , 0.1],
           [0.2, 1. ]])
    """
    I = np.asarray(I).astype(float)  # first: differences of small integers wrap around
    low, high = I.min(), I.max()
    if low == high:
        return np.zeros(I.shape)
    return (I - low) / (high - low)


def magnified(I, zoom):
    """
    Show every pixel of a picture as a square of ``zoom`` by ``zoom`` pixels.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture.
    zoom : int
        At least 1.

    Returns
    -------
    ndarray of shape (zoom * R, zoom * C)
        Lines of the screen, from the top; pixel (r, c) of it is ``I[r // zoom, c // zoom]``.

    Examples
    --------
    >>> magnified([[1, 2, 3]], 2)
    array([[1, 1, 2, 2, 3, 3],
           [1, 1, 2, 2, 3, 3]])
    """
    height, width = np.shape(I)
    return np.array([[I[y // zoom][x // zoom] for x in range(zoom * width)] for y in range(zoom * height)])
