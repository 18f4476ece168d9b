"""Images in files: what comes back, in which dtype and world, and what is said about files that are broken."""

import re
import warnings

import nibabel
import numpy as np
import pytest
from PIL import Image

from coursereg import read_image, samples, write_image
from coursereg.io.images import open_image
from coursereg.io.paths import writable

OBLIQUE = np.array([[-1.6276, -0.8158, -0.6146, 80], [-0.9397, 1.2348, -0.9564, -110], [-0.684, 0.2448, 2.7762, -60]])
OBLIQUE = np.vstack([OBLIQUE, [0, 0, 0, 1]])
SHIFT = np.vstack([np.eye(4)[:3] + [[0, 0, 0, 7]], [0, 0, 0, 1]])
DTYPES = ("uint8", "int16", "uint16", "int32", "float32", "float64")


def volume(dtype="int16", shape=(5, 6, 7)):
    return np.random.default_rng(0).integers(0, 200, shape).astype(dtype)


def nifti(path, data, affine=OBLIQUE, **header):
    image = nibabel.Nifti1Image(data, affine)
    for key, value in header.items():
        image.header[key] = value
    nibabel.save(image, path)
    return path


# --- round trips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("end", [".nii", ".nii.gz", ".NII.GZ"])
def test_nifti__gives_the_array_and_an_oblique_matrix_back(tmp_path, dtype, end):
    write_image(tmp_path / f"a{end}", volume(dtype), OBLIQUE)
    data, affine = read_image(tmp_path / f"a{end}")
    assert data.dtype == dtype
    np.testing.assert_array_equal(data, volume(dtype))
    np.testing.assert_allclose(affine, OBLIQUE, rtol=1e-6)  # single precision in the header


@pytest.mark.parametrize("affine", [np.eye(3), np.array([[0, -2.0, 5], [3, 0, 7], [0, 0, 1]])])
def test_nifti__holds_two_dimensional_images(tmp_path, affine):
    flat = volume("float32", (6, 9))
    write_image(tmp_path / "a.nii", flat, affine)
    data, back = read_image(tmp_path / "a.nii")
    np.testing.assert_array_equal(data, flat)
    np.testing.assert_array_equal(back, affine)


@pytest.mark.parametrize(
    ("end", "dtype"),
    [
        (".png", "uint8"),
        (".png", "uint16"),
        (".tif", "uint8"),
        (".tif", "uint16"),
        (".tif", "int32"),
        (".TIFF", "float32"),
    ],
)
def test_picture__gives_the_array_back(tmp_path, end, dtype):
    flat = volume(dtype, (6, 9)) * (np.array(300).astype(dtype) if dtype != "uint8" else np.uint8(1))
    write_image(tmp_path / f"a{end}", flat)
    data, affine = read_image(tmp_path / f"a{end}")
    assert data.dtype == dtype
    np.testing.assert_array_equal(data, flat)
    np.testing.assert_array_equal(affine, np.eye(3))


@pytest.mark.parametrize(
    ("end", "array", "dtype"),
    [
        (".nii", np.array([[True, False]]), "uint8"),
        (".nii", np.array([[1, -70_000]]), "int32"),
        (".nii", np.array([[1, 2**40]]), "int64"),
        (".nii", np.array([[1, 3_000_000_000]], np.uint64), "uint32"),
        (".nii", np.array([[0.5, 2]], np.float16), "float32"),
        (".nii", np.array([[1, 2]], ">i2"), "int16"),
        (".png", np.array([[1, 256]]), "uint16"),
        (".png", np.array([[1, 255]]), "uint8"),
        (".tif", np.array([[-1, 255]]), "int32"),
        (".tif", np.array([[0.25, 1.5]]), "float32"),
    ],
)
def test_write_image__takes_the_next_dtype_that_holds_the_values(tmp_path, end, array, dtype):
    write_image(tmp_path / f"a{end}", array)
    data, _ = read_image(tmp_path / f"a{end}")
    assert data.dtype == dtype
    np.testing.assert_array_equal(data, array)


