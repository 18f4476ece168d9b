"""Minimisers: callables in, `Result` out; nothing here knows of images. Floor 4, above ``similarity``."""
