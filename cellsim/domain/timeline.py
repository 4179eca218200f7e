"""Timeline: everything that happens, on one clock; frozen arrays that can be hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from cellsim.domain.follow import Follow
from cellsim.domain.job import Job
from cellsim.domain.pace import Pace
from cellsim.domain.program import Index
from cellsim.domain.report import Finding
from cellsim.geometry import Array, Pose

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


# Before the name of a device whose ends bound windows of pair rules.
PROCESS = "process:"

RestsOn = Literal["proof", "quotients", "differences"]


@dataclass(frozen=True, eq=False)
class Motion:
    """One motion statement as it was carried out, knots first..last of the track.

    kind: "joint", "linear", "circular", "corner" or "stand".
    speed: programmed TCP speed [m/s] or None (joint moves); reached: highest TCP speed [m/s].
    shrunk: the corner that was written [m] where it had to shrink, else 0.
    rests_on: how it is known that nothing driven is farther from the track than its deviations:
        "proof"; "quotients", where a third derivative is taken as at most twice its difference
        quotient; "differences", where what lies between the lanes of a tube is taken as at most
        twice what second differences show.
    """

    kind: str
    index: Index
    first: int
    last: int
    speed: float | None = None
    reached: float | None = None
    corner: float = 0.0
    shrunk: float = 0.0
    frame: str = "world"
    tool: str = ""
    note: str = ""
    rests_on: RestsOn = "proof"


@dataclass(frozen=True, eq=False)
class Tube:
    """A corner certified from no blend to the full one, as a path that comes near all of it.

    Attributes:
        first, last: Knots of the track between which what is driven may differ from it.
        t0, t1: When the track enters and leaves it [s].
        q: From entry to exit, there and back over every corner, shape (m, dof) [rad | m].
        dev: How far corners are from each chord of it at most, shape (m - 1, dof);
            `tubes.LOST` where parts of it cannot be reached.
    """

    first: int
    last: int
    t0: float
    t1: float
    q: Array
    dev: Array


@dataclass(frozen=True, eq=False)
class GroupTrack:
    """One group's motion as knots; between knots the true path stays within dev of the chord.

    Attributes:
        group: Group name.
        t: Knot times [s], shape (n,), strictly increasing, first 0.0.
        q, qd, qdd: Joint values and derivatives at the knots, shape (n, dof) [rad | m].
        dev_path: Bound on the distance of the true joint path (any timing) from the chord of
            each interval, per joint, shape (n-1, dof). 0 for joint moves and standing.
        dev_time: Same for the path as a function of time, shape (n-1, dof).
        motion: Index into `motions` of each interval, shape (n-1,).
        motions: Motions in order of time.
        block: Sync block of each interval, shape (n-1,): increases at every event of this group
            that other groups or devices can see or that waited for one of them.
        tubes: Corners whose law is not known for certain, in order; see `domain.tubes`.
        shifted: Measured frame to q at the knots for each sampled shift of it, shape (m, n, dof);
            the shifts are `kinematics.frameshift.unit_shifts`. Empty where none was solved.
        follows: Measured frame to how each interval follows it; of the same frames.
    """

    group: str
    t: Array
    q: Array
    qd: Array
    qdd: Array
    dev_path: Array
    dev_time: Array
    motion: Ints
    motions: tuple[Motion, ...]
    block: Ints
    tubes: tuple[Tube, ...] = ()
    shifted: Mapping[str, Array] = field(default_factory=dict)
    follows: Mapping[str, Follow] = field(default_factory=dict)

    def traj(self, t: float | Array, order: int = 0) -> Array:
        """Return q, qd or qdd at t [s]: quintic Hermite between the knots, shape (..., dof)."""
        from cellsim.domain.interpolate import hermite

        return hermite(self.t, self.q, self.qd, self.qdd, np.asarray(t, dtype=np.float64), order)


@dataclass(frozen=True)
class Phase:
    """What is known of a moving fixture from t0 to t1 [s]: it is anywhere in [low, high] [rad | m].

    Attributes:
        kind: "stands" where low is high; "moves" from a start signal until done is told; "free"
            where nobody is told any more: a start signal fell too early, or it goes back untold.
        device: Which device began it, "" at the start. index: The line that started the device.
    """

    kind: Literal["stands", "moves", "free"]
    t0: float
    t1: float
    low: float
    high: float
    device: str = ""
    index: Index | None = None


@dataclass(frozen=True, eq=False)
class FixtureTrack:
    """A moving fixture over the time of a job.

    Attributes:
        fixture: "fixture:NAME".
        t, q: Its nominal course as knots, linear between: for the eye, and for what is gripped on
            it; shapes (n,) [s] and (n,) [rad | m], t increasing, first 0.
        phases: What is certain of it, without gaps; phase k takes knots 3 k to 3 k + 3 of the
            track that `strokes.driven` makes, which `Timeline.concurrent` counts.
    """

    fixture: str
    t: Array
    q: Array
    phases: tuple[Phase, ...]

    def at(self, t: float | Array) -> Array:
        """Return the nominal values at t [s], shape (..., 1) [rad | m]."""
        return np.asarray(np.interp(np.asarray(t, dtype=np.float64), self.t, self.q))[..., None]


@dataclass(frozen=True, eq=False)
class Hold:
    """Where a part is during [t0, t1]: parent link and `parent_T_part`.

    parent: "world", "frame:NAME" (static, or on what moves) or "group:NAME.flange". cause: event
    names at t0 ("grip:door.front_left"). knot0, knot1: knots of the holding group's track (or -1).
    """

    part: str
    parent: str
    pose: Pose
    t0: float
    t1: float
    cause: str = "start"


@dataclass(frozen=True, eq=False)
class Event:
    """Something discrete: kind "signal" | "grip" | "release" | "unfasten" | "unhinged" |
    "process" | "wait" | "done". name: what; group: who caused it; t [s]."""

    t: float
    kind: str
    name: str
    value: float
    group: str
    index: Index | None = None


@dataclass(frozen=True)
class Band:
    """Cycle time [s] with its band and the model it comes from; never printed without them."""

    nominal: float
    low: float
    high: float
    model: str


@dataclass(frozen=True, eq=False)
class Concurrent:
    """Knots [a0, a1] of group a and [b0, b1] of group b may happen at the same time.

    a, b: Names of groups, or "fixture:NAME", whose knots are those of its driven track; b also
        "process:NAME" of a device: its knot k lies between its k-th end and the next one.
    """

    a: str
    b: str
    a0: int
    a1: int
    b0: int
    b1: int


@dataclass(frozen=True)
class Choice:
    """Which way a program went where this run could not know it; two are equal at one place.

    kind: "if", "loop" or "wait" (true: its condition came, false: its timeout). text: What was
    read, without a leading not. value: What it was taken to be. at: Where timing alone decides, how
    many readings of signals its group had before it; None where nothing in the cell does.
    """

    group: str
    file: str
    line: int
    kind: str
    text: str
    value: bool
    at: int | None = None

    def alike(self, other: Choice) -> bool:
        """Whether another choice is of the same reading, whatever it was taken to be."""
        return replace(self, value=other.value) == other


@dataclass(frozen=True, eq=False)
class Timeline:
    """The job on one clock.

    Attributes:
        job: What was run.
        tracks: Group name to GroupTrack; all end at the same time.
        holds: Where every part is, without gaps.
        events: In order of time.
        concurrent: Knot ranges of different groups that no signal orders: certified for all shifts.
        band: Cycle time with band.
        breakdown: Group name to {"move", "process", "wait", "grip", "delay"} seconds.
        findings: What went wrong while running (deadlock, grip missed, signal never set ...).
        skipped: Branches not taken, as Index texts.
        assumptions: What the run took for granted.
        choices: What was taken for unknown readings, in order; empty where nothing was explored.
        accel: Acceleration class the tracks were made with: "slow", "typical" or "fast".
        overrides: Group name to the override range [%] at whose ends the job was run too.
        paces: Of each clock of the cell, in its order; empty where they were not worked out.
        fixtures: "fixture:NAME" of each moving fixture to its track.
    """

    job: Job
    tracks: Mapping[str, GroupTrack]
    holds: tuple[Hold, ...]
    events: tuple[Event, ...]
    concurrent: tuple[Concurrent, ...]
    band: Band
    breakdown: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    accel: str = "typical"
    overrides: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    paces: tuple[Pace, ...] = ()
    fixtures: Mapping[str, FixtureTrack] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """End of the last track [s]."""
        return max((float(track.t[-1]) for track in self.tracks.values()), default=0.0)
