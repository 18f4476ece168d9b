"""The class list: who is expected, under which id."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

from coursereg.grading.intake import safe_id

ID_WORDS = ("id", "student", "student_id", "username", "user", "login", "number")
NAME_WORDS = ("name", "full_name", "fullname", "last_name", "surname")


def read_roster(path: Path) -> dict[str, str]:
    """Read a CSV file with a column of ids and, if there is one, a column of names.

    Parameters
    ----------
    path : Path
        UTF-8, separated by comma, semicolon or tab. The header names the columns (``id``, ``student`` ...); without a
        known header the first column is the id, the second the name.

    Returns
    -------
    dict of str to str
        Names by id, in the order of the file.

    Raises
    ------
    ValueError
        If the file is no text or has no row.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        msg = f"the roster must be a CSV file in UTF-8, got {path.name}"
        raise ValueError(msg) from None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows = [r for r in csv.reader(io.StringIO(text), delimiter=separator) if any(c.strip() for c in r)]
    if not rows:
        msg = f"the roster must have at least one row, got {path.name} without any"
        raise ValueError(msg)
    head = [c.strip().lower() for c in rows[0]]
    known = [k for k, c in enumerate(head) if c in ID_WORDS]
    names = [k for k, c in enumerate(head) if c in NAME_WORDS]
    at, name_at = (known[0], names[0] if names else None) if known else (0, 1)
    out = {}
    for row in rows[1:] if known else rows:
        student = row[at].strip() if at < len(row) else ""
        if student:
            out[safe_id(student)] = row[name_at].strip() if name_at is not None and name_at < len(row) else ""
    return out


def alike(a: str, b: str) -> bool:
    """Whether two names are the same but for case, accents' coding and spaces."""

    def key(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", "").split())

    return key(a) == key(b)
