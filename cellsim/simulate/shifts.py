"""Sampled shifts of frames that are measured at run time, and what the arms do for each.

A controller that adds a measured shift solves for other joint values: the base stands, the tool
follows the frame, elbow and wrist turn as they must. Here every move programmed in the frame is
solved again for sampled shifts, its corners and the ways into the frame and out of it included, so
that each knot of a track has its joint values for each shift. Sampled, not enclosed: Monte Carlo.
Beside them stands how each interval follows (`domain.follow`), from which its joints are enclosed
where that can be proven (`motion.enclosed`).

A joint target in the frame moves with it: the flange pose of its joint values is shifted and solved
again near by, as HRScript does with the shift of a user frame (see `controllers.hyundai`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from cellsim.collision.items import frames_of
from cellsim.domain.cell import Cell, Frame
from cellsim.domain.follow import RIGID, SAMPLED, STILL, Follow
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.frameshift import said, unit_shifts, world_shifts
from cellsim.kinematics.naming import branch_name
from cellsim.motion.again import Lost, joints_again
from cellsim.motion.caps import Caps, caps_of
from cellsim.motion.followed import how_followed
from cellsim.motion.leg import Step
from cellsim.motion.route import route_of
from cellsim.simulate.record import Record, Ride

RULE = "frame-not-followed"


def with_shifts(cell: Cell, record: Record, track: GroupTrack) -> tuple[GroupTrack, list[Finding]]:
    """Return a track with its joint values for sampled shifts of each frame it follows.

    Findings (frame-not-followed): an error where a move cannot be made for a sampled shift;
    undecided where it is another move then: a corner, or on another branch.
    """
    shifted: dict[str, Array] = {}
    follows: dict[str, Follow] = {}
    findings: list[Finding] = []
    for frame in _followed(cell, record):
        q, follow, lost = _shifted(cell, frame, record, track)
        shifted[frame.name], follows[frame.name] = q, follow
        findings += [_finding(frame, one) for one in lost]
    told = replace(track, shifted=shifted, follows=_one_at_a_time(follows))
    return told, list(_once(findings))


def _one_at_a_time(follows: Mapping[str, Follow]) -> Mapping[str, Follow]:
    """Return the same, sampled where more than one frame is followed: what both do is no sum."""
    many = sum((f.how != STILL).astype(int) for f in follows.values()) > 1
    return {
        name: replace(f, how=np.where(many & (f.how != STILL), SAMPLED, f.how))
        for name, f in follows.items()
    }


def _followed(cell: Cell, record: Record) -> list[Frame]:
    """Return the measured frames in the world that moves of a group are programmed in."""
    rides = [segment for segment in record.segments if isinstance(segment, Ride)]
    named = {n for r in rides for m in r.specs if m.frame in cell.frames
             for n in frames_of(cell, m.frame)}  # fmt: skip
    frames = [cell.frames[name] for name in sorted(named)]
    return [f for f in frames if (f.range_m or f.range_rad) and anchor_of(cell, f.name)[0] == WORLD]


def _shifted(
    cell: Cell, frame: Frame, record: Record, track: GroupTrack
) -> tuple[Array, Follow, list[Lost]]:
    """Return the joint values at the knots for each shift, (m, n, dof), how it follows, losses."""
    chain = chain_of(cell, record.group)
    caps, _ = caps_of(cell.groups[record.group].joints, "typical")
    shifts = world_shifts(cell, frame.name)
    q, inside = np.repeat(record.q0[None], len(shifts), axis=0), False
    out = np.repeat(track.q[None], len(shifts), axis=0)
    lost: list[Lost] = []
    follow = Follow.still(len(track.t) - 1, track.q.shape[1])
    for ride in record.segments:
        if not isinstance(ride, Ride) or len(ride.run.t) < 2:
            continue
        follows = [frame.name in frames_of(cell, m.frame) for m in ride.specs]
        first = int(np.argmin(np.abs(track.t - ride.t0)))
        if any(follows) or inside:
            rows, part, more = _ride(chain, caps, ride, (q, inside), follows, shifts)
            follow = follow.then(first, part)
            lost += more
        else:
            rows = np.repeat(ride.run.q[None], len(shifts), axis=0)
        follow.how[first + rows.shape[1] - 1 :] = RIGID if follows[-1] else STILL
        out[:, first : first + rows.shape[1]] = rows
        out[:, first + rows.shape[1] :] = rows[:, -1:]
        q, inside = rows[:, -1], follows[-1]
    return out, follow, lost


def _ride(
    chain: Chain,
    caps: Caps,
    ride: Ride,
    start: tuple[Array, bool],
    follows: list[bool],
    shifts: Array,
) -> tuple[Array, Follow, list[Lost]]:
    assert ride.rules is not None
    q0 = np.asarray(ride.run.q[0], dtype=float)
    route = route_of(chain, caps, q0, ride.specs, ride.rules)
    steps, stretches = route.steps, route.stretches
    q, lost = joints_again(chain, steps, stretches, ride.run, start, follows, shifts)
    ends = {step.number: step for step, inside in zip(steps, follows, strict=True) if inside}
    how = how_followed(steps, stretches, ride.run, [start[1], *follows])
    return q, how, [*lost, *_branches(chain, ride, q, ends)]


def _branches(chain: Chain, ride: Ride, q: Array, steps: dict[int, Step]) -> Iterator[Lost]:
    """Yield the moves that stop at a shifted target on another branch than without a shift."""
    stops = {id(m.index): m.last for m in ride.run.motions if m.kind != "corner"}
    for step in steps.values():
        knot = stops.get(id(step.spec.index))
        if knot is None:
            continue
        named = branch_name(chain, ride.run.q[knot])
        for number in range(len(q)):
            if named and branch_name(chain, q[number, knot]) != named:
                yield Lost(step.spec, number, False, "branch")
                break


def _finding(frame: Frame, lost: Lost) -> Finding:
    place = lost.spec.index
    facts = {"shift": said(frame, unit_shifts()[lost.shift]), "why": lost.why}
    severity = Severity.ERROR if lost.certain else Severity.UNDECIDED
    return Finding(RULE, severity, frame.name, file=place.file, line=place.line, facts=facts)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first finding of each severity and line: one shift stands for all."""
    seen: set[tuple[str, int, Severity, str]] = set()
    for f in findings:
        key = (f.file, f.line, f.severity, f.subject)
        if key not in seen:
            seen.add(key)
            yield f
