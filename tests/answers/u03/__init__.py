"""Answers to the exercises of U03."""
