"""
What notebooks use: the hand-out's functions, readable references, exercises, widgets, pictures, samples.

Floor 6; below it are the engines. Grading, above it, runs the exercises' checks.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["plots", "samples", "widgets"])
