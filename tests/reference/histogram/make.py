"""
Run nipy and keep what it answers: ``python tests/reference/histogram/make.py`` (needs ``pip install nipy==0.6.1``).

Writes ``engine.npz``, ``measures.npz`` and ``transforms.npz`` beside this file; ``../store.py`` says how they are read.
Inputs are kept with the answers, so that the tests need neither nipy nor the same random stream.
"""

import sys
import warnings
from pathlib import Path

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from nipy.algorithms.registration import affine as nipy_affine
    from nipy.algorithms.registration import histogram_registration as nipy_histogram
    from nipy.algorithms.registration import similarity_measures as nipy_measures
    from nipy.algorithms.registration.chain_transform import ChainTransform
    from nipy.algorithms.registration.polyaffine import PolyAffine
    from nipy.core.image.image_spaces import make_xyz_image

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from store import Store  # noqa: E402

CLASSES = ("Rigid", "Similarity", "Affine", "Rigid2D", "Similarity2D", "Affine2D")
MEASURES = ("cc", "cr", "crl1", "mi", "nmi", "slr", "pmi", "dpmi")
nipy_histogram.VERBOSE = False


def main():
    """Make the three files."""
    engine().write(HERE / "engine.npz")
    measures().write(HERE / "measures.npz")
    transforms().write(HERE / "transforms.npz")


# the engine ----------------------------------------------------------------------------------------------------------


def volume(rng, shape, kind):
    """Draw a bumpy volume: integers of few or many levels, or floats."""
    i = np.indices(shape).reshape(3, -1).T / np.array(shape)
    centres = rng.random((6, 3))
    heights = rng.uniform(-1, 1, 6)
    bumps = (heights * np.exp(-((i[:, None] - centres) ** 2).sum(-1) / 0.08)).sum(-1).reshape(shape)
    bumps = bumps + 0.05 * rng.normal(size=shape)
    if kind == "float":
        return bumps
    top = {"few": 13, "byte": 200, "wide": 3000}[kind]
    scaled = (bumps - bumps.min()) / np.ptp(bumps) * top
    return scaled.astype({"few": np.int16, "byte": np.uint8, "wide": np.int16}[kind])


def affine(rng, zooms, angle):
    """Voxel-to-world matrix with the zooms, turned obliquely by ``angle``."""
    turn = nipy_affine.rotation_vec2mat(angle * rng.normal(size=3))
    out = np.eye(4)
    out[:3, :3] = turn * np.asarray(zooms)
    out[:3, 3] = rng.uniform(-4, 4, 3)
    return out


def around(static_affine, moving_affine, static_shape, moving_shape, vector):
    """A transform that brings the middles onto each other, then moves by ``vector`` about the static middle."""
    middle = [
        (a @ np.append((np.array(s) - 1) / 2, 1))[:3]
        for a, s in ((static_affine, static_shape), (moving_affine, moving_shape))
    ]
    move = nipy_affine.Affine(vector).as_affine()
    to_origin, back = np.eye(4), np.eye(4)
    to_origin[:3, 3], back[:3, 3] = -middle[0], middle[1]
    return back @ move @ to_origin


GEOMETRIES = {
    # name: static shape, zooms, obliqueness; moving shape, zooms, obliqueness; size of the random motion
    "plain": ((9, 11, 7), (1, 1, 1), 0, (8, 10, 9), (1, 1, 1), 0, 0.6),
    "oblique": ((9, 11, 7), (1.1, 0.9, 2.3), 0.4, (7, 9, 11), (1.7, 1.2, 1.1), 0.7, 1.0),
    "thin": ((13, 2, 5), (1, 1, 3), 0.2, (12, 3, 6), (1, 1.3, 2), 0.1, 0.4),
    "far": ((9, 8, 7), (1, 1, 1), 0.1, (8, 10, 9), (1.2, 1, 0.8), 0.1, 4.0),
}


def engine():
    """Joint histograms, values, derivatives, explore, clamp, ideal_spacing, smooth_image."""
    box, rng = Store(), np.random.default_rng(30)
    kinds = [("few", "few"), ("byte", "wide"), ("float", "float"), ("wide", "byte"), ("float", "few")]
    for g, name in enumerate(GEOMETRIES):
        for k in range(3):
            static_kind, moving_kind = kinds[(g + 2 * k) % len(kinds)]
            one_geometry(box, rng, GEOMETRIES[name], static_kind, moving_kind, k)
    whole_voxels(box, rng)
    helpers(box, rng)
    return box


