"""What a job knows of its variables: numbers in registers, and positions that lines build up.

A position variable is held as (name, changes): the one of the job's data whose type, tool, frame
and RCONF it has, and the elements set since, in mm and deg; None for one that is not known.
Source: the pendant's own words for instructions, as an editor extension publishes them (SET sets
data 2 to data 1; ADD, SUB; SETE sets data 2 in an element of data 1); elements count in 0.001 mm
and 0.0001 deg: sample jobs. A sum is taken element by element, which is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.yaskawa.jobfile import Position
from cellsim.controllers.yaskawa.wholes import fits
from cellsim.domain.program import Expr

Changes = tuple[tuple[int, float | None], ...]
Held = tuple[str, Changes]
Look = Callable[[str], Position | None]
REGISTER = re.compile(r"(?<![\w$])L?[BIDR]\d{3,5}(?!\w)", re.IGNORECASE)
_SCALE = {1: 1e-3, 2: 1e-3, 3: 1e-3, 4: 1e-4, 5: 1e-4, 6: 1e-4}


def plain(value: Expr) -> bool:
    """Return whether a value is of registers and numbers alone."""
    bad = value.op in {"signal", "unknown"} or isinstance(value.value, bool)
    return not bad and all(plain(arg) for arg in value.args)


def set_by(act: Act, state: State, look: Look) -> dict[str, object] | None:
    """Return the variables that an act sets; None for an act that sets none.

    Args:
        look: A position variable of the jobs' data that no line changes before, else None.
    """
    if act.word == "set":
        name, value = act.data
        if not isinstance(value, Expr) or name[0] == "L":
            return {name: UNKNOWN}
        number = known(value, state) if fits(name, value, state) else None
        return {name: UNKNOWN if number is None else number}
    if act.word in ("input", "free"):
        return {act.data[0]: UNKNOWN}
    if act.word == "clear":
        return dict.fromkeys(act.data, 0.0)
    if act.word == "element":
        name, at, value = act.data
        held = held_of(name, state, look)
        number = known(value, state)
        if held is None or at not in _SCALE:
            return {name: UNKNOWN}
        new = None if number is None else number * _SCALE[at]
        return {name: (held[0], tuple(sorted({**dict(held[1]), at: new}.items())))}
    if act.word == "position":
        return {act.data[1]: _result(act, state, look)}
    return None


def _result(act: Act, state: State, look: Look) -> object:
    """Return what SET, ADD or SUB of two position variables leaves in the first."""
    word, first, second = act.data
    other = held_of(second, state, look)
    if word == "SET":
        return UNKNOWN if other is None else other
    own = held_of(first, state, look)
    if own is None or other is None:
        return UNKNOWN
    sign = 1.0 if word == "ADD" else -1.0
    changes: list[tuple[int, float | None]] = []
    for at in range(1, 7):
        a, b = element(own, at, look), element(other, at, look)
        same = own == other and word == "SUB"
        changes.append((at, 0.0 if same else None if a is None or b is None else a + sign * b))
    return own[0], tuple(changes)


def held_of(name: str, state: State, look: Look) -> Held | None:
    """Return how a position variable of X..Rz is held here; None where it is not known."""
    held = state.get(name)
    if isinstance(held, tuple):
        return held
    base = None if held is not None else look(name)
    return None if base is None or base.pulses or len(base.values) < 6 else (name, ())


def element(held: Held, at: int, look: Look) -> float | None:
    """Return element 1..6 [mm, deg] of a held position."""
    changed = dict(held[1])
    if at in changed:
        return changed[at]
    base = look(held[0])
    return None if base is None else base.values[at - 1]


def value_of(held: Held, look: Look) -> Position | None:
    """Return a held position with its elements; None where one of them is not known."""
    base = look(held[0])
    values = [element(held, at, look) for at in range(1, 7)]
    if base is None or any(v is None for v in values):
        return None
    return replace(base, values=tuple(v for v in values if v is not None))
