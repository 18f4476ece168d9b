"""Scenes of unit U05: recolour a picture, two independent noises, a picture and itself."""

from __future__ import annotations

from functools import cache

import numpy as np

from coursereg.course import samples
from coursereg.course.handout import JointHist, corr
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel
from coursereg.similarity.joint import correlation_ratio, mutual_information

BINS = 32
LEVELS = np.linspace(0, 1, 256)


@cache
def _head() -> np.ndarray:
    """The inner head in T1, grey values brought to 0..1, with 20 pixels more on each side to slide over."""
    head = samples.t1_pd().static[42:232, 30:192].astype(float)
    return np.clip((head - head.min()) / (np.quantile(head, 0.995) - head.min()), 0, 1)


def recolouring(kind: str, amount: float) -> np.ndarray:
    """
    New grey value, 0..1, of each of 256 old ones.

    ``"monotone"`` bends the line (brighter or darker); ``"fold"`` puts the darkest value at ``amount``, so that both
    ends become bright; ``"permute"`` cuts the scale into 8 bands and deals them out in another order.
    """
    if kind == "monotone":
        return LEVELS ** (4.0 ** (2 * amount - 1))
    if kind == "fold":
        return np.abs(LEVELS - amount) / max(amount, 1 - amount)
    band = np.minimum((LEVELS * 8).astype(int), 7)
    order = np.random.default_rng(round(20 * amount)).permutation(8) if amount > 0 else np.arange(8)
    return (order[band] + LEVELS * 8 - band) / 8


def _recoloured(curve: str, amount: float, shift: int) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
    """The picture, its recoloured and shifted copy, and what the measures say."""
    head = _head()
    I = head[20:-20, 20:-20]
    there = head[20:-20, 20 - shift : head.shape[1] - 20 - shift]
    J = recolouring(curve, amount)[np.rint(there * 255).astype(np.uint8)]
    H = JointHist(I, J, BINS)
    return I, J, {"corr": corr(I, J), "correlation ratio": correlation_ratio(H), "MI (nats)": mutual_information(H)}


def recolour(after: str | None = None) -> Explore:
    """Give a picture other grey values: corr loses sight of it, MI and the correlation ratio do not."""

    def scene(curve: str, amount: float, shift: int) -> list[Panel]:
        I, J, values = _recoloured(curve, amount, shift)
        return [
            Image(I, "I", vmin=0, vmax=1),
            Image(J, f"J: {curve}, moved by {shift} columns", vmin=0, vmax=1),
            Curve(
                {"": (LEVELS, recolouring(curve, amount))},
                "recolouring",
                xlabel="old grey value",
                ylabel="new grey value",
            ),
            Bars(values, "how alike", lo=-1, hi=3),
        ]

    def alt(curve: str, amount: float, shift: int) -> str:
        values = _recoloured(curve, amount, shift)[2]
        looks = {
            "monotone": "the order of its grey values kept",
            "fold": "its dark and its bright values both bright",
            "permute": "its grey values in another order" if amount > 0 else "its grey values unchanged",
        }[curve]
        return (
            f"A head and its copy with {looks}, moved by {shift} columns. Correlation {values['corr']:.2f}, "
            f"correlation ratio {values['correlation ratio']:.2f}, mutual information {values['MI (nats)']:.2f} nats."
        )

    return Explore(
        scene,
        {
            "curve": Choice(["monotone", "fold", "permute"], "monotone", "recolouring"),
            "amount": Slider(0, 1, 0.05, 0.5, "amount"),
            "shift": Slider(0, 20, 1, 0, "J moved by (columns)"),
        },
        static=[
            {"curve": "monotone", "amount": 0.5},
            {"curve": "monotone", "amount": 0.0},
            {"curve": "fold", "amount": 0.5},
            {"curve": "fold", "amount": 1.0},
            {"curve": "permute", "amount": 0.6},
            {"curve": "fold", "amount": 0.5, "shift": 10},
        ],
        alt=alt,
        title="Does MI need similar grey values?",
        after=after,
    )


# --- independent noises -----------------------------------------------------------------------------------------------


@cache
def _noises() -> np.ndarray:
    """Two independent pictures of 128 x 128 random grey values in 0..1."""
    return np.random.default_rng(5).random((2, 128, 128))


def noise_information(side: int, bins: int) -> float:
    """MI of two independent noises of ``side`` x ``side`` pixels, bins on the known range 0..1."""
    edges = np.linspace(0, 1, bins + 1)
    I, J = _noises()[:, :side, :side]
    return mutual_information(JointHist(I, J, (edges, edges)))


