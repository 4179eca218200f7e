"""Fixtures that move: each is a chain of one joint, named "fixture:NAME", with one value for q."""

from __future__ import annotations

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import FixtureJoint
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.geometry import Pose
from cellsim.kinematics.chain import FIXED, PRISMATIC, REVOLUTE, Chain

MOVER = "fixture:"


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


def mover_chain(cell: Cell, mover: str, world_T_fixture: Pose) -> Chain:
    """Return the chain of a moving fixture.

    Args:
        world_T_fixture: Where its frame is at 0 of its joint.
    """
    joint = joint_of(cell, mover)
    turns = joint.kind == "revolute"
    world_T_axis = world_T_fixture @ Pose.translation(*joint.origin)
    none = np.zeros(3)
    axis = Joint(
        "joint", joint.kind, Pose.identity(), joint.axis, joint.lower, joint.upper, None, None
    )
    robot = Robot(
        mover, "", "", "positioner", (axis,), (Link("stand", None), Link("moving", None)),
        Pose.identity(), (joint.start,),
    )  # fmt: skip
    return Chain(
        group=mover,
        link_names=(f"{mover}/stand", moving_link(mover)),
        parent=np.array([-1, 0], dtype=np.int64),
        origin=np.stack([world_T_axis.matrix, np.eye(4)]),
        axis=np.stack([none, joint.axis]),
        kind=np.array([FIXED, REVOLUTE if turns else PRISMATIC], dtype=np.int64),
        qindex=np.array([-1, 0], dtype=np.int64),
        dof=1,
        arm_dof=1,
        lower=np.array([joint.lower]),
        upper=np.array([joint.upper]),
        speed=np.array([np.inf]),
        joint_names=("joint",),
        order=(0,),
        flange=1,
        base=0,
        home=np.array([joint.start]),
        robot=robot,
    )