def whole_voxels(box, rng):
    """Shifts by whole and half voxels, where floor and rounding meet ties, and shifts of nearly the whole volume."""
    images = {"static": volume(rng, (9, 11, 7), "few"), "moving": volume(rng, (8, 10, 9), "byte")}
    images |= {"static_affine": np.eye(4), "moving_affine": np.eye(4)}
    for shift in ((0, 0, 0), (1, -2, 0), (-3, 0, 2), (0.5, -0.5, 1.5), (0.25, 0, -0.75), (7.5, 0, 0), (-8.5, 9.5, 6)):
        matrix = np.eye(4)
        matrix[:3, 3] = shift
        for interp in ("pv", "tri"):
            setting = {"from_bins": 16, "to_bins": 12}
            made = run(images, setting, interp)
            made.eval(nipy_affine.Affine(matrix))
            table = made._joint_hist.copy()
            box.add("joint", **images, **setting, interp=interp, matrix=matrix, table=table)


def one_geometry(box, rng, geometry, static_kind, moving_kind, k):
    """One pair of images: plain, masked, subsampled; two motions each."""
    static_shape, static_zooms, static_turn, moving_shape, moving_zooms, moving_turn, size = geometry
    static, moving = volume(rng, static_shape, static_kind), volume(rng, moving_shape, moving_kind)
    static_affine, moving_affine = affine(rng, static_zooms, static_turn), affine(rng, moving_zooms, moving_turn)
    images = {"static": static, "static_affine": static_affine, "moving": moving, "moving_affine": moving_affine}
    masks = {"from_mask": rng.random(static_shape) > 0.3, "to_mask": rng.random(moving_shape) > 0.3}
    fov = {"spacing": [2, 1, 3], "corner": [1, 0, 1], "size": [s - 1 for s in static_shape]}
    settings = [
        {"from_bins": 16, "to_bins": 12},
        {"from_bins": 9, "to_bins": None, **masks},
        {"from_bins": 24, "to_bins": 20, "fov": fov},
    ]
    for setting in settings:
        vector = np.concatenate([size * rng.normal(size=3), 0.15 * rng.normal(size=3), 0.1 * rng.normal(size=6)])
        matrix = around(static_affine, moving_affine, static_shape, moving_shape, vector)
        for interp in ("pv", "tri"):
            made = run(images, setting, interp)
            made.eval(nipy_affine.Affine(matrix))
            table = made._joint_hist.copy()
            box.add("joint", **images, **setting, interp=interp, matrix=matrix, table=table)
    if k == 0:
        calculus(box, images, settings[0], matrix, rng)


def run(images, setting, interp, similarity="crl1", renormalize=False, dist=None):
    """Set nipy's engine up."""
    made = nipy_histogram.HistogramRegistration(
        make_xyz_image(images["static"], images["static_affine"], "scanner"),
        make_xyz_image(images["moving"], images["moving_affine"], "scanner"),
        from_bins=setting["from_bins"],
        to_bins=setting["to_bins"],
        from_mask=setting.get("from_mask"),
        to_mask=setting.get("to_mask"),
        similarity=similarity,
        interp=interp,
        renormalize=renormalize,
        dist=dist,
    )
    if "fov" in setting:
        made.set_fov(**setting["fov"])
    return made


