"""Corners into arcs: an arc begins where MOVC is re-taught, so the robot must stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.domain.program import FINE, Comment, If, Loop, Move, Raw, SetSignal, Statement


def stop_before_arcs(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements with an exact stop wherever a motion leads into an arc.

    The first of the three MOVC steps stands at the same point as the motion before it, so no
    corner is left there. What follows a block may be an arc too: the last motion of a block stops.
    """
    found: list[Statement] = []
    for number, s in enumerate(body):
        if isinstance(s, If):
            then, other = stop_before_arcs(s.then), stop_before_arcs(s.otherwise)
            found.append(replace(s, then=then, otherwise=other))
        elif isinstance(s, Loop):
            found.append(replace(s, body=stop_before_arcs(s.body)))
        elif isinstance(s, Move) and _leads_into_arc(body[number + 1 :]):
            found.append(replace(s, zone=FINE))
        else:
            found.append(s)
    return tuple(found)


def _leads_into_arc(rest: Sequence[Statement]) -> bool:
    for s in rest:
        if isinstance(s, Move):
            return s.kind == "circular"
        if not isinstance(s, Comment | SetSignal | Raw):
            return isinstance(s, If | Loop) and _has_arc(s)
    return False


def _has_arc(s: If | Loop) -> bool:
    inner = (*s.then, *s.otherwise) if isinstance(s, If) else s.body
    return any(
        (isinstance(i, Move) and i.kind == "circular") or (isinstance(i, If | Loop) and _has_arc(i))
        for i in inner
    )
