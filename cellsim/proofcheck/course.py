"""One group's course over its knots: own forward kinematics, total variation, deviations."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain
from cellsim.proofcheck.jit import lean

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
SLIDES = 2


class Course(NamedTuple):
    """A link tree and the joint values at its knots; u counts knots, fractions lie between.

    Attributes:
        links: Parent (-1: world), kind (0 fixed, 1 turns, 2 slides), column of q, shape (L, 3).
        frames: `parent_T_joint` (rotation row by row, then origin) and unit axis, shape (L, 15).
        q: Joint values [rad | m], shape (n, dof).
        way: Total variation of each joint since knot 0, shape (n, dof).
        rounding: What the sums in `way` may be off by, per joint, shape (dof,).
        off: Running maxima of the deviation from the chords: row k of level l covers the chords
            k .. k + 2**l - 1; shape (levels, n - 1, dof), (1, 0, dof) where there is none.
    """

    links: Ints
    frames: Array
    q: Array
    way: Array
    rounding: Array
    off: Array


def links_of(chain: Chain) -> tuple[tuple[str, ...], Ints, Array]:
    """Return names, (parent, kind, column) and frames of a chain followed by its branches."""
    names: list[str] = []
    rows, frames = [], []
    for one in (chain, *chain.branch):
        first = len(names)
        names += one.link_names
        for k in range(len(one.link_names)):
            parent = int(one.parent[k])
            rows.append((-1 if parent < 0 else parent + first, one.kind[k], one.qindex[k]))
            frames.append([*one.origin[k][:3, :3].ravel(), *one.origin[k][:3, 3], *one.axis[k]])
    return tuple(names), np.array(rows, dtype=np.int64), np.array(frames, dtype=np.float64)


def course_of(chain: Chain, track: GroupTrack) -> Course:
    """Return the course of a track; deviations are those of the path, whatever its timing."""
    _, links, frames = links_of(chain)
    return course_from(links, frames, track)


def course_from(links: Ints, frames: Array, track: GroupTrack) -> Course:
    """Return the course of a track on links with their frames, see `Course`."""
    # A copy: kernels would be compiled once more for an array that may not be written.
    q = np.array(track.q, dtype=np.float64, order="C")
    way = np.zeros_like(q)
    np.cumsum(np.abs(q[1:] - q[:-1]), axis=0, out=way[1:])
    # Each of n additions is off by at most 2**-53 of the sum so far, and so is each difference.
    rounding = 4.0 * (len(q) + 2) * 2.0**-53 * (way[-1] + np.abs(q).max(axis=0) + 1.0)
    off = np.asarray(track.dev_path, dtype=np.float64)
    return Course(links, frames, q, way, rounding, _maxima(off[: off.any() * len(off)]))


def _maxima(rows: Array) -> Array:
    levels, reach = [np.ascontiguousarray(rows)], 1
    while 2 * reach <= len(rows):
        last = levels[-1]
        wider = last.copy()
        np.maximum(last[:-reach], last[reach:], out=wider[:-reach])
        levels.append(wider)
        reach *= 2
    return np.stack(levels)


@lean
def knot_below(c: Course, u: float) -> tuple[int, float]:
    """Return the knot at or before the fractional knot u, and the part of the chord after it."""
    k = min(int(u), c.q.shape[0] - 1)
    return k, u - k


@lean
def way_at(c: Course, j: int, k: int, f: float) -> float:
    """Return the total variation of column j from knot 0 to knot k and part f of the next chord."""
    return float(c.way[k, j] if f <= 0.0 else c.way[k, j] + f * abs(c.q[k + 1, j] - c.q[k, j]))


@lean
def touched(c: Course, u0: float, u1: float) -> tuple[int, int, int]:
    """Return level and two rows of `off` that cover all chords that [u0, u1] touches."""
    chords = c.off.shape[1]
    first = min(math.floor(u0), chords - 1)
    last = max(min(math.ceil(u1) - 1, chords - 1), first)
    level, wide = 0, 1
    while 2 * wide <= last - first + 1:
        level, wide = level + 1, 2 * wide
    return level, first, last + 1 - wide


@lean
def stand(c: Course, u: float, poses: Array) -> None:
    """Work out `world_T_link` of every link at the fractional knot u, shape (L, 3, 4)."""
    knot, f = knot_below(c, u)
    for l in range(c.links.shape[0]):
        parent, j = c.links[l, 0], c.links[l, 2]
        ride(poses, parent, c.frames[l], poses[l])
        if c.links[l, 1] != 0:
            value = c.q[knot, j]
            if f > 0.0:
                value += f * (c.q[knot + 1, j] - value)
            drive(poses[l], c.frames[l], c.links[l, 1] == SLIDES, value)


@lean
def ride(poses: Array, parent: int, frame: Array, pose: Array) -> None:
    """Write the pose of a fixed frame (rotation row by row, origin) on a link, -1: the world."""
    for r in range(3):
        if parent < 0:
            for k in range(3):
                pose[r, k] = frame[3 * r + k]
            pose[r, 3] = frame[9 + r]
            continue
        a, b, d = poses[parent, r, 0], poses[parent, r, 1], poses[parent, r, 2]
        for k in range(3):
            pose[r, k] = a * frame[k] + b * frame[3 + k] + d * frame[6 + k]
        pose[r, 3] = poses[parent, r, 3] + a * frame[9] + b * frame[10] + d * frame[11]


@lean
def drive(pose: Array, frame: Array, slides: bool, value: float) -> None:
    """Turn or shift a pose about or along the axis of its joint.

    Rodrigues on the rows of R, with 1 - cos as 2 sin^2(value / 2), exact near 0.
    """
    x, y, z = frame[12], frame[13], frame[14]
    if slides:
        for r in range(3):
            pose[r, 3] += value * (pose[r, 0] * x + pose[r, 1] * y + pose[r, 2] * z)
        return
    s, h = math.sin(value), math.sin(0.5 * value)
    k = 2.0 * h * h
    for r in range(3):
        a, b, d = pose[r, 0], pose[r, 1], pose[r, 2]
        # Row times n: row x n, then (row x n) x n.
        ca, cb, cd = b * z - d * y, d * x - a * z, a * y - b * x
        pose[r, 0] = a + s * ca + k * (cb * z - cd * y)
        pose[r, 1] = b + s * cb + k * (cd * x - ca * z)
        pose[r, 2] = d + s * cd + k * (ca * y - cb * x)
