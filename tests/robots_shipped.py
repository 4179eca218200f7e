"""The shipped robots, for tests."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import numpy as np

from cellsim.domain.files.robot import load_robot
from cellsim.domain.robot import Robot
from cellsim.geometry import Array, Pose, rotation_axis

SHIPPED = Path(__file__).resolve().parents[1] / "robots"
NAMES = tuple(sorted(path.parent.name for path in SHIPPED.glob("*/robot.yaml")))
ARMS = tuple(name for name in NAMES if not name.startswith(("generic", "kuka_kl", "yaskawa_mot")))


@cache
def robot(name: str) -> Robot:
    return load_robot(SHIPPED / name)


def link_poses(device: Robot, q: Array) -> list[Pose]:
    """Return base_T_link of every link by plain matrix products, and the flange last."""
    pose, out = Pose.identity(), [Pose.identity()]
    for joint, value in zip(device.joints, q, strict=True):
        if joint.kind == "revolute":
            motion = Pose(rotation_axis(joint.axis, float(value)), np.zeros(3))
        else:
            motion = Pose(np.eye(3), joint.axis * value)
        pose = pose @ joint.origin @ motion
        out.append(pose)
    return [*out, pose @ device.flange]


def scales(device: Robot) -> Array:
    return np.array([math.pi / 180 if j.kind == "revolute" else 1e-3 for j in device.joints])
