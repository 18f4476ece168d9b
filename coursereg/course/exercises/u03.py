"""U03 Two pictures, one number: SSD and correlation. Each part adds its exercises to `UNIT` when it is imported."""

# ruff: noqa: F401, I001  (imported for what they do, in the order of the notebook)
from coursereg.course.exercises import (
    _u03_warm,
    _u03_ssd,
    _u03_corr,
    _u03_pairs,
    _u03_bug,
)
from coursereg.course.exercises._u03_unit import UNIT
