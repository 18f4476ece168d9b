"""
ITK's files of transforms, text (.txt, .tfm) and Matlab's version 4 (.mat, as ANTs writes them), for affine maps.

A file holds a kind, its parameters and its fixed parameters; here they become one homogeneous matrix, and back. ITK's
map goes from points of the fixed (static) image to points of the moving one, as ours does. Its world is another one:
``to_itk`` of `transforms` says which.
"""

import re

import numpy as np

from coursereg.io.paths import parsing

TEXT = (".txt", ".tfm")
FIRST = "#Insight Transform File V1.0"
WORLDS = "#coursereg frames:"  # begins a line that ITK passes over: the worlds of the static and the moving image
NAME = re.compile(r"(?P<kind>\w+?)_(?:double|float)_(?P<dim>\d)_(?P=dim)$")


def write_text(path, matrix, frames=None):
    """Write a homogeneous matrix, in ITK's world, as an AffineTransform about the origin; ``frames`` as a comment."""
    name, numbers, fixed = _parts(matrix)
    parameters, centre = (" ".join(repr(float(v)) for v in values) for values in (numbers, fixed))
    told = [] if frames is None else [f"{WORLDS} {' '.join(frames)}"]
    entry = ["#Transform 0", f"Transform: {name}", f"Parameters: {parameters}", f"FixedParameters: {centre}"]
    path.write_text("\n".join([FIRST, *told, *entry]) + "\n", encoding="ascii", newline="\n")


def write_mat(path, matrix):
    """Write the same in Matlab's version 4, as ITK and ANTs do."""
    from scipy.io import savemat

    name, numbers, fixed = _parts(matrix)
    savemat(path, {name: numbers, "fixed": fixed}, format="4", oned_as="column", appendmat=False)


def _parts(matrix):
    """Return the name, the parameters and the fixed parameters of an affine map."""
    dim = len(matrix) - 1
    numbers = np.concatenate([matrix[:dim, :dim].ravel(), matrix[:dim, dim]])
    return f"AffineTransform_double_{dim}_{dim}", numbers, np.zeros(dim)


def read_text(path):
    """
    Return the homogeneous matrix of a text file, and the words of its comment on the frames, None without one.

    Several transforms become one, the last of them comes first.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except UnicodeDecodeError:
        lines = []
    if not lines or not lines[0].startswith("#Insight Transform File"):
        msg = f'{path} is no transform of ITK: it must begin with "{FIRST}"'
        raise ValueError(msg)
    found, entry, frames = [], {}, None
    for line in lines:
        if line.startswith(WORLDS):
            frames = tuple(line.removeprefix(WORLDS).split())
        key, colon, value = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        if key.strip() == "Transform":
            entry = {"Parameters": [], "FixedParameters": []}
            found.append((value.strip(), entry))
        else:
            entry[key.strip()] = _numbers(path, value)
    found = [(name, e) for name, e in found if not name.startswith("CompositeTransform")]
    if not found:
        msg = f"{path} holds no transform"
        raise ValueError(msg)
    matrices = [_matrix(path, name, e["Parameters"], e["FixedParameters"]) for name, e in found]
    if len({len(m) for m in matrices}) > 1:
        msg = f"{path} mixes maps of 2-D and 3-D"
        raise ValueError(msg)
    whole = matrices[0]
    for matrix in matrices[1:]:  # the last one is applied first
        whole = whole @ matrix
    return whole, frames


def read_mat(path):
    """Return the homogeneous matrix of a file in Matlab's version 4."""
    from scipy.io import loadmat

    with parsing(path, " or no Matlab file"):
        held = loadmat(path, appendmat=False)
    names = [name for name in held if NAME.match(name)]
    if len(names) != 1 or "fixed" not in held:
        msg = f"{path} must hold one transform of ITK and its fixed parameters, it holds {', '.join(held) or 'nothing'}"
        raise ValueError(msg)
    return _matrix(path, names[0], np.ravel(held[names[0]]), np.ravel(held["fixed"]))


