"""The inequality of a leaf: two bodies over a box of instants, seen from its middle.

Over knots [u0, u1] of a's course and [v0, v1] of b's (the same interval where both hang on one
course) joint i goes at most w_i from its value at the middle (um, vm): the larger of its total
variations to the two sides, plus its deviation from the chords, plus what rounding may hide. Then

    d(u, v) >= LB(um, vm) - sum_i w_i R_i

for every instant of the box, where R_i is the farthest any point of the moving side comes from
axis i. Seen from joint i only the joints between it and the body move, so R_i <= r_i(um, vm) +
sum over those of w_k R_k, and never more than the joint origins are apart, added up. The moving
side may change once on the way from a to b; every place of the change is valid, the least is taken.

A leaf holds when LB - sum w R - pad >= required + OUTWARD. OUTWARD covers the rounding of this
arithmetic: fewer than 2,000 operations of relative error 2**-53 on lengths up to 100 m are off by
less than 3e-11 m. Source of the idea: Schwarzer, Saha, Latombe 2005, section 4.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.geometry import Array
from cellsim.proofcheck.course import Course, Ints, knot_below, stand, touched, way_at
from cellsim.proofcheck.jit import lean, machine
from cellsim.proofcheck.shapes import MIDDLE, ROUND, Pieces, centre

OUTWARD = 1e-10
LARGEST = 100.0
# Columns of a duty row; from SIDE on for requirements that grow with the distance a body moved.
U0, U1, V0, V1, REQUIRED, PAD, GROWS_FROM, GROWS_OVER, SIDE, X = range(10)
COLUMNS = 12
# Columns of a run: bodies and links of a and b, whether both hang on one course, how many of the
# joints are a's side of the world, first joint and one past the last, first row and past the last.
BODY_A, BODY_B, LINK_A, LINK_B, SINGLE, NEAR, JOINT0, JOINT1, ROW0, ROW1 = range(10)
RUN_COLUMNS = 10


class Stands(NamedTuple):
    """Poses that were worked out, so that the leaves of all runs share them.

    Attributes:
        u: Fractional knot in each slot of the courses of a and b, NaN: empty, shape (2, slots).
        poses: `world_T_link` of all links there, shape (2, slots, L, 3, 4).
    """

    u: Array
    poses: Array


class Room(NamedTuple):
    """What one instant and box give, worked out in place.

    Attributes:
        pose: World poses of a and b, shape (2, 3, 4).
        axes: Joint axes from a to b, shape (m, 6). w: how far each may go, shape (m,).
        far_a, far_b: R_i of bodies (row 0) and pieces (row 1 + piece), shape (1 + pieces, m).
        fresh: Whether the row of each piece of a and b is of this box, shape (2, 1 + pieces).
        middles: Of the spheres of the pieces of a and b, world frame, shape (2, pieces, 3).
        point: Working space, shape (3,).
    """

    pose: Array
    axes: Array
    w: Array
    far_a: Array
    far_b: Array
    fresh: Ints
    middles: Array
    point: Array


@machine
def stands_for(p: Course, q: Course, slots: int) -> Stands:
    """Return room for the poses of the runs of two courses."""
    links = max(p.links.shape[0], q.links.shape[0])
    return Stands(np.full((2, slots), np.nan), np.empty((2, slots, links, 3, 4)))


@machine
def room_for(s: Pieces, run: Ints, joints: Ints) -> Room:
    """Return room for one run; joints: (link, 1 if it slides), shape (m, 2), from a to b."""
    m = joints.shape[0]
    na = s.own[run[BODY_A], 1] - s.own[run[BODY_A], 0]
    nb = s.own[run[BODY_B], 1] - s.own[run[BODY_B], 0]
    return Room(
        np.zeros((2, 3, 4)),
        np.zeros((m, 6)),
        np.zeros(m),
        np.zeros((1 + na, m)),
        np.zeros((1 + nb, m)),
        np.zeros((2, 1 + max(na, nb)), dtype=np.int64),
        np.zeros((2, max(na, nb), 3)),
        np.zeros(3),
    )


@lean
def look(
    p: Course, q: Course, run: Ints, joints: Ints, hangs: Array, box: Array, stands: Stands,
    room: Room,
) -> bool:  # fmt: skip
    """Work out poses, axes and w over a box (u0, u1, v0, v1); False where a length is too large.

    Args:
        hangs: `link_T_body` of a and b, shape (2, 3, 4).
    """
    room.fresh[:] = 0
    over_b = 0 if run[SINGLE] == 1 else 1
    _side(p, run[LINK_A], joints[: run[NEAR]], box[:2], 0, stands, room.axes, room.w,
          hangs[0], room.pose[0])  # fmt: skip
    _side(q, run[LINK_B], joints[run[NEAR] :], box[2:], over_b, stands, room.axes[run[NEAR] :],
          room.w[run[NEAR] :], hangs[1], room.pose[1])  # fmt: skip
    for side in range(2):
        for r in range(3):
            if not abs(room.pose[side, r, 3]) < LARGEST:
                return False
    return True


@lean
def _side(
    c: Course, link: int, joints: Ints, ends: Array, course: int, stands: Stands, axes: Array,
    w: Array, link_T_body: Array, pose: Array,
) -> None:  # fmt: skip
    """Work out pose, axes and w of one body over knots `ends`, seen from their middle."""
    if link < 0:
        for r in range(3):
            for k in range(4):
                pose[r, k] = link_T_body[r, k]
        return
    middle = 0.5 * (ends[0] + ends[1])
    poses = stands.poses[course, _slot(c, middle, stands, course)]
    _join(poses[link], link_T_body, pose)
    k0, f0 = knot_below(c, ends[0])
    k1, f1 = knot_below(c, ends[1])
    km, fm = knot_below(c, middle)
    level, first, second = touched(c, ends[0], ends[1])
    for i in range(joints.shape[0]):
        l = joints[i, 0]
        for r in range(3):
            axes[i, r], axes[i, 3 + r] = poses[l, r, 3], 0.0
            for k in range(3):
                axes[i, 3 + r] += poses[l, r, k] * c.frames[l, 12 + k]
        j = c.links[l, 2]
        way = way_at(c, j, km, fm)
        w[i] = max(way - way_at(c, j, k0, f0), way_at(c, j, k1, f1) - way, 0.0)
        if w[i] > 0.0:
            w[i] += c.rounding[j]
        if c.off.shape[1]:
            w[i] += max(c.off[level, first, j], c.off[level, second, j])


@lean
def _slot(c: Course, u: float, stands: Stands, course: int) -> int:
    """Return the slot that holds the poses at u, worked out where they are not there yet."""
    # Multiples of the golden ratio spread knots, and halves of them, over all slots.
    spread = 0.6180339887498949 * u
    slot = int((spread - math.floor(spread)) * stands.u.shape[1])
    if stands.u[course, slot] != u:
        stand(c, u, stands.poses[course, slot])
        stands.u[course, slot] = u
    return slot


@lean
def _join(link: Array, body: Array, out: Array) -> None:
    for r in range(3):
        for k in range(4):
            out[r, k] = link[r, 0] * body[0, k] + link[r, 1] * body[1, k] + link[r, 2] * body[2, k]
        out[r, 3] += link[r, 3]


@lean
def reach(
    joints: Ints, from_b: bool, rows: Array, k: int, room: Room, far: Array, row: int
) -> None:
    """Write R_i of the sphere of row k for every joint, the nearest first, into far[row]."""
    m = joints.shape[0]
    centre(room.pose[1 if from_b else 0], rows, k, room.point)
    radius = rows[k, ROUND]
    cx, cy, cz = room.point[0], room.point[1], room.point[2]
    px, py, pz = cx, cy, cz
    moved, chain = 0.0, radius
    for step in range(m):
        i = m - 1 - step if from_b else step
        a = room.axes[i]
        chain += math.sqrt((a[0] - px) ** 2 + (a[1] - py) ** 2 + (a[2] - pz) ** 2)
        px, py, pz = a[0], a[1], a[2]
        if joints[i, 1] == 1:
            far[row, i] = 1.0
            chain += room.w[i]
        else:
            x, y, z = cx - a[0], cy - a[1], cz - a[2]
            tx, ty, tz = y * a[5] - z * a[4], z * a[3] - x * a[5], x * a[4] - y * a[3]
            off = math.sqrt(tx * tx + ty * ty + tz * tz)
            far[row, i] = min(off + radius + moved, chain)
        moved += room.w[i] * far[row, i]


@lean
def travel(w: Array, far_a: Array, far_b: Array) -> float:
    """Return the least bound of what two pieces move toward one another [m]."""
    total = 0.0
    for i in range(w.shape[0]):
        total += w[i] * far_b[i]
    least = total
    for i in range(w.shape[0]):
        total += w[i] * (far_a[i] - far_b[i])
        least = min(least, total)
    return max(least, 0.0)


@lean
def asked(row: Array, run: Ints, room: Room) -> float:
    """Return the largest clearance [m] that a duty row asks for anywhere in the box.

    Reads `far_a[0]` and `far_b[0]`: how far the moved body itself goes.
    """
    if row[GROWS_OVER] <= 0.0:
        return float(row[REQUIRED])
    side = 1 if row[SIDE] > 0.5 else 0
    square, goes = 0.0, 0.0
    for r in range(3):
        square += (room.pose[side, r, 3] - row[X + r]) ** 2
    for i in range(room.w.shape[0]):
        if side == 0 and i < run[NEAR]:
            goes += room.w[i] * room.far_a[0, i]
        elif side == 1 and i >= run[NEAR]:
            goes += room.w[i] * room.far_b[0, i]
    part = min(1.0, (math.sqrt(square) + goes) / row[GROWS_OVER])
    return float(max(row[GROWS_FROM], row[GROWS_FROM] + part * (row[REQUIRED] - row[GROWS_FROM])))


@lean
def gap_of_bodies(s: Pieces, run: Ints, room: Room) -> float:
    """Return the distance of the spheres of both bodies [m]."""
    a, b, total = run[BODY_A], run[BODY_B], 0.0
    for r in range(3):
        d = room.pose[1, r, 3] - room.pose[0, r, 3]
        for k in range(3):
            d += room.pose[1, r, k] * s.bodies[b, MIDDLE + k]
            d -= room.pose[0, r, k] * s.bodies[a, MIDDLE + k]
        total += d * d
    return float(math.sqrt(total) - s.bodies[a, ROUND] - s.bodies[b, ROUND])


@lean
def centres(s: Pieces, run: Ints, room: Room) -> None:
    """Work out where the middles of the spheres of all pieces are in the world."""
    for side in range(2):
        first, end = s.own[run[BODY_A + side], 0], s.own[run[BODY_A + side], 1]
        for k in range(first, end):
            centre(room.pose[side], s.rows, k, room.middles[side, k - first])


@lean
def gap_of_pieces(s: Pieces, run: Ints, a: int, b: int, room: Room) -> float:
    """Return the distance of the spheres of piece a of a and piece b of b [m], see `centres`."""
    x = room.middles[1, b, 0] - room.middles[0, a, 0]
    y = room.middles[1, b, 1] - room.middles[0, a, 1]
    z = room.middles[1, b, 2] - room.middles[0, a, 2]
    i, j = s.own[run[BODY_A], 0] + a, s.own[run[BODY_B], 0] + b
    return float(math.sqrt(x * x + y * y + z * z) - s.rows[i, ROUND] - s.rows[j, ROUND])
