"""The page of names: what the hand-out and the pages of nipy and DIPY name is there, and its place can be imported."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import coursereg

SEED_000 = [
    "HistogramRegistration",
    "from_img",
    "to_img",
    "from_bins",
    "to_bins",
    "from_mask",
    "to_mask",
    "similarity",
    "interp",
    "smooth",
    "renormalize",
    "dist",
    "set_fov",
    "subsample",
    "eval",
    "eval_gradient",
    "eval_hessian",
    "optimize",
    "explore",
    "approx_gradient",
    "approx_hessian",
    "approx_hessian_diag",
    "clamp",
    "ideal_spacing",
    "smallest_bounding_box",
    "smooth_image",
]
SEED_001 = [  # affine registration and its parts
    "AffineRegistration",
    "MutualInformationMetric",
    "Optimizer",
    "ParzenJointHistogram",
    "optimize",
    "print_summary",
    "setup",
    "distance",
    "gradient",
    "distance_and_gradient",
    "bin_index",
    "bin_normalize_moving",
    "bin_normalize_static",
    "update_gradient_dense",
    "update_gradient_sparse",
    "update_pdfs_dense",
    "update_pdfs_sparse",
    "compute_parzen_mi",
    "AffineMap",
    "AffineInversionError",
    "AffineInvalidValuesError",
    "mult_aff",
    "get_direction_and_spacings",
    "transform_centers_of_mass",
    "transform_geometric_centers",
    "transform_origins",
    "ScaleSpace",
    "IsotropicScaleSpace",
    "get_affine",
    "set_affine",
    "transform",
    "transform_inverse",
    "get_affine_inv",
    "get_domain_shape",
    "get_expand_factors",
    "get_image",
    "get_scaling",
    "get_sigmas",
    "get_spacing",
    "print_level",
    "reslice",
    "sample_domain_regular",
    "regtransforms",
]
SEED_002 = ["JointHist", "SSD", "corr", "MI", "translation", "search", "rotation", "transform"]
QUIRKS = [f"Q{k}" for k in range(1, 12)]
DEFECTS = [f"B{k}" for k in range(1, 31)]
DIPYS = [f"D{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def tables(book: Path) -> list[list[list[str]]]:
    """Rows of cells, of every table of the page, headings and rules left out."""
    found: list[list[list[str]]] = []
    inside = False
    for line in (book / "names.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            if not inside:
                found.append([])
            found[-1].append([cell.strip() for cell in line.strip("|").split(" | ")])
        inside = line.startswith("|")
    return [rows[2:] for rows in found]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def resolve(path: str) -> Any:
    """Follow ``name``, ``name.attribute`` and ``name(argument)``; an argument must be in the signature."""
    names, _, argument = path.rstrip(")").partition("(")
    thing: Any = coursereg
    for name in names.split("."):
        thing = getattr(thing, name)
    if argument:
        assert argument in inspect.signature(thing).parameters, f"{names} has no argument {argument}"
    return thing


def here(tables: list[list[list[str]]]) -> list[str]:
    return [code for k in (0, 1, 3, 5) for row in tables[k] for code in codes(row[1])]


def test_here__can_be_imported(tables: list[list[list[str]]]) -> None:
    paths = here(tables)
    assert len(paths) > 50
    for path in paths:
        assert path.split("(")[0].split(".")[0] in coursereg.__all__, path
        resolve(path)


@pytest.mark.parametrize(("table", "seed"), [(0, SEED_000), (5, SEED_001)])
def test_every_name_of_nipys_and_dipys_page__has_a_row(
    tables: list[list[list[str]]], table: int, seed: list[str]
) -> None:
    named = {code for row in tables[table] for code in codes(row[0])}
    assert set(seed) <= named
    for name in seed:
        places = [code for row in tables[table] if name in codes(row[0]) for code in codes(row[1])]
        assert any(re.search(rf"\b{name}\b", place) for place in places), name


def test_every_function_of_the_hand_out__has_a_row(tables: list[list[list[str]]]) -> None:
    named = {re.split(r"\W", code)[0] for row in tables[3] for code in codes(row[0])}
    assert set(SEED_002) <= named


def test_arguments_of_the_hand_out__are_those_of_our_functions(tables: list[list[list[str]]]) -> None:
    for row in tables[3]:
        for code in codes(row[0]):
            name, _, arguments = code.rstrip(")").partition("(")
            if arguments:
                parameters = inspect.signature(getattr(coursereg, name)).parameters
                assert list(parameters)[:2] == arguments.split(", ")[:2], name
                assert set(arguments.split(", ")) <= set(parameters), name


@pytest.mark.parametrize(("table", "marks"), [(2, QUIRKS), (4, DEFECTS), (6, DIPYS)])
def test_quirks_and_defects__are_all_told(tables: list[list[list[str]]], table: int, marks: list[str]) -> None:
    assert [row[0] for row in tables[table]] == marks
    assert all(len(row) == 3 for row in tables[table])
