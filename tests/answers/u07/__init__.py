"""Answers to the exercises of U07."""
