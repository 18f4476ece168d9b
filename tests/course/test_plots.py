"""Pictures: what is shown, what is said, and what is refused."""

from __future__ import annotations

import base64
import io
import re

import matplotlib as mpl
import numpy as np
import pytest

from coursereg.course import _draw, _picture, plots

RAMP = np.arange(12.0).reshape(3, 4)


def drawn(picture: plots.Picture) -> np.ndarray:
    """Return the pixels of a picture's PNG."""
    return mpl.image.imread(io.BytesIO(picture.png))


MAKERS = {
    "pictures": lambda alt: plots.pictures(RAMP, alt=alt),
    "joint_histogram": lambda alt: plots.joint_histogram(RAMP, alt=alt),
    "curves": lambda alt: plots.curves({"cost": ([0, 1], [1, 0])}, alt=alt),
    "bars": lambda alt: plots.bars({"SSD": 1.0}, alt=alt),
    "surface": lambda alt: plots.surface(RAMP, range(3), range(4), alt=alt),
    "show": lambda alt: plots.show(_picture.new_figure(1, 1), alt=alt),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_picture__is_shown_as_an_image_with_its_words(make):
    bundle = make('edges "break" & <b>')._repr_mimebundle_()
    assert 'alt="edges &quot;break&quot; &amp; &lt;b&gt;"' in bundle["text/html"]
    png = base64.b64decode(bundle["image/png"])
    assert png.startswith(b"\x89PNG")
    assert bundle["image/png"] in bundle["text/html"], "both forms show the same picture"
    assert 'edges "break"' in bundle["text/plain"]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(("alt", "error"), [("", ValueError), ("  \n", ValueError), (None, TypeError), (3, TypeError)])
def test_every_picture__refuses_to_be_without_words(make, alt, error):
    with pytest.raises(error, match=r"alt must .*what the picture shows"):
        make(alt)


def test_pictures__leaves_no_figure_open_in_pyplot():
    import matplotlib.pyplot as plt

    plt.close("all")
    _ = plots.pictures([RAMP, RAMP], alt="two ramps").png
    own, _axes = plt.subplots()
    plots.show(own, alt="an empty figure")
    assert plt.get_fignums() == [], "an open figure would be shown a second time"


def test_pictures__shows_small_images_pixel_by_pixel():
    picture = plots.pictures(np.eye(4), alt="a diagonal")
    axes = picture.figure.axes[0]
    assert axes.images[0].get_interpolation() == "nearest"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("column", "row")
    assert list(axes.get_yticks()) == [0, 1, 2, 3]


def test_ticks__keep_apart_and_reach_nearly_to_the_end():
    for n in range(11, 600):
        ticks = _draw.index_ticks(n)
        step = ticks[1] - ticks[0]
        assert ticks[0] == 0
        assert n - 1 - ticks[-1] < 0.6 * step
        assert ticks[-1] - ticks[-2] >= 0.6 * step  # "100" and "110" would be read as "100110"


def test_pictures__shows_nan_in_a_colour_that_no_grey_is():
    image = np.full((8, 8), 0.5)
    image[:4] = np.nan
    red, green, blue = drawn(plots.pictures(image, alt="a hole"))[..., :3].reshape(-1, 3).T
    assert np.mean((red > 0.8) & (green > 0.5) & (blue < 0.1)) > 0.1


def test_pictures__does_not_touch_the_image():
    image = RAMP.astype(np.uint8)
    before = image.copy()
    _ = plots.pictures(image, alt="a ramp").png
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros(4), r"must be of shape \(rows, columns\).*got \(\)"),
        ([np.zeros((3, 3, 4))], r"must be of shape \(rows, columns\).*got \(3, 3, 4\)"),
        ([np.zeros((0, 4))], r"at least one pixel, got shape \(0, 4\)"),
        ([], "at least one picture"),
        ([RAMP, np.full((2, 2, 3), 7.0)], r"image 1 in colour must be uint8 or lie in 0..1, got 7..7"),
    ],
)
def test_pictures__says_what_is_no_picture(images, message):
    with pytest.raises(ValueError, match=message):
        plots.pictures(images, alt="x")


def test_pictures__refuses_complex_numbers_and_objects():
    with pytest.raises(TypeError, match="real numbers, got dtype complex128"):
        plots.pictures(RAMP * 1j, alt="x")


