"""Commands about one text or two: lint and diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.verify import ENDING, Courses, Lang

OfCell = Annotated[str | None, typer.Option("--cell", help="Cell whose names the numbers mean.")]
OfGroup = Annotated[str, typer.Option("--group", help="Motion group it is for.")]
OfVariant = Annotated[str | None, typer.Option("--variant", help="Variant of the cell.")]


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(lint)
    app.command()(diff)
    app.command()(brands)


def lint(
    file: Annotated[Path, typer.Argument(help="Controller text, or a .program.yaml.")],
    controller: Annotated[str, typer.Option("--controller", help=ENDING)] = "",
    cell: OfCell = None,
    group: OfGroup = "",
    variant: OfVariant = None,
    lang: Lang = "en",
) -> None:
    """Say what a controller rejects or silently changes in FILE (exit 0, 1 found, 2 undecided)."""
    from cellsim.cli.chosen import say_variant
    from cellsim.cli.readback import is_told
    from cellsim.controllers.textfile import lint_file
    from cellsim.domain.files.cell import load_cell
    from cellsim.messages import said
    from cellsim.verify.render.text import finding_text

    loaded = None if cell is None else load_cell(cell, variant)
    linted = lint_file(file, controller, loaded, group)
    if loaded is not None:
        say_variant(loaded, variant)
    for finding in linted.findings:
        typer.echo(finding_text(finding, lang))
    for note in linted.notes:
        if not is_told(note, linted.findings):
            typer.echo(f"# {said(lang, note)}", err=True)
    raise typer.Exit(linted.exit_code)


def diff(
    a: Annotated[
        Path,
        typer.Argument(
            help="Release, cell (FOLDER@VARIANT), task, saved programs, .program.yaml or text."
        ),
    ],
    b: Annotated[Path, typer.Argument(help="Another one of the same kind.")],
    cell: OfCell = None,
    group: OfGroup = "",
    variant: OfVariant = None,
    cell_b: Annotated[str | None, typer.Option("--cell-b", help="Cell of B, if another.")] = None,
    group_b: Annotated[str, typer.Option("--group-b", help="Group of B, if another.")] = "",
    variant_b: Annotated[str | None, typer.Option("--variant-b", help="Variant of B.")] = None,
    measure: Annotated[
        bool,
        typer.Option("--measure", help="Also cycle and clearance to spare, of every course."),
    ] = False,
    courses: Courses = 32,
    fmt: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    lang: Lang = "en",
) -> None:
    """Say what B means otherwise than A, in mm, degrees and names (exit 0 equal, 1 different)."""
    import json

    from cellsim.errors import UnknownName
    from cellsim.release.sides import Context, as_lines, differences, load_sides, measured

    if fmt not in ("text", "json"):
        raise UnknownName("format", fmt, ("text", "json"))
    of_b = Context(cell_b or cell, variant_b or (None if cell_b else variant), group_b or group)
    sides = load_sides(a, b, Context(cell, variant, group), of_b)
    found = differences(*sides)
    further = measured(*sides, courses) if measure else ()
    if fmt == "json":
        rows = [{"of": name, **d.data()} for name, d in (*found, *(("", d) for d in further))]
        typer.echo(json.dumps({"format": "cellsim/diff@1", "differences": rows}, indent=1))
    else:
        for line in (*as_lines(found, lang), *(d.said(lang) for d in further)):
            typer.echo(line)
    raise typer.Exit(int(bool(found)))


def brands(
    table: Annotated[str, typer.Option("--table", help="md, or text.")] = "text",
) -> None:
    """Try every kind of statement in every brand: yes, a note, or no with the reason."""
    from cellsim.controllers.table import brand_table, markdown

    if table not in ("md", "text"):
        raise typer.BadParameter("md or text", param_hint="--table")
    rows = brand_table()
    if table == "md":
        typer.echo(markdown(rows))
        return
    for title, found in rows.items():
        for brand, said in found.items():
            typer.echo(f"{title:34} {brand:8} {said}")
