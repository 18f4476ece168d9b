"""The page on speed and accuracy, from the numbers that ``coursereg bench peers --save`` kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from making.answers import escaped

HEAD = """\
# How fast, how accurate

Each line is one piece of work, done by another program and by coursereg on the same data in the same process, in
turn. Times are medians; the ratio is the other program's time divided by ours. NumPy's matrix products have one
thread, because its waiting threads spin and take the time of everybody; all else takes what threads it likes. A work
shorter than half a second is done once more just before it is timed. Numbers of two runs, or of two machines, must
not be compared, so this page says where it was measured, and you can measure yourself, in a clone:

```bash
pip install -e ".[bench]"
coursereg bench peers
```

Where there is a true motion, pairs of images are made so that it is exact: a sum of cosines is evaluated at the moved
points, nothing is interpolated; the template is its spline of order 5. The error of a registration is the distance
between where the found motion and the true one take a voxel: the largest over all voxels, or, where a line says so, the
mean over the brain; less is better, as for every quality here. What each topic adds is said above its table. A target
is a least ratio, a largest value of the quality ("≤ its": the other program's in the same run), or both; those that are
missed say so. A dash stands where there is nobody to compare with.
"""


def prepare(kept: Path, target: Path) -> Path:
    """Write ``benchmarks.md`` from the kept numbers."""
    if not kept.is_file():
        msg = f"{kept.name} must be there: coursereg bench peers --save"
        raise FileNotFoundError(msg)
    topics: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    text = [HEAD]
    for topic in topics.values():
        text += [*_topic(topic), ""]
    page = target / "benchmarks.md"
    page.write_text("\n".join(text), encoding="utf-8")
    return page


def _topic(topic: dict[str, Any]) -> list[str]:
    where = topic["machine"]
    versions = ", ".join(f"{escaped(name)} {version}" for name, version in topic["versions"].items())
    load = where["load"]
    busy = "" if load is None else f" When the run began, {load:g} other programs were computing."
    rows = topic["rows"]
    notes = {row["peer_note"]: row["peer"] for row in rows if row["peer_note"]}
    marks = dict(zip(notes, "abcdefgh", strict=False))
    about = [topic.get("about", ""), *(f"Left out: {note}." for note in topic.get("left_out", []))]
    return [
        f"\n## {escaped(topic['title'])}\n",
        *(f"{text}\n" for text in about if text),
        f"{_where(where)}; {versions}.{busy}\n",
        "| Work | Beside | Its time, ours | Ratio | Its quality, ours | Target |",
        "|---|---|---|---|---|---|",
        *(_row(row, marks.get(row["peer_note"], "")) for row in rows),
        "",
        *(
            f"{mark}: {peer} with {escaped(note)}."
            for (note, mark), peer in zip(marks.items(), notes.values(), strict=True)
        ),
    ]


def _where(machine: dict[str, Any]) -> str:
    cpu, cores, system, python = (machine[key] for key in ("cpu", "cores", "system", "python"))
    return f"{escaped(cpu)}, {cores} cores, {system}, Python {python}"


def _row(row: dict[str, Any], mark: str) -> str:
    goals = [f"≥ {row['faster']:g} ×"] if row["faster"] is not None else []
    goals += [f"≤ {row['within']:g}"] if row["within"] is not None else []
    goals += ["≤ its"] if row.get("no_worse") else []
    worth = ", ".join(_digits(row[side]) for side in ("peer_quality", "own_quality"))
    times = ["–" if row[side] is None else seconds(row[side]) for side in ("peer_seconds", "seconds")]
    cells = [
        escaped(row["work"]),
        (escaped(row["peer"]) or "–") + (f" ({mark})" if mark else ""),
        ", ".join(times),
        "" if row["ratio"] is None else f"{row['ratio']:.1f} ×",
        f"{worth} {escaped(row['quality'])}" if row["own_quality"] is not None else "",
        ", ".join(goals) + ("" if row["met"] else ": **missed**"),
    ]
    return f"| {' | '.join(cells)} |"


def _digits(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def seconds(value: float) -> str:
    """Return a time with the unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} µs"
