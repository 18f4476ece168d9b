"""Widgets without a browser: pictures without a kernel, words, errors, bad input, predictions."""

from __future__ import annotations

import html.parser
import re
import subprocess
import sys

import numpy as np
import pytest

from coursereg.course import exercises, predictions, widgets
from coursereg.course.widgets import Bars, Choice, Curve, Explore, Image, Slider, Text, live

RAMP = np.arange(12.0).reshape(3, 4)
SIX = [{"shift": k} for k in range(6)]


def scene(shift, kind="roll"):
    """A small scene."""
    return [Image(np.roll(RAMP, shift), "ramp"), Bars({"shift": shift}, "bar"), Text(f"{kind} by {shift} & <b>")]


def explore(fn=scene, controls=None, static=SIX, alt="A ramp.", **more):
    """Return an Explore of which a test changes one argument."""
    return Explore(fn, controls or {"shift": Slider(0, 9, 1, 2, "shift (pixels)")}, static, alt, **more)


class Tags(html.parser.HTMLParser):
    """Collect the tags of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        """Return the attributes of every such tag."""
        return [attrs for name, attrs in self.tags if name == tag]


# --- without a kernel -------------------------------------------------------------------------------------------------


def test_static__has_six_pictures_each_with_its_own_words():
    page = Tags(explore(alt=lambda shift: f"A ramp rolled by {shift}.").html())
    pictures = page.all("img")
    assert [one["alt"] for one in pictures] == [f"A ramp rolled by {k}." for k in range(6)]
    assert len({one["src"] for one in pictures}) == 6
    assert len(page.all("figcaption")) == 6


def test_static__loads_nothing_from_elsewhere():
    text = explore().html()
    sources = [attrs.get("src", "") for _, attrs in Tags(text).tags if "src" in attrs]
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert not re.search(r"https?:|//[a-z]|<link|import", re.sub(r'src="data:[^"]*"', "", text))


def test_static__without_scripts_all_six_are_seen_and_no_dead_slider():
    page = Tags(explore().html())
    assert all("display" not in figure.get("style", "") for figure in page.all("figure"))
    assert page.all("label")[0]["style"] == "display:none", "only the script shows the slider"
    slider = page.all("input")[0]
    assert (slider["type"], slider["min"], slider["max"], slider["step"]) == ("range", "0", "5", "1")
    assert slider["value"] == "2", "the picture seen first is where the live slider starts"


def test_static__two_widgets_on_a_page_do_not_share_an_id():
    ids = [Tags(explore().html()).all("div")[0]["id"] for _ in range(2)]
    assert ids[0] != ids[1]


def test_static__escapes_titles_and_texts():
    text = explore(title="<i>less</i> & more", alt='a "quoted" ramp').html()
    assert "<i>" not in text
    assert "<b>" not in text
    assert "&lt;i&gt;less&lt;/i&gt; &amp; more" in text
    assert 'alt="a &quot;quoted&quot; ramp' in text


def test_static__an_error_in_the_scene_is_not_hidden():
    def broken(shift):
        raise RuntimeError("no data")

    with pytest.raises(RuntimeError, match="no data"):
        explore(broken).html()


def test_static__is_what_a_page_without_a_kernel_gets(monkeypatch):
    monkeypatch.setenv("COURSEREG_STATIC", "1")
    bundle = explore(after="U99.P9")._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/html"].count("<img") == 6, "in a book no prediction keeps it closed"


# --- words ------------------------------------------------------------------------------------------------------------


def test_words__of_a_fixed_text_name_where_the_sliders_stand():
    assert explore().words(shift=4) == "A ramp. Now: shift (pixels) 4."


def test_words__must_not_be_empty():
    with pytest.raises(ValueError, match="alt must say in words"):
        explore(alt=" ")
    with pytest.raises(ValueError, match="alt must say in words"):
        explore(alt=lambda shift: "").words()


def test_panels__say_what_they_show():
    assert Image(RAMP, "ramp").summary() == "ramp: picture, 3 rows, 4 columns, values 0 to 11"
    assert Bars({"SSD": 12, "corr": np.nan}, "how alike").summary() == "how alike: SSD 12, corr not defined (nan)"
    line = Curve({"cost": ([0, 1, 2, 3], [np.nan, 5, 1, 2])}, "cost").summary()
    assert line == "cost: cost from 5 at 1 to 2 at 3, lowest 1 at 2"


# --- what the browser gets --------------------------------------------------------------------------------------------


def test_state__holds_pixels_labels_and_words():
    state = live.state(explore(), {"shift": 0})
    image = state["panels"][0]
    assert (image["height"], image["width"], len(image["pixels"])) == (3, 4, 12)
    assert list(image["pixels"][:2]) == [0, 23], "255 * 1 / 11, rounded"
    assert state["labels"][1] == "bar: shift 0"
    assert state["alt"] == "A ramp. Now: shift (pixels) 0."
    assert state["error"] == ""


def test_image__nan_is_orange_and_a_constant_picture_is_no_error():
    image = RAMP.copy()
    image[0, 0] = np.nan
    pixels = np.frombuffer(Image(image).spec()["pixels"], np.uint8).reshape(3, 4, 3)
    assert tuple(pixels[0, 0]) == (230, 159, 0)
    assert len(set(pixels[1, 1])) == 1, "the others stay grey"
    assert set(Image(np.full((2, 2), 7)).spec()["pixels"]) == {128}


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.float32])
def test_image__every_dtype_spans_black_to_white(dtype):
    pixels = Image(np.array([[0, 1]], dtype)).spec()["pixels"]
    assert list(pixels) == [0, 255]


def test_image__keeps_the_asked_range():
    assert list(Image(np.array([[-50.0, 0, 100, 400]]), vmin=0, vmax=200).spec()["pixels"]) == [0, 0, 128, 255]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("shapes differ"), "This picture could not be made: ValueError: shapes differ"),
        (ZeroDivisionError(), "This picture could not be made: ZeroDivisionError"),
        (NotImplementedError("your code here"), "Nothing to show yet: a function is not written."),
        (RuntimeError("x" * 5000), "xxx..."),
    ],
)
def test_state__an_error_is_a_short_message_and_the_widget_lives(error, message):
    def fn(shift):
        if shift:
            raise error
        return Text("fine")

    widget = explore(fn)
    state = live.state(widget, {"shift": 1})
    assert message in state["error"]
    assert state["alt"] == state["error"], "who does not see must hear it too"
    assert len(state["error"]) < 300
    assert live.state(widget, {"shift": 0})["error"] == ""


def test_state__a_function_that_returns_no_panel_is_told_so():
    state = live.state(explore(lambda shift: RAMP), {"shift": 0})
    assert "must return Image, Bars, Curve or Text, or a list of them, got ndarray" in state["error"]


# --- the live widget --------------------------------------------------------------------------------------------------


def parts(box, kind):
    """Return the children whose class has this name."""
    return [child for child in box.children if type(child).__name__ == kind]


def test_live__a_slider_moves_by_one_step_and_the_picture_follows():
    box = explore().live()
    (slider,) = parts(box, "IntSlider")
    (canvas,) = parts(box, "Canvas")
    assert (slider.min, slider.max, slider.step, slider.value) == (0, 9, 1, 2)
    assert slider.continuous_update
    before = canvas.state["panels"][0]["pixels"]
    slider.value += slider.step
    assert canvas.state["panels"][0]["pixels"] != before
    assert canvas.state["alt"] == "A ramp. Now: shift (pixels) 3."


def test_live__a_choice_is_a_drop_down_with_its_first_value():
    controls = {"shift": Slider(0, 9), "kind": Choice(["roll", "cut"], "cut", "border")}
    box = explore(controls=controls).live()
    (menu,) = parts(box, "Dropdown")
    assert (menu.value, menu.description) == ("cut", "border")


def test_live__a_step_below_one_gives_clean_decimals():
    seen = []

    def fn(k):
        seen.append(k)
        return Text("x")

    box = Explore(fn, {"k": Slider(0, 1, 0.1)}, [{}] * 6, "x").live()
    (slider,) = parts(box, "FloatSlider")
    slider.value = 0.1 + 0.2
    assert seen[-1] == 0.3


def test_live__waits_for_its_prediction_and_opens_by_itself():
    predictions.forget("U99.P7")
    box = explore(after="U99.P7", title="Which?").live()
    (card,) = box.children
    assert "Make prediction 7 first" in card.value
    assert "Which?" in card.value
    predictions.record("U99.P7", "it rolls")
    assert parts(box, "Canvas")
    assert parts(explore(after="U99.P7").live(), "Canvas"), "once made, later widgets open at once"
    predictions.forget("U99.P7")


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5, 5), "lo must be less than hi, got lo 5, hi 5"),
        ((0, 5, 0), "step must be positive and at most hi - lo, got 0 for 0..5"),
        ((0, 5, 7), "step must be positive and at most hi - lo, got 7"),
        ((0, 5, 1, 6), r"value must lie in 0..5, got 6"),
        ((0, float("nan")), "hi must be a finite number, got nan"),
        (("0", 5), "lo must be a finite number, got '0'"),
    ],
)
def test_slider__says_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        Slider(*arguments)


def test_choice__says_what_does_not_fit():
    with pytest.raises(ValueError, match="at least two different ones"):
        Choice(["pv", "pv"])
    with pytest.raises(ValueError, match=r"value must be one of \['pv', 'tri'\], got 'rand'"):
        Choice(["pv", "tri"], "rand")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"static": SIX[:5]}, ValueError, "static must hold 6 dictionaries of values, got 5"),
        ({"static": {"shift": 1}}, TypeError, "static must be a list of 6 dictionaries"),
        ({"static": [{"shift": 99}] * 6}, ValueError, "shift must lie in 0..9, got 99"),
        ({"static": [{"shft": 1}] * 6}, ValueError, "unknown control shft; there are shift"),
        ({"controls": {"shift": (0, 9)}}, TypeError, r"controls\['shift'\] must be a Slider or a Choice, got tuple"),
        ({"controls": [Slider(0, 9)]}, TypeError, "controls must be a dictionary"),
        ({"fn": scene(0)}, TypeError, "fn must be a function that returns panels, got list"),
        ({"alt": None}, TypeError, "alt must be a string"),
    ],
)
def test_explore__says_what_does_not_fit(change, error, message):
    with pytest.raises(error, match=message):
        explore(**change)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Image(np.zeros(3)), ValueError, r"must be of shape \(rows, columns\)"),
        (lambda: Image(RAMP, cmap="greyish"), ValueError, "cmap must be the name of a matplotlib colour map"),
        (lambda: Bars({}), TypeError, "at least one bar"),
        (lambda: Curve({"a": [1, 2, 3]}), ValueError, r"curves\['a'\] must be a pair"),
        (lambda: Curve({"a": ([0], [1])}, ylim=(1, 1)), ValueError, "low < high"),
        (lambda: Text(3), TypeError, "Text must be a string, got int"),
    ],
)
def test_panels__say_what_does_not_fit(make, error, message):
    with pytest.raises(error, match=message):
        make()


# --- scenes -----------------------------------------------------------------------------------------------------------

SCENES = sorted(widgets.scenes())


def test_scenes__an_unknown_one_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_scene"):
        _ = widgets.no_such_scene


@pytest.mark.parametrize("name", SCENES)
def test_scene__draws_its_six_pictures_and_says_six_different_things(name):
    one = getattr(widgets, name)()
    assert one.title
    words = [one.words(**values) for values in one.static]
    assert len(set(words)) == 6
    specs = []
    for values in one.static:
        panels = [panel.spec() for panel in one.panels(**values)]
        assert any(panel["kind"] in ("image", "curve", "bars") for panel in panels)
        specs.append(repr(panels))
    assert len(set(specs)) == 6, "six pictures that show the same teach nothing"


@pytest.mark.parametrize("name", SCENES)
def test_scene__draws_at_both_ends_of_every_control(name):
    one = getattr(widgets, name)()
    for control_name, control in one.controls.items():
        ends = control.options if isinstance(control, Choice) else (control.lo, control.hi)
        for end in ends:
            state = live.state(one, one.values(**{control_name: end}))
            assert state["error"] == "", f"{control_name} = {end}"


@pytest.mark.parametrize("name", SCENES)
def test_scene__can_wait_for_a_prediction(name):
    assert getattr(widgets, name)(after="U99.P1").after == "U99.P1"


def test_import__of_the_widgets_pulls_in_no_jupyter():
    code = "import sys; from coursereg.course import widgets; print({'ipywidgets', 'anywidget'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# --- Parsons puzzle and skip button -----------------------------------------------------------------------------------


def test_parsons__without_a_kernel_is_a_numbered_list():
    page = widgets.parsons("U99.parsons", ["a = 1", "if a < 2:\n    b = 3"])._repr_mimebundle_()
    assert len(Tags(page["text/html"]).all("li")) == 2
    assert "a &lt; 2:\n    b" in page["text/html"], "indents stay"


def test_parsons__order_is_what_the_widget_holds():
    puzzle = widgets.parsons("U99.parsons", ["a", "b", "c"])
    assert puzzle.order == [1, 2, 3]
    puzzle.live().order = [3, 1]
    assert puzzle.order == [3, 1]


@pytest.mark.parametrize(("lines", "error"), [("abc", TypeError), (["a"], ValueError), (["a", ""], TypeError)])
def test_parsons__says_what_does_not_fit(lines, error):
    with pytest.raises(error, match="lines must be"):
        widgets.parsons("U99.parsons", lines)


def test_skip__without_a_kernel_is_a_sentence_that_needs_no_script():
    page = widgets.skip_to_blank()._repr_mimebundle_()
    assert "Skip sections 3 to 5" in page["text/html"]
    for text in page.values():
        assert "Sections 4 and 5 hold 10 of the 100 points" in text


def test_skip__says_what_the_guided_sections_are_worth():
    for unit in map(exercises.unit, exercises.UNITS):
        worth = sum(unit.exercises[f"{unit.key}.{name}"].points for name in ("parsons", "fade_1", "fade_2"))
        assert worth == 10
        assert unit.automatic_points + unit.say_it == 100
