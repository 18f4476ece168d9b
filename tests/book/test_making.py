"""The programs that make the generated parts of the book."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from making import answers, benchmarks, inspection, scripts, units

from coursereg.course import notebooks

# --- scripts ----------------------------------------------------------------------------------------------------------


def make_archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


ARCHIVE = make_archive({"a.js": b"get('https://cdn.jsdelivr.net/npm/x')", "dist/f.woff2": b"font", "dist/g.ttf": b"no"})


def package(archive: bytes = ARCHIVE) -> scripts.Package:
    sha = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    return scripts.Package("@some/thing", "1.0.0", sha, {"a.js": "some/a.js"}, fonts="dist")


def no_npm(*words: Any, **more: Any) -> Any:
    pytest.fail("npm was called")


def test_fetch__takes_what_is_in_the_cache_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", no_npm)
    (tmp_path / "some-thing-1.0.0.tgz").write_bytes(ARCHIVE)
    assert scripts.fetch(package(), tmp_path).read_bytes() == ARCHIVE


def test_fetch__says_what_to_do_when_offline_with_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(words: list[str], **more: Any) -> Any:
        return subprocess.CompletedProcess(words, 1, stdout="", stderr="npm error code ENOTFOUND\n")

    monkeypatch.setattr(scripts, "npm", lambda: ["npm"])
    monkeypatch.setattr(subprocess, "run", offline)
    with pytest.raises(scripts.ScriptsMissing, match=r"cannot fetch @some/thing@1\.0\.0 .*ENOTFOUND.*connect once"):
        scripts.fetch(package(), tmp_path)


def test_fetch__refuses_a_package_with_other_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(words: list[str], **more: Any) -> Any:
        (tmp_path / "some-thing-1.0.0.tgz").write_bytes(b"something else")
        return subprocess.CompletedProcess(words, 0, stdout="", stderr="")

    monkeypatch.setattr(scripts, "npm", lambda: ["npm"])
    monkeypatch.setattr(subprocess, "run", other)
    with pytest.raises(scripts.ScriptsMissing, match="must have sha512"):
        scripts.fetch(package(), tmp_path)
    assert not list(tmp_path.iterdir()), "a wrong package must not stay in the cache"


def test_unpack__takes_the_script_server_out_and_brings_the_fonts(tmp_path: Path) -> None:
    archive = tmp_path / "x.tgz"
    archive.write_bytes(ARCHIVE)
    scripts.unpack(package(), archive, tmp_path / "out")
    assert (tmp_path / "out/some/a.js").read_bytes() == b"get('x')"
    assert sorted(p.name for p in (tmp_path / "out/some").iterdir()) == ["a.js", "f.woff2"]


# --- unit pages -------------------------------------------------------------------------------------------------------


def cell(text: str, role: str = "", kind: str = "code", **more: Any) -> dict[str, Any]:
    meta = {"coursereg": {"role": role, "key": "U03.x"}} if role else {}
    out: dict[str, Any] = {"cell_type": kind, "id": f"c{abs(hash(text))}", "metadata": meta, "source": text}
    return out | ({"outputs": [], "execution_count": None} if kind == "code" else {}) | more


OUTPUT = [{"output_type": "stream", "name": "stdout", "text": "4.0\n"}]
SOLVED = {
    "cells": [
        cell("# U03 Title", kind="markdown"),
        cell(
            "prediction_1 = None  # a or b\n### BEGIN SOLUTION\nprediction_1 = 'secret guess'\n### END SOLUTION",
            "predict",
        ),
        cell("def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION", "write"),
        cell("# NBVAL_CHECK_OUTPUT\nprint(f(2.0))", "demo"),
        cell("Why?\n\n### BEGIN SOLUTION\nmodel answer\n### END SOLUTION", "say", kind="markdown"),
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def page() -> list[dict[str, Any]]:
    done = {**SOLVED, "cells": [c | ({"outputs": OUTPUT} if c["cell_type"] == "code" else {}) for c in SOLVED["cells"]]}
    return units.reading_page(SOLVED, done, "03_x.ipynb")["cells"]


def test_page__shows_the_stub_and_folds_the_solution_below_it() -> None:
    stub, folded = (c for c in page() if "def f" in notebooks.source(c))
    assert "NotImplementedError" in stub["source"]
    assert stub["outputs"] == []
    assert "return 2 * x" in folded["source"]
    assert "NotImplementedError" not in folded["source"]
    assert folded["metadata"]["tags"] == ["hide-input"]


def test_page__shows_what_the_run_gave_for_given_cells() -> None:
    demo = next(c for c in page() if "print(f" in notebooks.source(c))
    assert demo["source"] == "print(f(2.0))"
    assert demo["outputs"] == OUTPUT


def test_page__keeps_predictions_and_model_answers_to_itself() -> None:
    text = "\n".join(notebooks.source(c) for c in page())
    assert "secret guess" not in text
    assert "model answer" not in text
    assert "Why?" in text


def test_page__links_the_released_notebook_after_its_title() -> None:
    assert "released/03_x.ipynb" in page()[1]["source"]


# --- the inspection ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", '<script src="https://example.org/a.js"></script>'),
        (".html", '<link rel="stylesheet" href="//example.org/a.css">'),
        (".html", "<img alt='x' src='http://example.org/a.png'>"),
        (".html", "<style>@import 'https://example.org/a.css';</style>"),
        (".html", '<p style="background:url(https://example.org/a.png)">'),
        (".css", "@font-face{src:url('https://example.org/a.woff2')}"),
        (".js", 'let cdn="https://cdn.jsdelivr.net/npm/"'),
    ],
)
def test_loads__are_found(suffix: str, text: str) -> None:
    assert inspection.loads(suffix, text)


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", '<a href="https://doi.org/10.1000/1">a link</a> <link rel="canonical" href="https://example.org">'),
        (".html", '<img alt="" src="data:image/png;base64,AAAA"><script src="../_static/a.js"></script>'),
        (".css", "/* see https://example.org */ a{background:url(data:image/svg+xml,x)}"),
        (".js", 'var ns = "http://www.w3.org/2000/svg"'),
    ],
)
def test_links_and_names__are_not_loads(suffix: str, text: str) -> None:
    assert not inspection.loads(suffix, text)


def test_pictures_without_words__are_found() -> None:
    assert inspection.wordless('<img src="a.png">')
    assert not inspection.wordless('<img src="a.png" alt="a brain"><img src="line.png" alt="">')


def test_leaks__are_found_behind_html_escapes_and_colours() -> None:
    secret = 'expect(f(I, J + 3), wanted_value_of("shift"))'
    shown = secret.replace("(", "<span class='p'>(</span>").replace('"', "&quot;")
    assert inspection.leaks(f"<pre>{shown}</pre>", [secret])
    assert not inspection.leaks("<pre>nothing</pre>", [secret])


def test_hidden_lines__are_there_to_be_searched_for() -> None:
    assert len(inspection.hidden_lines()) > 20


def test_escaped__shows_signs_of_markdown_as_they_are() -> None:
    assert answers.escaped("a|b *c* `d|e`\n f") == r"a\|b \*c\* `d\|e` f"


# --- the page on speed ------------------------------------------------------------------------------------------------


MEASURED = {
    "work": "a | b, 64^3",
    "peer": "nipy",
    "rounds": 3,
    "peer_seconds": 0.25,
    "seconds": 0.0001,
    "ratio": 2500.0,
    "quality": "voxels",
    "peer_quality": 0.39,
    "own_quality": 0.0123,
    "faster": 10,
    "within": 0.02,
    "met": True,
    "peer_note": "its defaults",
}
KEPT = {
    "histogram": {
        "title": "Histograms",
        "machine": {"cpu": "A CPU", "cores": 2, "system": "Linux", "python": "3.11.7", "load": 0.1},
        "versions": {"coursereg": "0.1.0", "nipy": "0.6.1"},
        "rows": [
            MEASURED,
            MEASURED | {"work": "slow", "met": False, "within": None, "peer_note": ""},
            MEASURED | {"work": "no goal", "faster": None, "within": None, "peer_quality": None, "own_quality": None},
            MEASURED | {"work": "alone", "peer": "", "peer_seconds": None, "ratio": None, "peer_quality": None},
            MEASURED | {"work": "no worse", "no_worse": True, "within": None},
        ],
        "about": "What was done.",
        "left_out": ["what was not"],
    }
}


def test_speed_page__says_what_was_measured_where_and_what_was_missed(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(json.dumps(KEPT), encoding="utf-8")
    text = benchmarks.prepare(tmp_path / "kept.json", tmp_path).read_text(encoding="utf-8")
    assert "A CPU, 2 cores, Linux, Python 3.11.7; coursereg 0.1.0, nipy 0.6.1. When the run" in text
    starts = ("| a \\|", "| slow", "| no goal", "| alone", "| no worse")
    good, slow, bare, alone, no_worse = (line for line in text.splitlines() if line.startswith(starts))
    assert good.endswith("| nipy (a) | 250 ms, 100 µs | 2500.0 × | 0.39, 0.0123 voxels | ≥ 10 ×, ≤ 0.02 |")
    assert "a \\| b" in good  # no new cell
    assert slow.endswith("| ≥ 10 ×: **missed** |")
    assert "(a)" not in slow
    assert bare.endswith("|  |  |")
    assert alone.startswith("| alone | – (a) | –, 100 µs |  | –, 0.0123 voxels |")
    assert no_worse.endswith("| ≥ 10 ×, ≤ its |")
    assert "\nWhat was done.\n\nLeft out: what was not.\n" in text
    assert "a: nipy with its defaults." in text
    columns = {line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("|")}
    assert columns == {7}


def test_speed_page__needs_numbers(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="kept.json must be there: coursereg bench peers --save"):
        benchmarks.prepare(tmp_path / "kept.json", tmp_path)
