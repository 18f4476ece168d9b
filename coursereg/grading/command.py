"""`coursereg release`, `grade` and `feedback`: what an instructor runs.

`grade` reads a folder of submissions and writes a course folder: ``gradebook.db``, ``marks.csv``, ``feedback/``,
``class.html``, ``class.csv``, ``problems.txt``. One bad submission is a line in the report; the class goes on.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from coursereg.grading import gradebook, intake, reports, sandbox
from coursereg.grading.intake import Found, Problem, Submission, Unreadable
from coursereg.grading.released import Released, all_released
from coursereg.grading.roster import alike, read_roster
from coursereg.grading.sandbox import Limits, SandboxError
from coursereg.grading.staging import PACKAGE, Stage
from coursereg.grading.submission import Job, mark_submission

SECRET_FILE = "secret.txt"  # noqa: S105


@dataclass
class Graded:
    """What one run of `grade_folder` did."""

    out: Path
    records: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0


def release(out: Path, roster: Path | None = None, units: dict[str, Released] | None = None) -> str:
    """Make nbgrader's course folder from the released notebooks; return what was done, in words.

    Parameters
    ----------
    out : Path
        The course folder. What is there stays; units that are missing or changed are added.
    roster : Path, optional
        CSV file with the class.
    units : dict, optional
        Other notebooks than those of the installed course.
    """
    students = read_roster(roster) if roster else {}
    there = all_released() if units is None else units
    added = gradebook.make_course(out, there, students)
    give = out / "release"
    return f"course folder: {out}\nunits: {', '.join(there)}; new: {', '.join(added) or 'none'}\nfor students: {give}"


def grade(
    folder: Path,
    out: Path = Path("grades"),
    secret: Path | None = None,
    jobs: int = 2,
    unsafe_local: bool = False,
    roster: Path | None = None,
    due: datetime | None = None,
) -> int:
    """Run `grade_folder` and print what an instructor wants to know; 0 unless nothing at all could be graded."""
    try:
        words: dict[str, Any] = {
            "secret": secret,
            "jobs": jobs,
            "unsafe_local": unsafe_local,
            "roster": roster,
            "due": due,
        }
        done = grade_folder(folder, out, say=_print, **words)
    except SandboxError as error:
        _print(f"coursereg: {error}")
        return 2
    for problem in done.problems:
        _print(f"  {problem}")
    _print(f"{len(done.records)} notebooks graded in {done.seconds:.1f} s, {len(done.problems)} problems")
    _print(f"marks: {out / 'marks.csv'}\nfeedback: {out / 'feedback'}\nclass: {out / 'class.html'}")
    return 0 if done.records else 1


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def grade_folder(
    folder: Path,
    out: Path,
    *,
    secret: Path | None = None,
    jobs: int = 2,
    unsafe_local: bool = False,
    roster: Path | None = None,
    due: datetime | None = None,
    units: dict[str, Released] | None = None,
    limits: Limits | None = None,
    say: Callable[[str], None] | None = None,
) -> Graded:
    """Grade all submissions below a folder.

    Parameters
    ----------
    folder : Path
        Submissions, in one of the layouts of `coursereg.grading.intake.find`. Only read.
    out : Path
        The course folder; made when missing.
    secret : Path, optional
        File with the secret seed; default ``secret.txt`` in ``out``. Made when missing.
    jobs : int
        Submissions marked at the same time.
    unsafe_local : bool
        Run students' code without a sandbox.
    roster : Path, optional
        CSV file with the class.
    due : datetime, optional
        Files saved later are reported as late, not punished.
    units, limits
        Other notebooks or limits than the usual ones.
    say : callable
        Told one line after each submission.

    Raises
    ------
    SandboxError
        Without a working sandbox, unless ``unsafe_local``.
    NotADirectoryError
        If ``folder`` is no folder.
    """
    start, say = time.monotonic(), say or (lambda _: None)
    if not folder.is_dir():
        msg = f"the submissions must be in a folder, got {folder}"
        raise NotADirectoryError(msg)
    if not unsafe_local:
        sandbox.require()
    there = all_released() if units is None else units
    students = read_roster(roster) if roster else {}
    gradebook.require()
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = _secret(secret or out / SECRET_FILE)
    submissions, problems = _take_in(folder, out, there)
    came = {s.unit for s in submissions}
    gradebook.make_course(out, {u: r for u, r in there.items() if u in came or not came}, students)
    problems += _names(submissions, students, problems, out) + _late(submissions, due)
    hide = tuple(str(p.resolve()) for p in (PACKAGE.parent, folder, out))
    with Stage(local=unsafe_local) as stage:
        made = [
            Job(s, tuple(there[s.unit].checks), seed, stage.folder, hide, limits or Limits(), unsafe_local)
            for s in submissions
        ]
        records = list(_mark_all(made, jobs, out, problems, say))
    for unit in sorted({r["unit"] for r in records}):
        problems += [Problem(reports.CLASS, text) for text in gradebook.record(out, unit)]
    for s in submissions:
        problems += [Problem(s.student, note, s.where) for note in s.notes]
    for record in records:
        problems += [Problem(record["student"], event, record["where"]) for event in record["events"]]
    problems.sort(key=lambda p: (p.student, p.where))
    reports.write_all(out, there, students, problems)
    return Graded(out, records, problems, time.monotonic() - start)


def _secret(path: Path) -> str:
    """Read the secret seed; make it, for this user's eyes only, when there is none."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32) + "\n")
    text = path.read_text(encoding="utf-8").strip()
    if len(text) < 8:
        msg = f"the secret seed must have at least 8 characters, got {len(text)} in {path}"
        raise ValueError(msg)
    return text


