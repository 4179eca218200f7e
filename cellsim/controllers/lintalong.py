"""What the brands' lints find where an output is put beyond the motion it is set along.

A controller puts such an output at an end of the motion, which is not what the line says. A way is
held against the length of the motion, a time against that of the motion at its programmed speed.
"""

from __future__ import annotations

import numpy as np

from cellsim.controllers.linting import Findings, Look
from cellsim.controllers.lintplaces import Places, steps
from cellsim.domain.along import Along
from cellsim.domain.program import Comment, Move, SetSignal, Statement

_HAIR = 1e-9
_M_S = {"mm/s": 1e-3, "m/s": 1.0, "cm/min": 1e-2 / 60.0}


def check_along(look: Look, source: str) -> Findings:
    """An output whose place is not on the line it refers to: it is set at an end of that line."""
    places = Places(look)
    before = {id(move): first for first, move, _ in steps(look)}
    for routine in look.program.routines:
        for number, s in enumerate(routine.body):
            if not isinstance(s, SetSignal) or s.at is None or s.at.of == "now":
                continue
            move = _next_motion(routine.body[number + 1 :])
            if move is None:
                continue
            beyond = _beyond(s.at, _length(places, before.get(id(move)), move), move)
            if beyond is not None:
                value, limit, unit = beyond
                end = "end" if (s.at.path or s.at.delay) > 0.0 else "start"
                there = f"{limit:.6g} {unit}" if limit else "nothing"
                text = f"'{s.signal}' at {s.at}: {there} of its motion is there, set at its {end}"
                yield look.found(
                    "output-beyond", text, s, value=value, limit=limit, unit=unit, source=source
                )


def _next_motion(rest: tuple[Statement, ...]) -> Move | None:
    """Return the motion that an output refers to, None where something else comes first."""
    for s in rest:
        if isinstance(s, Move):
            return s
        if not isinstance(s, SetSignal | Comment):
            return None
    return None


def _length(places: Places, before: Move | None, move: Move) -> float | None:
    """Return the length of a line [m]; None for other motions and where an end is not known."""
    if before is None or move.kind != "linear" or before.tool != move.tool:
        return None
    start, end = places.of(before, before.to), places.of(move, move.to)
    return None if start is None or end is None else float(np.linalg.norm(end - start))


def _beyond(at: Along, length: float | None, move: Move) -> tuple[float, float, str] | None:
    """Return how far a place is from its end of a motion, and how far it may be; None where it is.

    A time is held against that of a line at its speed, without its ramps.
    """
    outward = (at.of == "start") == (at.path < 0.0) if at.path else False
    room = 0.0 if outward else length
    if at.path and room is not None and abs(at.path) > room + _HAIR:
        return 1e3 * abs(at.path), 1e3 * room, "mm"
    if not at.delay:
        return None
    if not at.path and (at.of == "start") == (at.delay < 0.0):
        return abs(at.delay), 0.0, "s"
    speed = move.speed.value * _M_S.get(move.speed.unit, 0.0)
    if length is None or speed <= 0.0:
        return None
    ahead = at.path if at.of == "start" else length + at.path
    left = (length - ahead if at.delay > 0.0 else ahead) / speed
    return (abs(at.delay), left, "s") if abs(at.delay) > left + _HAIR else None
