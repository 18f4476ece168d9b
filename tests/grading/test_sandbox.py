# ruff: noqa: E501 - the cells of attackers stand in one line each
"""An attacker in the sandbox: what can be read, written, started, reached, and what happens to it."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursereg.course import exercises
from coursereg.grading import sandbox, seccomp, submission
from coursereg.grading.callee import Remote
from coursereg.grading.connection import Died
from coursereg.grading.local import Timeout
from coursereg.grading.marking import mark
from coursereg.grading.sandbox import Limits, Sandbox, SandboxError
from coursereg.grading.staging import Stage

pytestmark = pytest.mark.usefixtures("sandboxed")
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


def run(stage: Stage, source: str, name: str = "out", limits: Limits | None = None) -> Any:
    """Run one cell and return the value of a name."""
    with Sandbox(stage, [(0, source)], limits) as box:
        box.bind(name, [name], many=False)
        assert not box.errors, box.errors
        return Remote(box, name).value


ATTEMPT = """
def attempt(*deeds):
    said = []
    for deed in deeds:
        try:
            deed()
            said.append("DONE")
        except BaseException as error:
            said.append(type(error).__name__)
    return said
"""


def test_files__of_this_machine_cannot_be_seen(stage: Stage, tmp_path: Path) -> None:
    mine = tmp_path / "secret.txt"
    mine.write_text("the seed", encoding="utf-8")
    places = [str(mine), str(REPOSITORY / "README.md"), str(REPOSITORY / "tests"), str(REPOSITORY / "notebooks")]
    places += [
        str(REPOSITORY / "coursereg"),
        "/etc/passwd",
        "/etc/shadow",
        str(Path.home() / ".bashrc"),
        "/var",
        "/run",
    ]
    seen = run(stage, f"import os\nout = [p for p in {places!r} if os.path.exists(p)]")
    assert seen == []


def test_home_of_the_instructor__is_empty_but_for_the_interpreter(stage: Stage) -> None:
    source = f"import os\nhome = {str(Path.home())!r}\nout = sorted(os.listdir(home)) if os.path.isdir(home) else []"
    seen = run(stage, source)
    inside = [p for p in (sandbox.interpreter(), *sandbox.libraries()) if p.startswith(str(Path.home()))]
    assert seen == sorted({Path(p).relative_to(Path.home()).parts[0] for p in inside})


@pytest.mark.parametrize(
    "name",
    [
        "coursereg.course.handout",
        "coursereg.course.plain",
        "coursereg.course.plain.interpolation",
        "coursereg.course.exercises",
        "coursereg.course.exercises.u02",
        "coursereg.similarity.joint",
        "coursereg.engines.shifts",
        "coursereg.engines.histogram",
        "coursereg.optimize.differences",
        "coursereg.space.reslice",
        "coursereg.kernels.sampling",
        "coursereg.course.notebooks",
        "coursereg.course.workspace",
        "coursereg.cli",
    ],
)
def test_module_with_answers__says_why_it_cannot_be_imported(stage: Stage, name: str) -> None:
    source = f"import importlib\ntry:\n    importlib.import_module({name!r})\n    out = 'imported'\nexcept ImportError as error:\n    out = str(error)"
    assert "is not available while your answer is marked" in run(stage, source)


@pytest.mark.parametrize(
    "name",
    [
        "SSD",
        "JointHist",
        "MI",
        "translation",
        "search_shifts",
        "mutual_information",
        "reslice",
        "approx_gradient",
        "approx_hessian",
        "Rigid2D",
        "HistogramRegistration",
    ],
)
def test_public_name_with_an_answer__says_why_it_cannot_be_imported(stage: Stage, name: str) -> None:
    source = f"try:\n    from coursereg import {name}\n    out = 'imported'\nexcept ImportError as error:\n    out = str(error)"
    assert "is not available while your answer is marked" in run(stage, source)


def test_errors_of_the_package__can_be_raised_by_students(stage: Stage) -> None:
    source = """
