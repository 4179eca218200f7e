"""What URScript text prints for joints and poses; the inverse stands in `read`."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cellsim.controllers.writing.axes import meant_by, printed_values
from cellsim.controllers.writing.numbers import on_grid
from cellsim.domain.controller import AxisMap
from cellsim.geometry import Pose

ANGLE_DIGITS = 6
LENGTH_DIGITS = 6
SPEED_DIGITS = 4
TIME_DIGITS = 3
RADIUS_DIGITS = 4
ACCEL_DIGITS = 3
JOINT_ACCEL = 1.4  # rad/s2, URScript's default: 100 %
LINE_ACCEL = 1.2  # m/s2, URScript's default: 100 %


def joint_radians(axes: tuple[AxisMap, ...], q: Sequence[float]) -> list[float]:
    """Return the printed joint angles [rad] at joint values q [rad]."""
    return [on_grid(math.radians(v), ANGLE_DIGITS) for v in printed_values(axes, q)]


def pose_numbers(pose: Pose) -> list[float]:
    """Return the printed x, y, z [m], rx, ry, rz [rad] of `base_T_tcp`; at most a half turn.

    A rounded vector longer than a half turn would be the same rotation from the other side, so
    its longest component gives way by a step.
    """
    xyz = [on_grid(float(v), LENGTH_DIGITS) for v in pose.p]
    turn = [on_grid(float(v), ANGLE_DIGITS) for v in pose.rotvec()]
    while math.hypot(*turn) > math.pi:
        longest = max(range(3), key=lambda i: abs(turn[i]))
        step = math.copysign(10.0**-ANGLE_DIGITS, turn[longest])
        turn[longest] = on_grid(turn[longest] - step, ANGLE_DIGITS)
    return xyz + turn


def grid_joints(axes: tuple[AxisMap, ...], q: Sequence[float]) -> tuple[float, ...]:
    """Return the joint values [rad] that the printed angles mean."""
    return meant_by(axes, [math.degrees(v) for v in joint_radians(axes, q)])


def grid_pose(pose: Pose) -> Pose:
    """Return the pose that the printed numbers mean."""
    numbers = pose_numbers(pose)
    return Pose.from_rotvec(numbers[:3], numbers[3:])


def grid_accel(percent: float | None, joint: bool) -> float | None:
    """Return the acceleration percentage that the printed acceleration means; None for 100 %."""
    full = JOINT_ACCEL if joint else LINE_ACCEL
    if percent is None:
        return None
    printed = max(on_grid(full * percent / 100.0, ACCEL_DIGITS), 0.001)
    return None if printed == full else printed / full * 100.0
