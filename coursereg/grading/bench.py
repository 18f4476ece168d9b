"""How long a class takes: 40 copies of a solved unit, from the folder of submissions to marks and pages."""

import tempfile
from pathlib import Path

from coursereg.course import notebooks
from coursereg.course._places import notebook_sources

COPIES = 40
TARGET = 90.0
"""Seconds for `COPIES` submissions of one unit, with two marking processes."""


def main(stem: str = "03_ssd_correlation") -> int:
    """Print the seconds, all included; return 1 if they are more than the target or a copy lost points."""
    from coursereg.grading.command import grade_folder

    notebook = notebooks.read(notebook_sources() / f"{stem}.ipynb")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "class"
        for k in range(COPIES):
            home = folder / f"student{k:02d}"
            home.mkdir(parents=True)
            notebooks.write(notebook, home / f"{stem}.ipynb")
        done = grade_folder(folder, Path(place) / "grades", jobs=2)
        full = sum(all(e["points"] == e["maximum"] for e in r["exercises"].values()) for r in done.records)
    verdict = "ok" if done.seconds <= TARGET and full == COPIES else "MISSED"
    words = f"{COPIES} submissions in {done.seconds:.1f} s (target {TARGET:g} s), {full} with all points: {verdict}"
    print(f"{stem}: {words}")  # noqa: T201
    return int(verdict != "ok")
