"""Outputs without a stop as KRL text: TRIGGER before the motion it acts on, PULSE for a time.

Source: KSS 8.x as the Beckhoff TF5120 manual of the KUKA blocks repeats it: DISTANCE 0 is the start
of the next motion, 1 its end; PATH acts on path motions only; DELAY in ms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from cellsim.controllers.kuka.digits import LENGTH_DIGITS, TIME_DIGITS
from cellsim.controllers.writing.numbers import fixed, on_grid, short
from cellsim.domain.along import Along
from cellsim.domain.program import Comment, Move, SetSignal, Statement
from cellsim.errors import Refused

# PULSE takes 0.1 to 3 s (KSS manual); public notes give eight as the most TRIGGERs of a motion.
_SHORTEST_S, _LONGEST_S = 0.1, 3.0
_MOST = 8
_SOURCE = "KSS 8.x, TRIGGER and PULSE"


def grid_along(statement: SetSignal) -> SetSignal:
    """Return an output with its place on the printed grid: 1 um, 1 ms, 0.01 s of a pulse."""
    at = statement.at
    if at is None:
        return statement
    path = on_grid(at.path * 1000.0, LENGTH_DIGITS) / 1000.0
    delay = on_grid(at.delay * 1000.0, 0) / 1000.0
    return replace(statement, at=Along(at.of, path, delay, on_grid(at.after, TIME_DIGITS)))


def is_back(first: Statement, second: Statement | None) -> bool:
    """Return whether the second output takes the first one back after a time: one PULSE."""
    if not isinstance(first, SetSignal) or not isinstance(second, SetSignal):
        return False
    if second.at is None or not second.at.after or first.signal != second.signal:
        return False
    if not isinstance(first.value, bool) or not isinstance(second.value, bool):
        return False
    at = first.at or Along()
    return first.value is not second.value and replace(at, after=second.at.after) == second.at


def text_of(
    body: Sequence[Statement], at: int, said: Callable[[SetSignal], str]
) -> tuple[str, int]:
    """Return the line of the output at a place of a body, and how many statements it says.

    Args:
        body: Statements. at: Index of an output with a place, or that is taken back after a time.
        said: Gives what sets a signal, without a place: `$OUT[1]=TRUE`.

    Raises:
        Refused: What TRIGGER and PULSE do not say.
    """
    first = body[at]
    assert isinstance(first, SetSignal)
    after = body[at + 1] if at + 1 < len(body) else None
    pulse = is_back(first, after)
    action = said(first)
    if pulse and isinstance(after, SetSignal) and after.at is not None:
        if not _SHORTEST_S <= after.at.after <= _LONGEST_S:
            raise _refused(first, f"pulse of {after.at.after:g} s")
        seconds = short(after.at.after, TIME_DIGITS)
        place, _, level = action.partition("=")
        action = f"PULSE({place},{level},{seconds})"
    where = first.at
    if where is not None:
        action = f"TRIGGER WHEN {_place(first, where, body[at + 1 :])} DO {action}"
    return action, 2 if pulse else 1


def _place(statement: SetSignal, at: Along, rest: Iterable[Statement]) -> str:
    """Return where a TRIGGER acts, which must be on the motion that follows it."""
    beside = 0
    following: Statement | None = None
    for following in rest:
        if not isinstance(following, SetSignal | Comment):
            break
        beside += isinstance(following, SetSignal)
    if at.of == "now" or at.after:
        raise _refused(statement, f"output at {at}")
    if not isinstance(following, Move):
        raise _refused(statement, f"output at the {at.of} of a motion that does not follow")
    if beside >= _MOST:
        raise _refused(statement, f"{beside + 1} outputs along one motion")
    if (at.delay < 0.0 and at.of == "start") or (at.delay > 0.0 and at.of == "end"):
        raise _refused(statement, f"output at {at}, beyond its motion")
    delay = f"DELAY={fixed(at.delay * 1000.0, 0)}"
    if not at.path:
        return f"DISTANCE={1 if at.of == 'end' else 0} {delay}"
    if following.kind == "joint":
        raise _refused(statement, f"output at {at} of a joint motion")
    if (at.path < 0.0) == (at.of == "start"):
        raise _refused(statement, f"output at {at}, beyond its motion")
    start = " ONSTART" if at.of == "start" else ""
    return f"PATH={fixed(at.path * 1000.0, LENGTH_DIGITS)}{start} {delay}"


def _refused(statement: SetSignal, what: str) -> Refused:
    return Refused("kuka", what, line=statement.line, source=_SOURCE)
