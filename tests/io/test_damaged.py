"""Damaged files of every format: whatever bytes came, a file is read or refused in one line."""

import warnings

import nibabel
import numpy as np
import pytest
from PIL import Image

from coursereg import read_image, read_transform, write_image, write_transform

NAMES = ("a.nii", "a.nii.gz", "a.png", "a.tif", "a.jpg", "t.txt", "t.mat", "t.npz")
TIMES = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small file of each format."""
    folder = tmp_path_factory.mktemp("whole")
    volume = np.random.default_rng(0).integers(0, 200, (6, 7, 8)).astype(np.int16)
    for name in ("a.nii", "a.nii.gz"):
        write_image(folder / name, volume)
    for name in ("a.png", "a.tif"):
        write_image(folder / name, volume[0].astype(np.uint16))
    Image.fromarray(volume[0].astype(np.uint8)).save(folder / "a.jpg")
    for name in ("t.txt", "t.mat", "t.npz"):
        write_transform(folder / name, np.diag([1.1, 0.9, 1, 1]))
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_damaged_file__is_read_or_refused_in_one_line(whole, tmp_path, capfd, name):
    raw, rng, refused = (whole / name).read_bytes(), np.random.default_rng(1), []
    read = read_transform if name.startswith("t") else read_image
    for _ in range(TIMES):
        bytes_ = bytearray(raw)
        for _ in range(rng.integers(1, 6)):
            end = len(raw) if rng.random() < 0.5 else min(len(raw), 352)
            bytes_[rng.integers(end)] = rng.integers(256)
        if rng.random() < 0.3:
            bytes_ = bytes_[: rng.integers(1, len(raw))]
        (tmp_path / name).write_bytes(bytes_)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                read(tmp_path / name)
            except ValueError as error:
                refused.append(str(error))
    assert len(refused) > TIMES / 10
    assert all(str(tmp_path / name) in text and "\n" not in text for text in refused)
    assert capfd.readouterr() == ("", "")


def test_compressed_file__with_a_bit_turned_or_its_end_lost_is_refused(tmp_path):
    volume = np.random.default_rng(0).normal(size=(12, 13, 14)).astype(np.float32)
    write_image(tmp_path / "a.nii.gz", volume)
    raw, path = (tmp_path / "a.nii.gz").read_bytes(), tmp_path / "b.nii.gz"
    for k in range(1, 9):
        path.write_bytes(raw[:-k])
        with pytest.raises(ValueError, match="damaged or cut short"):
            read_image(path)
    for place in np.linspace(len(raw) // 3, len(raw) - 9, 40).astype(int):
        turned = bytearray(raw)
        turned[place] ^= 4
        path.write_bytes(turned)
        with pytest.raises(ValueError, match="damaged"):
            read_image(path)


def test_mended_header__is_told(tmp_path):
    nibabel.save(nibabel.Nifti1Image(np.ones((4, 5, 6), np.uint8), np.eye(4)), tmp_path / "a.nii")
    raw = bytearray((tmp_path / "a.nii").read_bytes())
    raw[252:254] = (77).to_bytes(2, "little")  # a code of the quaternion that there is not
    (tmp_path / "a.nii").write_bytes(raw)
    with pytest.warns(UserWarning, match=r"the header of .*a\.nii was mended: qform_code 77 not valid"):
        read_image(tmp_path / "a.nii")
