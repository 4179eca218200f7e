"""Frames drawn from a range, and the joints that follow them, solved in plain numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

import cellsim as cs
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Controller
from cellsim.domain.files.robot import load_robot
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain, build_chain
from cellsim.kinematics.frames import chain_of
from cellsim.motion.jointbox import JointBoxes, joint_boxes

CELLS = Path(__file__).parents[1] / "cells"


def turned(rotvec: Array) -> Array:
    """Rotation matrices of rotation vectors (n, 3), by Rodrigues."""
    angle = np.linalg.norm(rotvec, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(rotvec, -1, 0)
    o = np.zeros_like(x)
    K = np.stack([np.stack([o, -z, y], -1), np.stack([z, o, -x], -1), np.stack([-y, x, o], -1)], -2)
    with np.errstate(invalid="ignore", divide="ignore"):
        s = np.where(angle > 1e-9, np.sin(angle) / angle, 1.0)
        c = np.where(angle > 1e-9, (1.0 - np.cos(angle)) / angle**2, 0.5)
    made: Array = np.eye(3) + s * K + c * (K @ K)
    return made


def forward(chain: Chain, q: Array) -> tuple[Array, Array, Array]:
    """Flange (n, 4, 4), and axes and points of the six arm joints (n, 6, 3), of q (n, dof)."""
    T = np.broadcast_to(np.eye(4), (len(q), 4, 4))
    axes, points = np.zeros((len(q), 6, 3)), np.zeros((len(q), 6, 3))
    for i in range(chain.flange + 1):
        T = T @ chain.origin[i]
        j, motion = int(chain.qindex[i]), np.broadcast_to(np.eye(4), (len(q), 4, 4)).copy()
        if chain.kind[i] == 2:
            motion[:, :3, 3] = q[:, j, None] * chain.axis[i]
        elif chain.kind[i] == 1:
            motion[:, :3, :3] = turned(q[:, j, None] * chain.axis[i])
            if j < 6:
                axes[:, j], points[:, j] = T[:, :3, :3] @ chain.axis[i], T[:, :3, 3]
        T = T @ motion
    return T, axes, points


def followed(chain: Chain, origin: Array, q: Array, moved: Array, turn: Array) -> Array:
    """Joints (n, dof) that bring the flange of q (n, dof) along with shifts (n, 3) in four steps.

    NaN where they cannot.
    """
    start, found = forward(chain, q)[0], q.copy()
    for share in (0.25, 0.5, 0.75, 1.0):
        goal, R = start.copy(), turned(share * turn)
        goal[:, :3, :3] = R @ start[:, :3, :3]
        arm = (start[:, :3, 3] - origin)[..., None]
        goal[:, :3, 3] = origin + share * moved + (R @ arm)[..., 0]
        for _ in range(12):
            T, axes, points = forward(chain, found)
            J = np.concatenate([np.cross(axes, T[:, None, :3, 3] - points), axes], 2)
            D = goal[:, :3, :3] @ np.swapaxes(T[:, :3, :3], 1, 2)
            w = 0.5 * np.stack([D[:, 2, 1] - D[:, 1, 2], D[:, 0, 2] - D[:, 2, 0],
                                D[:, 1, 0] - D[:, 0, 1]], 1)  # fmt: skip
            e = np.concatenate([goal[:, :3, 3] - T[:, :3, 3], w], 1)
            found[:, :6] += np.linalg.solve(np.swapaxes(J, 1, 2), e[..., None])[..., 0]
    found[~(np.abs(e).max(axis=1) < 1e-10)] = np.nan
    return found


@dataclass(frozen=True)
class Case:
    """A pose of an arm, a frame of a range, and a box of nominal values about the pose."""

    chain: Chain
    origin: Array
    range_m: float
    range_rad: float
    q: Array
    half: Array

    def boxes(self) -> JointBoxes:
        return joint_boxes(self.chain, self.origin, self.range_m, self.range_rad, self.q[None],
                           self.half[None])  # fmt: skip

    def shares(self, rng: np.random.Generator, count: int) -> Array:
        """Shifts in shares: inside, on the edge, and those that move a joint the most."""
        made = rng.normal(size=(count, 2, 3))
        made /= np.linalg.norm(made, axis=2, keepdims=True)
        made[: count // 4] *= rng.uniform(0.0, 1.0, (count // 4, 2, 1))
        rows = self.boxes().slope[0, :6].reshape(6, 2, 3)
        with np.errstate(invalid="ignore"):
            worst = np.nan_to_num(rows / np.linalg.norm(rows, axis=2, keepdims=True))
        made[-12:] = np.concatenate([worst, -worst])
        return made


def measured(case: Case, rng: np.random.Generator, count: int) -> tuple[Array, Array]:
    """How far joints go for drawn shifts, and from what is linear in them: each (count, dof)."""
    shares = case.shares(rng, count)
    side = rng.uniform(-1.0, 1.0, (count, len(case.q)))
    corner = rng.random(count) < 0.5
    side[corner] = np.sign(side[corner])
    q = case.q + side * case.half
    made = followed(case.chain, case.origin, q, case.range_m * shares[:, 0],
                    case.range_rad * shares[:, 1])  # fmt: skip
    off = made - q
    linear = shares.reshape(count, 6) @ case.boxes().slope[0].T
    return np.abs(off), np.abs(off - linear)


@lru_cache
def chain_named(name: str) -> Chain:
    """The chain of an arm in the world; "door": the HS220 of that cell on its track."""
    if name == "door":
        return chain_of(cs.load_cell(CELLS / "door_removal", variant="sedan"), "holder")
    robot = load_robot(name)
    no = Controller("any", "", "", ())
    group = MotionGroup("r", robot, "world", Pose.identity(), (), no, "", robot.home)
    return build_chain(group, Pose.identity())


def drawn(chain: Chain, rng: np.random.Generator, near: bool = False) -> Case:
    """A drawn case; `near`: a wrist or an elbow near its singularity."""
    low = np.maximum(chain.lower, -np.pi)
    q = low + rng.random(chain.dof) * (np.minimum(chain.upper, np.pi) - low)
    if near:
        q[4] = rng.normal() * 0.05
    T = forward(chain, q[None])[0][0]
    origin = T[:3, 3] + rng.normal(size=3) * rng.choice([0.2, 1.0])
    half = np.zeros(chain.dof)
    if rng.random() < 0.7:
        half = rng.uniform(0.0, 1.0, chain.dof) * rng.choice([0.002, 0.01])
    scale = 10.0 ** rng.uniform(-1.0, 0.3)
    return Case(chain, origin, 0.008 * scale, 0.0087 * scale, q, half)
