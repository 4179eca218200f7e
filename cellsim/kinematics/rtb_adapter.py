"""The only importer of roboticstoolbox: our robots for notebooks, and a second opinion on FK."""

from __future__ import annotations

from typing import Any

import numpy as np

from cellsim.domain.robot import Robot
from cellsim.errors import Unavailable
from cellsim.geometry import Array, Pose, rotation_rpy


def to_rtb(robot: Robot) -> Any:
    """Return the robot as a `roboticstoolbox.Robot` with limits; its tool frame is the flange."""
    try:
        import roboticstoolbox
    except ImportError as missing:
        raise Unavailable("roboticstoolbox-python is not installed") from missing
    rtb: Any = roboticstoolbox
    ets = rtb.ETS()
    for number, joint in enumerate(robot.joints):
        ets = ets * _fixed(rtb, joint.origin) * _moving(rtb, joint.kind, joint.axis, number)
    ets = ets * _fixed(rtb, robot.flange)
    model = rtb.Robot(ets, name=robot.name, manufacturer=robot.maker)
    model.qlim = np.array([[j.lower for j in robot.joints], [j.upper for j in robot.joints]])
    return model


def flange_by_rtb(robot: Robot, q: Array) -> Pose:
    """Return `base_T_flange` for q of shape (robot.dof,), as roboticstoolbox computes it."""
    return Pose.from_matrix(np.asarray(to_rtb(robot).ets().eval(np.asarray(q))))


def _fixed(rtb: Any, pose: Pose) -> Any:
    """Return the elementary transforms of a constant pose."""
    roll, pitch, yaw = pose.rpy()
    ets = rtb.ETS([rtb.ET.tx(pose.p[0]), rtb.ET.ty(pose.p[1]), rtb.ET.tz(pose.p[2])])
    return ets * rtb.ETS([rtb.ET.Rz(yaw), rtb.ET.Ry(pitch), rtb.ET.Rx(roll)])


def _moving(rtb: Any, kind: str, axis: Array, number: int) -> Any:
    """Return a joint about (along) any axis: turn z onto it, move, turn back."""
    x, y, z = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    pitch = float(np.arctan2(np.hypot(x, y), z))
    yaw = float(np.arctan2(y, x))
    there = Pose(rotation_rpy(0.0, pitch, yaw), np.zeros(3))
    joint = rtb.ET.tz(jindex=number) if kind == "prismatic" else rtb.ET.Rz(jindex=number)
    return _fixed(rtb, there) * joint * _fixed(rtb, there.inverse())
