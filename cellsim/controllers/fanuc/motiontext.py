"""One motion instruction: `L P[2] 250mm/sec CNT50 ACC80 TB   0.00sec,DO[1]=ON    ;`.

Source: R-30iB Plus teach pendant help, 5 and 6 (motions and options); layout from robot backups.
"""

from __future__ import annotations

from collections.abc import Sequence

from cellsim.controllers.fanuc.digits import bare
from cellsim.controllers.fanuc.passing import pulse_s
from cellsim.controllers.writing.numbers import short
from cellsim.domain.program import Move, SetSignal, Speed, Statement, Zone
from cellsim.errors import Refused

_KINDS = {"joint": "J", "linear": "L", "circular": "C"}
_PATH_UNITS = {"mm/s": "mm/sec", "deg/s": "deg/sec"}


def motion_text(move: Move, places: Sequence[str], passing: str | None) -> str:
    """Return a motion as it stands behind its line number; an arc takes two lines.

    Args:
        passing: TB, TA or DB with its action.
    """
    words = [speed_text(move), zone_text(move.zone, move.line)]
    if move.accel is not None:
        words.append(f"ACC{short(move.accel, 0)}")
    if passing is not None:
        words.append(passing)
    tail = f"{places[-1]} {' '.join(words)}    ;"
    if move.kind == "circular":
        return f"C {places[0]}    \n    :  {tail}"
    return f"{_KINDS[move.kind]} {tail}"


def in_passing(move: Move, rest: Sequence[Statement]) -> SetSignal | None:
    """Return the output change that belongs into the corner of a motion, else None.

    Args:
        rest: What stands behind the motion.
    """
    rounded = move.zone.kind == "cnt" and move.zone.value > 0.0
    after = rest[0] if rest else None
    if not rounded or not isinstance(after, SetSignal) or not isinstance(after.value, bool):
        return None
    alone = after.at is None and not pulse_s(after, rest[1] if len(rest) > 1 else None)
    return after if alone and not after.comment else None


def speed_text(move: Move) -> str:
    """Return 50%, 250mm/sec, 30deg/sec, 2.5sec or 250msec."""
    speed: Speed = move.speed
    if speed.unit == "%" and move.kind == "joint":
        return f"{short(speed.value, 0)}%"
    if speed.unit == "s":
        tenths = round(10.0 * speed.value, 6)
        if tenths >= 1.0 and float(tenths).is_integer():
            return f"{bare(speed.value, 1)}sec"
        return f"{round(1000.0 * speed.value)}msec"
    if move.kind != "joint" and speed.unit in _PATH_UNITS:
        return f"{short(speed.value, 0)}{_PATH_UNITS[speed.unit]}"
    raise Refused("fanuc", f"speed {speed} of a {move.kind} motion", line=move.line)


def zone_text(zone: Zone, line: int) -> str:
    """Return FINE or CNTn."""
    if zone.kind == "fine":
        return "FINE"
    if zone.kind == "cnt" and 0.0 <= zone.value <= 100.0:
        return f"CNT{short(zone.value, 0)}"
    raise Refused("fanuc", f"corner '{zone}'", line=line)
