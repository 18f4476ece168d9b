"""A built wheel carries what the course needs, no solutions, and works where the repository is not."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IN_CI = os.environ.get("COURSEREG_CI") == "1"


def cannot(reason):
    """Skip, or fail where everything must be there."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Path of a wheel built once."""
    if importlib.util.find_spec("build") is None:
        cannot('building a wheel needs the package "build": pip install build')
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        offline = any(word in done.stdout + done.stderr for word in ("ConnectionError", "No matching", "resolve"))
        if offline and not IN_CI:
            pytest.skip("building a wheel needs hatchling from a package registry, and there is no connection")
        pytest.fail(done.stdout + done.stderr)
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Folder with the wheel's files, as an installation has them; dependencies come from this environment."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(installed, *arguments, cwd):
    """Run Python with the wheel's package in front of everything else."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel__carries_every_data_file_and_every_notebook(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sums = (ROOT / "data" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert {f"coursereg/_data/{line.split('  ')[1]}" for line in sums} <= names
    assert {f"coursereg/_notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")} <= names
    assert "coursereg/_data/SHA256SUMS" in names
    assert "coursereg/__init__.pyi" in names
    assert {"coursereg/_data/README.md", "coursereg/_data/LICENSE-Apache-2.0.txt"} <= names


def test_wheel__carries_nothing_of_the_repository_beside_the_package(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert tops == {"coursereg", next(t for t in tops if t.endswith(".dist-info"))}


def test_wheel__has_no_solutions_in_its_notebooks(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".ipynb"):
                assert b"BEGIN SOLUTION" not in archive.read(name), name


def test_installed_wheel__finds_its_own_data(installed, tmp_path):
    code = "from coursereg import samples; print(samples.path('truth.json')); print(samples.brain_mri(4).shape)"
    out = python(installed, "-c", code, cwd=tmp_path)
    assert out.split() == [str(installed / "coursereg" / "_data" / "truth.json"), "(240,", "288)"]


def names(folder):
    """Return the names of the notebooks in a folder."""
    return {path.name for path in folder.glob("*.ipynb")}


def test_installed_wheel__fills_a_working_folder(installed, tmp_path):
    out = python(installed, "-m", "coursereg.cli", "release", str(tmp_path / "work"), cwd=tmp_path)
    assert "added:" in out
    assert names(tmp_path / "work") == names(ROOT / "notebooks")


def test_installed_wheel__is_healthy(installed, tmp_path):
    out = python(installed, "-m", "coursereg.cli", "doctor", str(tmp_path), cwd=tmp_path)
    assert "Everything a student needs is here." in out
