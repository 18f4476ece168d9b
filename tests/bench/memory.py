"""
How much memory a registration takes, in a process of its own: ``python -m bench.memory float32 2``, in ``tests``.

Prints the peak beside the size of the two images, the images included.
"""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy import ndimage

import coursereg
from coursereg import samples

HERE = Path(__file__).resolve().parent
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def of_registration(dtype, times=1):
    """Return the peak of a registration of two brains, as a multiple of their size; measured in a child."""
    command = [sys.executable, "-m", "bench.memory", np.dtype(dtype).name, str(times)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(dtype, times):
    """Measure in this process, with so many times as many samples along each axis as the brains have."""
    static, moving = ((data, affine) for data, affine in (samples.template(), samples.colin27()))
    coursereg.register_affine(static, moving)  # compiles, and fills the caches that stay
    pair = [_larger(*image, dtype, times) for image in (static, moving)]
    size = sum(data.nbytes for data, _ in pair)
    before = _start()
    coursereg.register_affine(*pair)
    print(1 + (_peak() - before) / size)


def _larger(data, affine, dtype, times):
    """Return an image with more samples along each axis."""
    step = np.diag([1 / times, 1 / times, 1 / times, 1.0])
    step[:3, 3] = (1 / times - 1) / 2
    data = ndimage.zoom(data, times, order=1, mode="nearest", grid_mode=True)
    return data.astype(dtype), affine @ step


def _start():
    """Forget the peak until now; return the memory in use, in bytes."""
    gc.collect()
    if RESET.exists():
        RESET.write_text("5")
    return _field("VmRSS") if RESET.exists() else _peak()


def _peak():
    """Return the largest memory in use until now, in bytes."""
    if STATUS.exists():
        return _field("VmHWM")
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _field(name):
    lines = STATUS.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
