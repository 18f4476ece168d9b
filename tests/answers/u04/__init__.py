"""Answers to unit U04."""
