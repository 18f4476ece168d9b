"""The built book: complete, needs nothing from outside, shows nothing of the grader."""

from __future__ import annotations

import json
import re
from pathlib import Path

from making import inspection

from coursereg.course import notebooks

SOURCES = Path(__file__).parents[2] / "notebooks"


def test_book__loads_nothing_hides_nothing_and_has_words_for_pictures(built: Path) -> None:
    assert not inspection.faults(built)


def test_book__brings_its_scripts(built: Path) -> None:
    for script in ("mathjax/tex-svg-full.js", "widgets/require.js", "widgets/embed-amd.js"):
        assert (built / "_static" / script).stat().st_size > 50_000


def test_book__has_a_page_for_every_unit_with_the_released_notebook(built: Path) -> None:
    units = sorted(SOURCES.glob("[0-9][0-9]_*.ipynb"))
    assert len(units) >= 4
    for source in units:
        page = (built / "units" / f"{source.stem}.html").read_text(encoding="utf-8")
        link = re.search(rf'href="\.\./(_downloads/[0-9a-f]+/{source.name})"', page)
        assert link, f"{source.stem}: no link to the notebook"
        offered = json.loads((built / link[1]).read_text(encoding="utf-8"))
        assert offered == notebooks.release(notebooks.read(source))


def test_unit_pages__fold_solutions_and_show_pictures_with_sliders(built: Path) -> None:
    for source in sorted(SOURCES.glob("[0-9][0-9]_*.ipynb")):
        page = (built / "units" / f"{source.stem}.html").read_text(encoding="utf-8")
        written = [c for c in notebooks.read(source)["cells"] if notebooks.role(c) == "write"]
        assert page.count("Show a solution") == len(written)
        assert page.count('class="coursereg-static"') >= 1, "no widget"
        assert page.count('src="data:image/png') >= 3, "no pictures"


def test_book__keeps_no_sources_of_its_pages(built: Path) -> None:
    kept = [p.name for p in (built / "_sources").rglob("*") if p.is_file()]
    assert not kept


def test_book__has_a_page_for_every_public_name(built: Path) -> None:
    import inspect

    import coursereg

    plain = [n for n in coursereg.__all__ if not inspect.ismodule(getattr(coursereg, n))]
    lost = [n for n in plain if not (built / "generated" / "api" / f"coursereg.{n}.html").is_file()]
    assert not lost
