"""Searches for the transform that aligns two images, one file each; they never import each other. Floor 5."""
