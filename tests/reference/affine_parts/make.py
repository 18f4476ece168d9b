"""
Write ``affine_parts.npz``: what DIPY's transforms, scale spaces, centres, samples and gradients are.

Run in an environment with DIPY (written with 1.12.1, NumPy 2.4, SciPy 1.17, Python 3.11), from any folder::

    python tests/reference/affine_parts/make.py
"""

import sys
from pathlib import Path

import numpy as np
from dipy.align import vector_fields
from dipy.align.imaffine import (
    transform_centers_of_mass,
    transform_geometric_centers,
    transform_origins,
)
from dipy.align.parzenhist import sample_domain_regular
from dipy.align.scalespace import IsotropicScaleSpace, ScaleSpace
from dipy.align.transforms import regtransforms

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from store import Store  # noqa: E402


def matrix(rng, ndim, spread=0.3):
    """Return a random affine map near the identity."""
    out = np.eye(ndim + 1)
    out[:-1] += rng.uniform(-spread, spread, (ndim, ndim + 1)) * ([1] * ndim + [6])
    return out


def turned(rng, ndim, spacing):
    """Return the matrix of a grid that is turned and moved, with one spacing."""
    q, _ = np.linalg.qr(rng.normal(size=(ndim, ndim)))
    out = np.eye(ndim + 1)
    out[:-1, :-1], out[:-1, -1] = spacing * q, rng.uniform(-5, 5, ndim)
    return out


def transforms(store, rng):
    """Add matrices, derivatives and identities of the fourteen kinds."""
    for (name, dim), transform in sorted(regtransforms.items()):
        for _ in range(3):
            theta = transform.get_identity_parameters() + rng.uniform(-1, 1, transform.get_number_of_parameters())
            x = rng.uniform(-50, 50, dim)
            store.add(
                "transform",
                name=name,
                dim=dim,
                theta=theta,
                x=x,
                matrix=transform.param_to_matrix(theta),
                jacobian=transform.jacobian(theta, x),
                identity=transform.get_identity_parameters(),
            )


def scale_spaces(store, rng):
    """Add all lists of scale spaces of random images."""
    for shape, spacing in (
        ((16, 13), (1, 1)),
        ((17, 12), (2, 0.7)),
        ((9, 12, 6), (1, 1, 1)),
        ((14, 9, 7), (1, 1.5, 4)),
    ):
        image, grid2world = rng.uniform(-20, 100, shape), matrix(rng, len(shape))
        for mask0 in (False, True):
            for kind, arguments in (
                ("doubling", {"num_levels": 3, "sigma_factor": 0.3}),
                ("isotropic", {"factors": [3, 2, 1], "sigmas": [2.5, 0.8, 0]}),
            ):
                make = ScaleSpace if kind == "doubling" else IsotropicScaleSpace
                spacing = np.array(spacing, dtype=np.float64)
                ss = make(image, **arguments, image_grid2world=grid2world, input_spacing=spacing, mask0=mask0)
                lists = {name: getattr(ss, name) for name in ("images", "domain_shapes", "spacings", "scalings")}
                lists |= {name: getattr(ss, name) for name in ("affines", "affine_invs", "sigmas")}
                store.add(
                    kind,
                    image=image,
                    arguments=arguments | {"mask0": mask0},
                    grid2world=grid2world,
                    spacing=spacing,
                    expand=ss.get_expand_factors(1, 2),
                    **{name: np.stack(values) for name, values in lists.items()},
                )


def centres(store, rng):
    """Add the three starts."""
    for shapes in (((7, 9), (6, 5)), ((5, 6, 7), (8, 4, 6))):
        images, grids = [rng.uniform(-20, 100, s) for s in shapes], [matrix(rng, len(s)) for s in shapes]
        arguments = (images[0], grids[0], images[1], grids[1])
        store.add(
            "centres",
            **dict(zip(("static", "static_grid2world", "moving", "moving_grid2world"), arguments, strict=True)),
            centers_of_mass=transform_centers_of_mass(*arguments).affine,
            geometric_centers=transform_geometric_centers(*arguments).affine,
            origins=transform_origins(*arguments).affine,
        )


def samples(store, rng):
    """Add regular samples."""
    for shape in ((7, 9), (5, 6, 7)):
        grid2world = matrix(rng, len(shape))
        for k, sigma in ((1, 0.0), (4, 0.25), (10, 1.0)):
            points = sample_domain_regular(k, np.array(shape, dtype=np.int32), grid2world, sigma=sigma)
            store.add("samples", k=k, sigma=sigma, shape=list(shape), grid2world=grid2world, points=np.asarray(points))


def gradients(store, rng):
    """Add gradients on grids for which DIPY's step is right: straight ones, and turned ones with one spacing."""
    for shape, grid2world in (
        ((9, 11), np.diag([0.6, 2.5, 1.0])),
        ((9, 11), turned(rng, 2, 1.7)),
        ((7, 6, 8), np.diag([3.0, 0.5, 1.2, 1.0])),
        ((7, 6, 8), turned(rng, 3, 0.8)),
    ):
        dim = len(shape)
        spacing = np.linalg.norm(grid2world[:-1, :-1], axis=0)
        world2grid = np.linalg.inv(grid2world)
        to = np.eye(dim + 1)
        to[:-1, :-1], to[:-1, -1] = 0.8 * np.eye(dim) + rng.uniform(-0.1, 0.1, (dim, dim)), rng.uniform(0.3, 1.2, dim)
        out_grid2world, out_shape = grid2world @ to, np.array(shape, dtype=np.int32) - 1
        for dtype in (np.float32, np.float64):
            image = rng.uniform(-20, 100, shape).astype(dtype)
            common = {"image": image, "world2grid": world2grid, "spacing": spacing}
            grad, inside = vector_fields.gradient(image, world2grid, spacing, out_shape, out_grid2world)
            store.add(
                "dense",
                **common,
                shape=out_shape,
                grid2world=out_grid2world,
                grad=np.asarray(grad),
                inside=np.asarray(inside),
            )
            points = rng.uniform(0, np.array(shape) - 1, (60, dim)) @ grid2world[:-1, :-1].T + grid2world[:-1, -1]
            grad, inside = vector_fields.sparse_gradient(image, world2grid, spacing, points)
            store.add("sparse", **common, points=points, grad=np.asarray(grad), inside=np.asarray(inside))


def main():
    """Write the file."""
    rng, store = np.random.default_rng(11), Store()
    for add in (transforms, scale_spaces, centres, samples, gradients):
        add(store, rng)
    store.write(HERE / "affine_parts.npz")


if __name__ == "__main__":
    main()
