"""What TP text prints for axes and frames; the inverse stands in `read`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cellsim.controllers.writing.axes import printed_values
from cellsim.controllers.writing.numbers import fixed, on_grid, short
from cellsim.domain.controller import AxisMap
from cellsim.geometry import Array, Pose

DIGITS = 3
TIME_DIGITS = 2
_LOCK = 1e-7


def axis_numbers(axes: tuple[AxisMap, ...], q: Sequence[float]) -> list[float]:
    """Return the printed axis values [deg | mm] at joint values q [rad | m]."""
    return [on_grid(v, DIGITS) for v in printed_values(axes, q)]


def wpr_degrees(R: Array) -> tuple[float, float, float]:
    """Return W, P, R [deg] with R = Rz(R) Ry(P) Rx(W), shape (3, 3); W is 0 where P is +-90."""
    cos_p = math.hypot(R[0, 0], R[1, 0])
    p = math.degrees(math.atan2(-R[2, 0], cos_p))
    if cos_p < _LOCK:
        return 0.0, p, math.degrees(math.atan2(-R[0, 1], R[1, 1]))
    w = math.atan2(R[2, 1], R[2, 2])
    return math.degrees(w), p, math.degrees(math.atan2(R[1, 0], R[0, 0]))


def frame_numbers(pose: Pose) -> list[float]:
    """Return the printed X, Y, Z [mm], W, P, R [deg] of a pose; 180, never -180 deg."""
    xyz = [on_grid(1000.0 * float(v), DIGITS) for v in pose.p]
    angles = [on_grid(v, DIGITS) for v in wpr_degrees(pose.R)]
    return xyz + [180.0 if v == -180.0 else v for v in angles]


def _turned(w: float, p: float, r: float) -> Array:
    cw, sw = math.cos(math.radians(w)), math.sin(math.radians(w))
    cp, sp = math.cos(math.radians(p)), math.sin(math.radians(p))
    cr, sr = math.cos(math.radians(r)), math.sin(math.radians(r))
    x = np.array([[1.0, 0.0, 0.0], [0.0, cw, -sw], [0.0, sw, cw]])
    y = np.array([[cp, 0.0, sp], [0.0, 1.0, 0.0], [-sp, 0.0, cp]])
    z = np.array([[cr, -sr, 0.0], [sr, cr, 0.0], [0.0, 0.0, 1.0]])
    turned: Array = z @ y @ x
    return turned


def grid_pose(pose: Pose) -> Pose:
    """Return the pose that the printed numbers mean.

    Repeats until the numbers of the result are the numbers it was made from (P near +-90 deg).
    """
    numbers = frame_numbers(pose)
    for _ in range(8):
        x, y, z, w, p, r = numbers
        rounded = Pose(_turned(w, p, r), np.array([x, y, z]) / 1000.0)
        again = frame_numbers(rounded)
        if again == numbers:
            break
        numbers = again
    return rounded


def bare(value: float, digits: int) -> str:
    """Return a number as TP prints it: without zero before its point, without trailing zeros."""
    text = short(value, digits)
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    return sign + (body[1:] if body.startswith("0.") else body)


def seconds(value: float) -> str:
    """Return the time of a WAIT, right-aligned: `   .50`, `  2.00`."""
    text = fixed(value, TIME_DIGITS)
    return f"{text[1:] if text.startswith('0.') else text:>7}"
