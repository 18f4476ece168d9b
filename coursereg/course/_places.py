"""Where the package's own files are: inside it in a wheel, in the repository for an editable install."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent


def data_folder() -> Path:
    """Folder with the sample files: ``coursereg/_data`` of a wheel, else ``data`` of the repository."""
    return _first_folder("sample files", PACKAGE / "_data", REPOSITORY / "data")


def released_folder() -> Path | None:
    """Folder with the released notebooks of a wheel; None for an editable install, which has the sources."""
    folder = PACKAGE / "_notebooks"
    return folder if folder.is_dir() else None


def notebook_sources() -> Path:
    """Folder with the solved notebooks: only the repository has it, a wheel does not."""
    return _first_folder("solved notebooks", REPOSITORY / "notebooks")


def _first_folder(what: str, *places: Path) -> Path:
    for folder in places:
        if folder.is_dir():
            return folder
    msg = f"the {what} of coursereg must be in {' or '.join(map(str, places))}, but there is no such folder"
    raise FileNotFoundError(msg)
