"""What `simulate` prints: one event a line, with who speaks to whom over each wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from cellsim.cli.wires import ends_of
from cellsim.messages import titled

if TYPE_CHECKING:
    from cellsim.domain.cell import Cell
    from cellsim.domain.timeline import Event, Timeline
    from cellsim.simulate.courses import Course

_NAME = re.compile(r"\w+")


def print_courses(courses: Sequence[Course], limit: int, lang: str = "en") -> None:
    """Print every course of a job, and how many are left out of the most that are run."""
    from cellsim.messages import said
    from cellsim.simulate.choices import course_text
    from cellsim.verify.courses import left_out
    from cellsim.verify.render.text import finding_text

    several = len(courses) > 1 or any(one.timeline.choices for one in courses)
    for number, one in enumerate(courses, 1):
        text = f"course {number}: {course_text(one.timeline.choices)}"
        print_timeline(one.timeline, lang, said(lang, text) if several else "")
    for finding in left_out(courses, limit):
        typer.echo(finding_text(finding, lang))


def print_timeline(timeline: Timeline, lang: str = "en", course: str = "") -> None:
    """Print what happens when, and the cycle time with its band."""
    from cellsim.messages import word
    from cellsim.verify.render.numbers import cycle_text
    from cellsim.verify.render.text import finding_text

    cell, band = timeline.job.cell, timeline.band
    typer.echo(titled(cell.name, cell.variant, timeline.job.name))
    if course:
        typer.echo(course)
    for event in timeline.events:
        typer.echo(_line(event, cell, lang))
    for finding in timeline.findings:
        typer.echo(finding_text(finding, lang))
    told = {key: getattr(band, key) for key in ("nominal", "low", "high", "model")}
    typer.echo(f"{word(lang, 'cycle')}: {cycle_text(told, lang)}")


def _line(event: Event, cell: Cell, lang: str = "en") -> str:
    """Return time, group, kind, what; for a signal, or a wait for one, its handshake."""
    from cellsim.messages import word

    what = event.name
    if event.kind == "signal":
        what += f" = {event.value:g}{_handshake(event.name, cell)}"
    elif event.kind == "wait":
        wires = [name for name in _NAME.findall(event.name) if name in cell.signals]
        told = _handshake(wires[0], cell) if len(wires) == 1 else ""
        what += told if event.value else f": {word(lang, 'not_met')}"
    place = f"  ({event.index})" if event.index else ""
    return f"{event.t:9.3f} s  {event.group:<12} {event.kind:<9} {what}{place}"


def _handshake(name: str, cell: Cell) -> str:
    """Return "  SENDER -> READERS" of a signal, "" where the cell names nobody on one side."""
    if name not in cell.signals:
        return ""
    sender, readers = ends_of(cell.signals[name], cell)
    return f"  {sender} -> {', '.join(readers)}" if sender and readers else ""
