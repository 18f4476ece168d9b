"""What a work is, how it is measured, and the table and the file that come of it."""

import importlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import threadpoolctl

HERE = Path(__file__).resolve().parent
KEPT = HERE.parents[1] / "book" / "benchmarks.json"
BUSY = 0.5  # programs that computed in the last minute; libraries with threads that spin get ten times slower
REST, SHORT = 0.05, 0.5  # seconds
FEW = 3
ALWAYS = ("coursereg", "numpy", "scipy", "numba")


@dataclass(frozen=True)
class Sides:
    """The same work done by two, or by us alone: functions without arguments, and what their results are worth."""

    theirs: Callable[[], Any] | None
    ours: Callable[[], Any]
    worth: Callable[[Any], float] | None = None  # of a result; less is better


@dataclass(frozen=True)
class Work:
    """One row: what is done, beside whom, and what coursereg must reach."""

    name: str
    peer: str  # a distribution's name; none if there is nobody to compare with
    prepare: Callable[[], Sides]
    quality: str = ""  # what ``worth`` measures, with its unit
    faster: float | None = None  # at least so many times the peer's speed
    within: float | None = None  # quality at most this
    rounds: int = 9
    peer_note: str = ""  # how the peer was set, when not by its defaults
    no_worse: bool = False  # quality at most the peer's


@dataclass(frozen=True)
class Row:
    """A work, measured; times are medians in seconds. Without a peer its time and the ratio are None."""

    work: str
    peer: str
    rounds: int
    peer_seconds: float | None
    seconds: float
    ratio: float | None
    quality: str
    peer_quality: float | None
    own_quality: float | None
    faster: float | None
    within: float | None
    met: bool
    peer_note: str = ""
    no_worse: bool = False


def topics(only: str | None = None) -> dict[str, Any]:
    """Return the modules that hold works, by the part of their name after ``works_``."""
    names = sorted(p.stem.removeprefix("works_") for p in HERE.glob("works_*.py"))
    if only is not None and only not in names:
        msg = f"only must be one of {', '.join(names)}, got {only!r}"
        raise ValueError(msg)
    wanted = [only] if only else names
    return {name: importlib.import_module(f"bench.works_{name}") for name in wanted}


@cache
def sides(work: Work) -> Sides:
    """Prepare a work once in a process."""
    return work.prepare()


def measure(work: Work) -> Row:
    """
    Do the work on both sides in turn, the first time to judge the results.

    That time does not count, for caches are cold and kernels not compiled, unless the work is done only once: such a
    work takes seconds on one side, and must follow one that has compiled what it needs. The side that is short all the
    same is timed a few times more.
    """
    both = sides(work)
    functions = {"theirs": both.theirs, "ours": both.ours} if both.theirs else {"ours": both.ours}
    worth: dict[str, float | None] = {}
    times: dict[str, list[float]] = {}
    short: dict[str, bool] = {}
    for side, function in functions.items():
        taken, result = timed(function)
        worth[side] = None if both.worth is None else float(both.worth(result))
        short[side] = taken < SHORT
        times[side] = []
        if work.rounds == 1:
            times[side] = [timed(function, True)[0] for _ in range(FEW)] if short[side] else [taken]
    for _ in range(work.rounds if work.rounds > 1 else 0):
        for side, function in functions.items():
            times[side].append(timed(function, short[side])[0])
    ours = statistics.median(times["ours"])
    theirs = statistics.median(times["theirs"]) if both.theirs else None
    ratio = None if theirs is None else theirs / ours
    own, other = worth["ours"], worth.get("theirs")
    met = _is_met(work, ratio, own, other)
    kept = (work.faster, work.within, met, work.peer_note, work.no_worse)
    return Row(work.name, work.peer, work.rounds, theirs, ours, ratio, work.quality, other, own, *kept)


def _is_met(work: Work, ratio: float | None, own: float | None, other: float | None) -> bool:
    """Return whether the targets were met; what is no number meets none."""
    if work.faster is not None and not (ratio is not None and ratio >= work.faster):
        return False
    if work.no_worse and not (own is not None and other is not None and own <= other):
        return False
    return work.within is None or (own is not None and own <= work.within)


