"""How many decimals INFORM text carries, and positions rounded to them.

Source: DX100 manual 156191-1CD 4.1 and 4.3: X, Y, Z in mm with three decimals, Rx, Ry, Rz in deg
with four; VJ in 0.01 %, V in 0.1 mm/s, VR in 0.1 deg/s, times in 0.01 s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.numbers import on_grid
from cellsim.domain.controller import AxisMap
from cellsim.errors import Refused
from cellsim.geometry import Array, Pose

LENGTH_DIGITS = 3
ANGLE_DIGITS = 4
VJ_DIGITS = 2
SPEED_DIGITS = 1
TIME_DIGITS = 2
CONST_DIGITS = 6
_MOST_PULSES = 2**31 - 1
_GIMBAL_DEG = 90.0 - 1e-4


def position_numbers(pose: Pose) -> tuple[float, ...]:
    """Return X, Y, Z [mm] and Rx, Ry, Rz [deg] on the grid; R = Rz(Rz) Ry(Ry) Rx(Rx).

    At Ry = +-90 only Rx - Rz or Rx + Rz is determined: Rz is 0 then, and Ry exactly +-90.
    """
    xyz = [on_grid(1000.0 * float(v), LENGTH_DIGITS) for v in pose.p]
    rx, ry, rz = (on_grid(v, ANGLE_DIGITS) for v in _angles(pose.R))
    turned = [180.0 if v == -180.0 else v for v in (rx, ry, rz)]
    return (*xyz, *turned)


def _angles(R: Array) -> tuple[float, float, float]:
    (xx, xy, _), (yx, yy, _), (zx, zy, zz) = R.tolist()
    ry = math.degrees(math.atan2(-zx, math.hypot(xx, yx)))
    if abs(ry) > _GIMBAL_DEG:
        sign = math.copysign(1.0, ry)
        rx = math.atan2(sign * xy, yy)
        return math.degrees(rx), math.copysign(90.0, ry), 0.0
    return math.degrees(math.atan2(zy, zz)), ry, math.degrees(math.atan2(yx, xx))


def pose_of(numbers: Sequence[float]) -> Pose:
    """Return the pose that printed numbers mean."""
    x, y, z, rx, ry, rz = numbers
    R = _about(2, rz) @ _about(1, ry) @ _about(0, rx)
    return Pose(R, np.array([x, y, z]) / 1000.0)


def _about(axis: int, angle_deg: float) -> Array:
    c, s = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    a, b = ((1, 2), (2, 0), (0, 1))[axis]
    R = np.eye(3)
    R[a, a] = R[b, b] = c
    R[a, b], R[b, a] = -s, s
    return R


def grid_pose(pose: Pose) -> Pose:
    """Return the pose as the text will say it."""
    return pose_of(position_numbers(pose))


def pulse_numbers(
    axes: tuple[AxisMap, ...], pulses: Sequence[float], q: Sequence[float], line: int
) -> list[int]:
    """Return whole pulses of joint values q [rad | m]."""
    values = printed_values(axes, q)
    found = [round(v * p) for v, p in zip(values, pulses, strict=True)]
    if any(abs(n) > _MOST_PULSES for n in found):
        raise Refused("yaskawa", "more pulses than a position holds", line=line)
    return found


def grid_pulses(
    axes: tuple[AxisMap, ...], pulses: Sequence[float], q: Sequence[float], line: int
) -> tuple[float, ...]:
    """Return the joint values [rad | m] that whole pulses mean."""
    numbers = pulse_numbers(axes, pulses, q, line)
    shown = {a.name: n / p for a, n, p in zip(axes, numbers, pulses, strict=True)}
    out = []
    for axis in axes:
        value = shown[axis.name] + sum(k * shown[other] for other, k in axis.coupling)
        out.append(axis.factor * value + axis.offset)
    return tuple(out)
