"""What a replay saw, as findings with the program line it was seen at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.physics.carry import GRIP_FACTOR
from cellsim.physics.contacts import DEPTH_M, Touch
from cellsim.physics.links import STRONG, motor
from cellsim.physics.result import Slip, Tracking
from cellsim.physics.world import GRAVITY

TRACKING_RAD, TRACKING_M = 0.005, 0.003
SLIP_M, SLIP_RAD = 0.005, 0.02
HINGE_WEIGHTS = 5.0


def tracking_of(timeline: Timeline, group: str, error: Array, t: Array) -> Tracking:
    """Return the largest tracking error of a group; error: seen - asked, shape (n, dof)."""
    joints = timeline.job.cell.groups[group].joints
    limits = np.array([_tolerance(j.kind) for j in joints])
    k, j = np.unravel_index(int(np.argmax(np.abs(error) / limits)), error.shape)
    rms = float(np.sqrt(np.mean(error[:, j] ** 2)))
    joint = joints[int(j)]
    unit = "rad" if joint.kind == "revolute" else "m"
    return Tracking(joint.name, float(abs(error[k, j])), float(t[k]), rms, unit)


def _tolerance(kind: str) -> float:
    return TRACKING_RAD if kind == "revolute" else TRACKING_M


def lagging(timeline: Timeline, tracking: Mapping[str, Tracking]) -> list[Finding]:
    """Return a finding per group whose motors did not follow."""
    found = []
    for group, error in tracking.items():
        limit = _tolerance("revolute" if error.unit == "rad" else "prismatic")
        if error.largest > limit:
            subject, unit = f"{group} {error.joint}", f"m{error.unit}"
            value, most = 1e3 * error.largest, 1e3 * limit
            found.append(
                _warn(timeline, "physics-tracking", subject, value, most, unit, error.t, group)
            )
    return found


def touching(timeline: Timeline, touches: Mapping[tuple[str, str], Touch]) -> list[Finding]:
    """Return a finding per pair that touched and that no rule lets touch."""
    most = 1e3 * DEPTH_M
    return [
        _warn(
            timeline, "physics-contact", f"{a} / {b}", 1e3 * touch.depth, most, "mm", touch.first,
            _group_of(timeline, (a, b), touch.first),
        )
        for (a, b), touch in sorted(touches.items())
    ]  # fmt: skip


def slipping(timeline: Timeline, slips: Sequence[Slip]) -> list[Finding]:
    """Return a finding per grip in which the part moved."""
    found = []
    for slip in slips:
        if slip.distance <= SLIP_M and slip.angle <= SLIP_RAD:
            continue
        value, limit, unit = 1e3 * slip.distance, 1e3 * SLIP_M, "mm"
        if slip.distance <= SLIP_M:
            value, limit, unit = float(np.degrees(slip.angle)), float(np.degrees(SLIP_RAD)), "deg"
        group = _group_of(timeline, (f"part:{slip.part}",), slip.t)
        found.append(
            _warn(timeline, "physics-grip-slips", slip.part, value, limit, unit, slip.t, group)
        )
    return found


def binding(timeline: Timeline, forces: Mapping[str, tuple[float, float]]) -> list[Finding]:
    """Return a finding per hinge that took more than a few weights of its part.

    forces: Part name to (largest force [N], time [s]).
    """
    found = []
    for part, (force, when) in sorted(forces.items()):
        limit = HINGE_WEIGHTS * timeline.job.cell.parts[part].mass * GRAVITY
        if force > limit:
            group = _group_of(timeline, (f"part:{part}",), when)
            found.append(
                _warn(timeline, "physics-hinge-binds", part, force, limit, "N", when, group)
            )
    return found


def _warn(
    timeline: Timeline,
    rule: str,
    subject: str,
    value: float,
    limit: float,
    unit: str,
    t: float,
    group: str,
) -> Finding:
    """Return a warning at the program line that the group was at."""
    file, line = "", 0
    track = timeline.tracks.get(group)
    if track is not None and len(track.motions):
        index = track.motions[_motion_at(track, t)].index
        file, line = index.file, index.line
    return Finding(
        rule,
        Severity.WARNING,
        subject,
        float(value),
        float(limit),
        unit,
        file,
        line,
        t,
        t,
    )


def _motion_at(track: GroupTrack, t: float) -> int:
    k = int(np.clip(np.searchsorted(track.t, t, side="right") - 1, 0, len(track.motion) - 1))
    return int(track.motion[k])


def _group_of(timeline: Timeline, bodies: Sequence[str], t: float) -> str:
    """Return the group that moves one of the bodies at time t, "" if none does."""
    for body in bodies:
        owner = body.partition("/")[0]
        if owner in timeline.tracks:
            return owner
        for hold in timeline.holds:
            if f"part:{hold.part}" == body and hold.t0 <= t <= hold.t1:
                parent = hold.parent.removeprefix("group:").partition(".")[0]
                if parent in timeline.tracks:
                    return parent
    return ""


def assumptions_of(timeline: Timeline) -> tuple[str, ...]:
    """Return what the replay took for granted, as sentences."""
    cell = timeline.job.cell
    notes = [f"physics: a gripper holds with {GRIP_FACTOR:g} times the weight of its capacity"]
    for group in cell.groups.values():
        free = [j.name for k, j in enumerate(group.joints) if motor(group, k) >= STRONG]
        if free:
            notes.append(
                f"physics: motors of {group.name} {', '.join(free)} have no limit "
                "(no torque given, or link masses are estimates)"
            )
    return tuple(notes)
