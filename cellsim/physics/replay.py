"""replay: a timeline on position motors, with gravity, mass and contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.domain.timeline import Timeline
from cellsim.geometry import Array
from cellsim.physics.camera import Direction, picture, view_of
from cellsim.physics.carry import Carrying
from cellsim.physics.contacts import Contacts
from cellsim.physics.result import PhysicsResult
from cellsim.physics.told import (
    assumptions_of,
    binding,
    lagging,
    slipping,
    touching,
    tracking_of,
)
from cellsim.physics.world import World

STEP_S = 1.0 / 240.0
_LOOK = 4


def replay(
    timeline: Timeline, step_s: float = STEP_S, pictures: Sequence[float] = ()
) -> PhysicsResult:
    """Replay a timeline in PyBullet and return what was seen.

    Robot links have the masses of their robot file; joints have their largest torque where the
    maker gives one and the masses are not estimates. A gripped part is held with the force of its
    gripper. Every finding is a warning: it does not decide the verdict.

    Args:
        step_s: Physics step [s]. pictures: Times [s] to take a picture at.

    Raises:
        Unavailable: pybullet is not installed.
    """
    steps = max(int(np.ceil(timeline.duration / step_s - 1e-9)), 1)
    t: Array = step_s * np.arange(steps + 1, dtype=np.float64)
    asked = {g: track.traj(t) for g, track in timeline.tracks.items()}
    shots = [min(max(round(when / step_s), 0), steps) for when in pictures]
    with World(timeline.job.cell) as world:
        world.call("setTimeStep", step_s)
        contacts, carrying = Contacts(world, timeline), Carrying(world, timeline)
        seen, images = _run(world, t, asked, contacts, carrying, frozenset(shots))
    tracking = {g: tracking_of(timeline, g, seen[g] - asked[g], t) for g in asked}
    slips = tuple(carrying.slips.values())
    findings = [
        *lagging(timeline, tracking),
        *touching(timeline, contacts.touches),
        *slipping(timeline, slips),
        *binding(timeline, carrying.hinge_force),
    ]
    return PhysicsResult(
        tuple(findings),
        tracking,
        slips,
        {part: force for part, (force, _) in carrying.hinge_force.items()},
        tuple(images[k] for k in shots),
        step_s,
        steps,
        assumptions_of(timeline),
    )


def _run(
    world: World,
    t: Array,
    asked: Mapping[str, Array],
    contacts: Contacts,
    carrying: Carrying,
    shots: frozenset[int],
) -> tuple[dict[str, Array], dict[int, bytes]]:
    """Step through the timeline; return q as seen, (n, dof) per group, and pictures by step."""
    seen = {g: q.copy() for g, q in asked.items()}
    images: dict[int, bytes] = {}
    view: Direction | None = None
    world.set_joints({g: q[0] for g, q in asked.items()})
    for k, now in enumerate(t.tolist()):
        if k:
            for g, q in asked.items():
                # PyBullet's motor adds the position error of now to the speed of the step.
                world.drive(g, q[k - 1], (q[k] - q[k - 1]) / (t[k] - t[k - 1]))
            world.call("stepSimulation")
            for g, q in asked.items():
                seen[g][k] = world.joints(g, q.shape[1])
        contacts.update(now)
        carrying.update(now)
        if k % _LOOK == 0:
            contacts.look(now)
            carrying.look(now)
        if k in shots:
            view = view or view_of(world)
            images[k] = picture(world, view)
    return seen, images
