"""Answers to U09: five rules of descent, and a fair comparison."""

import numpy as np


class OneBuffer:
    """Before the class of a right rule: every step returns one array, which the next step overwrites."""

    out = None

    def step(self, x, grad):
        """Return the point after x."""
        new = super().step(x, grad)
        if self.out is None:
            self.out = np.empty(len(x))
        self.out[:] = new
        return self.out
