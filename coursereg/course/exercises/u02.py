"""U02 Pull, don't push: the exercises of interpolation and resampling, in the order of the notebook."""

from coursereg.course.exercises import _u02_warm, _u02_lookup, _u02_chain, _u02_use  # noqa: F401, I001 - they fill UNIT
from coursereg.course.exercises._u02_unit import UNIT

__all__ = ["UNIT"]
