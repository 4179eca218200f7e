"""Outputs along a motion and pulses, for the writer: TB, TA or DB, and PULSE for a time.

Source: R-30iB Plus teach pendant help, 6.16, 10.2 and 18.1 (`TB 1.0 sec`, `DB 100.0mm`); that a
motion takes one such option, that its action may be a pulse, and the range of a pulse are recalled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cellsim.controllers.fanuc.digits import TIME_DIGITS, seconds
from cellsim.controllers.writing.numbers import fixed, on_grid, short
from cellsim.controllers.writing.passing import NOW, taken_back_s
from cellsim.domain.along import Along
from cellsim.domain.program import Comment, If, Loop, Move, SetSignal, Statement
from cellsim.errors import Refused

DISTANCE_DIGITS, PULSE_DIGITS = 1, 1
_SHORTEST_S, _LONGEST_S = 0.1, 25.5


def pulse_s(first: Statement, second: Statement | None) -> float:
    """Return how long [s] the one PULSE is that two outputs are together; 0 for none."""
    return on_grid(taken_back_s(first, second), 6)


def gridded(body: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return statements with places and pulses as TP prints them: 0.01 s, 0.1 mm, 0.1 s.

    An output at the end of a motion stands behind it: TP sets it in passing.

    Raises:
        Refused: An output at the end of a motion that does not follow.
    """
    out: list[Statement] = []
    behind: list[Statement] = []
    at = 0
    while at < len(body):
        s = body[at]
        if isinstance(s, SetSignal):
            made = _gridded(s, body[at + 1] if at + 1 < len(body) else None)
            ends = made[0].at == Along("end")
            (behind if ends else out).extend(_here(made) if ends else made)
            at += len(made)
            continue
        if behind and not isinstance(s, Move | Comment):
            what = "output at the end of a motion that does not follow"
            raise Refused("fanuc", what, line=behind[0].line)
        out.append(_inside(s))
        if isinstance(s, Move):
            out, behind = [*out, *behind], []
        at += 1
    if behind:
        what = "output at the end of a motion that does not follow"
        raise Refused("fanuc", what, line=behind[0].line)
    return tuple(out)


def _inside(s: Statement) -> Statement:
    if isinstance(s, If):
        return replace(s, then=gridded(s.then), otherwise=gridded(s.otherwise))
    return replace(s, body=gridded(s.body)) if isinstance(s, Loop) else s


def _gridded(first: SetSignal, second: Statement | None) -> list[SetSignal]:
    """Return an output on the grid, with the one that takes it back."""
    width = pulse_s(first, second)
    at = first.at
    if at is not None:
        path = on_grid(1000.0 * at.path, DISTANCE_DIGITS) / 1000.0
        delay, after = (on_grid(v, TIME_DIGITS) for v in (at.delay, at.after))
        at = Along(at.of, path, delay, after)
    made = [replace(first, at=None if at == NOW else at)]
    if width and isinstance(second, SetSignal):
        start = at or NOW
        after = on_grid(start.after + max(on_grid(width, PULSE_DIGITS), _SHORTEST_S), TIME_DIGITS)
        made.append(replace(second, at=replace(start, after=after)))
    return made


def _here(made: Sequence[SetSignal]) -> list[SetSignal]:
    """Return outputs at the end of a motion as they are said behind it."""
    after = (s if s.at is None else replace(s, at=replace(s.at, of="now")) for s in made[1:])
    return [replace(made[0], at=None), *after]


def action(output: str, width: float, statement: SetSignal) -> str:
    """Return `DO[1]=ON`, or `DO[1]=PULSE,0.5sec` where a width [s] is given.

    Args:
        output: DO[1]=ON of the statement.
    """
    if not width:
        return output
    if not _SHORTEST_S <= width <= _LONGEST_S:
        raise _refused(statement, f"pulse of {width:g} s; {_SHORTEST_S}..{_LONGEST_S} s")
    return f"{output.rpartition('=')[0]}=PULSE,{short(width, PULSE_DIGITS)}sec"


def option(statement: SetSignal, said: str, move: Statement | None) -> str:
    """Return the option behind a motion: `TB    .20sec,DO[1]=ON`, TA or DB.

    Args:
        said: Its action. move: What follows the output.

    Raises:
        Refused: A place that TP has no words for.
    """
    at = statement.at or NOW
    if not isinstance(move, Move):
        raise _refused(statement, f"output at the {at.of} of a motion that does not follow")
    if at.of == "end" and not at.path and not at.after and at.delay < 0.0:
        return f"TB{seconds(-at.delay)}sec,{said}"
    if at.of == "end" and not at.path and not at.delay and at.after > 0.0:
        return f"TA{seconds(at.after)}sec,{said}"
    if at.of == "end" and at.path < 0.0 and not at.delay and not at.after:
        if move.kind != "linear":
            raise _refused(statement, f"output at {at} of a {move.kind} motion")
        return f"DB{fixed(-1000.0 * at.path, DISTANCE_DIGITS):>7}mm,{said}"
    raise _refused(statement, f"output at {at}")


def _refused(statement: SetSignal, what: str) -> Refused:
    source = "R-30iB Plus teach pendant help, 6.16, 10.2"
    return Refused("fanuc", what, line=statement.line, source=source)
