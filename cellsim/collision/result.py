"""What the collision check says: per pair of bodies, certified clearance and violations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from cellsim.domain.program import Index
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array

# What the cause of a violation begins with where meshes keep what their convex pieces do not.
BY_MESH = "geometry: "
Status = Literal["free", "undecided", "clearance", "collision"]
RANK: Mapping[str, int] = {"free": 0, "undecided": 1, "clearance": 2, "collision": 3}


@dataclass(frozen=True)
class FrameShift:
    """The shift of a measured frame without which a pair would keep what is required.

    Attributes:
        frame: Its name.
        share: The shift seen to be worst, in shares of the range of the frame, moved and turned
            about its axes; shape (6,).
        nominal_m: Clearance certified for the stretch where no measured frame is off [m].
        shifted_m: Clearance seen with this frame off by the share [m], margins and tolerances taken
            off; minus a depth where the shapes overlap. t: When [s].
    """

    frame: str
    share: tuple[float, ...]
    nominal_m: float
    shifted_m: float
    t: float


@dataclass(frozen=True)
class At:
    """Where a group stands at an instant: time on its clock [s], joint values [rad | m]."""

    group: str
    t: float
    q: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Violation:
    """One stretch of one motion in which a pair is not free.

    Attributes:
        status: "collision" (the shapes overlap, confirmed by a second kernel), "clearance" (they
            certainly stay apart, and certainly come nearer than required), or "undecided".
        a, b: Body names.
        t0, t1: Interval [s]; for a collision t0 is the first time, bracketed to 1 ms.
        value_m: Certified clearance [m] after margins and pads; for a collision minus the depth at
            its worst instant, found to 0.1 mm. The depth of bodies of several convex pieces is that
            of the deepest pair of pieces, and where bodies with meshes are apart at that instant
            (their pieces fill hollows) it is that of an instant at which they were seen to meet.
        required_m: Required clearance [m]; minus the allowed depth for allowed contact.
        witness: A point of the contact, or between the bodies [m], world frame, shape (3,).
        group: Group whose track `knot`, `q` and `motion` are about, "" for standing pairs.
        knot: Knot at or before the worst instant.
        t: The worst instant [s]; q: joint values there [rad | m].
        motion: Program line that makes the motion.
        cause: What decided, or why nothing did ("confirmed by coal and by a point in both").
        pieces: Names of the pieces of a and b.
        tube: It is about corners of a tube, which the one that is simulated need not be.
        shift: The shift of a measured frame that alone makes it short, None = it is short anyway.
        points: The point of a that is deepest in b, and that of b in a; the nearest points where
            they are apart [m], world frame.
        others: Where further groups stand at the worst instant: those on a clock of their own.
    """

    status: Status
    a: str
    b: str
    t0: float
    t1: float
    value_m: float
    required_m: float
    witness: tuple[float, float, float]
    group: str
    knot: int
    t: float
    q: tuple[float, ...]
    motion: Index | None
    cause: str = ""
    pieces: tuple[str, str] = ("", "")
    tube: bool = False
    shift: FrameShift | None = None
    points: tuple[tuple[float, float, float], ...] = ()
    others: tuple[At, ...] = ()


Floats = np.ndarray[Any, np.dtype[np.float32]]
Ints = np.ndarray[Any, np.dtype[np.int64]]


def knots_at(ranges: Array, least: Floats) -> Array:
    """Return the knots where the least clearances of ranges are reached, shape (n,)."""
    return np.asarray(ranges[:, 0] + least[:, 1] * (ranges[:, 1] - ranges[:, 0]))


def motions_at(track: GroupTrack, u: Array) -> Ints:
    """Return the number of the motion that each knot is in, shape (n,)."""
    return np.asarray(track.motion[np.minimum(u.astype(np.int64), len(track.motion) - 1)])


def times_at(track: GroupTrack, u: Array) -> Array:
    """Return the time of each fractional knot [s], shape (n,), as `paths.time_of` does of one."""
    k = np.minimum(u.astype(np.int64), len(track.t) - 1)
    after = np.minimum(k + 1, len(track.t) - 1)
    return np.asarray(
        np.where(u <= k, track.t[k], track.t[k] + (u - k) * (track.t[after] - track.t[k]))
    )


# Columns of a pair's course.
T0, T1, CERTIFIED, NEEDED, T_LEAST, MOTION = range(6)


@dataclass(frozen=True, eq=False)
class PairCourse:
    """What is certified of a pair over the time of one group.

    Attributes:
        group: Whose clock and motions; "" for bodies with no joint between them.
        track: Whose knots are counted. ranges: Knots from, to of each row, shapes (n, 2), one after
            the other; pairs share them.
        least: Least certified clearance [m], rounded down, and at which part of the row's range it
            is reached, float32, shape (n, 2).
        needed: What is required there [m], shape (n,), or (1,) where it is the same in all.
        told: Whether the motion it is reached in is told here, or on the other group's course.
    """

    group: str
    track: GroupTrack
    ranges: tuple[Array, ...]
    least: Floats
    needed: Array
    told: bool

    @property
    def certified(self) -> Array:
        """Least certified clearance of each row [m], shape (n,)."""
        return np.asarray(self.least[np.isfinite(self.least[:, 0]), 0], dtype=np.float64)

    @property
    def rows(self) -> Array:
        """From, to [s], clearance, required [m], when [s], motion; worked out anew, shape (n, 6).

        Motion is -1 where it is told on the other group's course. Where two groups share no clock a
        row is one side of a box of instants, and its clearance that of the whole box.
        """
        track, rows = self.track, np.empty((len(self.least), 6))
        knots = np.arange(len(track.t), dtype=np.float64)
        ranges = np.concatenate(self.ranges)
        rows[:, T0] = np.interp(ranges[:, 0], knots, track.t)
        rows[:, T1] = np.interp(ranges[:, 1], knots, track.t)
        rows[:, CERTIFIED], rows[:, NEEDED] = self.least[:, 0], self.needed
        rows[:, T_LEAST], rows[:, MOTION] = (rows[:, T0] + rows[:, T1]) / 2, -1.0
        if self.told and track.motions:
            u = knots_at(ranges, self.least)
            rows[:, T_LEAST] = np.interp(u, knots, track.t)
            rows[:, MOTION] = motions_at(track, u)
        return np.asarray(rows[np.isfinite(rows[:, CERTIFIED])])


@dataclass(frozen=True, eq=False)
class PairResult:
    """One pair over the whole timeline.

    Attributes:
        status: Worst status of its violations, or "free".
        clearance: Least certified clearance [m] over all that was checked, after margins and
            pads; values above the detail limit of the check only say "at least this".
        required: Required clearance [m] where the least was found.
        t, group, index: Where it was found.
        violations: In order of time.
        courses: Certified clearance over time, once for each group that moves the pair.
    """

    a: str
    b: str
    status: Status
    clearance: float
    required: float
    t: float
    group: str
    index: Index | None
    violations: tuple[Violation, ...] = ()
    courses: tuple[PairCourse, ...] = ()


@dataclass(frozen=True, eq=False)
class CollisionResult:
    """All pairs, what was let off, and what it cost.

    Attributes:
        pairs: Smallest clearance first.
        exceptions: Sentences on pairs that were not held to the default clearance, with author.
        stats: Counts ("pairs", "runs", "intervals", "distances", "spans", "spans_kept").
    """

    pairs: tuple[PairResult, ...]
    exceptions: tuple[str, ...] = ()
    stats: Mapping[str, int] = field(default_factory=dict)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every violation, worst status first, then by time and name."""
        found = [v for pair in self.pairs for v in pair.violations]
        return tuple(sorted(found, key=lambda v: (-RANK[v.status], v.t0, v.a, v.b)))

    @property
    def status(self) -> Status:
        """Worst status of all pairs."""
        return max((pair.status for pair in self.pairs), key=lambda s: RANK[s], default="free")
