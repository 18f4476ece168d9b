"""The works under pytest-benchmark, to compare commits: ``pytest tests/bench --benchmark-autosave``."""

import pytest

from bench.harness import missing, sides, topics

WORKS = [work for module in topics().values() for work in module.WORKS]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("work", "side"),
    [
        pytest.param(work, side, id=f"{work.name}, {work.peer}, {side}")
        for work in WORKS
        for side in (("theirs", "ours") if work.peer else ("ours",))
    ],
)
def test_work(benchmark, work, side):
    if missing([work]):
        pytest.skip(f"{work.peer} is not installed")
    benchmark.group = work.name
    benchmark.pedantic(getattr(sides(work), side), rounds=work.rounds, warmup_rounds=1)