def test_pictures__refuses_titles_that_do_not_match():
    with pytest.raises(ValueError, match="got 1 titles for 2 images"):
        plots.pictures([RAMP, RAMP], ["one"], alt="x")


def test_pictures__axes_may_be_bins():
    axes = plots.pictures(RAMP, alt="x", labels=("bin of I", "bin of J")).figure.axes[0]
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("bin of I", "bin of J")


def test_joint_histogram__labels_rows_with_i_and_columns_with_j():
    axes = plots.joint_histogram(RAMP, alt="x").figure.axes[0]
    assert "I" in axes.get_ylabel()
    assert "J" in axes.get_xlabel()
    assert axes.images[0].get_array().shape == RAMP.shape


def test_joint_histogram__shows_a_single_count_beside_a_full_cell():
    H = np.zeros((4, 4))
    H[0, 0], H[3, 3] = 1e5, 1
    shown = plots.joint_histogram(H, alt="x").figure.axes[0].images[0].get_array()
    assert shown[3, 3] > 0.05 * shown[0, 0], "without the logarithm one count in 100 000 cannot be seen"


@pytest.mark.parametrize("bad", [np.array([[1.0, -1.0]]), np.array([[np.nan, 1.0]])])
def test_joint_histogram__refuses_negative_and_nan(bad):
    with pytest.raises(ValueError, match="at least 0, got 1 negative or NaN"):
        plots.joint_histogram(bad, alt="x")


def test_curves__differ_by_more_than_colour():
    two = plots.curves({"a": ([0, 1], [0, 1]), "b": ([0, 1], [1, 0])}, alt="x").figure.axes[0].lines
    assert two[0].get_linestyle() != two[1].get_linestyle()
    assert two[0].get_marker() != two[1].get_marker()


def test_curves__names_the_curve_that_is_wrong():
    with pytest.raises(
        ValueError, match=r"curves\['b'\] must be two vectors of one length, got shapes \(2,\) and \(3,\)"
    ):
        plots.curves({"a": ([0, 1], [0, 1]), "b": ([0, 1], [0, 1, 2])}, alt="x")


def test_bars__writes_nan_as_a_word():
    texts = [t.get_text() for t in plots.bars({"corr": np.nan, "SSD": 1e6}, alt="x").figure.axes[0].texts]
    assert texts == ["not defined (nan)", "1\u2009000\u2009000"]


def test_bars__names_the_bar_that_is_no_number():
    with pytest.raises(TypeError, match=r"values\['corr'\] must be one number, got 'high'"):
        plots.bars({"corr": "high"}, alt="x")


@pytest.mark.parametrize(("best", "place"), [("min", "lowest: (-1, 2)"), ("max", "highest: (1, 0)")])
def test_surface__marks_the_best_shift_in_rows_and_columns(best, place):
    values = np.ones((3, 4))
    values[0, 3], values[2, 1] = 0.5, 2.0
    values[1, 1] = np.nan
    figure = plots.surface(values, [-1, 0, 1], [-1, 0, 1, 2], alt="x", best=best).figure
    assert figure.axes[0].get_legend().get_texts()[0].get_text() == place


def test_surface__refuses_shifts_that_do_not_fit():
    with pytest.raises(ValueError, match=r"got \(3, 4\) for 4 rows and 3 columns"):
        plots.surface(RAMP, range(4), range(3), alt="x")
    with pytest.raises(ValueError, match="at least one finite"):
        plots.surface(np.full((2, 2), np.nan), range(2), range(2), alt="x")


def test_checkerboard__takes_tiles_in_turn():
    I, J = np.zeros((8, 12)), np.ones((8, 12))
    board = plots.checkerboard(I, J, tiles=4)
    np.testing.assert_array_equal(board[::2, ::3], np.add.outer(np.arange(4), np.arange(4)) % 2)
    np.testing.assert_array_equal(plots.checkerboard(I, I), I)


def test_checkerboard__and_difference_refuse_two_shapes():
    with pytest.raises(ValueError, match=re.escape("got I (3, 4), J (4, 3)")):
        plots.checkerboard(RAMP, RAMP.T)
    with pytest.raises(ValueError, match=re.escape("got I (3, 4), J (4, 3)")):
        plots.difference(RAMP, RAMP.T)
    with pytest.raises(ValueError, match="at least 2, got 1"):
        plots.checkerboard(RAMP, RAMP, tiles=1)


def test_difference__does_not_wrap():
    assert plots.difference(np.uint8([[0]]), np.uint8([[255]])) == -255