import coursereg
from coursereg import AffineInversionError, AffineInvalidValuesError
out = [AffineInversionError.__name__, coursereg.AffineInvalidValuesError.__name__]
try:
    raise coursereg.AffineInversionError("no inverse")
except AffineInversionError as error:
    out.append(str(error))
"""
    assert run(stage, source) == ["AffineInversionError", "AffineInvalidValuesError", "no inverse"]


@pytest.mark.parametrize("name", ["grading.marking", "grading.command", "grading.sandbox", "grading.wire"])
def test_grader__is_not_there(stage: Stage, name: str) -> None:
    source = f"try:\n    import coursereg.{name}\n    out = 'imported'\nexcept ImportError:\n    out = 'no'"
    assert run(stage, source) == "no"


def test_no_text_of_an_answer__is_in_the_stage(stage: Stage) -> None:
    import inspect

    from coursereg.course import exercises

    texts = [p.read_bytes() for p in stage.folder.rglob("*") if p.is_file()]
    for unit in exercises.UNITS:
        for ex in exercises.unit(unit).exercises.values():
            if ex.reference is not None:
                lines = [line.strip() for line in inspect.getsource(ex.reference).splitlines()]
                told = max((line for line in lines if "return" in line or "=" in line), key=len).encode()
                assert not any(told in t for t in texts), (ex.key, told)


def test_course__works_in_the_sandbox_samples_plots_widgets_and_the_notebooks_words(stage: Stage) -> None:
    source = (
        "import coursereg\nfrom coursereg import check, hint, solution, predict, samples, plots, widgets\n"
        "shape = samples.brain().shape\npairs = len(samples.six_pairs())\n"
        "picture = plots.pictures([samples.brain()], alt='a brain')\n"
        "out = [list(shape), pairs, check('U02.bilinear', 1), predict('U02.P1', 'holes'), hint('x')]"
    )
    assert run(stage, source) == [[256, 256], 6, None, None, None]


def test_installed_package_and_folders_of_the_class__do_not_show_through_a_mounted_folder(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel in site-packages has the answers; a class may lie below a folder that has to be mounted."""
    place = tmp_path / "site-packages"
    for name in ("coursereg/course/plain.py", "class/ann/x.ipynb", "other/module.py"):
        (place / name).parent.mkdir(parents=True)
        (place / name).write_text("x = 1", encoding="utf-8")
    usual = sandbox.libraries()
    monkeypatch.setattr(sandbox, "libraries", lambda: [*usual, str(place)])
    source = f"import os\nout = [[f for _, _, files in os.walk({str(place)!r} + d) for f in files] for d in ('/coursereg', '/class', '/other')]\nimport coursereg\nout.append(coursereg.__file__)"
    with Sandbox(stage, [(0, source)], hide=[str(place / "class")]) as box:
        box.bind("out", ["out"], many=False)
        assert Remote(box, "out").value == [[], [], ["module.py"], "/stage/coursereg/__init__.py"]


def test_network__is_gone(stage: Stage) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    source = ATTEMPT + (
        "import socket, urllib.request\n"
        f"out = attempt(lambda: socket.create_connection(('127.0.0.1', {port}), 1), lambda: socket.create_connection(('1.1.1.1', 53), 1),\n"
        "  lambda: socket.getaddrinfo('example.org', 80), lambda: urllib.request.urlopen('http://127.0.0.1', timeout=1),\n"
        "  lambda: socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket'))"
    )
    assert "DONE" not in run(stage, source)
    listener.close()


