"""The way of a search, replayed: one measure for all steps, and its curve as SVG."""

from dataclasses import dataclass

import numpy as np

from coursereg.similarity.joint import mutual_information
from coursereg.space.images import as_picture
from coursereg.space.resample import filled, interpolate

SAMPLES = 20_000
BINS = 32
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 260, 62, 14, 34, 40


@dataclass(frozen=True)
class Walk:
    """
    Mutual information after each step of each stage, all by one measure on the same samples.

    Attributes
    ----------
    before, after : float
        At the images' own worlds, and at the result, in nats.
    stages : list of (str, list of float)
        Names, and a value after each step.
    """

    before: float
    after: float
    stages: list


def replay(result, static, moving):
    """Return the `Walk` of a result: stages see other samples and bins, so their own numbers cannot be compared."""
    a, b = (as_picture(name, image) for name, image in (("static", static), ("moving", moving)))
    dim = a.data.ndim
    rng = np.random.default_rng(0)
    chosen = np.flatnonzero(a.known)
    if chosen.size > SAMPLES:
        chosen = np.sort(rng.choice(chosen, SAMPLES, replace=False))
    # not on the samples, where a shift by whole voxels would look better than it is
    index = np.stack(np.unravel_index(chosen, a.data.shape), -1) + rng.uniform(-0.5, 0.5, (len(chosen), dim))
    index = np.clip(index, 0, np.array(a.data.shape) - 1)
    full, moving_full = filled(a.data, a.known), filled(b.data, b.known).astype(float)
    values, points = interpolate(full, index), a.to_world(index)
    back = np.linalg.inv(b.affine)
    thin = moving_full.ravel()[:: max(1, moving_full.size // 2**20)]
    edges = [np.linspace(*np.percentile(v, (0.5, 99.5)), BINS + 1)[1:-1] for v in (values, thin)]
    rows = np.digitize(values, edges[0])

    def measure(matrix):
        chain = back @ matrix
        at = interpolate(moving_full, points @ chain[:dim, :dim].T + chain[:dim, dim], fill=np.nan)
        seen = np.isfinite(at)
        if not seen.any():
            return 0.0
        cells = rows[seen] * BINS + np.digitize(at[seen], edges[1])
        return mutual_information(np.bincount(cells, minlength=BINS * BINS).reshape(BINS, BINS))

    stages = [(s.name, [measure(m) for m in s.matrices]) for s in result.stages]
    return Walk(measure(np.eye(dim + 1)), measure(result.matrix), stages)


def svg(walk):
    """Return the curve as SVG and what it shows in words; empty if no step was made."""
    values = [v for _, steps in walk.stages for v in steps]
    if not values:
        return "", "No step was made."
    low, high = min([*values, walk.before]), max([*values, walk.before])
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    across = (WIDTH - LEFT - RIGHT) / max(len(values), 1)
    x = [LEFT + (k + 0.5) * across for k in range(len(values))]

    def y(value):
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = []
    for k in range(5):
        at = low + (high - low) * k / 4
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(at):.1f}" y2="{y(at):.1f}"/>')
        parts.append(f'<text class="end" x="{LEFT - 6}" y="{y(at) + 4:.1f}">{at:.3f}</text>')
    done = 0
    for k, (_, steps) in enumerate(walk.stages):
        if steps:
            left = LEFT + done * across
            parts.append(f'<line class="stage" x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
            parts.append(f'<text x="{left + 4:.1f}" y="{TOP - 8}">{k + 1}</text>')
            done += len(steps)
    parts.append(
        f'<line class="before" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(walk.before):.1f}" y2="{y(walk.before):.1f}"/>'
    )
    line = " ".join(f"{a:.1f},{y(v):.1f}" for a, v in zip(x, values, strict=True))
    parts.append(f'<polyline class="line" points="{line}"/>')
    parts += [f'<circle cx="{a:.1f}" cy="{y(v):.1f}" r="3"/>' for a, v in zip(x, values, strict=True)]
    parts.append(
        f'<text class="middle" x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 8}">step (numbers above: stage)</text>'
    )
    told = (
        f"Mutual information on the same samples over {len(values)} steps of {len(walk.stages)} stages: "
        f"{walk.before:.3f} nats before, {values[0]:.3f} after the first step, {walk.after:.3f} at the end."
    )
    return "".join(parts), told
