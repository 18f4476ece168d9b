"""Measures beside nipy 0.6.1: its numbers are in tests/reference/histogram, made by make.py there."""

import pytest
from coursereg.similarity.measures import measure
from reference.store import read

CASES = read("histogram", "measures.npz", "measure")
# where nipy gives the logarithm of a rounding error, or of its floor 2e-308, and coursereg what is exact: see book/names.md
ODD: set = set()


def odd(case):
    return (case["table_name"], case["measure"], case["renormalize"]) in ODD


@pytest.mark.parametrize("name", ["cc", "cr", "crl1", "mi", "nmi", "slr", "pmi", "dpmi"])
@pytest.mark.parametrize("renormalize", [False, True])
def test_measure__is_nipys_on_tables_of_every_kind(name, renormalize):
    chosen = [case for case in CASES if case["measure"] == name and case["renormalize"] == renormalize]
    assert len(chosen) == 18
    for case in chosen:
        if odd(case):
            continue
        dist = {"dist": case["dist"]} if "dist" in case else {}
        value = measure(name, renormalize=renormalize, **dist)(case["table"])
        # sums of about a hundred terms of order 1, times the number of samples if renormalised
        size = case["table"].sum() if renormalize else 1
        assert value == pytest.approx(case["value"][0], rel=1e-9, abs=1e-12 * size), case["table_name"]


def test_odd__holds_nothing_that_agrees():
    for case in CASES:
        if odd(case):
            dist = {"dist": case["dist"]} if "dist" in case else {}
            value = measure(case["measure"], renormalize=case["renormalize"], **dist)(case["table"])
            assert value != pytest.approx(case["value"][0], rel=1e-9, abs=1e-9), case["table_name"]