def test_processes__of_others_cannot_be_seen_or_hurt(stage: Stage) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    source = ATTEMPT + (
        "import os, signal\npids = sorted(int(p) for p in os.listdir('/proc') if p.isdigit())\n"
        f"deeds = attempt(lambda: os.kill({sleeper.pid}, 9), lambda: open('/proc/1/environ').read(), lambda: open('/proc/1/mem', 'rb').read(1))\n"
        "out = [pids, deeds, sorted(os.environ)]"
    )
    pids, deeds, environment = run(stage, source)
    assert max(pids) < 20
    assert "DONE" not in deeds
    assert set(environment) <= {*sandbox.ENVIRONMENT, "PWD", "LC_CTYPE"}
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_rights__are_none(stage: Stage) -> None:
    source = (
        "import os\nstatus = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "out = [os.getuid(), os.geteuid(), os.getgroups(), status['CapEff'].strip(), status['CapPrm'].strip(), status['NoNewPrivs'].strip(), status['Seccomp'].strip()]"
    )
    uid, euid, groups, effective, permitted, no_new, filtered = run(stage, source)
    assert uid == euid
    assert uid != 0
    assert groups in ([], [uid], [65534])
    assert int(effective, 16) == int(permitted, 16) == 0
    assert no_new == "1"
    assert filtered == ("2" if seccomp.program() else "0")


def test_deeds_of_an_administrator__are_refused(stage: Stage) -> None:
    source = (
        ATTEMPT
        + """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def ok(result):
    if result < 0:
        raise OSError(ctypes.get_errno())
out = attempt(
    lambda: ok(libc.unshare(0x10000000)), lambda: ok(libc.unshare(0x00020000)),
    lambda: ok(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)), lambda: ok(libc.umount2(b"/tmp", 2)),
    lambda: ok(libc.ptrace(16, 1, 0, 0)), lambda: os.setuid(0), lambda: os.chroot("/tmp"),
    lambda: ok(libc.setns(0, 0)), lambda: os.mknod("/tmp/disk", 0o60666, 0x800),
    lambda: open("/proc/sys/kernel/hostname", "w").write("x"), lambda: open("/dev/sda", "rb"), lambda: open("/dev/mem", "rb"))
"""
    )
    assert "DONE" not in run(stage, source)


def test_everything__is_read_only_but_small_scratch_folders(stage: Stage) -> None:
    source = (
        ATTEMPT
        + f"""
import os
import resource
places = ["/x", "/stage/x", "/stage/coursereg/x", "/usr/x", "/etc/x", "/dev/x", "/proc/x", {sandbox.libraries()[0]!r} + "/x"]
out = attempt(*[lambda p=p: open(p, "w") for p in places]) + attempt(lambda: open("/tmp/x", "w").write("x"), lambda: open("/dev/shm/x", "w").write("x"))
"""
    )
    *closed, tmp, shm = run(stage, source)
    assert "DONE" not in closed
    assert (tmp, shm) == ("DONE", "DONE")


def test_disk__is_small_and_starts_empty(stage: Stage) -> None:
    source = (
        ATTEMPT
        + """
import os
import resource
def fill(folder):
    for k in range(30):
        with open(f"{folder}/{k}", "wb") as file:
            file.write(bytes(8 << 20))
out = [sorted(os.listdir("/tmp")), attempt(lambda: fill("/tmp"), lambda: fill("/dev/shm"), lambda: open("/tmp/0", "wb").write(bytes(40 << 20)))]
"""
    )
    listed, deeds = run(stage, source)
    outside = {Path(p).parts[2] for p in (sandbox.interpreter(), *sandbox.libraries()) if p.startswith("/tmp/")}
    assert set(listed) - outside == {"mpl"}
    assert "DONE" not in deeds


def test_memory__is_limited_for_one_process_and_for_the_whole_tree(stage: Stage) -> None:
    source = ATTEMPT + "import numpy as np\nout = attempt(lambda: np.ones(1 << 30), lambda: bytearray(8 << 30))"
    assert run(stage, source) == ["MemoryError", "MemoryError"]
    small = Limits(memory=300 << 20, cell_seconds=20)
    many = "import os, time\nfor k in range(8):\n    if os.fork() == 0:\n        x = bytearray(os.urandom(1 << 20)) * 90\n        time.sleep(60)\ntime.sleep(60)"
    with Sandbox(stage, [(0, many), (1, "ok = 1")], small) as box:
        box.start()
        assert "MB of memory" in box.skipped[0]
        assert box.bind("ok", ["ok"], many=False) == ["ok"]


