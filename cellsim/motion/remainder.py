"""How far the joints of a tracked way may change their course between two samples: proven bounds.

Along a TCP leg the joints obey J q' = t, t the twist of the leg. Differentiated twice,

    J q''' = t'' - 3 sum H q'' q' - sum T q' q' q'        (the position; the turn likewise)

with the second and third derivatives H, T of the TCP by the joints. Sorted along the chain they are
H_ik = z_i x l_k and T_ijk = z_i x (z_j x l_k) for i <= j <= k, l the column of the Jacobian; so
their lengths are at most L_k, the distance of the TCP from axis k, and none where the earlier axis
slides. Axes turn at most with all joints before them.

Let every |q'''_j| be at most x_j on an interval about its middle m. Then q, q' and q'' stay within
Taylor boxes about their values at m, J within J_m + E with |E| from H and the box of q, and

    |q'''| <= |J_m^-1| (right side) + |J_m^-1 E| |q'''|,

E in first order exactly, joint by joint, with its signs, and in second by T. If the bound that
follows is at most x again, x holds on the whole interval: the joints leave m with less than x, and
J stays regular, so the way goes on, and nowhere can it be the first to exceed x. The samples at
both ends must lie where the Taylor boxes say: then they are of the same branch.
Componentwise, so that a fast wrist says nothing of a slow base. Rounding is not followed; it is
some 1e-12 of what is bounded.

Source: the argument is that of Picard boxes (Nedialkov, Jackson, Corliss: Validated solutions of
initial value problems, 1999, sec. 5), written for the derivative that the sampling needs.
"""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import jacobian_into, poses_into

# An arm of six axes: others choose among ways, and which is theirs to say.
AXES = 6
_ROUNDS, _MORE = 8, 1.2
# How near a sample is to its pose [m | rad], of `Tracked.joints`.
_LANDED, _ROUNDING = 2e-9, 1e-12


@kernel
def _inverse(J: Array, A: Array) -> bool:
    """Write the inverse of the first six columns of J into A, (6, 6); tell whether there is one."""
    M = np.zeros((6, 12))
    for i in range(6):
        for j in range(6):
            M[i, j] = J[i, j]
        M[i, 6 + i] = 1.0
    for i in range(6):
        p = i
        for r in range(i + 1, 6):
            if abs(M[r, i]) > abs(M[p, i]):
                p = r
        if abs(M[p, i]) < 1e-12:
            return False
        if p != i:
            for c in range(12):
                M[i, c], M[p, c] = M[p, c], M[i, c]
        scale = 1.0 / M[i, i]
        for c in range(i, 12):
            M[i, c] *= scale
        for r in range(6):
            if r != i and M[r, i] != 0.0:
                f = M[r, i]
                for c in range(i, 12):
                    M[r, c] -= f * M[i, c]
    for i in range(6):
        for j in range(6):
            A[i, j] = M[i, 6 + j]
    return True


@kernel
def _changes(J: Array, A: Array, index: Ints, W: Array) -> None:
    """Write |A dJ| by each moving joint into W, shape (n, 6, 6); columns of J in index order."""
    lin, ang = np.empty(3), np.empty(3)
    for i in range(index.shape[0]):
        for k in range(index.shape[0]):
            c = index[k]
            if c >= 6:
                continue
            first, last = (index[i], c) if i <= k else (c, index[i])
            for r in range(3):
                s, t = (r + 1) % 3, (r + 2) % 3
                lin[r] = J[3 + s, first] * J[t, last] - J[3 + t, first] * J[s, last]
                ang[r] = J[3 + s, first] * J[3 + t, last] - J[3 + t, first] * J[3 + s, last]
            for j in range(6):
                total = 0.0
                for r in range(3):
                    total += A[j, r] * lin[r] + (A[j, 3 + r] * ang[r] if i < k else 0.0)
                W[i, j, c] = abs(total)


@kernel
def levers(kind: Ints, index: Ints, reach: Array, rho: Array, L: Array) -> None:
    """Write how far the TCP may be from each axis while q stays in its box, 1 where it slides.

    Args:
        kind, index: Of the moving joints in physical order, with their places in q.
        reach: The same in the middle of the box. rho: Half widths of the box, shape (dof,).
    """
    after = 0.0
    for k in range(kind.shape[0] - 1, -1, -1):
        L[k] = reach[k] + after if kind[k] == 1 else 1.0
        after += L[k] * rho[index[k]]


