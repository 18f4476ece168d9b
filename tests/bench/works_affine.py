"""`register_affine` and `AffineRegistration` beside DIPY, ANTs, greedy and SimpleITK."""

import itertools
import warnings
from functools import cache, partial

import numpy as np

import coursereg
from bench import affine_peers as peers
from bench.brains import brains, dice, why_not_1mm
from bench.fields import Template, error, grid, mean_error, moved_pair, rigid, stretched
from bench.harness import Sides, Work
from bench.memory import of_registration
from coursereg._jit import WORTH, threads

TITLE = "Affine registration"
ABOUT = """\
`register_affine` with its defaults, beside other programs' affine registrations on the same arrays. The two brains are
the ICBM 152 template and Colin27. Their tissues are labelled, grey matter and white: the template's from the maps that
belong to it, Colin27's from grey levels alone, so that the figures serve to compare programs and say nothing else. The
mean Dice of both tissues is taken on the static image's grid; a voxel of the moved tissue counts with its interpolated
part, and what is shown is 1 - Dice. We chose this Dice after a look at others: it hardly depends on the grid and on
the places of the samples. When the moved tissue is cut at one half, these add 0.001, and greedy was ahead of coursereg
by 0.001 in one direction, ANTs and SimpleITK in the other, by 0.001 to 0.002. Known motions move the template's
spline; their error is the mean over the brain. A start is found if that error is below 0.1 voxel, or, for Colin27,
which has no true motion, if the map is on the mean less than 0.5 voxel from the one that is found when the images
are not turned against each other. Memory is the peak of a process, above what it held before there were images, beside
the size of both images, which are included; the images are the two brains, as they are, and with twice as many samples
along each axis."""
VOXELS, LARGEST = "voxels, mean error", "voxels, largest error"
NOT_DICE = "1 - Dice"
MISSED = "of 50 not found"

# a pair of brains ----------------------------------------------------------------------------------------------------


def _ours(static, moving, **settings):
    return lambda: coursereg.register_affine(static, moving, **settings).matrix


def _two_brains(peer, mm, swap):
    static, moving = brains(mm)[:: -1 if swap else 1]
    pair = [(brain.data, brain.affine) for brain in (static, moving)]
    return Sides(peer(*pair), _ours(*pair), lambda matrix: 1 - dice(matrix, static, moving))


PEERS = {  # function, least ratio, rounds, settings
    "picsl_greedy": (peers.greedy, 10, 3, "NCC in windows of 9 voxels, 100x70x25 iterations, 12 degrees of freedom"),
    "antspyx": (peers.ants, 10, 3, "type_of_transform='Affine', aff_metric='mattes'"),
    "SimpleITK": (
        peers.itk,
        None,
        3,
        "Mattes MI of 32 bins on 20 % of the voxels, rigid and then affine, three levels",
    ),
    "dipy": (peers.dipy, 200, 1, "affine_registration, center_of_mass, rigid, affine"),
}
SHORT_NAMES = {"picsl_greedy": "greedy", "antspyx": "ANTs", "SimpleITK": "SimpleITK", "dipy": "DIPY"}


def _beside_each(mm):
    """One work for each peer and direction."""
    return [
        Work(
            f"{'template to Colin27' if swap else 'Colin27 to template'}, {mm} mm, beside {SHORT_NAMES[name]}",
            name,
            partial(_two_brains, peer, mm, swap),
            NOT_DICE,
            faster,
            rounds=rounds if mm == 2 else 1,
            peer_note=note,
            no_worse=True,
        )
        for name, (peer, faster, rounds, note) in PEERS.items()
        for swap in (False, True)
    ]


# known motions of the template ---------------------------------------------------------------------------------------

SIGNS = (-1, 1)
MOTIONS = [  # degrees about each axis, shift in voxels, scales
    *((tuple(25 * sign * axis), (0, 0, 0), (1, 1, 1)) for axis in np.eye(3) for sign in SIGNS),
    *(((0, 0, 0), tuple(8 * axis), (1, 1, 1)) for axis in np.eye(3)),
    ((0, 0, 0), (0, 0, 0), (0.9, 0.9, 0.9)),
    ((0, 0, 0), (0, 0, 0), (1.1, 1.1, 1.1)),
    ((0, 0, 0), (0, 0, 0), (1.1, 0.9, 1)),
    ((0, 0, -25), (0, -8, 0), (1.1, 0.9, 1)),
    ((10, -10, 15), (4, 4, -8), (0.9, 1.1, 1.1)),
    ((-20, 15, 5), (-5, 2, 4), (0.95, 0.95, 1.1)),
]
MIXED = 13  # the one to show others
BRAIN = 40  # grey levels; more is brain


