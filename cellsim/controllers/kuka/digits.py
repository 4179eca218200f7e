"""What KRL text prints for axes and frames; the inverse stands in `read`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.numbers import on_grid
from cellsim.domain.controller import AxisMap
from cellsim.geometry import Array, Pose

AXIS_DIGITS = 4
LENGTH_DIGITS = 3
ANGLE_DIGITS = 4
VEL_DIGITS = 4
TIME_DIGITS = 2
_LOCK = 1e-7


def axis_numbers(axes: tuple[AxisMap, ...], q: Sequence[float]) -> list[float]:
    """Return the printed axis values [deg | mm] at joint values q [rad | m]."""
    return [on_grid(v, AXIS_DIGITS) for v in printed_values(axes, q)]


def abc_degrees(R: Array) -> tuple[float, float, float]:
    """Return A, B, C [deg] with R = Rz(A) Ry(B) Rx(C), shape (3, 3); C is 0 where B is +-90 deg."""
    cos_b = math.hypot(R[0, 0], R[1, 0])
    b = math.atan2(-R[2, 0], cos_b)
    if cos_b < _LOCK:
        return math.degrees(math.atan2(-R[0, 1], R[1, 1])), math.degrees(b), 0.0
    a = math.atan2(R[1, 0], R[0, 0])
    c = math.atan2(R[2, 1], R[2, 2])
    return math.degrees(a), math.degrees(b), math.degrees(c)


def frame_numbers(pose: Pose) -> list[float]:
    """Return the printed X, Y, Z [mm], A, B, C [deg] of a pose."""
    xyz = [on_grid(1000.0 * float(v), LENGTH_DIGITS) for v in pose.p]
    return xyz + [on_grid(v, ANGLE_DIGITS) for v in abc_degrees(pose.R)]


def _turn(axis: int, degrees: float) -> Array:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    R = np.eye(3)
    R[i, i] = R[j, j] = c
    R[i, j], R[j, i] = -s, s
    return R


def grid_pose(pose: Pose) -> Pose:
    """Return the pose that the printed numbers mean.

    Repeats until the numbers of the result are the numbers it was made from (B near +-90 deg).
    """
    numbers = frame_numbers(pose)
    for _ in range(8):
        x, y, z, a, b, c = numbers
        R = _turn(2, a) @ _turn(1, b) @ _turn(0, c)
        rounded = Pose(R, np.array([x, y, z]) / 1000.0)
        again = frame_numbers(rounded)
        if again == numbers:
            break
        numbers = again
    return rounded
