"""How long each unit's solved notebook takes, against its budget in the syllabus."""

import tempfile
import time

from coursereg.course import notebooks
from coursereg.course._places import notebook_sources

BUDGETS = {
    "01": 10.0,
    "02": 15.0,
    "03": 15.0,
    "04": 15.0,
    "05": 20.0,
    "06": 25.0,
    "07": 20.0,
    "08": 30.0,
    "09": 30.0,
    "10": 5.0,
    "11": 45.0,
}
"""Seconds of computing for each unit, start of the kernel left out."""

_SLOWEST_CELL = 10.0


def run(path):
    """
    Run a notebook from its first cell to its last.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    list of float
        Seconds of each code cell.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises.
    """
    import nbformat
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as folder:
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}})
        times = []
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                begin = time.perf_counter()
                client.execute_cell(cell, index)
                if cell.cell_type == "code":
                    times.append(time.perf_counter() - begin)
    return times


def main():
    """Print the time of each unit; return 1 if one takes longer than its budget or a cell more than 10 s."""
    late = False
    for path in sorted(notebook_sources().glob("*.ipynb")):
        unit = path.name[:2]
        if unit not in BUDGETS:
            continue
        cells = sum(1 for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code")
        times = run(path)
        slow = sum(times) > BUDGETS[unit] or max(times) > _SLOWEST_CELL
        late = late or slow
        verdict = "TOO SLOW" if slow else "ok"
        print(  # noqa: T201
            f"{path.name:32} {sum(times):6.1f} s of {BUDGETS[unit]:.0f} s, {cells} cells, "
            f"slowest {max(times):.1f} s  {verdict}"
        )
    return 1 if late else 0
