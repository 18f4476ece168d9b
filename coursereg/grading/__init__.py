"""Marks that an instructor can trust: marking, the sandbox, the nbgrader plugin, class reports, the notebook's `check`.

Floor 7, above course. `mark` is the one door: the notebook, the grader and the answers matrix all go through it.
"""

from coursereg.grading.marking import CheckResult, Mark, mark

__all__ = ["CheckResult", "Mark", "mark"]
