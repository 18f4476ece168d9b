"""The sample pictures: shapes, traps, determinism, and clear errors."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from coursereg.course import _makers, samples
from coursereg.course._places import data_folder

KINDS = ["shift", "subpixel", "rotation", "rigid", "contrast", "modality"]


def digest(*pictures):
    total = hashlib.sha256()
    for picture in pictures:
        total.update(np.ascontiguousarray(picture).tobytes())
    return total.hexdigest()[:16]


def test_every_loader__returns_grey_levels_of_the_stated_shape():
    shapes = {
        samples.brain().shape: (256, 256),
        samples.brain_mri(1).shape: (240, 288),
        samples.t1_pd().static.shape: (257, 221),
        samples.t1_pd(moved=True).moving.shape: (257, 221),
    }
    assert all(got == wanted for got, wanted in shapes.items())
    pictures = [samples.brain(), *(samples.brain_mri(k) for k in (1, 2, 3, 4)), *samples.t1_pd()[:2]]
    assert all(p.dtype == np.uint8 for p in pictures)


@pytest.mark.parametrize("load", [samples.brain, lambda: samples.brain_mri(3), lambda: samples.six_pairs()[0].static])
def test_loaders__return_fresh_arrays_that_may_be_changed(load):
    first = load()
    first[...] = 7
    assert load().max() > 7


def test_brain_mri__has_noise_of_eight_grey_levels_and_is_never_equal():
    # inside white matter nothing is clipped, so the noise keeps its size there: compare with a smoothed copy
    picture = samples.brain_mri(1).astype(float)
    flat = samples.brain().astype(float)[40:172, 52:206]
    difference = picture[30:162, 62:216] - flat
    assert difference[(flat > 30) & (flat < 225)].std() == pytest.approx(8, rel=0.05)
    assert not np.array_equal(samples.brain_mri(1), samples.brain_mri(2))


def test_brain_mri__repeats_the_traps_of_the_hand_out():
    theta = {k: samples.brain_mri_truth(k)[0] for k in (1, 2, 3, 4)}
    shift = {k: np.array(samples.brain_mri_truth(k)[1]) for k in (1, 2, 3, 4)}
    assert theta[1] == theta[2] == 0
    assert not shift[1].any()
    assert not shift[3].any()
    assert theta[3] == pytest.approx(12, abs=1)
    assert theta[4] == pytest.approx(22, abs=1)
    assert np.hypot(*shift[4]) == pytest.approx(65, abs=1)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_brain_mri__keeps_the_whole_brain_in_the_frame(k):
    smooth = _makers.blur(samples.brain_mri(k), 8)
    assert max(smooth[:3].max(), smooth[-3:].max(), smooth[:, :3].max(), smooth[:, -3:].max()) < 12


def test_six_pairs__show_what_their_names_say():
    pairs = samples.six_pairs()
    r = [np.corrcoef(p.static.ravel(), p.moving.ravel())[0, 1] for p in pairs]
    assert r[0] > 0.9  # blur
    assert r[1] > 0.98  # another contrast
    assert max(abs(r[2]), abs(r[3])) < 0.5  # unrelated
    assert 0.5 < r[4] < 0.95  # hidden parts
    assert 0.5 < r[5] < 0.95
    assert all(p.static.shape == p.moving.shape for p in pairs)
    assert all(p.static.shape[0] != p.static.shape[1] for p in pairs)


def test_six_pairs__wrap_around_when_subtracted_as_uint8():
    for pair in samples.six_pairs():
        difference = pair.static.astype(int) - pair.moving.astype(int)
        assert np.abs(difference).max() >= 16
        wrapped = ((pair.static - pair.moving) ** 2).sum()
        assert int(wrapped) != int((difference**2).sum())


def test_first_picture_of_the_six_pairs__is_a_palette_file_whose_numbers_are_not_grey_levels():
    with Image.open(samples.path("six_pairs/I1.png")) as file:
        assert file.mode == "P"
        stored = np.array(file)
    assert stored.shape == samples.six_pairs()[0].static.shape
    assert not np.array_equal(stored, samples.six_pairs()[0].static)


@pytest.mark.parametrize("kind", KINDS)
def test_brain_pair__is_the_same_for_the_same_seed_and_another_for_another(kind):
    one, again, other = (samples.brain_pair(kind, seed=s) for s in (5, 5, 6))
    assert digest(*one[:2]) == digest(*again[:2]) != digest(*other[:2])
    assert one[2:4] == again[2:4] != other[2:4]


@pytest.mark.parametrize("kind", KINDS)
def test_brain_pair__keeps_the_whole_brain_in_the_frame(kind):
    for seed in range(4):
        moving = _makers.blur(samples.brain_pair(kind, seed=seed).moving, 8)
        edge = np.concatenate([moving[:3].ravel(), moving[-3:].ravel(), moving[:, :3].ravel(), moving[:, -3:].ravel()])
        assert np.ptp(edge) < 14


def test_brain_pair__gives_these_very_bytes_on_every_machine():
    # written down on Linux with NumPy 2; a change here means that every student's own data changes
    found = {kind: digest(*samples.brain_pair(kind, seed=1)[:2]) for kind in KINDS}
    assert found == {
        "shift": "481e0f8c13f0b823",
        "subpixel": "4db2ca131f40c69d",
        "rotation": "44017c347b3555d3",
        "rigid": "538eb598af3b3d2f",
        "contrast": "8ed691c090a1c068",
        "modality": "8f695acdab3ee420",
    }


def test_dice__gives_noise_of_mean_0_and_variance_1():
    noise = _makers.Dice(3).normal((300, 400))
    assert abs(noise.mean()) < 0.02
    assert noise.std() == pytest.approx(1, abs=0.01)


def test_blob__is_moved_exactly_by_its_centre():
    one, moved = samples.blob(centre=(20.3, 30.6)), samples.blob(centre=(23.3, 28.6))
    np.testing.assert_allclose(moved[3:, :-2], one[:-3, 2:], atol=1e-9)


def test_letter__is_unlike_its_turned_and_mirrored_copies():
    F = samples.letter()
    copies = [F[::-1], F[:, ::-1], F[::-1, ::-1]]
    assert not any(np.array_equal(F, c) for c in copies)
    square = np.pad(F, ((1, 1), (0, 0)), constant_values=60)
    assert not any(np.array_equal(square, np.rot90(square, k)) for k in (1, 2, 3))
    assert not np.array_equal(square, square.T)
    samples.letter()[:] = 0
    assert samples.letter().any()


def test_blob__is_at_most_200_and_zero_at_the_border():
    picture = samples.blob()
    assert picture.shape == (48, 64)
    assert 195 < picture.max() <= 200
    assert not picture[:5].any()
    assert not picture[:, -5:].any()
    assert not np.allclose(picture, picture[:, ::-1])


def test_volume__has_voxels_that_are_not_cubes():
    data, affine, zooms = samples.volume()
    assert data.shape == (58, 58, 24)
    np.testing.assert_allclose(np.linalg.norm(affine[:3, :3], axis=0), zooms, rtol=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: samples.brain_mri(5), r"k must be a whole number in 1\.\.4, got 5"),
        (lambda: samples.brain_mri("1"), r"k must be a whole number in 1\.\.4, got '1'"),
        (lambda: samples.brain_mri_truth(0), r"k must be a whole number in 1\.\.4, got 0"),
        (lambda: samples.brain_pair("turn"), r"k must be one of shift, subpixel, .*, got 'turn'"),
        (lambda: samples.brain_pair("shift", seed=-1), r"seed must be a whole number in 0\.\..*, got -1"),
        (lambda: samples.path("brain.png"), r"name must be one of brain_mri_1\.png, .*, got 'brain\.png'"),
        (lambda: samples.path("../pyproject.toml"), r"name must be one of"),
        (lambda: samples.blob((8, 8)), "each entry of shape must be at least 16, got 8"),
        (lambda: samples.blob(None), "shape must be two numbers, got None"),
        (lambda: samples.blob(3), "shape must be two numbers, got 3"),
        (lambda: samples.blob((20, 20, 20)), r"shape must be two numbers, got \(20, 20, 20\)"),
        (lambda: samples.blob(centre=5), "centre must be two numbers, got 5"),
        (lambda: samples.blob(centre=(1, np.nan)), "each entry of centre must be a finite number, got nan"),
        (lambda: samples.blob(centre=("1", 2)), "each entry of centre must be a finite number, got '1'"),
    ],
)
def test_wrong_arguments__say_what_must_hold_and_what_came(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("shape", "got"), [((20.5, 20), "20.5"), ("ab", "'a'"), ((None, 20), "None"), ((True, 20), "True")]
)
def test_blob__wants_whole_numbers(shape, got):
    with pytest.raises(TypeError, match=f"each entry of shape must be a whole number, got {got}"):
        samples.blob(shape)


def test_template__is_a_symmetric_brain_of_the_right_size_in_mni_coordinates():
    data, affine = samples.template()
    assert data.shape == (77, 101, 80)
    assert data.dtype == np.uint8
    assert data.flags.writeable
    brain = data > 30
    # the template is larger than most brains: 1.7 to 2.0 litres
    assert 1.7e6 < brain.sum() * 8 < 2.0e6
    places = np.argwhere(brain)
    middle = affine[:3, :3] @ places.mean(axis=0) + affine[:3, 3]
    assert abs(middle[0]) < 0.5  # mm
    # mirrored about x = 0 it is itself: voxel i lies at 2 i - 75.5, and its mirror image between two voxels
    rows = np.arange(1, 76)
    left, right = data[rows].astype(float), (data[75 - rows].astype(float) + data[76 - rows]) / 2
    assert np.corrcoef(left.ravel(), right.ravel())[0, 1] > 0.99
    # white matter is brighter than grey matter, and both than the ventricles
    point = np.linalg.inv(affine) @ [[26, -8], [-10, -32], [34, 22], [1, 1]]
    white, ventricle = (data[tuple(np.rint(p[:3]).astype(int))] for p in point.T)
    assert white > 180
    assert ventricle < white


def test_template__is_loaded_afresh():
    samples.template()[0][...] = 0
    assert samples.template()[0].max() > 200


def test_colin27__is_another_brain_near_the_template():
    data, affine = samples.colin27()
    assert data.shape == (80, 98, 82)
    assert data.dtype == np.uint8
    assert data.flags.writeable
    assert 1.5e6 < (data > 20).sum() * 8 < 1.8e6  # smaller than the template
    template, other = samples.template()
    into = np.linalg.inv(affine) @ other
    index = np.indices(template.shape).reshape(3, -1)
    moved = ndimage.map_coordinates(data.astype(float), into[:3, :3] @ index + into[:3, 3:], order=1)
    assert np.corrcoef(moved, template.ravel())[0, 1] > 0.8  # both in MNI coordinates


def test_colin27__has_no_threads_at_its_base():
    data, _ = samples.colin27()
    pieces, count = ndimage.label(data > 4)  # half a voxel of fluid
    assert np.bincount(pieces.ravel())[1:].max() > 0.9999 * (data > 4).sum()
    opened = ndimage.binary_opening(data > 4, np.ones((2, 2, 2)))
    assert opened.sum() > 0.99 * (data > 4).sum()


@pytest.mark.parametrize("name", ["template", "colin27"])
def test_tissue__is_brighter_from_fluid_to_grey_to_white(name):
    data, _ = getattr(samples, name)()
    tissue = samples.tissue(name)
    assert tissue.shape == data.shape
    assert tissue.dtype == np.uint8
    means = [data[tissue == k].mean() for k in range(4)]
    assert means[0] < 1
    assert all(means[k + 1] > 1.25 * means[k] for k in range(3))
    litres = np.bincount(tissue.ravel()) * 8e-6
    assert 0.85 < litres[2] < 1.15
    assert 0.6 < litres[3] < 0.75


def test_tissue__is_white_in_the_middle_of_a_callosum_and_fluid_in_a_ventricle():
    for name in ("template", "colin27"):
        _, affine = getattr(samples, name)()
        into = np.linalg.inv(affine)
        places = {(26, -34, 34): 3, (-26, -34, 34): 3, (3, 26, 0): 3, (-5, 1, 17): 1}  # mm
        for place, wanted in places.items():
            at = tuple(np.rint(into[:3, :3] @ place + into[:3, 3]).astype(int))
            assert samples.tissue(name)[at] == wanted, (name, place)


def test_tissue__knows_two_brains():
    with pytest.raises(ValueError, match="name must be one of 'colin27', 'template', got 'head'"):
        samples.tissue("head")


def test_data_files__have_the_written_checksums():
    folder = data_folder()
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 26
    for line in lines:
        wanted, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted, name


def test_data_readme__names_every_file_with_its_checksum():
    folder = data_folder()
    text = (folder / "README.md").read_text(encoding="utf-8")
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        wanted, name = line.split("  ")
        assert f"`{name}`" in text, name
        assert wanted[:16] in text, name


def test_data__weighs_less_than_ten_megabytes():
    assert sum(p.stat().st_size for p in data_folder().rglob("*") if p.is_file()) < 10e6


def test_importing_samples__pulls_neither_scipy_nor_matplotlib_nor_numba():
    heavy = ("scipy", "matplotlib", "numba", "nibabel")
    code = f"import sys, coursereg.course.samples; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
