"""
DIPY's own tests of affine registration and of the smooth histogram, run against coursereg.

As in ``tests/space/test_dipy_suite.py``: the test files are taken from the installed DIPY at test time, and a
``conftest.py`` puts coursereg's objects in the places that they import from. One expectation is turned round: DIPY
warns that it drops masks where a part of the samples is compared; here they are honoured, and nothing may warn of that.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GRAFTS = {
    "imaffine": {
        "AffineMap": "AffineMap",
        "AffineInversionError": "AffineInversionError",
        "AffineInvalidValuesError": "AffineInvalidValuesError",
        "AffineRegistration": "AffineRegistration",
        "MutualInformationMetric": "MutualInformationMetric",
        "transform_centers_of_mass": "transform_centers_of_mass",
        "transform_geometric_centers": "transform_geometric_centers",
        "transform_origins": "transform_origins",
    },
    "parzenhist": {
        "ParzenJointHistogram": "ParzenJointHistogram",
        "cubic_spline": "cubic_spline",
        "cubic_spline_derivative": "cubic_spline_derivative",
        "sample_domain_regular": "sample_domain_regular",
    },
    "transforms": {"regtransforms": "regtransforms"},
}

SUITE = {  # how many tests are in each file
    "test_imaffine.py": 8,
    "test_parzenhist.py": 8,
}

CONFTEST = """
import functools
import importlib
import warnings

import coursereg
import dipy.testing

for module, names in {grafts!r}.items():
    module = importlib.import_module("dipy.align." + module)
    for name, path in names.items():
        assert hasattr(module, name)
        setattr(module, name, functools.reduce(getattr, path.split("."), coursereg))


def assert_warns(kind, function, *arguments, **keywords):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        out = function(*arguments, **keywords)
    of_masks = [w for w in seen if "mask" in str(w.message)]
    assert bool(of_masks) == (not keywords["static_mask"].any())
    assert all(issubclass(w.category, kind) for w in of_masks)
    return out


dipy.testing.assert_warns = assert_warns
sys_modules = importlib.import_module("sys").modules
sys_modules["dipy.align.tests.test_parzenhist"] = importlib.import_module("test_parzenhist")
"""


@pytest.fixture
def shim(tmp_path):
    spec = importlib.util.find_spec("dipy")  # finds, does not import
    if spec is None:
        pytest.skip("DIPY is not installed, so its own tests do not run: pip install 'coursereg[bench]'")
    tests = Path(spec.submodule_search_locations[0]) / "align" / "tests"
    for name in SUITE:
        shutil.copy(tests / name, tmp_path / name)
    (tmp_path / "conftest.py").write_text(CONFTEST.format(grafts=GRAFTS), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def test_dipys_own_tests__pass(shim):
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", ".", "-p", "no:cacheprovider", "--durations=9"]
    done = subprocess.run(command, cwd=shim, capture_output=True, text=True, timeout=1800, check=False)
    output = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, output
    passed = re.findall(r"^PASSED (test_\w+\.py)::", done.stdout, flags=re.MULTILINE)
    assert {name: passed.count(name) for name in SUITE} == SUITE, output


def test_shim__runs_coursereg_and_not_dipy(shim):
    code = (
        "import conftest, test_imaffine as a, test_parzenhist as p; print(a.imaffine.AffineRegistration.__module__, "
        "a.imaffine.MutualInformationMetric.__module__, p.ParzenJointHistogram.__module__, a.AffineMap.__module__, "
        "type(a.regtransforms['RIGID', 3]).__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shim, capture_output=True, text=True, check=True)
    modules = done.stdout.split()[-5:]
    assert all(module.startswith("coursereg.") for module in modules), modules
