"""The only importer of pinocchio: rigid body dynamics of an arm, and a second opinion on FK."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cellsim.domain.robot import Robot
from cellsim.errors import BadInput
from cellsim.geometry import Array, Pose

if TYPE_CHECKING:
    from cellsim.kinematics.mass import Mass


def to_pinocchio(robot: Robot, masses: Sequence[Mass] = (), *, inertia: bool = True) -> Any:
    """Return a pinocchio model of the arm, its flange as frame "flange".

    inertia=False leaves the link masses out (kinematics only).
    """
    import pinocchio as pin

    model = pin.Model()
    parent = 0
    for joint, link in zip(robot.joints, robot.links[1:], strict=True):
        make = pin.JointModelRevoluteUnaligned
        if joint.kind == "prismatic":
            make = pin.JointModelPrismaticUnaligned
        axis = np.asarray(joint.axis, dtype=np.float64)
        axis = axis / np.linalg.norm(axis)
        parent = model.addJoint(parent, make(axis), _se3(joint.origin), joint.name)
        if inertia:
            if link.mass is None or link.com is None or link.inertia is None:
                raise BadInput(f"{robot.name}: no mass figures for link '{link.name}'")
            body = pin.Inertia(link.mass, np.array(link.com), np.array(link.inertia))
            model.appendBodyToJoint(parent, body, pin.SE3.Identity())
    for mass in masses:
        body = pin.Inertia(mass.mass, np.asarray(mass.com), np.asarray(mass.inertia))
        model.appendBodyToJoint(parent, body, _se3(robot.flange))
    frame = pin.Frame("flange", parent, 0, _se3(robot.flange), pin.FrameType.OP_FRAME)
    model.addFrame(frame)
    return model


def rnea(
    robot: Robot,
    q: Array,
    qd: Array,
    qdd: Array,
    masses: Sequence[Mass],
    world_T_base: Pose,
    base_acceleration: Array | None = None,
) -> Array:
    """Return joint torques by the recursive Newton-Euler algorithm, shape (n, dof).

    base_acceleration: Of a base that does not turn [m/s2, world], shape (n, 3); None = at rest.
    """
    import pinocchio as pin

    from cellsim.kinematics.mass import GRAVITY

    model = to_pinocchio(robot, masses)
    fall = np.array([0.0, 0.0, -GRAVITY])
    if base_acceleration is None:
        base_acceleration = np.zeros((len(q), 3))
    data, found = model.createData(), np.empty((len(q), robot.dof))
    rows = zip(*(np.ascontiguousarray(x, dtype=np.float64) for x in (q, qd, qdd)), strict=True)
    felt = None
    for n, (row, acceleration) in enumerate(zip(rows, base_acceleration.tolist(), strict=True)):
        if acceleration != felt:
            felt = acceleration
            model.gravity.linear = world_T_base.R.T @ (fall - acceleration)
        found[n] = pin.rnea(model, data, *row)
    return found


def flange_by_pinocchio(robot: Robot, q: Array) -> Pose:
    """Return `base_T_flange` for q of shape (robot.dof,), as pinocchio computes it."""
    import pinocchio as pin

    model = to_pinocchio(robot, inertia=False)
    data = model.createData()
    pin.framesForwardKinematics(model, data, np.asarray(q, dtype=np.float64))
    placement = data.oMf[model.getFrameId("flange")]
    return Pose(np.array(placement.rotation), np.array(placement.translation))


def _se3(pose: Pose) -> Any:
    import pinocchio as pin

    return pin.SE3(np.array(pose.R), np.array(pose.p))
