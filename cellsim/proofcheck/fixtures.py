"""Moving fixtures, worked out by the checker itself: links, and a track through all their places.

The ranges of the phases are derived again from the cell: they may only be wider than what the
devices that began them can do. Phase k of a fixture takes knots 3 k to 3 k + 3.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Fixture, FixtureJoint
from cellsim.domain.timeline import FixtureTrack, GroupTrack, Phase, Timeline
from cellsim.errors import BadInput
from cellsim.geometry import Array
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.proofcheck.course import SLIDES, Course, Ints, course_from

TURNS = 1
_LEAST_S = 1e-7
_SAME = 1e-12
_EVENT_S = 1e-6


def moving(cell: Cell) -> Mapping[str, tuple[Fixture, FixtureJoint]]:
    """Return the moving fixtures of a cell by the name of their carrier, "fixture:NAME"."""
    return {f"fixture:{n}": (f, f.joint) for n, f in cell.fixtures.items() if f.joint is not None}


def fixture_links(cell: Cell, name: str) -> tuple[tuple[str, ...], Ints, Array]:
    """Return names, (parent, kind, column) and frames of the two links of a moving fixture."""
    fixture, joint = moving(cell)[name]
    anchor, anchor_T_frame = anchor_of(cell, fixture.frame)
    if anchor != WORLD:
        raise BadInput(f"{name} moves and hangs on {anchor}", expected="a frame that stands")
    R = anchor_T_frame.R @ fixture.pose.R
    p = anchor_T_frame.R @ (fixture.pose.R @ joint.origin + fixture.pose.p) + anchor_T_frame.p
    kind = SLIDES if joint.kind == "prismatic" else TURNS
    rows = np.array([[-1, 0, -1], [0, kind, 0]], dtype=np.int64)
    frames = np.array([
        [*R.ravel(), *p, 0.0, 0.0, 0.0],
        [*np.eye(3).ravel(), 0.0, 0.0, 0.0, *joint.axis],
    ])  # fmt: skip
    return (f"{name}/stand", f"{name}/moving"), rows, frames


def fixture_course(cell: Cell, name: str, track: GroupTrack) -> Course:
    """Return the course of a moving fixture along its track."""
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
