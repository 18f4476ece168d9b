"""The page of an affine registration: `affine_page`."""

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from coursereg.report import curve, pictures, words
from coursereg.report.planes import planes
from coursereg.space.affine_map import AffineMap

TEMPLATES = Path(__file__).parent / "templates"
PROGRAMS = ("numpy", "scipy", "numba", "nibabel", "pillow")
LITTLE = 0.6  # overlap
LARGE = 1.3  # change of a length
LARGER = 1.5  # times the size of the other object
THIN = 2**17  # samples


def affine_page(alignment, command=""):
    """
    One self-contained HTML page that shows an affine registration.

    Parameters
    ----------
    alignment : coursereg.pipelines.Alignment
    command : str
        What was typed, so that it can be repeated.

    Returns
    -------
    page : str
        HTML: no script, nothing from the network, every text escaped.
    cautions : list of str
        What should make a reader look twice, though the search itself ended well; it is on the page, too.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = context(alignment, command)
    return made.get_template("affine.html").render(**shown), shown["cautions"]


def context(alignment, command):
    """Return what the page shows."""
    a, b, result = alignment.static, alignment.moving, alignment.result
    motion = words.motion_of(result.matrix, _centre(a))
    walk = curve.replay(result, (a.data, a.affine), (b.data, b.affine))
    larger = radius(b) / radius(a) * abs(motion.size) ** (1 / a.data.ndim)
    drawn, told = curve.svg(walk)
    mean, most = words.travel(result.matrix, a.data.shape, a.affine)
    return {
        "static": a.path.name,
        "moving": b.path.name,
        "success": result.success,
        "reason": result.reason,
        "cautions": cautions(result.overlap, motion, walk, larger),
        "notes": alignment.notes,
        "facts": facts(alignment, walk),
        "motion": [*words.in_words(motion, a.frame), ("Points travel", _far(mean, most, words.UNITS[a.frame]))],
        "matrix": [[f"{v:>12.6g}" for v in row] for row in result.matrix],
        "world": a.frame,
        "rows": rows_of_pictures(alignment),
        "curve": drawn,
        "curve_told": told,
        "size": (curve.WIDTH, curve.HEIGHT),
        "stages": [_stage(s, steps) for s, (_, steps) in zip(result.stages, walk.stages, strict=True)],
        "images": [_image(kind, f) for kind, f in (("static", a), ("moving", b))],
        "files": [path.name for path in alignment.files.values()],
        "aligned": alignment.files["aligned"].name,
        "flat": a.data.ndim == 2,
        "command": command,
        "versions": versions(),
        "made_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def cautions(overlap, motion, walk, larger):
    """
    Return what should make a reader look twice, though the search itself ended well.

    ``larger`` is how many times as large as the static object the moving one is, after the map.
    """
    out = []
    if walk.after < walk.before:
        out.append(
            f"The images were more alike before: {walk.before:.3f} nats of mutual information, now {walk.after:.3f}."
        )
    if np.isfinite(overlap) and overlap < LITTLE:
        out.append(f"Only {overlap:.0%} of the samples of one image lie in the other one.")
    if motion.size < 0:
        out.append("The moving image was mirrored: right and left changed places.")
    if max(motion.scales.max(), 1 / motion.scales.min()) > LARGE:
        out.append(f"Lengths changed much: {', '.join(f'{s:.2f}' for s in motion.scales)} times along the axes.")
    if np.isfinite(larger) and max(larger, 1 / larger) > LARGER:
        out.append(
            f"What is bright in the moving image is {larger:.1f} times as large as in the static one, still after the "
            "map: is the spacing of both files right?"
        )
    return out


def radius(image):
    """Return how far, root mean square, what is bright lies from its middle, in world units; nan if nothing is."""
    step = max(1, round((image.data.size / THIN) ** (1 / image.data.ndim)))
    thin = np.nan_to_num(image.data[(slice(None, None, step),) * image.data.ndim].astype(float), posinf=0, neginf=0)
    light = np.clip(thin - np.median(thin), 0, None)
    if not light.any():
        return float("nan")
    points = step * np.indices(thin.shape).reshape(thin.ndim, -1).T @ image.affine[:-1, :-1].T
    away = points - np.average(points, axis=0, weights=light.ravel())
    return float(np.sqrt(np.average((away**2).sum(axis=1), weights=light.ravel())))


def facts(alignment, walk):
    """Return lines (what, value) about the search."""
    result = alignment.result
    return [
        ("Mutual information before", f"{walk.before:.4f} nats (the images where their files say they are)"),
        ("Mutual information after", f"{walk.after:.4f} nats (same measure, same samples)"),
        ("Overlap", f"{result.overlap:.1%}" if np.isfinite(result.overlap) else "not known"),
        ("Evaluations", f"{sum(s.evaluations for s in result.stages)} in {len(result.stages)} stages"),
        ("Time of the search", f"{result.seconds:.2f} s"),
    ]


def rows_of_pictures(alignment):
    """Return the rows of pictures: title, explanation, and pictures before and after."""
    cuts = Cuts(alignment.static, alignment.moving, alignment.result.map)
    plain = [
        ("static", cuts.static),
        ("moving, before", cuts.moving["before"]),
        ("moving, after", cuts.moving["after"]),
    ]
    rows = [
        {
            "title": "The images",
            "told": "The moving image before, where its file says it is, and after, moved onto the static one.",
            "groups": [
                (name, [_grey(name, *pair) for pair in zip(cuts.planes, images, strict=True)]) for name, images in plain
            ],
        }
    ]
    kinds = (("Checkerboard", CHECKERBOARD), ("Outlines", OUTLINES), ("Difference", DIFFERENCE))
    for title, told in kinds:
        groups = []
        for when in ("before", "after"):
            shown = [_comparison(title, when, cuts, k) for k in range(len(cuts.planes))]
            groups.append((when, shown))
        rows.append({"title": title, "told": told, "groups": groups})
    return rows


class Cuts:
    """Planes of both images, before and after; only these are resampled, however large the images are."""

    def __init__(self, static, moving, found):
        self.planes = planes(static.data, static.affine, static.frame)
        values = np.nan_to_num(moving.data.astype(float), posinf=0, neginf=0)
        maps = {"before": np.eye(len(found.affine)), "after": found.affine}
        cut = {when: [_pulled(values, moving.affine, matrix, p) for p in self.planes] for when, matrix in maps.items()}
        self.known = {when: [_covered(moving, matrix, p) for p in self.planes] for when, matrix in maps.items()}
        self.static = pictures.grey([p.flat(static.data[p.index]) for p in self.planes])
        both = pictures.grey(cut["before"] + cut["after"])
        self.moving = {"before": both[: len(self.planes)], "after": both[len(self.planes) :]}
        exchange = pictures.expected(*(_joined(x) for x in (self.static, self.moving["after"], self.known["after"])))
        self.likened = {when: [exchange(image) for image in images] for when, images in self.moving.items()}
        self.apart = {w: [a - b for a, b in zip(self.static, self.likened[w], strict=True)] for w in self.likened}
        self.most = max(*(float(np.percentile(np.abs(_joined(images)), 99)) for images in self.apart.values()), 8.0)
        self.levels = pictures.outline_levels(_joined(self.moving["after"]))


def _joined(planes_):
    """Return all samples of some planes."""
    return np.concatenate([np.ravel(image) for image in planes_])


def _pulled(values, affine, matrix, plane):
    """Return the plane of a moved image."""
    grid = {"sampling_grid_shape": plane.shape, "sampling_grid2world": plane.grid2world}
    return plane.flat(AffineMap(matrix).transform(values, image_grid2world=affine, **grid))


def _covered(moving, matrix, plane):
    """Return where in a plane the moving image is known."""
    chain = np.linalg.solve(moving.affine, matrix @ plane.grid2world)
    dim = len(chain) - 1
    at = chain[:dim, :dim] @ np.indices(plane.shape).reshape(dim, -1) + chain[:dim, dim:]
    inside = ((at >= -0.5) & (at <= np.array(moving.data.shape)[:, None] - 0.5)).all(axis=0)
    return plane.flat(inside.reshape(plane.shape))


def _comparison(title, when, cuts, k):
    """Return a plane and its picture of both images."""
    static, other, known, plane = cuts.static[k], cuts.moving[when][k], cuts.known[when][k], cuts.planes[k]
    if title == "Checkerboard":
        pixels = pictures.mixed(static, other, plane.size)
    elif title == "Outlines":
        pixels = pictures.outlined(static, other, plane.size, cuts.levels)
    else:
        pixels = pictures.signed(cuts.apart[when][k], known, plane.size, cuts.most)
    r = pictures.alike(static, cuts.likened[when][k], known)
    where = f", {plane.where}" if plane.where else ""
    how = "no overlap, or nothing to compare here" if np.isnan(r) else f"correlation in this plane {r:.2f}"
    return plane, pictures.shown(
        pixels, f"{title}, {plane.name}{where}, {when}: {how}, after grey values were matched."
    )


CHECKERBOARD = "Tiles of both images in turn, static first: where they are aligned, edges run on across the tiles."
OUTLINES = (
    "The static image, with lines where the moving one crosses two grey values: orange around the object, yellow "
    "around its bright parts. Lines should lie on edges."
)
DIFFERENCE = (
    "Static minus moving, after each grey value of the moving image was exchanged for the mean of the static image "
    "there, so that it shows shapes and not the contrast of two kinds of scan. Orange: static is brighter; blue: it is "
    "darker; white: no difference; grey: outside the moving image."
)


def _grey(name, plane, image):
    """Return a plane and its picture in grey."""
    where = f", {plane.where}" if plane.where else ""
    return plane, pictures.shown(pictures.enlarged(image, plane.size), f"{plane.name}{where}: {name}.")


def _centre(image):
    """Return the middle of an image in its world."""
    middle = (np.array(image.data.shape) - 1) / 2
    return image.affine[:-1, :-1] @ middle + image.affine[:-1, -1]


def _far(mean, most, unit):
    """Return how far points travel."""
    return f"{mean:.2f} {unit} in the mean over the static image, {most:.2f} {unit} at most"


def _stage(stage, steps):
    """Return a row of the table of stages."""
    return {
        "name": stage.name,
        "voxel": f"{stage.voxel:.3g}",
        "samples": stage.samples,
        "evaluations": stage.evaluations,
        "steps": len(steps),
        "similarity": f"{stage.similarity:.4f}",
        "measured": f"{steps[-1]:.4f}" if steps else "–",
        "overlap": f"{stage.overlap:.1%}" if np.isfinite(stage.overlap) else "–",
        "seconds": f"{stage.seconds:.3f}",
        "reason": stage.reason,
    }


def _image(kind, image):
    """Return a row of the table of images."""
    spacing = np.linalg.norm(image.affine[:-1, :-1], axis=0)
    return {
        "kind": kind,
        "name": image.path.name,
        "shape": " x ".join(str(n) for n in image.data.shape),
        "spacing": " x ".join(f"{s:.4g}" for s in spacing) + f" {words.UNITS[image.frame]}",
        "dtype": str(image.data.dtype),
    }


def versions():
    """Return the versions of what took part."""
    from coursereg import __version__

    found = [
        f"coursereg {__version__}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.machine()}",
    ]
    for name in PROGRAMS:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # a copy without its metadata
            found.append(name)
    return found