def timed(function: Callable[[], Any], short: bool = False) -> tuple[float, Any]:
    """
    Return the seconds that a call takes, and its result. First a rest: the threads of the other side fall asleep.

    A short work is done once more before it counts: such calls come in rows, and the first after a rest pays for memory
    that went cold and for threads that must wake.
    """
    time.sleep(REST)
    if short:
        function()
    begin = time.perf_counter()
    result = function()
    return time.perf_counter() - begin, result


def machine() -> dict[str, Any]:
    """Describe the machine by what matters for speed, and by nothing that tells whose it is."""
    return {
        "cpu": _cpu_model() or platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    found = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.processor()


def versions(rows: list[Row]) -> dict[str, str]:
    """Return the version of everything that took part."""
    names = dict.fromkeys([*ALWAYS, *(row.peer for row in rows if row.peer)])
    return {name: metadata.version(name) for name in names}


def missing(works: list[Work]) -> list[str]:
    """Return the peers that are not installed."""
    return sorted({w.peer for w in works if w.peer and not _is_installed(w.peer)})


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def run(only: str | None = None, save: bool = False, tell: Callable[[str], None] = print) -> int:
    """Measure every work, tell the table; 1 if a target was missed."""
    chosen = topics(only)
    away = missing([work for module in chosen.values() for work in module.WORKS])
    if away:
        msg = f'the peers must be installed, missing {", ".join(away)}: pip install -e ".[bench]"'
        raise ImportError(msg)
    where = machine()
    tell(f"{where['cpu']}, {where['cores']} cores, {where['system']}, Python {where['python']}; medians, in turn")
    if where["load"] is not None and where["load"] > BUSY:
        tell(f"busy: {where['load']} programs compute already, so these numbers mislead; wait until nobody else does")
    met, results = True, {}
    with threadpoolctl.threadpool_limits(1, user_api="blas"):  # its waiting threads spin, and take the time of all
        for name, module in chosen.items():
            results[name] = _measure_topic(module, where, tell)
            met = met and all(row["met"] for row in results[name]["rows"])
    tell(f"\ntargets: {'met' if met else 'MISSED where marked'}")
    if save:
        keep(results, KEPT)
        tell(f"kept for the book in {KEPT.parent.name}/{KEPT.name}")
    return 0 if met else 1


def _measure_topic(module: Any, where: dict[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    about, left_out = getattr(module, "ABOUT", ""), getattr(module, "LEFT_OUT", [])
    tell(f"\n{module.TITLE}\n\n{heading()}")
    rows = []
    for work in module.WORKS:
        if sys.stderr.isatty():
            print(f"... {work.name}", end="\r", file=sys.stderr)
        rows.append(measure(work))
        tell(line(rows[-1]))
    for note in left_out:
        tell(f"left out: {note}")
    used = versions(rows)
    tell("\n" + ", ".join(f"{name} {version}" for name, version in used.items()))
    out = {"title": module.TITLE, "machine": where, "versions": used, "rows": [asdict(row) for row in rows]}
    return out | {"about": about, "left_out": list(left_out)}


def keep(results: dict[str, Any], path: Path) -> None:
    """Write results, beside those of other topics that are there already."""
    there = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = json.dumps(there | results, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def heading() -> str:
    """Return the first line of the table."""
    return f"{'work':<58}{'peer':<13}{'peer':>9}{'coursereg':>11}{'ratio':>8}  quality: peer, coursereg"


def line(row: Row) -> str:
    """Return a measured row as a line of the table."""
    theirs, ratio = "", " " * 8
    if row.peer_seconds is not None and row.ratio is not None:
        theirs, ratio = seconds(row.peer_seconds), f"{row.ratio:>7.1f}x"
    text = f"{row.work:<58}{row.peer or 'alone':<13}{theirs:>9}{seconds(row.seconds):>11}{ratio}"
    if row.own_quality is not None:
        values = [f"{value:.3g}" for value in (row.peer_quality, row.own_quality) if value is not None]
        text += f"  {', '.join(values)} {row.quality}"
    goals = [f"at least {row.faster:g}x"] if row.faster is not None else []
    goals += [f"at most {row.within:g}"] if row.within is not None else []
    goals += ["at most the peer's"] if row.no_worse else []
    return text + ("" if row.met else f"  MISSED ({', '.join(goals)})")


def seconds(value: float) -> str:
    """Return a time with a unit that gives it two or three digits."""
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.3g} us"
