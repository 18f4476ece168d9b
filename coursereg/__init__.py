"""
Learn image registration by building it, and keep the engine you end with.

Every public name can be imported from here; the list, grouped by floor, is in ``__init__.pyi``. Names are loaded
at their first use, so that ``import coursereg`` stays quick and pulls neither numba nor SciPy nor matplotlib.

Images are arrays ``I[row, column]`` or ``V[slice, row, column]``; ``static`` stays, ``moving`` is moved.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
