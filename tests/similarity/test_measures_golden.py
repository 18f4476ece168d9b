"""Measures beside nipy 0.6.1: its numbers are in tests/reference/histogram, made by make.py there."""

import pytest
from reference.store import read

from coursereg.similarity.measures import MEASURES

CASES = read("histogram", "measures.npz", "measure")
# Where nipy gives the logarithm of a rounding error, or rewards an image that is constant: see book/names.md.
ODD = {
    ("one row (from is constant)", "cc", False): "0 / 0 with rounding: inf",
    ("one row (from is constant)", "cc", True): "the same",
    ("one cell", "nmi", False): "2 for two constant images, twice its own maximum",
    ("one cell", "nmi", True): "the same",
    ("shape 1 x 1", "nmi", False): "the same",
    ("shape 1 x 1", "nmi", True): "the same",
    **{
        (table, measure, renormalize): "the best of all values for a moving image that is constant"
        for table in ("one column (to is constant)", "one cell", "shape 1 x 1", "shape 5 x 1")
        for measure in ("cr", "crl1")
        for renormalize in (False, True)
    },
}


def odd(case):
    return (case["table_name"], case["measure"], case["renormalize"]) in ODD


def value_of(case):
    measure = MEASURES[case["measure"]](case["table"].shape, case["renormalize"], case.get("dist"))
    return measure(case["table"])


@pytest.mark.parametrize("name", ["cc", "cr", "crl1", "mi", "nmi", "slr", "pmi", "dpmi"])
@pytest.mark.parametrize("renormalize", [False, True])
def test_measure__is_nipys_on_tables_of_every_kind(name, renormalize):
    chosen = [case for case in CASES if case["measure"] == name and case["renormalize"] == renormalize]
    assert len(chosen) == 18
    for case in chosen:
        if odd(case):
            continue
        value = value_of(case)
        # sums of about a hundred terms of order 1, times the number of samples if renormalised
        size = case["table"].sum() if renormalize else 1
        assert value == pytest.approx(case["value"][0], rel=1e-9, abs=1e-12 * size), case["table_name"]


def test_odd__holds_nothing_that_agrees():
    for case in CASES:
        if odd(case):
            assert value_of(case) != pytest.approx(case["value"][0], rel=1e-9, abs=1e-9), case["table_name"]
