"""
The fast way to an affine map: a start, then down the pyramid, then a last stage that samples both images.

1. The centres of mass are laid onto each other, and many turns and shifts are ranked on the smallest images. The best
   four, and the unturned one, are followed for a few steps. If noise leaves two in doubt, both go all the way.
2. On the smallest images, each kind of transform of the pipeline in turn; on the next ones, the last kind.
3. On the largest ones, the last kind again. Both images are sampled, all over and in their interior, with few bins.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from coursereg.engines.affine import start
from coursereg.engines.affine.climb import Model, climb
from coursereg.engines.affine.information import Level, View
from coursereg.engines.affine.interior import interior
from coursereg.engines.affine.pyramid import pyramids
from coursereg.space.parametric import as_kind

COARSE, COARSE_SAMPLES = (16, 24), 20_000
MIDDLE, MIDDLE_SAMPLES = (32, 32), 60_000
LAST, LAST_SAMPLES = (12, 20), 30_000
TRIED = 4
RIVAL = 0.8  # of what the best start is worth, above chance: what is worth as much is followed to the end, too
APART = 2.0  # voxels of the smallest images, between the maps of two starts that are not one


@dataclass
class Stage:
    """What one search did."""

    name: str
    voxel: float
    samples: int
    evaluations: int
    similarity: float
    overlap: float
    chance: float  # the similarity that is expected of unrelated images
    seconds: float
    reason: str
    converged: bool
    matrices: list = field(default_factory=list, repr=False)  # at the start, and after each step
    trace: list = field(default_factory=list, repr=False)  # (parameters, similarity) there


@dataclass
class Run:
    """The map from the static to the moving world, and how it came about."""

    matrix: np.ndarray
    stages: list
    complete: bool  # False if there was no time for all stages
    theta: np.ndarray | None = None  # of the last kind, whose map came after that of the kinds before


class Search:
    """One registration of two volumes."""

    def __init__(self, static, moving, seed=0, deadline=None, told=None):
        self.rng, self.deadline, self.told = np.random.default_rng(seed), deadline, told
        self.planes = static.planes
        self.low, self.high = pyramids(static, moving)
        self.centre, self.radius = start.centre_of_mass(self.low[0])
        self.target, self.moving_radius = start.centre_of_mass(self.high[0])
        for name, radius in (("static", self.radius), ("moving", self.moving_radius)):
            if not radius > 0:
                msg = f"{name} must be known at more places: all that is above its lowest grey value is one sample"
                raise ValueError(msg)

    def stages_to_come(self, kinds):
        """Return how many stages there will be."""
        return len(kinds) + max(len(self.low) - 2, 0) + 1 if kinds else 0

    def run(self, kinds, T=None, turns=True, wide=False):  # noqa: N803
        """Search each of these kinds in turn, from T (by default the centres of mass), turned first if `turns`."""
        level = Level(View(self.low[0], self.high[0], COARSE, COARSE_SAMPLES, self.rng))
        if T is None:
            T = np.eye(4)
            T[:3, 3] = self.target - self.centre
        if not kinds:
            return Run(T, [], True)
        starts = [T]
        if turns and kinds[0] != "translation":
            starts = self._best_turns(level, T, wide, any("scaling" in kind or kind == "affine" for kind in kinds))
        levels = [level]
        runs = [self._descent(kinds, levels, starts[0])]
        self.told = None  # how many will be followed was not known
        runs += [self._descent(kinds, levels, one) for one in starts[1:] if not self._late()]
        return max(runs, key=lambda run: (run.complete, run.stages[-1].similarity if run.stages else -np.inf))

    def _descent(self, kinds, levels, T):  # noqa: N803
        """Search from one start down the pyramid; levels are made where they are not there yet."""
        stages = []
        for kind in kinds:
            model, x = self._model(kind, T), None
            x, T = self._stage(stages, kind, levels[0], model, x, 20, 0.1, 1e-5)
        for k in range(1, len(self.low) - 1):
            if len(levels) == k:
                levels.append(Level(View(self.low[k], self.high[k], MIDDLE, MIDDLE_SAMPLES, self.rng)))
            x, T = self._stage(stages, kinds[-1], levels[k], model, x, 15, 0.05, 1e-5)
        if len(levels) == max(len(self.low) - 1, 1):
            levels.append(self._both())
        x, T = self._stage(stages, f"{kinds[-1]}, both images", levels[-1], model, x, 20, 0.01, 1e-6)
        return Run(T, stages, len(stages) == self.stages_to_come(kinds), model.theta(x))

    def _late(self):
        return self.deadline is not None and time.monotonic() > self.deadline

    def _model(self, kind, T):  # noqa: N803
        dim = 3 - self.planes
        centre = (T @ np.append(self.centre, 1))[self.planes : 3]
        return Model(as_kind(kind, dim), T, centre, self.radius)

    def _best_turns(self, level, T, wide, sizes):  # noqa: N803
        """Return one start, or two, if the smallest images do not tell clearly which one is better."""
        turned = start.turned(T, self.centre, self.planes, wide)
        many = [turned, start.shifted(T, self.low[0])]
        ratio = self.moving_radius / self.radius
        if sizes and max(ratio, 1 / ratio) > start.OTHER_SIZE:
            many.append(start.scaled(turned, self.centre, ratio, self.planes))
        starts, _ = start.ranked(level.views[0], np.concatenate(many))
        followed = starts[:TRIED]
        if not (followed == T).all(axis=(1, 2)).any():
            followed = [*followed, T]
        found = []
        for one in followed:
            model = self._model("rigid", one)
            end = climb(level, model, np.zeros(model.n), 8, 0.3, 1e-4)
            if end.similarity > -np.inf:
                found.append((end.similarity - level.chance, model.matrix(end.x)))
        if not found:
            return [T]
        worth, best = max(found, key=lambda one: one[0])
        rivals = [one for one in found if one[0] > RIVAL * worth and self._apart(best, one[1]) > APART * level.voxel]
        return [best, *(matrix for _, matrix in sorted(rivals, key=lambda one: -one[0])[:1])]

    def _apart(self, one, other):
        """Return how far apart two maps take the object (root mean square, in the moving world)."""
        D = one - other
        spread = np.linalg.norm(D[:3, :3]) ** 2 * self.radius**2 / (3 - self.planes)
        return float(np.sqrt(spread + ((D[:3, :3] @ self.centre + D[:3, 3]) ** 2).sum()))

    def _both(self):
        """Return the last stage's level: both images, everywhere and inside."""
        a, b = self.low[-1], self.high[-1]
        views = [View(a, b, LAST, LAST_SAMPLES, self.rng), View(b, a, LAST, LAST_SAMPLES, self.rng, backward=True)]
        inner = interior(self.low, self.radius)
        if inner is not None:
            views.append(View(a, b, LAST, LAST_SAMPLES, self.rng, inner))
        inner = interior(self.high, self.moving_radius)
        if inner is not None:
            views.append(View(b, a, LAST, LAST_SAMPLES, self.rng, inner, backward=True))
        return Level(*views)

    def _stage(self, stages, name, level, model, x, steps, tolerance, gain):
        x = np.zeros(model.n) if x is None else x
        if self._late():
            return x, model.matrix(x)
        trace, began = [], time.monotonic()
        found = climb(level, model, x, steps, tolerance, gain, trace)
        matrices = [model.matrix(x) for x, _ in trace]
        seconds = time.monotonic() - began
        stages.append(
            Stage(
                name,
                level.voxel,
                level.n,
                level.evaluations,
                found.similarity,
                level.overlap,
                level.chance,
                seconds,
                found.reason,
                found.converged,
                matrices,
                [(model.theta(x), f) for x, f in trace],
            )
        )
        if self.told is not None:
            self.told(stages[-1])
        return found.x, model.matrix(found.x)
