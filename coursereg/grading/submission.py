"""One submission, marked: its cells run in the sandbox, every exercise of the unit is checked from here."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from coursereg.course import exercises
from coursereg.grading.callee import Remote
from coursereg.grading.intake import Submission
from coursereg.grading.local import Timeout
from coursereg.grading.marking import Mark, mark
from coursereg.grading.released import CheckCell
from coursereg.grading.sandbox import Limits, Sandbox
from coursereg.grading.staging import Stage

MAX_CODE = 20_000
MAX_EVENTS = 20
MORE_MEMORY = 2 << 30  # bytes, beyond what a marking process has at the start of a submission
LEAST_SECONDS = 10.0
MAGIC = re.compile(r"^\s*(?:[%!?]|>>> |\.\.\. |In \[)|\?\s*$|=\s*[%!]", re.MULTILINE)
MAX_MAGIC_WORK = 200_000  # lines times lines with magic: IPython reads the cell anew for each of them


@dataclass(frozen=True)
class Job:
    """What a marking process needs to know about one submission; nothing in it was written by pickle of a student's."""

    submission: Submission
    checks: tuple[CheckCell, ...]
    secret: str
    stage: Path
    hide: tuple[str, ...] = ()
    limits: Limits = Limits()
    unsafe: bool = False


def mark_submission(job: Job) -> dict[str, Any]:
    """Return the record of a submission: for each exercise its mark, notes, events, seconds."""
    with _bounded():
        return _record(job)


def _record(job: Job) -> dict[str, Any]:
    start = time.monotonic()
    record = _marked(job, job.submission.cells)
    if job.submission.given and any(_lacks_a_name(e) for e in record["exercises"].values()):
        # a function that leans on a given cell: run those, too, and keep the better mark of each exercise
        # with the time that is left
        left = max(job.limits.total_seconds - (time.monotonic() - start), LEAST_SECONDS)
        job = replace(job, limits=replace(job.limits, total_seconds=left))
        again = _marked(job, sorted(job.submission.given + job.submission.cells))
        for key, other in again["exercises"].items():
            if other["points"] > record["exercises"][key]["points"]:
                record["exercises"][key] = other
        record["events"] += [e for e in again["events"] if e not in record["events"]]
    if len(record["events"]) > MAX_EVENTS:
        more = len(record["events"]) - MAX_EVENTS
        record["events"] = [*record["events"][:MAX_EVENTS], f"and {more} more like these"]
    record["seconds"] = round(time.monotonic() - start, 2)
    return record


@contextmanager
def _bounded() -> Iterator[None]:
    """Bound this process's memory: call-backs run here, with arguments that a student chose."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _lacks_a_name(result: dict[str, Any]) -> bool:
    return any("NameError" in c["message"] for c in result["checks"])


def _marked(job: Job, cells: list[tuple[int, str]]) -> dict[str, Any]:
    sources = [(i, to_python(s)) for i, s in cells]
    out: dict[str, Any] = {"student": job.submission.student, "unit": job.submission.unit, "exercises": {}}
    with _session(job, sources) as session:
        for check in job.checks:
            result = _one(session, check, job)
            out["exercises"][check.key] = asdict(result) | {"code": code_of(check.names, cells)}
        out["events"] = list(dict.fromkeys([*session.events, *_unusual(session.errors, out["exercises"])]))
        out["cell_errors"] = {str(k): v for k, v in session.errors.items()}
    for check in job.checks:
        _explain_missing(out["exercises"][check.key], check, cells, session)
    return out


UNUSUAL = (
    "MemoryError",
    "BlockingIOError",
    "PermissionError",
    "SystemExit",
    "OSError",
    "gaierror",
    "ConnectionError",
    "URLError",
)


def _unusual(errors: dict[int, str], results: dict[str, Any]) -> list[str]:
    """Errors that an instructor should know of: something was tried that a registration exercise does not need."""
    out = [f"cell {i + 1}: {e}" for i, e in sorted(errors.items()) if e.startswith(UNUSUAL)]
    for key, result in results.items():
        for check in result["checks"]:
            error = check["message"].removeprefix("the function raised ")
            if check["raised"] and error.startswith(UNUSUAL):
                out.append(f"{key}: {error}")
                break
    return out


def _session(job: Job, sources: list[tuple[int, str]]) -> Any:
    if job.unsafe:
        from coursereg.grading.unsafe import UnsafeLocal

        return UnsafeLocal(Stage(job.stage), sources, job.limits)
    return Sandbox(Stage(job.stage), sources, job.limits, list(job.hide))


def _one(session: Any, check: CheckCell, job: Job) -> Mark:
    session.topic = check.key
    try:
        there = bool(session.bind(check.key, list(check.names), check.many))
    except Timeout:
        there = True  # the process is gone for good: every check says so
    return mark(
        check.key,
        Remote(session, check.key, job.limits.call_seconds, there),
        secret=job.secret,
        student=job.submission.student,
    )


def _explain_missing(result: dict[str, Any], check: CheckCell, cells: list[tuple[int, str]], session: Any) -> None:
    """Tell a student whose function is missing what became of the cell that should have made it."""
    if result["state"] != "not attempted" or check.many:
        return
    name = re.compile(rf"\b{re.escape(check.names[0])}\b")
    for index, source in cells:
        what = session.errors.get(index) or session.skipped.get(index)
        if what and name.search(source):
            result["note"] = f"cell {index + 1}, which should give {check.names[0]}, stopped: {what}"


def to_python(source: str) -> str:
    """Turn a cell's text into plain Python: magics and shell lines become calls that do nothing in the sandbox."""
    from IPython.core.inputtransformer2 import TransformerManager

    text = source.lstrip()
    if text.startswith(("%%time", "%%capture", "%%prun")):
        text = text.split("\n", 1)[1] if "\n" in text else ""
    else:
        text = source
    magics = len(MAGIC.findall(text))
    if not magics or magics * (text.count("\n") + 1) > MAX_MAGIC_WORK:
        return text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return TransformerManager().transform_cell(text)
    except Exception:  # odd text fails in the sandbox, as it would in the notebook
        return text


def code_of(names: tuple[str, ...], cells: list[tuple[int, str]]) -> str:
    """Return the text of the last cell that defines one of the names, cut to what a page can bear."""
    for _, source in reversed(cells):
        if any(re.search(rf"^\s*(def\s+{n}\b|class\s+{n}\b|{n}\s*=)", source, flags=re.MULTILINE) for n in names):
            return source[:MAX_CODE]
    return ""


def automatic_maximum(unit: str) -> float:
    """Points that the machine can give in a unit."""
    return exercises.unit(unit).automatic_points
