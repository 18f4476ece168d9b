"""Speed and accuracy beside other programs, in one process: the works are in ``tests/bench`` of the repository."""

import sys

from coursereg.course._places import REPOSITORY


def main(save=False, only=None):
    """
    Measure every work beside its peer and print the table.

    Parameters
    ----------
    save : bool, default: False
        Also keep the numbers in ``book/benchmarks.json``, from which the book's page is made.
    only : str, optional
        Part of the works, such as ``"histogram"``; all of them by default.

    Returns
    -------
    int
        1 if a target was missed.

    Raises
    ------
    ImportError
        If a peer is not installed.
    ValueError
        If this is no clone of the repository, or ``only`` names no works.
    """
    tests = REPOSITORY / "tests"
    if not (tests / "bench" / "harness.py").is_file():
        msg = "`coursereg bench peers` must run from a clone of the repository, which holds its works: see README.md"
        raise ValueError(msg)
    sys.path.insert(0, str(tests))
    try:
        try:
            from bench import harness
        except ModuleNotFoundError as error:
            msg = f'the bench must be installed, missing {error.name}: pip install -e ".[bench]"'
            raise ImportError(msg) from None
        return harness.run(only=only, save=save)
    finally:
        sys.path.remove(str(tests))
