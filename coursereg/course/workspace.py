"""
The student's working folder: released notebooks are added, nothing that is there is ever overwritten.

A small file ``.coursereg.json`` in the folder keeps who the student is. `check` and the grader use the name
to draw each student's own numbers; nothing is sent anywhere.
"""

import json
import os
import unicodedata
from pathlib import Path
from typing import NamedTuple

from coursereg.course import notebooks
from coursereg.course._places import notebook_sources, released_folder

__all__ = ["WHO_FILE", "Filled", "fill", "read_student", "released_notebooks", "write_student"]

WHO_FILE = ".coursereg.json"
_LONGEST_NAME = 100


class Filled(NamedTuple):
    """
    What `fill` did.

    Attributes
    ----------
    folder : pathlib.Path
        The absolute path of the working folder.
    added, kept : tuple of str
        Names of the notebooks that were written, and of those that were there already and were left alone.
    """

    folder: Path
    added: tuple[str, ...]
    kept: tuple[str, ...]

    def __str__(self):
        """Return a line on the folder, one on what was added, one on what was kept."""
        lines = [f"working folder: {self.folder}"]
        if self.added:
            lines.append(f"added: {', '.join(self.added)}")
        if self.kept:
            lines.append(f"kept as they are: {', '.join(self.kept)}")
        return "\n".join(lines)


def released_notebooks():
    """
    Return the student's notebooks as text, by file name.

    Returns
    -------
    dict of str to str
        Sorted by name. A wheel carries them; an editable install makes them from the solved sources.

    Raises
    ------
    FileNotFoundError
        If the installation has no notebooks.
    """
    folder = released_folder()
    if folder is not None:
        return {p.name: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.ipynb"))}
    sources = sorted(notebook_sources().glob("*.ipynb"))
    return {p.name: _as_text(notebooks.release(notebooks.read(p))) for p in sources}


def _as_text(notebook):
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def fill(folder):
    """
    Put the released notebooks into a working folder.

    Parameters
    ----------
    folder : path-like
        Made when it does not exist. A notebook that is there stays as it is, edited or not.

    Returns
    -------
    Filled

    Raises
    ------
    NotADirectoryError
        If ``folder`` is a file.
    OSError
        If the folder cannot be made or written to.
    """
    folder = Path(folder).expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        msg = f"the working folder must be a folder, got the file {folder}"
        raise NotADirectoryError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    added, kept = [], []
    for name, text in released_notebooks().items():
        # lexists: a broken link is the student's, too
        if os.path.lexists(folder / name):
            kept.append(name)
        else:
            _write_new(folder / name, text)
            added.append(name)
    return Filled(folder, tuple(added), tuple(kept))


def _write_new(path, text):
    """Write a file that appears whole or not at all: half a copy must not be kept as the student's work."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.rename(path)


def read_student(folder):
    """
    Return who works in a folder.

    Parameters
    ----------
    folder : path-like

    Returns
    -------
    str or None
        The name; the empty string if the student was asked and skipped the question; None if nobody was asked
        yet or the file is damaged.
    """
    try:
        return clean_name(_stored(folder)["student"])
    except (ValueError, KeyError, TypeError):
        return None


def _stored(folder):
    """Return what the file holds; an empty dict if there is none or it is damaged."""
    try:
        stored = json.loads((Path(folder) / WHO_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # the last one: nested too deeply
        return {}
    return stored if isinstance(stored, dict) else {}


def write_student(folder, name):
    """
    Store who works in a folder.

    Parameters
    ----------
    folder : path-like
        An existing folder.
    name : str
        Name or number of the student, at most 100 characters in one line; the empty string for "not said".

    Returns
    -------
    str
        The name as it was stored.

    Raises
    ------
    ValueError
        If the name is too long or has control characters.
    """
    name = clean_name(name)
    text = json.dumps(_stored(folder) | {"student": name}, ensure_ascii=False) + "\n"
    (Path(folder) / WHO_FILE).write_text(text, encoding="utf-8", newline="\n")
    return name


def clean_name(name):
    """Return the name stripped and in Unicode's composed form, so that one name is one string."""
    if not isinstance(name, str):
        msg = f"the student's name must be text, got {type(name).__name__}"
        raise TypeError(msg)
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) > _LONGEST_NAME or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        msg = f"the student's name must be one line of at most {_LONGEST_NAME} characters, got {name[:120]!r}"
        raise ValueError(msg)
    return name
