"""
Registration by the joint histogram: `coursereg.HistogramRegistration`.

``images`` reads what users hand in, ``binning`` makes bins of grey values and a block of a field of view,
``registration`` is the engine with nipy's interface, ``refine`` the last stages of its ``optimize``.
"""

from coursereg.engines.histogram.binning import clamp, ideal_spacing, smallest_bounding_box, smooth_image
from coursereg.engines.histogram.registration import HistogramRegistration, _joint_histogram
from coursereg.engines.histogram.result import RegistrationResult

__all__ = [
    "HistogramRegistration",
    "RegistrationResult",
    "_joint_histogram",
    "clamp",
    "ideal_spacing",
    "smallest_bounding_box",
    "smooth_image",
]
