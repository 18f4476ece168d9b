"""What is missing on this machine, and how to get it."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

from coursereg.course import _places, workspace

__all__ = ["Finding", "examine", "is_healthy", "report"]

_EXTRAS = {
    "grade": "for instructors: gradebook and hand marking",
    "book": "to build the book",
    "test": "to run the tests",
    "bench": "to measure speed",
}
_MEGABYTE = 1024 * 1024
_FREE_SPACE = 500 * _MEGABYTE
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Finding(NamedTuple):
    """
    One thing that was looked at.

    Attributes
    ----------
    state : str
        ``"ok"``, ``"missing"`` (a student cannot work without it) or ``"optional"``.
    what : str
        What was found or not found.
    how : str
        How to get it; empty when nothing is to be done.
    """

    state: str
    what: str
    how: str = ""


def examine(folder: str | Path = ".") -> list[Finding]:
    """
    Look at everything that the package needs.

    Parameters
    ----------
    folder : path-like
        Where the student will work: its free space and write permission are looked at.

    Returns
    -------
    list of Finding
        A check that itself fails is a finding, never an exception.
    """
    checks: list[Callable[[], Iterator[Finding]]] = [
        _python,
        _packages,
        _kernel,
        _data,
        _notebooks,
        _computing,
        lambda: _room(Path(folder)),
        _extras,
        _sandbox,
        _browser,
    ]
    findings: list[Finding] = []
    for check in checks:
        try:
            findings.extend(check())
        except Exception as error:  # noqa: BLE001 - whatever is broken here is what the user wants to know
            findings.append(Finding("missing", f"{type(error).__name__}: {error}", "install coursereg again"))
    return findings


def is_healthy(findings):
    """Return True if a student can work: nothing is missing."""
    return all(finding.state != "missing" for finding in findings)


def report(findings):
    """Return the findings as text, one or two lines each."""
    words = {"ok": "ok", "missing": "MISSING", "optional": "optional"}
    lines = []
    for finding in findings:
        lines.append(f"{words[finding.state]:9} {finding.what}")
        if finding.how:
            lines.append(f"{'':9} -> {finding.how}")
    lines.append("")
    good = is_healthy(findings)
    lines.append("Everything a student needs is here." if good else "Something a student needs is missing.")
    return "\n".join(lines)


def _python():
    version = platform.python_version()
    if sys.version_info < (3, 11):  # noqa: UP036 - pip can be told to ignore it
        yield Finding("missing", f"Python {version} is too old", "install Python 3.11 or newer")
    else:
        yield Finding("ok", f"Python {version} on {platform.system()} ({sys.executable})")


def _requirements(extra):
    """Yield (requirement, installed version or None) of one extra; "" is the package itself."""
    for text in metadata.requires("coursereg") or []:
        requirement = Requirement(text)
        marker = requirement.marker
        if extra and (marker is None or marker.evaluate({"extra": ""})):
            continue  # belongs to the package itself
        if marker is not None and not marker.evaluate({"extra": extra}):
            continue
        if requirement.name == "coursereg":
            continue  # an extra that names another one
        try:
            yield requirement, metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield requirement, None


def _lacking(extra):
    """Return what of an extra is absent or too old, and the command that mends it."""
    bad, wanted = [], []
    for requirement, version in _requirements(extra):
        if version is None:
            bad.append(str(requirement.name))
        elif not requirement.specifier.contains(version, prereleases=True):
            bad.append(f"{requirement.name} {version} (needs {requirement.specifier})")
        else:
            continue
        wanted.append(f'"{requirement.name}{requirement.specifier}"')
    return bad, f"python -m pip install {' '.join(wanted)}"


def _packages():
    bad, how = _lacking("")
    if bad:
        yield Finding("missing", f"packages: {', '.join(bad)}", how)
    else:
        yield Finding("ok", f"all {len(list(_requirements('')))} packages a student needs")


def _extras():
    for extra, purpose in _EXTRAS.items():
        bad, how = _lacking(extra)
        if bad:
            yield Finding("optional", f"extra {extra}, {purpose}: without {', '.join(bad)}", how)
        else:
            yield Finding("ok", f"extra {extra}, {purpose}")


def _kernel():
    try:
        yield Finding("ok", f"Jupyter kernel (ipykernel {metadata.version('ipykernel')})")
    except metadata.PackageNotFoundError:
        yield Finding("missing", "no Jupyter kernel for this Python", "python -m pip install ipykernel")


def _data():
    folder = _places.data_folder()
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    bad = []
    for line in lines:
        wanted, name = line.split("  ")
        path = folder / name
        if not path.is_file():
            bad.append(f"{name} (not there)")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            bad.append(f"{name} (changed)")
    if bad:
        yield Finding("missing", f"data files: {', '.join(bad)}", "install coursereg again")
    else:
        yield Finding("ok", f"{len(lines)} data files, checksums agree")


def _notebooks():
    names = list(workspace.released_notebooks())
    if names:
        yield Finding("ok", f"{len(names)} notebooks to release: {', '.join(names)}")
    else:
        yield Finding("missing", "no notebooks to release", "install coursereg again")


def _computing():
    """Run one kernel for real, and look where numba keeps compiled code."""
    import coursereg
    from coursereg import _jit

    picture = coursereg.samples.brain()
    counted = coursereg.JointHist(picture, picture).sum()
    if counted != picture.size:
        yield Finding(
            "missing", f"a joint histogram counted {counted} of {picture.size} pixels", "report this as a bug"
        )
        return
    if os.environ.get("COURSEREG_NUMBA_CACHE", "1") == "0":
        yield Finding("optional", "compiled code is not kept (COURSEREG_NUMBA_CACHE=0)", "unset the variable")
        return
    place = next((getattr(k.compiled, "stats", None) for k in _jit.REGISTRY), None)
    place = getattr(place, "cache_path", None)
    if place is None:
        how = "set NUMBA_CACHE_DIR to a folder you may write to; until then each start compiles again"
        yield Finding("optional", "compiled code cannot be kept on disk", how)
    else:
        yield Finding("ok", f"kernels run; compiled code is kept in {place}")


def _room(folder):
    folder = folder.expanduser().resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < _FREE_SPACE:
        yield Finding("missing", f"only {free // _MEGABYTE} MB free at {folder}", "make 500 MB of room")
    else:
        yield Finding("ok", f"{free // _MEGABYTE} MB free at {folder}")
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield Finding("ok", f"{folder} can be written to")
    except OSError as error:
        yield Finding("missing", f"{folder} cannot be written to: {error.strerror}", "work in a folder of your own")


def _sandbox():
    what = "bubblewrap, for instructors: grading runs students' code in its sandbox"
    if sys.platform != "linux":
        how = "grade on Linux; elsewhere `coursereg grade` asks for --unsafe-local"
        yield Finding("optional", f"no {what} (Linux only)", how)
        return
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        yield Finding("optional", f"no {what}", "sudo apt-get install bubblewrap")
        return
    command = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "true"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode == 0:
        yield Finding("ok", what)
    else:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        how = "this machine forbids user namespaces: ask its administrator to allow them for bubblewrap"
        yield Finding("optional", f"bubblewrap is here but does not start: {reason}", how)


def _browser():
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found:
        yield Finding("ok", f"browser for the tests: {found}")
    else:
        how = "sudo apt-get install chromium (Debian, Ubuntu)"
        yield Finding("optional", "no chromium, for the browser tests of developers", how)
