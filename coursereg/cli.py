"""
The command line: parsing only. Each command is one call into a lower floor.

Heavy modules are imported inside the commands, so that ``coursereg --help`` answers at once.
"""

import importlib
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(
    name="coursereg",
    help="Learn image registration by building it.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_WORK = Path("coursereg-work")
_BENCHES = {
    "grade": "coursereg.grading.bench:main",
    "import": "coursereg.course.bench.startup:main",
    "jointhist": "coursereg.course.bench.jointhist:main",
    "peers": "coursereg.course.bench.peers:main",
    "search": "coursereg.course.bench.search:main",
    "units": "coursereg.course.bench.units:main",
    "widget": "coursereg.course.bench.widget:main",
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every expected error is one line on stderr and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may lack a letter of a student's name
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(words or ["--help"], standalone_mode=False, prog_name="coursereg", obj=words)
    except typer.Abort:
        _fail("stopped", 1)
    except _UsageError as error:
        _fail(f"{error.format_message()} (coursereg --help lists everything)", 2)  # type: ignore[attr-defined]
    except (OSError, ValueError, ImportError) as error:
        _fail(_one_line(error), 2)
    raise SystemExit(code if isinstance(code, int) else 0)


# click's, which newer versions of typer carry inside and older ones import
_UsageError: type[Exception] = typer.BadParameter.mro()[1]


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"coursereg: {' '.join(message.split())}", err=True)
    raise SystemExit(code) from None


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.strerror}: {error.filename}"
    return str(error) or type(error).__name__


@app.command()
def lab(
    folder: Annotated[Path, typer.Argument(help="Your working folder; made when it does not exist.")] = _WORK,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, open no browser.")] = False,
    student: Annotated[str | None, typer.Option(help="Your name or number, instead of being asked.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="First port to try.")] = None,
) -> None:
    """Open JupyterLab on a folder with the notebooks of the course."""
    from coursereg.course import lab as jupyter
    from coursereg.course import workspace

    filled = workspace.fill(folder)
    typer.echo(str(filled))
    _ask_who(filled.folder, student)
    warmup()
    raise typer.Exit(jupyter.open_lab(filled.folder, browser=not no_browser, port=port))


def _ask_who(folder: Path, student: str | None) -> None:
    """Store who the student is: from the option, or asked once if there is somebody to ask."""
    from coursereg.course import workspace

    if student is not None:
        workspace.write_student(folder, student)
        return
    if workspace.read_student(folder) is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    question = "Your name or number, as on your teacher's list (Enter to skip; it stays on this machine)"
    while True:
        try:
            workspace.write_student(folder, typer.prompt(question, default="", show_default=False))
        except ValueError as error:
            typer.echo(str(error))
        else:
            return


@app.command()
def doctor(
    folder: Annotated[Path, typer.Argument(help="Where you want to work.")] = Path(),
) -> None:
    """Say what is missing on this machine, and how to get it.

    Exit code 1 if a student could not work.
    """
    from coursereg.course import doctor as medicine

    findings = medicine.examine(folder)
    typer.echo(medicine.report(findings))
    raise typer.Exit(0 if medicine.is_healthy(findings) else 1)


@app.command("warmup")
def warmup() -> None:
    """Compile everything once, so that no cell has to wait."""
    from coursereg import kernels

    count = kernels.warmup(progress=sys.stderr.isatty())
    typer.echo(f"{count} kernels are compiled")


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(_BENCHES)}.")],
    save: Annotated[bool, typer.Option("--save", help="With peers: keep the table for the book.")] = False,
    only: Annotated[str | None, typer.Option(help="With peers: one engine, such as histogram.")] = None,
) -> None:
    """Measure speed; exit code 1 if a target is missed.

    peers stands every engine beside other programs, and needs a clone with its bench extra.
    """
    if name not in _BENCHES:
        msg = f"NAME must be one of {', '.join(_BENCHES)}, got {name!r}"
        raise ValueError(msg)
    options: dict[str, Any] = {"save": save, "only": only} if name == "peers" else {}
    if name != "peers" and (save or only is not None):
        msg = f"--save and --only must stand with peers, got {name}"
        raise ValueError(msg)
    module, function = _BENCHES[name].split(":")
    raise typer.Exit(getattr(importlib.import_module(module), function)(**options) or 0)


