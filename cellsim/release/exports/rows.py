"""What the exports say of a group: knots, TCP, signals, and the stretches between its waits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Event, GroupTrack, Ints, Timeline
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.frames import chain_of
from cellsim.simulate.moves import flange_T_tcp_of

TIME_DIGITS = 9


@dataclass(frozen=True)
class Stretch:
    """Knots first..last of one motion from rest to rest."""

    first: int
    last: int


def knots_of(track: GroupTrack) -> Ints:
    """Return the numbers of the knots whose printed times are distinct, ascending."""
    printed = np.round(track.t, TIME_DIGITS)
    new = np.concatenate([[True], np.diff(printed) > 0.0])
    return np.flatnonzero(new).astype(np.int64)


def stretches(track: GroupTrack) -> tuple[Stretch, ...]:
    """Return the motions between the times that the group stands still."""
    moving = np.array([track.motions[int(m)].kind != "stand" for m in track.motion], dtype=bool)
    moving &= np.any(np.abs(np.diff(track.q, axis=0)) > 0.0, axis=1) | np.any(
        np.abs(track.qd[:-1]) > 0.0, axis=1
    )
    edges = np.flatnonzero(np.diff(np.concatenate([[False], moving, [False]]).astype(int)))
    found: list[Stretch] = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        found += _at_rest(track, int(first), int(last))
    return tuple(found)


def _at_rest(track: GroupTrack, first: int, last: int) -> list[Stretch]:
    """Return a run cut where all joints stand: exact stops are ends of goals."""
    still = np.flatnonzero(np.all(np.abs(track.qd[first : last + 1]) < 1e-12, axis=1)) + first
    cuts = [int(k) for k in still if first < k < last]
    ends = [first, *cuts, last]
    return [Stretch(a, b) for a, b in itertools.pairwise(ends)]


def tcp_rows(timeline: Timeline, group: str, knots: Ints) -> list[Pose]:
    """Return `world_T_tcp` of the mounted tool at knots."""
    cell = timeline.job.cell
    chain = chain_of(cell, group)
    tcp = flange_T_tcp_of(cell, group, "")
    poses = link_poses(chain, np.ascontiguousarray(timeline.tracks[group].q[knots]))
    return [Pose.from_matrix(T) @ tcp for T in poses[:, chain.flange]]


def events_of(timeline: Timeline, group: str) -> tuple[Event, ...]:
    """Return what a group sets and waits for, in order."""
    cell = timeline.job.cell
    own = f"group:{group}"
    return tuple(
        e
        for e in timeline.events
        if e.group == group
        and (
            e.kind == "wait"
            or (
                e.kind == "signal" and e.name in cell.signals and cell.signals[e.name].source == own
            )
        )
    )


def signal_values(timeline: Timeline, times: Array) -> dict[str, Array]:
    """Return the value of every signal at times, after what happens then."""
    found: dict[str, Array] = {}
    for name, signal in sorted(timeline.job.cell.signals.items()):
        start = timeline.job.inputs.get(name, signal.initial)
        values = np.full(len(times), float(start))
        for e in timeline.events:
            if e.kind == "signal" and e.name == name:
                values[times >= e.t] = e.value
        found[name] = values
    return found


def between_rows(track: GroupTrack) -> Array:
    """Return how far the verified motion may lie from straight lines between knots, per joint."""
    if not len(track.dev_time):
        return np.zeros(track.q.shape[1])
    return np.asarray(track.dev_time.max(axis=0), dtype=np.float64)
