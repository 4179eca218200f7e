"""Names of inverse kinematic branches from the geometry of the arm."""

from __future__ import annotations

import numpy as np

from cellsim.geometry import Array
from cellsim.kinematics.chain import REVOLUTE, Chain
from cellsim.kinematics.fk import link_poses


def branch_name(chain: Chain, q: Array) -> str:
    """Return "front|back/up|down/flip|noflip" of a six-axis arm, "" for other arms.

    front: the wrist lies on the side of axis 1 where axis 2 stands; up: the elbow lies above the
    line from axis 2 to the wrist, as the robot stands on its base, whichever way axis 1 counts;
    noflip: sine of the angle at joint 5 is positive. The three
    signs change exactly at the shoulder, elbow and wrist singularities.
    """
    moving = [i for i in range(chain.base, chain.flange) if chain.kind[i] == REVOLUTE]
    if len(moving) != 6 or chain.arm_dof != 6:
        return ""
    poses = link_poses(chain, np.asarray(q, dtype=np.float64))
    h = np.array([poses[i, :3, :3] @ chain.axis[i] for i in moving])
    p = np.array([poses[i, :3, 3] for i in moving])
    wrist = _nearest(p[4], h[4], p[5], h[5])
    parallel = float(np.linalg.norm(_cross(h[2], h[3]))) < 1e-4
    forearm_end = p[3] if parallel else wrist
    forward = _cross(h[0], h[1])
    if forward @ (p[1] - p[0]) < -1e-4:
        forward = -forward
    front = float(forward @ (wrist - p[0])) >= 0.0
    rising = h[0] if h[0] @ poses[chain.base, :3, 2] >= 0.0 else -h[0]
    bend = float(_cross(rising, forward) @ _cross(p[2] - p[1], forearm_end - p[2]))
    up = (bend > 0.0) == front
    flip = float(h[3] @ _cross(h[4], h[5])) < 0.0
    words = ("front" if front else "back", "up" if up else "down", "flip" if flip else "noflip")
    return "/".join(words)


def has_turning_forearm(chain: Chain) -> bool:
    """Return whether axis 4 runs along the forearm of a six-axis arm: it is not parallel to axis 3.

    Where it is not so (UR), the angle of axis 4 says nothing of how the wrist is folded.
    """
    moving = [i for i in range(chain.base, chain.flange) if chain.kind[i] == REVOLUTE]
    if len(moving) != 6 or chain.arm_dof != 6:
        return False
    third, fourth = moving[2], moving[3]
    axis = chain.origin[fourth][:3, :3] @ chain.axis[fourth]
    return float(np.linalg.norm(_cross(chain.axis[third], axis))) > 1e-4


def _nearest(p: Array, u: Array, r: Array, v: Array) -> Array:
    """Return the point of line (p, u) nearest to line (r, v)."""
    w = _cross(u, v)
    square = float(w @ w)
    if square < 1e-12:
        return p
    nearest: Array = p + u * float(_cross(r - p, v) @ w) / square
    return nearest


def _cross(a: Array, b: Array) -> Array:
    """Return a x b, shape (3,); numpy's own spends its time on the axes of any shape."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array((ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx))
