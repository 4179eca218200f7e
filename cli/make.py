"""Commands that make: teach, new, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import Cell, Lang, Programs, Settings, Variants, folder_to_write


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(teach)
    app.command()(new)
    app.command()(demo)


def teach(
    cell: Cell,
    variant: Variants = None,
    program: Programs = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder (default: the cell)", callback=folder_to_write),
    ] = None,
) -> None:
    """Teach the tasks of CELL by feature and save the programs."""
    from cellsim.domain.files.job import save_job
    from cellsim.sweep import cells_of, jobs_of

    for loaded in cells_of(cell, variant or (), settings or ()):
        with progress() as shown:
            for job, _ in jobs_of(loaded, program or (), reteach=True, progress=shown):
                for path in save_job(job, out):
                    typer.echo(f"{loaded.variant}: {path}")
                for choice in job.choices:
                    typer.echo(f"  {choice}")


def new(
    name: Annotated[str, typer.Argument(help="Folder to make.")],
    like: Annotated[str, typer.Option("--like", help="Shipped cell to start from.")] = (
        "machine_tending"
    ),
) -> None:
    """Start a new cell folder from a shipped one."""
    from cellsim.domain.files.cell import WAIVERS_FILE
    from cellsim.domain.files.new import new_cell, unsigned_rules

    made = new_cell(Path(name), like)
    open_ = unsigned_rules(made)
    if open_:
        typer.echo(
            f"made {made}; nobody has signed for its {len(open_)} waivers: verify says undecided"
            f" until a person puts a name behind `author` in {made / WAIVERS_FILE}"
        )
    else:
        typer.echo(f"made {made}")
    typer.echo(f"next: cellsim verify {name}")


def demo(
    cell: Cell = "door_removal",
    out: Annotated[Path, typer.Option("--out", help="Folder for everything made.")] = Path("out"),
    lang: Lang = "en",
) -> None:
    """Run the main job: teach all variants, verify, release, read back, replay, report."""
    from cellsim.cli.demo import run

    with progress() as shown:
        code = run(cell, out, lang, shown)
    raise typer.Exit(code)
