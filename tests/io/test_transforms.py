"""Affine maps in files: ITK's and ANTs' maps are ours, theirs take ours, and damaged files say what is wrong."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coursereg
from coursereg import AffineMap, read_transform, write_image, write_transform

HERE = Path(__file__).parents[1] / "reference" / "itk_transforms"
TRUTH = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))
LPS = np.array([-1.0, -1.0, 1.0])
WAYS = ("txt", "tfm", "mat", "npz")


def matrix_of(dim, seed=0):
    rng = np.random.default_rng(seed)
    out = np.eye(dim + 1)
    out[:dim] += rng.normal(0, 0.2, (dim, dim + 1))
    out[:dim, dim] *= 100
    return out


def applied():
    with np.load(HERE / "applied.npz") as file:
        return {name: file[name] for name in file.files}


@pytest.mark.parametrize("file", sorted(TRUTH["mapped"]))
def test_read_transform__takes_points_where_itk_and_ants_take_them(file):
    T = read_transform(HERE / file)
    dim = len(T.affine) - 1
    points, wanted = np.array(TRUTH["points"])[:, :dim], np.array(TRUTH["mapped"][file])
    # ITK's (x, y) is our (column, row)
    found = T.points(points * LPS) * LPS if dim == 3 else T.points(points[:, ::-1])[:, ::-1]
    # ANTs answers in single precision
    np.testing.assert_allclose(found, wanted, rtol=1e-5 if "ants" in file else 1e-11, atol=1e-9)


@pytest.mark.parametrize("name", ["ours.txt", "ours.mat", "ours_2d.txt"])
def test_write_transform__writes_what_itk_and_ants_were_given(tmp_path, name):
    held = applied()
    write_transform(tmp_path / name, held["matrix_2d" if "2d" in name else "matrix"])
    assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes()


def inside(T, moving, static):
    """Where all neighbours exist: at its edge ITK repeats the last sample and coursereg fades to 0."""
    return T.image(np.ones_like(moving)) > 1 - 1e-9


@pytest.mark.parametrize(("program", "least"), [("itk", 400), ("ants", 400), ("itk_2d", 200)])
def test_map_image__is_what_itk_and_ants_resample_with_our_file(program, least):
    held = applied()
    flat = "_2d" if program.endswith("_2d") else ""
    static, moving = held["static" + flat], held["moving" + flat].astype(float)
    grids = (None, None) if flat else (held["static_affine"], held["moving_affine"])
    T = AffineMap(held["matrix" + flat], static.shape, grids[0], moving.shape, grids[1])
    known = inside(T, moving, static)
    assert known.sum() > least
    # NIfTI's headers hold single precision, ANTs computes in it
    np.testing.assert_allclose(T.image(moving)[known], held[program][known], atol=1e-9 if flat else 5e-3)


@pytest.mark.parametrize("end", ["txt", "mat"])
@pytest.mark.parametrize("kind", ["volume", "picture", "slice"])
def test_simpleitk__moves_images_as_we_do(tmp_path, kind, end):
    sitk = pytest.importorskip("SimpleITK")
    rng = np.random.default_rng(3)
    dim, suffix = (3, ".nii.gz") if kind == "volume" else (2, ".png" if kind == "picture" else ".nii")
    shapes = [(9, 8, 10), (8, 10, 9)] if dim == 3 else [(20, 26), (24, 21)]
    static, moving = (rng.integers(0, 200, shape).astype(np.uint8) for shape in shapes)
    M, A, B = matrix_of(dim), np.eye(dim + 1), np.eye(dim + 1)
    M[:dim, dim] = rng.uniform(-2, 2, dim)
    if kind == "slice":
        A, B = np.array([[-2.0, 0, 40], [0, 1.5, 3], [0, 0, 1]]), np.array([[0, 2.0, 0], [1.5, 0, 3], [0, 0, 1]])
        M[:2, 2] += [0, 5]
    for name, image, affine in (("s", static, A), ("m", moving, B)):
        write_image(tmp_path / f"{name}{suffix}", image, affine)
    write_transform(tmp_path / f"t.{end}", M, frames="rows" if kind == "picture" else "ras")
    s, m = (sitk.ReadImage(str(tmp_path / f"{name}{suffix}"), sitk.sitkFloat64) for name in "sm")
    theirs = sitk.GetArrayFromImage(sitk.Resample(m, s, sitk.ReadTransform(str(tmp_path / f"t.{end}"))))
    theirs = theirs if kind == "picture" else theirs.T
    T = AffineMap(M, static.shape, A, moving.shape, B)
    known = inside(T, moving.astype(float), static)
    assert known.sum() > 40
    np.testing.assert_allclose(T.image(moving)[known], theirs[known], atol=1e-3)


@pytest.mark.parametrize("end", WAYS)
@given(dim=st.sampled_from([2, 3]), seed=st.integers(0, 1000))
def test_every_format__gives_the_matrix_back(tmp_path_factory, end, dim, seed):
    path, M = tmp_path_factory.mktemp("t") / f"t.{end}", matrix_of(dim, seed)
    write_transform(path, M)
    np.testing.assert_allclose(read_transform(path).affine, M, rtol=1e-14, atol=1e-14)


def test_npz__gives_everything_back(tmp_path):
    grids = (np.diag([2.0, 3, 4, 1]), np.diag([-1.0, 1, 1, 1]))
    T = AffineMap(matrix_of(3), (3, 4, 5), grids[0], (6, 7, 8), grids[1])
    write_transform(tmp_path / "t.npz", T, names=("a.nii", "b.nii"))
    back = read_transform(tmp_path / "t.npz")
    assert (back.domain_shape, back.codomain_shape) == ((3, 4, 5), (6, 7, 8))
    np.testing.assert_array_equal(back.affine, T.affine)
    np.testing.assert_array_equal(back.domain_grid2world, grids[0])
    np.testing.assert_array_equal(back.codomain_grid2world, grids[1])
    with np.load(tmp_path / "t.npz", allow_pickle=False) as file:
        words = [str(file[k]) for k in ("static_name", "moving_name", "version")]
    assert words == ["a.nii", "b.nii", coursereg.__version__]
    np.testing.assert_array_equal(back.image(np.ones((6, 7, 8))), T.image(np.ones((6, 7, 8))))


def test_identity__needs_its_dimension(tmp_path):
    write_transform(tmp_path / "t.txt", AffineMap(None), 3)
    np.testing.assert_array_equal(read_transform(tmp_path / "t.txt").affine, np.eye(4))
    with pytest.raises(ValueError, match="ndim must be 2 or 3 for a map without a matrix, got None"):
        write_transform(tmp_path / "t.txt", AffineMap(None))


def test_frames__of_two_kinds_of_image_may_differ(tmp_path):
    M = matrix_of(2)
    write_transform(tmp_path / "t.txt", M, frames=("rows", "ras"))
    np.testing.assert_allclose(read_transform(tmp_path / "t.txt", frames=("rows", "ras")).affine, M, atol=1e-12)
    assert not np.allclose(read_transform(tmp_path / "t.txt", frames="rows").affine, M)


@pytest.mark.parametrize("frames", ["ras", "rows", ("rows", "ras"), ("ras", "rows")])
@pytest.mark.parametrize("end", ["txt", "tfm"])
def test_frames__of_a_text_need_not_be_told_again(tmp_path, frames, end):
    path, M = tmp_path / f"t.{end}", matrix_of(2)
    write_transform(path, M, frames=frames)
    np.testing.assert_allclose(read_transform(path).affine, M, atol=1e-12)
    np.testing.assert_allclose(read_transform(path, frames=frames).affine, M, atol=1e-12)
    text = path.read_text(encoding="ascii")
    pair = (frames, frames) if isinstance(frames, str) else frames
    assert text.count("#coursereg") == (pair != ("rows", "rows"))
    bare = tmp_path / f"bare.{end}"  # as another program would write it: the default of pictures
    bare.write_text("".join(line for line in text.splitlines(True) if "#coursereg" not in line), encoding="ascii")
    assert np.allclose(read_transform(bare).affine, M) == (pair == ("rows", "rows"))
    sitk = pytest.importorskip("SimpleITK")
    theirs, plain = (sitk.ReadTransform(str(file)) for file in (path, bare))
    assert theirs.GetParameters() == plain.GetParameters()
    assert theirs.GetFixedParameters() == plain.GetFixedParameters()


@pytest.mark.parametrize(
    ("matrix", "options", "message"),
    [
        (np.zeros((3, 3)), {}, r"transform must have the last row \[0, 0, 1\]"),
        (np.diag([1.0, 0, 1]), {}, "transform must be invertible"),
        (np.diag([1.0, np.nan, 1]), {}, "transform has NaN"),
        (np.eye(5), {}, r"transform must be 2-D or 3-D, got a matrix of shape \(5, 5\)"),
        (np.eye(3), {"ndim": 3}, "transform must be 3-D, got a matrix of shape"),
        (np.eye(4), {"frames": "rows"}, "the frame 'rows' is that of two-dimensional pictures"),
        (np.eye(4), {"frames": "lps"}, "frames must be one of 'ras', 'rows', got 'lps'"),
    ],
)
def test_write_transform__refuses_what_is_no_affine_map(tmp_path, matrix, options, message):
    with pytest.raises(ValueError, match=message):
        write_transform(tmp_path / "t.txt", matrix, **options)
    assert not list(tmp_path.iterdir())


HEAD = "#Insight Transform File V1.0\n"
BAD_TEXTS = [
    ("1 0 0\n0 1 0\n", "is no transform of ITK: it must begin with"),
    (HEAD, "holds no transform"),
    (HEAD + "Transform: DisplacementFieldTransform_double_3_3\nParameters: 0\n", "those that can be read are Affine"),
    (HEAD + "Transform: AffineTransform_double_3_3\nParameters: 1 2\nFixedParameters: 0 0 0\n", "must hold 12 param"),
    (HEAD + "Transform: AffineTransform_double_2_2\nParameters: 1 0 0 1 0 0\n", "6 parameters and a centre.*6 and 0"),
    (
        HEAD + "Transform: AffineTransform_double_2_2\nParameters: 1 0 0 x 0 0\n",
        "must hold numbers, got the line '1 0",
    ),
    (
        HEAD + "Transform: AffineTransform_double_2_2\nParameters: 1 0 0 nan 0 0\nFixedParameters: 0 0\n",
        "parameters that are not finite",
    ),
    (
        HEAD + "Transform: AffineTransform_double_2_2\nParameters: 1 0 0 0 0 0\nFixedParameters: 0 0\n",
        "holds no affine map: affine has no inverse",
    ),
    (
        HEAD
        + "Transform: TranslationTransform_double_2_2\nParameters: 1 0\nFixedParameters:\n"
        + "Transform: TranslationTransform_double_3_3\nParameters: 1 0 0\nFixedParameters:\n",
        "mixes maps of 2-D and 3-D",
    ),
    (
        HEAD + "#coursereg frames: ras up\nTransform: IdentityTransform_double_2_2\nParameters:\n",
        "must name two frames that a 2-D map can have, got the line '#coursereg frames: ras up'",
    ),
    (
        HEAD + "#coursereg frames: rows rows\nTransform: IdentityTransform_double_3_3\nParameters:\n",
        "must name two frames that a 3-D map can have",
    ),
    ("\u2603", "is no transform of ITK"),
]


@pytest.mark.parametrize(("text", "message"), BAD_TEXTS)
def test_read_transform__says_what_is_wrong_with_a_text(tmp_path, text, message):
    path = tmp_path / "bad.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"{re.escape(str(path))} .*{message}"):
        read_transform(path)


@pytest.mark.parametrize("end", ["mat", "npz"])
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_read_transform__of_a_file_cut_short_says_so(tmp_path, end, keep):
    path = tmp_path / f"t.{end}"
    write_transform(path, matrix_of(3))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(ValueError, match=r"t\.(mat|npz) (is|must|holds|was)"):
        read_transform(path)


@pytest.mark.parametrize("end", ["mat", "npz"])
def test_read_transform__of_another_file_says_so(tmp_path, end):
    path = tmp_path / f"t.{end}"
    path.write_bytes(b"something else entirely, long enough to be read as a header of some kind" * 9)
    with pytest.raises(ValueError, match=r"t\.(mat|npz) is "):
        read_transform(path)
    np.savez(tmp_path / "other.npz", matrix=np.eye(4))
    with pytest.raises(ValueError, match="was not written by write_transform"):
        read_transform(tmp_path / "other.npz")


def test_paths__are_looked_at_first(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_transform(tmp_path / "none.txt")
    with pytest.raises(IsADirectoryError, match="is a folder, not a file"):
        read_transform(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_transform(tmp_path / "none" / "t.txt", np.eye(4))
    with pytest.raises(ValueError, match="must end with one of"):
        write_transform(tmp_path / "t.h5", np.eye(4))