def _take_in(folder: Path, out: Path, units: dict[str, Released]) -> tuple[list[Submission], list[Problem]]:
    found, problems = intake.find(folder, units, skip=out)
    chosen: dict[tuple[str, str], tuple[Found, list[Any]]] = {}
    ids: dict[str, str] = {}
    # whose name is safe as it is keeps it, whatever others call themselves
    for file in sorted(found, key=lambda f: intake.safe_id(f.student) != f.student):
        student = intake.safe_id(file.student)
        if ids.setdefault(student, file.student) != file.student:
            student = next(
                s for s in (f"{student}-{k}" for k in range(2, 9999)) if ids.setdefault(s, file.student) == file.student
            )
        if student != file.student:
            problems.append(
                Problem(student, f"stands for {file.student[:80]!r}, a name that is no safe file name", file.where)
            )
        try:
            cells = intake.read(file.path)
            unit = intake.unit_of(file, cells, units)
        except Unreadable as error:
            problems.append(Problem(student, str(error), file.where))
            continue
        except OSError as error:
            problems.append(Problem(student, f"cannot be read: {error.strerror}", file.where))
            continue
        file.student = student
        before = chosen.get((student, unit))
        if before is not None:
            keep, drop = sorted((before, (file, cells)), key=lambda c: _fit(c[0], units[unit]))
            problems.append(Problem(student, f"two notebooks of {unit}: {keep[0].path.name} counts", drop[0].where))
            file, cells = keep
        chosen[student, unit] = (file, cells)
    submissions = []
    for (student, unit), (file, cells) in sorted(chosen.items()):
        clean = intake.clean(file, cells, units[unit])
        target = out / "submitted" / student / unit / f"{units[unit].stem}.ipynb"
        shutil.rmtree(target.parent, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        (out / "marks" / student / f"{unit}.json").unlink(missing_ok=True)
        target.write_text(json.dumps(clean.notebook, indent=1, ensure_ascii=False), encoding="utf-8", newline="\n")
        clean.said_name = file.said_name or ""
        submissions.append(clean)
    return submissions, problems


def _fit(file: Found, released: Released) -> tuple[bool, float]:
    """Order of two files of one unit: the one with the released name first, then the newer."""
    return file.path.stem != released.stem, -file.modified


def _names(
    submissions: list[Submission], students: dict[str, str], problems: list[Problem], out_folder: Path
) -> list[Problem]:
    """Compare who came with who was expected, and who they say they are; reported, not punished."""
    out = []
    for s in submissions:
        if s.said_name and not any(alike(s.said_name, n) for n in (s.student, students.get(s.student, ""))):
            out.append(Problem(s.student, f"the notebook's owner gave the name {s.said_name!r}", s.where))
    if not students:
        return out
    came, known = {s.student for s in submissions}, {p.student for p in problems}
    out += [Problem(s, "is not on the roster; graded all the same") for s in sorted(came - students.keys())]
    before = {p.parent.name for p in (out_folder / "marks").glob("*/*.json")}
    missing = [s for s in students if s not in came | known | before]
    return out + [Problem(s, "handed in nothing") for s in missing]


def _late(submissions: list[Submission], due: datetime | None) -> list[Problem]:
    late = [(s, s.modified - due.timestamp()) for s in submissions if due is not None]
    return [Problem(s.student, f"late by {x / 3600:.1f} hours", s.where) for s, x in late if x > 0]


def _mark_all(
    jobs: list[Job],
    count: int,
    out: Path,
    problems: list[Problem],
    say: Callable[[str], None],
    work: Callable[[Job], dict[str, Any]] = mark_submission,
) -> Iterator[dict[str, Any]]:
    """Mark in several processes; a marking process that dies takes nobody else's marks along."""
    for number, (job, result) in enumerate(_results(jobs, count, work), start=1):
        s = job.submission
        if isinstance(result, BaseException):
            why = "the marking process died" if isinstance(result, BrokenProcessPool) else str(result)
            problems.append(Problem(s.student, f"could not be graded ({type(result).__name__}): {why}", s.where))
            continue
        record = result | {"where": s.where, "say": s.say, "notes": s.notes, "modified": s.modified}
        store_record(out, record)
        points = sum(e["points"] for e in record["exercises"].values())
        told = f"{s.student} {s.unit}: {points:.1f} automatic points in {record['seconds']:.1f} s"
        say(f"[{number}/{len(jobs)}] {told}")
        yield record


def _results(jobs: list[Job], count: int, work: Callable[[Job], Any]) -> Iterator[tuple[Job, Any]]:
    """Yield each job with its record, or with the error that kept it from having one."""
    again: list[Job] = []
    with ProcessPoolExecutor(max(1, min(count, len(jobs))), mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(work, job): job for job in jobs}
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, (BrokenProcessPool, SandboxError)):
                again.append(futures[future])
            else:
                yield futures[future], error or future.result()
    # a death breaks the whole pool: those that did not come through get a process of their own each
    for job in again:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            future = pool.submit(work, job)
            yield job, future.exception() or future.result()


def store_record(out: Path, record: dict[str, Any]) -> None:
    """Write a record to ``marks/<student>/<unit>.json``."""
    path = out / "marks" / record["student"] / f"{record['unit']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")


def feedback(out: Path) -> str:
    """Write all pages and tables of a course folder again, with what was marked by hand since."""
    if not (out / "gradebook.db").is_file():
        msg = f"the course folder must have been graded before, but {out / 'gradebook.db'} is not there"
        raise FileNotFoundError(msg)
    pages = reports.write_all(out, all_released(), None, None)
    return f"{pages} feedback pages in {out / 'feedback'}, marks in {out / 'marks.csv'}"
