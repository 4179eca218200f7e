"""Outputs without a stop as RAPID text: triggdata before the motion it acts on, pulses, delays.

TriggIO t, mm[\\Start]\\DOp:=output, value[\\DODelay:=s]; with \\Time its number is seconds before
the end; TriggEquip t, mm[\\Start], lag\\DOp:=output, value: `lag` seconds before that place,
negative after it. PulseDO\\High\\PLength:=s, output. SetDO\\SDelay:=s, output, value.
Source: forms in public code; their meaning is recalled of RAPID instructions (assumed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.abb.digits import LENGTH_DIGITS, TIME_DIGITS
from cellsim.controllers.writing.numbers import on_grid, short
from cellsim.controllers.writing.passing import taken_back_s
from cellsim.domain.along import Along
from cellsim.domain.program import (
    Assign,
    Comment,
    Delay,
    If,
    Loop,
    Move,
    Raw,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.errors import Refused

# A motion takes T1 to T8. PLength and SDelay take 2,000 s (recalled).
MOST_EVENTS = 8
_SHORTEST_S, _LONGEST_S = 0.001, 2000.0
TRIGGERED = {"joint": "TriggAbsJ", "linear": "TriggL", "circular": "TriggC"}


def grid_along(statement: SetSignal) -> SetSignal:
    """Return an output with its place on the printed grid: 1 um, 1 ms."""
    at = statement.at
    if at is None:
        return statement
    path = on_grid(at.path * 1000.0, LENGTH_DIGITS) / 1000.0
    delay, after = on_grid(at.delay, TIME_DIGITS), on_grid(at.after, TIME_DIGITS)
    return replace(statement, at=Along(at.of, path, delay, after))


def is_event(statement: Statement) -> bool:
    """Return whether a statement is an output at a place of the motion that follows."""
    if not isinstance(statement, SetSignal) or statement.at is None:
        return False
    return statement.at.of != "now"


def before_their_motions(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements with outputs along a motion right before it, where nothing jumps."""
    out: list[Statement] = []
    waiting: list[Statement] = []
    for statement in body:
        if is_event(statement):
            waiting.append(statement)
            continue
        if not _passes(statement):
            out += waiting
            waiting = []
        if isinstance(statement, If):
            then = before_their_motions(statement.then)
            other = before_their_motions(statement.otherwise)
            statement = replace(statement, then=then, otherwise=other)
        elif isinstance(statement, Loop):
            statement = replace(statement, body=before_their_motions(statement.body))
        out.append(statement)
    return (*out, *waiting)


def _passes(statement: Statement) -> bool:
    """Return whether an output along the next motion may stand behind a statement as well."""
    if isinstance(statement, Wait):
        return not statement.on_timeout
    if isinstance(statement, Raw):
        return statement.harmless
    return isinstance(statement, Comment | SetSignal | Delay | Assign)


def pulse_of(first: SetSignal, second: Statement | None) -> float:
    """Return the time [s] after which the second output takes the first one back; 0 for none."""
    return 0.0 if first.at is not None else taken_back_s(first, second)


def pulse_text(first: SetSignal, seconds: float, name: str) -> str:
    """Return the text of an output that is on for a time."""
    _timed(first, seconds)
    return f"PulseDO\\High\\PLength:={short(seconds, TIME_DIGITS)}, {name};"


def delayed_text(statement: SetSignal, name: str) -> str:
    """Return the text of an output that is set a time after its line.

    Raises:
        Refused: It has another place than where the program is.
    """
    at = statement.at or Along()
    if at != Along(after=at.after):
        raise _refused(statement, f"output at {at}")
    _timed(statement, at.after)
    value = int(bool(statement.value))
    return f"SetDO\\SDelay:={short(at.after, TIME_DIGITS)}, {name}, {value};"


def _timed(statement: SetSignal, seconds: float) -> None:
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise _refused(statement, f"output for or after {seconds:g} s")


def event_text(statement: SetSignal, name: str) -> tuple[str, str]:
    """Return the instruction of a triggdata and its arguments, without the triggdata's name.

    Raises:
        Refused: Beyond its motion, or a place that no triggdata says.
    """
    at = statement.at or Along()
    start, value = at.of == "start", int(statement.value)
    word = "DOp" if isinstance(statement.value, bool) else "GOp"
    sign = 1.0 if start else -1.0
    if sign * at.path < 0.0 or (not at.path and sign * at.delay < 0.0):
        raise _refused(statement, f"output at {at}, beyond its motion")
    output = f"\\{word}:={name}, {value}"
    if at.after:
        _timed(statement, at.after)
        output += f"\\DODelay:={short(at.after, TIME_DIGITS)}"
    mm = short(abs(at.path) * 1000.0, LENGTH_DIGITS) + ("\\Start" if start else "")
    if not at.delay:
        return "TriggIO", f"{mm}{output}"
    if not at.path and not start:
        return "TriggIO", f"{short(-at.delay, TIME_DIGITS)}\\Time{output}"
    if at.after:
        raise _refused(statement, f"output at {at}")
    return "TriggEquip", f"{mm}, {short(-at.delay, TIME_DIGITS)}{output}"


def events_at(body: Sequence[Statement], at: int) -> list[SetSignal]:
    """Return the outputs along the motion that follows a place of a body.

    Raises:
        Refused: No motion follows, or it has more of them than it takes.
    """
    found: list[SetSignal] = []
    for number in range(at, len(body)):
        statement = body[number]
        if is_event(statement) and isinstance(statement, SetSignal):
            found.append(statement)
            continue
        if not isinstance(statement, Move):
            break
        if len(found) > MOST_EVENTS:
            raise _refused(found[0], f"{len(found)} outputs along one motion")
        return found
    first = found[0]
    of = first.at.of if first.at is not None else ""
    raise _refused(first, f"output at the {of} of a motion that does not follow")


def trigger_arguments(names: Sequence[str]) -> str:
    """Return t1\\T2:=t2\\T3:=t3 of the names of triggdata."""
    return names[0] + "".join(f"\\T{n}:={name}" for n, name in enumerate(names[1:], 2))


def _refused(statement: SetSignal, what: str) -> Refused:
    source = "RAPID instructions, TriggIO, TriggEquip"
    return Refused("abb", what, line=statement.line, source=source)
