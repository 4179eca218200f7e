"""How long each stretch of a run of motions may take: other acceleration classes and overrides."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cellsim.domain.controller import MotionRules
from cellsim.geometry import Array
from cellsim.motion.caps import AccelClass
from cellsim.motion.spec import MoveSpec, Run
from cellsim.simulate.override import at_override
from cellsim.simulate.record import Ride

Timed = Callable[[str, Array, Sequence[MoveSpec], MotionRules, AccelClass], Run]
Range = tuple[float, float]
# A case spans overrides of this ratio at most, so far as there are few enough of them.
CASE_RATIO, MOST_CASES = 1.2, 16
FULL = 100.0
# A knot of one class is taken as behind that of another where it is by more of the way than this.
_HAIR = 1e-12


def cases_of(low: float, high: float) -> list[Range]:
    """Return the override range [%], 100 % included, as stretches in which one class bounds."""
    low, high = min(low, FULL), max(high, FULL)
    count = math.ceil(math.log(high / low) / math.log(CASE_RATIO) - 1e-9)
    edges = np.geomspace(low, high, min(max(count, 1), MOST_CASES) + 1)
    return [(float(a), float(b)) for a, b in pairwise(edges)]


@dataclass(frozen=True, eq=False)
class RideTimes:
    """When knots of a ride are passed by class, since its beginning [s], shape (classes, knots).

    Attributes:
        least, most: Between the knots of that class before and behind.
    """

    least: Array
    most: Array

    def between(self, knot: int) -> tuple[Array, Array]:
        """Return the least and the most time from a knot to each later one, shape (knots,)."""
        least = (self.least - self.most[:, knot : knot + 1]).min(axis=0)
        most = (self.most - self.least[:, knot : knot + 1]).max(axis=0)
        return np.maximum(least, 0.0), np.maximum(most, 0.0)


def ride_times(ride: Ride, group: str, case: Range, timed: Timed) -> RideTimes | None:
    """Return when the knots of a ride are passed: fast at the highest, slow at the lowest override.

    None where that is not known: the corner that is driven is one of a tube, or other corners are
    driven in another class.
    """
    run = ride.run
    if run.tubes or ride.rules is None:
        return None
    others: list[tuple[AccelClass, float]] = [("fast", case[1]), ("slow", case[0])]
    found = [(run.t, run.t)] if case[0] <= FULL <= case[1] else []
    for accel, percent in others:
        specs = [at_override(spec, percent) for spec in ride.specs]
        other = timed(group, run.q[0], specs, ride.rules, accel)
        times = _passed(run, other)
        if times is None:
            return None
        found.append(times)
    return RideTimes(np.array([one[0] for one in found]), np.array([one[1] for one in found]))


def _passed(run: Run, other: Run) -> tuple[Array, Array] | None:
    """Return between which times [s] the other run passes the places of this run's knots."""
    if other.tubes or [_way(run, k) for k in range(len(run.motions))] != [
        _way(other, k) for k in range(len(other.motions))
    ]:
        return None
    least, most = np.zeros(len(run.t)), np.zeros(len(run.t))
    for mine, theirs in zip(run.motions, other.motions, strict=True):
        v, w = run.v[mine.first + 1 : mine.last + 1], other.v[theirs.first + 1 : theirs.last + 1]
        t = other.t[theirs.first : theirs.last + 1]
        at = np.searchsorted(w, v + _HAIR, side="right")
        least[mine.first + 1 : mine.last + 1] = t[at]
        behind = np.minimum(np.searchsorted(w, v - _HAIR, side="left") + 1, len(w))
        most[mine.first + 1 : mine.last + 1] = t[behind]
        if mine.last > mine.first:
            least[mine.last] = most[mine.last] = t[-1]
    return least, most


def _way(run: Run, number: int) -> tuple[object, ...]:
    motion = run.motions[number]
    return motion.kind, motion.index, motion.corner, motion.last > motion.first
