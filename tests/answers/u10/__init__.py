"""Answers to U10: rigid matrices, similarities, their names, their numbers, their inverses."""
