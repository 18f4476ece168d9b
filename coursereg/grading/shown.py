"""What `check` and its kin show: one text for eyes (HTML), one for terminals and screen readers (plain).

No colour carries meaning alone, nothing needs a mouse: failed checks are open, passed ones behind a summary.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursereg.course.exercises._base import Exercise
from coursereg.grading.marking import CheckResult, Mark

STATES = {
    "not attempted": "not attempted yet",
    "raised": "stopped with an error",
    "wrong": "not right yet",
    "right": "right so far",
    "right, another convention": "right so far, by another convention",
}
EDGE = {"not attempted": "#8a94a0", "raised": "#b3352c", "wrong": "#b97a00"}
BOX = "border-left:4px solid {edge};padding:.35em .9em;margin:.4em 0;line-height:1.45"
MANY = 5


@dataclass(frozen=True)
class Report:
    """What one `check` has to say; shows itself in a notebook and as text."""

    mark: Mark
    exercise: Exercise
    later: tuple[str, ...] = ()
    so_far: str = ""

    @property
    def headline(self) -> str:
        """State, public checks and points in one line."""
        m = self.mark
        if m.state == "not attempted":
            return f"{m.key}: {STATES[m.state]}"
        passed = sum(c.passed for c in m.checks)
        public, points = f"{passed}/{len(m.checks)} public checks", f"{m.points:.3g} of {m.maximum:.3g} points"
        return f"{m.key}: {STATES[m.state]}. {public}, {points}"

    @property
    def unlucky(self) -> str:
        """Why passed checks may earn nothing."""
        lucky = self.mark.state == "wrong" and self.mark.points <= 0 and any(c.passed for c in self.mark.checks)
        return "Points count as soon as one check with random numbers passes, too." if lucky else ""

    @property
    def coming(self) -> str:
        """Which checks run later; never "all tests passed"."""
        if not self.later:
            return ""
        names = "; ".join(self.later[:MANY]) + ("; ..." if len(self.later) > MANY else "")
        return f"{len(self.later)} more at grading, with new numbers: {names}"

    @property
    def next_step(self) -> str:
        """What to do now."""
        key, ex = self.mark.key, self.exercise
        if self.mark.state == "not attempted":
            what = "replace None by your answer" if ex.kind == "value" else "write the body of the function"
            return f"{what[0].upper()}{what[1:]}, run the cell, then run this one again."
        if not self.mark.failed:
            return ""
        help_ = [f'hint("{key}")'] * bool(ex.hints) + [f'solution("{key}")'] * bool(ex.solution)
        return f"Stuck? {' or '.join(help_)}" if help_ else ""

    def __str__(self) -> str:
        lines = [self.headline]
        if self.mark.state != "not attempted":
            lines += [f"  passed: {c.name}" for c in self.mark.checks if c.passed]
            for k, group in enumerate(alike(self.mark.failed)):
                lines += [f"  failed: {c.name}" for c in group]
                lines += [f"    {k}: {v}" for k, v in _words(group[0])] if k < MANY else []
        more = (self.mark.convention, self.unlucky, self.coming, self.so_far, self.next_step)
        return "\n".join([*lines, *(f"  {m}" for m in more if m)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        edge = EDGE.get(self.mark.state, "#2f7d4f")
        parts = [f"<div><strong>{html.escape(self.headline)}</strong></div>"]
        if self.mark.state != "not attempted":
            told: set[str] = set()
            parts += [_failed_html(g, k < MANY, told) for k, g in enumerate(alike(self.mark.failed))]
            parts.append(_passed_html([c for c in self.mark.checks if c.passed]))
        more = (self.mark.convention, self.unlucky, self.coming, self.so_far, self.next_step)
        parts += [f'<div style="opacity:.85">{html.escape(m)}</div>' for m in more if m]
        label = html.escape(f"Result of the check {self.mark.key}", quote=True)
        return f'<section role="status" aria-label="{label}" style="{BOX.format(edge=edge)}">{"".join(parts)}</section>'


def _words(check: CheckResult) -> list[tuple[str, str]]:
    rows = [
        ("looks like", looks(check.looks_like)),
        ("why", check.message),
        ("got", check.got),
        ("wanted", check.wanted),
    ]
    return [(k, v) for k, v in [*rows, ("read", check.read)] if v]


def alike(failed: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Put failed checks that have the same to say into one group: one mistake is told once."""
    groups: dict[tuple[str, ...], list[CheckResult]] = {}
    for c in failed:
        groups.setdefault((c.message, c.got, c.wanted, c.looks_like), []).append(c)
    return list(groups.values())


def looks(message: str) -> str:
    """Return the message without the words that stand before it anyway."""
    start = "this looks like "
    return message[len(start) :] if message.lower().startswith(start) else message


def _failed_html(group: Sequence[CheckResult], is_open: bool, told: set[str]) -> str:
    first = group[0]
    seen = ""
    if first.looks_like and first.looks_like not in told:
        told.add(first.looks_like)
        seen = (
            '<div style="border:1px solid #d9a100;border-radius:4px;padding:.2em .6em;margin:.25em 0">'
            f"<strong>This looks like:</strong> {html.escape(looks(first.looks_like))}</div>"
        )
    rows = "".join(
        f'<div style="display:flex;gap:.6em"><span style="opacity:.75;min-width:4em">{k}</span>'
        f'<span style="overflow-wrap:anywhere">{_value(k, v)}</span></div>'
        for k, v in _words(first)
        if k != "looks like"
    )
    others = "".join(f"<div>✗ failed: {html.escape(c.name)}</div>" for c in group[:-1])
    body = f'<div style="margin:.1em 0 .4em 1.3em">{seen}{rows}</div>'
    opened = " open" if is_open else ""
    return f"{others}<details{opened}><summary>✗ failed: {html.escape(group[-1].name)}</summary>{body}</details>"


def _value(kind: str, text: str) -> str:
    safe = html.escape(text)
    return f"<code>{safe}</code>" if kind in ("got", "wanted") else safe


def _passed_html(passed: Sequence[CheckResult]) -> str:
    if not passed:
        return ""
    items = "".join(f"<li>{html.escape(c.name)}</li>" for c in passed)
    return (
        f'<details><summary>✓ {len(passed)} passed</summary><ul style="margin:.2em 0 .2em 1.3em">{items}</ul></details>'
    )


@dataclass(frozen=True)
class Note:
    """A few lines of text, or of code to be read."""

    title: str
    text: str
    is_code: bool = False
    edge: str = "#3b6fb0"

    def __str__(self) -> str:
        return f"{self.title}\n{self.text}" if self.text else self.title

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = html.escape(self.text)
        if self.is_code:
            body = f'<pre style="margin:.3em 0;overflow-x:auto">{body}</pre>'
        elif body:
            body = f'<div style="white-space:pre-wrap">{body}</div>'
        title = f"<div><strong>{html.escape(self.title)}</strong></div>"
        return f'<section role="status" style="{BOX.format(edge=self.edge)}">{title}{body}</section>'


def show(thing: Any) -> None:
    """Show in the notebook where there is one, else print."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display(thing)
            return
    print(thing)  # noqa: T201
