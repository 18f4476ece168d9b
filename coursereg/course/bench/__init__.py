"""
Speed, measured: each file has ``main``, which prints what it found and returns 1 if a target is missed.

``coursereg bench NAME`` calls them. None is a test: times depend on the machine and on what else it does.
"""
