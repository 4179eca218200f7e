"""Moving fixtures, worked out by the checker itself: links, and a track through all their places.

The ranges of the phases are derived again from the cell: they may only be wider than what the
devices that began them can do. Phase k of a fixture takes knots 3 k to 3 k + 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.timeline import FixtureTrack, GroupTrack, Phase, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.proofcheck.course import SLIDES, Course, Ints, course_from, drive

TURNS = 1
SEEN = " on "
_LEAST_S = 1e-7
_SAME = 1e-12
_EVENT_S = 1e-6


def moving(cell: Cell) -> Mapping[str, tuple[Fixture, FixtureJoint]]:
    """Return the moving fixtures of a cell by the name of their carrier, "fixture:NAME"."""
    return {f"fixture:{n}": (f, f.joint) for n, f in cell.fixtures.items() if f.joint is not None}


def carriers(cell: Cell, name: str) -> tuple[str, ...]:
    """Return the moving fixtures between the world and one of them, itself last."""
    line = [name]
    while True:
        anchor, _ = anchor_of(cell, moving(cell)[line[0]][0].frame)
        below = anchor.partition("/")[0]
        if anchor == WORLD:
            return tuple(line)
        if below not in moving(cell) or below in line:
            raise BadInput(f"{name} moves and hangs on {anchor}", expected="a frame that stands")
        line.insert(0, below)


def several_in(cell: Cell) -> dict[str, tuple[str, ...]]:
    """Return the courses of more than one fixture, and of those seen from one that carries both."""
    up = {name: carriers(cell, name) for name in moving(cell)}
    found = {name: line for name, line in up.items() if len(line) > 1}
    for a in up:
        for b in up:
            shared = shared_by(up[a], up[b])
            if a != b and shared and shared not in (a, b):
                found[f"{a}{SEEN}{shared}"] = up[a][up[a].index(shared) + 1 :]
    return found


def shared_by(a: Sequence[str], b: Sequence[str]) -> str:
    """Return the uppermost fixture that is in both lines, "" where none is."""
    return next((name for name in reversed(a) if name in b), "")


def fixture_links(cell: Cell, name: str) -> tuple[tuple[str, ...], Ints, Array]:
    """Return names, (parent, kind, column) and frames of the links of a course of fixtures.

    Two of each that moves in it; as seen from a fixture they begin on its link, at the start.
    """
    last, _, base = name.partition(SEEN)
    line, start = carriers(cell, last), np.eye(4)
    if base:
        for below in line[: line.index(base) + 1]:
            start = start @ _stand(cell, below) @ _moved(moving(cell)[below][1])
        line = line[line.index(base) + 1 :]
    names: list[str] = []
    rows, frames = [], []
    for k, one in enumerate(line):
        joint, T = moving(cell)[one][1], start @ _stand(cell, one)
        start = np.eye(4)
        names += [f"{one}/stand", f"{one}/moving"]
        rows += [(2 * k - 1, 0, -1), (2 * k, SLIDES if joint.kind == "prismatic" else TURNS, k)]
        frames.append([*T[:3, :3].ravel(), *T[:3, 3], 0.0, 0.0, 0.0])
        frames.append([*np.eye(3).ravel(), 0.0, 0.0, 0.0, *joint.axis])
    return tuple(names), np.array(rows, dtype=np.int64), np.array(frames)


def _stand(cell: Cell, name: str) -> Array:
    """Return the axis of a fixture at 0, on the link below or in the world, shape (4, 4)."""
    fixture, joint = moving(cell)[name]
    _, below_T_frame = anchor_of(cell, fixture.frame)
    T = np.eye(4)
    T[:3, :3] = below_T_frame.R @ fixture.pose.R
    T[:3, 3] = below_T_frame.R @ (fixture.pose.R @ joint.origin + fixture.pose.p) + below_T_frame.p
    return T


def _moved(joint: FixtureJoint) -> Array:
    """Return the motion of a joint at its start, shape (4, 4)."""
    T, value = np.eye(4)[None, :3].copy(), joint.start
    frame = np.concatenate([np.zeros(12), joint.axis])
    drive(T[0], frame, joint.kind == "prismatic", value)
    return np.vstack([T[0], [0.0, 0.0, 0.0, 1.0]])


def fixture_course(cell: Cell, name: str, track: GroupTrack) -> Course:
    """Return the course of a moving fixture, or of several, along its track."""
    _, links, frames = fixture_links(cell, name)
    return course_from(links, frames, track)


def fixture_tracks(timeline: Timeline) -> dict[str, GroupTrack]:
    """Return the track of every moving fixture: once through the range of each of its phases.

    Raises BadInput where a phase claims to know more than the cell and its events allow.
    """
    cell = timeline.job.cell
    found = {}
    for name, (_, joint) in moving(cell).items():
        given = timeline.fixtures.get(name)
        if given is None:
            raise BadInput(f"the timeline says nothing of {name}, which moves")
        _hold(timeline, given, joint)
        found[name] = _through(given)
    return found


def _hold(timeline: Timeline, given: FixtureTrack, joint: FixtureJoint) -> None:
    """Refuse phases that are narrower than what their devices can do, or that leave gaps."""
    cell, name = timeline.job.cell, given.fixture
    told = [(e.name, e.t) for e in timeline.events if e.kind == "process"]
    low, high, end = joint.start, joint.start, 0.0
    for k, phase in enumerate(given.phases):
        device = cell.devices.get(phase.device)
        places = [low, high]
        if k and (device is None or f"fixture:{device.target}" != name or device.goal is None):
            raise BadInput(f"{name}: '{phase.device}' does not move it")
        if device is not None:
            goals = (device.goal, device.back if phase.kind == "free" else None)
            places += [goal for goal in goals if goal is not None]
        if phase.kind == "stands" and k:
            rises = any(n == phase.device and abs(t - phase.t0) < _EVENT_S for n, t in told)
            if not rises or device is None or device.goal is None:
                raise BadInput(f"{name}: nothing tells that it stands at {phase.t0:.6f} s")
            places = [device.goal]
        if abs(phase.t0 - end) > _EVENT_S or not _holds(phase, places):
            raise BadInput(f"{name}: a phase at {phase.t0:.6f} s leaves out where it may be")
        low, high, end = phase.low, phase.high, phase.t1


def _holds(phase: Phase, places: list[float]) -> bool:
    return phase.low <= min(places) + _SAME and phase.high >= max(places) - _SAME


def _through(given: FixtureTrack) -> GroupTrack:
    t, q = [given.phases[0].t0], [_nominal(given, given.phases[0], given.phases[0].t0)]
    for phase in given.phases:
        last = _nominal(given, phase, phase.t1)
        up = float(np.interp(phase.t0, given.t, given.q)) <= float(
            np.interp(phase.t1, given.t, given.q)
        )
        q += [phase.low, phase.high, last] if up else [phase.high, phase.low, last]
        for third in (1, 2, 3):
            t.append(max(phase.t0 + third / 3 * (phase.t1 - phase.t0), t[-1] + _LEAST_S))
    values = np.array(q)[:, None]
    rest, number = np.zeros((len(q) - 1, 1)), np.repeat(np.arange(len(given.phases)), 3)
    still = 0.0 * values
    return GroupTrack(
        given.fixture, np.array(t), values, still, still, rest, rest,
        number.astype(np.int64), (), number.astype(np.int64),
    )  # fmt: skip


def _nominal(given: FixtureTrack, phase: Phase, t: float) -> float:
    return float(np.clip(np.interp(t, given.t, given.q), phase.low, phase.high))
