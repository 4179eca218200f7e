"""Inverse kinematics: every branch, polished, FK-checked, with its windings inside the limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import REVOLUTE, Chain
from cellsim.kinematics.eaik_adapter import proposals
from cellsim.kinematics.fk import link_poses
from cellsim.kinematics.newton import follow, newton

TOLERANCE = 1e-9
LIMIT_SLACK = 1e-9
SAME_RAD = 1e-6
STARTS = 160
TURN = 2.0 * math.pi


def solve_all(chain: Chain, world_T_flange: Pose, ext: Sequence[float] = ()) -> list[Array]:
    """Return every configuration that reaches the flange pose inside the limits.

    Args:
        ext: Values of the external axes [rad | m]; they are the tail of each answer.

    Returns:
        q of shape (dof,), all windings, FK within 1e-9 m and 1e-9 rad, sorted by joint values;
        empty where the pose is out of reach. A seven-axis arm has endless many: a sample.
    """
    wound = [q for arm in branches(chain, world_T_flange, ext) for q in _windings(chain, arm)]
    return sorted(wound, key=_key)


def branches(chain: Chain, world_T_flange: Pose, ext: Sequence[float] = ()) -> list[Array]:
    """Return one q per branch, each joint turned to the winding nearest the middle of its range.

    Limits are not applied: `solve_all` and `windings_near` do.
    """
    tail = _tail(chain, ext)
    world_T_base = Pose.from_matrix(
        link_poses(chain, np.r_[np.zeros(chain.arm_dof), tail])[chain.base]
    )
    raw = proposals(chain, world_T_base.inverse() @ world_T_flange)
    if raw is None:
        starts, iterations, step = _starts(chain), 80, 0.5
    else:
        starts, iterations, step = raw, 25, 0.2
    goal = np.ascontiguousarray(world_T_flange.matrix)
    found: list[Array] = []
    for arm in starts:
        q = np.concatenate([arm, tail])
        if _newton(chain, goal, q, iterations, step) <= TOLERANCE:
            q = _centred(chain, q)
            if not any(_same(chain, q, other) for other in found):
                found.append(q)
    return sorted(found, key=_key)


def windings_near(chain: Chain, q: Array, seed: Array) -> Array | None:
    """Return q with each arm joint wound nearest to seed within limits, or None."""
    result = np.array(q)
    for k in range(chain.arm_dof):
        options = _turns(chain, k, float(q[k]))
        if not options:
            return None
        result[k] = min(options, key=lambda value: (abs(value - seed[k]), value))
    return result


def solve_near(
    chain: Chain, world_T_flange: Pose, q_seed: Array, ext: Sequence[float] | None = None
) -> Array | None:
    """Return the configuration that continues q_seed, or None where the flange cannot go there.

    Args:
        ext: External axes [rad | m]; None leaves them as in the seed.
    """
    q = np.array(q_seed, dtype=np.float64)
    if ext is not None:
        q[chain.arm_dof :] = ext
    left = _newton(chain, world_T_flange.matrix, q, 40, 0.3)
    arm = q[: chain.arm_dof]
    lower, upper = chain.lower[: chain.arm_dof], chain.upper[: chain.arm_dof]
    beyond = (arm < lower - LIMIT_SLACK) | (arm > upper + LIMIT_SLACK)
    if left > TOLERANCE or beyond.any():
        return None
    return q


def solve_path(
    chain: Chain,
    world_T_flange: Array,
    q_seed: Array,
    ext: Array | None = None,
    *,
    limits: bool = True,
    jump: float = 0.5,
) -> Array:
    """Follow a line of flange poses from q_seed, each step from the one before.

    Args:
        world_T_flange: Shape (n, 4, 4).
        ext: External axes per pose [rad | m], shape (n, dof - arm_dof); None leaves the seed's.
        limits: Stop where a joint limit is passed.
        jump: Largest joint change between poses [rad | m]; more ends the line.

    Returns:
        Shape (k, dof); k < n where the line cannot be followed further.
    """
    goals = np.ascontiguousarray(world_T_flange, dtype=np.float64)
    q = np.tile(np.asarray(q_seed, dtype=np.float64), (len(goals) + 1, 1))
    if ext is not None:
        q[1:, chain.arm_dof :] = ext
    slack = LIMIT_SLACK if limits else np.inf
    count = follow(
        chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, goals, chain.arm_dof, q,
        TOLERANCE, chain.lower - slack, chain.upper + slack, jump,
    )  # fmt: skip
    return q[1 : count + 1]


def _newton(chain: Chain, goal: Array, q: Array, iterations: int, step: float) -> float:
    return newton(
        chain.parent, chain.origin, chain.axis, chain.kind, chain.qindex, goal, chain.arm_dof, q,
        iterations, step,
    )  # fmt: skip


def _tail(chain: Chain, ext: Sequence[float]) -> Array:
    count = chain.dof - chain.arm_dof
    tail = np.asarray(ext, dtype=np.float64) if len(ext) else np.zeros(count)
    if tail.shape != (count,):
        raise ValueError(f"group {chain.group} has {count} external axes, not {len(tail)}")
    return tail


def _starts(chain: Chain) -> list[Array]:
    """Return seeded random arm configurations inside the limits, the same ones every time."""
    random = np.random.default_rng(20240229)
    lower = np.maximum(chain.lower[: chain.arm_dof], -TURN)
    upper = np.minimum(chain.upper[: chain.arm_dof], TURN)
    return list(lower + (upper - lower) * random.random((STARTS, chain.arm_dof)))


@lru_cache(maxsize=64)
def turning_axes(chain: Chain) -> Array:
    """Return 1.0 for the revolute arm joints in the order of q, shape (dof,)."""
    turning = np.zeros(chain.dof)
    for link in range(len(chain.kind)):
        if chain.kind[link] == REVOLUTE and chain.qindex[link] < chain.arm_dof:
            turning[chain.qindex[link]] = 1.0
    return turning


def _centred(chain: Chain, q: Array) -> Array:
    """Turn each revolute joint by whole turns to nearest the middle of its range."""
    turns: Array = np.round((q - _middle(chain)) / TURN) * turning_axes(chain)
    return np.asarray(q - turns * TURN, dtype=np.float64)


@lru_cache(maxsize=64)
def _middle(chain: Chain) -> Array:
    """Return the middle of each joint's range, 0 where it has no end; shape (dof,)."""
    both = chain.lower + chain.upper
    return np.where(np.isfinite(both), both / 2, 0.0)


def _same(chain: Chain, a: Array, b: Array) -> bool:
    """Tell whether two configurations are one up to whole turns."""
    for k, turning in enumerate(turning_axes(chain).tolist()):
        apart = float(a[k]) - float(b[k])
        if not abs(apart - TURN * round(apart / TURN) * turning) < SAME_RAD:
            return False
    return True


def _turns(chain: Chain, k: int, value: float) -> list[float]:
    """Return the values of joint k that stand the same and lie inside its limits, ascending."""
    lower, upper = chain.lower[k] - LIMIT_SLACK, chain.upper[k] + LIMIT_SLACK
    if not turning_axes(chain)[k]:
        return [value] if lower <= value <= upper else []
    first = math.ceil((lower - value) / TURN)
    last = math.floor((upper - value) / TURN)
    return [value + TURN * turn for turn in range(first, last + 1)]


def _windings(chain: Chain, q: Array) -> list[Array]:
    options = [_turns(chain, k, float(q[k])) for k in range(chain.arm_dof)]
    tail = q[chain.arm_dof :]
    return [np.concatenate([arm, tail]) for arm in itertools.product(*options)]


def _key(q: Array) -> tuple[float, ...]:
    return tuple(np.round(q, 7).tolist())
