"""Measures of a joint histogram beside nipy 0.6.1: its numbers are in tests/reference/histogram, made by make.py there."""

import numpy as np
import pytest
from reference.store import read

from coursereg.similarity.measures import measure

CASES = read("histogram", "measures.npz", "measure")
# nipy's value is the logarithm of a rounding error, or of its floor 2e-308, where coursereg's is exact; see the book's page
# "From the hand-out and from nipy"
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
        # sums of about a hundred terms; 1 - rho ** 2 near 0 loses digits before its logarithm is taken
        assert value == pytest.approx(case["value"][0], rel=1e-9, abs=1e-9 * max(1, case["table"].sum())), case["table_name"]


def test_odd__holds_nothing_that_agrees():
    for case in CASES:
        if odd(case):
            dist = {"dist": case["dist"]} if "dist" in case else {}
            value = measure(case["measure"], renormalize=case["renormalize"], **dist)(case["table"])
            assert value != pytest.approx(case["value"][0], rel=1e-9, abs=1e-9), case["table_name"]
