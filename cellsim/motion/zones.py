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
# A TCP stands on a way shorter than this, and than 10 mm for each radian that is turned.
_STILL_M, _STILL_M_RAD = 1e-3, 1e-2


@dataclass(frozen=True)
class Corner:
    """One corner between two ways.

    Attributes:
        f1, f2: Fractions of the first way's end and of the second way's start it takes.
        distance: Distance from the taught point where it begins [m].
        asked: Distance that was written [m]; inf for "as large as it goes"; 0 for a percent zone.
        rate: Largest share of the written speed in the corner.
        wide: Fractions of both ways that the full corner of its tube takes; (0, 0): the named law
            is certified and no tube.
    """

    f1: float
    f2: float
    distance: float
    asked: float
    rate: float = 1.0
    wide: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Ramp:
    """How a way is run on its own: nominal time [s] at full speed, time [s] from rest to it."""

    nominal: float
    time: float

    @property
    def used(self) -> float:
        """Time [s] it takes to stop: less where the way is too short for full speed."""
        return min(self.time, math.sqrt(self.time * self.nominal))

    def fraction(self, tau: float) -> float:
        """Return the fraction of the way that the first, or last, `tau` seconds take."""
        return tau**2 / (2.0 * self.time * self.nominal)


def zone_distance(zone: Zone, rules: MotionRules) -> tuple[float, float] | None:
    """Return (distance [m], fraction of the half way): one of the two is 0; None for a stop.

    Under the "overlap" law the fraction is the part of the speed that is kept, see `overlap`.
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
        return (0.0, min(fraction, 1.0)) if fraction > 0.0 else None
    known = [*rules.zone_distance_m, *rules.zone_unit_m, *rules.zone_fraction, "fine"]
    raise UnknownName(f"{rules.brand} zone kind", zone.kind, known)


def overlap(
    first: Way, before: Ramp, second: Way, after: Ramp, share: float, half_limit: bool
) -> Corner | None:
    """Return the corner of two motions that overlap in time, or None where nothing is left.

    Each way has its own acceleration and deceleration. The second starts when the first has
    `share` of its deceleration time left; while both run, their velocities add up. With constant
    accelerations the rest of the first way is share^2 v t / 2, and the second has run
    tau^2 v / (2 t) of its own when the first ends, tau being the time of the overlap: so the way
    is the parabola of `CornerCurve`, entered and left at `share` of the speed where both are run
    alike.
    """
    tau = share * before.used
    limit = 0.5 if half_limit else 1.0
    f1, f2 = (min(ramp.fraction(tau), limit) for ramp in (before, after))
    distance = min(f1 * first.length, f2 * second.length)
    if distance < LEAST_M and min(f1, f2) < LEAST_M:
        return None
    # Both ways are run at nominal rate over f, in tau: 2 f T / tau is the rate at either end.
    rate = max(f1 * before.nominal, f2 * after.nominal) * 2.0 / tau
    return Corner(f1, f2, distance, 0.0, min(rate, 1.0))


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


def stands(way: Way) -> bool:
    """Return whether a way turns, or moves an external axis, and its TCP hardly moves."""
    return way.length < min(_STILL_M, _STILL_M_RAD * way.turn)


def by_halves(first: Way, second: Way, asked: float) -> Corner:
    """Return a corner that no distance of the TCP measures: within half of both ways.

    Nominally it takes what the distance [m] says of a way whose TCP moves, half of one whose does
    not.
    """
    f1, f2 = (
        min(0.5, way.fraction(min(asked, way.length), at_end)) if not stands(way) else 0.5
        for way, at_end in ((first, True), (second, False))
    )
    return Corner(f1, f2, min(f1 * first.length, f2 * second.length), 0.0, 1.0, (0.5, 0.5))


def in_tube(first: str, second: str, rules: MotionRules) -> bool:
    """Return whether the corner between two kinds of moves is certified as a tube.

    Between a joint move and a path always: no manual read of any brand draws that corner.
    """
    joints = {first == "joint", second == "joint"}
    return len(joints) == 2 or ("joint" if True in joints else "path") in rules.tube


def widest(
    made: Corner,
    ways: tuple[Way, Way],
    kinds: tuple[str, str],
    rules: MotionRules,
    behind: float = 0.0,
) -> tuple[float, float]:
    """Return the fractions of two ways that the full corner of their tube takes.

    Where a brand gives the corners of joint moves and of paths in different measures, a corner
    between the kinds may take either of them, so half of both ways. A corner in per cent may end by
    the figure of the motion behind it (`behind`, 0..1; KSS 8, robot-forum, thread 14422: where the
    approximation ends is said at the next point). Where corners begin before their zone
    (`zone_reach_m`) so much more, to half of either way.
    """
    mixed = (kinds[0] == "joint") != (kinds[1] == "joint")
    if mixed and rules.half_limit and rules.zone_unit_m and rules.zone_fraction:
        return 0.5, 0.5
    if not rules.zone_reach_m:
        return made.f1, max(made.f2, behind / 2.0)
    least = made.distance + rules.zone_reach_m
    reach1, reach2 = (
        min(0.5, way.fraction(min(least, way.length), at_end))
        for way, at_end in zip(ways, (True, False), strict=True)
    )
    return max(made.f1, reach1), max(made.f2, reach2)


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
    fitted = [c and _shrunk(c, k) for c, k in zip(corners, factors, strict=True)]
    return fitted, crowded


def _shrunk(c: Corner, k: float) -> Corner:
    wide = (c.wide[0] * k, c.wide[1] * k)
    return Corner(c.f1 * k, c.f2 * k, c.distance * k, c.asked, c.rate, wide)


def full_overlap(before: Ramp, after: Ramp, share: float, half_limit: bool) -> tuple[float, float]:
    """Return the fractions of two ways that the full corner of motions that overlap takes.

    At the full override, with the ramps of the slowest acceleration: a lower override makes ways
    longer in time, so both fractions smaller. The overlap lasts `share` of a whole ramp at most, on
    a way too short for full speed too: there corners were measured that are wider than what is
    left of its own ramp (LeroyDu56/CrossArm, R-2000iC/190S, CNT10 and CNT20 at 1000 mm/s).
    """
    limit = 0.5 if half_limit else 1.0
    tau = share * before.time
    return min(before.fraction(tau), limit), min(after.fraction(tau), limit)
