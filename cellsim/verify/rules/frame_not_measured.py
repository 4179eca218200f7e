"""Rule frame-not-measured."""

from __future__ import annotations

from collections.abc import Iterator

from cellsim.domain.cell import Cell, Frame
from cellsim.domain.files.expression import parse_expression
from cellsim.domain.program import Wait
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Event
from cellsim.domain.walk import statements_of
from cellsim.errors import BadInput
from cellsim.simulate.expression import literals, say
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome


def frame_not_measured(context: Context) -> Outcome:
    """A move relies on a frame before its measurement is known to be there.

    What: a move in a frame that is measured at run time, or in one that stands in it, is carried
        out before the program has waited for the signal that says the measurement is done.
    Why: the controller still holds the frame of the car or part before, or none at all.
    Limit: the signal `done` of the frame's `measured` is awaited before the first such move, alone
        or with others (`and`); where the cell names no such signal nobody can tell: a warning.
        It is yes or no: there is no value at it.
    Source: design rule of cellsim.
    """
    found = list(_first_moves(context))
    return outcome(len(found), _findings(context, found))


def _first_moves(context: Context) -> Iterator[tuple[str, Frame, int, float]]:
    """Yield (group, measured frame, line, time [s]) of the first move of each group in each."""
    for group, track in context.tracks.items():
        seen = set()
        for motion in track.motions:
            move = context.move_of(group, motion)
            frame = measured_above(context.cell, move.frame) if move else None
            if frame is not None and frame.name not in seen:
                seen.add(frame.name)
                yield group, frame, motion.index.line, float(track.t[motion.first])


def _findings(context: Context, moves: list[tuple[str, Frame, int, float]]) -> Iterator[Finding]:
    for group, frame, line, t in moves:
        waits = [e for e in context.timeline.events if e.kind == "wait" and e.group == group]
        if any(_awaits(context, e, frame.measured_by) for e in waits if e.t <= t + 1e-9):
            continue
        yield Finding(
            "frame-not-measured",
            Severity.ERROR if frame.measured_by else Severity.WARNING,
            f"{group} {frame.name}",
            file=context.file(group),
            line=line,
            t0=t,
            t1=t,
            facts={"signal": frame.measured_by or "no signal"},
            help="await-measurement" if frame.measured_by else "name-measurement",
        )


def _awaits(context: Context, wait: Event, signal: str) -> bool:
    """Whether a wait held, and could not without the signal.

    Where the user fixed it for the run, the statement on that line says what was waited for.
    """
    asked = [wait.name]
    if signal in context.timeline.job.inputs and wait.index is not None:
        program = context.timeline.job.programs[wait.group]
        asked += [say(s.condition) for s in statements_of(program)
                  if isinstance(s, Wait) and s.line == wait.index.line]  # fmt: skip
    return bool(wait.value) and any((signal, True) in _literals(text) for text in asked)


def _literals(text: str) -> list[tuple[str, bool | float]]:
    try:
        return list(literals(parse_expression(text)))
    except BadInput:
        return []


def measured_above(cell: Cell, name: str) -> Frame | None:
    """Return the frame, or the nearest one above it, that is measured at run time."""
    seen: set[str] = set()
    while name in cell.frames and name not in seen:
        seen.add(name)
        frame = cell.frames[name]
        if frame.measured:
            return frame
        name = frame.parent
    return None
