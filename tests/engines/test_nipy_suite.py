"""
nipy's own tests of registration, run against coursereg.

The test files are taken from the installed nipy, at test time, into a scratch package whose modules have nipy's names
and offer coursereg's objects. Nothing of nipy is kept in the repository, and none of its engine is imported.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# how many tests are in each file, so that one that lost its own is noticed; test_polyaffine.py works at its import
SUITE = {
    "test_affine.py": 7,
    "test_chain_transforms.py": 1,
    "test_histogram_registration.py": 23,
    "test_polyaffine.py": 0,
    "test_register.py": 1,
    "test_transform.py": 2,
}

SHIM = {
    "__init__.py": "from nibabel import load as load_image\n",
    "testing.py": """
from pathlib import Path
from numpy.testing import assert_almost_equal
anatfile = str(Path({nipy!r}) / "testing" / "anatomical.nii.gz")
""",
    "core/__init__.py": "",
    "core/image/__init__.py": "",
    "core/image/image_spaces.py": """
import nibabel, numpy
class Image(nibabel.Nifti1Image):
    def get_fdata(self):  # nipy's keeps the dtype
        return numpy.asanyarray(self.dataobj)
def make_xyz_image(data, affine, world):
    return Image(data, affine)
""",
    "algorithms/__init__.py": "",
    "algorithms/registration/__init__.py": "",
    "algorithms/registration/affine.py": """
from coursereg import Affine, Affine2D, Rigid, Rigid2D, Similarity, Similarity2D
from coursereg.space.rotations import rotation_mat2vec
from coursereg.space.matrices import slices2aff, subgrid_affine
""",
    "algorithms/registration/transform.py": "from coursereg import Transform\n",
    "algorithms/registration/chain_transform.py": "from coursereg import ChainTransform\n",
    "algorithms/registration/polyaffine.py": "from coursereg import PolyAffine\n",
    "algorithms/registration/histogram_registration.py": "from coursereg import HistogramRegistration\n",
    "algorithms/registration/_registration.py": "from coursereg.engines.histogram import _joint_histogram\n",
    "algorithms/registration/tests/__init__.py": "",
}


@pytest.fixture
def shim(tmp_path):
    spec = importlib.util.find_spec("nipy")  # finds, does not import
    if spec is None:
        if os.environ.get("COURSEREG_CI") == "1":
            pytest.fail("nipy is not installed, and this is the machine where its tests must run: pip install nipy")
        pytest.skip("nipy is not installed: pip install nipy")
    nipy = Path(spec.submodule_search_locations[0])
    for name, text in SHIM.items():
        path = tmp_path / "shim" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(nipy=str(nipy)) if name == "testing.py" else text, encoding="utf-8")
    for name in SUITE:
        shutil.copy(
            nipy / "algorithms/registration/tests" / name, tmp_path / "shim/algorithms/registration/tests" / name
        )
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="whole images take minutes without a compiler")
def test_nipys_own_tests__pass(shim):
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", ".", "-p", "no:cacheprovider", "shim"]
    done = subprocess.run(command, cwd=shim, capture_output=True, text=True, timeout=900, check=False)
    output = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, output
    passed = re.findall(r"^PASSED \S+/(test_\w+\.py)::", done.stdout, flags=re.MULTILINE)
    assert {name: passed.count(name) for name in SUITE} == SUITE, output


def test_shim__runs_coursereg_and_not_nipy(shim):
    code = (
        "import sys; from shim.algorithms.registration.histogram_registration import HistogramRegistration as H; "
        "import shim.algorithms.registration.affine as a; "
        "print(H.__module__, a.Affine.__module__, any(m.split('.')[0] == 'nipy' for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shim, capture_output=True, text=True, check=True)
    engine, transform, nipy = done.stdout.split()
    assert engine.startswith("coursereg.")
    assert transform.startswith("coursereg.")
    assert nipy == "False"
