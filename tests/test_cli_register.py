"""`coursereg register` and `coursereg apply`: what is found and written, what is said about bad files, the page."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nibabel
import numpy as np
import pytest
from PIL import Image

from coursereg import AffineMap, cli, read_image, read_transform, samples, write_image, write_transform
from coursereg.report.affine import cautions
from coursereg.report.curve import Walk
from coursereg.report.words import motion_of

TRUE = np.array([[0.98, -0.17, 0.05, 4.0], [0.16, 1.0, -0.12, -6.0], [-0.06, 0.11, 1.03, 3.0], [0, 0, 0, 1.0]])
VOXEL = 4.0


def run(capsys, *arguments):
    """Run the command line in this process; return exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as stop:
        cli.main([str(a) for a in arguments])
    out = capsys.readouterr()
    return stop.value.code or 0, out.out, out.err


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The template at 4 mm, moved by a known map onto an oblique grid, with another contrast; labels; pictures."""
    folder = tmp_path_factory.mktemp("files")
    data, affine = samples.template()
    static, grid = data[::2, ::2, ::2], affine @ np.diag([2.0, 2, 2, 1])
    oblique = np.eye(4)
    c, s = np.cos(0.2), np.sin(0.2)
    oblique[:3, :3] = np.array([[-c, s, 0], [s, c, 0], [0, 0, 1]]) @ np.diag([VOXEL, VOXEL, VOXEL])
    shape = (40, 52, 42)
    middle = TRUE[:3, :3] @ [0, -18, 8] + TRUE[:3, 3]
    oblique[:3, 3] = middle - oblique[:3, :3] @ ((np.array(shape) - 1) / 2)
    back = AffineMap(np.linalg.inv(TRUE), shape, oblique, data.shape, affine)
    moving = np.sqrt(back.image(data) / 255) * 900
    found = SimpleNamespace(folder=folder)
    for name, image, matrix in (
        ("static", static, grid),
        ("moving", moving.astype(np.int16), oblique),
        ("labels", (moving > 500).astype(np.uint8) * 7, oblique),
        ("mask", (static > 0).astype(np.uint8), grid),
        ("zeros", np.zeros(static.shape, np.uint8), grid),
        ("constant", np.full(static.shape, 5, np.uint8), grid),
    ):
        path = folder / f"{name}.nii.gz"
        write_image(path, image, matrix)
        setattr(found, name, path)
    pair = samples.t1_pd(moved=True)
    for name, image in (("t1", pair.static), ("pd", pair.moving)):
        setattr(found, name, folder / f"{name}.png")
        write_image(folder / f"{name}.png", image)
    found.shift = pair.shift
    return found


@pytest.fixture(scope="module")
def done(files, tmp_path_factory):
    """One run on volumes, kept for several tests."""
    out = tmp_path_factory.mktemp("done")
    with pytest.raises(SystemExit) as stop:
        cli.main(["register", str(files.static), str(files.moving), "--out", str(out), "--labels", str(files.labels)])
    return SimpleNamespace(code=stop.value.code, out=out)


def error_of(matrix, files):
    """Mean distance from the true map over the brain, in voxels."""
    data, affine = read_image(files.static)
    points = np.argwhere(data > 20) @ affine[:3, :3].T + affine[:3, 3]
    return np.linalg.norm(AffineMap(matrix).points(points) - AffineMap(TRUE).points(points), axis=1).mean() / VOXEL


# --- what is found and written ----------------------------------------------------------------------------------------


def test_register__finds_a_known_affine_map(done, files):
    assert done.code == 0
    found = read_transform(done.out / "transform.npz")
    assert error_of(found.affine, files) < 0.1
    np.testing.assert_allclose(read_transform(done.out / "transform.txt").affine, found.affine, rtol=1e-12, atol=1e-12)
    assert found.domain_shape == read_image(files.static)[0].shape


def test_register__writes_the_aligned_image_on_the_static_grid(done, files):
    aligned, affine = read_image(done.out / "aligned.nii.gz")
    static, grid = read_image(files.static)
    moving, _ = read_image(files.moving)
    assert (aligned.shape, aligned.dtype) == (static.shape, np.int16)
    np.testing.assert_array_equal(affine, grid)
    np.testing.assert_array_equal(aligned, np.rint(read_transform(done.out / "transform.npz").image(moving)))
    assert np.corrcoef(aligned.ravel(), np.sqrt(static.astype(float)).ravel())[0, 1] > 0.98


def test_register__moves_labels_with_their_values(done, files):
    labels, _ = read_image(done.out / "labels_aligned.nii.gz")
    assert set(np.unique(labels)) == {0, 7}
    aligned, _ = read_image(done.out / "aligned.nii.gz")
    inside, truth = labels == 7, aligned > 500
    assert 2 * (inside & truth).sum() / (inside.sum() + truth.sum()) > 0.95


def test_register__pictures_stay_pictures_and_the_lines_say_what_came_out(capsys, files, tmp_path):
    code, out, err = run(
        capsys, "register", files.t1, files.pd, "--transform", "rigid", "--out", tmp_path / "new" / "x"
    )
    assert (code, err) == (0, "")
    assert re.search(r"^found: .* \(overlap 8\d%, \d+\.\d\d s\)$", out, re.MULTILINE)
    assert re.search(r"^shifted: 1[67]\.\d\d pixels up, 1[23]\.\d\d pixels to the left", out, re.MULTILINE)
    for line in out.splitlines()[3:]:
        assert (tmp_path / "new" / "x" / line.split(": ")[1]).is_file(), line
    assert read_image(tmp_path / "new" / "x" / "aligned.png")[0].dtype == np.uint8
    T = read_transform(tmp_path / "new" / "x" / "transform.txt")
    np.testing.assert_allclose(T.affine[:2, 2], files.shift, atol=0.5)


def test_register__of_colours_and_floats_in_pictures(capsys, files, tmp_path):
    Image.fromarray(np.repeat(read_image(files.t1)[0][:, :, None], 3, 2)).save(tmp_path / "rgb.png")
    write_image(tmp_path / "float.tif", read_image(files.pd)[0] / 255)
    code, _, _ = run(
        capsys,
        "register",
        tmp_path / "rgb.png",
        tmp_path / "float.tif",
        "--transform",
        "translation",
        "--out",
        tmp_path,
    )
    assert code == 0
    aligned, _ = read_image(tmp_path / "aligned.tif")
    assert (aligned.dtype, aligned.shape) == (np.float32, read_image(files.t1)[0].shape)


def test_register__starts_from_a_file_and_looks_at_masks(capsys, files, done, tmp_path):
    arguments = ["register", files.static, files.moving, "--out", tmp_path, "--static-mask", files.mask]
    code, _, _ = run(capsys, *arguments, "--start", done.out / "transform.txt", "--seed", 5)
    assert code == 0
    assert error_of(read_transform(tmp_path / "transform.npz").affine, files) < 0.1
    code, _, _ = run(capsys, *arguments, "--start", "centers", "--transform", "similarity")
    assert code == 0


def test_register__without_time_writes_the_files_and_ends_with_1(capsys, files, tmp_path):
    code, out, _ = run(capsys, "register", files.t1, files.pd, "--out", tmp_path, "--max-seconds", "0")
    assert code == 1
    assert out.startswith("NOT TO BE TRUSTED: there was no time for a stage (")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "✗ Do not trust this map: there was no time for a stage." in page
    assert "No step was made." in page
    assert (tmp_path / "aligned.png").is_file()


def test_register__says_what_to_know_about_the_input(capsys, files, tmp_path):
    image = nibabel.load(files.static)
    nibabel.save(nibabel.Nifti1Image(np.asanyarray(image.dataobj), None), tmp_path / "placeless.nii")
    arguments = ["--out", tmp_path / "out", "--transform", "rigid"]
    _, _, err = run(capsys, "register", tmp_path / "placeless.nii", files.moving, *arguments)
    assert re.search(r"^coursereg: note: .*placeless.nii does not say where the image lies", err)
    assert "does not say where the image lies" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_register__of_micrometres_writes_the_map_of_the_mm_file(capsys, files, done, tmp_path):
    for name in ("static", "moving"):
        image = nibabel.load(getattr(files, name))
        micron = nibabel.Nifti1Image(np.asanyarray(image.dataobj), np.diag([1e3, 1e3, 1e3, 1]) @ image.affine)
        micron.header.set_xyzt_units("micron")
        nibabel.save(micron, tmp_path / f"{name}.nii.gz")
    pair = (tmp_path / "static.nii.gz", tmp_path / "moving.nii.gz")
    code, _, err = run(capsys, "register", *pair, "--out", tmp_path / "out")
    assert (code, err.count("counts in micrometres, which were turned into mm")) == (0, 2)
    found, wanted = (read_transform(folder / "transform.txt").affine for folder in (tmp_path / "out", done.out))
    # matrices in files are in single precision, and a search ends with a step below 0.01 voxel of 4 mm
    np.testing.assert_allclose(found, wanted, atol=0.04)
    np.testing.assert_allclose(
        nibabel.load(tmp_path / "out" / "aligned.nii.gz").affine, nibabel.load(files.static).affine, atol=1e-4
    )
    apply = ("apply", tmp_path / "out" / "transform.txt", files.moving, "--like", pair[0], "--out", tmp_path / "a.nii")
    assert run(capsys, *apply)[0] == 0
    aligned = [read_image(path)[0].astype(float) for path in (tmp_path / "a.nii", done.out / "aligned.nii.gz")]
    np.testing.assert_allclose(*aligned, atol=2)


@pytest.mark.parametrize("thin", [0, 1, 2])
def test_register__takes_one_slice_whichever_axis_is_thin(capsys, files, tmp_path, thin):
    lying = np.eye(4)[:, [*np.insert([0, 1], thin, 2), 3]]
    place = np.diag([1.0, 1, 1, 1])
    place[thin] = [*(3.0 * np.eye(3)[thin]), 7.0]  # 3 mm thick, 7 mm up
    for name in ("t1", "pd"):
        flat = np.expand_dims(read_image(getattr(files, name))[0], thin)
        nibabel.save(nibabel.Nifti1Image(flat, lying @ place), tmp_path / f"{name}.nii")
    pair = (tmp_path / "t1.nii", tmp_path / "pd.nii")
    code, _, err = run(capsys, "register", *pair, "--out", tmp_path / "out", "--transform", "rigid")
    assert (code, err) == (0, "")
    T = read_transform(tmp_path / "out" / "transform.npz")
    np.testing.assert_allclose(T.affine[:2, 2], files.shift, atol=0.5)
    aligned, static = nibabel.load(tmp_path / "out" / "aligned.nii.gz"), nibabel.load(pair[0])
    assert aligned.shape == static.shape
    np.testing.assert_allclose(aligned.affine, static.affine, atol=1e-6)


@pytest.mark.parametrize("volume", [0, 1])
def test_register__takes_the_volume_that_was_chosen(capsys, files, tmp_path, volume):
    image = nibabel.load(files.moving)
    data = np.asanyarray(image.dataobj)
    both = np.stack([data, data[::-1]], axis=-1)
    nibabel.save(nibabel.Nifti1Image(both, image.affine), tmp_path / "series.nii.gz")
    options = ["--out", tmp_path / "out", "--moving-volume", volume, "--transform", "translation"]
    run(capsys, "register", files.static, tmp_path / "series.nii.gz", *options)
    T = read_transform(tmp_path / "out" / "transform.npz")
    aligned, _ = read_image(tmp_path / "out" / "aligned.nii.gz")
    np.testing.assert_array_equal(aligned, np.rint(T.image(both[..., volume])))


def test_apply__gives_what_register_gave_and_the_way_back(capsys, files, done, tmp_path):
    for name in ("transform.txt", "transform.npz"):
        code, out, err = run(
            capsys, "apply", done.out / name, files.moving, "--like", files.static, "--out", tmp_path / "a.nii"
        )
        assert (code, err) == (0, "")
        assert out == f"written: {tmp_path / 'a.nii'}\n"
        difference = read_image(tmp_path / "a.nii")[0] - read_image(done.out / "aligned.nii.gz")[0]
        assert np.abs(difference).max() <= (0 if name == "transform.npz" else 1)
    arguments = ["--like", files.moving, "--out", tmp_path / "back.nii.gz", "--inverse"]
    code, _, _ = run(capsys, "apply", done.out / "transform.txt", done.out / "aligned.nii.gz", *arguments)
    assert code == 0
    back, affine = read_image(tmp_path / "back.nii.gz")
    moving, grid = read_image(files.moving)
    np.testing.assert_array_equal(affine, grid)
    assert np.corrcoef(back.ravel(), moving.ravel())[0, 1] > 0.97
    arguments = ["--like", files.static, "--out", tmp_path / "l.nii", "--interpolation", "nearest"]
    run(capsys, "apply", done.out / "transform.txt", files.labels, *arguments)
    np.testing.assert_array_equal(read_image(tmp_path / "l.nii")[0], read_image(done.out / "labels_aligned.nii.gz")[0])


def test_apply__of_pictures_has_itks_rows_and_columns_right(capsys, files, tmp_path):
    write_transform(tmp_path / "t.txt", np.array([[1.0, 0, 17], [0, 1, 13], [0, 0, 1]]))
    run(capsys, "apply", tmp_path / "t.txt", files.pd, "--like", files.t1, "--out", tmp_path / "a.png")
    np.testing.assert_array_equal(
        read_image(tmp_path / "a.png")[0][:200, :200], read_image(files.pd)[0][17:217, 13:213]
    )


# --- bad input --------------------------------------------------------------------------------------------------------


def bad_files(files, tmp_path):
    """Write files that cannot be registered; return what each of them makes the command say."""
    static = nibabel.load(files.static)
    data = np.asanyarray(static.dataobj)

    def nifti(name, array, affine=static.affine):
        nibabel.save(nibabel.Nifti1Image(array, affine), tmp_path / name)
        return tmp_path / name

    short = tmp_path / "short.nii.gz"
    short.write_bytes(files.static.read_bytes()[:20_000])
    text = tmp_path / "text.nii.gz"
    text.write_text("not an image", encoding="utf-8")
    return [
        (short, r"short\.nii\.gz is damaged or cut short: "),
        (text, r"text\.nii\.gz is (damaged or )?no NIfTI file"),
        (tmp_path / "none.nii", r"there is no file .*none\.nii"),
        (tmp_path, r"is a folder, not a file"),
        (files.t1, r"static and moving must have as many axes, got \(\d+, \d+, \d+\) and \(257, 221\)"),
        (nifti("series.nii", np.stack([data] * 2, -1)), r"holds 2 volumes, .*choose one of them with volume=0 to 1"),
        (nifti("nan.nii", np.full(data.shape, np.nan, np.float32)), r"moving has no finite sample"),
        (files.constant, r"moving is constant, 5 everywhere: there is nothing to align"),
        (nifti("complex.nii", data.astype(np.complex64)), r"holds values of dtype complex64"),
        (tmp_path / "moving.xyz", r"there is no file"),
    ]


def test_register__says_in_one_line_what_is_wrong_with_a_file(capsys, files, tmp_path):
    for bad, message in bad_files(files, tmp_path):
        code, out, err = run(capsys, "register", files.static, bad, "--out", tmp_path / "out")
        assert (code, out) == (2, ""), bad
        assert re.search(rf"^coursereg: .*{message}", err), err
        assert err.count("\n") == 1
        assert not (tmp_path / "out" / "aligned.nii.gz").exists()


def test_register__bears_nan_in_a_part_and_big_endian_and_read_only_files(capsys, files, tmp_path):
    image = nibabel.load(files.moving)
    data = np.asanyarray(image.dataobj).astype(np.float32)
    data[:6] = np.nan
    header = nibabel.Nifti1Header(endianness=">")
    header.set_data_dtype(">f4")
    nibabel.save(nibabel.Nifti1Image(data.astype(">f4"), image.affine, header), tmp_path / "nan.nii")
    (tmp_path / "nan.nii").chmod(0o400)
    code, _, err = run(capsys, "register", files.static, tmp_path / "nan.nii", "--out", tmp_path / "out")
    assert code == 0
    assert f"nan.nii is NaN or infinite at {np.isnan(data).sum()} of {data.size} samples" in err
    assert error_of(read_transform(tmp_path / "out" / "transform.npz").affine, files) < 0.15


def test_register__says_in_one_line_what_is_wrong_with_an_option(capsys, files, done, tmp_path):
    flat = tmp_path / "flat.txt"
    write_transform(flat, np.eye(3))
    elsewhere = tmp_path / "elsewhere.nii"
    data, affine = read_image(files.mask)
    write_image(elsewhere, data, affine + np.eye(4)[3][:, None] * 0 + np.diag([0, 0, 0.5, 0]))
    for options, message in (
        (["--transform", "bend"], "transform must be one of 'translation', 'rigid', .*got 'bend'"),
        (["--interpolation", "cubic"], "interpolation must be one of 'linear', 'nearest', got 'cubic'"),
        (["--start", "somewhere"], "start must be one of 'search', 'centers', 'a file', got 'somewhere'"),
        (["--start", flat], r"map and images must be of one dimension, got 2-D in .*flat\.txt, 3-D in"),
        (["--static-mask", files.zeros], "static is masked everywhere"),
        (["--static-mask", files.labels], r"the mask .*labels\.nii\.gz must have the shape of"),
        (["--static-mask", elsewhere], r"the mask .*elsewhere\.nii must lie where .* lies, it is up to \d"),
        (["--also", files.t1], r"t1\.png must have 3 axes"),
        (["--also", files.labels, "--labels", files.labels], "two files to be moved are called labels"),
        (["--moving-volume", "3"], "volume must be at most 0, got 3"),
        (["--max-seconds", "-1"], "Invalid value for '--max-seconds'"),
    ):
        code, out, err = run(capsys, "register", files.static, files.moving, "--out", tmp_path / "out", *options)
        assert (code, out) == (2, ""), options
        assert re.search(rf"^coursereg: .*{message}", err), err
        assert err.count("\n") == 1


def test_register__writes_over_no_input_and_into_no_file(capsys, files, done, tmp_path):
    aligned = done.out / "aligned.nii.gz"
    before = aligned.read_bytes()
    code, _, err = run(capsys, "register", files.static, aligned, "--out", done.out)
    assert code == 2
    assert "would be written over, and it is part of the input" in err
    code, _, err = run(capsys, "apply", done.out / "transform.txt", aligned, "--like", files.static, "--out", aligned)
    assert code == 2
    assert "would be written over" in err
    assert aligned.read_bytes() == before
    code, _, err = run(capsys, "register", files.t1, files.pd, "--out", files.t1)
    assert code == 2
    assert "the output must be a folder" in err


def test_apply__says_what_does_not_fit(capsys, files, done, tmp_path):
    for arguments, message in (
        (
            [done.out / "transform.txt", files.t1, "--like", files.t1],
            "map and images must be of one dimension, got 3-D in",
        ),
        ([files.t1, files.t1, "--like", files.t1], r"t1\.png must end with one of \.txt"),
        ([tmp_path / "none.txt", files.t1, "--like", files.t1], "there is no file"),
    ):
        code, _, err = run(capsys, "apply", *arguments, "--out", tmp_path / "a.nii")
        assert code == 2
        assert re.search(rf"^coursereg: .*{message}", err), err


# --- the page ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Tags, their attributes and the text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_page__needs_nothing_from_elsewhere(done):
    text = (done.out / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not re.search(r"(?i)https?:|//[a-z]|url\(|@import", re.sub(r'"data:[^"]*"', '""', text))
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "embed", "base"}
    assert [a["src"][:22] for tag, a in page.tags if tag == "img"] == ["data:image/png;base64,"] * 27
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_page__has_a_text_for_every_picture_with_numbers_that_tell_before_from_after(done):
    page = Page((done.out / "report.html").read_text(encoding="utf-8"))
    texts = [a["alt"] for tag, a in page.tags if tag == "img"] + [
        a["aria-label"] for tag, a in page.tags if tag == "svg"
    ]
    assert all(len(text) > 15 for text in texts)
    assert len(set(texts)) == 28
    for plane in ("axial", "coronal", "sagittal"):
        r = {
            w: float(re.search(rf"Checkerboard, {plane}.*?{w}: correlation in this plane (\S+),", "\n".join(texts))[1])
            for w in ("before", "after")
        }
        assert r["after"] > 0.97
        assert r["before"] < r["after"] - 0.05


def test_page__says_what_happened(done, files):
    page = Page((done.out / "report.html").read_text(encoding="utf-8"))
    for words in (
        "✓ A map was found.",
        "moving.nii.gz onto static.nii.gz",
        "Mutual information before",
        f"coursereg register {files.static} {files.moving} --out {done.out}",
        "coursereg 0.1.0",
        "antsApplyTransforms -i moving.nii.gz -r static.nii.gz -t transform.txt -o aligned.nii.gz",
        "labels_aligned.nii.gz",
        "affine, both images",
    ):
        assert words in page.text, words
    assert "Look twice" not in page.text
    numbers = [float(w) for w in re.search(r"Images come the other way\.\s+([-.\de\s]+)", page.text)[1].split()]
    np.testing.assert_allclose(
        np.reshape(numbers, (4, 4)), read_transform(done.out / "transform.npz").affine, rtol=1e-5
    )


def test_page__escapes_every_name(capsys, files, tmp_path):
    evil = tmp_path / "<b onload='x'>&amp;.png"
    evil.write_bytes(files.pd.read_bytes())
    code, _, _ = run(capsys, "register", files.t1, evil, "--transform", "rigid", "--out", tmp_path / "o")
    assert code == 0
    page = Page((tmp_path / "o" / "report.html").read_text(encoding="utf-8"))
    assert not [tag for tag, a in page.tags if tag == "b" or "onload" in a]
    assert page.text.count("<b onload='x'>&amp;.png") >= 3


def test_page__warns_where_objects_differ_in_size_more_than_the_map_says(capsys, files, tmp_path):
    write_image(tmp_path / "big.png", np.kron(read_image(files.t1)[0], np.ones((2, 2), np.uint8)))
    _, out, _ = run(capsys, "register", files.t1, tmp_path / "big.png", "--transform", "translation", "--out", tmp_path)
    assert "look twice: What is bright in the moving image is 2.0 times as large as in the static one" in out
    text = Page((tmp_path / "report.html").read_text(encoding="utf-8")).text
    assert "? A map was found, but look twice." in text
    assert "Look twice. What is bright in the moving image is 2.0 times as large as in the static one" in text


@pytest.mark.parametrize(
    ("scales", "overlap", "walk", "words"),
    [
        ((2, 1, 1), 1.0, (1, 2), "Lengths changed much: 0.50, 1.00, 1.00 times along the axes"),
        ((-1, 1, 1), 1.0, (1, 2), "The moving image was mirrored"),
        ((1, 1, 1), 0.4, (1, 2), "Only 40% of the samples of one image lie in the other one"),
        ((1, 1, 1), 1.0, (2, 1), "The images were more alike before: 2.000 nats of mutual information, now 1.000"),
    ],
)
def test_cautions__tell_what_a_search_may_not_see(scales, overlap, walk, words):
    matrix = np.diag([*scales, 1.0])
    said = cautions(overlap, motion_of(matrix, np.zeros(3)), Walk(*map(float, walk), []), 1.0)
    assert len(said) == 1
    assert said[0].startswith(words)
    assert not cautions(1.0, motion_of(np.eye(4), np.zeros(3)), Walk(1.0, 2.0, []), 1.0)


# --- the book ---------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent


def test_book__shows_what_the_commands_print(capsys, tmp_path, monkeypatch):
    text = (ROOT / "book" / "researchers.md").read_text(encoding="utf-8")
    lines = "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)).splitlines()
    (tmp_path / "data").mkdir()
    for name in ("head_t1.png", "head_pd_moved.png"):
        (tmp_path / "data" / name).write_bytes((ROOT / "data" / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    printed, told = [], []
    for line in lines:
        if line.startswith("$ coursereg "):
            code, out, _ = run(capsys, *line.split()[2:])
            assert code == 0
            printed += out.replace("\\", "/").splitlines()
        elif line:
            told.append(line)
    printed, told = ([re.sub(r"\d+\.\d+ s", "seconds", line) for line in part] for part in (printed, told))
    # a hundredth of a degree either way
    printed, told = ([line.replace("anticlockwise", "clockwise") for line in part] for part in (printed, told))
    number = re.compile(r"\d+\.\d+")
    assert [number.sub("#", line) for line in printed] == [number.sub("#", line) for line in told]
    numbers = ([float(w) for line in part for w in number.findall(line)] for part in (printed, told))
    np.testing.assert_allclose(*numbers, atol=0.03)  # another processor may round another way
    again, aligned = (read_image(tmp_path / name)[0] for name in ("again.png", "moved/aligned.png"))
    assert np.abs(again.astype(int) - aligned).max() <= 1
