"""
DIPY's own tests of affine registration, its transforms, scale space and smooth histogram, run against coursereg.

The test files are taken from the installed DIPY, at test time, into a scratch folder, whose ``conftest.py`` puts
coursereg's objects in the places that they import from; what else they use (spheres, random numbers) stays DIPY's.
Nothing of DIPY is kept in the repository. One expectation is turned round: DIPY warns that it drops masks where a part
of the samples is compared; here they are honoured, and nothing may warn of that.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

# what each module of dipy.align is given
GRAFTS = {
    "imaffine": {
        "AffineMap": "AffineMap",
        "AffineInversionError": "AffineInversionError",
        "AffineInvalidValuesError": "AffineInvalidValuesError",
        "AffineRegistration": "AffineRegistration",
        "MutualInformationMetric": "MutualInformationMetric",
        "_number_dim_affine_matrix": "space.affine_map._number_dim_affine_matrix",
        "transform_centers_of_mass": "transform_centers_of_mass",
        "transform_geometric_centers": "transform_geometric_centers",
        "transform_origins": "transform_origins",
    },
    "imwarp": {"mult_aff": "mult_aff", "get_direction_and_spacings": "get_direction_and_spacings"},
    "parzenhist": {
        "ParzenJointHistogram": "ParzenJointHistogram",
        "cubic_spline": "cubic_spline",
        "cubic_spline_derivative": "cubic_spline_derivative",
        "sample_domain_regular": "sample_domain_regular",
    },
    "reslice": {"reslice": "reslice"},
    "scalespace": {"ScaleSpace": "ScaleSpace", "IsotropicScaleSpace": "IsotropicScaleSpace"},
    "transforms": {"Transform": "ParametricTransform", "regtransforms": "regtransforms"},
    "vector_fields": {"gradient": "world_gradient", "sparse_gradient": "sparse_world_gradient"},
}

WHOLE = {"test_imaffine.py": 8, "test_parzenhist.py": 8}  # how many tests are in the files that are run as they are

# of the other files, the tests that need nothing of an engine that is not there yet
SUITE = {
    "test_imwarp.py": ["test_get_direction_and_spacings", "test_mult_aff"],
    "test_reslice.py": ["test_resample"],
    "test_scalespace.py": ["test_scale_space", "test_scale_space_exceptions"],
    "test_transforms.py": [
        "test_identity_parameters",
        "test_invalid_transform",
        "test_jacobian_functions",
        "test_number_of_parameters",
        "test_param_to_matrix_2d",
        "test_param_to_matrix_3d",
    ],
    "test_vector_fields.py": ["test_gradient_2d", "test_gradient_3d"],
}

CONFTEST = """
import functools
import importlib
import sys
import warnings

import coursereg
import coursereg.space.affine_map
import dipy.testing

for module, names in {grafts!r}.items():
    module = importlib.import_module("dipy.align." + module)
    for name, path in names.items():
        assert hasattr(module, name)
        setattr(module, name, functools.reduce(getattr, path.split("."), coursereg))

theirs = dipy.testing.assert_warns


def assert_warns(kind, function, *arguments, **keywords):
    if "static_mask" not in keywords:
        return theirs(kind, function, *arguments, **keywords)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        out = function(*arguments, **keywords)
    of_masks = [w for w in seen if "mask" in str(w.message)]
    assert bool(of_masks) == (not keywords["static_mask"].any())
    assert all(issubclass(w.category, kind) for w in of_masks)
    return out


dipy.testing.assert_warns = assert_warns
sys.modules["dipy.align.tests.test_parzenhist"] = importlib.import_module("test_parzenhist")
"""


@pytest.fixture
def shim(tmp_path):
    spec = importlib.util.find_spec("dipy")  # finds, does not import
    if spec is None:
        if os.environ.get("COURSEREG_CI") == "1":
            pytest.fail("DIPY is not installed, and this is the machine where its tests must run: pip install dipy")
        pytest.skip("DIPY is not installed: pip install dipy")
    tests = Path(spec.submodule_search_locations[0]) / "align" / "tests"
    for name in (*WHOLE, *SUITE):
        shutil.copy(tests / name, tmp_path / name)
    (tmp_path / "conftest.py").write_text(CONFTEST.format(grafts=GRAFTS), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def test_dipys_own_tests__pass(shim):
    wanted = [f"{file}::{name}" for file, names in SUITE.items() for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", ".", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *WHOLE, *wanted], cwd=shim, capture_output=True, text=True, timeout=1800, check=False
    )
    output = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, output
    passed = re.findall(r"^PASSED (\S+)", done.stdout, flags=re.MULTILINE)
    assert set(wanted) <= set(passed), output
    counted = Counter(name.split("::")[0] for name in passed)
    assert {name: counted[name] for name in WHOLE} == WHOLE, output


def test_shim__runs_coursereg_and_not_dipy(shim):
    code = (
        "import conftest, test_imaffine as a, test_parzenhist as p, test_scalespace as s, test_transforms as t, "
        "test_vector_fields as v; print(a.imaffine.AffineRegistration.__module__, "
        "a.imaffine.MutualInformationMetric.__module__, p.ParzenJointHistogram.__module__, a.AffineMap.__module__, "
        "a.imaffine.transform_origins.__module__, s.ScaleSpace.__module__, "
        "type(t.regtransforms['RIGID', 3]).__module__, "
        "v.vfu.gradient.__module__, v.regtransforms is t.regtransforms)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shim, capture_output=True, text=True, check=True)
    *modules, shared = done.stdout.split()[-9:]
    assert all(module.startswith("coursereg.") for module in modules), modules
    assert shared == "True"
