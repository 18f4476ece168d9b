"""How long ``import coursereg`` takes in a new process."""

import statistics
import subprocess
import sys
import time

TARGET = 0.3
"""Seconds for ``python -c "import coursereg"``, the interpreter's own start included."""

_RUNS = 7


def seconds(code):
    """
    Return the median time of ``python -c code`` in seconds.

    Parameters
    ----------
    code : str

    Returns
    -------
    float
    """
    times = []
    for _ in range(_RUNS):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main():
    """Print the times; return 1 if the import is too slow."""
    bare, package = seconds("pass"), seconds("import coursereg")
    print(f"python -c pass                {bare:.3f} s")  # noqa: T201
    print(f'python -c "import coursereg"  {package:.3f} s, target under {TARGET} s (median)')  # noqa: T201
    return 0 if package < TARGET else 1