def test_write_image__like_another_takes_its_world(tmp_path):
    image = nibabel.Nifti1Image(volume(), OBLIQUE)
    image.set_sform(OBLIQUE, 4)
    nibabel.save(image, tmp_path / "like.nii")
    write_image(tmp_path / "a.nii.gz", volume("float32"), like=tmp_path / "like.nii")
    header = nibabel.load(tmp_path / "a.nii.gz").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (4, 4)
    assert header.get_xyzt_units()[0] == "mm"
    np.testing.assert_allclose(header.get_sform(), OBLIQUE, rtol=1e-6)
    np.testing.assert_allclose(header.get_qform(), OBLIQUE, atol=1e-3)


def test_write_image__of_a_sheared_grid_writes_no_quaternion(tmp_path):
    sheared = np.eye(4)
    sheared[0, 1] = 0.5
    write_image(tmp_path / "a.nii", volume(), sheared)
    header = nibabel.load(tmp_path / "a.nii").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (1, 0)
    with pytest.warns(UserWarning, match="axes that are not at right angles, which ITK and ANTs cannot hold"):
        _, back = read_image(tmp_path / "a.nii")
    np.testing.assert_array_equal(back, sheared)


def test_read_image__reads_the_samples():
    data, affine = read_image(samples.path("template_t1.nii.gz"))
    wanted, matrix = samples.template()
    np.testing.assert_array_equal(data, wanted)
    np.testing.assert_array_equal(affine, matrix)
    for name in ("brain_t1_coronal.png", "six_pairs/I1.png", "head_pd.png"):
        with Image.open(samples.path(name)) as file:
            np.testing.assert_array_equal(read_image(samples.path(name))[0], np.array(file.convert("L")))


# --- files as others write them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [">i2", ">f4", "<i2"])
def test_byte_order__does_not_matter(tmp_path, dtype):
    header = nibabel.Nifti1Header(endianness=dtype[0])
    header.set_data_dtype(dtype)
    nibabel.save(nibabel.Nifti1Image(volume(dtype), OBLIQUE, header), tmp_path / "a.nii")
    assert nibabel.load(tmp_path / "a.nii").header.endianness == dtype[0]
    data, _ = read_image(tmp_path / "a.nii")
    assert data.dtype.isnative
    np.testing.assert_array_equal(data, volume(dtype))


@pytest.mark.parametrize(
    ("unit", "per_mm", "told"), [("micron", 1e3, "micrometres"), ("meter", 1e-3, "metres"), ("unknown", 1, None)]
)
@pytest.mark.parametrize("shape", [(5, 6, 7), (5, 6)])
def test_unit__becomes_mm_as_in_itk(tmp_path, unit, per_mm, told, shape):
    image = nibabel.Nifti1Image(volume(shape=shape), np.diag([per_mm] * 3 + [1]) @ np.diag([-1, -2.0, 3, 1]) @ SHIFT)
    image.header.set_xyzt_units(unit)
    nibabel.save(image, tmp_path / "a.nii")
    found = open_image(tmp_path / "a.nii")
    keep = [*range(len(shape)), 3]
    np.testing.assert_allclose(found.affine, (np.diag([-1, -2.0, 3, 1]) @ SHIFT)[np.ix_(keep, keep)], rtol=1e-6)
    assert found.notes == (() if told is None else (f"{found.path} counts in {told}, which were turned into mm",))
    write_image(tmp_path / "b.nii", found.data, like=found)
    back = nibabel.load(tmp_path / "b.nii")
    assert back.header.get_xyzt_units()[0] == "mm"
    np.testing.assert_allclose(back.affine[np.ix_(keep, keep)], found.affine, rtol=1e-6)
    sitk = pytest.importorskip("SimpleITK")
    theirs, ours = (sitk.ReadImage(str(tmp_path / f"{name}.nii")) for name in "ab")
    assert ours.GetSpacing() == pytest.approx(theirs.GetSpacing(), rel=1e-6)
    assert ours.GetOrigin() == pytest.approx(theirs.GetOrigin(), rel=1e-6)