def calculus(box, images, setting, matrix, rng):
    """Values of every similarity, explore, gradients and Hessians at one place."""
    shape = (setting["from_bins"], setting["to_bins"])
    for similarity in MEASURES:
        for renormalize in (False, True):
            dist = rng.dirichlet(np.ones(shape[0] * shape[1])).reshape(shape) if similarity == "slr" else None
            made = run(images, setting, "pv", similarity, renormalize, dist)
            value = np.float64(made.eval(nipy_affine.Affine(matrix)))
            extra = {"dist": dist} if similarity == "slr" else {}
            entry = {"similarity": similarity, "renormalize": renormalize, **extra}
            box.add("eval", **images, **setting, **entry, matrix=matrix, value=value[None])
    for similarity, interp, name in (("mi", "pv", "Rigid"), ("cc", "pv", "Affine"), ("crl1", "tri", "Similarity")):
        made = run(images, setting, interp, similarity)
        transform = getattr(nipy_affine, name)(matrix)
        start = transform.param.copy()
        small, large = (transform.param.size // 2, 4.0)
        axes = [[0, [-1.0, 0.0, 1.5]], [int(small), [-large, large]]]
        values, params = made.explore(transform, *axes)
        box.add(
            "calculus",
            **images,
            **setting,
            similarity=similarity,
            interp=interp,
            transform=name,
            param=start,
            axes=axes,
            values=values,
            params=np.asarray(params),
            gradient=made.eval_gradient(transform),
            wide_gradient=made.eval_gradient(transform, epsilon=1.0),
            hessian=made.eval_hessian(transform, epsilon=1.0),
            diagonal=made.eval_hessian(transform, epsilon=1.0, diag=True),
        )


def helpers(box, rng):
    """The functions beside the class."""
    arrays = [
        np.array([-3, 0, 2, 1], np.int16),
        np.linspace(0, 1, 11),
        np.array([0, 100, 255], np.uint8),
        np.full((2, 3), 7, np.int16),
        rng.normal(size=(4, 5, 3)),
        rng.integers(-500, 500, (4, 5, 3)).astype(np.int32),
        rng.integers(0, 40, (4, 5, 3)).astype(np.uint8),
        np.array([0.5, 1.5, 2.5, 3.5, 4.5, 0, 5]),  # half bins: rounded to even
    ]
    for x in arrays:
        for bins in (2, 4, 6, 10, 256):
            clamped, adjusted = nipy_histogram.clamp(x, bins)
            box.add("clamp", x=x, bins=bins, clamped=clamped, adjusted=int(adjusted))
    for x in arrays[4:7]:
        mask = rng.random(x.shape) > 0.4
        clamped, adjusted = nipy_histogram.clamp(x, 16, mask)
        box.add("clamp", x=x, bins=16, mask=mask, clamped=clamped, adjusted=int(adjusted))
    blocks = [np.zeros(s, np.int16) for s in ((10, 10, 5), (30, 5, 9), (7, 7, 7), (9, 10, 9), (1, 40, 2))]
    blocks.append(np.where(rng.random((12, 9, 10)) > 0.5, 3, -1).astype(np.int16))
    for block in blocks:
        for npoints in (1, 20, 100, 400, 10**6):
            spacing = np.asarray(nipy_histogram.ideal_spacing(block, npoints=npoints)).astype(np.int64)
            box.add("ideal_spacing", block=block, npoints=npoints, spacing=spacing)
    for zooms, turn, sigma in (((1, 1, 1), 0, 1.0), ((1.1, 0.9, 2.3), 0.4, 1.7), ((2, 2, 2), 0, 0.5)):
        data, matrix = volume(rng, (9, 8, 6), "float"), affine(rng, zooms, turn)
        box.add(
            "smooth", data=data, affine=matrix, sigma=sigma, smoothed=nipy_histogram.smooth_image(data, matrix, sigma)
        )
    data = volume(rng, (9, 8, 6), "wide")
    smoothed = nipy_histogram.smooth_image(data, np.eye(4), 1.5)
    box.add("smooth", data=data, affine=np.eye(4), sigma=1.5, smoothed=smoothed)


# measures ------------------------------------------------------------------------------------------------------------


def measures():
    """Every measure on tables of many kinds, with and without renormalize."""
    box, rng = Store(), np.random.default_rng(31)
    for name, table in tables(rng).items():
        dist = rng.dirichlet(np.ones(table.size)).reshape(table.shape)
        for measure in MEASURES:
            for renormalize in (False, True):
                shape = table.shape
                made = nipy_measures.similarity_measures[measure](
                    shape, renormalize, dist if measure == "slr" else None
                )
                with np.errstate(all="ignore"):
                    value = np.float64(made(table.copy()))
                extra = {"dist": dist} if measure == "slr" else {}
                entry = {"table_name": name, "table": table, "measure": measure, "renormalize": renormalize}
                box.add("measure", **entry, **extra, value=np.array([value]))
    return box


def tables(rng):
    """Name tables: random, sparse, diagonal, with constant rows and columns, rare and scaled ones."""
    normal = np.histogram2d(*rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 5000).T, bins=(14, 11))[0]
    sparse = np.where(rng.random((12, 12)) > 0.9, rng.integers(1, 50, (12, 12)), 0).astype(float)
    first_row, first_column = np.zeros((8, 9)), np.zeros((8, 9))
    first_row[3], first_column[:, 4] = rng.integers(0, 30, 9), rng.integers(1, 30, 8)
    one_cell = np.zeros((5, 6))
    one_cell[2, 3] = 40
    gaps = np.zeros((15, 15))
    gaps[::3, ::2] = rng.random((5, 8)) * 9
    return {
        "random weights": rng.random((9, 13)) * 7,
        "bivariate normal": normal,
        "sparse": sparse,
        "diagonal": np.diag(rng.integers(1, 60, 10)).astype(float),
        "falling diagonal": np.fliplr(np.diag(rng.integers(1, 60, 10))).astype(float),
        "uniform": np.full((7, 5), 3.0),
        "independent": np.outer(rng.integers(1, 9, 8), rng.integers(1, 9, 6)).astype(float),
        "one row (from is constant)": first_row,
        "one column (to is constant)": first_column,
        "one cell": one_cell,
        "shape 1 x 1": np.array([[12.0]]),
        "shape 1 x 5": rng.integers(1, 9, (1, 5)).astype(float),
        "shape 5 x 1": rng.integers(1, 9, (5, 1)).astype(float),
        "empty rows and columns": gaps,
        "tiny weights": rng.random((6, 6)) * 1e-9,
        "huge weights": rng.random((6, 6)) * 1e12,
        "less than one sample": rng.random((4, 4)) * 0.02,
        "parabola": np.array([[9.0 * (abs(j - (i - 3) ** 2) < 2) for j in range(10)] for i in range(7)]),
    }


