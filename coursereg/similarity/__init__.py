"""How alike two images are, as functions of their joint histogram. Floor 3, above ``space``."""
