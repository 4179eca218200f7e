"""How far two bodies can move relative to one another over an interval of a path.

For a pair (a, b) only the joints between them count. Choose any body c on the way from a to b:
relative to c, a point of a moves by at most the sum of TV_j R_j(a) over the joints between a and
c, and a point of b likewise; the signed distance of a and b changes by at most the sum of the
two. Every choice of c is valid; the smallest is used.

R_j(a) is the farthest that a point of a comes from axis j over the interval. Seen from joint j,
only the joints between it and a (the inner ones, i) move a, so that at every instant u

    r(u) <= r(u0) + sum_i TV_i(u0, u) R_i   and   r(u) <= r(u1) + sum_i TV_i(u, u1) R_i,

hence r(u) <= (r(u0) + r(u1)) / 2 + sum_i TV_i R_i / 2; deviations from the chords add dev_i R_i.
Nearest joint first, this is a recursion without configuration-wide bounds. It is cut off at the
sum of the distances between consecutive joint origins, which holds in every configuration.

Source: Schwarzer, Saha, Latombe 2005, section 4; the recursion is ours.
"""

from __future__ import annotations

import math

from cellsim.collision.compiled import bare, lean
from cellsim.collision.paths import Path, deviation_over, variation_between
from cellsim.collision.support import BOUND, CENTRE, Ints
from cellsim.geometry import Array

# Rows of the table of radii: what each joint does, then radii of spheres, shape (rows, m).
VARIATION, DEVIATION, BODY_A, BODY_B, PIECES = range(5)


@lean
def travel_of_joints(path: Path, joints: Ints, u0: float, u1: float, R: Array) -> float:
    """Write variation and deviation of each joint over [u0, u1] into R; return their sum.

    Args:
        joints: (link, 1 if prismatic) of the joints on the way from a to b, shape (m, 2).
    """
    total = 0.0
    for i in range(joints.shape[0]):
        j = path.links[joints[i, 0], 2]
        R[VARIATION, i] = variation_between(path, j, u0, u1)
        R[DEVIATION, i] = deviation_over(path, j, u0, u1)
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
def _off_axis(axes: Array, i: int, x: float, y: float, z: float) -> float:
    """Return the distance [m] of a point from axis i, given as (origin, unit direction)."""
    px, py, pz = x - axes[i, 0], y - axes[i, 1], z - axes[i, 2]
    cx = py * axes[i, 5] - pz * axes[i, 4]
    cy = pz * axes[i, 3] - px * axes[i, 5]
    cz = px * axes[i, 4] - py * axes[i, 3]
    return math.sqrt(cx * cx + cy * cy + cz * cz)


@bare
def _place(T: Array, rows: Array, k: int) -> tuple[float, float, float]:
    """Return the centre of the sphere of row k, moved by T of shape (3, 4)."""
    x, y, z = rows[k, CENTRE], rows[k, CENTRE + 1], rows[k, CENTRE + 2]
    return (
        T[0, 0] * x + T[0, 1] * y + T[0, 2] * z + T[0, 3],
        T[1, 0] * x + T[1, 1] * y + T[1, 2] * z + T[1, 3],
        T[2, 0] * x + T[2, 1] * y + T[2, 2] * z + T[2, 3],
    )


@lean
def radii(
    joints: Ints,
    backward: bool,
    axes0: Array,
    axes1: Array,
    T0: Array,
    T1: Array,
    rows: Array,
    k: int,
    R: Array,
    out: int,
) -> None:
    """Write R_j [m] of the sphere of row k for each joint on the way; 1 for prismatic joints.

    Args:
        joints: (link, 1 if prismatic), from a to b, shape (m, 2).
        backward: The sphere hangs on the last of the joints, not on the first.
        axes0, axes1: Joint axes at the two ends, shape (m, 6).
        T0, T1: `world_T_body` at the two ends, shape (3, 4).
        rows: Spheres in the body frame, see `support.ROW`.
        R: Variation and deviation of each joint are read from it, row `out` is written.
    """
    x0, y0, z0 = _place(T0, rows, k)
    x1, y1, z1 = _place(T1, rows, k)
    m, inner, bound = joints.shape[0], 0.0, rows[k, BOUND]
    reach = bound
    px, py, pz = x0, y0, z0
    for step in range(m):
        i = m - 1 - step if backward else step
        ox, oy, oz = axes0[i, 0] - px, axes0[i, 1] - py, axes0[i, 2] - pz
        reach += math.sqrt(ox * ox + oy * oy + oz * oz)
        px, py, pz = axes0[i, 0], axes0[i, 1], axes0[i, 2]
        if joints[i, 1] == 1:
            R[out, i] = 1.0
            reach += R[VARIATION, i] + 2.0 * R[DEVIATION, i]
        else:
            ends = _off_axis(axes0, i, x0, y0, z0) + _off_axis(axes1, i, x1, y1, z1)
            R[out, i] = min(0.5 * ends + bound + inner, reach)
        inner += (0.5 * R[VARIATION, i] + R[DEVIATION, i]) * R[out, i]


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
