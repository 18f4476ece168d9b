"""
Affine registration: `coursereg.register_affine`, `coursereg.affine_registration`, `coursereg.AffineRegistration`.

The fast way: ``pyramid`` makes the images ready, ``start`` finds where to begin, ``information`` is the measure at one
level and its derivatives, ``climb`` the search, ``interior`` where the last stage looks, ``fast`` all of it in a row,
``alignment`` the door.
"""
