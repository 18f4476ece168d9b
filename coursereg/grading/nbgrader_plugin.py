"""nbgrader's step that would run the notebook: here it writes the marks that the sandbox gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor


class SandboxExecute(NbGraderPreprocessor):
    """Put each exercise's points under its check cell; nothing of the notebook is executed.

    The marks are those that ``coursereg grade`` stored in ``marks/<student>/<unit>.json`` of the course folder. A check
    cell without a mark gets an error as its output, which nbgrader counts as no points; a submission that was never
    marked raises, so that nbgrader does not write zeros into the gradebook.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Replace the outputs of all code cells."""
        told = resources["nbgrader"]
        root = Path(told["db_url"].removeprefix("sqlite:///")).parent
        marks = read_marks(root, told["student"], told["assignment"])
        if not marks:
            msg = (
                f"{told['student']} has no marks for {told['assignment']}: run coursereg grade on the submissions first"
            )
            raise FileNotFoundError(msg)
        self.points = {key.replace(".", "-") + "-check": m["points"] for key, m in marks.items()}
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = [self._output(cell)] if cell.metadata.get("nbgrader", {}).get("grade") else []
        return nb, resources

    def _output(self, cell: Any) -> Any:
        graded = cell.metadata.nbgrader
        points = self.points.get(graded.get("grade_id"))
        if points is None:
            return new_output("error", ename="NotMarked", evalue="run coursereg grade", traceback=[])
        # nbgrader adds floats up: what is worth 22 must not become 22.000000001
        points = min(round(float(points), 3), float(graded["points"]))
        return new_output("execute_result", data={"text/plain": repr(points)}, execution_count=1)


def read_marks(root: Path, student: str, unit: str) -> dict[str, Any]:
    """Return the stored marks by exercise; empty where there are none."""
    try:
        stored = json.loads((root / "marks" / student / f"{unit}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return stored["exercises"]
