"""
Make every file of this folder again from the packages named in README.md.

    python data/build.py             # fetches the packages with pip and apt-get, then builds
    python data/build.py --check     # builds in a scratch folder and compares with what is here
    python data/build.py --dipy DIR --itk DIR --nilearn DIR --mricron DIR     # from packages that are unpacked already

The four packages are fetched with their ordinary clients into a scratch folder and are not kept.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image
from scipy import ndimage

from coursereg.course import _makers

HERE = Path(__file__).resolve().parent
DIPY = "dipy==1.12.1"
ITK = "insighttoolkit5-examples"
NILEARN = "nilearn==0.14.1"
MRICRON = "mricron-data"
TEMPLATE = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"
# the brain with a rim, even sizes
TEMPLATE_BOX = (slice(22, 176), slice(16, 218), slice(0, 160))
COLIN27_BOX = (slice(10, 170), slice(11, 207), slice(0, 164))
BACKGROUND, FLUID, GREY, WHITE = range(4)
FRAME = (240, 288)
NOISE = 8.0
SEED = 20

# Content of picture 1 is shifted by ``shift`` (rows, columns), then turned by ``theta`` degrees about the
# top-left corner.
BRAIN_MRI = {
    1: (0.0, (0.0, 0.0), "the brain to register to"),
    2: (0.0, (16.25, -11.75), "shifted"),
    3: (12.3, (0.0, 0.0), "turned about the top-left corner"),
    4: (21.8, (-7.5, 64.75), "shifted and turned"),
}


def main():
    """Parse the arguments and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dipy", type=Path, help=f"folder with an unpacked {DIPY} wheel")
    parser.add_argument("--itk", type=Path, help=f"folder with the unpacked Debian package {ITK}")
    parser.add_argument("--nilearn", type=Path, help=f"folder with an unpacked {NILEARN} wheel")
    parser.add_argument("--mricron", type=Path, help=f"folder with the unpacked Debian package {MRICRON}")
    parser.add_argument("--check", action="store_true", help="compare with the files here, change nothing")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        dipy = args.dipy or fetch_wheel(DIPY, Path(scratch))
        itk = args.itk or fetch_debian(ITK, "--itk", Path(scratch))
        nilearn = args.nilearn or fetch_wheel(NILEARN, Path(scratch))
        mricron = args.mricron or fetch_debian(MRICRON, "--mricron", Path(scratch))
        if not args.check:
            build(dipy, itk, nilearn, mricron, HERE)
            return 0
        made = Path(scratch) / "made"
        made.mkdir()
        build(dipy, itk, nilearn, mricron, made)
        return compare(made, HERE)


def fetch_wheel(requirement, scratch):
    """Download and unpack a wheel."""
    name = requirement.split("==")[0]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        str(scratch),
    ]
    subprocess.run([*command, requirement], check=True)
    (wheel,) = scratch.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(scratch / name)
    return scratch / name


def fetch_debian(name, option, scratch):
    """Download and unpack a Debian package."""
    if shutil.which("apt-get") is None:
        sys.exit(f"apt-get is needed to fetch {name}; unpack the package yourself and pass its folder as {option}")
    subprocess.run(["apt-get", "download", name], check=True, cwd=scratch)
    (package,) = scratch.glob(f"{name}_*.deb")
    subprocess.run(["dpkg", "-x", str(package), str(scratch / name)], check=True)
    return scratch / name


def build(dipy, itk, nilearn, mricron, out):
    """Write all files to ``out``."""
    sources = {p.name: p for p in itk.rglob("examples/Data/*.png")}
    coronal = np.load(next(dipy.rglob("t1_coronal_slice.npy")))
    coronal = _makers.to_uint8(coronal * 255)  # the source is whole grey levels divided by 255
    truth = {}
    save(coronal, out / "brain_t1_coronal.png")
    brain_mri(coronal, out, truth)
    heads(sources, out, truth)
    six_pairs(coronal, sources, out, truth)
    # packed again: the source's gzip header carries a file name and a date of its author's machine
    volume = gzip.decompress(next(dipy.rglob("aniso_vox.nii.gz")).read_bytes())
    (out / "head_volume.nii.gz").write_bytes(gzip.compress(volume, mtime=0))
    template(*template_maps(nilearn), out)
    colin27(*colin27_head(mricron), out)
    text = json.dumps(truth, indent=2, sort_keys=True) + "\n"
    (out / "truth.json").write_text(text, encoding="utf-8", newline="\n")
    write_checksums(out)


def grey(path):
    """Read the grey levels of a PNG of any mode."""
    with Image.open(path) as file:
        return np.array(file.convert("L"))


def save(picture, path):
    """Write grey levels as a PNG of 8 bits."""
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(picture).save(path, optimize=True)


