"""What the README promises is there: its commands, its files, its example."""

import doctest
import re
from pathlib import Path

import pytest

from coursereg import cli

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_first_screen__has_the_two_command_lines():
    first = "\n".join(TEXT.splitlines()[:30])
    assert "python3 -m venv .venv && . .venv/bin/activate && pip install -e . && coursereg lab\n" in first
    assert 'python3 -m venv .venv && . .venv/bin/activate && pip install -e ".[test]" && pytest -n auto\n' in first
    assert r"py -m venv .venv; .venv\Scripts\pip install -e .; .venv\Scripts\coursereg lab" in first


def test_example__gives_what_it_says():
    found = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert found.attempted > 3
    assert found.failed == 0


def table_below(heading):
    """Return the rows of the table below a heading, without its first two lines."""
    section = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def test_table_of_what_to_open__names_files_that_exist():
    rows = table_below("To change X, open Y")
    assert len(rows) > 10
    for row in rows:
        for name in re.findall(r"`([^`]+)`", row.split("|")[2]):
            assert (ROOT / name).exists(), name


def test_table_of_commands__names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    listed = re.findall(r"^  (\w+)  ", capsys.readouterr().out.split("Commands:")[1], re.MULTILINE)
    told = re.findall(r"`coursereg (\w+)", "\n".join(table_below("Commands")))
    assert sorted(listed) == sorted(told)


def test_table_of_units__names_the_functions_that_are_graded():
    from coursereg.course import exercises

    for row in table_below("What is in it today"):
        unit = row.split("|")[1].split()[0]
        for name in re.findall(r"`(\w+)`", row):
            assert exercises.exercise(f"{unit}.{name}").key == f"{unit}.{name}"
