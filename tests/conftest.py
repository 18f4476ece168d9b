"""Settings of the whole suite."""

import os

# numba does not see an edit in another file, so nothing compiled earlier may be used: before coursereg is imported.
os.environ.setdefault("COURSEREG_NUMBA_CACHE", "0")
# no test draws on a screen
os.environ.setdefault("MPLBACKEND", "agg")

# Wrong and right answers of students: read by the matrix, no tests of their own.
collect_ignore_glob = ["answers/u*"]
