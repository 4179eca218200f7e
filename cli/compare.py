"""Commands about one text or two: lint and diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.verify import Lang

OfCell = Annotated[str | None, typer.Option("--cell", help="Cell whose names the numbers mean.")]
OfGroup = Annotated[str, typer.Option("--group", help="Motion group it is for.")]
OfVariant = Annotated[str | None, typer.Option("--variant", help="Variant of the cell.")]


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(lint)
    app.command()(diff)


def lint(
    file: Annotated[Path, typer.Argument(help="Controller text, or a .program.yaml.")],
    controller: Annotated[str, typer.Option("--controller", help="hyundai, kuka or ur.")],
    cell: OfCell = None,
    group: OfGroup = "",
    variant: OfVariant = None,
    lang: Lang = "en",
) -> None:
    """Say what a controller rejects or silently changes in FILE (exit 0 nothing, 1 findings)."""
    from cellsim.controllers.textfile import lint_file
    from cellsim.domain.files.cell import load_cell
    from cellsim.verify.render.text import finding_text

    loaded = None if cell is None else load_cell(cell, variant)
    linted = lint_file(file, controller, loaded, group)
    for finding in linted.findings:
        typer.echo(finding_text(finding, lang))
    for note in linted.notes:
        typer.echo(f"# {note}", err=True)
    raise typer.Exit(linted.exit_code)


def diff(
    a: Annotated[Path, typer.Argument(help="Released folder, .program.yaml or controller text.")],
    b: Annotated[Path, typer.Argument(help="Another one of the same kind.")],
    cell: OfCell = None,
    group: OfGroup = "",
    variant: OfVariant = None,
    measure: Annotated[
        bool, typer.Option("--measure", help="Also cycle time and least clearance.")
    ] = False,
) -> None:
    """Say what B means otherwise than A, in mm, degrees and names (exit 0 equal, 1 different)."""
    from cellsim.release.sides import differences, load_sides, measured

    sides = load_sides(a, b, cell, variant, group)
    found = differences(*sides)
    for name, d in found:
        lines = f"{d.line_a or '-'} -> {d.line_b or '-'}: " if d.line_a or d.line_b else ""
        typer.echo(f"{name}: {lines}{d.kind}: {d.text}")
    for line in measured(*sides) if measure else ():
        typer.echo(line)
    raise typer.Exit(int(bool(found)))
