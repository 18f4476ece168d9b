"""
DIPY's own tests of the parts of affine registration, run against coursereg.

The test files are taken from the installed DIPY, at test time, into a scratch folder, whose ``conftest.py`` puts
coursereg's objects in the places that they import from; what else they use (spheres, random numbers) stays DIPY's.
Nothing of DIPY is kept in the repository. DIPY comes with the extra ``bench``, not with ``dev``: it is large.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# what each module of dipy.align is given
GRAFTS = {
    "imaffine": {
        "AffineMap": "AffineMap",
        "AffineInversionError": "AffineInversionError",
        "AffineInvalidValuesError": "AffineInvalidValuesError",
        "_number_dim_affine_matrix": "space.affine_map._number_dim_affine_matrix",
        "transform_centers_of_mass": "transform_centers_of_mass",
        "transform_geometric_centers": "transform_geometric_centers",
        "transform_origins": "transform_origins",
    },
    "imwarp": {"mult_aff": "mult_aff", "get_direction_and_spacings": "get_direction_and_spacings"},
    "parzenhist": {"sample_domain_regular": "sample_domain_regular"},
    "reslice": {"reslice": "reslice"},
    "scalespace": {"ScaleSpace": "ScaleSpace", "IsotropicScaleSpace": "IsotropicScaleSpace"},
    "transforms": {"Transform": "ParametricTransform", "regtransforms": "regtransforms"},
    "vector_fields": {"gradient": "world_gradient", "sparse_gradient": "sparse_world_gradient"},
}

# the tests of each file that need nothing else of the engine
SUITE = {
    "test_imaffine.py": [
        "test_affine_map",
        "test_transform_centers_of_mass_3d",
        "test_transform_geometric_centers_3d",
        "test_transform_origins_3d",
    ],
    "test_imwarp.py": ["test_get_direction_and_spacings", "test_mult_aff"],
    "test_parzenhist.py": ["test_sample_domain_regular"],
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
import coursereg
import coursereg.space.affine_map

for module, names in {grafts!r}.items():
    module = importlib.import_module("dipy.align." + module)
    for name, path in names.items():
        assert hasattr(module, name)
        setattr(module, name, functools.reduce(getattr, path.split("."), coursereg))
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
    wanted = [f"{file}::{name}" for file, names in SUITE.items() for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", ".", "-p", "no:cacheprovider", *wanted]
    done = subprocess.run(command, cwd=shim, capture_output=True, text=True, timeout=900, check=False)
    output = done.stdout[-8000:] + done.stderr[-2000:]
    assert done.returncode == 0, output
    assert sorted(re.findall(r"^PASSED (\S+)", done.stdout, flags=re.MULTILINE)) == sorted(wanted), output


def test_shim__runs_coursereg_and_not_dipy(shim):
    code = (
        "import conftest, test_imaffine as a, test_scalespace as s, test_transforms as t, test_vector_fields as v; "
        "print(a.AffineMap.__module__, a.imaffine.transform_origins.__module__, s.ScaleSpace.__module__, "
        "type(t.regtransforms['RIGID', 3]).__module__, v.vfu.gradient.__module__, v.regtransforms is t.regtransforms)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shim, capture_output=True, text=True, check=True)
    *modules, shared = done.stdout.split()[-6:]
    assert all(module.startswith("coursereg.space.") for module in modules), modules
    assert shared == "True"
