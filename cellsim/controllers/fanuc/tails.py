"""What stands behind the target of a motion: speed, termination, acceleration."""

from __future__ import annotations

from typing import Literal

from cellsim.controllers.fanuc.acts import Tail
from cellsim.controllers.reading.losing import lines_of
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.program import FINE, Speed, Zone

Kind = Literal["joint", "linear", "circular"]
_UNITS = {
    "mm/sec": ("mm/s", 1.0),
    "cm/min": ("mm/s", 1.0 / 6.0),
    "inch/min": ("mm/s", 25.4 / 60.0),
    "deg/sec": ("deg/s", 1.0),
    "sec": ("s", 1.0),
    "msec": ("s", 1e-3),
    "%": ("%", 1.0),
}


class NotKnown(Exception):
    """Why a motion is not understood; never leaves the reader of motions."""


def speed_of(kind: Kind, tail: Tail, state: State) -> Speed:
    """Return the speed of a motion, at the override that the program has set.

    Source: R-30iB Plus teach pendant help, 5.7 (units and ranges) and 13.5 (OVERRIDE sets the speed
    override to a percentage of the programmed speed).
    """
    if tail.speed is None:
        raise NotKnown("a motion without a speed")
    value = known(tail.speed[0], state)
    if value is None:
        raise NotKnown("the speed is not known here")
    unit, scale = _UNITS[tail.speed[1]]
    override = state.get("override")
    if override == UNKNOWN and not lines_of(state, "override"):  # else the motion carries a doubt
        raise NotKnown("the override is not known here")
    part = override / 100.0 if isinstance(override, float) else 1.0
    if (unit == "%") != (kind == "joint") and unit != "s":
        raise NotKnown(f"a speed in {tail.speed[1]} of a {kind} motion")
    if value <= 0.0:
        raise NotKnown("a speed of zero")
    if unit == "%" and value > 100.0:
        raise NotKnown("a speed of more than 100 %")
    return Speed(scale * value / part if unit == "s" else scale * value * part, unit)


def zone_of(tail: Tail, state: State) -> Zone:
    """Return FINE or CNT0..100 of a motion."""
    if tail.fine:
        if tail.cnt is not None:
            raise NotKnown("FINE and CNT")
        return FINE
    value = None if tail.cnt is None else known(tail.cnt, state)
    if value is None or not 0.0 <= value <= 100.0:
        raise NotKnown("no FINE and no CNT 0..100")
    return Zone("cnt", value)


def accel_of(tail: Tail) -> float | None:
    """Return ACC in %, None for 100."""
    if tail.acc is not None and not 1.0 <= tail.acc <= 150.0:
        raise NotKnown(f"ACC{tail.acc:g}; 20..150")
    return None if tail.acc in (None, 100.0) else tail.acc
