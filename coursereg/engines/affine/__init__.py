"""
Affine registration: `coursereg.register_affine`, `coursereg.affine_registration`, `coursereg.AffineRegistration`.

The fast way: ``pyramid`` makes the images ready, ``start`` finds where to begin, ``information`` is the measure at one
level and its derivatives, ``climb`` the search, ``interior`` where the last stage looks, ``fast`` all of it in a row,
``alignment`` the door, ``estimate`` what it will cost.

DIPY's way: ``metrics`` on ``sampled`` images, ``scene`` checks what comes in, ``levels`` searches one level,
``registration`` all of them, ``shortcut`` the fast way for whoever leaves everything to it. ``frame`` (coordinates that
are easy to search) and ``planes`` (2-D images as thin volumes) serve both; ``pipeline`` is `affine_registration`.
"""
