"""replay: a timeline on position motors, with gravity, mass and contact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.physics.camera import picture
from cellsim.physics.carry import GRIP_FACTOR, Carrying
from cellsim.physics.contacts import DEPTH_M, Contacts
from cellsim.physics.result import PhysicsResult, Tracking
from cellsim.physics.world import GRAVITY, World

STEP_S = 1.0 / 240.0
TRACKING_RAD, TRACKING_M = 0.02, 0.01
SLIP_M, SLIP_RAD = 0.005, 0.02
HINGE_WEIGHTS = 5.0
_LOOK = 4


def replay(
    timeline: Timeline, step_s: float = STEP_S, pictures: Sequence[float] = ()
) -> PhysicsResult:
    """Replay a timeline in PyBullet and return what was seen.

    Robot links have the masses of their robot file (mostly estimates), joints their largest
    torque where the maker gives one. A gripped part is held with the force of its gripper. Every
    finding is a warning: it does not decide the verdict.

    Args:
        step_s: Physics step [s]. pictures: Times [s] to take a picture at.

    Raises:
        Unavailable: pybullet is not installed.
    """
    steps = max(int(np.ceil(timeline.duration / step_s - 1e-9)), 1)
    t: Array = step_s * np.arange(steps + 1, dtype=np.float64)
    asked = {g: track.traj(t) for g, track in timeline.tracks.items()}
    speed = {g: track.traj(t, 1) for g, track in timeline.tracks.items()}
    seen = {g: np.empty_like(q) for g, q in asked.items()}
    shots = {min(max(round(s / step_s), 0), steps): s for s in pictures}
    images: dict[int, bytes] = {}
    with World(timeline.job.cell) as world:
        world.call("setTimeStep", step_s)
        world.set_joints({g: q[0] for g, q in asked.items()})
        for g, q in asked.items():
            seen[g][0] = q[0]
        contacts, carrying = Contacts(world, timeline), Carrying(world, timeline)
        for k in range(steps + 1):
            now = float(t[k])
            if k:
                for g in asked:
                    world.drive(g, asked[g][k], speed[g][k])
                world.call("stepSimulation")
                for g in asked:
                    seen[g][k] = world.joints(g, asked[g].shape[1])
            contacts.update(now)
            carrying.update(now)
            if k % _LOOK == 0:
                contacts.look(now)
                carrying.look(now)
            if k in shots:
                images[k] = picture(world)
    tracking = {g: _tracking(timeline, g, seen[g] - asked[g], t) for g in asked}
    return PhysicsResult(
        tuple(_findings(timeline, tracking, contacts, carrying)),
        tracking,
        tuple(carrying.slips.values()),
        {part: force for part, (force, _) in carrying.hinge_force.items()},
        tuple(images[k] for k in (min(max(round(s / step_s), 0), steps) for s in pictures)),
        step_s,
        steps,
        _assumptions(timeline),
    )


def _tracking(timeline: Timeline, group: str, error: Array, t: Array) -> Tracking:
    joints = timeline.job.cell.groups[group].joints
    limits = np.array([_tolerance(j.kind) for j in joints])
    k, j = np.unravel_index(int(np.argmax(np.abs(error) / limits)), error.shape)
    rms = float(np.sqrt(np.mean(error[:, j] ** 2)))
    joint = joints[int(j)]
    unit = "rad" if joint.kind == "revolute" else "m"
    return Tracking(joint.name, float(abs(error[k, j])), float(t[k]), rms, unit)


def _tolerance(kind: str) -> float:
    return TRACKING_RAD if kind == "revolute" else TRACKING_M


def _findings(
    timeline: Timeline, tracking: dict[str, Tracking], contacts: Contacts, carrying: Carrying
) -> list[Finding]:
    found: list[Finding] = []
    for group, error in tracking.items():
        limit = _tolerance("revolute" if error.unit == "rad" else "prismatic")
        if error.largest > limit:
            subject = f"{group} {error.joint}"
            value, most, unit = 1e3 * error.largest, 1e3 * limit, f"m{error.unit}"
            found.append(
                _warn(timeline, "physics-tracking", subject, value, most, unit, error.t, group)
            )
    for (a, b), touch in sorted(contacts.touches.items()):
        found.append(
            _warn(
                timeline,
                "physics-contact",
                f"{a} / {b}",
                1e3 * touch.depth,
                1e3 * DEPTH_M,
                "mm",
                touch.first,
                _group_of(timeline, (a, b), touch.first),
            )
        )
    for slip in carrying.slips.values():
        if slip.distance > SLIP_M or slip.angle > SLIP_RAD:
            value, limit, unit = 1e3 * slip.distance, 1e3 * SLIP_M, "mm"
            if slip.distance <= SLIP_M:
                value, limit, unit = np.degrees(slip.angle), np.degrees(SLIP_RAD), "deg"
            group = _group_of(timeline, (f"part:{slip.part}",), slip.t)
            found.append(
                _warn(timeline, "physics-grip-slips", slip.part, value, limit, unit, slip.t, group)
            )
    for part, (force, when) in sorted(carrying.hinge_force.items()):
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


def _assumptions(timeline: Timeline) -> tuple[str, ...]:
    cell = timeline.job.cell
    notes = [f"physics: a gripper holds with {GRIP_FACTOR:g} times the weight of its capacity"]
    for group in cell.groups.values():
        free = [j.name for j in group.joints if j.torque is None]
        if free:
            notes.append(f"physics: {group.name} {', '.join(free)} with motors without limit")
    return tuple(notes)
