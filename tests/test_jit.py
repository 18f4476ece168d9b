"""How kernels are compiled: the registry, the cache, the threads."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from coursereg import SSD, JointHist, _jit, corr, interpolate, translation, warmup

compiled = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="nothing is compiled")


def signatures():
    return {entry.name: len(entry.compiled.signatures) for entry in _jit.REGISTRY}


@compiled
def test_warmup__leaves_nothing_to_compile():
    assert warmup(progress=False) == len(_jit.REGISTRY)
    before = signatures()
    rng = np.random.default_rng(0)
    for dtype in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">i2", ">f4"):
        image = rng.integers(0, 2 if dtype == "?" else 100, (9, 8)).astype(dtype)
        image.flags.writeable = False
        for other in (image, image[::-1].astype("f4"), image.T.copy().T.astype("u2")):
            JointHist(image, other), JointHist(other, image, 7), SSD(image, other), corr(image, other)
        translation(image, 0.5, 1)
        for order in (0, 1, 3):
            interpolate(image, [[0.5, 0.5]], order)
            interpolate(np.stack([image, image]), [[0.5, 0.5, 0.5]], order)
    assert signatures() == before


def test_warmup__shows_a_bar(capsys):
    warmup()
    assert "compiling" in capsys.readouterr().err


def test_kernels__have_examples_unless_private():
    for entry in _jit.REGISTRY:
        private = entry.name.rpartition(".")[2].startswith("_")
        assert (entry.examples is None) == private, entry.name


def test_parallel_kernels__can_be_called_from_many_threads_at_once():
    rng = np.random.default_rng(0)
    side = 20 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 300
    image = rng.random((side, side))
    wanted = translation(image, 0.5, 0.5)
    with ThreadPoolExecutor(8) as pool:
        for got in pool.map(lambda _: translation(image, 0.5, 0.5), range(16)):
            np.testing.assert_array_equal(got, wanted)


def halves():
    """A picture moved by half a pixel, and what that gives on one thread."""
    image = np.random.default_rng(0).random((17, 19))
    with _jit.threads(1):
        return image, translation(image, 0.5, 0.5)


@pytest.mark.parametrize("count", [2, 3, 40])
def test_threads__share_a_loop_among_them_and_leave_nothing_out(monkeypatch, count):
    image, wanted = halves()
    started, start = [], _jit._THREADS.start
    monkeypatch.setattr(_jit._THREADS, "start", lambda *args: started.append(args[-1]) or start(*args))
    with _jit.threads(count):
        np.testing.assert_array_equal(translation(image, 0.5, 0.5), wanted)
    calls, rest = divmod(len(started), count - 1)  # the filter along each axis, and the look-up
    assert (calls, rest) == (3, 0)
    assert started == [(k, count) for k in range(1, count)] * calls


def test_threads__are_left_asleep_for_what_is_short(monkeypatch):
    image, wanted = halves()
    monkeypatch.setattr(_jit._THREADS, "start", None)
    with _jit.threads(2, worth=100.0):
        np.testing.assert_array_equal(translation(image, 0.5, 0.5), wanted)


def test_threads__may_be_forbidden(monkeypatch):
    image, wanted = halves()
    done, kernel = [], _jit._Shared(sum, lambda out, part: done.append((out.size, part)))

    def refuse(self):
        msg = "can't start new thread"
        raise RuntimeError(msg)

    monkeypatch.setattr(_jit._THREADS, "pools", {})
    with _jit.threads(2):
        with monkeypatch.context() as forbidden:
            forbidden.setattr(threading.Thread, "start", refuse)
            np.testing.assert_array_equal(translation(image, 0.5, 0.5), wanted)
            kernel(np.zeros(3))
        assert done == [(3, (0, 2)), (3, (1, 2))]
        kernel(np.zeros(4))  # now there is a thread, and it must not find the call that it missed
    assert sorted(done[2:]) == [(4, (0, 2)), (4, (1, 2))]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_threads__are_new_in_a_fork():
    code = """
import os, sys, numpy as np
from coursereg import _jit, translation
image = np.random.default_rng(0).random((17, 19))
with _jit.threads(2):
    wanted = translation(image, 0.5, 0.5)
    child = os.fork()
    same = np.array_equal(translation(image, 0.5, 0.5), wanted)
    if not child:
        os._exit(0 if same else 1)
print(same, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "True 0"


def run(code, **environment):
    env = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout


@compiled
def test_results__do_not_depend_on_the_number_of_threads():
    code = """
import hashlib, numpy as np
from coursereg import JointHist, translation, interpolate
from coursereg.similarity import binning
binning.MANY = 1000
rng = np.random.default_rng(0)
x = rng.random((101, 97)); y = (255 * x).astype(np.uint8)
out = [JointHist(x, 1 - x, 9), JointHist(y, y[::-1]), JointHist(x, y, 5), translation(x, 0.3, 0.7)]
print(hashlib.sha256(b"".join(a.tobytes() for a in out)).hexdigest())
"""
    assert run(code, NUMBA_NUM_THREADS="1") == run(code, NUMBA_NUM_THREADS="2")


@compiled
def test_cache__is_on_for_users_and_off_for_tests():
    code = "from coursereg.kernels.joint_histogram import look_up; print(type(look_up._cache).__name__)"
    assert run(code, COURSEREG_NUMBA_CACHE="0").strip() == "NullCache"
    assert run(code, COURSEREG_NUMBA_CACHE="1").strip() == "FunctionCache"


@compiled
def test_kernel__compiles_without_cache_where_no_folder_is_writable(monkeypatch):
    tried = []

    def njit(cache=False, **_):
        tried.append(cache)
        if cache:
            msg = "cannot cache function: no locator available"
            raise RuntimeError(msg)
        return lambda function: function

    monkeypatch.setenv("COURSEREG_NUMBA_CACHE", "1")
    monkeypatch.setattr(_jit.numba, "njit", njit)
    monkeypatch.setattr(_jit, "REGISTRY", [])
    assert _jit.kernel()(abs) is abs
    assert tried == [True, False]


def test_without_compiler__kernels_are_plain_python():
    code = """
import numpy as np
from coursereg.kernels.joint_histogram import count_pairs
from coursereg.kernels.sampling import pull_linear_2d
out, moved = np.zeros((2, 3), np.uint32), np.zeros((1, 1))
count_pairs(np.uint16([0, 1, 1]), np.uint16([2, 2, 2]), out)
pull_linear_2d(np.ones((1, 1)), np.eye(3), 0.0, moved)
print(out.tolist(), moved.tolist(), hasattr(count_pairs, "signatures"))
"""
    assert run(code, NUMBA_DISABLE_JIT="1").strip() == "[[0, 0, 1], [0, 0, 2]] [[1.0]] False"
