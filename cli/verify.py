"""Commands that judge: verify, simulate, check, diff."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.progress import for_machines, progress

Cell = Annotated[str, typer.Argument(help="Cell folder, or the name of a shipped cell.")]
Variants = Annotated[list[str] | None, typer.Option("--variant", help="Only this variant.")]
Programs = Annotated[list[str] | None, typer.Option("--program", help="Only this program.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="What if: NAME.KEY=VALUE, without editing a file.")
]
Formats = Annotated[
    list[str] | None,
    typer.Option("--format", help="text, json, junit, sarif, md or html; may be repeated."),
]


def known_language(value: str) -> str:
    """Return a language that there are sentences in; wrong usage for another."""
    from cellsim.messages import LANGUAGES

    if value not in LANGUAGES:
        raise typer.BadParameter(f"no language '{value}'; there is: {', '.join(LANGUAGES)}")
    return value


Lang = Annotated[str, typer.Option("--lang", help="en or ko.", callback=known_language)]
ENDING = "abb, fanuc, hyundai, kuka, ur or yaskawa; else as FILE ends."
NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache", help="Compute every result anew; keep none (pieces of meshes are kept)."
    ),
]
Inputs = Annotated[
    list[str] | None, typer.Option("--input", help="NAME=true or false: fix an unknown reading.")
]
Courses = Annotated[
    int, typer.Option("--courses", min=1, max=1000, help="Most courses that are explored.")
]

Explore = Annotated[
    bool, typer.Option("--explore/--no-explore", help="Run every course on what is not known.")
]


def folder_to_write(path: Path | None) -> Path | None:
    """Return a folder that can be made or written into; bad input before any work where not."""
    from cellsim.errors import BadInput

    there = path
    while there is not None and not there.exists() and there != there.parent:
        there = there.parent
    if there is not None and not there.is_dir():
        raise BadInput("is a file", file=str(there), expected="a folder to write into")
    if there is not None and not os.access(there, os.W_OK):
        raise BadInput("cannot be written into", file=str(there), expected="another --out")
    return path


Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder for the report files.", callback=folder_to_write),
]


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(verify)
    app.command()(simulate)
    app.command()(check)


def verify(
    cell: Cell,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    format: Formats = None,
    lang: Lang = "en",
    out: Out = None,
    inputs: Inputs = None,
    explore: Explore = True,
    courses: Courses = 32,
    reteach: Annotated[bool, typer.Option(help="Teach anew; use no saved program.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Every finding, also where many are alike.")
    ] = False,
    no_cache: NoCache = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, help="Processes for the variants.")
    ] = 1,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Findings that are known and accepted.")
    ] = None,
) -> None:
    """Verify every program of CELL on every variant (exit 0 green, 1 findings, 2 undecided)."""
    from cellsim.cache import default_cache
    from cellsim.cli.output import against_baseline, known_formats, print_or_write
    from cellsim.domain.files.baseline import load_baseline
    from cellsim.simulate.given import parse_inputs
    from cellsim.sweep import verify_cell, worst_exit

    formats = known_formats(format or ())
    known = load_baseline(baseline) if baseline is not None else None
    with progress(for_machines(formats, out is not None)) as shown:
        runs = verify_cell(
            cell,
            variant or (),
            program or (),
            settings or (),
            reteach=reteach,
            progress=shown,
            cache=None if no_cache else default_cache(),
            processes=jobs,
            inputs=parse_inputs(inputs or ()),
            courses=courses if explore else 0,
        )
    if known is not None and baseline is not None:
        runs = against_baseline(runs, known, baseline)
    print_or_write(runs, formats, lang, out, everything)
    raise typer.Exit(worst_exit([run.report for run in runs]))


def simulate(
    cell: Cell,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    inputs: Inputs = None,
    explore: Explore = True,
    courses: Courses = 32,
    lang: Lang = "en",
) -> None:
    """Run the programs of CELL on one clock and print what happens when, course by course."""
    from cellsim.cli.events import print_courses
    from cellsim.simulate.courses import courses_run
    from cellsim.simulate.given import parse_inputs, with_inputs
    from cellsim.sweep import cells_of, check_asked, jobs_of

    given = parse_inputs(inputs or ())
    cells = cells_of(cell, variant or (), settings or ())
    check_asked(cells, program or (), given)
    for loaded in cells:
        with progress() as shown:
            found = [
                courses_run(with_inputs(job, given), courses if explore else 0)
                for job, _ in jobs_of(loaded, program or (), progress=shown)
            ]
        for one in found:
            print_courses(one, courses, lang)


def check(
    folder: Annotated[Path, typer.Argument(help="Folder with released files.")],
    no_search: Annotated[
        bool, typer.Option("--no-search", help="Believe the clearance proof, once it is checked.")
    ] = False,
    cell: Annotated[
        str | None, typer.Option("--cell", help="Cell that it has to be of, as it stands there.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Recompute the certificate of released files, offline, from the text that lies there.

    The small checker tests the clearance proof, and clearances are searched anew as well.
    """
    from cellsim.cli.output import print_checks
    from cellsim.release.check import check as run

    with progress() as shown:
        checks = run(folder, search=not no_search, progress=shown, cell=cell)
    print_checks(checks, folder, lang)
    raise typer.Exit(max((c.exit_code for c in checks), key=lambda code: (code == 1, code)))
