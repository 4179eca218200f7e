"""What RAPID text prints for axes, poses and loads; the inverse stands with the reader."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.numbers import fixed, on_grid, row, short
from cellsim.domain.controller import AxisMap
from cellsim.domain.equipment import Tool
from cellsim.geometry import Array, Pose

AXIS_DIGITS = 4
LENGTH_DIGITS = 3
QUAT_DIGITS = 8
SPEED_DIGITS = 1
TIME_DIGITS = 3
MASS_DIGITS = 3
NO_AXIS = "9E9"
EXTERNALS = 6


def axis_numbers(axes: tuple[AxisMap, ...], q: Sequence[float]) -> list[float]:
    """Return the printed axis values [deg | mm] at joint values q [rad | m]."""
    return [on_grid(v, AXIS_DIGITS) for v in printed_values(axes, q)]


def quat_numbers(pose: Pose) -> list[float]:
    """Return the printed quaternion w, x, y, z of a rotation."""
    return [on_grid(v, QUAT_DIGITS) for v in pose.quat_wxyz()]


def xyz_numbers(pose: Pose) -> list[float]:
    """Return the printed X, Y, Z [mm] of a pose."""
    return [on_grid(1000.0 * float(v), LENGTH_DIGITS) for v in pose.p]


def grid_pose(pose: Pose) -> Pose:
    """Return the pose that the printed numbers mean.

    Repeats until the numbers of the result are the numbers it was made from (half turns).
    """
    quat, xyz = quat_numbers(pose), [v / 1000.0 for v in xyz_numbers(pose)]
    for _ in range(8):
        rounded = Pose.from_quat_wxyz(xyz, quat)
        again = quat_numbers(rounded)
        if again == quat:
            break
        quat = again
    return rounded


def pose_text(pose: Pose) -> str:
    """Return [[x,y,z],[q1,q2,q3,q4]] [mm]."""
    quat = ",".join(short(v, QUAT_DIGITS) for v in quat_numbers(pose))
    return f"[[{row(xyz_numbers(pose), LENGTH_DIGITS)}],[{quat}]]"


def externals_text(values: Sequence[float]) -> str:
    """Return [eax_a,..,eax_f]; 9E9 where there is no axis."""
    shown = [fixed(v, AXIS_DIGITS) for v in values]
    return "[" + ",".join(shown + [NO_AXIS] * (EXTERNALS - len(shown))) + "]"


def load_text(tool: Tool) -> str:
    """Return loaddata [mass,cog,aom,ix,iy,iz] [kg, mm, kg m2] of a tool in its flange frame."""
    values, turn = _principal(tool.inertia)
    moments = ",".join(short(v, MASS_DIGITS) for v in values)
    cog = ",".join(short(1000.0 * v, LENGTH_DIGITS) for v in tool.com)
    quat = ",".join(short(v, QUAT_DIGITS) for v in quat_numbers(turn))
    return f"[{short(tool.mass, MASS_DIGITS)},[{cog}],[{quat}],{moments}]"


def _principal(inertia: Array) -> tuple[list[float], Pose]:
    """Return principal moments, shape (3,), and the frame of their axes, inertia (3, 3)."""
    plain = [max(float(v), 0.0) for v in np.diag(inertia)]
    off = float(np.abs(inertia - np.diag(np.diag(inertia))).max())
    if off <= 1e-9 + 1e-3 * max(plain):
        return plain, Pose.identity()
    values, axes = np.linalg.eigh(inertia)
    if np.linalg.det(axes) < 0.0:
        axes[:, 0] = -axes[:, 0]
    return [max(float(v), 0.0) for v in values], Pose(axes, np.zeros(3))


def float_seven(value: float) -> float:
    """Return a number with the seven digits that num (single precision) holds."""
    return float(f"{value:.7g}") if math.isfinite(value) else value
