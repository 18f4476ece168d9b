"""What `check` and its kin show: one text for eyes (HTML), one for terminals and screen readers (plain).

No colour carries meaning alone, nothing needs a mouse: failed checks are open, passed ones behind a summary. What one
failed check has said, the next ones do not repeat.
"""

from __future__ import annotations

import html
import re
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
        """State, public checks and points in one line; another convention says first what it is and costs."""
        m = self.mark
        if m.state == "not attempted":
            return f"{m.key}: {STATES[m.state]}"
        if m.convention:
            return f"{m.key}: {_share(m)}: {m.convention.removesuffix(' (half of the points)')}"
        return f"{m.key}: {STATES[m.state]}. {self.count}"

    @property
    def count(self) -> str:
        """Public checks and points: those of now, and what the checks at grading can add."""
        m = self.mark
        passed = f"{sum(c.passed for c in m.checks)}/{len(m.checks)} public checks"
        more = (self.exercise.points - m.maximum) * (m.points / m.maximum if m.convention else 1.0)
        now = f"{m.points:.3g} of {self.exercise.points:.3g} points"
        return f"{passed}, {now} now, up to {more:.3g} more at grading" if more > 1e-6 else f"{passed}, {now}"

    @property
    def unlucky(self) -> str:
        """Why passed checks may earn nothing."""
        lucky = self.mark.state == "wrong" and self.mark.points <= 0 and any(c.passed for c in self.mark.checks)
        return "No points yet: so far only checks that a constant could pass are right." if lucky else ""

    @property
    def coming(self) -> str:
        """How many checks run later; never "all tests passed"."""
        return f"{len(self.later)} more at grading, with new numbers:" if self.later else ""

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
        m, lines = self.mark, [self.headline]
        if m.convention:
            lines += [f"  {self.count}", f"  failed without it: {len(m.failed)} of {len(m.checks)} public checks"]
        elif m.state != "not attempted":
            lines += [f"  passed: {c.name}" for c in m.checks if c.passed]
            for check, words in told_once(m.failed):
                lines += [f"  failed: {check.name}", *(f"    {k}: {v}" for k, v in words)]
        lines += [f"  {self.unlucky}"] if self.unlucky else []
        lines += [f"  {self.coming}", *(f"    - {name}" for name in self.later)] if self.later else []
        return "\n".join([*lines, *(f"  {line}" for line in (self.so_far, self.next_step) if line)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        m, edge = self.mark, EDGE.get(self.mark.state, "#2f7d4f")
        parts = [f"<div><strong>{html.escape(self.headline)}</strong></div>"]
        if m.convention:
            parts += [_line(self.count), _folded(f"✗ {len(m.failed)} failed without it", [c.name for c in m.failed])]
        elif m.state != "not attempted":
            parts += [_failed_html(check, words) for check, words in told_once(m.failed)]
        if m.state != "not attempted":
            parts.append(_folded(f"✓ {sum(c.passed for c in m.checks)} passed", [c.name for c in m.checks if c.passed]))
        parts += [_line(self.unlucky), _folded(self.coming, self.later, is_open=len(self.later) <= MANY)]
        parts += [_line(self.so_far), _line(self.next_step)]
        label = html.escape(f"Result of the check {m.key}", quote=True)
        return f'<section role="status" aria-label="{label}" style="{BOX.format(edge=edge)}">{"".join(parts)}</section>'


def _share(m: Mark) -> str:
    share = m.points / m.maximum
    return {0.5: "half of the points", 1.0: "all of the points"}.get(share, f"{share:.0%} of the points")


def told_once(failed: Sequence[CheckResult]) -> list[tuple[CheckResult, list[tuple[str, str]]]]:
    """
    Say of each failed check only what none before it said.

    Got and wanted are shown for the first, and for a later one that fails in another way; messages that differ in
    their numbers only say the same, and a hint of its own is one line.
    """
    out: list[tuple[CheckResult, list[tuple[str, str]]]] = []
    said = {""}
    for c in failed:
        why = re.sub(r"[-+]?\d[\d.]*(e[-+]?\d+)?", "#", c.message)
        way = "way: " + re.sub(r" in # of # places.*|(shape )?\([^()]*\)|an? number", "#", why.split(". ")[0])
        rows = [("looks like", looks(c.looks_like))] if c.looks_like not in said else []
        rows += [("why", c.message)] if why not in said else []
        if way not in said:
            rows += [("got", c.got), ("wanted", c.wanted)]
        rows += [("read", c.read)] if c.read not in said else []
        out.append((c, [(k, v) for k, v in rows if v]))
        said |= {c.looks_like, why, way, c.read}
    return out


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


def _failed_html(check: CheckResult, words: Sequence[tuple[str, str]]) -> str:
    name = f"✗ failed: {html.escape(check.name)}"
    if not words:
        return f"<div>{name}</div>"
    seen = "".join(
        '<div style="border:1px solid #d9a100;border-radius:4px;padding:.2em .6em;margin:.25em 0">'
        f"<strong>This looks like:</strong> {html.escape(v)}</div>"
        for k, v in words
        if k == "looks like"
    )
    rows = "".join(
        f'<div style="display:flex;gap:.6em"><span style="opacity:.75;min-width:4em">{k}</span>'
        f'<span style="overflow-wrap:anywhere">{_value(k, v)}</span></div>'
        for k, v in words
        if k != "looks like"
    )
    body = f'<div style="margin:.1em 0 .4em 1.3em">{seen}{rows}</div>'
    return f"<details open><summary>{name}</summary>{body}</details>"


def _value(kind: str, text: str) -> str:
    safe = html.escape(text)
    return f"<code>{safe}</code>" if kind in ("got", "wanted") else safe


def _line(text: str) -> str:
    return f'<div style="opacity:.85">{html.escape(text)}</div>' if text else ""


def _folded(title: str, names: Sequence[str], *, is_open: bool = False) -> str:
    """A list of names behind a summary, one line each."""
    if not names:
        return ""
    items = "".join(f"<li>{html.escape(name)}</li>" for name in names)
    listed = f'<ul style="margin:.2em 0 .2em 1.3em">{items}</ul>'
    return f"<details{' open' if is_open else ''}><summary>{html.escape(title)}</summary>{listed}</details>"


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
