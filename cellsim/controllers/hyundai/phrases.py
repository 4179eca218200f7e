"""Labels, speeds and times in HRScript words, for the writer."""

from __future__ import annotations

import math

from cellsim.controllers.hyundai.digits import SPEED_DIGITS, TIME_DIGITS
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.rewrite import identifier
from cellsim.domain.program import Speed
from cellsim.errors import Refused

LONGEST_TIME = 60.0
_UNITS = {"%": "%", "mm/s": "mm/sec", "s": "sec"}


def label_text(name: str, line: int) -> str:
    """Return a label as an address; its name must be an identifier (manual 3.1)."""
    if identifier(name, 128) != name:
        raise Refused("hyundai", f"label name '{name}'", line=line, source="HRScript manual 3.1")
    return f"*{name}"


def speed_text(speed: Speed, line: int) -> str:
    """Return a speed with its unit, % or mm/sec or sec (manual 5.4)."""
    if speed.unit not in _UNITS:
        raise Refused("hyundai", f"speed unit {speed.unit}", line=line)
    digits = TIME_DIGITS if speed.unit == "s" else SPEED_DIGITS
    return short(speed.value, digits) + _UNITS[speed.unit]


def time_parts(seconds: float, line: int) -> list[float]:
    """Return a time as the times of 0.1..60.0 s that delay and wait take, the long ones first."""
    whole = max(math.ceil(seconds / LONGEST_TIME) - 1, 0)
    rest = round(seconds - whole * LONGEST_TIME, TIME_DIGITS)
    if rest < 0.1 or whole > 60:
        what = f"time {seconds:g} s; 0.1..60.0 s, or that many times 60 s and more"
        raise Refused("hyundai", what, line=line, source="HRScript manual 3.2")
    return [LONGEST_TIME] * whole + [rest]