@pytest.mark.parametrize("kind", [nibabel.Nifti2Image, nibabel.Nifti1Pair, nibabel.Nifti2Pair])
@pytest.mark.parametrize("order", "<>")
def test_nifti_2_and_pairs__are_read(tmp_path, kind, order):
    header = kind.header_class(endianness=order)
    header.set_data_dtype(f"{order}i2")
    ends = (".nii", ".nii.gz") if kind is nibabel.Nifti2Image else (".hdr", ".img")
    for end in ends:
        nibabel.save(kind(volume(), OBLIQUE, header), tmp_path / f"a{end}")
        data, affine = read_image(tmp_path / f"a{end}")
        np.testing.assert_array_equal(data, volume())
        np.testing.assert_allclose(affine, OBLIQUE, rtol=1e-6)
    if ends[0] == ".hdr":
        (tmp_path / "a.img").unlink()
        with pytest.raises(ValueError, match=r"a\.hdr is damaged or cut short: .*a\.img"):
            read_image(tmp_path / "a.hdr")
        with pytest.raises(ValueError, match="must end with one of"):
            write_image(tmp_path / "b.hdr", volume())


def test_slope_and_intercept__are_applied(tmp_path):
    path = nifti(tmp_path / "a.nii", volume())
    raw = bytearray(path.read_bytes())
    raw[112:120] = np.array([0.5, -3], "<f4").tobytes()
    path.write_bytes(raw)
    data, _ = read_image(path)
    np.testing.assert_array_equal(data, volume() * 0.5 - 3)


def test_one_volume_of_four_axes__is_an_image(tmp_path):
    data, affine = read_image(nifti(tmp_path / "a.nii", volume(shape=(5, 6, 7, 1))))
    assert data.shape == (5, 6, 7)
    assert affine.shape == (4, 4)
    assert read_image(nifti(tmp_path / "a.nii", volume(shape=(5, 6, 7, 1, 1))))[0].shape == (5, 6, 7)
    assert read_image(nifti(tmp_path / "a.nii", volume(shape=(5, 6, 1)), np.eye(4)))[0].shape == (5, 6)


def test_several_volumes__one_is_to_be_chosen(tmp_path):
    series = volume(shape=(5, 6, 7, 3))
    path = nifti(tmp_path / "a.nii.gz", series)
    with pytest.raises(
        ValueError, match=r"3 volumes, its shape is \(5, 6, 7, 3\); choose one of them with volume=0 to 2"
    ):
        read_image(path)
    np.testing.assert_array_equal(read_image(path, volume=2)[0], series[..., 2])
    with pytest.raises(ValueError, match="volume must be at most 2, got 3"):
        read_image(path, volume=3)
    with pytest.raises(TypeError, match="volume must be a whole number"):
        read_image(path, volume=1.5)


def test_several_pages__one_is_to_be_chosen(tmp_path):
    pages = [Image.fromarray(volume("uint8", (4, 5)) + k) for k in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match="holds 3 pages; choose one of them with volume=0 to 2"):
        read_image(tmp_path / "a.tif")
    np.testing.assert_array_equal(read_image(tmp_path / "a.tif", volume=1)[0], volume("uint8", (4, 5)) + 1)


@pytest.mark.parametrize("mode", ["P", "RGB", "RGBA", "LA", "CMYK", "1"])
def test_colours__become_grey(tmp_path, mode):
    colours = Image.fromarray(volume("uint8", (6, 8, 3)), "RGB" if mode == "RGB" else None).convert(mode)
    end = ".tif" if mode == "CMYK" else ".png"
    colours.save(tmp_path / f"a{end}")
    data, _ = read_image(tmp_path / f"a{end}")
    assert (data.shape, data.dtype) == ((6, 8), np.uint8)
    np.testing.assert_array_equal(data, np.array(colours.convert("L")))


