"""What a zone means as a distance under a brand's MotionRules, and where it must shrink."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cellsim.domain.controller import MotionRules
from cellsim.domain.program import Zone
from cellsim.errors import UnknownName
from cellsim.motion.segment import Way

LEAST_M = 1e-6
# A table entry from here on means "as large as the segments let it be".
ENDLESS_M = 100.0


@dataclass(frozen=True)
class Corner:
    """One corner between two ways.

    Attributes:
        f1, f2: Fractions of the first way's end and of the second way's start it takes.
        distance: Distance from the taught point where it begins [m].
        asked: Distance that was written [m]; inf for "as large as it goes"; 0 for a percent zone.
    """

    f1: float
    f2: float
    distance: float
    asked: float


def zone_distance(
    zone: Zone, rules: MotionRules, speed: float, ramp: float
) -> tuple[float, float] | None:
    """Return (distance [m], fraction of the half way): one of the two is 0; None for a stop.

    Args:
        speed: Programmed TCP speed [m/s]; ramp: time to reach full speed [s]. Both are used by
            the "overlap" law only (d = c^2 v t_acc / 2 for equal speeds, c in 0..1).
    """
    if zone.kind == "fine":
        return None
    if zone.kind in rules.zone_distance_m:
        table = rules.zone_distance_m[zone.kind]
        distance = table[max(0, min(int(zone.value), len(table) - 1))] if table else 0.0
        return (distance, 0.0) if distance > 0.0 else None
    if zone.kind in rules.zone_unit_m:
        distance = zone.value * rules.zone_unit_m[zone.kind]
        return (distance, 0.0) if distance > 0.0 else None
    if zone.kind in rules.zone_fraction:
        fraction = zone.value * rules.zone_fraction[zone.kind]
        if rules.corner_linear == "overlap":
            return (fraction**2 * speed * ramp / 2.0, 0.0) if fraction > 0.0 else None
        return (0.0, min(fraction, 1.0)) if fraction > 0.0 else None
    known = [*rules.zone_distance_m, *rules.zone_unit_m, *rules.zone_fraction, "fine"]
    raise UnknownName(f"{rules.brand} zone kind", zone.kind, known)


def corner(first: Way, second: Way, asked: tuple[float, float], half_limit: bool) -> Corner | None:
    """Return the corner between two ways, or None where nothing of it is left."""
    distance, fraction = asked
    if fraction > 0.0:
        f = fraction / 2.0
        return Corner(f, f, min(f * first.length, f * second.length), 0.0)
    limit = 0.5 if half_limit else 1.0
    used = min(distance, limit * first.length, limit * second.length)
    if used < LEAST_M:
        return None
    f1 = min(first.fraction(used, at_end=True), limit)
    f2 = min(second.fraction(used, at_end=False), limit)
    return Corner(f1, f2, used, distance if distance < ENDLESS_M else math.inf)


def fit(corners: list[Corner | None]) -> tuple[list[Corner | None], list[int]]:
    """Shrink corners that overlap on the way between them.

    Args:
        corners: corners[i] lies between way i and way i + 1.

    Returns:
        The corners with f2 of one plus f1 of the next at most 1, and the ways that had overlaps.
    """
    factors, crowded = [1.0] * len(corners), []
    for way in range(1, len(corners)):
        before, after = corners[way - 1], corners[way]
        if before is None or after is None:
            continue
        together = before.f2 + after.f1
        if together > 1.0 + 1e-12:
            crowded.append(way)
            factors[way - 1] = min(factors[way - 1], 1.0 / together)
            factors[way] = min(factors[way], 1.0 / together)
    fitted = [
        c and Corner(c.f1 * k, c.f2 * k, c.distance * k, c.asked)
        for c, k in zip(corners, factors, strict=True)
    ]
    return fitted, crowded
