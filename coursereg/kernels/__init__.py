"""
Loops over samples: arrays in, preallocated arrays out; no checks, no classes, no strings. Floor 1, above ``_jit``.

Every kernel is written for one number of dimensions (``_2d``, ``_3d``) and runs as plain Python, too, with
``NUMBA_DISABLE_JIT=1``.
"""
