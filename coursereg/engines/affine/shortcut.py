"""The fast way as levels of `AffineRegistration`, for whoever leaves everything to it."""

import numpy as np

from coursereg.engines.affine.alignment import NAMES, judged
from coursereg.engines.affine.fast import Search
from coursereg.engines.affine.levels import LevelSearch
from coursereg.engines.affine.planes import lifted, lowered
from coursereg.engines.affine.pyramid import volume_of
from coursereg.optimize.result import Result
from coursereg.space.images import Picture
from coursereg.space.parametric import kind_of


def shortcut(static, moving, transform, affine, deadline):
    """Return the stages of the fast way from a map on, or none and why they are not to be trusted."""
    kind = NAMES.get(kind_of(transform))
    if kind is None or min(*static.data.shape, *moving.data.shape) < 2:
        return [], ""
    volumes = []
    for scene in (static, moving):
        known = np.ones(scene.data.shape, bool) if scene.mask is None else scene.mask
        volumes.append(volume_of(Picture(scene.data, scene.affine, known)))
    run = Search(*volumes, deadline=deadline).run((kind,), lifted(affine), turns=False)
    if not run.stages:
        return [], ""
    reason, trusted = judged(run, run.stages[-1].similarity, run.stages[-1].overlap)
    count = len(run.stages)
    levels = [_as_level(stage, count - 1 - k, static.data.shape) for k, stage in enumerate(run.stages)]
    return (levels, "") if trusted else ([], reason)


def _as_level(stage, level, shape):
    matrices = [lowered(m, len(shape)) for m in stage.matrices]
    trace = [(theta, -similarity) for theta, similarity in stage.trace]
    steps = len(trace) - 1
    result = Result(
        x=trace[-1][0],
        fun=-stage.similarity,
        trace=trace,
        n_eval=stage.evaluations,
        n_grad=steps,
        n_iter=steps,
        reason=stage.reason,
        success=stage.converged,
    )
    return LevelSearch(level, shape, result, matrices, matrices[-1])