# transforms ----------------------------------------------------------------------------------------------------------


def transforms():
    """Parameters and matrices of the six classes, decomposition, composition, inverse, and the other transforms."""
    box, rng = Store(), np.random.default_rng(32)
    for name in CLASSES:
        cls = getattr(nipy_affine, name)
        size = cls().param.size
        box.add("precond", name=name, precond=np.asarray(cls().precond, float))
        vectors = [
            np.zeros(size),
            *(scale * rng.normal(size=size) for scale in (1e-12, 1e-3, 1, 20, 60)),
            *(near_pi(rng, name, size) for _ in range(3)),
        ]
        for vector in vectors:
            made = cls()
            made.param = vector
            box.add("param", name=name, param=vector, matrix=made.as_affine())
    for name in CLASSES:
        cls = getattr(nipy_affine, name)
        for direct in (True, False):
            for _ in range(3):
                decomposed(box, rng, name, cls, direct)
    composed(box, rng)
    rotations(box, rng)
    others(box, rng)
    return box


def near_pi(rng, name, size):
    """Parameters whose rotation is within 1e-6 of half a turn."""
    vector = rng.normal(size=size)
    where = {"2": [2], "3": [3, 4, 5]}["2" if name.endswith("2D") else "3"]
    turn = rng.normal(size=len(where))
    vector[where] = turn / np.linalg.norm(turn) * (np.pi - 1e-6) * 100
    return vector


def decomposed(box, rng, name, cls, direct):
    """A matrix that belongs to the class, given as 4 x 4, and as 12 numbers."""
    vector = np.concatenate([10 * rng.normal(size=3), rng.normal(size=3), 0.3 * rng.normal(size=3), rng.normal(size=3)])
    if name.startswith(("Rigid", "Similarity")):
        vector[6:9] = 0 if name.startswith("Rigid") else vector[6]
        vector[9:] = 0
    if name.endswith("2D"):
        vector[[2, 3, 4, 8, 9, 10]] = 0
        if name == "Similarity2D":
            vector[8] = vector[6]
    made = cls(vector)
    matrix = made.as_affine()
    if not direct:
        matrix[:3, :3] *= -1
    again = cls(matrix)
    entry = {"name": name, "vector": vector, "given": matrix, "is_direct": bool(again.is_direct)}
    box.add("decompose", **entry, from_vector=made.param, matrix=again.as_affine(), param=again.param)