def _plain(image):
    return image


def _root(image):
    return np.sqrt(image / 255) * 255


def _inverted(image):
    return 255 - image


@cache
def _template():
    return Template()


def _motion(degrees, shift, scales):
    middle = (np.array(_template().shape) - 1) / 2
    return rigid(shift, degrees, middle) @ stretched(scales, middle)


@cache
def _moved(degrees, shift, scales):
    """Return the template, moved, in single precision: many of them are kept."""
    inverse = np.linalg.inv(_motion(degrees, shift, scales))
    points = grid(_template().shape)
    return np.clip(_template()(points @ inverse[:3, :3].T + inverse[:3, 3]), 0, 255).astype(np.float32)


def _cases(motions, contrasts=(_plain,), noise=0.0):
    """Return static, moving and true motion for each; contrasts take turns."""
    affine, rng, out = _template().affine, np.random.default_rng(3), []
    for motion, contrast in zip(motions, itertools.cycle(contrasts), strict=False):
        images = [_template().data.astype(np.float32), contrast(_moved(*motion))]
        if noise:
            images = [(image + noise * rng.normal(size=image.shape)).astype(np.float32) for image in images]
        out.append((*((image, affine) for image in images), _motion(*motion)))
    return out


def _off(matrix, truth):
    """Return the mean error of a matrix of the world, over the brain, in voxels."""
    affine = _template().affine
    return mean_error(np.linalg.inv(affine) @ matrix @ affine, truth, _template().data > BRAIN)


def _known(contrast=_plain, noise=0.0):
    cases = _cases(MOTIONS, (contrast,), noise)

    def run():
        return [coursereg.register_affine(static, moving).matrix for static, moving, _ in cases]

    return Sides(None, run, lambda found: max(_off(m, case[2]) for m, case in zip(found, cases, strict=True)))


def _known_beside(peer):
    ((static, moving, truth),) = _cases(MOTIONS[MIXED : MIXED + 1])
    return Sides(peer(static, moving), _ours(static, moving), lambda matrix: _off(matrix, truth))


# random starts -------------------------------------------------------------------------------------------------------

STARTS, SHIFT = 50, 15  # voxels of 2 mm
FOUND, SAME = 0.1, 0.5  # voxels


def _starts(limit):
    rng = np.random.default_rng(7)
    draws = [
        (rng.uniform(-limit, limit, 3), rng.uniform(-SHIFT, SHIFT, 3), rng.uniform(0.9, 1.1, 3)) for _ in range(50)
    ]
    cases = _cases([tuple(map(tuple, draw)) for draw in draws], (_plain, _root))

    def run():
        return [coursereg.register_affine(*case[:2], wide=limit > 30).matrix for case in cases]

    def missed(found):
        return sum(not _off(matrix, case[2]) < FOUND for matrix, case in zip(found, cases, strict=True))

    return Sides(None, run, missed)


def _turned_worlds(limit):
    """Turn the world of Colin27, and keep its voxels: nothing leaves the picture."""
    template, colin = brains(2)
    middle = colin.affine[:3, :3] @ (np.array(colin.data.shape) - 1) / 2 + colin.affine[:3, 3]
    rng = np.random.default_rng(8)
    worlds = [rigid(rng.uniform(-30, 30, 3), rng.uniform(-limit, limit, 3), middle) for _ in range(STARTS)]
    static = template.data, template.affine
    truth = coursereg.register_affine(static, (colin.data, colin.affine)).matrix

    def run():
        found = (coursereg.register_affine(static, (colin.data, w @ colin.affine), wide=limit > 30) for w in worlds)
        return [result.matrix for result in found]

    def missed(found):
        back = (np.linalg.inv(world) @ matrix for world, matrix in zip(worlds, found, strict=True))
        into = np.linalg.inv(colin.affine)
        inside = template.data > BRAIN
        off = [mean_error(into @ m @ template.affine, into @ truth @ template.affine, inside) for m in back]
        return sum(not value < SAME for value in off)

    return Sides(None, run, missed)


