"""How far two bodies can move relative to one another over an interval of a path.

For a pair (a, b) only the joints between them count. Choose any body c on the way from a to b:
relative to c, a point of a moves by at most the sum of TV_j R_j(a) over the joints between a and
c, and a point of b likewise; the signed distance of a and b changes by at most the sum of the
two. Every choice of c is valid; the smallest is used.

What counts is not how far points of a go but how far a does as a set: a convex piece is the hull of
its core points, plus a disc, plus a ball, and the signed distance of convex sets changes by no more
than their support functions do. A turn by an angle about axis j changes that of the points by at
most the angle times their distance from the axis, that of a disc with axis d by the angle times its
radius times |axis j x d|, that of a ball not at all. So with

    r = distance of the core points from axis j + disc radius |axis j x d|

R_j(a) is the largest r over the interval: 0 for a cylinder about the axis it turns on. Seen from
joint j, only the joints between it and a (the inner ones, i) move a, so that at every instant u

    r(u) <= r(u0) + sum_i TV_i(u0, u) R_i   and   r(u) <= r(u1) + sum_i TV_i(u, u1) R_i,

hence r(u) <= (r(u0) + r(u1)) / 2 + sum_i TV_i R_i / 2; deviations from the chords add dev_i R_i.
Nearest joint first, this is a recursion without configuration-wide bounds. It is cut off at the
sum of the distances between consecutive joint origins, which holds in every configuration. The core
points are taken as a segment with some girth (`support.HALF`).

Source: Schwarzer, Saha, Latombe 2005, section 4; the recursion and r of sets are ours.
"""

from __future__ import annotations

import math

from cellsim.collision.compiled import bare, lean
from cellsim.collision.leaving import arc_between, first_moving, off_line
from cellsim.collision.paths import Path, deviation_over, variation_between
from cellsim.collision.support import CENTRE, DISC, DISC_RADIUS, GIRTH, HALF, REACH, Ints
from cellsim.geometry import Array

# Rows of the table of radii: what each joint does, then radii of spheres, shape (rows, m).
VARIATION, DEVIATION, STRAY, BODY_A, BODY_B, PIECES = range(6)
# Columns of what is known of a row, see `reach_of`.
GOES, OFF, BOWS, STRAYS, TURN, TURN_OFF, TURN_STRAYS, KNOWN_COLUMNS = range(8)


@lean
def travel_of_joints(path: Path, joints: Ints, u0: float, u1: float, R: Array) -> float:
    """Write what each joint does over [u0, u1] into R; return variations and deviations summed up.

    That is its variation, its deviation from the chords, and how far it may be from the straight
    line between its ends, deviation included.

    Args:
        joints: (link, 1 if prismatic) of the joints on the way from a to b, shape (m, 2).
    """
    total, arc, k0 = 0.0, arc_between(path.turns, u0, u1), first_moving(path.turns, u0, u1)
    for i in range(joints.shape[0]):
        j = path.links[joints[i, 0], 2]
        R[VARIATION, i] = variation_between(path, j, u0, u1)
        R[DEVIATION, i] = deviation_over(path, j, u0, u1)
        R[STRAY, i] = off_line(path.turns, j, k0, u1, arc) + R[DEVIATION, i]
        total += R[VARIATION, i] + R[DEVIATION, i]
    return total


@lean
def axes_at(path: Path, joints: Ints, i0: int, i1: int, links: Array, axes: Array) -> None:
    """Write origin and direction of joint axes i0..i1 in the world, shape (m, 6)."""
    for i in range(i0, i1):
        l = joints[i, 0]
        x, y, z = path.frames[l, 12], path.frames[l, 13], path.frames[l, 14]
        for r in range(3):
            axes[i, r] = links[l, r, 3]
            axes[i, 3 + r] = links[l, r, 0] * x + links[l, r, 1] * y + links[l, r, 2] * z


@bare
def _across(axes: Array, i: int, x: float, y: float, z: float) -> float:
    """Return the length of the part of a vector that is square to axis i."""
    cx = y * axes[i, 5] - z * axes[i, 4]
    cy = z * axes[i, 3] - x * axes[i, 5]
    cz = x * axes[i, 4] - y * axes[i, 3]
    return math.sqrt(cx * cx + cy * cy + cz * cz)


@bare
def _turned(T: Array, rows: Array, k: int, first: int) -> tuple[float, float, float]:
    """Return the vector in columns `first`.. of row k, turned by T of shape (3, 4)."""
    x, y, z = rows[k, first], rows[k, first + 1], rows[k, first + 2]
    return (
        T[0, 0] * x + T[0, 1] * y + T[0, 2] * z,
        T[1, 0] * x + T[1, 1] * y + T[1, 2] * z,
        T[2, 0] * x + T[2, 1] * y + T[2, 2] * z,
    )


