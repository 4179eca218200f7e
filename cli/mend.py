"""Commands for what was found: fix and baseline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import (
    Cell,
    Courses,
    Lang,
    NoCache,
    Programs,
    Settings,
    Variants,
    folder_to_write,
)

if TYPE_CHECKING:
    from cellsim.teach.repair.fix import Fixed


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(fix)
    app.command()(baseline)


def fix(
    cell: Cell,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    lang: Lang = "en",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the mended programs.", callback=folder_to_write),
    ] = None,
    hints: Annotated[bool, typer.Option("--hints", help="Mend warnings and notes too.")] = False,
    courses: Courses = 32,
    no_cache: NoCache = False,
) -> None:
    """Mend what CELL's programs are found to do wrong, on a copy (exit 0 green, 1 or 2 not)."""
    from cellsim.cache import default_cache
    from cellsim.cli.output import print_fixed, print_nothing_mended
    from cellsim.domain.files.job import save_job
    from cellsim.sweep import cells_of, jobs_of, worst_exit
    from cellsim.teach.repair.fix import fix as mend

    done: list[Fixed] = []
    cache = None if no_cache else default_cache()
    for loaded in cells_of(cell, variant or (), settings or ()):
        with progress() as shown:
            jobs = [job for job, _ in jobs_of(loaded, program or (), progress=shown)]
            fixed = [
                mend(job, hints=hints, cache=cache, progress=shown, courses=courses) for job in jobs
            ]
        for one in fixed:
            print_fixed(one, lang)
            if out is not None and one.repairs:
                for path in save_job(one.after.job, out / loaded.variant / one.after.job.name):
                    typer.echo(f"wrote {path}")
            elif not one.repairs:
                print_nothing_mended(one, lang, hints)
        done += fixed
    raise typer.Exit(worst_exit([one.after.report for one in done]))


def baseline(
    cell: Cell,
    author: Annotated[str, typer.Option("--author", help="Who takes these findings over.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; ten letters or more.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    courses: Courses = 32,
) -> None:
    """Write the open findings of CELL as a baseline, for `verify --baseline`."""
    from cellsim.cache import default_cache
    from cellsim.cli.output import write_whole
    from cellsim.domain.files.baseline import dump_baseline
    from cellsim.errors import BadInput
    from cellsim.sweep import verify_cell
    from cellsim.verify.baseline import baseline_of, unsigned

    if len(reason) < 10:
        raise BadInput("the reason is too short", expected="ten letters or more")
    with progress() as shown:
        runs = verify_cell(
            cell, variant or (), program or (), settings or (), progress=shown,
            cache=default_cache(), courses=courses,
        )  # fmt: skip
    found = baseline_of([run.report for run in runs], author, reason)
    write_whole(out, dump_baseline(found))
    none = "" if found.known else " (nothing is open; what is waived needs no baseline)"
    typer.echo(f"wrote {out}: {len(found.known)} kinds of finding{none}")
    if alone := unsigned(found):
        typer.echo(
            f"{len(alone)} of them are collisions or clearances that are not proven: each is"
            " accepted only with an author and a reason of its own in its row"
        )
