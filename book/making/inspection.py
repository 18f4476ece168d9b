"""
What must hold for the built pages: nothing comes from the network, pictures have words, nothing secret is in them.
"""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser
from pathlib import Path

from coursereg.course import exercises, notebooks

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LOADING |= {"embed": "src", "object": "data", "input": "src", "track": "src"}
LINKS_THAT_LOAD = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "modulepreload",
    "preconnect",
    "dns-prefetch",
    "manifest",
}
OUTSIDE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
STYLE_LOADS = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])\s*((?:https?:)?//[^'\")\s]+)", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SERVERS = re.compile(
    r"cdn\.jsdelivr\.net/npm|cdnjs\.cloudflare\.com|unpkg\.com/|fonts\.gstatic\.com|cdn\.mathjax\.org|polyfill\.io|esm\.sh/"
)
TEXT = {".html", ".js", ".css", ".json", ".ipynb", ".txt", ".md", ".rst", ".inv", ".py"}


def faults(html: Path) -> list[str]:
    """Return one line per fault of the book built in ``html``; none is wanted."""
    found = []
    secrets = hidden_lines()
    for file in sorted(p for p in html.rglob("*") if p.is_file() and p.suffix in TEXT):
        text = file.read_text(encoding="utf-8", errors="replace")
        name = file.relative_to(html).as_posix()
        found += [f"{name} {what}" for what in [*loads(file.suffix, text), *leaks(text, secrets)]]
        if file.suffix == ".html":
            found += [f"{name} has a picture without words: {tag}" for tag in wordless(text)]
        if file.suffix == ".ipynb" and (notebooks.BEGIN in text or notebooks.END in text):
            found.append(f"{name} is a notebook with solutions")
    return found


# --- nothing comes from the network -----------------------------------------------------------------------------------


class _Tags(HTMLParser):
    """Collects tags with their attributes, and the text of inline styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.styles: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {k: v or "" for k, v in attrs}
        self.tags.append((tag, values))
        self.styles.append(values.get("style", ""))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.styles.append(data)


def loads(suffix: str, text: str) -> list[str]:
    """Return what a file would load from the network; a link that a reader may follow is not a load."""
    found = []
    if suffix == ".html":
        page = _Tags(text)
        for tag, values in page.tags:
            address = values.get(LOADING.get(tag, ""), "")
            if tag == "link" and LINKS_THAT_LOAD & set(values.get("rel", "").lower().split()):
                address = values.get("href", "")
            if OUTSIDE.match(address) or OUTSIDE.match(values.get("srcset", "")):
                found.append(f"loads {address or values['srcset']} (in <{tag}>)")
        text_of_styles = "\n".join(page.styles)
        found += [f"loads {m}" for m in STYLE_LOADS.findall(COMMENT.sub("", text_of_styles))]
    if suffix == ".css":
        found += [f"loads {m}" for m in STYLE_LOADS.findall(COMMENT.sub("", text))]
    if suffix in (".html", ".js", ".css"):
        found += [f"names a script server: {m}" for m in sorted(set(SERVERS.findall(text)))]
    return found


# --- pictures have words ----------------------------------------------------------------------------------------------


def wordless(text: str) -> list[str]:
    """Return the pictures of a page without a text alternative (an empty ``alt`` says: decoration)."""
    return [
        f"<img src={values.get('src', '')[:60]!r}>"
        for tag, values in _Tags(text).tags
        if tag == "img" and "alt" not in values
    ]


# --- nothing secret ---------------------------------------------------------------------------------------------------


def hidden_lines() -> list[str]:
    """Return the lines of code that only hidden checks have: long enough to be told from ordinary code."""
    hidden: set[str] = set()
    public: set[str] = set()
    for key in exercises.UNITS:
        try:
            unit = exercises.unit(key)
        except ModuleNotFoundError:
            continue
        for exercise in unit.exercises.values():
            for check in exercise.checks:
                (public if check.public else hidden).update(_lines(check.run))
            public.update(line.strip() for line in exercise.solution.splitlines())
    return sorted(hidden - public)


def _lines(function: object) -> list[str]:
    lines = inspect.getsource(function).splitlines()  # type: ignore[arg-type]
    return [s for line in lines if len(s := line.strip()) >= 40 and not s.startswith(("#", '"""', "@", "def "))]


def leaks(text: str, secrets: list[str]) -> list[str]:
    """Return the lines of hidden checks that stand in a text, and marks of a grader's notebook."""
    plain = (
        text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
    )
    plain = re.sub(r"</?span[^>]*>", "", plain).replace('\\"', '"')
    found = [f"shows a line of a hidden check: {line[:60]}" for line in secrets if line in plain]
    if "BEGIN HIDDEN TESTS" in plain:
        found.append("has the mark of hidden tests")
    return found
