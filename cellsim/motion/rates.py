"""Joint rates and accelerations for a given TCP motion, in numba without BLAS."""

from __future__ import annotations

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import jacobian_into, poses_into
from cellsim.kinematics.solve import solve

_SINGULAR = 1e-10


@kernel
def joint_rate(J: Array, arm: int, rhs: Array, out: Array) -> None:
    """Write the least joint rates of the arm with J out = rhs into out[:arm]."""
    A, b = np.empty((6, 6)), np.empty(6)
    for i in range(6):
        b[i] = rhs[i]
        for j in range(6):
            if arm == 6:
                A[i, j] = J[i, j]
                continue
            s = 1e-14 if i == j else 0.0
            for k in range(arm):
                s += J[i, k] * J[j, k]
            A[i, j] = s
    solve(A, b, _SINGULAR)
    for k in range(arm):
        if arm == 6:
            out[k] = b[k]
            continue
        s = 0.0
        for i in range(6):
            s += J[i, k] * b[i]
        out[k] = s


@kernel
def _weights(J: Array, arm: int, rhs: Array, b: Array) -> None:
    """Write w of the least rates J^T w with J J^T w = rhs into b, shape (6,)."""
    A = np.empty((6, 6))
    for i in range(6):
        b[i] = rhs[i]
        for j in range(6):
            s = 1e-14 if i == j else 0.0
            for k in range(arm):
                s += J[i, k] * J[j, k]
            A[i, j] = s
    solve(A, b, _SINGULAR)


@kernel
def _jacobian_at(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, tip: Array, q: Array,
    J: Array,
) -> None:  # fmt: skip
    """Write the Jacobian of the TCP at q into J, shape (6, dof)."""
    poses, point = np.empty((parent.shape[0], 4, 4)), np.empty(3)
    poses_into(parent, origin, axis, kind, qindex, q, poses)
    T = poses[parent.shape[0] - 1]
    for k in range(3):
        point[k] = T[k, 0] * tip[0] + T[k, 1] * tip[1] + T[k, 2] * tip[2] + T[k, 3]
    jacobian_into(poses, axis, kind, qindex, point, J)


@kernel
def _null_rate(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, arm: int, tip: Array,
    q: Array, dq: Array, rhs: Array, J: Array, out: Array,
) -> None:  # fmt: skip
    """Add to out[:arm] how the least rates of a redundant arm change besides what the tool asks.

    Least rates are J^T w: their derivative has the part of dJ^T w that moves no tool. dJ along the
    way by a two-sided difference.
    """
    dof, size, b = q.shape[0], 1e-9, np.empty(6)
    ahead, behind = np.empty((6, dof)), np.empty((6, dof))
    for k in range(dof):
        size = max(size, abs(dq[k]))
    step = 1e-5 / size
    _jacobian_at(parent, origin, axis, kind, qindex, tip, q + step * dq, ahead)
    _jacobian_at(parent, origin, axis, kind, qindex, tip, q - step * dq, behind)
    _weights(J, arm, rhs, b)
    change, moved, back = np.zeros(arm), np.zeros(6), np.zeros(arm)
    for k in range(arm):
        for i in range(6):
            change[k] += (ahead[i, k] - behind[i, k]) / (2.0 * step) * b[i]
    for i in range(6):
        for k in range(arm):
            moved[i] += J[i, k] * change[k]
    joint_rate(J, arm, moved, back)
    for k in range(arm):
        out[k] += change[k] - back[k]


@kernel
def _cross_add(a: Array, b: Array, out: Array) -> None:
    out[0] += a[1] * b[2] - a[2] * b[1]
    out[1] += a[2] * b[0] - a[0] * b[2]
    out[2] += a[0] * b[1] - a[1] * b[0]


