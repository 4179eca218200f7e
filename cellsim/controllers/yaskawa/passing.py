"""Outputs as a motion begins and pulses, for the writer: NWAIT .. CWAIT, and PULSE for a time.

Source: the pendant's own words for PULSE, NWAIT and CWAIT, as an editor extension publishes them:
NWAIT executes the manipulator operation and instructions other than moves at the same time, until
CWAIT. What CWAIT does to a corner is in no page read, so only motions that stop are written so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.writing.numbers import fixed, on_grid
from cellsim.controllers.writing.passing import NOW, on_the_way, taken_back_s
from cellsim.controllers.yaskawa.digits import TIME_DIGITS
from cellsim.domain.along import Along
from cellsim.domain.program import Comment, If, Loop, Move, SetSignal, Statement
from cellsim.errors import Refused

_SHORTEST_S, _LONGEST_S = 0.01, 655.35
_START = Along("start")


def pulse_s(first: Statement, second: Statement | None) -> float:
    """Return how long [s] the one PULSE is that two outputs are together; 0 for none, or later."""
    later = isinstance(first, SetSignal) and first.at is not None and first.at.after
    return 0.0 if later else taken_back_s(first, second)


def gridded(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return statements with the times of outputs as INFORM prints them, 0.01 s."""
    return tuple(_gridded(s) for s in body)


def _gridded(s: Statement) -> Statement:
    if isinstance(s, If):
        return replace(s, then=gridded(s.then), otherwise=gridded(s.otherwise))
    if isinstance(s, Loop):
        return replace(s, body=gridded(s.body))
    if not isinstance(s, SetSignal) or s.at is None:
        return s
    after = on_grid(s.at.after, TIME_DIGITS)
    if s.at.after and not after:
        after = _SHORTEST_S
    at = replace(s.at, after=after)
    return replace(s, at=None if at == NOW else at)


def outputs(body: Sequence[Statement], at: int) -> tuple[list[tuple[SetSignal, float]], int]:
    """Return outputs from a place of a body on, each with the time of its pulse [s] or 0.

    Returns:
        The output at that place; those along a motion with all others of it; and how many
        statements they are, comments between them too.

    Raises:
        Refused: What NWAIT and PULSE do not say.
    """
    found: list[tuple[SetSignal, float]] = []
    end = at
    while end < len(body):
        s = body[end]
        if isinstance(s, SetSignal) and on_the_way(s) == on_the_way(body[at]):
            width = pulse_s(s, body[end + 1] if end + 1 < len(body) else None)
            _check(s, width)
            found.append((s, width))
            end += 2 if width else 1
            if not on_the_way(s):
                return found, end - at
        elif isinstance(s, Comment) and found:
            end += 1
        else:
            break
    _check_move(found[0][0], body[end] if end < len(body) else None)
    return found, end - at


def _check(s: SetSignal, width: float) -> None:
    if s.at is not None and s.at not in (NOW, _START):
        raise _refused(s, f"output at {s.at}")
    if width and not _SHORTEST_S <= width <= _LONGEST_S:
        raise _refused(s, f"pulse of {width:g} s; {_SHORTEST_S}..{_LONGEST_S} s")


def _check_move(s: SetSignal, move: Statement | None) -> None:
    if not isinstance(move, Move):
        raise _refused(s, "output at the start of a motion that does not follow")
    if move.kind == "circular":
        raise _refused(s, "output at the start of an arc")
    if move.zone.kind != "fine":
        raise _refused(s, "output at the start of a motion with a corner")


def said(output: str, width: float) -> str:
    """Return `DOUT OT#(1) ON`, or `PULSE OT#(1) T=0.50` where a width [s] is given.

    Args:
        output: DOUT OT#(1) ON of the statement.
    """
    if not width:
        return output
    port = output.split()[1]
    return f"PULSE {port} T={fixed(width, TIME_DIGITS)}"


def _refused(s: SetSignal, what: str) -> Refused:
    return Refused("yaskawa", what, line=s.line, source="INFORM manuals, NWAIT and PULSE")
