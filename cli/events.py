"""What `simulate` prints: one event a line, with who speaks to whom over each wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

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
    signal = cell.signals.get(name)
    if signal is None:
        return ""
    grippers = {t.name: t.gripper for t in cell.tools.values() if t.gripper is not None}
    answers = (tool for tool, g in grippers.items() if name in (g.closed, g.opened))
    sender = next(answers, signal.source.rpartition(":")[2])
    acting = [tool for tool, g in grippers.items() if name in (g.close, g.open)]
    acting += [device.name for device in cell.devices.values() if device.start == name]
    readers = dict.fromkeys((*(reader.rpartition(":")[2] for reader in signal.readers), *acting))
    return f"  {sender} -> {', '.join(readers)}" if sender and readers else ""
