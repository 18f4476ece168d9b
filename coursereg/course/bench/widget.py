"""From a key press to changed pixels: how long a widget takes in a real browser."""

from __future__ import annotations

import contextlib
import math
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from coursereg.course.bench import browser

#: Milliseconds, for a picture of 256 x 256 pixels, median.
TARGET = 50.0
PRESSES = 40

_CELL = """
from coursereg import samples
from coursereg.course.widgets import Bars, Explore, Image, Slider

brain = samples.brain().astype(float)

def scene(offset):
    other = brain + offset
    return [
        Image(other, "brightness", vmin=0, vmax=255),
        Bars({"mean squared difference": ((other - brain) ** 2).mean()}, "per pixel", lo=0, hi=2500),
    ]

Explore(scene, {"offset": Slider(-50, 50, 1, 0, "brightness")}, [{"offset": k} for k in range(6)],
        alt="A brain.")
"""

#: In the page: the clock starts when a key goes down, and stops at the first frame in which the picture is another.
_WATCH = """() => {
  const canvas = document.querySelector(".coursereg-explore canvas");
  const digest = () => {
    const pixels = new Uint32Array(
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    let sum = 2166136261;
    for (let k = 0; k < pixels.length; k += 3) { sum = Math.imul(sum ^ pixels[k], 16777619); }
    return sum;
  };
  window.latencies = [];
  window.addEventListener("keydown", () => {
    const start = performance.now();
    const before = digest();
    const look = () => {
      if (digest() !== before) { window.latencies.push(performance.now() - start); }
      else if (performance.now() - start < 5000) { requestAnimationFrame(look); }
      else { window.latencies.push(NaN); }
    };
    requestAnimationFrame(look);
  }, true);
}"""


def measure(presses: int = PRESSES) -> list[float]:
    """
    Return the milliseconds from key press to changed pixels, one for each press.

    Parameters
    ----------
    presses : int
        How often the arrow key is pressed, with a short irregular rest between.

    Returns
    -------
    list of float
        Measured inside the page, to the start of the next frame (a frame takes 17 ms).

    Raises
    ------
    RuntimeError
        If no browser can be driven here, or the picture does not change.
    """
    reason = browser.missing()
    if reason:
        raise RuntimeError(reason)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser.write_notebook(folder / "bench.ipynb", [_CELL])
        lab = stack.enter_context(browser.lab(folder))
        page = stack.enter_context(browser.browser()).new_page()
        browser.open_notebook(page, lab, "bench.ipynb")
        browser.run(page)
        return key_presses(page, presses)


def key_presses(page: Any, presses: int) -> list[float]:
    """Press the arrow keys on the slider of an open widget; return the milliseconds of each press."""
    page.wait_for_selector(".coursereg-explore canvas")
    page.focus(".coursereg-explore .noUi-handle")
    for _ in range(5):  # the first pictures wait for compilers and caches, in the browser too
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(200)
    page.evaluate(_WATCH)
    rest = random.Random(0)
    for press in range(1, presses + 1):
        page.wait_for_timeout(rest.uniform(80, 160))
        page.keyboard.press("ArrowRight" if press % 20 < 10 else "ArrowLeft")
        page.wait_for_function(f"window.latencies.length === {press}")
    found: list[float] = page.evaluate("window.latencies")
    if any(one is None or math.isnan(one) for one in found):
        msg = "the picture did not change within 5 s of a key press"
        raise RuntimeError(msg)
    return found


def main() -> int:
    """Print the median and the 90th percentile; return 1 if the target is missed, 2 without a browser."""
    try:
        found = measure()
    except RuntimeError as error:
        sys.stderr.write(f"widget bench: {error}\n")
        return 2
    median = statistics.median(found)
    ninety = statistics.quantiles(found, n=10)[-1]
    sys.stdout.write(
        f"from keydown to changed pixels, 256 x 256, {len(found)} key presses in JupyterLab and Chromium\n"
        f"median {median:.1f} ms, 90 % within {ninety:.1f} ms; target: median at most {TARGET:.0f} ms\n"
    )
    return 0 if median <= TARGET else 1
