"""The works under pytest-benchmark, to compare commits: ``pytest tests/bench --benchmark-autosave``."""

import pytest

from bench.harness import sides, topics

WORKS = [work for module in topics().values() for work in module.WORKS]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("side", ["theirs", "ours"])
@pytest.mark.parametrize("work", WORKS, ids=[work.name for work in WORKS])
def test_work(benchmark, work, side):
    pytest.importorskip(work.peer.replace("-", "_"))
    benchmark.group = work.name
    benchmark.pedantic(getattr(sides(work), side), rounds=work.rounds, warmup_rounds=1)
