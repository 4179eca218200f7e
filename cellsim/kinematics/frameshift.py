"""Shifts of a frame that is measured at run time: which are sampled, and how they move the world.

Both the solving of arms for them and the test of clearance read them here, so that a shift has the
same number everywhere.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from cellsim.domain.cell import Cell, Frame
from cellsim.geometry import Array, Pose
from cellsim.kinematics.frames import world_T_frame

ENDS, MIXED, SEED = 12, 8, 20


@lru_cache
def unit_shifts() -> Array:
    """Return the sampled shifts in shares of a frame's range, shape (m, 6): moved, then turned.

    First both ends of each axis of the frame (ENDS of them); then MIXED seeded ones that move and
    turn it about seeded directions, each by the whole range.
    """
    ends = np.repeat(np.eye(6), 2, axis=0)
    ends[1::2] *= -1.0
    mixed = np.random.default_rng(SEED).normal(size=(MIXED, 2, 3))
    mixed /= np.linalg.norm(mixed, axis=2, keepdims=True)
    shifts = np.concatenate([ends, mixed.reshape(MIXED, 6)])
    shifts.flags.writeable = False
    return shifts


def world_shift(cell: Cell, frame: Frame, share: Array) -> Pose:
    """Return `world_S_world`, by which a share of its range moves all that stands in a frame."""
    world_T_named = world_T_frame(cell, frame.name)
    moved, turned = frame.range_m * share[:3], frame.range_rad * share[3:]
    shift = Pose.from_rotvec(tuple(moved), tuple(turned))
    return world_T_named @ shift @ world_T_named.inverse()


@lru_cache(maxsize=64)
def world_shifts(cell: Cell, frame: str) -> Array:
    """Return `world_S_world` of every sampled shift of a frame, shape (m, 4, 4)."""
    shifts = [world_shift(cell, cell.frames[frame], share).matrix for share in unit_shifts()]
    return np.array(shifts)


def said(frame: Frame, share: Array) -> str:
    """Return a shift in words: mm along and degrees about the axes of the frame."""
    moved = " ".join(f"{1e3 * frame.range_m * v:+.2f}" for v in share[:3])
    turned = " ".join(f"{math.degrees(frame.range_rad * v):+.3f}" for v in share[3:])
    return f"{moved} mm, {turned} deg"


def farthest(change: Array) -> Array:
    """Return how far values change over all shifts: linear in the shift, and what is seen beyond.

    Args:
        change: Change of each value for each sampled shift, shape (m, ...).

    Returns:
        Shape (...): the bound of the linear part over the whole range (by central differences of
        the ends), and the largest that any sampled shift shows beyond it.
    """
    slope = (change[0:ENDS:2] - change[1:ENDS:2]) / 2.0
    beyond = change - np.tensordot(unit_shifts(), slope, axes=1)
    linear = np.linalg.norm(slope[:3], axis=0) + np.linalg.norm(slope[3:], axis=0)
    most: Array = linear + np.abs(beyond).max(axis=0)
    return most