# the levels of DIPY's class ------------------------------------------------------------------------------------------


def _levels(kind):
    """Prepare both classes of that name with dense mutual information and DIPY's defaults, on voxels of 4 mm."""
    template = _template()
    shape = tuple(n // 2 for n in template.shape)
    truth = rigid((1.3, -0.8, 0.6), (4, -3, 5), (np.array(shape) - 1) / 2)
    static, moving = moved_pair(lambda points: template(2 * points), shape, truth)
    settings = {"level_iters": [10000, 1000, 100], "sigmas": [3, 1, 0], "factors": [4, 2, 1]}
    ours = coursereg.AffineRegistration(coursereg.MutualInformationMetric(32, None), **settings, verbosity=0)

    def run_ours():
        return ours.optimize(static, moving, kind, starting_affine="mass").affine

    def run_theirs():
        from dipy.align import imaffine, transforms

        theirs = imaffine.AffineRegistration(
            metric=imaffine.MutualInformationMetric(nbins=32, sampling_proportion=None), **settings, verbosity=0
        )
        transform = {"rigid": transforms.RigidTransform3D, "affine": transforms.AffineTransform3D}[kind]()
        with warnings.catch_warnings(), peers.silence():
            warnings.simplefilter("ignore")
            return theirs.optimize(static, moving, transform, None, np.eye(4), np.eye(4), starting_affine="mass").affine

    return Sides(run_theirs, run_ours, lambda matrix: error(matrix, truth, shape))


# memory and threads --------------------------------------------------------------------------------------------------


def _memory(dtype, times):
    return Sides(None, partial(of_registration, dtype, times), lambda ratio: ratio)


def _threads():
    template, colin = brains(2)
    register = _ours((template.data, template.affine), (colin.data, colin.affine))

    def on(count):
        with threads(count, WORTH):
            return register()

    wanted = on(1)
    return Sides(partial(on, 1), partial(on, 2), lambda matrix: np.count_nonzero(matrix != wanted))


WITHIN, INVERTED = 0.03, 0.05  # voxels
LEFT_OUT = [reason] if (reason := why_not_1mm()) else []
WORKS = [
    *_beside_each(2),
    *([] if LEFT_OUT else _beside_each(1)),
    *(
        Work(
            f"template, turned, shifted and stretched, beside {SHORT_NAMES[name]}",
            name,
            partial(_known_beside, PEERS[name][0]),
            VOXELS,
            within=WITHIN,
            rounds=PEERS[name][2],
            peer_note=PEERS[name][3],
        )
        for name in ("antspyx", "dipy")
    ),
    *(
        Work(
            f"{len(MOTIONS)} known motions, {what}: the worst",
            "",
            partial(_known, **how),
            VOXELS,
            within=at_most,
            rounds=1,
        )
        for what, how, at_most in (
            ("same contrast", {}, WITHIN),
            ("square root", {"contrast": _root}, WITHIN),
            ("inverted", {"contrast": _inverted}, INVERTED),
            ("noise of 8 grey levels", {"noise": 8.0}, WITHIN),
        )
    ),
    Work("50 starts, 30 degrees, 30 mm, template", "", partial(_starts, 30), MISSED, within=0, rounds=1),
    Work("50 starts, 90 degrees, 30 mm, template, wide", "", partial(_starts, 90), MISSED, within=0, rounds=1),
    Work("50 starts, 30 degrees, 30 mm, Colin27", "", partial(_turned_worlds, 30), MISSED, within=0, rounds=1),
    Work("50 starts, 90 degrees, 30 mm, Colin27, wide", "", partial(_turned_worlds, 90), MISSED, within=0, rounds=1),
    *(
        Work(f"AffineRegistration, {kind}, dense, template of 4 mm", "dipy", partial(_levels, kind), LARGEST, rounds=3)
        for kind in ("rigid", "affine")
    ),
    *(
        Work(
            f"memory, {size}, {what}",
            "",
            partial(_memory, dtype, times),
            "times both images",
            within=6,
            rounds=1,
        )
        for size, times in (("2 mm", 1), ("twice as many samples along each axis", 2))
        for what, dtype in (("float32", np.float32), ("uint8", np.uint8))
    ),
    Work("Colin27 to template, 2 mm: 2 threads beside 1", "coursereg", _threads, "numbers that differ", 0.9, 0, 15),
]
