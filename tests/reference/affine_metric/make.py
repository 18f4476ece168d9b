"""
Write ``affine_metric.npz``: what DIPY's smooth histogram and its metric are.

Run in an environment with DIPY (written with 1.12.1, NumPy 2.4, SciPy 1.17, Python 3.11), from any folder::

    python tests/reference/affine_metric/make.py
"""

import sys
import warnings
from pathlib import Path

import numpy as np
from dipy.align.imaffine import MutualInformationMetric
from dipy.align.parzenhist import ParzenJointHistogram, compute_parzen_mi
from dipy.align.transforms import regtransforms
from scipy import ndimage

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from store import Store  # noqa: E402

KINDS = [("TRANSLATION", 2), ("RIGID", 2), ("AFFINE", 2), ("TRANSLATION", 3), ("RIGIDSCALING", 3), ("AFFINE", 3)]


def parameters(rng, transform, spread):
    """Return parameters near the identity."""
    return transform.get_identity_parameters() + spread * rng.uniform(-1, 1, transform.get_number_of_parameters())


def mutual_information(histogram):
    """Return the mutual information of a histogram with derivatives, and its gradient."""
    slope = np.empty(histogram.joint_grad.shape[2])
    value = compute_parzen_mi(histogram.joint, histogram.joint_grad, histogram.smarginal, histogram.mmarginal, slope)
    return value, slope


def kept(histogram):
    """Return what a histogram holds, as arrays."""
    names = ("joint", "smarginal", "mmarginal", "joint_grad")
    ranges = np.array([histogram.smin, histogram.sdelta, histogram.mmin, histogram.mdelta])
    return {name: np.array(getattr(histogram, name)) for name in names} | {"ranges": ranges}


def in_bytes(image):
    """Return an image in 256 grey values, which take little space."""
    return np.rint(255 * (image - image.min()) / np.ptp(image)).astype(np.uint8)


def histograms(store, rng):
    """Add histograms of noise, dense and sparse, and their derivatives."""
    for (name, dim), bins in zip(KINDS, (8, 16, 12, 8, 10, 7), strict=True):
        transform, shape = regtransforms[name, dim], (9, 8) if dim == 2 else (5, 6, 4)
        static, moving = rng.normal(10, 40, shape), rng.normal(-3, 0.5, shape)
        grad, grid2world = rng.normal(size=(*shape, dim)), np.eye(dim + 1)
        grid2world[:-1] += rng.uniform(-0.3, 0.3, (dim, dim + 1))
        theta = parameters(rng, transform, 0.3)
        masks = [None, None]
        if bins % 4 == 0:
            masks = [(rng.random(shape) < 0.8).astype(np.int32) for _ in range(2)]
        h = ParzenJointHistogram(bins)
        h.setup(static, moving, smask=masks[0], mmask=masks[1])
        h.update_pdfs_dense(static, moving, smask=masks[0], mmask=masks[1])
        h.update_gradient_dense(theta, transform, static, moving, grid2world, grad, smask=masks[0], mmask=masks[1])
        common = {"name": name, "dim": dim, "bins": bins, "theta": theta}
        value, slope = mutual_information(h)
        named = {key: mask for key, mask in zip(("smask", "mmask"), masks, strict=True) if mask is not None}
        store.add("dense", **common, static=static, moving=moving, grad=grad, grid2world=grid2world, **named,
                  **kept(h), mi=value, slope=slope)  # fmt: skip
        sval, mval = static.ravel().copy(), moving.ravel().copy()
        points, grad = rng.normal(0, 20, (sval.size, dim)), grad.reshape(-1, dim).copy()
        h.setup(static, moving)
        h.update_pdfs_sparse(sval, mval)
        h.update_gradient_sparse(theta, transform, sval, mval, points, grad)
        value, slope = mutual_information(h)
        store.add("sparse", **common, static=static, moving=moving, points=points, grad=grad, **kept(h), mi=value,
                  slope=slope)  # fmt: skip


def differences(distance, params, h=1e-5):
    """Return the slopes of DIPY's distance, by differences: its own gradient smooths those of the image."""
    steps = h * np.eye(params.size)
    return np.array([(distance(params + step) - distance(params - step)) / (2 * h) for step in steps])


def metrics(store, rng):
    """Add distances and gradients of blobs, the static image well inside the moving one, dark at its border."""
    for (name, dim), proportion in zip(KINDS, (None, None, 0.5, 0.5, None, None), strict=True):
        transform = regtransforms[name, dim]
        inner, outer = ((18, 20), (40, 44)) if dim == 2 else ((11, 12, 10), (22, 23, 21))
        static = ndimage.gaussian_filter(rng.random(inner), 2)
        static = np.clip(static - np.quantile(static, 0.4), 0, None)
        rim = np.ones(inner, bool)
        rim[(slice(2, -2),) * dim] = False
        static[rim] = 0
        static, moving = in_bytes(static), in_bytes(ndimage.gaussian_filter(rng.random(outer), 3))
        offset, start = np.eye(dim + 1), np.eye(dim + 1)
        offset[:-1, -1] = 10.3 if dim == 2 else 6.2
        start[:-1, -1] = rng.uniform(-0.5, 0.5, dim)
        mask = None if proportion or dim == 3 else (rng.random(inner) < 0.7).astype(np.int32)
        metric = MutualInformationMetric(nbins=16, sampling_proportion=proportion)
        metric.setup(
            transform, static * 1.0, moving * 1.0, static_grid2world=offset, starting_affine=start, static_mask=mask
        )
        params = np.array([parameters(rng, transform, 0.02) for _ in range(4)])
        store.add(
            "metric",
            name=name,
            dim=dim,
            proportion=proportion,
            static=static,
            moving=moving,
            grid2world=offset,
            start=start,
            params=params,
            distances=np.array([metric.distance(p) for p in params]),
            slopes=np.array([differences(metric.distance, p) for p in params]),
            **({} if mask is None else {"mask": mask}),
        )


def main():
    """Write the file."""
    warnings.simplefilter("ignore")
    rng, store = np.random.default_rng(12), Store()
    for add in (histograms, metrics):
        add(store, rng)
    store.write(HERE / "affine_metric.npz")


if __name__ == "__main__":
    main()
