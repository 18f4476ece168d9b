"""What is derived can be made again: the same pixels come out of ``data/build.py``."""

import importlib.util
import json
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

from coursereg.course import samples

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build():
    """The build script, loaded by its path: the data folder is no package."""
    spec = importlib.util.spec_from_file_location("data_build", ROOT / "data" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_brain_mri__comes_out_the_same_when_made_again(build, tmp_path):
    truth = {}
    build.brain_mri(samples.brain(), tmp_path, truth)
    for k in (1, 2, 3, 4):
        np.testing.assert_array_equal(build.grey(tmp_path / f"brain_mri_{k}.png"), samples.brain_mri(k))
    stored = json.loads(samples.path("truth.json").read_text(encoding="utf-8"))
    made = json.loads(json.dumps(truth))
    assert made == {name: entry for name, entry in stored.items() if name.startswith("brain_mri")}


def test_palette_file__keeps_the_grey_levels_behind_numbers_that_are_not(build, tmp_path):
    picture = samples.brain()
    build.save_palette(picture, tmp_path / "palette.png")
    with Image.open(tmp_path / "palette.png") as file:
        assert file.mode == "P"
        assert not np.array_equal(np.array(file), picture)
        np.testing.assert_array_equal(np.array(file.convert("L")), picture)


def test_canvas__shows_the_picture_at_its_place_and_no_frame_around_it(build):
    picture = samples.t1_pd().moving[20:237, 20:201]
    out = build.paste(picture, 20, (5, -3), key=9)
    np.testing.assert_array_equal(out[25:242, 17:198], picture)
    rim = np.concatenate([out[:20].ravel(), out[-10:].ravel()])
    corner = picture[:14, :14]
    assert abs(rim.mean() - corner.mean()) < 2
    assert rim.std() > 0.5 * corner.std()


def test_halve__takes_means_of_blocks_and_rounds_half_up(build):
    voxels = np.random.default_rng(3).integers(0, 256, (6, 4, 8)).astype(np.uint8)
    small = build.halve(voxels)
    assert small.shape == (3, 2, 4)
    assert small.dtype == np.uint8
    for s, r, c in np.ndindex(small.shape):
        mean = voxels[2 * s : 2 * s + 2, 2 * r : 2 * r + 2, 2 * c : 2 * c + 2].mean()
        assert small[s, r, c] == np.floor(mean + 0.5)


def test_template__keeps_the_content_where_it_was_in_the_world(build, tmp_path):
    r, c, s = np.ogrid[:197, :233, :189]
    # a smooth hill at a known place of the source's grid
    hill = 200 * np.exp(-((r - 90.3) ** 2 + (c - 121.9) ** 2 + (s - 70.4) ** 2) / 200)
    affine = np.array([[1, 0, 0, -98], [0, 1, 0, -134], [0, 0, 1, -72], [0, 0, 0, 1.0]])
    hill = hill.astype(np.uint8)
    build.template(hill, hill, np.zeros_like(hill), affine, tmp_path)
    image = nibabel.load(tmp_path / "template_t1.nii.gz")
    np.testing.assert_array_equal(image.affine, samples.template()[1])
    data = np.asanyarray(image.dataobj).astype(float)
    assert data.shape == samples.template()[0].shape
    middle = np.array([(np.indices(data.shape)[k] * data).sum() / data.sum() for k in range(3)])
    np.testing.assert_allclose(image.affine[:3, :3] @ middle + image.affine[:3, 3], [-7.7, -12.1, -1.6], atol=0.02)


def test_colin27__keeps_the_content_where_it_was_in_the_world(build, tmp_path):
    r, c, s = np.ogrid[:181, :217, :181]
    distance = np.sqrt((r - 91.3) ** 2 + (c - 105.9) ** 2 + (s - 80.4) ** 2)
    head = np.where(distance < 60, 130 - distance, 200).astype(np.uint8)  # a ball, with a bright skull around
    affine = np.array([[1, 0, 0, -90], [0, 1, 0, -125], [0, 0, 1, -71], [0, 0, 0, 1.0]])
    build.colin27(head, distance < 60, affine, tmp_path)
    image = nibabel.load(tmp_path / "colin27_t1.nii.gz")
    np.testing.assert_array_equal(image.affine, samples.colin27()[1])
    data = np.asanyarray(image.dataobj).astype(float)
    assert data.shape == samples.colin27()[0].shape
    assert 120 < data.max() < 130  # no skull
    middle = np.array([(np.indices(data.shape)[k] * data).sum() / data.sum() for k in range(3)])
    np.testing.assert_allclose(image.affine[:3, :3] @ middle + image.affine[:3, 3], [1.3, -19.1, 9.4], atol=0.02)
    tissue = np.asanyarray(nibabel.load(tmp_path / "colin27_tissue.nii.gz").dataobj)
    assert set(np.unique(tissue)) == {0, 1, 2, 3}
    assert (tissue > 0).sum() == pytest.approx(4 / 3 * np.pi * 30**3, rel=0.01)
    assert data[tissue == 3].min() > data[tissue == 2].mean() > data[tissue == 1].max()


def test_smooth_mask__cuts_threads_and_other_pieces_and_fills_notches_and_holes(build):
    r, c, s = np.ogrid[:60, :60, :60]
    whole = (r - 30) ** 2 + (c - 30) ** 2 + (s - 30) ** 2 < 20**2
    ragged = whole.copy()
    ragged[30, 5:30, 30] = True  # a thread
    ragged[:10, :10, :10] = True  # another piece
    ragged[30, 30, 40:55] = False  # a notch
    ragged[25:36, 25:36, 25:36] = False  # a hole
    smooth = build.smooth_mask(ragged)
    assert (smooth != whole).sum() < 0.01 * whole.sum()
    assert not smooth[30, :9, 30].any()
    assert not smooth[:10, :10, :10].any()
    assert smooth[30, 30, 40:48].all()
    assert smooth[25:36, 25:36, 25:36].all()


def test_smooth_mask__takes_what_touches_the_edge_of_the_volume_as_it_is(build):
    mask = np.zeros((30, 30, 30), bool)
    mask[5:25, 5:25, :20] = True
    assert build.smooth_mask(mask)[15, 15, 0]


def test_classes__part_three_bumps_of_a_histogram_where_they_touch(build):
    rng = np.random.default_rng(1)
    true = rng.integers(1, 4, (20, 30, 40))
    head = np.clip(rng.normal(np.array([0, 40, 80, 110])[true], 5), 0, 255).astype(np.uint8)
    mask = np.ones(head.shape, bool)
    mask[:5] = False
    tissue = build.classes(head, mask)
    assert (tissue[:5] == 0).all()
    assert (tissue[5:] == true[5:]).mean() > 0.99


def test_labels__are_the_largest_part_of_a_voxel_that_is_mostly_brain(build):
    mask, grey, white = (np.array(v, np.uint8) for v in ([255, 255, 255, 255, 128, 127], *[[0] * 6] * 2))
    grey[:] = [200, 55, 80, 100, 60, 60]
    white[:] = [55, 200, 80, 100, 60, 60]
    assert build.labels(mask, grey, white).tolist() == [2, 3, 1, 2, 2, 0]


def test_compare__tells_a_changed_picture(build, tmp_path, capsys):
    kept, made = tmp_path / "kept", tmp_path / "made"
    for folder, value in ((kept, 3), (made, 4)):
        folder.mkdir()
        build.save(np.full((4, 4), value, np.uint8), folder / "a.png")
    assert build.compare(made, kept) == 1
    assert "DIFFERENT a.png" in capsys.readouterr().out
    assert build.compare(made, made) == 0
