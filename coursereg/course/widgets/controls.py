"""What a student can turn: a slider over numbers, a choice among words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slider:
    """
    A number between two ends; arrow keys move it by one step.

    Parameters
    ----------
    lo, hi : int or float
        Ends of the range, ``lo < hi``.
    step : int or float
        What one key press adds. If ``lo``, ``hi`` and ``step`` are all whole numbers, the function gets an
        int.
    value : int or float, optional
        Where it starts; ``lo`` by default.
    label : str, optional
        Shown beside the slider and read aloud; the control's name by default. Say the unit.

    Raises
    ------
    ValueError
        If the range is empty, the step is not positive or does not fit, or the value lies outside.

    Examples
    --------
    >>> Slider(-10, 10, 1, 0, "shift (rows)").checked(3.0)
    3
    """

    lo: float
    hi: float
    step: float = 1
    value: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        numbers = {"lo": self.lo, "hi": self.hi, "step": self.step}
        for name, number in numbers.items():
            if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
                msg = f"Slider: {name} must be a finite number, got {number!r}"
                raise ValueError(msg)
        if not self.lo < self.hi:
            msg = f"Slider: lo must be less than hi, got lo {self.lo}, hi {self.hi}"
            raise ValueError(msg)
        if not 0 < self.step <= self.hi - self.lo:
            msg = f"Slider: step must be positive and at most hi - lo, got {self.step} for {self.lo}..{self.hi}"
            raise ValueError(msg)
        object.__setattr__(self, "value", self.checked(self.lo if self.value is None else self.value))

    @property
    def whole(self) -> bool:
        """Whether the slider gives integers."""
        return all(float(number).is_integer() for number in (self.lo, self.hi, self.step))

    @property
    def decimals(self) -> int:
        """Digits behind the point that the step needs."""
        return next((d for d in range(10) if abs(round(self.step, d) - self.step) < 1e-12), 10)

    def checked(self, value: Any, name: str = "value") -> float:
        """Return ``value`` on the nearest step, or say that it lies outside."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        slack = 1e-9 * (self.hi - self.lo)
        if not self.lo - slack <= number <= self.hi + slack:
            msg = f"{name} must lie in {self.lo}..{self.hi}, got {value!r}"
            raise ValueError(msg)
        on_step = min(self.lo + round((number - self.lo) / self.step) * self.step, self.hi)
        return round(on_step) if self.whole else round(on_step, self.decimals + 2)

    def words(self, value: Any) -> str:
        """Return ``value`` as it is read out."""
        return f"{value:.{0 if self.whole else self.decimals}f}"


@dataclass(frozen=True)
class Choice:
    """
    One out of a few words (or numbers), in a drop-down list.

    Parameters
    ----------
    options : sequence
        At least two different values; the function gets the chosen one.
    value : object, optional
        The one to start with; the first by default.
    label : str, optional
        Shown beside the list and read aloud; the control's name by default.

    Raises
    ------
    ValueError
        If there are fewer than two options, one comes twice, or ``value`` is none of them.
    """

    options: Sequence[Any]
    value: Any = None
    label: str = ""

    def __post_init__(self) -> None:
        options = tuple(self.options)
        if len(options) < 2 or len({str(option) for option in options}) < len(options):
            msg = f"Choice: options must be at least two different ones, got {options!r}"
            raise ValueError(msg)
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "value", self.checked(options[0] if self.value is None else self.value))

    def checked(self, value: Any, name: str = "value") -> Any:
        """Return ``value`` if it is one of the options, or say which there are."""
        if value not in self.options:
            msg = f"{name} must be one of {list(self.options)!r}, got {value!r}"
            raise ValueError(msg)
        return value

    def words(self, value: Any) -> str:
        """Return ``value`` as it is read out."""
        return str(value)