def composed(box, rng):
    """``self.compose(other)`` where nipy can, and inverses."""
    for first in CLASSES:
        for second in CLASSES:
            a, b = getattr(nipy_affine, first)(), getattr(nipy_affine, second)()
            a.param, b.param = 5 * rng.normal(size=a.param.size), 5 * rng.normal(size=b.param.size)
            try:
                made = a.compose(b)
            except AttributeError:  # nipy's typo: a larger class after a smaller one
                continue
            kept = {"first": first, "second": second, "first_param": a.param, "second_param": b.param}
            box.add("compose", **kept, matrix=made.as_affine(), result=type(made).__name__)
    for name in CLASSES:
        a = getattr(nipy_affine, name)()
        a.param = 20 * rng.normal(size=a.param.size)
        points = 30 * rng.normal(size=(2, 4, 3))
        box.add("inverse", name=name, param=a.param, matrix=a.inv().as_affine(), points=points, moved=a.apply(points))


def rotations(box, rng):
    """Rotation vectors and matrices; vectors of other lengths."""
    for size in (0, 1e-31, 1e-12, 1e-5, 0.3, 2, np.pi - 1e-7, np.pi, 4, 20):
        r = rng.normal(size=3)
        r *= size / np.linalg.norm(r)
        matrix = nipy_affine.rotation_vec2mat(r)
        box.add("rotation", vector=r, matrix=matrix, again=np.asarray(nipy_affine.rotation_mat2vec(matrix)))
    for count in (6, 7, 12):
        vector = rng.normal(size=count)
        box.add("matrix44", vector=vector, matrix=nipy_affine.to_matrix44(vector))
    for radius in (1, 100, 60.0):
        box.add("preconditioner", radius=radius, values=np.asarray(nipy_affine.preconditioner(radius), float))
    for slices in ([[0, 9, 1], [2, 9, 3], [1, 8, 2]], [[1.0, 50.0, 2.0], [0, 4, 1], [5, 9, 2]]):
        matrix = affine(rng, (1, 2, 3), 0.3)
        cut = [slice(*s) for s in slices]
        box.add("slices", slices=slices, affine=matrix, matrix=nipy_affine.slices2aff(cut))
        if all(float(v).is_integer() for s in slices for v in s):
            box.add("subgrid", slices=slices, affine=matrix, matrix=nipy_affine.subgrid_affine(matrix, cut))


def others(box, rng):
    """ChainTransform and PolyAffine on points."""
    points = 20 * rng.normal(size=(12, 3))
    for pre, post in ((False, False), (True, False), (False, True), (True, True)):
        vectors = [np.concatenate([5 * rng.normal(size=3), 0.3 * rng.normal(size=9)]) for _ in range(3)]
        inner, before, after = (nipy_affine.Affine(v) for v in vectors)
        chain = ChainTransform(inner, before if pre else None, after if post else None)
        kept = {"inner": inner.as_affine(), "pre": before.as_affine(), "post": after.as_affine()}
        box.add(
            "chain", use_pre=pre, use_post=post, **kept, param=chain.param, points=points, moved=chain.apply(points)
        )
    for use_global in (False, True):
        for sigma in (8.0, [5.0, 9.0, 14.0]):
            centres = 20 * rng.normal(size=(4, 3))
            affines = [
                nipy_affine.Affine(np.concatenate([3 * rng.normal(size=3), 0.2 * rng.normal(size=9)])) for _ in range(4)
            ]
            whole = nipy_affine.Affine(np.concatenate([3 * rng.normal(size=3), 0.2 * rng.normal(size=9)]))
            made = PolyAffine(centres, affines, sigma, glob_affine=whole if use_global else None)
            other = nipy_affine.Affine(np.concatenate([3 * rng.normal(size=3), 0.2 * rng.normal(size=9)]))
            box.add(
                "polyaffine",
                centres=centres,
                affines=np.array([a.as_affine() for a in affines]),
                sigma=sigma,
                use_global=use_global,
                whole=whole.as_affine(),
                other=other.as_affine(),
                points=points,
                moved=made.apply(points),
                composed=made.compose(other).apply(points),
                left_composed=made.left_compose(other).apply(points),
            )


if __name__ == "__main__":
    main()
