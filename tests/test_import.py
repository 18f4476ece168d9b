"""`import coursereg` is cheap: what takes long to load is loaded at its first use (speed: `coursereg bench import`)."""

import subprocess
import sys

import coursereg

HEAVY = ("numba", "scipy", "matplotlib", "numpy", "ipywidgets", "nibabel", "jupyterlab")


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_import__loads_no_heavy_package():
    loaded = run("import sys, coursereg; print(*[m for m in sys.modules])").split()
    assert [name for name in HEAVY if name in loaded] == []


def test_public_names__can_all_be_imported():
    missing = []
    for name in dir(coursereg):
        try:
            getattr(coursereg, name)
        except (ImportError, AttributeError) as error:
            missing.append(f"{name}: {error}")
    assert missing == []


def test_public_names__have_docstrings():
    assert [name for name in dir(coursereg) if not getattr(coursereg, name).__doc__] == []


def test_similarity__does_not_load_scipy():
    assert run("import sys, coursereg; coursereg.ssd; print('scipy' in sys.modules)").strip() == "False"
