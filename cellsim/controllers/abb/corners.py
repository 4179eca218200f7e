"""Corners that the controller may or may not drive become exact stops before they are written.

Source: RAPID Reference Manual, Basic Characteristics: after a fly-by point logic runs before the
zone is reached; MoveLDO and MoveCDO set one output in the corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.abb.eventtext import is_event
from cellsim.domain.program import (
    FINE,
    Assign,
    Comment,
    If,
    Loop,
    Move,
    Raw,
    SetSignal,
    Statement,
)

# Statements behind a motion that are looked at.
FAR = 40
_MAY_STOP = "before logic or the end of a block"


def stop_before_logic(body: Sequence[Statement], notes: dict[str, None]) -> tuple[Statement, ...]:
    """Return the statements with an exact stop before logic, block ends, and the other kind.

    Kept are corners with a motion of the same kind (joint, or path) after them, and between two
    path motions also with one output set between, which MoveLDO and MoveCDO say.

    Args:
        notes: Takes a line for each kind of corner that is left out.
    """
    found: list[Statement] = []
    triggered = False
    for number, statement in enumerate(body):
        rest = body[number + 1 : number + 1 + FAR]
        if isinstance(statement, If):
            then = stop_before_logic(statement.then, notes)
            other = stop_before_logic(statement.otherwise, notes)
            found.append(replace(statement, then=then, otherwise=other))
        elif isinstance(statement, Loop):
            found.append(replace(statement, body=stop_before_logic(statement.body, notes)))
        elif isinstance(statement, Move) and not flies(statement, rest, triggered):
            if statement.zone.value:
                mixed = isinstance(behind(statement, rest, triggered), Move)
                where = "between a joint motion and a path" if mixed else _MAY_STOP
                notes[f"corner {statement.zone} {where} is an exact stop"] = None
            found.append(replace(statement, zone=FINE))
        else:
            found.append(statement)
        triggered = is_event(statement)
    return tuple(found)


def flies(move: Move, rest: Sequence[Statement], triggered: bool = False) -> bool:
    """Return whether the corner of a motion is certain, from what follows it in its block.

    triggered: It has outputs on its way, so it cannot be the motion of an output in its corner.
    """
    after = behind(move, rest, triggered)
    return isinstance(after, Move) and (after.kind == "joint") == (move.kind == "joint")


def behind(move: Move, rest: Sequence[Statement], triggered: bool = False) -> Statement | None:
    """Return the first statement behind a motion that is no output in its corner, and not quiet."""
    begin = 1 if rest and not triggered and sets_in_corner(move, rest[0]) else 0
    return next((s for s in rest[begin:FAR] if not _quiet(s)), None)


def sets_in_corner(move: Move, after: Statement) -> bool:
    """Return whether the statement right after a fly-by path motion is its output."""
    path = move.kind != "joint" and move.zone.kind != "fine"
    plain = isinstance(after, SetSignal) and after.at is None and isinstance(after.value, bool)
    return path and plain


def _quiet(statement: Statement) -> bool:
    """Return whether a statement takes no time and asks no signal."""
    if isinstance(statement, Raw):
        return statement.harmless
    if isinstance(statement, Assign):
        return not _asks(statement)
    return isinstance(statement, Comment) or is_event(statement)


def _asks(statement: Assign) -> bool:
    waiting = [statement.value]
    while waiting:
        expr = waiting.pop()
        if expr.op in {"signal", "unknown"}:
            return True
        waiting += expr.args
    return False
