"""Corners and speeds from one brand's measure to another's, by both brands' own tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.domain.program import FINE, Move, Speed, Zone
from cellsim.geometry import Array
from cellsim.motion.zones import ENDLESS_M, zone_distance
from cellsim.translate.cornertime import Leg, reach_of, share_for
from cellsim.translate.into import Into
from cellsim.translate.ways import Way

_SAME_M = 1e-7


def corner(
    move: Move,
    way: Way | None,
    source: MotionRules,
    into: Into,
    near: tuple[tuple[Leg, Leg], float] | None = None,
) -> tuple[Zone, str]:
    """Return the corner in the other language, and why it is not the same ("" where it is).

    A corner never becomes larger than it was; what has no counterpart becomes an exact stop.

    Args:
        near: Both legs and the ramp [s] of the arm, where a corner that overlaps in time may be
            said as a distance near to it, and the other way round; None: it may not.
    """
    asked = zone_distance(move.zone, source)
    if asked is None:
        return FINE, ""
    in_time = [rules.corner_linear == "overlap" for rules in (source, into.rules)]
    distance, fraction = asked
    if in_time[0] and not in_time[1]:
        if near is None:
            return FINE, "how far a corner that overlaps in time goes is not written: exact stop"
        return _near_distance(move, fraction, near, into)
    if in_time[1] and not in_time[0]:
        if near is not None:
            return _near_time(move, _reach(distance, fraction, way), asked, near, into)
        if fraction:
            return FINE, "how far a corner that overlaps in time goes is not written: exact stop"
    for zone in _zones(move, distance, fraction, way, into.rules):
        said = into.says(replace(move, zone=zone, speed=_any_speed(move, into)))
        if said is None or said.zone.kind == "fine":
            continue
        back = zone_distance(said.zone, into.rules)
        if back is None:
            continue
        if fraction and abs(back[1] - fraction) < 1e-9:
            return said.zone, ""
        if distance and back[0] and abs(back[0] - distance) < _SAME_M:
            return said.zone, ""
        given = f"{said.zone}, a corner in time" if in_time[1] else _shown(back)
        return said.zone, f"{_shown(asked)} is said as {given}"
    return FINE, f"no corner of {_shown(asked)} in this language: exact stop"


def _near_distance(
    move: Move, share: float, near: tuple[tuple[Leg, Leg], float], into: Into
) -> tuple[Zone, str]:
    """Return a corner in time as the nearest distance that is no larger."""
    reach = reach_of(share, *near)
    speed = _any_speed(move, into)
    for zone in _by_distance(reach, max(leg.length for leg in near[0]) / 2.0, into.rules):
        said = into.says(replace(move, zone=zone, speed=speed))
        back = None if said is None else zone_distance(said.zone, into.rules)
        if said is not None and back is not None:
            why = f"{move.zone} takes about {1e3 * reach:.4g} mm at this speed (assumed law)"
            return said.zone, f"{why}: said as {_shown(back)}"
    return FINE, f"{move.zone} takes about {1e3 * reach:.4g} mm here: exact stop"


def _near_time(
    move: Move,
    reach: float,
    asked: tuple[float, float],
    near: tuple[tuple[Leg, Leg], float],
    into: Into,
) -> tuple[Zone, str]:
    """Return a distance as the largest corner in time that takes no more of either way."""
    share, speed = share_for(reach, *near), _any_speed(move, into)
    for kind, scale in into.rules.zone_fraction.items():
        zone = Zone(kind, float(math.floor(share / scale + 1e-9)))
        said = into.says(replace(move, zone=zone, speed=speed)) if zone.value else None
        if said is not None and said.zone.kind != "fine":
            why = f"{_shown(asked)} is about {said.zone} at this speed (assumed law)"
            return said.zone, why
    return FINE, f"no corner of {_shown(asked)} in this language: exact stop"


def _reach(distance: float, fraction: float, way: Way | None) -> float:
    """Return how far from its point a corner goes at most [m]."""
    legs = [leg for leg in (way.length, way.after) if leg > 0.0] if way is not None else []
    half = min(legs) / 2.0 if len(legs) == 2 else 0.0
    return fraction * half if fraction else min(distance, half)


def _zones(
    move: Move, distance: float, fraction: float, way: Way | None, rules: MotionRules
) -> Iterator[Zone]:
    """Yield corners that are no larger than asked, the best first."""
    legs = [leg for leg in (way.length, way.after) if leg > 0.0] if way is not None else []
    half = min(legs) / 2.0 if len(legs) == 2 else 0.0
    longest = max(legs) / 2.0 if len(legs) == 2 else 0.0
    yield replace(move.zone)
    if fraction and rules.zone_fraction and rules.corner_linear != "overlap":
        for kind, scale in rules.zone_fraction.items():
            yield Zone(kind, fraction / scale, "%")
    reach = distance if distance else fraction * half
    if distance >= ENDLESS_M:
        reach = half
    if reach > 0.0:
        yield from _by_distance(reach, longest, rules)


def _by_distance(reach: float, longest: float, rules: MotionRules) -> Iterator[Zone]:
    """Yield corners of a distance [m]; per cent of half of the longer way, where it is largest."""
    for kind, scale in rules.zone_unit_m.items():
        yield Zone(kind, math.floor(reach / scale * 1e4 + 1e-6) / 1e4, "mm")
    for kind, table in rules.zone_distance_m.items():
        fits = [i for i, d in enumerate(table) if 0.0 < d <= reach + 1e-9 and d < ENDLESS_M]
        if fits:
            yield Zone(kind, float(max(fits, key=lambda i: table[i])), "level")
    if longest > 0.0:
        for kind, scale in rules.zone_fraction.items():
            if rules.corner_linear != "overlap":
                percent = math.floor(min(reach / longest, 1.0) / scale + 1e-9)
                yield Zone(kind, float(percent), "%")


def _shown(asked: tuple[float, float]) -> str:
    if asked[1]:
        return f"{100.0 * asked[1]:.4g} % of half of the way"
    return "half of the way" if asked[0] >= ENDLESS_M else f"{1e3 * asked[0]:.4g} mm"


def _speed_m_s(move: Move, way: Way | None) -> float:
    scale = {"mm/s": 1e-3, "m/s": 1.0}.get(move.speed.unit)
    if scale is not None:
        return move.speed.value * scale
    return way.length / move.speed.value if way is not None and move.speed.unit == "s" else 0.25


def _any_speed(move: Move, into: Into) -> Speed:
    """Return a speed that the language can say of this kind of motion, to ask for its corner."""
    units = ("%", "rad/s") if move.kind == "joint" else ("m/s", "mm/s")
    for unit in units:
        value = {"%": 50.0, "rad/s": 0.5, "m/s": 0.25, "mm/s": 250.0}[unit]
        if into.says(replace(move, zone=FINE, accel=None, speed=Speed(value, unit))) is not None:
            return Speed(value, unit)
    return move.speed


def speed(
    move: Move,
    way: Way | None,
    arm_speeds: Array,
    into: Into,
) -> tuple[Speed | None, str]:
    """Return the speed in the other language, and why it is not the same; None: cannot be said.

    Args:
        arm_speeds: Largest joint speeds [rad/s | m/s] of the arm that is led, inf where unknown.
    """
    bare = replace(move, zone=FINE, accel=None)
    for wanted, reason in _speeds(move, way, arm_speeds):
        said = into.says(replace(bare, speed=wanted))
        if said is not None and said.speed.unit == wanted.unit:
            return wanted, reason
        if said is not None and not _exact(wanted, said.speed):
            return wanted, reason or f"{wanted} is said as {said.speed}"
        if said is not None:
            return wanted, reason
    return None, f"no {move.speed} of a {move.kind} motion in this language"


def _exact(a: Speed, b: Speed) -> bool:
    scale = {"mm/s": 1e-3, "m/s": 1.0}
    if a.unit in scale and b.unit in scale:
        return abs(a.value * scale[a.unit] - b.value * scale[b.unit]) < 1e-9
    return a == b


def _speeds(move: Move, way: Way | None, limits: Array) -> Iterator[tuple[Speed, str]]:
    """Yield the speed as it is, then the same time of this one way in other measures."""
    yield move.speed, ""
    seconds = seconds_of(move, way, limits)
    if seconds is None or way is None or seconds <= 0.0:
        return
    if move.kind == "joint":
        arm = way.travel[: len(limits)]
        percent = 100.0 * float(np.max(arm / limits)) / seconds
        yield (
            Speed(max(math.floor(min(percent, 100.0) + 1e-6), 1.0), "%"),
            f"{move.speed} is {percent:.4g} % on this way alone, rounded down",
        )
        rate = float(np.max(arm)) / seconds
        yield Speed(rate, "rad/s"), f"{move.speed} is {rate:.4g} rad/s of the leading axis here"
        return
    v = way.length / seconds
    yield Speed(v, "m/s"), f"{move.speed} is {v:.4g} m/s on this way alone"


def seconds_of(move: Move, way: Way | None, limits: Array) -> float | None:
    """Return how long a way takes at constant speed; None where that is not known."""
    if way is None:
        return None
    unit, value = move.speed.unit, move.speed.value
    arm = way.travel[: len(limits)]
    if unit == "s":
        return value
    if unit == "%":
        known = move.kind == "joint" and bool(np.all(np.isfinite(limits)))
        return float(np.max(arm / limits)) / (value / 100.0) if known else None
    if unit in ("rad/s", "deg/s"):
        rate = value * (1.0 if unit == "rad/s" else math.pi / 180.0)
        return float(np.max(arm)) / rate if move.kind == "joint" else None
    return way.length / _speed_m_s(move, way)
