"""Arms, moves and rules that the tests of motion and corners share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import tiny_cells as tiny

from cellsim.domain.cell import External
from cellsim.domain.controller import MotionRules
from cellsim.domain.program import FINE, Index, Speed, Zone
from cellsim.domain.robot import Joint, Link, Robot
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.fk import link_poses, tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.motion.run import MoveSpec, Run, time_run

TCP = Pose.translation(0.02, -0.03, 0.2)
ACCU = (0.0, 0.001, 0.005, 0.02, 0.05, 0.1, 0.2, math.inf)
RULES = MotionRules("test", "parabola", "parabola", {"accu": ACCU}, {"radius": 1e-3},
                    {"cptp": 0.01})  # fmt: skip


def gantry(jerk_time: float = 0.1) -> Robot:
    """Return three prismatic axes x, y, z and a wrist that stays as it is: J = identity."""
    axes = (np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    slide = tuple(
        Joint(name, "prismatic", Pose.identity(), axis, -3.0, 3.0, 2.0, (2.0, 8.0), jerk_time)
        for name, axis in zip("XYZ", axes, strict=True)
    )
    turn = tuple(
        Joint(name, "revolute", Pose.identity(), axis, -3.0, 3.0, 3.0, (6.0, 24.0), jerk_time)
        for name, axis in zip("ABC", axes, strict=True)
    )
    links = tuple(Link(f"L{i}", None) for i in range(7))
    return Robot(
        "gantry", "tiny", "gantry", "arm", slide + turn, links, Pose.identity(), (0.0,) * 6
    )


class Case:
    """A robot with its start and shorthand for its moves."""

    def __init__(self, robot: Robot, externals: tuple[External, ...] = (), tcp: Pose = TCP) -> None:
        cell = tiny.group_cell(robot, externals)
        group = cell.groups["r"]
        self.chain: Chain = chain_of(cell, "r")
        self.joints = group.joints
        self.q0 = np.array(group.home)
        self.tcp = tcp
        self.lines = 0

    def joint(self, dq: Sequence[float], zone: Zone = FINE, speed: str = "100 %") -> MoveSpec:
        """Return a joint move to home + dq."""
        q = self.q0 + np.array(dq)
        return MoveSpec("joint", q, None, None, self.tcp, written(speed), zone, index=self._next())

    def line(
        self, pose: Pose, zone: Zone = FINE, speed: str = "300 mm/s", via: Pose | None = None
    ) -> MoveSpec:
        """Return a line (or a circle over via) to a TCP pose in the world."""
        kind = "linear" if via is None else "circular"
        return MoveSpec(
            kind, None, pose, via, self.tcp, written(speed), zone, index=self._next()
        )  # fmt: skip

    def at(self, dq: Sequence[float] | None = None) -> Pose:
        """Return the TCP at home + dq."""
        return tcp_pose(self.chain, self.q0 + (0.0 if dq is None else np.array(dq)), self.tcp)

    def run(
        self, moves: Sequence[MoveSpec], rules: MotionRules = RULES, accel: str = "typical"
    ) -> Run:
        """Return the run from home."""
        return time_run(self.chain, self.joints, self.q0, moves, rules, accel)

    def points(self, q: Array) -> Array:
        """Return TCP positions, shape (n, 3)."""
        T = link_poses(self.chain, q)[:, self.chain.flange] @ self.tcp.matrix
        return T[:, :3, 3]

    def _next(self) -> Index:
        self.lines += 1
        return Index("case.program.yaml", self.lines)


def written(text: str) -> Speed:
    """Return the speed of a text like "300 mm/s"."""
    value, unit = text.split()
    return Speed(float(value), unit)


def accu(level: int) -> Zone:
    """Return an accu zone."""
    return Zone("accu", level, "level")


def shares(case: Case, run: Run, accel: str = "typical") -> tuple[float, float]:
    """Return the largest shares of joint speed and acceleration at the knots."""
    speed = np.array([j.speed for j in case.joints])
    pick = {"slow": lambda a: a[0], "fast": lambda a: a[1]}.get(
        accel, lambda a: math.sqrt(a[0] * a[1])
    )
    acceleration = np.array([pick(j.acceleration) for j in case.joints])
    return float(np.max(np.abs(run.qd) / speed)), float(np.max(np.abs(run.qdd) / acceleration))


def with_target(move: MoveSpec, q: Array) -> MoveSpec:
    """Return the move with a configuration it must end in."""
    return replace(move, q_target=q)


def with_ext(move: MoveSpec, ext: tuple[float, ...]) -> MoveSpec:
    """Return the move with external axes."""
    return replace(move, ext=ext)


def with_speed(move: MoveSpec, speed: Speed) -> MoveSpec:
    """Return the move at another speed."""
    return replace(move, speed=speed)


def without_speed(joint: Joint) -> Joint:
    """Return the joint without its speed."""
    return replace(joint, speed=None)
