"""U08: the exercises that are not single functions, the widgets' claims, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

import coursereg
from coursereg.course.exercises import _u08_bug, _u08_mistakes, _u08_scenes, _u08_turn, u08
from coursereg.course.plain import motion
from coursereg.course.plain import rigid as plain
from coursereg.course.widgets import scenes_u08
from coursereg.grading import mark


def points(name, answer, **words):
    m = mark(f"U08.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def where(r, c, theta, pivot):
    z = (r - pivot[0] + 1j * (c - pivot[1])) * np.exp(1j * np.radians(theta))
    return z.real + pivot[0], z.imag + pivot[1]


def speed(r, c, theta, pivot):
    z = 1j * np.radians(1) * (r - pivot[0] + 1j * (c - pivot[1])) * np.exp(1j * np.radians(theta))
    return [z.real, z.imag]


def pulled(P, t, u, pivot, **words):
    c, s = np.cos(t), np.sin(t)
    R, pivot = np.array([[c, -s], [s, c]]), np.asarray(pivot, float)
    return ndimage.affine_transform(np.asarray(P, float), R, pivot - R @ pivot - u, order=1, **words)


def cost(x, I, J, scale):
    """A right one that calls nothing of ours."""
    t, m = x[0] / scale, (np.array(np.shape(I)) - 1) / 2
    d = pulled(J, t, x[1:], m) - I
    down, right = (pulled(g, t, x[1:], m) for g in np.gradient(np.asarray(J, float)))
    z = (np.indices(np.shape(I))[0] - m[0] + 1j * (np.indices(np.shape(I))[1] - m[1])) * np.exp(1j * t)
    along = (d * (right * z.real - down * z.imag)).mean() / scale
    return float((d**2).mean()), 2 * np.array([along, -(d * down).mean(), -(d * right).mean()])


def per_radian(x, I, J, scale):
    value, slope = cost(x, I, J, scale)
    return value, slope * [scale, 1, 1]


def half(x, I, J, scale):
    value, slope = cost(x, I, J, scale)
    return value, slope / 2


def about_the_corner(x, I, J, scale):
    R = _u08_scenes.turn(np.rad2deg(x[0] / scale))
    m = (np.array(np.shape(I)) - 1) / 2
    return cost(np.array([x[0], *(x[1:] + m - R @ m)]), I, J, scale)


def start(I, J):
    return np.subtract(ndimage.center_of_mass(I), ndimage.center_of_mass(J))


def mended(I, J, theta):
    J = np.asarray(J, float)
    t, m = np.radians(theta), (np.array(J.shape) - 1) / 2
    d = pulled(J, t, (0, 0), m, cval=np.nan) - I
    down, right = (pulled(g, t, (0, 0), m) for g in np.gradient(J))
    z = (np.indices(J.shape)[0] - m[0] + 1j * (np.indices(J.shape)[1] - m[1])) * np.exp(1j * t)
    return 2 * np.nanmean(d * (right * z.real - down * z.imag)) * np.pi / 180


def zero_outside(I, J, theta):
    J = np.asarray(J, float)
    t, m = np.radians(theta), (np.array(J.shape) - 1) / 2
    moved = pulled(J, t, (0, 0), m)
    down, right = np.gradient(moved)
    a, b = (k - n for k, n in zip(np.indices(J.shape), m, strict=True))
    return 2 * np.mean((moved - I) * (right * a - down * b)) * np.pi / 180


def cliff(I, J, theta):
    """The slope of the turned picture, which is steep where its frame ends."""
    J = np.asarray(J, float)
    m = (np.array(J.shape) - 1) / 2
    moved = pulled(J, np.radians(theta), (0, 0), m)
    inside = ~np.isnan(pulled(J, np.radians(theta), (0, 0), m, cval=np.nan))
    down, right = np.gradient(moved)
    a, b = (k - n for k, n in zip(np.indices(J.shape), m, strict=True))
    return 2 * np.mean(((moved - I) * (right * a - down * b))[inside]) * np.pi / 180


def without_the_rim(I, J, theta):
    """Strictly inside: places on the rim itself do not count."""
    J = np.asarray(J, float)
    t, m = np.radians(theta), (np.array(J.shape) - 1) / 2
    z = (np.indices(J.shape)[0] - m[0] + 1j * (np.indices(J.shape)[1] - m[1])) * np.exp(1j * t)
    inside = (abs(z.real) < m[0]) & (abs(z.imag) < m[1])
    d = pulled(J, t, (0, 0), m) - I
    down, right = (pulled(g, t, (0, 0), m) for g in np.gradient(J))
    return 2 * np.mean((d * (right * z.real - down * z.imag))[inside]) * np.pi / 180


def check_at(angle, at=(16, 44), allowed=0.06):
    def bug_check(g):
        r, c = np.indices((64, 80))
        J = 200 * np.exp(-((r - at[0]) ** 2 + (c - at[1]) ** 2) / 60)
        I = pulled(J, np.radians(angle + 4), (0, 0), (0, 0))

        def ssd(t):
            return np.sum((pulled(J, np.radians(t), (0, 0), (0, 0)) - I) ** 2)

        slope = ssd(angle + 0.5) - ssd(angle - 0.5)
        return bool(abs(g(I, J, angle) - slope) < allowed * abs(slope))

    return bug_check


RIGHT = {
    "predictions": ["of different shapes", "as many", "degrees", "all three"],  # made, not right
    "parsons": [1, 2, 3, 5, 6],
    "fade_1": where,
    "fade_2": speed,
    "plugin": [cost, start],
    "bug": mended,
    "bug_check": check_at(30),
}
WRONG = {
    "predictions": [["of different shapes", "as many", "degrees", None], ["yes", 2, 3, 4], None],
    "parsons": [[1, 2, 3, 4, 6], [1, 3, 2, 5, 6], [1, 2, 3, 4, 5, 6], None],
    "fade_1": [lambda *a: where(*a)[::-1], lambda r, c, t, p: where(r, c, -t, p), lambda *a: (-10.0, 3.0)],
    "fade_2": [
        lambda *a: [k * 180 / np.pi for k in speed(*a)],
        lambda *a: [-k for k in speed(*a)],
        lambda r, c, t, p: speed(r, c, 0.0, p),
    ],
    "plugin": [
        [per_radian, start],
        [half, start],
        [about_the_corner, start],
        [lambda *a: cost(*a)[0], start],
        [cost, lambda I, J: -start(I, J)],
        [cost, lambda I, J: start(I, J)[::-1]],
        [start, cost],
        [cost, None],
    ],
    "bug": [
        zero_outside,
        lambda *a: mended(*a) * 180 / np.pi,
        lambda I, J, t: mended(I, J, t) * np.size(I),
        lambda *a: -mended(*a),
        cliff,
    ],
    "bug_check": [
        lambda g: True,
        lambda g: False,
        check_at(0.0),  # frames are one there
        check_at(30, allowed=60.0),
    ],
}


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize("name", RIGHT)
def test_right_answer__gets_all(name, isolated):
    got, most = points(name, RIGHT[name], isolated=isolated)
    assert got == pytest.approx(most)


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_wrong_answer__loses(name, answer):
    got, most = points(name, answer)
    assert got < most


def test_every_other_exercise__is_tried_here():
    others = {e.name for e in u08.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda g: True, lambda g: False, lambda g: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


@pytest.mark.parametrize("secret", ["a", "b", "c"])
def test_bug__leaves_open_whether_the_rim_itself_counts(secret):
    m = mark("U08.bug", without_the_rim, secret=secret)
    assert m.points == m.maximum


def test_rigid_search__of_four_parameters_must_find_something_instead_of_starting():
    m = mark("U08.rigid_search", lambda I, J, step, scale: (0.0, [0.0, 0.0], [1.0] * 150), secret="s")
    assert m.points == 0


@pytest.mark.parametrize("secret", ["a", "b", "c"])
@pytest.mark.parametrize(
    ("key", "nothing"),
    [
        ("rotation", lambda I, theta: np.zeros(np.shape(I))),
        ("grad_ssd_rotation", lambda I, J, theta: 0.0),
        ("transform", lambda I, theta, u, pivot: np.zeros(np.shape(I))),
        ("com_init", lambda I, J: np.zeros(2)),
    ],
)
def test_answer_of_zeros__looks_like_no_mistake(key, nothing, secret):
    assert not any(c.looks_like for c in mark(f"U08.{key}", nothing, secret=secret).checks)


def test_registration_pair__is_found_by_the_reference_in_every_draw():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        for shape, size, shift in (((34, 38), 9.5, 4.0), ((56, 46), 13.0, 8.0)):
            I, J, theta, u, step, scale = _u08_scenes.registration_pair(rng, shape, size, 10.0, shift)
            got, v, _ = plain.rigid_search(I, J, step, scale, iters=100)
            assert _u08_scenes.error(shape, got, v, theta, u) < 0.2, seed


def test_bug__names_the_factor_that_is_left():
    m = mark("U08.bug", lambda *a: mended(*a) * 180 / np.pi, secret="s")
    assert any("per radian still" in c.looks_like for c in m.failed)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("rotation", coursereg.rotation),
        ("transform", lambda I, theta, u, pivot: coursereg.transform(I, theta, u, pivot)),
        ("rigid_search", lambda I, J, step, scale: tuple(coursereg.search(I, J))),
    ],
)
def test_answer_that_calls_the_package__earns_nothing(key, answer):
    assert points(key, answer)[0] == 0


# --- the laws behind it -----------------------------------------------------------------------------------------------


def test_plain__moves_as_the_package_does():
    rng = np.random.default_rng(4)
    scene = _u08_scenes.hill(rng, 30.0, 36.0, 16.0)
    I = _u08_scenes.picture(scene, (60, 72))
    for theta, u, pivot in ((12.0, (3.0, -2.5), (0.0, 0.0)), (-25.0, (1.0, 4.0), (29.5, 35.5))):
        exact = _u08_scenes.picture(scene, (60, 72), theta, u, pivot)
        assert np.allclose(coursereg.transform(I, theta, u, pivot), exact, atol=0.5)
        assert np.allclose(plain.transform(I, theta, u, pivot), exact, atol=_u08_turn.GREY)
        assert np.allclose(motion.transform(I, theta, u, pivot), exact, atol=0.5)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_mixed_frames__are_seen_by_the_tasks_and_right_slopes_pass(sign):
    worst_right, best_wrong = 0.0, np.inf
    for seed in range(6):
        rng = np.random.default_rng(seed)
        off = []
        for away in (0.0, 8.0, -8.0):
            I, J, theta, want = _u08_turn.slope_task(rng, sign, off=away)
            assert 24 <= abs(theta) <= 35
            worst_right = max(worst_right, abs(plain.grad_ssd_rotation(I, J, theta) / want - 1))
            off.append(abs(_u08_mistakes.mixed_frames(I, J, theta) / want - 1))
        best_wrong = min(best_wrong, max(off))
    assert worst_right < 0.03
    assert best_wrong > _u08_turn.SLOPE


def test_bug_slopes__are_those_of_the_formula():
    rng = np.random.default_rng(1)
    I, J, want = _u08_bug._task(rng, 20.0, ground=60.0)
    assert _u08_bug.slope_mended(I, J, 20.0) == pytest.approx(want, rel=0.03)
    assert abs(zero_outside(I, J, 20.0) / want - 1) > 0.2


def test_cost__has_the_slope_that_it_says():
    I, J, _theta, _u, _step, scale = _u08_scenes.registration_pair(np.random.default_rng(0), (52, 60), 14.0, 9.0, 5.0)
    x = np.array([scale * 0.1, 2.3, -1.6])
    _, slope = plain.rigid_cost(x, I, J, scale)
    for k, e in enumerate(0.5 * np.eye(3)):
        by_difference = plain.rigid_cost(x + e, I, J, scale)[0] - plain.rigid_cost(x - e, I, J, scale)[0]
        assert slope[k] == pytest.approx(by_difference, abs=0.05 * np.abs(slope).max())


# --- the widgets ------------------------------------------------------------------------------------------------------


def test_table_of_costs__is_the_cost_of_the_moved_picture():
    J = ndimage.gaussian_filter(scenes_u08._brain(), 2)
    for theta, u in ((0.0, (0.0, 0.0)), (5.0, (3.0, -2.0)), (-12.0, (7.0, 9.0))):
        for pivot in (scenes_u08.CENTRE, np.zeros(2)):
            direct = ((plain.transform(J, theta, u, pivot) - J) ** 2).mean()
            read = scenes_u08.cost(theta, scenes_u08.from_pivot(theta, u, pivot))
            assert read[0] == pytest.approx(direct, abs=1.0)


def test_pivot__in_the_centre_makes_the_walk_short():
    runs = scenes_u08.pivots_tried()
    needed = [runs.needed(k) for k in range(len(scenes_u08.SHARES))]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > 10 * needed[-1]
    assert np.allclose(runs.error[0], runs.error[0, 0])  # all begin with one picture


def test_unit__pixels_are_never_slower_and_radians_never_arrive_in_a_usual_picture():
    runs, n = scenes_u08.units_tried(), len(scenes_u08.ZOOMS)
    for z in range(n):
        degrees, radians, pixels = (runs.needed(k * n + z) for k in range(3))
        assert pixels <= degrees
        assert radians is None or radians > degrees
    assert runs.needed(n + 1) is None


def test_shift_for_corner__gives_the_picture_of_the_other_pivot():
    brain = scenes_u08._brain()
    u = scenes_u08.shift_for_corner(20, (40, 90))
    one, other = plain.transform(brain, 20, (0, 0), (40, 90)), plain.transform(brain, 20, u, (0, 0))
    assert np.abs(one - other).max() < 1e-6
