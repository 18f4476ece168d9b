"""
Write ``affine_map.npz``: what DIPY's AffineMap makes of random images, grids and matrices.

Run in an environment with DIPY (written with 1.12.1, NumPy 2.4, Python 3.11), from any folder::

    python tests/reference/affine_map/make.py
"""

import sys
from pathlib import Path

import numpy as np
from dipy.align.imaffine import AffineMap

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from store import Store  # noqa: E402


def matrix(rng, ndim, spread):
    """Return a random affine map near the identity."""
    out = np.eye(ndim + 1)
    out[:-1] += rng.uniform(-spread, spread, (ndim, ndim + 1)) * ([1] * ndim + [6])
    return out


def main():
    """Write the file."""
    rng, store = np.random.default_rng(7), Store()
    for ndim in (2, 3):
        for interpolation in ("linear", "nearest"):
            for resample_only in (False, True):
                image = rng.uniform(-50, 200, (7, 9, 6)[:ndim])
                if interpolation == "nearest":
                    image = image.astype(np.int32)
                affine = matrix(rng, ndim, 0.3)
                grids = [matrix(rng, ndim, 0.2) for _ in range(2)]
                shapes = [(8, 6, 7)[:ndim], image.shape]
                there = AffineMap(
                    affine,
                    domain_grid_shape=shapes[0],
                    domain_grid2world=grids[0],
                    codomain_grid_shape=shapes[1],
                    codomain_grid2world=grids[1],
                )
                back = AffineMap(
                    affine,
                    domain_grid_shape=shapes[1],
                    domain_grid2world=grids[1],
                    codomain_grid_shape=shapes[0],
                    codomain_grid2world=grids[0],
                )
                keywords = {"interpolation": interpolation, "resample_only": resample_only}
                store.add(
                    "transform",
                    image=image,
                    affine=affine,
                    shape=list(shapes[0]),
                    grid2world=grids[0],
                    image_grid2world=grids[1],
                    forward=there.transform(image, **keywords),
                    inverse=back.transform_inverse(image, **keywords),
                    **keywords,
                )
                store.add(
                    "format",
                    affine=affine,
                    **{spec: format(there, spec) for spec in ("", "f", "FULL", "r", "Rotation", "t", "translation")},
                )
    store.write(HERE / "affine_map.npz")


if __name__ == "__main__":
    main()
