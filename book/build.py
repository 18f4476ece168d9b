"""
Build the book: ``python book/build.py``, then open ``book/_build/html/index.html``.

Needs ``pip install -e ".[book]"``, and the network once, for three scripts (see `making/scripts.py`). Everything that
is generated stands in `units/`, `generated/` and `_build/`, none of which is committed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
SOURCES, PACKAGE, ANSWERS = ROOT / "notebooks", ROOT / "coursereg", ROOT / "tests"
BENCHMARKS = BOOK / "benchmarks.json"
UNITS, GENERATED, MADE = BOOK / "units", BOOK / "generated", BOOK / "_build"
HTML = MADE / "html"


def main(words: list[str] | None = None) -> int:
    """Build and inspect; 0 when the book is there, without a warning, and needs nothing from outside."""
    parser = argparse.ArgumentParser(description="Build the book into book/_build/html.")
    parser.add_argument("--fresh", action="store_true", help="run every notebook again, keep nothing of the last build")
    options = parser.parse_args(words)
    started = time.monotonic()
    # the book is built from the sources it stands in, not from another installed copy
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    sys.path[:0] = [str(ROOT), str(BOOK)]
    if options.fresh:
        shutil.rmtree(MADE, ignore_errors=True)
    try:
        prepare()
    except Exception as error:
        if type(error).__name__ not in ("ScriptsMissing", "UnitFailed"):
            raise
        print(f"no book: {error}", file=sys.stderr)  # noqa: T201
        return 1
    done = subprocess.run([*sphinx(), str(BOOK), str(HTML)], check=False).returncode
    if done:
        return done
    faults = inspect()
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)  # noqa: T201
    if not faults:
        print(f"built in {time.monotonic() - started:.0f} s: {HTML / 'index.html'}")  # noqa: T201
    return 1 if faults else 0


def prepare() -> None:
    """Make the parts of the book that nobody writes: scripts, units, reference, matrix of answers, speeds."""
    from making import answers, api, benchmarks, scripts, units

    for folder in (UNITS, GENERATED, HTML):
        shutil.rmtree(folder, ignore_errors=True)
    GENERATED.mkdir()
    scripts.prepare(MADE / "scripts")
    units.prepare(SOURCES, UNITS, MADE / "executed", PACKAGE)
    api.prepare(GENERATED)
    answers.prepare(ANSWERS, GENERATED)
    benchmarks.prepare(BENCHMARKS, GENERATED)


def sphinx() -> list[str]:
    """Return the command: every missing reference is a warning, every warning an error, all of them are shown."""
    trees = MADE / "doctrees"
    return [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-b", "html", "-d", str(trees)]


def inspect() -> list[str]:
    """Return what is wrong with the built pages."""
    from making import inspection

    return inspection.faults(HTML)


if __name__ == "__main__":
    raise SystemExit(main())
