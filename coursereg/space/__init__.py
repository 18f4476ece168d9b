"""Where things are: grids in the world, and images moved from one grid to another. Floor 2, above ``kernels``."""
