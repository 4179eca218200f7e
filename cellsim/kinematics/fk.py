"""Forward kinematics and Jacobian of a chain, in numba and in plain numpy."""

from __future__ import annotations

import math

import numpy as np

from cellsim.domain.timeline import Ints
from cellsim.geometry import Array, Pose, rotation_axis
from cellsim.geometry.jit import kernel
from cellsim.kinematics.chain import FIXED, PRISMATIC, Chain


@kernel
def _local(O: Array, axis: Array, kind: int, value: float, local: Array) -> None:
    """Write `parent_T_link` of a joint at `value` into local, shape (3, 4)."""
    for r in range(3):
        local[r, 0], local[r, 1], local[r, 2], local[r, 3] = O[r, 0], O[r, 1], O[r, 2], O[r, 3]
    x, y, z = axis[0], axis[1], axis[2]
    if kind == 2:
        for r in range(3):
            local[r, 3] += (O[r, 0] * x + O[r, 1] * y + O[r, 2] * z) * value
    elif kind == 1:
        c, s = math.cos(value), math.sin(value)
        C = 1.0 - c
        for r in range(3):
            a, b, d = O[r, 0], O[r, 1], O[r, 2]
            local[r, 0] = a * (c + x * x * C) + b * (y * x * C + z * s) + d * (z * x * C - y * s)
            local[r, 1] = a * (x * y * C - z * s) + b * (c + y * y * C) + d * (z * y * C + x * s)
            local[r, 2] = a * (x * z * C + y * s) + b * (y * z * C - x * s) + d * (c + z * z * C)


@kernel
def poses_into(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, q: Array, out: Array
) -> None:
    """Write `world_T_link` of every link for one q, shape (dof,), into out, shape (L, 4, 4)."""
    local = np.empty((3, 4))
    for i in range(parent.shape[0]):
        value = 0.0 if kind[i] == 0 else q[qindex[i]]
        _local(origin[i], axis[i], kind[i], value, local)
        T = out[i]
        T[3, 0], T[3, 1], T[3, 2], T[3, 3] = 0.0, 0.0, 0.0, 1.0
        if parent[i] < 0:
            for r in range(3):
                for k in range(4):
                    T[r, k] = local[r, k]
            continue
        P = out[parent[i]]
        for r in range(3):
            for k in range(4):
                T[r, k] = P[r, 0] * local[0, k] + P[r, 1] * local[1, k] + P[r, 2] * local[2, k]
            T[r, 3] += P[r, 3]


@kernel
def poses_batch(
    parent: Ints, origin: Array, axis: Array, kind: Ints, qindex: Ints, q: Array
) -> Array:
    """Return `world_T_link` for q of shape (n, dof), shape (n, L, 4, 4)."""
    out = np.empty((q.shape[0], parent.shape[0], 4, 4))
    for n in range(q.shape[0]):
        poses_into(parent, origin, axis, kind, qindex, q[n], out[n])
    return out


@kernel
def jacobian_into(
    poses: Array, axis: Array, kind: Ints, qindex: Ints, point: Array, J: Array
) -> None:
    """Write the Jacobian of `point` [m, world] on the last link into J, shape (6, dof)."""
    for r in range(6):
        for k in range(J.shape[1]):
            J[r, k] = 0.0
    for i in range(poses.shape[0]):
        if kind[i] == 0:
            continue
        T, k = poses[i], qindex[i]
        ax = T[0, 0] * axis[i, 0] + T[0, 1] * axis[i, 1] + T[0, 2] * axis[i, 2]
        ay = T[1, 0] * axis[i, 0] + T[1, 1] * axis[i, 1] + T[1, 2] * axis[i, 2]
        az = T[2, 0] * axis[i, 0] + T[2, 1] * axis[i, 1] + T[2, 2] * axis[i, 2]
        if kind[i] == 2:
            J[0, k], J[1, k], J[2, k] = ax, ay, az
            continue
        dx, dy, dz = point[0] - T[0, 3], point[1] - T[1, 3], point[2] - T[2, 3]
        J[0, k], J[1, k], J[2, k] = ay * dz - az * dy, az * dx - ax * dz, ax * dy - ay * dx
        J[3, k], J[4, k], J[5, k] = ax, ay, az


def link_poses(chain: Chain, q: Array) -> Array:
    """Return `world_T_link` of every link.

    Args:
        q: Joint values [rad | m], shape (n, dof) or (dof,).

    Returns:
        Shape (n, L, 4, 4), or (L, 4, 4) for one q; order of `chain.link_names`.
    """
    # A copy: one that may not be written to would be another kind of array, compiled once more.
    rows = np.array(q, dtype=np.float64, ndmin=2, order="C")
    poses = poses_batch(chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, rows)
    return poses if np.ndim(q) == 2 else poses[0]


def link_poses_reference(chain: Chain, q: Array) -> Array:
    """Return the same as `link_poses` for one q, in plain numpy: the second way to know it."""
    out: list[Array] = []
    for i in range(len(chain.parent)):
        motion = Pose.identity()
        if chain.kind[i] == PRISMATIC:
            motion = Pose(np.eye(3), chain.axis[i] * q[chain.qindex[i]])
        elif chain.kind[i] != FIXED:
            angle = float(q[chain.qindex[i]])
            motion = Pose(rotation_axis(chain.axis[i], angle), np.zeros(3))
        parent_T_link = chain.origin[i] @ motion.matrix
        parent = int(chain.parent[i])
        out.append(parent_T_link if parent < 0 else out[parent] @ parent_T_link)
    return np.stack(out)


def flange_pose(chain: Chain, q: Array) -> Pose:
    """Return `world_T_flange` for q of shape (dof,)."""
    return Pose.from_matrix(link_poses(chain, np.asarray(q, dtype=np.float64))[chain.flange])


def tcp_pose(chain: Chain, q: Array, flange_T_tcp: Pose) -> Pose:
    """Return `world_T_tcp` for q of shape (dof,)."""
    return flange_pose(chain, q) @ flange_T_tcp


def jacobian(chain: Chain, q: Array, flange_T_tcp: Pose | None = None) -> Array:
    """Return the TCP Jacobian, shape (6, dof): rows vx vy vz [m] wx wy wz [rad], in world."""
    poses = link_poses(chain, np.asarray(q, dtype=np.float64))
    world_T_flange = Pose.from_matrix(poses[chain.flange])
    point = world_T_flange.p if flange_T_tcp is None else (world_T_flange @ flange_T_tcp).p
    J = np.zeros((6, chain.dof))
    jacobian_into(poses, chain.axis, chain.kind, chain.qindex, np.array(point), J)
    return J