def test_processes__are_limited(stage: Stage) -> None:
    source = """
import os, signal
kids = []
try:
    while True:
        pid = os.fork()
        if pid == 0:
            signal.pause()
        kids.append(pid)
except OSError as error:
    out = [len(kids), type(error).__name__]
"""
    count, error = run(stage, source)
    assert count <= 64
    assert error == "BlockingIOError"


def test_process_that_hides__ends_with_the_sandbox(stage: Stage) -> None:
    mark = f"7{os.getpid()}1"
    source = (
        f"import subprocess\nsubprocess.Popen(['setsid', 'nohup', 'sleep', '{mark}'], start_new_session=True)\nout = 1"
    )
    assert run(stage, source) == 1
    time.sleep(0.2)
    assert mark not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_sandbox__ends_when_the_marker_dies(stage: Stage) -> None:
    mark = f"8{os.getpid()}2"
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom coursereg.grading.sandbox import Sandbox\nfrom coursereg.grading.staging import Stage\n"
        f'box = Sandbox(Stage(Path({str(stage.folder)!r})), [(0, \'def f():\\n    import subprocess\\n    subprocess.run(["sleep", "{mark}"])\')])\n'
        "box.bind('f', ['f'], many=False)\nprint('up', flush=True)\n"
        "from coursereg.grading.callee import Remote\nRemote(box, 'f', 60.0)()\n"
    )
    marker = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert marker.stdout is not None
    assert marker.stdout.readline() == "up\n"

    def there() -> bool:
        return mark in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.replace(
            program, ""
        )

    _wait_for(there)
    marker.kill()
    marker.wait()
    marker.stdout.close()
    _wait_for(lambda: not there())


def _wait_for(condition: Any) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("waited 10 s in vain")


FIND_WORKER = """
import sys
def worker():
    frame = sys._getframe()
    found = None
    while frame is not None:
        found = frame.f_locals.get("self", found)
        frame = frame.f_back
    return found
"""


def forged(stage: Stage, body: str) -> str:
    """Call a function that talks to the pipe itself; return what the marker says."""
    cell = (
        FIND_WORKER
        + "import json, os, struct\ndef f():\n    w = worker()\n"
        + "".join(f"    {line}\n" for line in body.splitlines())
    )
    with Sandbox(stage, [(0, cell)], Limits(call_seconds=2)) as box:
        box.bind("f", ["f"], many=False)
        try:
            return repr(Remote(box, "f", 2.0)())
        except Timeout as error:
            return str(error)


@pytest.mark.parametrize(
    "body",
    [
        'os.write(w._sink, b"rubbish")\nreturn 1',
        'os.write(w._sink, b"CRW1\\xff\\xff\\xff\\xff")\nreturn 1',
        'w._send({"value": {"a": ["O", [1], 0, "C", True]}}, [b"12345678"])\nreturn 1',
        'w._send({"value": {"h": "x"}})\nreturn 1',
        'w._send({"callback": 7, "args": {"l": []}, "named": {"d": []}})\nreturn 1',
        'w._ticket = "other"\nreturn 1',
        "w._send({})\nreturn 1",
    ],
)
def test_forged_frame__earns_nothing(stage: Stage, body: str) -> None:
    assert "earns nothing" in forged(stage, body)


def test_forged_frame_of_the_right_form__can_only_supply_a_value(stage: Stage) -> None:
    assert forged(stage, 'w._send({"value": 42})\nos._exit(0)') == "42"


