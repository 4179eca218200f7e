"""What `simulate` prints: one event a line, with who speaks to whom over each wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from cellsim.cli.wires import ends_of

if TYPE_CHECKING:
    from cellsim.domain.cell import Cell
    from cellsim.domain.timeline import Event, Timeline

_NAME = re.compile(r"\w+")


def print_timeline(timeline: Timeline) -> None:
    """Print what happens when, and the cycle time with its band."""
    from cellsim.verify.render.numbers import band_numbers
    from cellsim.verify.render.text import finding_text

    cell, band = timeline.job.cell, timeline.band
    typer.echo(f"{cell.name} / {cell.variant} / {timeline.job.name}")
    for event in timeline.events:
        typer.echo(_line(event, cell))
    for finding in timeline.findings:
        typer.echo(finding_text(finding))
    nominal, low, high = band_numbers(band.nominal, band.low, band.high)
    typer.echo(f"cycle {nominal} s, between {low} and {high} ({band.model})")


def _line(event: Event, cell: Cell) -> str:
    """Return time, group, kind, what; for a signal, or a wait for one, its handshake."""
    what = event.name
    if event.kind == "signal":
        what += f" = {event.value:g}{_handshake(event.name, cell)}"
    elif event.kind == "wait":
        wires = [name for name in _NAME.findall(event.name) if name in cell.signals]
        told = _handshake(wires[0], cell) if len(wires) == 1 else ""
        what += told if event.value else ": not met, goes on all the same"
    place = f"  ({event.index})" if event.index else ""
    return f"{event.t:9.3f} s  {event.group:<12} {event.kind:<9} {what}{place}"


def _handshake(name: str, cell: Cell) -> str:
    """Return "  SENDER -> READERS" of a signal, "" where the cell names nobody on one side."""
    if name not in cell.signals:
        return ""
    sender, readers = ends_of(cell.signals[name], cell)
    return f"  {sender} -> {', '.join(readers)}" if sender and readers else ""
