"""The way of an arm with more than six axes along a TCP leg: that of its least joint rates."""

from __future__ import annotations

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.motion.curve import Leg, flange_poses
from cellsim.motion.rates import derivatives
from cellsim.motion.track import JUMP, polish


def least_way(chain: Chain, flange_T_tcp: Pose, leg: Leg, u: Array, q: Array) -> Array:
    """Return rows of a redundant arm that its least rates lead to, as far as they keep the leg.

    Fourth-order Runge-Kutta steps from row to row, each put back on its pose: so the rates and
    accelerations that are told are those of the way that is driven.
    """
    rows = [q[0]] if len(q) else []
    goals = flange_poses(leg.at(u), flange_T_tcp) if len(q) else np.zeros((0, 4, 4))
    curves = leg.at(np.sort(np.concatenate([u, (u[:-1] + u[1:]) / 2.0])) if len(u) else u)

    def rate(k: int, at: Array) -> Array:
        one = slice(k, k + 1)
        found: Array = derivatives(
            chain, flange_T_tcp, at[None], curves.twist[one], curves.accel[one],
            curves.dext[one], curves.ddext[one],
        )[0][0]  # fmt: skip
        return found

    for k in range(len(q) - 1):
        h, here = u[k + 1] - u[k], rows[-1]
        a = rate(2 * k, here)
        b = rate(2 * k + 1, here + h / 2.0 * a)
        c = rate(2 * k + 1, here + h / 2.0 * b)
        d = rate(2 * k + 2, here + h * c)
        led = here + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        led[chain.arm_dof :] = q[k + 1, chain.arm_dof :]
        landed = polish(chain, goals[k + 1 : k + 2], led[None])[0]
        if not float(np.max(np.abs(landed - here))) < JUMP:
            break
        rows.append(landed)
    return np.array(rows).reshape(len(rows), q.shape[1])
