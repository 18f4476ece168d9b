"""Numeric derivatives."""

import numpy as np
import pytest

from coursereg import approx_gradient, approx_hessian, approx_hessian_diag

A = np.array([[3.0, 1.0, 0.0], [1.0, 20.0, -2.0], [0.0, -2.0, 0.5]])
X = np.array([2.0, -1.5, 4.0])


def quadratic(x):
    return float(0.5 * x @ A @ x)


def test_differences__are_exact_for_a_quadratic_function_at_any_width():
    for epsilon in (0.01, 0.1, 7.0):
        # rounding: values of 50 divided by the square of the width
        np.testing.assert_allclose(approx_gradient(quadratic, X, epsilon), A @ X, atol=1e-11)
        np.testing.assert_allclose(approx_hessian(quadratic, X, epsilon), A, atol=1e-9)
        np.testing.assert_allclose(approx_hessian_diag(quadratic, X, epsilon), np.diag(A), atol=1e-9)


def asked(approx, epsilon):
    points = []
    approx(lambda x: points.append(x.copy()) or 0.0, [5], epsilon)
    return sorted({round(float(p[0]), 12) for p in points})


def test_differences__ask_where_nipy_asks():
    assert asked(approx_gradient, 0.5) == [4.75, 5.25]
    assert asked(approx_hessian_diag, 0.5) == [4.5, 5.0, 5.5]
    assert asked(approx_hessian, 0.5) == [4.5, 5.0, 5.5]


@pytest.mark.parametrize("approx", [approx_gradient, approx_hessian, approx_hessian_diag])
def test_differences__take_whole_numbers_and_leave_them_alone(approx):
    x = np.array([2, -1, 4])
    np.testing.assert_array_equal(approx(quadratic, x, 0.1), approx(quadratic, x.astype(float), 0.1))
    np.testing.assert_array_equal(x, [2, -1, 4])
    assert approx(quadratic, [2, -1, 4], 0.1).dtype == np.float64


@pytest.mark.parametrize("approx", [approx_gradient, approx_hessian, approx_hessian_diag])
def test_differences__do_not_mind_a_function_that_changes_its_argument(approx):
    def greedy(x):
        value = quadratic(x)
        x[:] = np.nan
        return value

    np.testing.assert_array_equal(approx(greedy, X, 0.1), approx(quadratic, X, 0.1))


def test_differences__take_one_width_per_parameter():
    np.testing.assert_allclose(approx_gradient(quadratic, X, [0.1, 1, 3]), A @ X, atol=1e-11)
    np.testing.assert_allclose(approx_hessian(quadratic, X, [0.1, 1, 3]), A, atol=1e-9)


def test_approx_hessian__row_i_is_the_difference_of_the_gradient_along_axis_i():
    def cubic(x):
        return float(x[0] ** 2 * x[1] + x[1] ** 3)

    at, e = np.array([0.5, -1.0]), 0.3
    rows = [
        (approx_gradient(cubic, at + step, e) - approx_gradient(cubic, at - step, e)) / e for step in np.eye(2) * e / 2
    ]
    np.testing.assert_allclose(approx_hessian(cubic, at, e), rows, atol=1e-12)


@pytest.mark.parametrize("approx", [approx_gradient, approx_hessian, approx_hessian_diag])
@pytest.mark.parametrize(
    ("f", "x", "epsilon", "error", "match"),
    [
        (quadratic, X, 0, ValueError, "epsilon must be a positive number, or one for each of 3 parameters, got 0"),
        (quadratic, X, np.nan, ValueError, "epsilon must be a positive number"),
        (quadratic, X, [0.1, 0.1], ValueError, "epsilon must be a positive number"),
        (quadratic, [1, np.nan, 0], 0.1, ValueError, "x has NaN at 1 of 3 samples"),
        (quadratic, np.eye(3), 0.1, ValueError, r"x must be 0-D or 1-D, got shape \(3, 3\)"),
        (lambda x: x, X, 0.1, TypeError, "f must return one number, got array"),
        (lambda _x: None, X, 0.1, TypeError, "f must return one number, got None"),
    ],
)
def test_differences__say_what_is_wrong(approx, f, x, epsilon, error, match):
    with pytest.raises(error, match=match):
        approx(f, x, epsilon)
