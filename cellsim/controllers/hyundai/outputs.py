"""pulse and triggout: outputs that are set later, or along the motion before them.

Source: HRScript manual 6.1.4 pulse (tlag, ton, toff in s, cnt) and 10.1.4 triggout (time in s,
dist in mm with j=0 for the TCP, negative before the step is reached).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from cellsim.controllers.reading.acts import Act
from cellsim.domain.along import Along
from cellsim.domain.program import Comment, Expr, Move, SetSignal, Statement

MOST_PULSES = 20
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+))"
_PULSE = re.compile(
    rf"tlag\s*=\s*{_NUMBER}\s*,\s*ton\s*=\s*{_NUMBER}\s*,\s*toff\s*=\s*{_NUMBER}"
    r"\s*,\s*cnt\s*=\s*(\d{1,4})",
    re.IGNORECASE,
)
_TRIGGER = re.compile(
    rf"val\s*=\s*([01])\s*,\s*(?:time\s*=\s*{_NUMBER}|dist\s*=\s*{_NUMBER}\s*,\s*j\s*=\s*0)",
    re.IGNORECASE,
)
_LONGEST_S, _FARTHEST_MM = 100.0, 3000.0


def pulse(rest: str, parse: Callable[[str], object]) -> Act | None:
    """Return `pulse do10,tlag=..,ton=..,toff=..,cnt=..`; None for other forms."""
    port, _, text = rest.partition(",")
    match = _PULSE.fullmatch(text.strip())
    signal = parse(port.strip())
    if match is None or not _is_output(signal):
        return None
    lag, on, off = (float(match[i]) for i in (1, 2, 3))
    fits = all(0.0 <= t <= _LONGEST_S for t in (lag, on, off)) and int(match[4]) <= MOST_PULSES
    return Act("pulse", (signal, lag, on, off, int(match[4]))) if fits else None


def triggout(rest: str, parse: Callable[[str], object]) -> Act | None:
    """Return `triggout do1,val=1,time=..` or `..,dist=..,j=0`; None for other forms."""
    port, _, text = rest.partition(",")
    match = _TRIGGER.fullmatch(text.strip())
    signal = parse(port.strip())
    if match is None or not _is_output(signal):
        return None
    seconds = float(match[2] or 0.0)
    way = float(match[3] or 0.0)
    if not -10.0 <= seconds <= 2.0 or not -_FARTHEST_MM <= way <= 0.0:
        return None
    at = Along("end", way / 1000.0, min(seconds, 0.0), max(seconds, 0.0))
    return Act("triggout", (signal, match[1] == "1", at))


def _is_output(signal: object) -> bool:
    return isinstance(signal, Expr) and signal.op == "signal" and signal.name.startswith("do ")


def pulses(name: str, data: Sequence[float], line: int) -> list[Statement]:
    """Return the outputs of a pulse: lag, on and off times [s], and how often."""
    lag, on, off, times = data
    out: list[Statement] = []
    for k in range(int(times)):
        start = lag + k * (on + off)
        out.append(SetSignal(name, True, Along(after=start) if start else None, line=line))
        out.append(SetSignal(name, False, Along(after=start + on), line=line))
    return out


def put_before(out: list[Statement], made: SetSignal) -> bool:
    """Put an output along a motion before that motion, the last one; False where it cannot be.

    In a corner it is open when the step counts as reached; a distance is one along a line.
    """
    last = len(out) - 1
    while last >= 0 and isinstance(out[last], Comment):
        last -= 1
    move = out[last] if last >= 0 else None
    if not isinstance(move, Move) or move.zone.kind != "fine" or made.at is None:
        return False
    if made.at.path and move.kind != "linear":
        return False
    out.insert(last, made)
    return True
