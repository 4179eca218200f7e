"""Wires of a cell and what answers on them: signals, and devices with their times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TimeRange:
    """A process time [s] as a range with its source."""

    min: float
    typical: float
    max: float
    source: str


@dataclass(frozen=True, eq=False)
class Signal:
    """A wire, or several read as a number (initial is one then: `domain/ports.py: width_of`).

    source: "group:NAME", "device:NAME" or "cell"; readers likewise (group names).
    """

    name: str
    source: str
    readers: tuple[str, ...] = ()
    initial: bool | float = False


@dataclass(frozen=True, eq=False)
class Device:
    """Something that answers a signal with another after a time.

    Attributes:
        start: Signal that starts it; done: signal it sets when finished (reset when start falls).
        time: Process time.
        effect: "" or "unfasten" (removes the fastener under `tool`'s TCP), "clamp", "unclamp",
            "move" (moves a fixture on its joint).
        tool: Tool whose TCP the effect happens at, "" for none.
        reach_m: How near the TCP must be to a fastener for the effect [m].
        angle_rad: Largest angle between TCP axis and fastener axis [rad].
        target: Part or fixture that clamp, unclamp and move act on.
        goal: Where move brings its target [rad | m]. back: Where the target goes, untold, when the
            start signal falls; None: it stays. unit: Of both, "" for other effects.
    """

    name: str
    start: str
    done: str
    time: TimeRange
    effect: str = ""
    tool: str = ""
    reach_m: float = 0.005
    angle_rad: float = 0.035
    target: str = ""
    goal: float | None = None
    back: float | None = None
    unit: Literal["", "rad", "m"] = ""