@pytest.mark.parametrize(
    "body",
    [
        "import time\ntime.sleep(100)",
        'os.write(w._sink, b"CR")\nimport time\ntime.sleep(100)',
        'while True: os.write(w._sink, b"CRW1" + struct.pack("<I", 40) + b" " * 10)',
    ],
)
def test_stalling_or_flooding__is_stopped_in_time(stage: Stage, body: str) -> None:
    start = time.monotonic()
    said = forged(stage, body)
    assert "stopped" in said or "earns nothing" in said
    assert time.monotonic() - start < 20


def test_worker_that_closes_its_pipe__counts_as_dead(stage: Stage) -> None:
    assert "the process ended" in forged(stage, "os.close(w._sink)\nos.close(w._source)\nimport time\ntime.sleep(1)")


def test_function_that_always_dies__does_not_take_the_others_along(stage: Stage) -> None:
    cells = [(0, "import os\ndef dies():\n    os._exit(1)\ndef lives():\n    return 7")]
    with Sandbox(stage, cells, Limits(starts=4)) as box:
        for name in ("dies", "lives"):
            box.bind(name, [name], many=False)
        for _ in range(2):
            with pytest.raises(Died, match="the process ended"):
                Remote(box, "dies")()
        assert Remote(box, "lives")() == 7


def test_submission__has_a_wall_clock(stage: Stage) -> None:
    with Sandbox(stage, [(0, "def f():\n    while True: pass")], Limits(total_seconds=3)) as box:
        box.bind("f", ["f"], many=False)
        start = time.monotonic()
        for _ in range(3):
            with pytest.raises(Timeout, match="stopped|used its 3 s"):
                Remote(box, "f", 100.0)()
        assert time.monotonic() - start < 20


def test_many_slow_cells__do_not_add_up_beyond_the_wall_clock(stage: Stage) -> None:
    start = time.monotonic()
    with Sandbox(stage, [(k, "import time\ntime.sleep(1)") for k in range(60)], Limits(total_seconds=3)) as box:
        with pytest.raises(Died, match="used its 3 s"):
            box.start()
        assert time.monotonic() - start < 15


def test_shadow_of_a_library__cannot_be_imported_by_the_next_start(stage: Stage) -> None:
    source = "open('/tmp/scipy.py', 'w').write('mine = 1')\nimport scipy\nout = hasattr(scipy, 'mine')"
    assert run(stage, source) is False


def test_magics__do_nothing_and_time_runs_its_body(stage: Stage) -> None:
    from coursereg.grading.submission import to_python

    cell = to_python("%matplotlib inline\n!rm -rf /\n%timeit 1 + 1\nx = 1")
    timed = to_python("%%time\ny = x + 1")
    broken = to_python("def f(:\n")
    with Sandbox(stage, [(0, cell), (1, timed), (2, broken), (3, to_python("z? \nawait_ = 3"))]) as box:
        box.bind("y", ["y"], many=False)
        assert Remote(box, "y").value == 2
        assert "SyntaxError" in box.errors[2]


def test_seccomp__refuses_on_unknown_machines_to_pretend() -> None:
    assert seccomp.program("riscv64") == b""
    assert len(seccomp.program("x86_64")) % 8 == 0


def test_no_sandbox__is_said_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match="apt install bubblewrap.*--unsafe-local"):
        sandbox.require()


def test_stage__is_removed_and_open_to_be_read() -> None:
    with Stage() as made:
        assert all(p.stat().st_mode & 0o044 == 0o044 for p in made.folder.rglob("*"))
    assert not made.folder.exists()


def test_watcher_threads__end_with_their_sandbox(stage: Stage) -> None:
    before = threading.active_count()
    run(stage, "out = 1")
    _wait_for(lambda: threading.active_count() <= before)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become an ordinary user")