def test_jpeg__is_read_and_not_written(tmp_path):
    Image.fromarray(samples.brain()).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_image(tmp_path / "a.jpg")[0].astype(float) - samples.brain()).mean() < 2
    with pytest.raises(ValueError, match="would lose grey values; write .png or .tif"):
        write_image(tmp_path / "b.jpg", samples.brain())


def test_placeless_nifti__is_told(tmp_path):
    image = nibabel.Nifti1Image(volume(), None)
    nibabel.save(image, tmp_path / "a.nii")
    with pytest.warns(UserWarning, match="does not say where the image lies: its middle is taken"):
        read_image(tmp_path / "a.nii")


def test_tiff_with_a_resolution__is_told(tmp_path):
    Image.fromarray(volume("uint8", (4, 5))).save(tmp_path / "a.tif", dpi=(72, 72))
    with pytest.warns(UserWarning, match="which ITK takes for its spacing"):
        read_image(tmp_path / "a.tif")
    Image.fromarray(volume("uint8", (4, 5))).save(tmp_path / "b.tif")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_image(tmp_path / "b.tif")


def test_tiff_resolution_and_itk__as_the_warning_says(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    Image.fromarray(volume("uint8", (4, 5))).save(tmp_path / "a.tif", dpi=(72, 72))
    assert sitk.ReadImage(str(tmp_path / "a.tif")).GetSpacing() == pytest.approx((25.4 / 72, 25.4 / 72))
    assert open_image(tmp_path / "a.tif").notes


def test_upright_slice__is_counted_along_its_axes(tmp_path):
    coronal = np.array([[2.0, 0, 0, -10], [0, 0, 3, 20], [0, 1.5, 0, 5], [0, 0, 0, 1]])
    path = nifti(tmp_path / "a.nii", volume(shape=(5, 6, 1)), coronal)
    with pytest.warns(UserWarning, match="one slice that stands upright or oblique"):
        _, affine = read_image(path)
    np.testing.assert_allclose(affine, np.diag([2.0, 1.5, 1]))


@pytest.mark.parametrize("thin", [0, 1, 2])
def test_one_slice__is_an_image_whichever_axis_is_thin(tmp_path, thin):
    flat = volume(shape=(5, 6))
    keep = [axis for axis in range(3) if axis != thin]
    lying = np.zeros((4, 4))
    lying[[0, 1, 2], [*keep, thin]], lying[:, 3] = [2, -1.5, 4], [-10, 20, 5, 1]
    data, affine = read_image(nifti(tmp_path / "a.nii", np.expand_dims(flat, thin), lying))
    np.testing.assert_array_equal(data, flat)
    np.testing.assert_array_equal(affine, [[2, 0, -10], [0, -1.5, 20], [0, 0, 1]])
    upright = lying[[0, 2, 1, 3]]
    with pytest.warns(UserWarning, match="one slice that stands upright or oblique"):
        data, affine = read_image(nifti(tmp_path / "a.nii", np.expand_dims(flat, thin), upright))
    np.testing.assert_array_equal(data, flat)
    np.testing.assert_array_equal(affine, np.diag([2, 1.5, 1]))


# --- files that are broken --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0.02, 0.5, 0.99])
@pytest.mark.parametrize("end", [".nii", ".nii.gz"])
def test_nifti_cut_short__says_so(tmp_path, end, keep):
    path = nifti(tmp_path / f"a{end}", volume(shape=(20, 20, 20)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is (damaged|no NIfTI file)") as error:
        read_image(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("end", [".png", ".tif", ".jpg"])
def test_picture_cut_short__says_so(tmp_path, end):
    path = tmp_path / f"a{end}"
    Image.fromarray(samples.brain()).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is (damaged|no picture)"):
        read_image(path)


@pytest.mark.parametrize("end", [".nii", ".nii.gz", ".png", ".tif", ".jpg"])
def test_another_kind_of_file__says_so(tmp_path, end):
    path = tmp_path / f"a{end}"
    path.write_text("subject,age\n1,30\n" * 100, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"{re.escape(str(path))} is (damaged|no )"):
        read_image(path)


def test_unknown_missing_empty_and_folder__say_so(tmp_path):
    (tmp_path / "a.doc").write_text("x", encoding="utf-8")
    (tmp_path / "a.nii").touch()
    with pytest.raises(ValueError, match=r"a\.doc must end with one of \.nii\.gz, \.nii, \.png"):
        read_image(tmp_path / "a.doc")
    with pytest.raises(ValueError, match=r"a\.nii is empty"):
        read_image(tmp_path / "a.nii")
    with pytest.raises(FileNotFoundError, match=r"there is no file .*b\.nii"):
        read_image(tmp_path / "b.nii")
    with pytest.raises(IsADirectoryError, match="is a folder, not a file"):
        read_image(tmp_path)


def test_colours_complex_numbers_and_vectors_in_nifti__say_so(tmp_path):
    rgb = np.zeros((4, 5, 6), [("R", "u1"), ("G", "u1"), ("B", "u1")])
    for data, message in (
        (rgb, "holds colours; an image must hold real numbers"),
        (np.ones((4, 5, 6), np.complex64), "holds values of dtype complex64"),
        (np.ones((4, 5, 6, 1, 3), np.float32), r"holds vectors, its shape is \(4, 5, 6, 1, 3\)"),
    ):
        with pytest.raises(ValueError, match=message):
            read_image(nifti(tmp_path / "a.nii", data))


def test_matrix_that_is_singular_or_not_finite__says_so(tmp_path):
    for entry, message in ((0.0, "must be invertible"), (np.nan, "has NaN")):
        path = nifti(tmp_path / "a.nii", volume())
        raw = bytearray(path.read_bytes())
        raw[252:256] = (0).to_bytes(2, "little") + (1).to_bytes(2, "little")  # only the sform counts
        raw[280:296] = np.array([entry] * 4, "<f4").tobytes()
        path.write_bytes(raw)
        with pytest.raises(ValueError, match=rf"the matrix of .*a\.nii {message}"):
            read_image(path)


@pytest.mark.parametrize(
    ("name", "array", "affine", "message"),
    [
        ("a.png", np.ones((2, 2)), None, "cannot hold values of dtype float64; write .tif, or round"),
        ("a.png", np.array([[-1, 2]]), None, "cannot hold values from -1 to 2; write .tif"),
        ("a.png", np.ones((2, 2), "u1"), np.diag([2.0, 1, 1]), "cannot hold a matrix; write .nii.gz"),
        ("a.png", np.ones((2, 2, 2), "u1"), None, r"cannot hold an image of shape \(2, 2, 2\)"),
        ("a.txt", np.ones((2, 2)), None, "must end with one of"),
        ("a.nii", np.ones((2, 2, 2)), np.eye(3), r"affine must have shape \(4, 4\) in 3-D"),
        ("a.nii", np.ones(4), None, r"array must be 2-D or 3-D, got shape \(4,\)"),
    ],
)
def test_write_image__refuses_what_would_be_lost(tmp_path, name, array, affine, message):
    with pytest.raises(ValueError, match=message):
        write_image(tmp_path / name, array, affine)
    assert not list(tmp_path.iterdir())


def test_place_that_cannot_be_written__says_so(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_image(tmp_path / "none" / "a.nii", volume())
    with pytest.raises(IsADirectoryError, match="is a folder, not a file"):
        write_image(tmp_path, volume())
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    with pytest.raises(PermissionError, match="may not be written"):
        writable(tmp_path / "a.nii")
