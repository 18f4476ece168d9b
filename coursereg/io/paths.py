"""What is wrong with a path, in one line, before anything is read or written."""

import os
from contextlib import contextmanager
from pathlib import Path


def readable(path):
    """Return the path of a file that is there and may be read."""
    path = Path(path)
    if path.is_dir():
        msg = f"{path} is a folder, not a file"
        raise IsADirectoryError(msg)
    if not path.exists():
        msg = f"there is no file {path}"
        raise FileNotFoundError(msg)
    if not os.access(path, os.R_OK):
        msg = f"{path} may not be read"
        raise PermissionError(msg)
    if not path.stat().st_size:
        msg = f"{path} is empty"
        raise ValueError(msg)
    return path


def writable(path):
    """Return the path of a file that may be written, in a folder that is there."""
    path = Path(path)
    if path.is_dir():
        msg = f"{path} is a folder, not a file"
        raise IsADirectoryError(msg)
    if not path.parent.is_dir():
        msg = f"there is no folder {path.parent} to write {path.name} into"
        raise FileNotFoundError(msg)
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        msg = f"{path} may not be written"
        raise PermissionError(msg)
    return path


def ending(path, allowed):
    """Return which of the allowed endings a file's name has; ".nii.gz" is one, and capitals do not matter."""
    name = Path(path).name.lower()
    for end in allowed:
        if name.endswith(end):
            return end
    return None


@contextmanager
def parsing(path, otherwise):
    """
    Turn what another library says of a file into one line: it is damaged, or no file of that kind.

    A broken file can make a parser raise anything (a KeyError, a TypeError), so everything is caught.
    """
    try:
        yield
    except Exception as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        msg = f"{path} is damaged{otherwise}: {said}"
        raise ValueError(msg) from None
