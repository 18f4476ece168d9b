"""Answers to U11: levels and their grids, the error at targets, a metric."""