@kernel
def solved(
    kind: Ints, index: Ints, L: Array, a: Array, b: Array, W: Array, rho: Array,
    lin: float, ang: float, out: Array,
) -> bool:  # fmt: skip
    """Write the most that |x| of the six arm axes can be where J x is at most lin and ang long.

    J is any Jacobian of the box rho; a, b: row norms of its inverse in the middle; W: |J^-1 dJ| by
    each moving joint there, shape (n, 6, 6). What the box changes beyond is of second order: half
    of sum L rho rho of the position, half of the square of the turns before an axis.

    Returns:
        Whether J is regular all over the box: |J^-1| |J x| + M x < x for some x > 0.
    """
    n = kind.shape[0]
    M = np.zeros((6, 7))
    turned = 0.0
    for k in range(n):
        far = 0.0
        for i in range(n):
            for m in range(n):
                far += L[max(k, i, m)] * rho[index[i]] * rho[index[m]]
        if index[k] < 6:
            for j in range(6):
                change = (a[j] * far + b[j] * turned * turned) / 2.0
                for i in range(n):
                    change += W[i, j, index[k]] * rho[index[i]]
                M[j, index[k]] = -change
        turned += rho[index[k]] if kind[k] == 1 else 0.0
    for j in range(6):
        M[j, j] += 1.0
        M[j, 6] = a[j] * lin + b[j] * ang + 1e-15
    for i in range(6):
        if not M[i, i] > 0.0:
            return False
        for r in range(i + 1, 6):
            f = M[r, i] / M[i, i]
            for c in range(i, 7):
                M[r, c] -= f * M[i, c]
    for i in range(5, -1, -1):
        out[i] = M[i, 6]
        for c in range(i + 1, 6):
            out[i] -= M[i, c] * out[c]
        out[i] /= M[i, i]
    held = True
    for i in range(6):
        held = held and 0.0 < out[i] < np.inf
    return held


@kernel
def _next(
    kind: Ints, index: Ints, reach: Array, a: Array, b: Array, W: Array, jerk: Array, rho: Array,
    d1: Array, d2: Array, out: Array,
) -> bool:  # fmt: skip
    """Write the bound that boxes d1, d2, rho of (q', q'', q) give for |q'''| of the arm into out.

    Args:
        jerk: |t''|, linear and angular.
        out: Shape (dof,); what follows the axes of the arm is left as it is.

    Returns:
        Whether the Jacobian is regular all over the box.
    """
    n = kind.shape[0]
    L = np.empty(n)
    levers(kind, index, reach, rho, L)
    lin, ang = jerk[0], jerk[1]
    w, w2, turn = 0.0, 0.0, 0.0
    for k in range(n):
        v, c = d1[index[k]], d2[index[k]]
        lin += 3.0 * L[k] * (c * w + v * turn + v * w * w)
        if kind[k] == 1:
            lin += 3.0 * L[k] * (c * v + v * v * w) + L[k] * v * v * v
            ang += 2.0 * w * c + (w2 + w * w) * v
            w2 += c + w * v
            w, turn = w + v, turn + c
    return solved(kind, index, L, a, b, W, rho, lin, ang, out)


@kernel
def _boxes(q1: Array, q2: Array, x: Array, h: float, rho: Array, d1: Array, d2: Array) -> None:
    """Write the Taylor boxes of q - q_m, q' and q'' within h of the middle."""
    for j in range(x.shape[0]):
        d2[j] = abs(q2[j]) + x[j] * h
        d1[j] = abs(q1[j]) + (abs(q2[j]) + x[j] * h / 2.0) * h
        rho[j] = (abs(q1[j]) + (abs(q2[j]) / 2.0 + x[j] * h / 6.0) * h) * h


@kernel
def _away(q: Array, qm: Array, q1: Array, q2: Array, x: Array, h: float, near: Array) -> bool:
    """Tell whether q is farther from the Taylor polynomial about the middle than x allows."""
    for j in range(x.shape[0]):
        off = abs(q[j] - qm[j] - (q1[j] + q2[j] / 2.0 * h) * h)
        if not off <= x[j] * abs(h) ** 3 / 6.0 + near[j]:
            return True
    return False


