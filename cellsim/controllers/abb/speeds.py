"""Joint motions in per cent as the TCP speed that RAPID asks for: the same time along their way.

Where the way is not known (after a jump, a call, or at the head of a loop) the speed is that of
the axis that moves the TCP fastest at the target.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from cellsim.controllers.abb.standard import SPEEDS
from cellsim.controllers.writing.targets import tcp_of, tool_name
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Call,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Program,
    Return,
    Speed,
    Statement,
)
from cellsim.geometry import Array, Pose
from cellsim.kinematics.chain import Chain

SLOWEST, FASTEST = 1.0, 7000.0
_SAMPLES = 33
_STILL = 1e-9


def with_tcp_speeds(program: Program, cell: Cell) -> Program:
    """Return the program with every joint motion in per cent given a TCP speed [mm/s]."""
    group = cell.groups[program.group]
    walk = _Walk(cell, group, np.array([j.speed or 1.0 for j in group.joints]))
    routines = []
    for number, routine in enumerate(program.routines):
        walk.q = np.array(group.home) if number == 0 else None
        routines.append(replace(routine, body=walk.body(routine.body)))
    return replace(program, routines=tuple(routines))


@dataclass
class _Walk:
    """Where the robot stands while the program is walked; None where that is not known.

    top: Speeds of all axes [rad/s | m/s], shape (dof,).
    """

    cell: Cell
    group: MotionGroup
    top: Array
    q: Array | None = None

    def body(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        """Return statements with speeds; `q` is where they end."""
        out: list[Statement] = []
        for s in body:
            if isinstance(s, Move):
                s = self.move(s)
            elif isinstance(s, If):
                start = self.q
                then, after = self.body(s.then), self.q
                self.q = start
                s = replace(s, then=then, otherwise=self.body(s.otherwise))
                same = after is not None and self.q is not None and bool(np.all(after == self.q))
                self.q = after if same else None
            elif isinstance(s, Loop):
                self.q = None
                s = replace(s, body=self.body(s.body))
                self.q = None
            elif isinstance(s, Call | Label | Goto | Return):
                self.q = None
            out.append(s)
        return tuple(out)

    def move(self, move: Move) -> Move:
        """Return a motion with its speed, and go to its end."""
        start, end = self.q, None if move.to.q is None else np.array(move.to.q)
        self.q = end
        if move.kind != "joint" or move.speed.unit != "%" or end is None:
            return move
        from cellsim.kinematics.frames import chain_of

        chain = chain_of(self.cell, self.group.name)
        flange_T_tcp = tcp_of(tool_name(move, self.group, self.cell), self.cell)
        share = min(move.speed.value, 100.0) / 100.0
        rate = None if start is None else self._rate(chain, start, end, flange_T_tcp)
        speed = share * (self._lever(chain, end, flange_T_tcp) if rate is None else rate)
        return replace(move, speed=Speed(_readable(1000.0 * speed), "mm/s"))

    def _rate(self, chain: Chain, start: Array, end: Array, tcp: Pose) -> float | None:
        """Return the largest TCP speed [m/s] on the way at full axis speed; None if it stands."""
        from cellsim.motion.track import tcp_points

        own = float(np.max(np.abs(end - start) / self.top))
        if own < _STILL:
            return None
        u = np.linspace(0.0, 1.0, _SAMPLES)[:, None]
        points = tcp_points(chain, start + u * (end - start), tcp)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        return float(np.max(steps)) * (_SAMPLES - 1) / own

    def _lever(self, chain: Chain, q: Array, tcp: Pose) -> float:
        """Return the largest TCP speed [m/s] that one axis alone gives at q."""
        from cellsim.motion.track import tcp_points

        e = 1e-6
        nudged = np.vstack([q, q + e * np.eye(len(q))])
        points = tcp_points(chain, nudged, tcp)
        levers = np.linalg.norm(points[1:] - points[0], axis=1) / e
        return float(np.max(levers * self.top))


def _readable(speed: float) -> float:
    """Return a predefined speed [mm/s] within 5 % of this one, else two digits of it."""
    near = min(SPEEDS, key=lambda v: abs(v - speed))
    if abs(near - speed) <= 0.05 * speed:
        return float(near)
    return min(max(float(f"{speed:.2g}"), SLOWEST), FASTEST)
