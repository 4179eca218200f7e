"""Corners before what may stop the robot, where no manual says whether the corner is then driven.

There the corner is written as an exact stop: what is certified is driven either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.writing.rewrite import expressions
from cellsim.domain.program import (
    FINE,
    Assign,
    Comment,
    Delay,
    Expr,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    SetSignal,
    Statement,
    Wait,
)


def stopped(body: Sequence[Statement], notes: dict[str, None]) -> tuple[Statement, ...]:
    """Return statements whose motions stop exactly before a wait, a delay, a jump or a question.

    Args:
        notes: Takes a line for each kind of corner that is left out.
    """
    found: list[Statement] = []
    for number, s in enumerate(body):
        if isinstance(s, If):
            found.append(
                replace(s, then=stopped(s.then, notes), otherwise=stopped(s.otherwise, notes))
            )
        elif isinstance(s, Loop):
            found.append(replace(s, body=stopped(s.body, notes)))
        elif isinstance(s, Move) and _may_stop(body, number + 1):
            if s.zone.value:
                notes[f"corner {s.zone} before what may stop the robot is an exact stop"] = None
            found.append(replace(s, zone=FINE))
        else:
            found.append(s)
    return tuple(found)


def stopped_at_turns(
    body: Sequence[Statement],
    notes: dict[str, None],
    turns: bool = False,
    labels: frozenset[str] = frozenset(),
) -> tuple[Statement, ...]:
    """Return statements whose motions stop exactly before a jump back and at the end of a round.

    There the corner into the next round depends on a condition, and a verdict looks at each round
    standing.

    Args:
        notes: Takes a line for each kind of corner that is left out.
        turns: The end of the body is that of a round. labels: Those before it.
    """
    found: list[Statement] = []
    for number, s in enumerate(body):
        labels |= {s.name} if isinstance(s, Label) else set()
        ends = _turns(body[number + 1 :], turns, labels)
        if isinstance(s, If):
            then, other = (stopped_at_turns(b, notes, ends, labels) for b in (s.then, s.otherwise))
            found.append(replace(s, then=then, otherwise=other))
        elif isinstance(s, Loop):
            again = ends or s.condition is not None
            found.append(replace(s, body=stopped_at_turns(s.body, notes, again, labels)))
        elif isinstance(s, Move) and ends and s.zone.value:
            notes[f"corner {s.zone} before a jump back is an exact stop"] = None
            found.append(replace(s, zone=FINE))
        else:
            found.append(s)
    return tuple(found)


def stopped_at_outputs(body: Sequence[Statement], notes: dict[str, None]) -> tuple[Statement, ...]:
    """Return statements whose motions stop exactly before an output behind which the robot stops.

    For controllers that set an output as the zone of its step is reached.

    Args:
        notes: Takes a line for each kind of corner that is left out.
    """
    found: list[Statement] = []
    for number, s in enumerate(body):
        if isinstance(s, If):
            then, other = (stopped_at_outputs(b, notes) for b in (s.then, s.otherwise))
            found.append(replace(s, then=then, otherwise=other))
        elif isinstance(s, Loop):
            found.append(replace(s, body=stopped_at_outputs(s.body, notes)))
        elif isinstance(s, Move) and s.zone.value and _sets_and_stops(body[number + 1 :]):
            notes[f"corner {s.zone} before an output and a stop is an exact stop"] = None
            found.append(replace(s, zone=FINE))
        else:
            found.append(s)
    return tuple(found)


def _sets_and_stops(rest: Sequence[Statement]) -> bool:
    """Return whether outputs come next, and then no motion before what may stop the robot."""
    sets = False
    for s in rest:
        if isinstance(s, SetSignal):
            sets = sets or s.at is None
        elif isinstance(s, Move):
            return False
        elif not isinstance(s, Comment | Assign):
            return sets
    return sets


def _turns(rest: Sequence[Statement], turns: bool, labels: frozenset[str]) -> bool:
    """Return whether what comes next may be a jump back, with no motion before it."""
    for s in rest:
        if isinstance(s, Goto):
            return s.label in labels
        if isinstance(s, If):
            return any(_turns(branch, False, labels) for branch in (s.then, s.otherwise))
        if not isinstance(s, Comment | SetSignal | Raw | Assign | Label):
            return False
    return turns


def _may_stop(body: Sequence[Statement], at: int = 0) -> bool:
    """Return whether what comes next, from a place on, may stop the robot or asks for a signal."""
    for number in range(at, len(body)):
        s = body[number]
        if isinstance(s, Wait | Delay | Label | Goto):
            return True
        if isinstance(s, If):
            return _asks(s.condition) or _may_stop(s.then) or _may_stop(s.otherwise)
        if isinstance(s, Loop):
            return s.condition is not None or _may_stop(s.body)
        if isinstance(s, Assign) and _asks(s.value):
            return True
        if not isinstance(s, Comment | SetSignal | Raw | Assign):
            return False
    return False


def _asks(expr: Expr) -> bool:
    return any(part.op in ("signal", "unknown") for part in expressions(expr))