@app.command()
def register(
    context: typer.Context,
    static: Annotated[Path, typer.Argument(help="Image that stays: .nii, .nii.gz, .png, .jpg or .tif.")],
    moving: Annotated[Path, typer.Argument(help="Image to be moved onto it.")],
    out: Annotated[Path, typer.Option(help="Folder for the result; made when it does not exist.")],
    transform: Annotated[str, typer.Option(help="translation, rigid, similarity, rigid_scaling or affine.")] = "affine",
    wide: Annotated[bool, typer.Option("--wide", help="Look for turns up to 90 degrees (2-D: all).")] = False,
    static_mask: Annotated[Path | None, typer.Option(help="Look only where this image is above 0.")] = None,
    moving_mask: Annotated[Path | None, typer.Option(help="The same for the moving image.")] = None,
    start: Annotated[str, typer.Option(help="search, centers, or the file of a transform.")] = "search",
    interpolation: Annotated[str, typer.Option(help="linear or nearest.")] = "linear",
    max_seconds: Annotated[float | None, typer.Option(min=0, help="Begin no stage after that time.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the places of the samples.")] = 0,
    also: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="More images to move by the same map; repeatable.")
    ] = None,
    labels: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="The same for label images, whose values stay.")
    ] = None,
    static_volume: Annotated[int | None, typer.Option(min=0, help="Which volume of a 4-D static image.")] = None,
    moving_volume: Annotated[int | None, typer.Option(min=0, help="Which volume of a 4-D moving image.")] = None,
) -> None:
    """Lay one image onto another: aligned image, map (ITK and .npz), a page to look at.

    Exit code 1 if the result must not be trusted; the files are written all the same.
    """
    from coursereg.report import command

    lines, notes, code = command.register(
        static,
        moving,
        out,
        command=shlex.join(["coursereg", *(context.obj or [])]),
        transform=transform,
        wide=wide,
        static_mask=static_mask,
        moving_mask=moving_mask,
        start=start,
        interpolation=interpolation,
        max_seconds=max_seconds,
        seed=seed,
        also=also or (),
        labels=labels or (),
        static_volume=static_volume,
        moving_volume=moving_volume,
        progress=sys.stderr.isatty(),
    )
    _tell(lines, notes)
    raise typer.Exit(code)


@app.command("apply")
def apply_transform(
    transform: Annotated[Path, typer.Argument(help="The map: .txt, .tfm, .mat or .npz.")],
    image: Annotated[Path, typer.Argument(help="The image to move.")],
    like: Annotated[Path, typer.Option(help="Image whose grid the result has: the static one.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    inverse: Annotated[
        bool, typer.Option("--inverse", help="From the static to the moving image; --like is the moving one.")
    ] = False,
    interpolation: Annotated[str, typer.Option(help="linear, or nearest for labels.")] = "linear",
    volume: Annotated[int | None, typer.Option(min=0, help="Which volume of a 4-D image.")] = None,
) -> None:
    """Move an image by a map of `coursereg register`, ITK or ANTs."""
    from coursereg.report import command

    options: dict[str, Any] = {"inverse": inverse, "interpolation": interpolation, "volume": volume}
    _tell(*command.apply(transform, image, like, out, **options))


def _tell(lines: list[str], notes: list[str]) -> None:
    """Print what came out; what a user should know about the input goes to stderr."""
    for note in notes:
        typer.echo(f"coursereg: note: {note}", err=True)
    typer.echo("\n".join(lines))


@app.command()
def release(
    out: Annotated[Path, typer.Argument(help="Folder to fill; notebooks that are there stay as they are.")],
    course: Annotated[
        bool, typer.Option("--course", help="Make nbgrader's course folder, not only notebooks.")
    ] = False,
    roster: Annotated[Path | None, typer.Option(help="CSV file with the class; implies --course.")] = None,
) -> None:
    """Write the notebooks for students: solutions taken out."""
    if course or roster is not None:
        from coursereg.grading import command

        typer.echo(command.release(out, roster))
        return
    from coursereg.course import workspace

    typer.echo(str(workspace.fill(out)))


@app.command()
def grade(
    folder: Annotated[Path, typer.Argument(help="Folder with the submissions; it is only read.")],
    out: Annotated[Path, typer.Option(help="Where marks, feedback and statistics go.")] = Path("grades"),
    secret: Annotated[Path | None, typer.Option(help="File with your secret seed; made when missing.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Submissions graded at the same time.")] = 2,
    roster: Annotated[Path | None, typer.Option(help="CSV file with the class.")] = None,
    due: Annotated[datetime | None, typer.Option(help="Files saved later are reported as late.")] = None,
    unsafe_local: Annotated[
        bool, typer.Option("--unsafe-local", help="Run students' code WITHOUT a sandbox. Only for your own.")
    ] = False,
) -> None:
    """Grade submissions: marks, gradebook, feedback pages, class statistics."""
    from coursereg.grading import command

    code = command.grade(folder, out, secret, jobs=jobs, unsafe_local=unsafe_local, roster=roster, due=due)
    raise typer.Exit(code)


@app.command()
def feedback(
    out: Annotated[Path, typer.Argument(help="The folder that `coursereg grade` wrote.")] = Path("grades"),
) -> None:
    """Write pages and marks again, with what you marked by hand since."""
    from coursereg.grading import command

    typer.echo(command.feedback(out))


if __name__ == "__main__":
    main()
