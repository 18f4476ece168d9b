"""What every unit's notebook must hold, and what its released version does when it is run untouched."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from coursereg.course import exercises, notebooks, widgets
from coursereg.grading import mark

FOLDER = Path(__file__).parents[2] / "notebooks"
UNITS = [exercises.unit(key) for key in exercises.UNITS]
# As in the syllabus, in numbers of its own: what is dropped from a unit and its notebook alike must be missed here.
WIDGETS = {"U01": 2, "U02": 3, "U03": 2, "U04": 3, "U05": 3, "U06": 2, "U07": 3, "U08": 3, "U09": 3, "U10": 2, "U11": 3}
FUNCTIONS = {
    "U01": {"map_voxel": 20, "crop": 12, "spacings": 8, "to_float01": 10},
    "U02": {"bilinear": 10, "translation": 22, "compose_then_warp": 10, "new_shape": 8},
    "U03": {"SSD": 18, "corr": 14, "msd_overlap": 12, "rank_pairs": 6},
    "U04": {"JointHist": 20, "clamp": 10, "bounding_box": 6, "ideal_spacing": 6, "parzen_weights": 8},
    "U05": {"MI_from_hist + MI": 24, "NMI": 8, "corr_ratio": 10, "slr": 8},
    "U06": {"approx_gradient": 14, "approx_hessian": 14, "explore_1d": 8, "Rigid2D": 14},
    "U07": {"grad_ssd_translation": 18, "search": 20, "should_stop": 6, "report": 6},
    "U08": {"rotation": 12, "grad_ssd_rotation": 14, "transform": 8, "com_init": 4, "rigid_search": 12},
    "U09": {"Momentum": 8, "Nesterov": 8, "Adagrad": 8, "RMSProp": 8, "Adam": 8, "tune": 10},
    "U10": {"rigid_matrix": 16, "similarity_matrix": 6, "classify": 10, "params_of": 12, "safe_inverse": 6},
    "U11": {"pyramid_level": 12, "level_grid2world": 10, "tre": 8, "SSDMetric2D": 20},
}
unit_ids = {"ids": lambda u: u.key, "argvalues": UNITS, "argnames": "unit"}


def solved(unit: exercises.Unit) -> notebooks.Notebook:
    return notebooks.read(FOLDER / f"{unit.stem}.ipynb")


def code(notebook: notebooks.Notebook) -> str:
    return "\n".join(notebooks.source(c) for c in notebook["cells"] if c["cell_type"] == "code")


def points(unit: exercises.Unit) -> dict[str, float]:
    return {key: ex.points for key, ex in unit.exercises.items()}


def test_notebooks__are_the_units() -> None:
    assert sorted(p.stem for p in FOLDER.glob("*.ipynb")) == sorted(u.stem for u in UNITS)


@pytest.mark.parametrize(**unit_ids)
def test_unit__has_90_automatic_points_as_in_the_syllabus(unit: exercises.Unit) -> None:
    by_kind: dict[str, float] = {}
    for ex in unit.exercises.values():
        group = {"predictions": "predictions", "parsons": "warm-up", "fade_1": "warm-up", "fade_2": "warm-up"}.get(
            ex.name
        )
        group = group or {"bug": "bug", "bug_check": "bug", "plugin": "plugin"}.get(ex.kind, "functions")
        by_kind[group] = by_kind.get(group, 0.0) + ex.points
    assert by_kind == {"predictions": 5, "warm-up": 10, "functions": 50, "plugin": 15, "bug": 10}
    assert unit.automatic_points + unit.say_it == 100


@pytest.mark.parametrize(**unit_ids)
def test_unit__has_the_widgets_and_graded_functions_of_the_syllabus(unit: exercises.Unit) -> None:
    assert len(set(unit.widgets)) == WIDGETS[unit.key]
    found = {ex.name: ex.points for ex in unit.exercises.values() if ex.kind == "function"}
    if unit.key == "U05":  # one entry of the syllabus, two functions
        found["MI_from_hist + MI"] = found.pop("MI_from_hist") + found.pop("MI")
    assert found == FUNCTIONS[unit.key]


@pytest.mark.parametrize(**unit_ids)
def test_notebook__has_the_ten_sections_in_order(unit: exercises.Unit) -> None:
    text = "\n".join(notebooks.source(c) for c in solved(unit)["cells"] if c["cell_type"] == "markdown")
    headings = re.findall(r"^## (\d+\. [^\n:]*)", text, flags=re.MULTILINE)
    assert [h.strip() for h in headings] == list(notebooks.HEADINGS)
    assert re.search(r"^### Beyond", text, flags=re.MULTILINE)


@pytest.mark.parametrize(**unit_ids)
def test_notebook__has_every_exercise_and_widget_of_its_unit(unit: exercises.Unit) -> None:
    cells = solved(unit)["cells"]
    checked = {notebooks.key(c) for c in cells if notebooks.role(c) == "check"}
    assert checked == set(unit.exercises)
    opened = " ".join(notebooks.source(c) for c in cells if notebooks.role(c) == "widget")
    assert unit.widgets
    assert not [w for w in unit.widgets if f"widgets.{w}(" not in opened or w not in widgets.scenes()]
    assert sum(notebooks.role(c) == "say" for c in cells) == 1


@pytest.mark.parametrize(**unit_ids)
def test_notebook__has_three_predictions_before_their_widgets(unit: exercises.Unit) -> None:
    cells = solved(unit)["cells"]
    predicted = [k for k, c in enumerate(cells) if notebooks.role(c) == "predict"]
    assert len(predicted) >= 3
    for name in unit.widgets:
        opens = [k for k, c in enumerate(cells) if f"widgets.{name}(" in notebooks.source(c)]
        assert min(opens) > min(predicted), f"{name} opens before any prediction"
        assert "after=" in notebooks.source(cells[min(opens)]), f"{name} is not closed before its prediction"


@pytest.mark.parametrize(**unit_ids)
def test_notebook__has_three_figures_with_text_alternatives(unit: exercises.Unit) -> None:
    drawn, without = 0, []
    for node in ast.walk(ast.parse(code(solved(unit)))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            name = f"{node.func.value.id}.{node.func.attr}"
            if name in ("plots.checkerboard", "plots.difference"):
                continue
            if name.startswith("plots."):
                drawn += 1
                without += [name] * (not any(k.arg == "alt" for k in node.keywords))
            assert name not in ("plt.show", "plt.imshow"), (
                "figures go through plots.*, which asks for a text alternative"
            )
    assert drawn >= 3
    assert not without


@pytest.mark.parametrize(**unit_ids)
def test_notebook__is_in_normal_form(unit: exercises.Unit) -> None:
    there = solved(unit)
    assert notebooks.normalise(there, unit.key, points(unit), unit.say_it) == there
    nbformat.validate(nbformat.reads(json.dumps(there), 4))


@pytest.mark.parametrize(**unit_ids)
def test_check_cells__only_call_check(unit: exercises.Unit) -> None:
    for cell in (c for c in solved(unit)["cells"] if notebooks.role(c) == "check"):
        (statement,) = ast.parse(notebooks.source(cell)).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        assert ast.unparse(statement.value.func) == "check"
        assert ast.literal_eval(statement.value.args[0]) == notebooks.key(cell)


@pytest.mark.parametrize(**unit_ids)
def test_solution__of_the_notebook_is_what_solution_shows(unit: exercises.Unit) -> None:
    """A student who reads `solution(key)` and one who reads the book see one text."""
    for key, ex in unit.exercises.items():
        if ex.kind != "function":
            continue
        (cell,) = [c for c in solved(unit)["cells"] if notebooks.role(c) == "write" and notebooks.key(c) == key]
        (mine,) = [
            f
            for f in ast.walk(ast.parse(notebooks.source(cell)))
            if isinstance(f, ast.FunctionDef | ast.ClassDef) and f.name == ex.name
        ]
        theirs = ast.parse(ex.solution).body[0]
        for one in (mine, theirs):
            for f in ast.walk(one):  # docstrings differ: the notebook's are shorter
                if isinstance(f, ast.FunctionDef | ast.ClassDef) and isinstance(f.body[0], ast.Expr):
                    f.body = f.body[1:]
        assert ast.unparse(mine) == ast.unparse(theirs), key


@pytest.mark.parametrize(**unit_ids)
def test_released_notebook__shows_no_solution(unit: exercises.Unit) -> None:
    there = solved(unit)
    text = json.dumps(notebooks.release(there))
    assert "SOLUTION" not in text
    assert "NotImplementedError" in text
    for cell in there["cells"]:
        # fades give lines away on purpose, so ask for whole solutions of more than one line, and for the model answer
        lines = notebooks.solution_of(notebooks.source(cell)).splitlines(keepends=True)
        if len(lines) > 1 or notebooks.role(cell) == "say":
            assert json.dumps(lines)[1:-1] not in text, notebooks.key(cell)


def run(notebook: notebooks.Notebook, folder: Path) -> nbformat.NotebookNode:
    node = nbformat.reads(json.dumps(notebook), 4)
    client = NotebookClient(node, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return node


@pytest.mark.parametrize(**unit_ids)
def test_released_notebook__runs_with_only_not_implemented_errors(unit: exercises.Unit, tmp_path: Path) -> None:
    node = run(notebooks.release(solved(unit)), tmp_path)
    errors = [o for c in node.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"]
    others = [f"{e.ename}: {e.evalue}" for e in errors if e.ename != "NotImplementedError"]
    assert not others
    assert errors, "an untouched notebook must meet its first empty function"


@pytest.mark.parametrize(**unit_ids)
def test_solved_notebook__earns_every_automatic_point(unit: exercises.Unit) -> None:
    space: dict[str, object] = {}
    cells = solved(unit)["cells"]
    for cell in (c for c in cells if notebooks.role(c) in ("setup", "write", "predict", "parsons")):
        exec(compile(notebooks.source(cell), cell["id"], "exec"), space)
    for cell in (c for c in cells if notebooks.role(c) == "check"):
        call = ast.parse(notebooks.source(cell)).body[0].value  # type: ignore[attr-defined]
        answer = eval(compile(ast.Expression(call.args[1]), cell["id"], "eval"), space)
        m = mark(notebooks.key(cell), answer, secret="another secret")
        assert m.points == m.maximum, f"{m.key}: {[(c.name, c.message, c.got, c.wanted) for c in m.failed]}"