def _numbers(path, text):
    """Return the numbers of a line."""
    try:
        return [float(word) for word in text.split()]
    except ValueError:
        msg = f"{path} must hold numbers, got the line {text.strip()[:60]!r}"
        raise ValueError(msg) from None


def _matrix(path, name, numbers, fixed):
    """Return the homogeneous matrix of one transform."""
    match = NAME.match(name)
    kind, dim = (match["kind"], int(match["dim"])) if match else (name, 0)
    if (kind, dim) not in KINDS:
        known = ", ".join(sorted({k for k, _ in KINDS}))
        msg = f"{path} holds the transform {name!r}; those that can be read are {known}, in 2-D and 3-D"
        raise ValueError(msg)
    count, parts = KINDS[kind, dim]
    numbers, fixed = np.asarray(numbers, dtype=float), np.asarray(fixed, dtype=float)
    if len(numbers) != count or len(fixed) < (dim if kind not in WITHOUT_CENTRE else 0):
        msg = f"{path} must hold {count} parameters and a centre for {name}, got {len(numbers)} and {len(fixed)}"
        raise ValueError(msg)
    if not (np.isfinite(numbers).all() and np.isfinite(fixed).all()):
        msg = f"{path} holds parameters that are not finite: {numbers.tolist()}, {fixed.tolist()}"
        raise ValueError(msg)
    linear, shift = parts(numbers, fixed)
    centre = fixed[:dim] if kind not in WITHOUT_CENTRE else np.zeros(dim)
    out = np.eye(dim + 1)
    out[:dim, :dim], out[:dim, dim] = linear, shift + centre - linear @ centre
    return out


def _affine(dim):
    return lambda p, _: (p[: dim * dim].reshape(dim, dim), p[dim * dim :])


def _turn(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _euler_3d(p, fixed):
    """Turns about x, y and z, in the order Z X Y, or Z Y X where the fourth fixed parameter says so."""
    turns = []
    for axis, angle in enumerate(p[:3]):
        R, (a, b) = np.eye(3), [(1, 2), (2, 0), (0, 1)][axis]
        R[np.ix_([a, b], [a, b])] = _turn(angle)
        turns.append(R)
    x, y, z = turns
    return (z @ y @ x if len(fixed) > 3 and fixed[3] else z @ x @ y), p[3:]


def _versor(v):
    """Rotation of a unit quaternion's vector part."""
    x, y, z = v
    w = np.sqrt(max(0.0, 1 - v @ v))
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + 2 * w * cross + 2 * cross @ cross


WITHOUT_CENTRE = ("TranslationTransform", "IdentityTransform")
#: How many parameters each kind has, and its linear part and shift.
KINDS = {
    **{("AffineTransform", d): (d * d + d, _affine(d)) for d in (2, 3)},
    **{("MatrixOffsetTransformBase", d): (d * d + d, _affine(d)) for d in (2, 3)},
    **{("TranslationTransform", d): (d, lambda p, _: (np.eye(len(p)), p)) for d in (2, 3)},
    **{("ScaleTransform", d): (d, lambda p, _: (np.diag(p), np.zeros(len(p)))) for d in (2, 3)},
    ("IdentityTransform", 2): (0, lambda _, __: (np.eye(2), np.zeros(2))),
    ("IdentityTransform", 3): (0, lambda _, __: (np.eye(3), np.zeros(3))),
    ("Euler2DTransform", 2): (3, lambda p, _: (_turn(p[0]), p[1:])),
    ("Rigid2DTransform", 2): (3, lambda p, _: (_turn(p[0]), p[1:])),
    ("Similarity2DTransform", 2): (4, lambda p, _: (p[0] * _turn(p[1]), p[2:])),
    ("Euler3DTransform", 3): (6, _euler_3d),
    ("VersorTransform", 3): (3, lambda p, _: (_versor(p), np.zeros(3))),
    ("VersorRigid3DTransform", 3): (6, lambda p, _: (_versor(p[:3]), p[3:])),
    ("Similarity3DTransform", 3): (7, lambda p, _: (p[6] * _versor(p[:3]), p[3:6])),
}
