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

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.motion.jacobian_box import levers, middle, solved

# An arm of six axes: others choose among ways, and which is theirs to say.
AXES = 6
_ROUNDS, _MORE = 8, 1.2
# How near a sample is to its pose [m | rad], of `Tracked.joints`.
_LANDED, _ROUNDING = 2e-9, 1e-12


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
