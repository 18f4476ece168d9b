"""Settings of the whole suite."""

import os
import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Keep a file's tests in one process; of the answers matrix, which is half of all, those of an exercise."""
    return ByFileOrExercise(config, log)


class ByFileOrExercise(LoadFileScheduling):
    """Of what `_split_scope` returns the same, that is done by one process."""

    def _split_scope(self, nodeid: str) -> str:
        found = re.search(r"test_matrix\.py::.*[-[](U\d\d\.\w+)", nodeid)
        return found[1] if found else super()._split_scope(nodeid)
