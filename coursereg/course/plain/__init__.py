"""
Every algorithm in readable NumPy: what the exercises ask for, what students read, and the oracle of the tests.

Floor: course. The fast versions are in `coursereg.kernels` and above; tests hold the two equal.
"""
