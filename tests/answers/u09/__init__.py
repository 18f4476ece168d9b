"""Answers to U09: five rules of descent, and a fair comparison."""
