"""Answers to unit U02."""