@kernel
def middle(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, index: Ints, tip: Array,
    q: Array, reach: Array, a: Array, b: Array, W: Array,
) -> bool:  # fmt: skip
    """Write what is known at q: see `levers` and `solved`.

    Returns whether J can be inverted.
    """
    poses, J, point = np.empty((parent.shape[0], 4, 4)), np.empty((6, q.shape[0])), np.empty(3)
    A = np.empty((6, 6))
    poses_into(parent, origin, axis, kind, qindex, q, poses)
    T = poses[parent.shape[0] - 1]
    for r in range(3):
        point[r] = T[r, 0] * tip[0] + T[r, 1] * tip[1] + T[r, 2] * tip[2] + T[r, 3]
    jacobian_into(poses, axis, kind, qindex, point, J)
    if not _inverse(J, A):
        return False
    for k in range(index.shape[0]):
        c = index[k]
        reach[k] = math.sqrt(J[0, c] ** 2 + J[1, c] ** 2 + J[2, c] ** 2)
    for j in range(6):
        a[j] = math.sqrt(A[j, 0] ** 2 + A[j, 1] ** 2 + A[j, 2] ** 2)
        b[j] = math.sqrt(A[j, 3] ** 2 + A[j, 4] ** 2 + A[j, 5] ** 2)
    _changes(J, A, index, W)
    return True


@kernel
def _settled(
    kind: Ints, index: Ints, reach: Array, a: Array, b: Array, W: Array, jerk: Array, q1: Array,
    q2: Array, h: float, rho: Array, d1: Array, d2: Array, x: Array,
) -> bool:  # fmt: skip
    """Write a bound x on |q'''| that follows from itself, and the boxes it gives.

    Returns whether one was found.
    """
    found = np.zeros(x.shape[0])
    for j in range(x.shape[0]):
        x[j] = 0.0
    for _ in range(_ROUNDS):
        _boxes(q1, q2, x, h, rho, d1, d2)
        if not _next(kind, index, reach, a, b, W, jerk, rho, d1, d2, found):
            return False
        proven = True
        for j in range(x.shape[0]):
            proven = proven and found[j] <= x[j]
        for j in range(x.shape[0]):
            x[j] = found[j] if proven else _MORE * found[j]
        if proven:
            _boxes(q1, q2, x, h, rho, d1, d2)
            return True
    return False


@kernel
def _bound(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, tip: Array,
    u: Array, q: Array, dq: Array, ddq: Array, jerk: Array, d1: Array, d2: Array, d3: Array,
) -> None:  # fmt: skip
    """Fill d1, d2, d3 (m, dof) for m intervals; d3 is inf where nothing is proven."""
    dof, moving = q.shape[1], np.flatnonzero(kind)
    kinds, index = kind[moving], qindex[moving]
    reach, a, b = np.empty(len(moving)), np.empty(6), np.empty(6)
    W = np.empty((len(moving), 6, 6))
    rho, near = np.empty(dof), np.full(dof, _ROUNDING)
    for n in range(d1.shape[0]):
        qm, q1, q2, x = q[2 * n + 1], dq[2 * n + 1], ddq[2 * n + 1], d3[n]
        left, right = u[2 * n] - u[2 * n + 1], u[2 * n + 2] - u[2 * n + 1]
        proven = middle(parent, origin, axis, kind, qindex, index, tip, qm, reach, a, b, W)
        proven = proven and _settled(
            kinds, index, reach, a, b, W, jerk[n], q1, q2, max(-left, right), rho, d1[n], d2[n], x
        )
        if proven:
            for j in range(6):
                near[j] = _LANDED * (a[j] + b[j]) + _ROUNDING
            proven = not _away(q[2 * n], qm, q1, q2, x, left, near)
            proven = proven and not _away(q[2 * n + 2], qm, q1, q2, x, right, near)
        if not proven:
            for j in range(dof):
                x[j] = np.inf


def bounds(
    chain: Chain, flange_T_tcp: Pose, u: Array, joints: tuple[Array, Array, Array], jerk: Array
) -> tuple[Array, Array, Array]:
    """Return bounds on |q'|, |q''| and |q'''| by u over each interval, each (m, dof).

    Args:
        u: Knot, middle, knot, middle ... knot, ascending, shape (2 m + 1,).
        joints: q, dq/du, d2q/du2 at them, each (2 m + 1, dof).
        jerk: Most of the second derivative of the twist on each interval, linear [m] and angular
            [rad], shape (m, 2).

    inf in the third where nothing is proven: near a singularity and on another branch; nan where
    the arm has other than six axes.
    """
    d1, d2, d3 = (np.zeros((len(jerk), chain.dof)) for _ in range(3))
    if chain.arm_dof != AXES:
        d3[:] = np.nan
    else:
        _bound(
            chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex,
            np.array(flange_T_tcp.p), u, *joints, jerk, d1, d2, d3,
        )  # fmt: skip
    return d1, d2, d3