@lean
def sizes(
    joints: Ints, backward: bool, axes: Array, T: Array, rows: Array, k: int, out: Array
) -> None:
    """Write what `radii` takes of one instant, for each joint on the way, shape (2, m).

    r of row k about the axis [m], its girth left out; and how far it is to the axis' origin along
    the origins of the joints before [m].

    Args:
        joints: (link, 1 if prismatic), from a to b, shape (m, 2).
        backward: The piece hangs on the last of the joints, not on the first.
        axes: Joint axes, shape (m, 6). T: `world_T_body`, shape (3, 4).
        rows: Pieces or spheres in the body frame, see `support.ROW`.
    """
    x, y, z = _turned(T, rows, k, CENTRE)
    x, y, z = x + T[0, 3], y + T[1, 3], z + T[2, 3]
    hx, hy, hz = _turned(T, rows, k, HALF)
    slender, disc = hx != 0.0 or hy != 0.0 or hz != 0.0, rows[k, DISC_RADIUS]
    dx, dy, dz = _turned(T, rows, k, DISC)
    m, px, py, pz, way = joints.shape[0], x, y, z, 0.0
    for step in range(m):
        i = m - 1 - step if backward else step
        ox, oy, oz = axes[i, 0] - px, axes[i, 1] - py, axes[i, 2] - pz
        way += math.sqrt(ox * ox + oy * oy + oz * oz)
        px, py, pz = axes[i, 0], axes[i, 1], axes[i, 2]
        if slender:
            far = max(
                _across(axes, i, x + hx - px, y + hy - py, z + hz - pz),
                _across(axes, i, x - hx - px, y - hy - py, z - hz - pz),
            )
        else:
            far = _across(axes, i, x - px, y - py, z - pz)
        if disc > 0.0:
            far += disc * _across(axes, i, dx, dy, dz)
        out[0, i], out[1, i] = far, way


@lean
def radii(
    joints: Ints, backward: bool, size0: Array, size1: Array, rows: Array, k: int, R: Array,
    out: int,
) -> None:  # fmt: skip
    """Write R_j [m] of row k for each joint on the way; 1 for prismatic joints.

    Args:
        joints: (link, 1 if prismatic), from a to b, shape (m, 2).
        backward: The piece hangs on the last of the joints, not on the first.
        size0, size1: What `sizes` writes of the two ends, shape (2, m).
        rows: Pieces or spheres in the body frame, see `support.ROW`.
        R: Variation and deviation of each joint are read from it, row `out` is written.
    """
    m, inner, girth, reach = joints.shape[0], 0.0, rows[k, GIRTH], rows[k, REACH]
    for step in range(m):
        i = m - 1 - step if backward else step
        if joints[i, 1] == 1:
            R[out, i] = 1.0
            reach += R[VARIATION, i] + 2.0 * R[DEVIATION, i]
        else:
            ends = size0[0, i] + size1[0, i]
            R[out, i] = min(0.5 * ends + girth + inner, reach + size0[1, i])
        inner += (0.5 * R[VARIATION, i] + R[DEVIATION, i]) * R[out, i]


@lean
def reach_of(joints: Ints, backward: bool, R: Array, out: int, known: Array) -> None:
    """Write what row `out` goes, seen from the other body, in the columns GOES.. [m].

    Its travel with twice the pads, the pads of one side, and 8 times its bow and its stray, see
    `bow`; then by how much each grows with the radius: sums over the joints that turn.
    """
    m = joints.shape[0]
    for column in range(KNOWN_COLUMNS):
        known[column] = 0.0
    for step in range(m):
        i = step if backward else m - 1 - step
        goes, far = R[VARIATION, i], R[out, i]
        known[GOES] += (R[VARIATION, i] + 2.0 * R[DEVIATION, i]) * R[out, i]
        known[OFF] += R[DEVIATION, i] * far
        known[STRAYS] += R[STRAY, i] * far
        if joints[i, 1] == 1:
            known[BOWS] += 2.0 * goes * known[TURN] * far
            continue
        known[BOWS] += goes * (goes + 2.0 * known[TURN]) * far
        known[TURN] += goes
        known[TURN_OFF] += R[DEVIATION, i]
        known[TURN_STRAYS] += R[STRAY, i]


@lean
def least_travel(R: Array, a: int, b: int) -> float:
    """Return the least bound [m] of relative travel plus twice the pads, over all bodies c.

    Args:
        R: Variation, deviation and radii per joint, in the order from a to b.
        a, b: The rows of the two pieces.
    """
    total = 0.0
    for i in range(R.shape[1]):
        total += (R[VARIATION, i] + 2.0 * R[DEVIATION, i]) * R[b, i]
    least = total
    for i in range(R.shape[1]):
        total += (R[VARIATION, i] + 2.0 * R[DEVIATION, i]) * (R[a, i] - R[b, i])
        least = min(least, total)
    return max(least, 0.0)


@lean
def most_off(R: Array, a: int, b: int) -> float:
    """Return a bound of the part of `least_travel` that is pads of one side [m].

    However fine an interval, what is certified stays this far below the distance at most.
    """
    off = 0.0
    for i in range(R.shape[1]):
        off += R[DEVIATION, i] * max(R[a, i], R[b, i])
    return off