def save_palette(picture, path):
    """Write a PNG whose pixels are numbers of palette entries, sorted by how often a grey level occurs."""
    levels, index, counts = np.unique(picture, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    image = Image.fromarray(rank[index].reshape(picture.shape).astype(np.uint8), mode="P")
    image.putpalette([int(v) for level in levels[order] for v in (level, level, level)])
    path.parent.mkdir(exist_ok=True)
    image.save(path)


def brain_mri(coronal, out, truth):
    """Make the four BrainMRI-like pictures."""
    still = np.zeros(FRAME)
    still[30:162, 62:216] = coronal[40:172, 52:206]
    for k, (theta, shift, note) in BRAIN_MRI.items():
        picture = _makers.add_noise(_makers.move(still, theta, shift), NOISE, _makers.Dice(SEED, k))
        save(picture, out / f"brain_mri_{k}.png")
        truth[f"brain_mri_{k}.png"] = {
            "static": "brain_mri_1.png",
            "theta": theta,
            "shift": shift,
            "note": note,
        }


def heads(sources, out, truth):
    """Make the T1 and proton-density slices on a larger canvas, and the shifted one."""
    border = 20
    shift = (17, 13)
    t1 = grey(sources["BrainT1Slice.png"])
    pd = grey(sources["BrainProtonDensitySlice.png"])
    save(paste(t1, border, (0, 0), 1), out / "head_t1.png")
    for name, moved in (("head_pd.png", (0, 0)), ("head_pd_moved.png", shift)):
        save(paste(pd, border, moved, 2), out / name)
        note = "T1 and proton density of one slice" + ("" if moved == (0, 0) else ", the second shifted")
        label = "T1 and PD" if moved == (0, 0) else "T1 and PD, moved"
        truth[name] = {"static": "head_t1.png", "theta": 0.0, "shift": moved, "name": label, "note": note}


def paste(picture, border, shift, key):
    """Put a picture on a larger canvas; the rest is background drawn from the picture's corners."""
    rows, cols = picture.shape
    corners = [picture[r, c] for r in (slice(0, 14), slice(-14, None)) for c in (slice(0, 14), slice(-14, None))]
    pool = np.concatenate([corner.ravel() for corner in corners])
    dice = _makers.Dice(SEED, 100 + key)
    canvas = (rows + 2 * border, cols + 2 * border)
    pick = np.floor(dice.normal(canvas) * 1000).astype(np.int64) % pool.size
    out = pool[pick].astype(np.uint8)
    r, c = border + shift[0], border + shift[1]
    out[r : r + rows, c : c + cols] = picture
    return out


def six_pairs(coronal, sources, out, truth):
    """Make six aligned pairs: blurred, other contrast, two unrelated, two with something in front."""
    t1, pd = grey(sources["BrainT1Slice.png"]), grey(sources["BrainProtonDensitySlice.png"])
    sagittal = grey(sources["BrainMidSagittalSlice.png"])
    body = grey(sources["FatMRISlice.png"])[40:220, 20:237]
    window = coronal[0:217, 38:219]
    square, bars = pd.copy(), window.copy()
    square[60:130, 95:150] = 0
    bars[:, 60:72] = 235
    bars[95:111, :] = 235
    pairs = [
        ("blur", "the second is the first, blurred", t1, _makers.blur(t1, 12)),
        ("contrast", "the second is 0.55 * the first + 70", sagittal, 0.55 * sagittal + 70),
        ("unrelated 1", "two heads seen from different sides", pd, window),
        ("unrelated 2", "a head and a belly", sagittal, body),
        ("occluded 1", "a black square hides a part of the second", pd, square),
        ("occluded 2", "two bright bars lie over the second", window, bars),
    ]
    for k, (name, note, static, moving) in enumerate(pairs, start=1):
        save_one = save_palette if k == 1 else save
        save_one(_makers.add_noise(static, 2, _makers.Dice(SEED, 200 + k)), out / f"six_pairs/I{k}.png")
        save(_makers.add_noise(moving, 2, _makers.Dice(SEED, 300 + k)), out / f"six_pairs/J{k}.png")
        entry = {"static": f"six_pairs/I{k}.png", "theta": 0.0, "shift": (0, 0), "name": name, "note": note}
        truth[f"six_pairs/J{k}.png"] = entry


def template_maps(nilearn):
    """Return the template's brain, its maps of grey and white matter (0..255) and its matrix, at 1 mm."""
    images = [nibabel.load(next(nilearn.rglob(TEMPLATE.format(name)))) for name in ("t1", "gm", "wm")]
    return *(np.asanyarray(image.dataobj) for image in images), images[0].affine


def template(t1, grey, white, affine, out):
    """Write the template's brain and its tissues at half the resolution."""
    t1, grey, white = (volume[TEMPLATE_BOX] for volume in (t1, grey, white))
    affine = halved(affine, TEMPLATE_BOX)
    mask = np.where(t1 > 0, 255, 0)
    write_nifti(halve(t1), affine, out / "template_t1.nii.gz")
    write_nifti(labels(halve(mask), halve(grey), halve(white)), affine, out / "template_tissue.nii.gz")


def colin27_head(mricron):
    """Return Colin27's head, its ragged mask and its matrix, at 1 mm."""
    head, brain = (nibabel.load(next(mricron.rglob(name))) for name in ("ch2.nii.gz", "ch2bet.nii.gz"))
    return np.asanyarray(head.dataobj), np.asanyarray(brain.dataobj) > 0, head.affine


def colin27(head, ragged, affine, out):
    """Write Colin27's brain and its tissues at half the resolution."""
    head, mask = head[COLIN27_BOX], smooth_mask(ragged)[COLIN27_BOX]
    tissue = classes(head, mask)
    affine = halved(affine, COLIN27_BOX)
    parts = (halve(np.where(part, 255, 0)) for part in (mask, tissue == GREY, tissue == WHITE))
    write_nifti(halve(np.where(mask, head, 0)), affine, out / "colin27_t1.nii.gz")
    write_nifti(labels(*parts), affine, out / "colin27_tissue.nii.gz")


def smooth_mask(ragged, close=2, cut=4):
    """Fill the notches of a mask, cut off its threads, keep the largest piece and fill its holes."""
    mask = ndimage.binary_closing(np.pad(ragged, 8), ball(close))
    mask = ndimage.binary_opening(mask, ball(cut))
    pieces, _ = ndimage.label(mask)
    mask = pieces == np.bincount(pieces.ravel())[1:].argmax() + 1
    return ndimage.binary_fill_holes(mask)[8:-8, 8:-8, 8:-8]


def ball(radius):
    """Return a ball of voxels."""
    r, c, s = np.ogrid[-radius : radius + 1, -radius : radius + 1, -radius : radius + 1]
    return r * r + c * c + s * s <= radius * radius + radius // 2


def classes(head, mask):
    """Return tissues by grey level alone: three classes with the least variance within (Otsu 1979)."""
    counts = np.bincount(head[mask], minlength=256)
    n, total = (np.append(0, np.cumsum(c)) for c in (counts, counts * np.arange(256)))

    def between(low, high):
        parts = ((0, low), (low, high), (high, 256))
        return sum((total[b] - total[a]) ** 2 / max(n[b] - n[a], 1) for a, b in parts)

    cuts = [(low, high) for low in range(1, 255) for high in range(low + 1, 256)]
    return np.where(mask, FLUID + np.digitize(head, max(cuts, key=lambda cut: between(*cut))), BACKGROUND)


def labels(mask, grey, white):
    """Return the tissue that has the largest part (of 255) of each voxel, where at least half of it is brain."""
    mask, grey, white = (part.astype(np.int16) for part in (mask, grey, white))
    most = np.argmax([grey, white, mask - grey - white], axis=0)  # the first one where two are equal
    return np.where(mask < 128, BACKGROUND, np.array([GREY, WHITE, FLUID])[most]).astype(np.uint8)


def halved(affine, box):
    """Return the matrix of a box at half the resolution."""
    step = np.diag([2.0, 2.0, 2.0, 1.0])
    step[:3, 3] = [s.start + 0.5 for s in box]  # the middle of the first eight voxels
    return affine @ step


def write_nifti(voxels, affine, path):
    """Write voxels of 8 bits in MNI coordinates."""
    image = nibabel.Nifti1Image(voxels, affine)
    image.set_sform(affine, code="mni")
    image.set_qform(affine, code="mni")
    image.header.set_xyzt_units("mm")
    path.write_bytes(gzip.compress(image.to_bytes(), mtime=0))


def halve(voxels):
    """Return the means of blocks of 2 x 2 x 2 voxels, rounded half up: whole numbers, the same on every machine."""
    s, r, c = (n // 2 for n in voxels.shape)
    total = voxels.astype(np.uint32).reshape(s, 2, r, 2, c, 2).sum(axis=(1, 3, 5))
    return ((total + 4) // 8).astype(np.uint8)


def data_files(folder):
    """List every file that is data, in a fixed order."""
    kinds = {".png", ".gz", ".json"}
    return sorted((p for p in folder.rglob("*") if p.suffix in kinds), key=lambda p: p.relative_to(folder).as_posix())


def write_checksums(folder):
    """Write SHA256SUMS, which ``coursereg doctor`` and the tests compare with the files."""
    lines = [
        f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}" for p in data_files(folder)
    ]
    (folder / "SHA256SUMS").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def compare(made, kept):
    """Compare pixels, voxels and text, not compressed bytes, which depend on the compression library."""
    bad = 0
    for path in data_files(made):
        name = path.relative_to(made).as_posix()
        other = kept / name
        read = {".png": grey, ".gz": lambda p: gzip.decompress(p.read_bytes())}.get(path.suffix, Path.read_bytes)
        same = other.exists() and np.array_equal(read(path), read(other))
        print(f"{'same' if same else 'DIFFERENT':10}{name}")  # noqa: T201 - a command line tool
        bad += not same
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
