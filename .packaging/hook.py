"""
Build hook: a wheel carries the data and the released notebooks inside ``coursereg``.

An editable install needs neither: it uses the folders of the repository. The notebooks are stripped of their
solutions by ``coursereg/course/notebooks.py``, which is loaded by its path, because the package is not
installed while it is built.
"""

import importlib.util
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseFiles(BuildHookInterface):
    """Adds ``coursereg/_data`` and ``coursereg/_notebooks`` to a wheel."""

    PLUGIN_NAME = "custom"
    scratch: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Release the notebooks into a scratch folder and name the files to include."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        include = build_data["force_include"]
        for path in sorted((root / "data").rglob("*")):
            name = path.relative_to(root / "data")
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                include[str(path)] = f"coursereg/_data/{name.as_posix()}"
        self.scratch = Path(tempfile.mkdtemp(prefix="coursereg-release-"))
        course = load(root / "coursereg" / "course" / "notebooks.py")
        for path in sorted((root / "notebooks").glob("*.ipynb")):
            course.write(course.release(course.read(path)), self.scratch / path.name)
            include[str(self.scratch / path.name)] = f"coursereg/_notebooks/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the scratch folder."""
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


def load(path: Path):
    """Load a module by its path."""
    spec = importlib.util.spec_from_file_location("_coursereg_notebooks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
