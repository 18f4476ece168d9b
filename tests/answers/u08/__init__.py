"""Answers to U08: a turn, its slope, a rigid motion, a start, a search."""
