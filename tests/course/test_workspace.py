"""The working folder: notebooks are added, nothing is overwritten; and who the student is."""

import json

import pytest

from coursereg.course import _places, notebooks, workspace


@pytest.fixture
def two_notebooks(tmp_path, monkeypatch):
    """A made-up repository with two solved notebooks."""
    folder = tmp_path / "repository" / "notebooks"
    folder.mkdir(parents=True)
    for name in ("02_a.ipynb", "03_b.ipynb"):
        cell = {
            "cell_type": "code",
            "id": "x",
            "metadata": {"coursereg": {"role": "write", "key": "U02.f"}},
            "source": "def f():\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "secret"}],
            "execution_count": 3,
        }
        notebooks.write({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, folder / name)
    monkeypatch.setattr(workspace, "released_folder", lambda: None)
    monkeypatch.setattr(workspace, "notebook_sources", lambda: folder)
    return folder


@pytest.mark.usefixtures("two_notebooks")
def test_fill__makes_the_folder_and_adds_every_notebook(tmp_path):
    filled = workspace.fill(tmp_path / "deep" / "work")
    assert filled.added == ("02_a.ipynb", "03_b.ipynb")
    assert filled.kept == ()
    assert sorted(p.name for p in filled.folder.iterdir()) == ["02_a.ipynb", "03_b.ipynb"]


@pytest.mark.usefixtures("two_notebooks")
def test_fill__writes_neither_solutions_nor_outputs(tmp_path):
    filled = workspace.fill(tmp_path / "work")
    text = (filled.folder / "02_a.ipynb").read_text(encoding="utf-8")
    assert "NotImplementedError" in text
    assert "42" not in text
    assert "secret" not in text


@pytest.mark.usefixtures("two_notebooks")
def test_fill__keeps_edited_notebooks_and_adds_missing_ones(tmp_path):
    work = tmp_path / "work"
    workspace.fill(work)
    (work / "02_a.ipynb").write_text("my own work", encoding="utf-8")
    (work / "03_b.ipynb").unlink()
    (work / "notes.txt").write_text("mine", encoding="utf-8")
    filled = workspace.fill(work)
    assert filled.added == ("03_b.ipynb",)
    assert filled.kept == ("02_a.ipynb",)
    assert (work / "02_a.ipynb").read_text(encoding="utf-8") == "my own work"
    assert sorted(p.name for p in work.iterdir()) == ["02_a.ipynb", "03_b.ipynb", "notes.txt"]


@pytest.mark.usefixtures("two_notebooks")
def test_fill__never_writes_through_a_link_of_the_student(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    try:
        (work / "02_a.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    except OSError:
        pytest.skip("this system does not let us make symbolic links")
    assert workspace.fill(work).kept == ("02_a.ipynb",)
    assert not (tmp_path / "elsewhere.ipynb").exists()


@pytest.mark.usefixtures("two_notebooks")
def test_fill__of_a_file__says_so(tmp_path):
    (tmp_path / "work").write_text("a file", encoding="utf-8")
    with pytest.raises(NotADirectoryError, match="the working folder must be a folder, got the file"):
        workspace.fill(tmp_path / "work")


def test_fill__of_an_installed_wheel__uses_the_notebooks_it_carries(tmp_path, monkeypatch):
    carried = tmp_path / "_notebooks"
    carried.mkdir()
    (carried / "02_a.ipynb").write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr(workspace, "released_folder", lambda: carried)
    filled = workspace.fill(tmp_path / "work")
    assert filled.added == ("02_a.ipynb",)
    assert (filled.folder / "02_a.ipynb").read_text(encoding="utf-8") == "{}\n"


@pytest.mark.usefixtures("two_notebooks")
def test_filled__says_what_it_did(tmp_path):
    workspace.fill(tmp_path)
    text = str(workspace.fill(tmp_path))
    assert "kept as they are: 02_a.ipynb, 03_b.ipynb" in text
    assert str(tmp_path) in text


def test_real_release__has_the_notebooks_of_the_four_units_without_solutions():
    released = workspace.released_notebooks()
    assert [name[:2] for name in released] == sorted(name[:2] for name in released)
    assert {"02", "03", "04", "05"} <= {name[:2] for name in released}
    for text in released.values():
        assert "BEGIN SOLUTION" not in text
        assert json.loads(text)["nbformat"] == 4


def test_student__is_stored_once_in_the_folder(tmp_path):
    assert workspace.read_student(tmp_path) is None
    assert workspace.write_student(tmp_path, "  Zoë Ñandú ") == "Zoë Ñandú"
    assert workspace.read_student(tmp_path) == "Zoë Ñandú"


def test_student__who_skipped_the_question_is_not_asked_again(tmp_path):
    workspace.write_student(tmp_path, "")
    assert workspace.read_student(tmp_path) == ""


def test_student__may_change_and_the_rest_of_the_file_stays(tmp_path):
    (tmp_path / workspace.WHO_FILE).write_text('{"student": "Ada", "other": 3}', encoding="utf-8")
    workspace.write_student(tmp_path, "Bea")
    stored = json.loads((tmp_path / workspace.WHO_FILE).read_text(encoding="utf-8"))
    assert stored == {"student": "Bea", "other": 3}


def test_student__has_one_spelling_however_it_was_typed(tmp_path):
    composed = workspace.write_student(tmp_path, "Zo\u00eb")
    assert workspace.write_student(tmp_path, "Zoe\u0308") == composed


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"student": 3}', '{"name": "x"}', '{"student": "a\\nb"}'])
def test_student__of_a_damaged_file_is_unknown(tmp_path, text):
    (tmp_path / workspace.WHO_FILE).write_text(text, encoding="utf-8")
    assert workspace.read_student(tmp_path) is None


@pytest.mark.parametrize("name", ["a\nb", "x" * 101, "\x1b[31m"])
def test_student__with_an_impossible_name_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="the student's name must be one line of at most 100 characters"):
        workspace.write_student(tmp_path, name)


def test_missing_folders__are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(_places, "PACKAGE", tmp_path / "a")
    monkeypatch.setattr(_places, "REPOSITORY", tmp_path / "b")
    with pytest.raises(FileNotFoundError, match="the sample files of coursereg must be in"):
        _places.data_folder()
    with pytest.raises(FileNotFoundError, match="the solved notebooks of coursereg must be in"):
        _places.notebook_sources()
