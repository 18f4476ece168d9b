"""What must hold for the book's sources; quick, and without Sphinx."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="needs PyYAML, which comes with JupyterLab")

MADE_AT_BUILD = ("units/", "generated/")
PAGES_THAT_NAME_COMMANDS = (
    "index.md",
    "using.md",
    "contributing.md",
    "researchers.md",
    "teachers/quickstart.md",
    "teachers/marking.md",
    "teachers/plan.md",
)


def toc_entries(book: Path) -> list[dict[str, str]]:
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    assert toc["format"] == "jb-book"
    entries = [{"file": toc["root"]}]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            entries += [chapter, *chapter.get("sections", [])]
    return entries


def test_toc__names_only_pages_that_exist(book: Path) -> None:
    files = [e["file"] for e in toc_entries(book) if "file" in e]
    lost = [f for f in files if not f.startswith(MADE_AT_BUILD) and not (book / f"{f}.md").is_file()]
    assert not lost, f"_toc.yml names pages that are not there: {lost}"
    assert len(files) == len(set(files))


def test_toc__leaves_no_page_out(book: Path) -> None:
    files = {e["file"] for e in toc_entries(book) if "file" in e}
    pages = {p.relative_to(book).with_suffix("").as_posix() for p in book.rglob("*.md")}
    written = {p for p in pages if not p.startswith((*MADE_AT_BUILD, "_build/"))}
    assert written <= files, f"pages that no reader can find: {sorted(written - files)}"


def test_teachers_notes__exist_for_every_unit(book: Path) -> None:
    notebooks = (book.parent / "notebooks").glob("[0-9][0-9]_*.ipynb")
    wanted = {f"u{p.name[:2]}.md" for p in notebooks}
    assert wanted <= {p.name for p in (book / "teachers").glob("u*.md")}


def test_settings__name_nothing_on_the_network(book: Path) -> None:
    tree = ast.parse((book / "conf.py").read_text(encoding="utf-8"))
    values = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
        and target.id in ("mathjax_path", "nb_ipywidgets_js", "html_css_files", "extensions")
    }
    scripts = [values["mathjax_path"], *values["nb_ipywidgets_js"], *values["html_css_files"]]
    assert not [s for s in scripts if "//" in s]
    assert "sphinx.ext.intersphinx" not in values["extensions"], "intersphinx asks the network at every build"
    assert "sphinx.ext.viewcode" not in values["extensions"], "viewcode would show the hidden checks"


def test_references__have_dois_or_say_why_not(book: Path) -> None:
    text = (book / "references.bib").read_text(encoding="utf-8")
    entries = re.split(r"^@", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 10
    without = [e.split(",")[0] for e in entries if not re.search(r"^\s*(doi|note)\s*=", e, flags=re.MULTILINE)]
    assert not without


@pytest.mark.parametrize("page", PAGES_THAT_NAME_COMMANDS)
def test_pages__name_only_commands_that_exist(book: Path, page: str) -> None:
    typer = pytest.importorskip("typer")
    from coursereg import cli

    there = set(typer.main.get_command(cli.app).commands)
    text = (book / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^|[;&$] ?)coursereg ([a-z][a-z-]+)", text, flags=re.MULTILINE))
    assert named <= there, f"{page} names commands that do not exist: {sorted(named - there)}"


@pytest.mark.parametrize("suffix", [".md", ".svg", ".css", ".yml", ".bib"])
def test_pages__hold_no_tabs_and_no_trailing_spaces(book: Path, suffix: str) -> None:
    for page in book.rglob(f"*{suffix}"):
        if "_build" in page.parts or page.relative_to(book).as_posix().startswith(MADE_AT_BUILD):
            continue
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            assert "\t" not in line, f"{page.name}, line {number}"
            assert line == line.rstrip(), f"{page.name}, line {number}"
