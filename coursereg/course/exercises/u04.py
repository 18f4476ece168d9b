"""U04 The joint histogram: the exercises, in the order of the notebook."""

from coursereg.course.exercises import _u04_joint, _u04_clamp, _u04_region, _u04_smooth, _u04_use  # noqa: F401, I001
from coursereg.course.exercises._u04_unit import UNIT

__all__ = ["UNIT"]
