"""Answers to U05: mutual information, NMI, correlation ratio, likelihood ratio."""
