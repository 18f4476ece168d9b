"""The command line: what it prints, its exit codes, and errors of one line."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from coursereg import cli
from coursereg.course import lab, workspace

COMMAND = [sys.executable, "-m", "coursereg.cli"]


def run(capsys, *arguments):
    """Run the command line in this process; return exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as stop:
        cli.main(list(arguments))
    out = capsys.readouterr()
    return stop.value.code or 0, out.out, out.err


@pytest.fixture
def no_server(monkeypatch):
    """`coursereg lab` without compiling and without a server; returns what would have been opened."""
    opened = []
    monkeypatch.setattr(cli, "warmup", lambda: None)

    def open_lab(folder, browser, port):
        opened.append((folder, browser, port))
        return 0

    monkeypatch.setattr(lab, "open_lab", open_lab)
    return opened


def test_help__names_every_command(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("lab", "doctor", "warmup", "bench", "register", "apply", "release", "grade", "feedback"):
        assert re.search(rf"^  {command} ", out, re.MULTILINE), command


@pytest.mark.parametrize(
    "command", ["lab", "doctor", "warmup", "bench", "register", "apply", "release", "grade", "feedback"]
)
def test_every_command__explains_itself(capsys, command):
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert "Usage:" in out


def test_installed_command__is_there():
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


def test_help__answers_without_importing_numba_or_jupyter():
    code = (
        "import sys, coursereg.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = [m for m in ('numba', 'scipy', 'matplotlib', 'jupyterlab') if m in sys.modules]\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_lab__fills_the_folder_and_opens_it(capsys, no_server, tmp_path):
    code, out, _ = run(capsys, "lab", str(tmp_path / "work"), "--no-browser", "--port", "9000")
    assert code == 0
    assert no_server == [((tmp_path / "work").resolve(), False, 9000)]
    assert "added:" in out
    assert list((tmp_path / "work").glob("*.ipynb"))


@pytest.mark.usefixtures("no_server")
def test_lab__without_a_terminal_asks_nothing(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(cli.typer, "prompt", lambda *_, **__: pytest.fail("asked although nobody is there"))
    run(capsys, "lab", str(tmp_path))
    assert workspace.read_student(tmp_path) is None


class Terminal:
    """A stream that says it is a terminal and passes everything else on."""

    def __init__(self, stream):
        self._stream = stream

    def isatty(self):
        return True

    def __getattr__(self, name):
        return getattr(self._stream, name)


@pytest.mark.usefixtures("no_server")
def test_lab__in_a_terminal_asks_once_who_the_student_is(capsys, monkeypatch, tmp_path):
    answers = iter(["x" * 200, "Ada"])  # the first is refused, the second stored, a third question would fail
    monkeypatch.setattr(cli.typer, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(sys, "stdin", Terminal(sys.stdin))
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    run(capsys, "lab", str(tmp_path))
    run(capsys, "lab", str(tmp_path))
    assert workspace.read_student(tmp_path) == "Ada"


@pytest.mark.usefixtures("no_server")
def test_lab__takes_a_skipped_question_for_an_answer(capsys, monkeypatch, tmp_path):
    answers = iter([""])
    monkeypatch.setattr(cli.typer, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(sys, "stdin", Terminal(sys.stdin))
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    run(capsys, "lab", str(tmp_path))
    run(capsys, "lab", str(tmp_path))
    assert json.loads((tmp_path / workspace.WHO_FILE).read_text(encoding="utf-8")) == {"student": ""}


@pytest.mark.usefixtures("no_server")
def test_lab__stores_the_student_of_the_option(capsys, tmp_path):
    run(capsys, "lab", str(tmp_path), "--student", "s1234567")
    assert workspace.read_student(tmp_path) == "s1234567"


def test_lab__starts_jupyterlab_with_its_own_interpreter(tmp_path):
    command = lab.lab_command(tmp_path, browser=False, port=9001)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert "--no-browser" in command
    assert "--ServerApp.port=9001" in command
    assert "--no-browser" not in lab.lab_command(tmp_path)


def test_release__writes_notebooks_and_keeps_what_is_there(capsys, tmp_path):
    code, out, _ = run(capsys, "release", str(tmp_path / "out"))
    assert code == 0
    assert "added:" in out
    code, out, _ = run(capsys, "release", str(tmp_path / "out"))
    assert "kept as they are:" in out
    assert "added:" not in out


def test_doctor__says_what_it_found_and_ends_with_0(capsys, tmp_path):
    code, out, _ = run(capsys, "doctor", str(tmp_path))
    assert code == 0, out
    assert "Everything a student needs is here." in out


def test_doctor__ends_with_1_when_a_student_could_not_work(capsys, monkeypatch, tmp_path):
    from coursereg.course import doctor

    monkeypatch.setattr(doctor, "examine", lambda _: [doctor.Finding("missing", "no disk", "buy one")])
    code, out, _ = run(capsys, "doctor", str(tmp_path))
    assert code == 1
    assert "-> buy one" in out


@pytest.mark.parametrize("name", sorted(cli._BENCHES))
def test_bench__names_lead_to_functions(name):
    module, function = cli._BENCHES[name].split(":")
    found = importlib.util.find_spec(module)
    assert found is not None
    assert callable(getattr(importlib.import_module(module), function))


def test_bench_import__stays_under_its_target(capsys):
    code, out, _ = run(capsys, "bench", "import")
    assert "import coursereg" in out
    assert code in (0, 1)  # the time itself is no matter of this test: the machine may be busy


def test_bench_peers__says_that_it_needs_a_clone(capsys, monkeypatch, tmp_path):
    from coursereg.course.bench import peers

    monkeypatch.setattr(peers, "REPOSITORY", tmp_path)
    code, _, err = run(capsys, "bench", "peers")
    assert code == 2
    assert "must run from a clone of the repository" in err


def test_bench_peers__says_what_to_install(capsys, monkeypatch):
    for name in [name for name in sys.modules if name == "bench" or name.startswith("bench.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)  # as if it were not there
    code, _, err = run(capsys, "bench", "peers")
    assert code == 2
    assert 'missing threadpoolctl: pip install -e ".[bench]"' in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bench", "speed"], r"coursereg: NAME must be one of .*jointhist, .*, got 'speed'"),
        (["bench", "units", "--save"], r"coursereg: --save and --only must stand with peers, got units"),
        (["bench", "peers", "--only", "taste"], r"coursereg: only must be one of .*histogram.*, got 'taste'"),
        (["release", str(Path(__file__))], r"coursereg: the working folder must be a folder, got the file"),
        (["lab", str(Path(__file__)), "--no-browser"], r"coursereg: the working folder must be a folder"),
        (["grade", "no-such-folder"], r"coursereg: the submissions must be in a folder, got no-such-folder"),
        (["feedback", "no-such-folder"], r"coursereg: the course folder must have been graded before"),
        (["labb"], r"coursereg: No such command 'labb'"),
        (["grade"], r"coursereg: Missing argument '(?i:folder)'"),
        (["lab", "--port", "0"], r"coursereg: Invalid value for '--port'"),
    ],
)
def test_mistakes__end_with_code_2_and_without_a_traceback(capsys, arguments, message):
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert re.search(message, err), err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("no_server")
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
def test_lab__in_a_folder_that_may_not_be_written_says_so(capsys, tmp_path):
    tmp_path.chmod(0o500)
    code, _, err = run(capsys, "lab", str(tmp_path / "work"), "--no-browser")
    tmp_path.chmod(0o700)
    assert code == 2
    assert "Permission denied" in err


def test_lab__opens_for_real_with_a_kernel_and_the_released_notebooks():
    script = Path(__file__).with_name("lab_smoke.py")
    command = [sys.executable, str(script), *COMMAND]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the lab opens with 01_" in done.stdout
