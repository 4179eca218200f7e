"""Put the runs and the standing of one group together into its track."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.program import Index
from cellsim.domain.report import Finding
from cellsim.domain.timeline import GroupTrack, Ints, Motion, Tube
from cellsim.domain.tubes import moved
from cellsim.geometry import Array

if TYPE_CHECKING:
    from cellsim.domain.controller import MotionRules
    from cellsim.motion.spec import MoveSpec, Run

SAME_TIME_S = 1e-9


@dataclass(frozen=True, eq=False)
class Stand:
    """Standing still in [t0, t1]; note: "wait", "process", "grip", "delay" or "done"."""

    t0: float
    t1: float
    index: Index
    note: str


@dataclass(frozen=True, eq=False)
class Ride:
    """A motion run that begins at t0.

    Attributes:
        marks: (time in it [s], knot) of what brings each output on its way about.
        specs, rules: The moves and corner laws it was made of.
    """

    t0: float
    run: Run
    marks: tuple[tuple[float, int], ...] = ()
    specs: tuple[MoveSpec, ...] = ()
    rules: MotionRules | None = None

    @property
    def t1(self) -> float:
        """End [s]."""
        return self.t0 + float(self.run.t[-1])


def of_group(group: str, finding: Finding) -> Finding:
    """Return what was found of a run as what is found of a group: joints are named with theirs."""
    if finding.rule != "tcp-speed-not-held":
        return finding
    return replace(finding, subject=f"{group} {finding.subject}")


@dataclass(eq=False)
class Record:
    """What one group did.

    Attributes:
        group: Name. q0: Where it began. segments: In order, without gaps.
        breaks: Times [s] at which a knot is needed while it stands (grips, processes).
        syncs: (segment, knot in it) of each sync, in order.
    """

    group: str
    q0: Array
    segments: list[Stand | Ride] = field(default_factory=list)
    breaks: list[float] = field(default_factory=list)
    syncs: list[tuple[int, int]] = field(default_factory=list)

    def q_at(self, t: float) -> Array:
        """Return the joint values at t [s]: on the last run, or at its end."""
        for segment in reversed(self.segments):
            if isinstance(segment, Ride):
                run = segment.run
                local = t - segment.t0
                if local >= float(run.t[-1]):
                    return np.array(run.q[-1])
                k = int(np.searchsorted(run.t, local, "right")) - 1
                k = min(max(k, 0), len(run.t) - 2)
                part = float((local - run.t[k]) / (run.t[k + 1] - run.t[k]))
                part = min(max(part, 0.0), 1.0)
                return np.array(run.q[k] + part * (run.q[k + 1] - run.q[k]))
        return self.q0

    def end_q(self) -> Array:
        """Return the joint values after the last run."""
        return self.q_at(np.inf)


@dataclass(eq=False)
class _Columns:
    """Track columns while they grow; one list item per piece, joined once."""

    t: list[Array]
    q: list[Array]
    qd: list[Array]
    qdd: list[Array]
    dev_path: list[Array]
    dev_time: list[Array]
    motion: list[Ints]
    motions: list[Motion]
    knots: int = 1
    tubes: list[Tube] = field(default_factory=list)


def assemble(
    record: Record, end: float, last: Index
) -> tuple[GroupTrack, list[tuple[int, int]], list[int]]:
    """Return the track up to `end` [s], the (first, last) knot of each of its sync blocks, and the
    knot at which each segment begins, the standing at the end included."""
    columns = _begin(record.q0)
    starts: list[int] = []
    for segment in [*record.segments, Stand(_end(record), end, last, "done")]:
        starts.append(columns.knots - 1)
        if isinstance(segment, Ride):
            _ride(columns, segment)
        else:
            _stand(columns, segment, record.breaks)
    cuts = [starts[segment] + knot for segment, knot in record.syncs]
    count = columns.knots - 1
    block = np.array([bisect_right(cuts, k) for k in range(count)], dtype=np.int64)
    edges = [0, *cuts, count]
    return _track(record.group, columns, block), list(pairwise(edges)), starts


def _end(record: Record) -> float:
    return record.segments[-1].t1 if record.segments else 0.0


def _begin(q0: Array) -> _Columns:
    dof = len(q0)
    rest, none = np.zeros((1, dof)), np.zeros((0, dof))
    start = np.zeros(1)
    return _Columns(
        [start], [np.array(q0).reshape(1, dof)], [rest], [rest], [none], [none], [], []
    )  # fmt: skip


def _ride(columns: _Columns, ride: Ride) -> None:
    run = ride.run
    if len(run.t) < 2:
        return
    columns.t.append(run.t[1:] + ride.t0)
    for name in ("q", "qd", "qdd"):
        getattr(columns, name).append(getattr(run, name)[1:])
    columns.dev_path.append(run.dev_path)
    columns.dev_time.append(run.dev_time)
    columns.motion.append(run.motion + len(columns.motions))
    shift = columns.knots - 1
    columns.motions += [replace(m, first=m.first + shift, last=m.last + shift) for m in run.motions]
    columns.tubes += [moved(tube, shift, ride.t0) for tube in run.tubes]
    columns.knots += len(run.t) - 1


def _stand(columns: _Columns, stand: Stand, breaks: Iterable[float]) -> None:
    if stand.t1 - stand.t0 <= SAME_TIME_S:
        return
    times = _standing_knots(stand, breaks)
    count = len(times)
    q = columns.q[-1][-1]
    rest = np.zeros((count, len(q)))
    columns.t.append(np.array(times))
    columns.q.append(np.repeat(q[None, :], count, axis=0))
    for piece in (columns.qd, columns.qdd, columns.dev_path, columns.dev_time):
        piece.append(rest)
    columns.motion.append(np.full(count, len(columns.motions), dtype=np.int64))
    first = columns.knots - 1
    columns.motions.append(Motion("stand", stand.index, first, first + count, note=stand.note))
    columns.knots += count


def _standing_knots(stand: Stand, breaks: Iterable[float]) -> list[float]:
    """Return the times of the knots after the first: breaks well inside, and the end."""
    times: list[float] = []
    for t in sorted(breaks):
        after = t - (times[-1] if times else stand.t0)
        if after > SAME_TIME_S and stand.t1 - t > SAME_TIME_S:
            times.append(t)
    return [*times, stand.t1]


def _track(group: str, columns: _Columns, block: Ints) -> GroupTrack:
    def joined(pieces: Sequence[Array]) -> Array:
        array = np.ascontiguousarray(np.concatenate(pieces), dtype=np.float64)
        array.setflags(write=False)
        return array

    motion = np.concatenate([np.zeros(0, dtype=np.int64), *columns.motion])
    return GroupTrack(
        group,
        joined(columns.t),
        joined(columns.q),
        joined(columns.qd),
        joined(columns.qdd),
        joined(columns.dev_path),
        joined(columns.dev_time),
        motion,
        tuple(columns.motions),
        block,
        tuple(columns.tubes),
    )


def knot_at(track: GroupTrack, t: float) -> int:
    """Return the knot at t [s], or the last one before it."""
    return max(int(np.searchsorted(track.t, t + SAME_TIME_S, side="right")) - 1, 0)
