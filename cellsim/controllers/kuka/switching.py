"""Outputs without a stop: TRIGGER, PULSE, and what CONTINUE does to the line after it.

Source: KSS 8.x: TRIGGER WHEN DISTANCE=0 refers to the start of the next motion, DISTANCE=1 to its
end, PATH to a distance [mm] from its end (ONSTART: its start), DELAY shifts in ms; where the end is
approximated, the place on the arc nearest to it counts (Beckhoff TF5120 manual of the KUKA blocks
KRC_SetDistanceTrigger and KRC_SetPathTrigger, which repeat the KSS manual).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cellsim.controllers.kuka.acts import number_of
from cellsim.controllers.reading.acts import Act
from cellsim.domain.along import Along
from cellsim.domain.program import Expr

_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+))"
_TRIGGER = re.compile(
    rf"WHEN\s+(DISTANCE|PATH)\s*=\s*{_NUMBER}(\s+ONSTART)?\s+DELAY\s*=\s*{_NUMBER}"
    r"\s+DO\s+(.*?)(?:\s+PRIO\s*=\s*[-+]?\d+)?",
    re.IGNORECASE,
)
# The controller takes pulses of 0.1 to 3 s (KSS manual, PULSE).
_SHORTEST_S, _LONGEST_S = 0.1, 3.0


@dataclass(frozen=True)
class Switched:
    """An output, what it is set to, and where; with pulse_s it goes back after that time [s]."""

    signal: int
    value: bool
    at: Along | None = None
    pulse_s: float = 0.0


def trigger(text: str) -> tuple[Along, str] | None:
    """Return where a TRIGGER (without its first word) acts, and the text of what it does.

    None for what is not read: a place that is no number, or behind the end of the motion.
    """
    match = _TRIGGER.fullmatch(text.strip())
    if match is None:
        return None
    place, delay = float(match[2]), float(match[4]) / 1000.0
    onstart = match[3] is not None
    if match[1].upper() == "DISTANCE":
        if place not in (0.0, 1.0) or onstart:
            return None
        return Along("end" if place else "start", 0.0, delay), match[5]
    behind = place < 0.0 if onstart else place > 0.0
    return (
        None if behind else (Along("start" if onstart else "end", place / 1000.0, delay), match[5])
    )


def switched(act: object, at: Along | None = None) -> Switched | None:
    """Return the output that `$OUT[n]=..` or `PULSE(..)` sets; None for other lines."""
    if not isinstance(act, Act):
        return None
    if act.word == "assign":
        name, index, value = act.data
        plain = name == "$OUT" and index is not None and isinstance(value, Expr)
        known = plain and value.op == "const" and isinstance(value.value, bool)
        return Switched(int(index), bool(value.value), at) if known else None
    if act.word != "call" or act.data[0] != "PULSE" or len(act.data[1]) != 3:
        return None
    output, level, seconds = act.data[1]
    time = number_of(seconds)
    if not all(isinstance(a, Expr) for a in act.data[1]) or time is None:
        return None
    known = output.op == "signal" and level.op == "const" and isinstance(level.value, bool)
    if not known or not output.name.startswith("do ") or not _SHORTEST_S <= time <= _LONGEST_S:
        return None
    return Switched(int(output.name.split()[1]), bool(level.value), at, time)


def reads_or_sets(act: object, condition: Expr | None) -> bool:
    """Return whether a line would stop the advance run, so that a CONTINUE before it matters."""
    if isinstance(act, Act):
        if act.word in {"wait", "delay", "halt", "motion", "single"}:
            return True
        if act.word == "assign":
            return str(act.data[0]).startswith("$OUT") or _signals(act.data[2])
        return act.word == "call"
    return condition is not None and _signals(condition)


def _signals(value: object) -> bool:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Expr):
            if part.op in {"signal", "unknown"}:
                return True
            waiting += part.args
    return False
