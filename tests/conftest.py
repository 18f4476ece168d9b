"""Settings of the whole suite."""

import os
from pathlib import Path

import pytest

# numba does not see an edit in another file, so nothing compiled earlier may be used: before coursereg is imported.
os.environ.setdefault("COURSEREG_NUMBA_CACHE", "0")
# no test draws on a screen
os.environ.setdefault("MPLBACKEND", "agg")

from hypothesis import HealthCheck, settings  # noqa: E402

# The first example of a property waits for the compiler, hence no deadline; without a compiler everything is slow.
SLOW = os.environ.get("NUMBA_DISABLE_JIT") == "1"
settings.register_profile(
    "coursereg",
    deadline=None,
    derandomize=True,
    max_examples=25 if SLOW else 100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("coursereg")

# Students' answers are read by the matrix, no tests of their own; makers of reference numbers need the peers.
collect_ignore_glob = ["answers/u*", "reference/*/make.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let pytest-xdist keep a file's tests in one process; of the answers matrix, half of all, an exercise's."""
    for item in items:
        call = getattr(item, "callspec", None)
        answer = call and (call.params.get("answer") or call.params.get("key"))
        key = getattr(answer, "key", answer) if Path(item.path).name == "test_matrix.py" else None
        item.add_marker(pytest.mark.xdist_group(key or str(item.path)))
