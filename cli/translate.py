"""Commands between brands: translate; and at a controller: probe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cellsim.cli.progress import progress
from cellsim.cli.verify import Inputs, Lang

Renames = Annotated[
    list[str] | None, typer.Option(help="OLD=NEW, where the other controller says it otherwise.")
]


def add(app: typer.Typer) -> None:
    """Join these commands to the app."""
    app.command()(translate)
    app.command()(probe)


def translate(
    file: Annotated[Path, typer.Argument(help="Controller text, or a .program.yaml.")],
    to: Annotated[str, typer.Option("--to", help="Brand to write.")],
    cell: Annotated[str, typer.Option("--cell", help="Cell whose names the numbers mean.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for losses, program and release.")],
    group: Annotated[str, typer.Option("--group", help="Motion group the text is for.")] = "",
    retarget: Annotated[str, typer.Option("--retarget", help="Group of another arm.")] = "",
    variant: Annotated[str | None, typer.Option("--variant")] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="Cell of the other arm (FOLDER@VARIANT).")
    ] = None,
    signal: Renames = None,
    tool: Renames = None,
    approximate: Annotated[
        bool,
        typer.Option("--approximate", help="CNT may become a distance near to it, and back."),
    ] = False,
    inputs: Inputs = None,
    lang: Lang = "en",
) -> None:
    """Translate FILE to another brand, prove and release it; list every loss (exit 1: lost)."""
    from cellsim.cli.chosen import say_variant
    from cellsim.cli.output import print_release, print_reports
    from cellsim.domain.files.cell import load_cell
    from cellsim.simulate.given import parse_inputs
    from cellsim.translate.losses import losses_text
    from cellsim.translate.run import Request
    from cellsim.translate.run import translate as run

    other = None
    if into is not None:
        place, _, named = into.partition("@")
        other = load_cell(place, named or None)
    request = Request(to, group, retarget, other, _renames(signal), _renames(tool), approximate,
                      parse_inputs(inputs or ()))  # fmt: skip
    with progress() as shown:
        loaded = load_cell(cell, variant)
        done = run(file, loaded, request, out, progress=shown)
    say_variant(loaded, variant)
    typer.echo(losses_text(done.losses, f"{file.name} to {to}", lang), nl=False)
    if done.released is not None:
        print_release(done.released, lang)
    elif done.report is not None:
        print_reports([done.report], lang)
    if done.released is None:
        typer.echo("not released", err=True)
    raise typer.Exit(done.exit_code)


def probe(
    cell: Annotated[str, typer.Option("--cell", help="Cell folder, or a shipped cell.")],
    controller: Annotated[str, typer.Option("--controller", help="Brand of the controller.")] = "",
    group: Annotated[str, typer.Option("--group", help="Motion group.")] = "",
    variant: Annotated[str | None, typer.Option("--variant")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for text and readings.")] = None,
    readings: Annotated[
        Path | None, typer.Option("--confirm", help="Readings of the operator.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Write six proven poses and what the pendant must read; --confirm holds readings to them."""
    from cellsim.controllers.brands import brand_named
    from cellsim.domain.files.cell import load_cell
    from cellsim.errors import BadInput
    from cellsim.probe.run import confirm
    from cellsim.probe.run import probe as run
    from cellsim.probe.tell import outcome_text, probe_lines

    loaded = load_cell(cell, variant)
    if readings is not None:
        outcome = confirm(readings, loaded)
        typer.echo(outcome_text(outcome, lang), nl=False)
        raise typer.Exit(outcome.exit_code)
    if out is None:
        raise BadInput("nowhere to write", expected="--out FOLDER, or --confirm READINGS")
    if controller:
        brand_named(controller)
    with progress() as shown:
        made = run(loaded, out, controller, group, progress=shown)
    for line in probe_lines(made, lang):
        typer.echo(line)


def _renames(pairs: list[str] | None) -> dict[str, str]:
    """Return OLD=NEW texts as a mapping; BadInput for anything else."""
    from cellsim.errors import BadInput

    found = {}
    for pair in pairs or ():
        old, equals, new = pair.partition("=")
        if not equals or not old or not new:
            raise BadInput(f"{pair}: not understood", expected="OLD=NEW")
        found[old] = new
    return found
