"""
What notebooks use: the hand-out's functions, readable references, exercises, widgets, pictures, samples.

Floor 6; below it are the engines. Grading, above it, runs the exercises' checks.
"""
