"""How far bodies stray whose arm is proven to stay in a joint box for every shift of a frame.

Joints that change by G z + e, z the shift in shares, |e| at most `rest`, |G z + e| at most `most`,
move a point p of a link by J G z, J the columns of its joints in the middle of the box, and by

    sum L_k rest_k + sum_k sum_i L_later (half_i + most_i / 2) most_k

more at most: a column is at most as long as the lever L of its joint, and a turn by an earlier
joint, or by its own, changes it by no more than the lever of the later one. Seen from another link
only the joints between count.

Where the flange moves with the frame as a whole, p may be reached from there too: seen from the
frame it moves by the joints after it alone, and the frame carries it along. The smaller counts. The
last link so moves exactly as the frame does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import bare, compiled
from cellsim.collision.paths import Path, links_at
from cellsim.collision.spectral import norm_of
from cellsim.collision.support import Ints
from cellsim.geometry import Array
from cellsim.motion.enclosed import Enclosed

FRAME = -2
_ROUNDING = 1e-9


class Arm(NamedTuple):
    """The moving joints of an arm, in physical order, and the frame that it follows.

    Attributes:
        joints: Link that each moves, index into q, 1 where it slides, shape (n, 3).
        moved_by: How many of them move each link, shape (L,).
        origin: Of the frame [m]. range: How far it is moved [m] and turned [rad], shape (2,).
    """

    joints: Ints
    moved_by: Ints
    origin: Array
    range: Array


def arm_of(path: Path, origin: Array, range_m: float, range_rad: float) -> Arm:
    """Return the arm of a path without branches."""
    moving = np.flatnonzero(path.links[:, 1])
    joints = np.stack([moving, path.links[moving, 2], path.links[moving, 1] == 2], axis=1)
    count = np.cumsum(path.links[:, 1] != 0)
    return Arm(joints.astype(np.int64), count.astype(np.int64), np.array(origin, dtype=np.float64),
               np.array([range_m, range_rad]))  # fmt: skip


def strayed_in(
    path: Path, arm: Arm, told: Enclosed, links: Ints, bodies: Array, asks: Ints
) -> Array:
    """Return how far bodies move in each stretch, see `strays.strays_at` [m], (asks, stretches).

    Args:
        links: Link of each body. bodies: Corners on it, shape (bodies, 8, 3).
        asks: Number of a body, and from where it is seen, shape (asks, 2).
    """
    out = np.zeros((len(asks), len(told.first)))
    if len(told.first):
        _measure_boxes(path, arm, np.ascontiguousarray(told.q), np.ascontiguousarray(told.half),
                       told.rigid, told.boxes.slope, told.boxes.rest, told.boxes.most, links,
                       bodies, asks, out)  # fmt: skip
    return out


@compiled
def _measure_boxes(
    path: Path, arm: Arm, q: Array, half: Array, rigid: Ints, slope: Array, rest: Array,
    most: Array, links: Ints, bodies: Array, asks: Ints, out: Array,
) -> None:  # fmt: skip
    n = arm.joints.shape[0]
    T, axes = np.zeros((path.links.shape[0], 3, 4)), np.zeros((n, 2, 3))
    box = np.zeros((3, n))
    p, A, L = np.zeros(3), np.zeros((3, 6)), np.zeros(n)
    for c in range(q.shape[0]):
        links_at(path, q[c], T)
        for k in range(n):
            link, j = arm.joints[k, 0], arm.joints[k, 1]
            x, y, z = path.frames[link, 12], path.frames[link, 13], path.frames[link, 14]
            for i in range(3):
                axes[k, 0, i] = T[link, i, 0] * x + T[link, i, 1] * y + T[link, i, 2] * z
                axes[k, 1, i] = T[link, i, 3]
            box[0, k], box[1, k], box[2, k] = half[c, j], rest[c, j], most[c, j]
        for a in range(asks.shape[0]):
            body, ref = asks[a, 0], asks[a, 1]
            B = T[links[body]]
            worst = 0.0
            for corner in range(8):
                v = bodies[body, corner]
                for i in range(3):
                    p[i] = B[i, 0] * v[0] + B[i, 1] * v[1] + B[i, 2] * v[2] + B[i, 3]
                worst = max(worst, _goes(
                    arm, axes, box, slope[c], rigid[c] == 1, p, arm.moved_by[links[body]], ref, A, L
                ))  # fmt: skip
            out[a, c] = worst + _ROUNDING


@bare
def _goes(
    arm: Arm, axes: Array, box: Array, slope: Array, rigid: bool, p: Array, own: int, ref: int,
    A: Array, L: Array,
) -> float:  # fmt: skip
    """Return how far a point moves, seen from a link, the frame or the world [m].

    Args:
        own: How many joints move it. A: Room of (3, 6). L: Room for the levers.
    """
    n = arm.joints.shape[0]
    seen = arm.moved_by[ref] if ref >= 0 else 0
    first, last = min(seen, own), max(seen, own)
    base = _beyond(arm, axes, box, p, 0, own, False, L)
    wander = 0.0
    for k in range(own):
        wander += L[k] * box[0, k]
    away = 0.0
    for i in range(3):
        away += (p[i] - arm.origin[i]) ** 2
    turn = arm.range[1]
    carried = turn * (0.5 * turn * (away**0.5 + wander) + wander)
    inside = base + carried
    if rigid:
        _slopes(arm, axes, slope, p, 0, own, A)
        _less_frame(arm, p, A)
        after = _beyond(arm, axes, box, p, own, n, True, L)
        inside = min(inside, after)
        base = min(base, after + turn * (norm_of(A, 0) + norm_of(A, 3)) + carried)
    if ref == FRAME:
        _slopes(arm, axes, slope, p, 0, own, A)
        _less_frame(arm, p, A)
        return float(norm_of(A, 0) + norm_of(A, 3) + inside)
    _slopes(arm, axes, slope, p, first, last, A)
    left = base
    if ref >= 0:
        left += _beyond(arm, axes, box, p, 0, seen, False, L)
        left = min(left, _beyond(arm, axes, box, p, first, last, own < seen, L))
    return float(norm_of(A, 0) + norm_of(A, 3) + left)


@bare
def _slopes(arm: Arm, axes: Array, slope: Array, p: Array, first: int, last: int, A: Array) -> None:
    """Write what joints first..last - 1 move a point by for a share of the shift, shape (3, 6)."""
    for i in range(3):
        for s in range(6):
            A[i, s] = 0.0
    for k in range(first, last):
        z = axes[k, 0]
        x, y, w = p[0] - axes[k, 1, 0], p[1] - axes[k, 1, 1], p[2] - axes[k, 1, 2]
        a, b, c = z[1] * w - z[2] * y, z[2] * x - z[0] * w, z[0] * y - z[1] * x
        if arm.joints[k, 2] == 1:
            a, b, c = z[0], z[1], z[2]
        for s in range(6):
            g = slope[arm.joints[k, 1], s]
            A[0, s] += a * g
            A[1, s] += b * g
            A[2, s] += c * g


@bare
def _less_frame(arm: Arm, p: Array, A: Array) -> None:
    """Take away what the frame moves the point by for a share of its shift."""
    moved, turned = arm.range[0], arm.range[1]
    x, y, z = p[0] - arm.origin[0], p[1] - arm.origin[1], p[2] - arm.origin[2]
    for i in range(3):
        A[i, i] -= moved
    A[1, 3] += turned * z
    A[2, 3] -= turned * y
    A[0, 4] -= turned * z
    A[2, 4] += turned * x
    A[0, 5] += turned * y
    A[1, 5] -= turned * x


@bare
def _beyond(
    arm: Arm, axes: Array, box: Array, p: Array, first: int, last: int, back: bool, L: Array
) -> float:
    """Return what joints first..last - 1 move a point by beyond its slope at most [m].

    Args:
        back: The point hangs on the first of them instead of behind the last.
        L: Room for the levers, which are left there.
    """
    after, total = 0.0, 0.0
    for number in range(last - first):
        k = first + number if back else last - 1 - number
        z = axes[k, 0]
        x, y, w = p[0] - axes[k, 1, 0], p[1] - axes[k, 1, 1], p[2] - axes[k, 1, 2]
        square = (z[1] * w - z[2] * y) ** 2 + (z[2] * x - z[0] * w) ** 2
        square += (z[0] * y - z[1] * x) ** 2
        L[k] = 1.0 if arm.joints[k, 2] == 1 else square**0.5 + after
        after += L[k] * (box[0, k] + box[2, k])
        total += L[k] * box[1, k]
    for k in range(first, last):
        for i in range(first, last):
            near = min(i, k) if back else max(i, k)
            far = max(i, k) if back else min(i, k)
            if arm.joints[far, 2] == 0:
                total += L[near] * (box[0, i] + 0.5 * box[2, i]) * box[2, k]
    return total
