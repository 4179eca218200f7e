"""The only importer of eaik: closed-form inverse kinematics of six-axis arms.

eaik knows no limits and no tool, and returns least-squares answers for poses out of reach:
what comes from here is a proposal that `ik` polishes and checks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import REVOLUTE, Chain
from cellsim.kinematics.fk import link_poses

SNAP_M = 1e-6


def _snap_axis(h: Array) -> Array:
    """Put components within 1e-5 of -1, 0 and 1 exactly there."""
    near = np.round(h)
    return np.where(np.abs(h - near) < 1e-5, near, h)


@lru_cache(maxsize=64)
def _solver(chain: Chain) -> tuple[Any, Pose] | None:
    """Return (eaik robot, `base_R_flange` at zero), None where the family is unknown."""
    moving = [i for i in range(chain.base, chain.flange) if chain.kind[i] == REVOLUTE]
    if chain.arm_dof != 6 or len(moving) != 6:
        return None
    from eaik.IK_HP import HPRobot

    poses = link_poses(chain, np.zeros(chain.dof))
    base_T_world = Pose.from_matrix(poses[chain.base]).inverse()
    at_zero = [base_T_world @ Pose.from_matrix(poses[i]) for i in (*moving, chain.flange)]
    H = np.array([p.R @ chain.axis[i] for p, i in zip(at_zero, moving, strict=False)])
    places = np.round(np.array([p.p for p in at_zero]) / SNAP_M) * SNAP_M
    offsets = np.diff(places, axis=0, prepend=np.zeros((1, 3)))
    robot = HPRobot(np.apply_along_axis(_snap_axis, 1, H), offsets)
    if not robot.hasKnownDecomposition():
        return None
    return robot, Pose(at_zero[-1].R, np.zeros(3))


def is_known(chain: Chain) -> bool:
    """Tell whether eaik has a closed form for this arm."""
    return _solver(chain) is not None


def proposals(chain: Chain, base_T_flange: Pose) -> list[Array] | None:
    """Return raw arm solutions in [-pi, pi], not checked; None where the family is unknown."""
    solver = _solver(chain)
    if solver is None:
        return None
    robot, base_R_flange = solver
    target = base_T_flange.matrix
    target[:3, :3] = base_T_flange.R @ base_R_flange.R.T
    answer = robot.IK(target)
    return [np.array(q, dtype=np.float64) for q in answer.Q if np.all(np.isfinite(q))]
