"""Answers to unit U01."""