@cache
def _noise_curve(bins: int) -> tuple[np.ndarray, np.ndarray]:
    sides = np.array([4, 6, 8, 11, 16, 23, 32, 45, 64, 90, 128])
    return np.log2(sides.astype(float) ** 2), np.array([noise_information(int(s), bins) for s in sides])


def sample_size(after: str | None = None) -> Explore:
    """Compare two noises that have nothing in common: with few pixels their MI is large all the same."""

    def scene(side: int, bins: int) -> list[Panel]:
        x, y = _noise_curve(bins)
        rule = (bins - 1) ** 2 / (2 * 2.0**x)
        many = rule < 1.2 * np.log(bins)  # the rule is one for many pixels
        I, J = _noises()[:, :side, :side]
        return [
            Image(I, f"noise: {side * side} pixels", vmin=0, vmax=1),
            Image(J, "independent noise", vmin=0, vmax=1),
            Bars({"true MI": 0.0, "measured MI": noise_information(side, bins)}, "nats", lo=0, hi=3.5),
            Curve(
                {"measured": (x, y), "(bins - 1)² / 2n": (x[many], rule[many])} if many.any() else {"measured": (x, y)},
                "measured MI of independent noises",
                mark=float(np.log2(side * side)),
                xlabel="log2 of the number of pixels",
                ylabel="MI (nats)",
            ),
        ]

    def alt(side: int, bins: int) -> str:
        return (
            f"Two independent noise pictures of {side * side} pixels with {bins} bins each: their mutual information "
            f"is 0, the measured value {noise_information(side, bins):.3f} nats. The curve falls to 0 with more pixels."
        )

    return Explore(
        scene,
        {
            "side": Slider(4, 128, 4, 8, "side of the pictures (pixels)"),
            "bins": Slider(4, 32, 4, 8, "bins for each picture"),
        },
        static=[{"side": s, "bins": b} for b in (8, 32) for s in (8, 32, 128)],
        alt=alt,
        title="How much do two independent noises share?",
        after=after,
    )


# --- a picture and itself ---------------------------------------------------------------------------------------------


@cache
def _pictures() -> dict[str, np.ndarray]:
    head = _head()[20:-20, 20:-20]
    noise = 0.1 * np.random.default_rng(1).normal(size=head.shape)
    return {"head": head, "head with more noise": head + noise}


@cache
def _information(picture: str, bins: int) -> tuple[float, float]:
    """MI of the picture with itself, and its entropy."""
    I = _pictures()[picture]
    H = JointHist(I, I, bins)
    p = H.sum(axis=1) / I.size
    p = p[p > 0]
    return mutual_information(H), float(-(p * np.log(p)).sum())


def own_entropy(after: str | None = None) -> Explore:
    """Compare a picture with itself: MI is its entropy, and grows with the number of bins."""
    counts = [2**k for k in range(1, 9)]

    def scene(picture: str, log_bins: int) -> list[Panel]:
        bins = 2**log_bins
        itself, entropy = _information(picture, bins)
        I = _pictures()[picture]
        shown = np.minimum((I - I.min()) / np.ptp(I) * bins, bins - 1).astype(int)
        curve = np.array([_information(picture, n)[0] for n in counts])
        return [
            Image(shown, f"{picture}: {bins} bins", vmin=0, vmax=bins - 1),
            Bars({"MI(I, I)": itself, "entropy H(I)": entropy, "log(bins)": float(np.log(bins))}, "nats", lo=0, hi=6),
            Curve(
                {"MI(I, I)": (np.arange(1, 9), curve), "log(bins)": (np.arange(1, 9), np.log(counts))},
                "MI with itself over the number of bins",
                mark=float(log_bins),
                xlabel="log2 of the number of bins",
                ylabel="nats",
            ),
        ]

    def alt(picture: str, log_bins: int) -> str:
        itself, entropy = _information(picture, 2**log_bins)
        return (
            f"The {picture} in {2**log_bins} bins. Mutual information with itself {itself:.2f} nats, its entropy "
            f"{entropy:.2f} nats, the same number; the logarithm of the number of bins is {np.log(2**log_bins):.2f}."
        )

    return Explore(
        scene,
        {
            "picture": Choice(["head", "head with more noise"], "head", "picture"),
            "log_bins": Slider(1, 8, 1, 5, "bins: 2 to the power of"),
        },
        static=[{"log_bins": k} for k in (1, 3, 5, 8)]
        + [{"picture": "head with more noise", "log_bins": k} for k in (5, 8)],
        alt=alt,
        title="How much does a picture know about itself?",
        after=after,
    )
