"""The box of joint values that the box of a measured frame maps to: proven, row by row.

A frame stands off by a shift S: moved by at most T, turned by at most Theta about its origin o. An
arm that follows it brings its flange from X to S X. Let the shift grow from nothing, S(s) with s
from 0 to 1. The point P of the flange then goes with v = m + theta x R(s theta) (P - o) and the
turn w = theta, (m, theta) the whole shift, so the joints obey

    J(q) q' = (v, w),        q(0) = q0.

With J and P those of the middle of a box of nominal joint values, G the change of the joints by
(m, theta) there, and |J^-1 (J(q) - J)| <= M for every q within rho of that middle,

    |q'| <= |G| (T, Theta) + |J_v^-1| (what P and its lever change) + M |q'|.

The shift grows in steps of h. If the x that follows over a step from rho = (half widths of the
nominal box) + (how far they were before) + h x is at most x again, the joints cannot be the first
to leave that box, J stays regular, and so the way goes on, up to s = 1, on the same branch. M is a
sum of products of rho with positive factors, so convex along a step: its mean there is at most the
mean of its ends, and with it M x bounds how far the joints are off what is linear in the shift.
Componentwise: a fast wrist says nothing of a slow base.

Rounding is not followed; it is some 1e-12 of what is bounded, and `_MORE` is added for it.

Source: as of `remainder`; the continuation is that of Davidenko 1953.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import FIXED, Chain
from cellsim.kinematics.fk import jacobian_into, link_poses, poses_into
from cellsim.motion.jacobian_box import changed, grown, inverse, levers, middle

# An arm of six axes: others choose among ways, and which is theirs to say.
AXES = 6
_STEPS, _ROUNDS, _WIDER, _MORE = 8, 8, 1.1, 1e-12


@dataclass(frozen=True, eq=False)
class JointBoxes:
    """How joints move for any shift of a frame, for boxes of nominal joint values.

    The shift is (s, t) in shares of the range, |s| <= 1 moved and |t| <= 1 turned, along the axes
    of the world.

    Attributes:
        slope: What is linear in the shift, shape (n, dof, 6) [rad | m].
        rest: How far the joints are from that at most, shape (n, dof); inf where nothing is proven.
        most: How far they are from their nominal values at most, shape (n, dof); inf likewise.
    """

    slope: Array
    rest: Array
    most: Array


def joint_boxes(
    chain: Chain, origin: Array, range_m: float, range_rad: float, q: Array, half: Array
) -> JointBoxes:
    """Return how the joints of an arm follow any shift of a frame that its flange is moved with.

    Args:
        origin: Of the frame, in the world [m]. range_m, range_rad: How far it may stand off.
        q: Middles of boxes of nominal joint values [rad | m], shape (n, dof).
        half: Half their widths, shape (n, dof). External axes keep their values.
    """
    n, dof = q.shape
    found = JointBoxes(
        np.zeros((n, dof, 6)), np.full((n, dof), np.inf), np.full((n, dof), np.inf)
    )  # fmt: skip
    if chain.arm_dof == AXES and not chain.branch:
        _follow(
            chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, wrist_of(chain),
            np.asarray(origin, dtype=np.float64), float(range_m), float(range_rad),
            np.ascontiguousarray(q, dtype=np.float64),
            np.ascontiguousarray(half, dtype=np.float64), found.slope, found.rest, found.most,
        )  # fmt: skip
    return found


def wrist_of(chain: Chain) -> Array:
    """Return the point of the flange that lies on the last axis, nearest to the one before [m].

    Any point of the flange may stand for it; here the levers of the wrist are shortest.
    """
    poses = link_poses(chain, np.zeros(chain.dof))
    last, before = [i for i in range(len(chain.parent)) if chain.kind[i] != FIXED][-1:-3:-1]
    p, z = poses[last][:3, 3], poses[last][:3, :3] @ chain.axis[last]
    o, e = poses[before][:3, 3], poses[before][:3, :3] @ chain.axis[before]
    # Both lines: (p + s z - o) is square to z and to e.
    c = float(z @ e)
    square = 1.0 - c * c
    s = 0.0 if square < 1e-9 else float((c * e - z) @ (p - o)) / square
    T = poses[chain.flange]
    return np.asarray(T[:3, :3].T @ (p + s * z - T[:3, 3]))


@kernel
def _slope(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, tip: Array, centre: Array,
    q: Array, range_m: float, range_rad: float, slope: Array,
) -> float:  # fmt: skip
    """Write the change of the six axes by a share of the shift; return the lever of the turn [m].

    Returns -1 where the Jacobian cannot be inverted.
    """
    poses, J, A = np.empty((parent.shape[0], 4, 4)), np.empty((6, q.shape[0])), np.empty((6, 6))
    point, r = np.empty(3), np.empty(3)
    poses_into(parent, origin, axis, kind, qindex, q, poses)
    T = poses[parent.shape[0] - 1]
    for i in range(3):
        point[i] = T[i, 0] * tip[0] + T[i, 1] * tip[1] + T[i, 2] * tip[2] + T[i, 3]
        r[i] = point[i] - centre[i]
    jacobian_into(poses, axis, kind, qindex, point, J)
    if not inverse(J, A):
        return -1.0
    for j in range(6):
        for i in range(3):
            k, l = (i + 1) % 3, (i + 2) % 3
            # e_i x r = (r_l e_k - r_k e_l) with a sign: e_i x e_k = e_l, e_i x e_l = -e_k.
            slope[j, i] = range_m * A[j, i]
            slope[j, 3 + i] = range_rad * (A[j, 3 + i] + A[j, l] * r[k] - A[j, k] * r[l])
    return math.sqrt(r[0] ** 2 + r[1] ** 2 + r[2] ** 2)


@kernel
def _rates(
    kind: Ints, index: Ints, reach: Array, a: Array, b: Array, W: Array, half: Array, most: Array,
    first: Array, turn: float, lever: float, h: float, L: Array, M: Array, x: Array,
) -> bool:  # fmt: skip
    """Write a bound of |q'| over a step that follows from itself into x, and the L, M it rests on.

    Args:
        most: How far the joints were before. x: A first guess.
        turn, lever: The most that the frame turns [rad], how far that moves P at the end [m].
    """
    n = kind.shape[0]
    rho, given, found = half.copy(), np.empty(6), np.empty(6)
    for _ in range(_ROUNDS):
        for j in range(6):
            rho[j] = half[j] + most[j] + h * x[j]
        levers(kind, index, reach, rho, L)
        changed(kind, index, L, a, b, W, rho, M)
        way = lever
        for k in range(n):
            way += L[k] * half[index[k]]
        for j in range(6):
            given[j] = first[j] + a[j] * turn * way + _MORE
        if not grown(M, given, found):
            return False
        proven = True
        for j in range(6):
            proven = proven and found[j] <= x[j]
        for j in range(6):
            x[j] = found[j] if proven else _WIDER * found[j]
        if proven:
            return True
    return False


@kernel
def _settled(
    kind: Ints, index: Ints, reach: Array, a: Array, b: Array, W: Array, half: Array,
    first: Array, turn: float, lever: float, rest: Array, most: Array,
) -> bool:  # fmt: skip
    """Write the box that follows from itself into most, what is beyond the slope into rest.

    Args:
        first: What the slope gives, shape (6,). turn: The most that the frame turns [rad].

    Returns:
        Whether there is one; rest and most are worth nothing where there is none.
    """
    n, h = kind.shape[0], 1.0 / _STEPS
    L, M, N, x = np.empty(n), np.zeros((6, 6)), np.zeros((6, 6)), np.zeros(6)
    rest[:], most[:] = 0.0, 0.0
    levers(kind, index, reach, half, L)
    changed(kind, index, L, a, b, W, half, N)
    for step in range(_STEPS):
        for j in range(6):
            x[j] = _WIDER * max(first[j], x[j])
        far = turn * lever * h
        if not _rates(
            kind, index, reach, a, b, W, half, most, first, turn, far * (step + 1.0), h, L, M, x
        ):
            return False
        way = far * (step + 0.5)
        for k in range(n):
            way += L[k] * half[index[k]]
        for j in range(6):
            total = a[j] * turn * way + _MORE
            for c in range(6):
                total += (M[j, c] + N[j, c]) / 2.0 * x[c]
            rest[j] += h * total
            most[j] = min(most[j] + h * x[j], (step + 1.0) * h * first[j] + rest[j])
        N[:] = M
    return True


@kernel
def _follow(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, tip: Array, centre: Array,
    range_m: float, range_rad: float, q: Array, half: Array, slope: Array, rest: Array, most: Array,
) -> None:  # fmt: skip
    """Fill slope, rest and most for n boxes; where nothing is proven the last two stay inf."""
    moving = np.flatnonzero(kind)
    kinds, index = kind[moving], qindex[moving]
    reach, a, b = np.empty(len(moving)), np.empty(6), np.empty(6)
    W, first = np.empty((len(moving), 6, 6)), np.empty(6)
    for n in range(q.shape[0]):
        lever = _slope(
            parent, origin, axis, kind, qindex, tip, centre, q[n], range_m, range_rad, slope[n]
        )
        if lever < 0.0 or not middle(
            parent, origin, axis, kind, qindex, index, tip, q[n], reach, a, b, W
        ):
            continue
        for j in range(6):
            s = slope[n, j]
            first[j] = math.sqrt(s[0] ** 2 + s[1] ** 2 + s[2] ** 2)
            first[j] += math.sqrt(s[3] ** 2 + s[4] ** 2 + s[5] ** 2)
        if not _settled(
            kinds, index, reach, a, b, W, half[n], first, range_rad, lever, rest[n], most[n]
        ):
            rest[n], most[n] = np.inf, np.inf
