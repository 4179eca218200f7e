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

from cellsim.collision.compiled import compiled
from cellsim.collision.paths import Path, deviation_over, variation_between
from cellsim.collision.support import Ints
from cellsim.geometry import Array


@compiled
def travel_of_joints(path: Path, joints: Ints, u0: float, u1: float, move: Array) -> float:
    """Write (variation, deviation) of each joint over [u0, u1], shape (m, 2); return the sum."""
    total = 0.0
    for i in range(joints.size):
        j = path.qindex[joints[i]]
        move[i, 0] = variation_between(path, j, u0, u1)
        move[i, 1] = deviation_over(path, j, u0, u1)
        total += move[i, 0] + move[i, 1]
    return total


@compiled
def axes_at(path: Path, joints: Ints, links: Array, axes: Array) -> None:
    """Write origin and direction of each joint axis in the world, shape (m, 6)."""
    for i in range(joints.size):
        l = joints[i]
        x, y, z = path.axis[l, 0], path.axis[l, 1], path.axis[l, 2]
        for r in range(3):
            axes[i, r] = links[l, r, 3]
            axes[i, 3 + r] = links[l, r, 0] * x + links[l, r, 1] * y + links[l, r, 2] * z


@compiled
def _off_axis(axis: Array, x: float, y: float, z: float) -> float:
    """Return the distance [m] of a point from an axis given as (origin, unit direction)."""
    px, py, pz = x - axis[0], y - axis[1], z - axis[2]
    cx = py * axis[5] - pz * axis[4]
    cy = pz * axis[3] - px * axis[5]
    cz = px * axis[4] - py * axis[3]
    return math.sqrt(cx * cx + cy * cy + cz * cz)


@compiled
def _place(T: Array, c: Array) -> tuple[float, float, float]:
    return (
        T[0, 0] * c[0] + T[0, 1] * c[1] + T[0, 2] * c[2] + T[0, 3],
        T[1, 0] * c[0] + T[1, 1] * c[1] + T[1, 2] * c[2] + T[1, 3],
        T[2, 0] * c[0] + T[2, 1] * c[1] + T[2, 2] * c[2] + T[2, 3],
    )


@compiled
def radii(
    slides: Ints,
    backward: bool,
    move: Array,
    axes0: Array,
    axes1: Array,
    T0: Array,
    T1: Array,
    centre: Array,
    bound: float,
    R: Array,
) -> None:
    """Write R_j [m] of a sphere for each joint on the way, shape (m,); 1 for prismatic joints.

    Args:
        slides: 1 for a prismatic joint, shape (m,), in the order from a to b.
        backward: The sphere hangs on the last of the joints, not on the first.
        move: (variation, deviation) of each joint over the interval, shape (m, 2).
        axes0, axes1: Joint axes at the two ends, shape (m, 6).
        T0, T1: `world_T_body` at the two ends, shape (3, 4).
        centre, bound: The sphere, in the body frame [m].
    """
    x0, y0, z0 = _place(T0, centre)
    x1, y1, z1 = _place(T1, centre)
    m, inner, reach = slides.size, 0.0, bound
    px, py, pz = x0, y0, z0
    for step in range(m):
        i = m - 1 - step if backward else step
        ox, oy, oz = axes0[i, 0] - px, axes0[i, 1] - py, axes0[i, 2] - pz
        reach += math.sqrt(ox * ox + oy * oy + oz * oz)
        px, py, pz = axes0[i, 0], axes0[i, 1], axes0[i, 2]
        if slides[i] == 1:
            R[i] = 1.0
            reach += move[i, 0] + 2.0 * move[i, 1]
        else:
            ends = _off_axis(axes0[i], x0, y0, z0) + _off_axis(axes1[i], x1, y1, z1)
            R[i] = min(0.5 * ends + bound + inner, reach)
        inner += (0.5 * move[i, 0] + move[i, 1]) * R[i]


@compiled
def least_travel(move: Array, Ra: Array, Rb: Array) -> float:
    """Return the least bound [m] of relative travel plus twice the pads, over all bodies c.

    Args:
        move: (variation, deviation) per joint, shape (m, 2).
        Ra, Rb: Radii of the two pieces about the joints, shape (m,), in the order from a to b.
    """
    total = 0.0
    for i in range(move.shape[0]):
        total += (move[i, 0] + 2.0 * move[i, 1]) * Rb[i]
    least = total
    for i in range(move.shape[0]):
        total += (move[i, 0] + 2.0 * move[i, 1]) * (Ra[i] - Rb[i])
        least = min(least, total)
    return max(least, 0.0)
