"""
Write transforms with SimpleITK and ANTs, and where they take some points: what `read_transform` must agree with.

And the other way: `ours.txt`, `ours.mat` and `ours_2d.txt` are of `write_transform`; `applied.npz` holds what SimpleITK
and ANTs make of small images with them. Needs coursereg, SimpleITK and antspyx:
``python tests/reference/itk_transforms/make.py``.
"""

import json
import tempfile
from pathlib import Path

import ants
import numpy as np
import SimpleITK as sitk  # noqa: N813

from coursereg import write_image, write_transform

HERE = Path(__file__).resolve().parent
POINTS = np.random.default_rng(0).uniform(-50, 50, (4, 3)).round(3)
VERSOR = (0.1, -0.2, 0.3, float(np.sqrt(1 - 0.01 - 0.04 - 0.09)))


def three():
    """Return one transform of each kind that SimpleITK has in 3-D, by name."""
    affine = sitk.AffineTransform(3)
    affine.SetMatrix([1.02, 0.11, -0.05, -0.08, 0.97, 0.2, 0.03, -0.21, 1.1])
    affine.SetTranslation([3.5, -7.25, 11])
    affine.SetCenter([4, -5, 60])
    euler = sitk.Euler3DTransform((10, 20, -5), 0.3, -0.2, 0.5, (1, 2, 3))
    zyx = sitk.Euler3DTransform(euler)
    zyx.SetComputeZYX(True)
    versor = sitk.VersorRigid3DTransform(VERSOR, (1, 2, 3), (5, 6, 7))
    similarity = sitk.Similarity3DTransform(1.1, VERSOR, (1, 2, 3), (5, 6, 7))
    turn = sitk.VersorTransform(VERSOR, (2, 0, 9))
    shift = sitk.TranslationTransform(3, (1.5, 2.5, -3.5))
    scale = sitk.ScaleTransform(3, (0.9, 1.1, 1.2))
    scale.SetCenter((3, 3, -3))
    return {
        "affine": affine,
        "euler": euler,
        "euler_zyx": zyx,
        "versor_rigid": versor,
        "versor": turn,
        "similarity": similarity,
        "translation": shift,
        "scale": scale,
        "identity": sitk.Transform(3, sitk.sitkIdentity),
        "composite": sitk.CompositeTransform([affine, euler, shift]),
    }


def two():
    """Return one transform of each kind that SimpleITK has in 2-D, by name."""
    affine = sitk.AffineTransform(2)
    affine.SetMatrix([1.02, 0.11, -0.08, 0.97])
    affine.SetTranslation([3.5, -7.25])
    affine.SetCenter([4, -5])
    return {
        "affine_2d": affine,
        "euler_2d": sitk.Euler2DTransform((10, 20), 0.3, (1, 2)),
        "similarity_2d": sitk.Similarity2DTransform(1.2, 0.3, (1, 2), (5, 6)),
        "translation_2d": sitk.TranslationTransform(2, (1.5, 2.5)),
    }


def oblique():
    """Return two small images on oblique grids, and a map from the world of the first to that of the second."""
    static = sitk.Euler3DTransform((0, 0, 0), 0.2, -0.3, 0.4).GetMatrix()
    moving = sitk.Euler3DTransform((0, 0, 0), -0.1, 0.2, 0.3).GetMatrix()
    affines = []
    for turn, spacing, origin in ((static, (-2, 1.5, 3), (9, -8, -20)), (moving, (1.5, 2, -2.5), (-7, -9, 21))):
        affine = np.eye(4)
        affine[:3, :3], affine[:3, 3] = np.reshape(turn, (3, 3)) @ np.diag(spacing), origin
        affines.append(affine)
    rng = np.random.default_rng(1)
    images = [rng.integers(0, 200, shape).astype(np.float32) for shape in ((12, 13, 11), (14, 12, 15))]
    matrix = np.eye(4)
    matrix[:3] = [[1.05, 0.1, -0.06, 2.5], [-0.12, 0.95, 0.08, -3.0], [0.05, -0.1, 1.1, 1.5]]
    return images, affines, matrix


def applied():
    """Return what SimpleITK and ANTs make of the moving image with our transform, and all that goes into it."""
    (static, moving), (A, B), matrix = oblique()  # noqa: N806
    held = {"static": static, "moving": moving, "static_affine": A, "moving_affine": B, "matrix": matrix}
    flat = np.random.default_rng(2).integers(0, 200, (2, 20, 24)).astype(np.uint8)
    turn = np.array([[0.96, -0.2, 3.0], [0.22, 1.05, -4.0], [0, 0, 1]])
    held |= {"static_2d": flat[0], "moving_2d": flat[1], "matrix_2d": turn}
    for end in ("txt", "mat"):
        write_transform(HERE / f"ours.{end}", matrix)
    write_transform(HERE / "ours_2d.txt", turn)
    with tempfile.TemporaryDirectory() as folder:
        s, m, s2, m2 = (str(Path(folder) / name) for name in ("s.nii.gz", "m.nii.gz", "s.png", "m.png"))
        write_image(s, static, A)
        write_image(m, moving, B)
        write_image(s2, flat[0])
        write_image(m2, flat[1])
        for name, a, b, file in (("itk", s, m, "ours.mat"), ("itk_2d", s2, m2, "ours_2d.txt")):
            a, b = (sitk.ReadImage(f, sitk.sitkFloat64) for f in (a, b))
            out = sitk.GetArrayFromImage(sitk.Resample(b, a, sitk.ReadTransform(str(HERE / file))))
            held[name] = out if out.ndim == 2 else out.transpose(2, 1, 0)
        a, b = ants.image_read(s), ants.image_read(m)
        held["ants"] = ants.apply_transforms(a, b, [str(HERE / "ours.txt")], interpolator="linear").numpy()
    return held


def main():
    """Write the files, and the points in truth.json: those asked for, and where each transform takes them."""
    truth = {}
    for name, transform in {**three(), **two()}.items():
        dim = transform.GetDimension()
        ends = ("txt",) if name in ("composite", "identity") else ("txt", "mat")
        for end in ends:
            file = f"{name}.{end}"
            sitk.WriteTransform(transform, str(HERE / file))
            truth[file] = [list(transform.TransformPoint(p)) for p in POINTS[:, :dim].tolist()]
    for dim, source in ((3, three()["affine"]), (2, two()["affine_2d"])):
        file = f"ants_{dim}d.mat"
        made = ants.create_ants_transform(
            transform_type="AffineTransform",
            dimension=dim,
            matrix=np.array(source.GetMatrix()).reshape(dim, dim),
            translation=source.GetTranslation(),
            center=source.GetCenter(),
        )
        ants.write_transform(made, str(HERE / file))
        truth[file] = [list(made.apply_to_point(p)) for p in POINTS[:, :dim].tolist()]
    held = {"made_with": [f"SimpleITK {sitk.Version_VersionString()}", f"antspyx {ants.__version__}"]}
    held |= {"points": POINTS.tolist(), "mapped": truth}
    (HERE / "truth.json").write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(HERE / "applied.npz", **applied())
    print(f"{len(truth)} files")


if __name__ == "__main__":
    main()