def test_ordinary_user__has_the_same_sandbox() -> None:
    """The options for an ordinary user, tried by one: a namespace of its own, no rights, no further namespaces."""
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "bwrap", "--unshare-user", "--unshare-pid",
         "--unshare-net", "--unshare-ipc", "--uid", "61000", "--gid", "61000", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
         "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev",
         "/usr/bin/id", "-u"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0 and os.environ.get("COURSEREG_CI") != "1":
        pytest.skip(f"no user namespaces here: {done.stderr.strip()}")
    assert done.stdout.strip() == "61000"


# --- what a second attacker found ---------------------------------------------------------------------------------------


def marked(stage: Stage, key: str, source: str, limits: Limits | None = None) -> Any:
    """The mark of one exercise whose function stands in one cell."""
    name = key.split(".")[1]
    head = "import numpy as np\n"
    with Sandbox(stage, [(0, head + source)], limits) as box:
        there = bool(box.bind(key, [name], many=False))
        remote = Remote(box, key, box.limits.call_seconds, there)
        return mark(key, remote, secret="a secret of the test", student="somebody")


BRIEF = Limits(cell_seconds=4.0, call_seconds=1.5, total_seconds=60.0)


def test_callback__that_would_never_end_is_stopped_in_the_marking_process(stage: Stage) -> None:
    endless = "def bug_check(descent):\n    I = np.zeros((8, 8)); I[2:5, 2:5] = 1\n    descent(I, I, 0.0, 10**12)\n"
    begin = time.monotonic()
    m = marked(stage, "U07.bug_check", endless, BRIEF)
    assert m.points == 0
    assert time.monotonic() - begin < 30
    assert any("still running" in c.message for c in m.checks)


def test_callback__that_would_take_all_memory_is_refused(stage: Stage) -> None:
    greedy = "def bug_check(viewer):\n    viewer(np.zeros((1, 1)), 10**6)\n"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with submission._bounded():
        assert marked(stage, "U01.bug_check", greedy, BRIEF).points == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 3 << 20  # in kilobytes
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


@pytest.mark.parametrize("unit", sorted(exercises.UNITS))
def test_bug_check__learns_no_name_from_an_error(stage: Stage, unit: str) -> None:
    told = "SEEN = []\ndef bug_check(f):\n    try:\n        f(bad='argument')\n    except Exception as error:\n"
    told += "        SEEN.append(str(error))\n    raise ValueError(sorted(set(SEEN)))\n"
    m = marked(stage, f"{unit}.bug_check", told)
    texts = {c.message for c in m.checks if "ValueError" in c.message}
    assert texts
    assert all("_" not in text.split("ValueError", 1)[1] for text in texts)


def test_environment__of_the_instructor_is_not_that_of_process_1(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHER_TOKEN", "hunter2")
    with Sandbox(stage, [(0, "out = 1")]) as box:
        box.bind("out", ["out"], many=False)
        assert box._bubble is not None
        environment = Path(f"/proc/{box._bubble.process.pid}/environ").read_bytes()
    assert b"hunter2" not in environment


def test_memory__that_belongs_to_no_process_cannot_be_had(stage: Stage) -> None:
    source = ATTEMPT + (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "out = attempt(lambda: os.memfd_create('x')) + [libc.shmget(0, 1 << 20, 0o1600), libc.msgget(0, 0o1600)]"
    )
    assert run(stage, source) == ["PermissionError", -1, -1]


KEEPS_GRAD = """
class Momentum:
    def __init__(self, lr=0.01, gamma=0.9):
        self.lr, self.gamma, self.v, self.grad = lr, gamma, 0.0, None
    def step(self, x, grad):
        if self.grad is None:
            self.grad = grad
        self.v = self.gamma * self.v + self.lr * np.asarray(self.grad(x), float)
        return x - self.v
"""


def test_function_of_the_first_step__may_be_called_in_later_ones(stage: Stage) -> None:
    m = marked(stage, "U09.Momentum", KEEPS_GRAD.replace("lr=0.01", "lr=0.1"))
    # one check hands over another function at every step, and sees that it is not asked
    assert [c.message for c in m.failed] == ["grad was not asked at all"]
