"""From movej, movel and movec to complete motions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.controllers.ur.lines import PoseCall
from cellsim.controllers.ur.poses import Places
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import FINE, Move, Speed, Statement, Zone

KINDS: Mapping[str, Literal["joint", "linear", "circular"]] = {
    "movej": "joint",
    "movel": "linear",
    "movep": "linear",
    "movec": "circular",
}
ASSUMED_IK = "get_inverse_kin: see convention ur.inverse-kinematics (assumed)"
_PLACES = {
    "movej": ("q", "a", "v", "t", "r"),
    "movel": ("q", "a", "v", "t", "r"),
    "movep": ("q", "a", "v", "r"),
    "movec": ("via", "q", "a", "v", "r", "mode"),
}
# acceleration that URScript takes by itself, and that counts as 100 %: rad/s2, m/s2
_FULL_ACCELERATION = {"movej": 1.4, "movel": 1.2, "movep": 1.2, "movec": 1.2}
_DEFAULT_SPEED = {
    "movej": (1.05, "rad/s"),
    "movel": (0.25, "m/s"),
    "movep": (0.25, "m/s"),
    "movec": (0.25, "m/s"),
}


@dataclass(frozen=True)
class Motions:
    """Turns move calls into motions."""

    group: MotionGroup
    collector: Collector

    def motion(
        self,
        line: Line,
        name: str,
        arguments: tuple[tuple[str, object], ...],
        tool: object,
        places: Places,
    ) -> Statement:
        """Return a motion, or its text where anything of it is not understood."""
        given = _by_name(name, arguments)
        if given is None:
            return self.collector.keep(line, f"arguments of {name}")
        if tool == UNKNOWN:
            return self.collector.keep(line, "the TCP is not known here")
        kind = KINDS[name]
        asks = [v.name for v in given.values() if isinstance(v, PoseCall)]
        if "get_inverse_kin" in asks:
            self.collector.note(ASSUMED_IK)
        target = places.target(given.get("q"))
        via = places.target(given.get("via")) if kind == "circular" else None
        numbers = {
            k: places.number(given.get(k)) for k in ("a", "v", "t", "r", "mode") if k in given
        }
        if target is None or (kind == "circular" and via is None):
            return self.collector.keep(line, "target is not six numbers")
        if None in numbers.values() or numbers.get("mode", 0.0) != 0.0:
            return self.collector.keep(line, "argument that is no number, or mode")
        known: dict[str, float] = {k: v for k, v in numbers.items() if v is not None}
        if name == "movep" and known.get("r", 0.0) > 0.0:
            return self.collector.keep(line, "movep with a blend, which is a circle")
        joints = target.pose is None and via is None
        return Move(
            kind=kind,
            to=target,
            speed=_speed(name, known),
            zone=_zone(known.get("r", 0.0)),
            tool=str(tool),
            frame="world" if joints else f"group:{self.group.name}.base",
            via=via,
            accel=_accel(name, known),
            line=line.number,
            comment=line.comment,
        )


def _by_name(name: str, arguments: tuple[tuple[str, object], ...]) -> dict[str, object] | None:
    """Return arguments by name; those by place first, each once; None if they do not fit."""
    given: dict[str, object] = {}
    named = False
    for place, (key, value) in enumerate(arguments):
        if key:
            named = True
        elif named or place >= len(_PLACES[name]):
            return None
        key = key or _PLACES[name][place]
        key = "q" if key in {"pose", "pose_to"} else "via" if key == "pose_via" else key
        if key in given or key not in _PLACES[name]:
            return None
        given[key] = value
    return given


def _speed(name: str, known: Mapping[str, float]) -> Speed:
    """Return the speed; a time t above zero overrides it."""
    if known.get("t", 0.0) > 0.0:
        return Speed(known["t"], "s")
    default, unit = _DEFAULT_SPEED[name]
    return Speed(known.get("v", default), unit)


def _zone(radius: float) -> Zone:
    return Zone("radius", radius * 1000.0, "mm") if radius > 0.0 else FINE


def _accel(name: str, known: Mapping[str, float]) -> float | None:
    """Return the acceleration in %; a time t above zero overrides it too (URScript manual)."""
    if known.get("t", 0.0) > 0.0:
        return None
    full = _FULL_ACCELERATION[name]
    accel = known.get("a", full)
    return None if accel == full else accel / full * 100.0
