"""Fixtures that move, named "fixture:NAME", each with one joint and one value for q.

The chain of one that hangs on others has their joints too, the lowest first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import FixtureJoint
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.geometry import Pose
from cellsim.kinematics.chain import FIXED, PRISMATIC, REVOLUTE, Chain

MOVER = "fixture:"
# What stands between two names in that of a chain which begins on a moving fixture.
ON = " on "


def movers_of(cell: Cell) -> tuple[str, ...]:
    """Return the carriers "fixture:NAME" of the fixtures of a cell that have a joint."""
    return tuple(f"{MOVER}{name}" for name, f in cell.fixtures.items() if f.joint is not None)


def joint_of(cell: Cell, mover: str) -> FixtureJoint:
    """Return the joint of "fixture:NAME"."""
    joint = cell.fixtures[mover.removeprefix(MOVER)].joint
    assert joint is not None
    return joint


def moving_link(mover: str) -> str:
    """Return the link that a moving fixture and all that hangs on it are bolted to."""
    return f"{mover}/moving"


def link_T_fixture(joint: FixtureJoint) -> Pose:
    """Return where the fixture's frame is on its moving link: the link begins on the axis."""
    return Pose.translation(*(-joint.origin))


def on_base(mover: str, base: str) -> str:
    """Return the name of the chain of a moving fixture that begins on another one under it."""
    return f"{mover}{ON}{base}"


def mover_chain(cell: Cell, group: str, stands: Sequence[tuple[str, Pose]]) -> Chain:
    """Return the chain of moving fixtures that carry one another.

    Args:
        group: What it is called.
        stands: Each of them, the lowest first, with where its frame is at 0 of its joint, on the
            moving link of the one before; the first in the world.
    """
    count = len(stands)
    joints = [joint_of(cell, mover) for mover, _ in stands]
    parent = np.arange(-1, 2 * count - 1, dtype=np.int64)
    origin, axis = np.tile(np.eye(4), (2 * count, 1, 1)), np.zeros((2 * count, 3))
    kind, qindex = np.zeros((2, 2 * count), dtype=np.int64)
    for k, ((_, last_T_fixture), joint) in enumerate(zip(stands, joints, strict=True)):
        origin[2 * k] = (last_T_fixture @ Pose.translation(*joint.origin)).matrix
        axis[2 * k + 1] = joint.axis
        kind[2 * k : 2 * k + 2] = FIXED, REVOLUTE if joint.kind == "revolute" else PRISMATIC
        qindex[2 * k : 2 * k + 2] = -1, k
    names = tuple(n for mover, _ in stands for n in (f"{mover}/stand", moving_link(mover)))
    axes = tuple(
        Joint("joint", j.kind, Pose.identity(), j.axis, j.lower, j.upper, None, None)
        for j in joints
    )
    home = tuple(joint.start for joint in joints)
    links = tuple(Link(name.rpartition("/")[2], None) for name in names)
    robot = Robot(group, "", "", "positioner", axes, links, Pose.identity(), home)
    return Chain(
        group=group,
        link_names=names,
        parent=parent,
        origin=origin,
        axis=axis,
        kind=kind,
        qindex=qindex,
        dof=count,
        arm_dof=count,
        lower=np.array([joint.lower for joint in joints]),
        upper=np.array([joint.upper for joint in joints]),
        speed=np.full(count, np.inf),
        joint_names=("joint",) * count,
        order=tuple(range(count)),
        flange=2 * count - 1,
        base=0,
        home=np.array(home),
        robot=robot,
    )
