"""Corners between PTP and path motions: KRL has them, their shape is in no manual we have read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.domain.program import FINE, Comment, If, Loop, Move, Raw, SetSignal, Statement


def stop_between_kinds(body: Sequence[Statement], notes: dict[str, None]) -> tuple[Statement, ...]:
    """Return the statements with an exact stop wherever PTP meets LIN or CIRC in a corner.

    C_PTP alone makes no corner before a LIN (it needs C_PTP C_DIS), and the way of a mixed corner
    is not documented, so what is certified would not be what is driven.

    Args:
        notes: Takes a line for each kind of corner that is left out.
    """
    found: list[Statement] = []
    for number, statement in enumerate(body):
        if isinstance(statement, If):
            then = stop_between_kinds(statement.then, notes)
            other = stop_between_kinds(statement.otherwise, notes)
            found.append(replace(statement, then=then, otherwise=other))
        elif isinstance(statement, Loop):
            found.append(replace(statement, body=stop_between_kinds(statement.body, notes)))
        elif isinstance(statement, Move) and _mixed(statement, body[number + 1 :]):
            if statement.zone.value:
                notes[f"corner {statement.zone} between PTP and LIN or CIRC is an exact stop"] = (
                    None
                )
            found.append(replace(statement, zone=FINE))
        else:
            found.append(statement)
    return tuple(found)


def _mixed(move: Move, rest: Sequence[Statement]) -> bool:
    """Return whether the next motion after a move is of the other kind, or not known."""
    for statement in rest:
        if isinstance(statement, Move):
            return (statement.kind == "joint") != (move.kind == "joint")
        if not isinstance(statement, Comment | SetSignal | Raw):
            return False
    return False
