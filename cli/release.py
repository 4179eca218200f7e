"""Commands at the door to a controller: release and read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import (
    ENDING,
    Cell,
    Courses,
    Inputs,
    Lang,
    Programs,
    Settings,
    Variants,
    folder_to_write,
)


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(release)
    app.command()(read)


def release(
    cell: Cell,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the released files.", callback=folder_to_write)
    ],
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="csv, ros2: the verified timeline too.")
    ] = None,
    inputs: Inputs = None,
    courses: Courses = 32,
    lang: Lang = "en",
) -> None:
    """Write controller text, read it back, verify what was read; refuse without a green verdict."""
    from cellsim.cli.output import print_release, print_reports, write_bytes
    from cellsim.messages import word
    from cellsim.release.exports.files import known_exports
    from cellsim.release.manifest import MANIFEST, whole_manifest
    from cellsim.release.release import release as run
    from cellsim.simulate.given import parse_inputs
    from cellsim.sweep import all_green, verify_cell, worst_exit

    exports = known_exports(also or ())
    with progress() as shown:
        runs = verify_cell(
            cell, variant or (), program or (), settings or (), progress=shown,
            inputs=parse_inputs(inputs or ()), courses=courses,
        )  # fmt: skip
        reports = [r.report for r in runs]
        if not all_green(reports):
            print_reports(reports, lang)
            typer.echo("not released: no green verdict", err=True)
            raise typer.Exit(worst_exit(reports) or 1)
        for item in runs:
            folder = out / item.job.cell.variant / item.job.name
            made = run(
                item.job,
                item.report,
                folder,
                also=exports,
                progress=shown,
                courses=courses,
                lang=lang,
            )
            print_release(made, lang)
        names = [(Path(r.job.cell.variant) / r.job.name).as_posix() for r in runs]
        write_bytes(out / MANIFEST, whole_manifest(out, names))
        typer.echo(f"  {out / MANIFEST}  ({word(lang, 'whole_manifest')})")


def read(
    file: Annotated[Path, typer.Argument(help="Controller text.")],
    cell: Annotated[str, typer.Option("--cell", help="Cell whose names the numbers mean.")],
    controller: Annotated[str, typer.Option("--controller", help=ENDING)] = "",
    group: Annotated[str, typer.Option("--group", help="Motion group it is for.")] = "",
    variant: Annotated[str | None, typer.Option("--variant")] = None,
    inputs: Inputs = None,
    lang: Lang = "en",
) -> None:
    """Read text into a program; exit 2: a line not understood, 1: a speed that cannot be."""
    from cellsim.cli.chosen import say_variant
    from cellsim.cli.readback import print_program, print_untaken
    from cellsim.controllers.brands import brand_named, group_of, job_of, load_text
    from cellsim.controllers.reading.collect import speeds_that_stand
    from cellsim.controllers.textfile import brand_of_suffix
    from cellsim.domain.files.cell import load_cell
    from cellsim.simulate.given import parse_inputs, with_inputs

    brand = brand_named(controller) if controller else brand_of_suffix(file, programs=False)
    given, loaded = parse_inputs(inputs or ()), load_cell(cell, variant)
    own = group or group_of(loaded, brand.name)
    result = brand.read(load_text(file, brand), loaded, own)
    job = with_inputs(job_of(result, loaded, brand), given)
    say_variant(job.cell, variant)
    understood = print_program(job, result.files, lang)
    if given:
        print_untaken(job)
    if any(speeds_that_stand(program) for program in job.programs.values()):
        raise typer.Exit(1)
    if not understood:
        raise typer.Exit(2)