@kernel
def _bias(
    poses: Array, axis: Array, kind: Ints, qindex: Ints, point: Array, qd: Array, out: Array
) -> None:
    """Write the acceleration of `point` on the last link at joint rates qd and no joint
    acceleration, linear then angular, shape (6,)."""
    w, al, a = np.zeros(3), np.zeros(3), np.zeros(3)
    r, z, c = np.empty(3), np.empty(3), np.empty(3)
    for i in range(poses.shape[0] + 1):
        last = i == poses.shape[0]
        for k in range(3):
            here = point[k] if last else poses[i, k, 3]
            r[k] = here - (poses[i - 1, k, 3] if i > 0 else 0.0)
        _cross_add(al, r, a)
        for k in range(3):
            c[k] = 0.0
        _cross_add(w, r, c)
        _cross_add(w, c, a)
        if last or kind[i] == 0:
            continue
        rate = qd[qindex[i]]
        for k in range(3):
            z[k] = rate * (
                poses[i, k, 0] * axis[i, 0]
                + poses[i, k, 1] * axis[i, 1]
                + poses[i, k, 2] * axis[i, 2]
            )
        if kind[i] == 2:
            _cross_add(w, z, a)
            _cross_add(w, z, a)
            continue
        _cross_add(w, z, al)
        for k in range(3):
            w[k] += z[k]
    for k in range(3):
        out[k], out[3 + k] = a[k], al[k]


@kernel
def _derive(
    parent: Ints,
    origin: Array,
    axis: Array,
    kind: Ints,
    qindex: Ints,
    arm: int,
    tip: Array,
    q: Array,
    twist: Array,
    accel: Array,
    dq: Array,
    ddq: Array,
) -> None:
    """Fill the arm columns of dq, ddq (n, dof) for TCP twist and acceleration (n, 6)."""
    L, dof = parent.shape[0], q.shape[1]
    poses, J = np.empty((L, 4, 4)), np.empty((6, dof))
    point, rhs, bias, asked = np.empty(3), np.empty(6), np.empty(6), np.empty(6)
    for n in range(q.shape[0]):
        poses_into(parent, origin, axis, kind, qindex, q[n], poses)
        T = poses[L - 1]
        for k in range(3):
            point[k] = T[k, 0] * tip[0] + T[k, 1] * tip[1] + T[k, 2] * tip[2] + T[k, 3]
        jacobian_into(poses, axis, kind, qindex, point, J)
        for i in range(6):
            rhs[i] = twist[n, i]
            for k in range(arm, dof):
                rhs[i] -= J[i, k] * dq[n, k]
        joint_rate(J, arm, rhs, dq[n])
        for i in range(6):
            asked[i] = rhs[i]
        _bias(poses, axis, kind, qindex, point, dq[n], bias)
        for i in range(6):
            rhs[i] = accel[n, i] - bias[i]
            for k in range(arm, dof):
                rhs[i] -= J[i, k] * ddq[n, k]
        joint_rate(J, arm, rhs, ddq[n])
        if arm > 6:
            _null_rate(
                parent, origin, axis, kind, qindex, arm, tip, q[n], dq[n], asked, J, ddq[n]
            )  # fmt: skip


def derivatives(
    chain: Chain,
    flange_T_tcp: Pose,
    q: Array,
    twist: Array,
    accel: Array,
    dext: Array,
    ddext: Array,
) -> tuple[Array, Array]:
    """Return dq and ddq, shape (n, dof), for a TCP that moves with `twist` and `accel`.

    Args:
        q: Shape (n, dof). twist, accel: Linear [m] then angular [rad], world, shape (n, 6).
        dext, ddext: Derivatives of the external axes, shape (n, dof - arm_dof).

    Exact (no differences) for six axes: the acceleration without joint acceleration comes from the
    velocity recursion along the chain. An arm with more axes takes the least rates; how these
    change is added by a difference of the Jacobian along the way.
    """
    dq, ddq = np.zeros_like(q), np.zeros_like(q)
    dq[:, chain.arm_dof :], ddq[:, chain.arm_dof :] = dext, ddext
    _derive(
        chain.parent,
        chain.origin,
        chain.axis,
        chain.kind,
        chain.qindex,
        chain.arm_dof,
        np.array(flange_T_tcp.p),
        q,
        np.ascontiguousarray(twist),
        np.ascontiguousarray(accel),
        dq,
        ddq,
    )
    return dq, ddq
