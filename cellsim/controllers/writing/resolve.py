"""Give targets that are poses only the joints that the robot arrives with, along the program.

Needed where a language (or its open convention) takes joints. A joint motion takes the branch
its configuration names, else the one nearest to where the motion before ended; a path motion
continues the branch it began with. Where the way there is not known (after a jump or a call),
only joints that stand in the program are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cellsim.controllers.writing.ahead import Ahead, Leg
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
    Statement,
    Target,
)
from cellsim.errors import Refused
from cellsim.geometry import Array, Pose

_STEP_M, _STEP_RAD = 0.005, 0.02


def with_joints(
    brand: str, program: Program, cell: Cell, needed: Callable[[Move], bool]
) -> Program:
    """Return the program with joints for the targets of every motion that needs them.

    Raises:
        Refused: A pose that cannot be reached, or whose way there is not known.
    """
    group = cell.groups[program.group]
    follow = _Follow(brand, cell, group, needed, Ahead(cell, group))
    if not any(follow.lacks(s) for r in program.routines for s in _flat(r.body)):
        return program
    routines = []
    for number, routine in enumerate(program.routines):
        follow.q = np.array(follow.group.home) if number == 0 else None
        routines.append(replace(routine, body=follow.body(routine.body)))
    return replace(program, routines=tuple(routines))


def _flat(body: Iterable[Statement]) -> Iterable[Statement]:
    for s in body:
        yield s
        if isinstance(s, If):
            yield from _flat((*s.then, *s.otherwise))
        elif isinstance(s, Loop):
            yield from _flat(s.body)


@dataclass
class _Follow:
    """Where the robot stands while the program is walked; None where that is not known."""

    brand: str
    cell: Cell
    group: MotionGroup
    needed: Callable[[Move], bool]
    ahead: Ahead
    q: Array | None = None
    missed: bool = False

    def lacks(self, s: Statement) -> bool:
        """Return whether a statement is a motion without joints that it needs."""
        targets = [t for t in (s.to, s.via) if t is not None] if isinstance(s, Move) else []
        poses = any(t.q is None and t.pose is not None for t in targets)
        return isinstance(s, Move) and poses and self.needed(s)

    def body(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        """Return statements with joints; `q` is where they end."""
        out: list[Statement] = []
        statements = tuple(body)
        left: Move | None = None
        self.missed = True
        for at, s in enumerate(statements):
            if isinstance(s, Move):
                if self.missed or s is left:
                    left, self.missed = self.look(statements, at), False
                s = self.move(s)
            elif isinstance(s, If):
                start = self.q
                then, after = self.body(s.then), self.q
                self.q = start
                s = replace(s, then=then, otherwise=self.body(s.otherwise))
                same = after is not None and self.q is not None and bool(np.all(after == self.q))
                self.q, self.missed = after if same else None, True
            elif isinstance(s, Loop):
                self.q = None
                s = replace(s, body=self.body(s.body))
                self.q, self.missed = None if s.count is None else self.q, True
            elif isinstance(s, Call | Label | Goto | Return):
                self.q, self.missed = None, True
            out.append(s)
        return tuple(out)

    def look(self, statements: Sequence[Statement], at: int) -> Move | None:
        """Work out the lines from a statement on; return the motion that was not looked at."""
        left = self.ahead.look(self.legs(statements, at))
        return None if left is None else left.move

    def legs(self, statements: Sequence[Statement], at: int) -> Iterator[Leg]:
        """Yield the lines that `move` will follow, up to where the way is not known."""
        start, known = self.q, self.q is not None
        for number in range(at, len(statements)):
            s = statements[number]
            if isinstance(s, If | Loop | Call | Label | Goto | Return):
                return
            if not isinstance(s, Move):
                continue
            via = s.via if s.via is not None and self.lacks(s) else None
            for target in (via, s.to):
                if target is None or (target.q is not None and target is via):
                    continue
                if target.q is not None:
                    start, known = np.array(target.q), True
                elif target.pose is None or s.kind == "joint" or not known:
                    return
                else:
                    yield Leg(s, target, start)
                    start = None

    def move(self, move: Move) -> Move:
        """Return a motion with joints if it needs them, and go to its end."""
        lacking = self.lacks(move)
        known = self.q is not None and lacking
        via = self.joints(move, move.via) if move.via is not None and (known or lacking) else None
        to = self.joints(move, move.to) if lacking or move.to.q is None else move.to
        self.q = None if to is None or to.q is None else np.array(to.q)
        return replace(move, to=to or move.to, via=via or move.via) if lacking else move

    def joints(self, move: Move, target: Target) -> Target | None:
        """Return a target with the joints it is reached with; `q` goes there."""
        if target.q is not None or target.pose is None:
            return target
        try:
            q = self.branch(move, target) if move.kind == "joint" else self.along(move, target)
        except Refused:
            if self.lacks(move):
                raise
            return None
        self.q = q
        return replace(target, q=tuple(float(v) for v in q), ext=())

    def goal(self, move: Move, target: Target) -> Pose:
        """Return `world_T_flange` of a pose target."""
        from cellsim.kinematics.frames import world_T_frame

        assert target.pose is not None
        at = {} if self.q is None else {self.group.name: self.q}
        flange_T_tcp = tcp_of(tool_name(move, self.group, self.cell), self.cell)
        return world_T_frame(self.cell, move.frame, at) @ target.pose @ flange_T_tcp.inverse()

    def branch(self, move: Move, target: Target) -> Array:
        """Return the joints of the branch that is named, or the nearest."""
        from cellsim.kinematics.frames import chain_of
        from cellsim.kinematics.ik import solve_all
        from cellsim.kinematics.naming import branch_name

        chain = chain_of(self.cell, self.group.name)
        if self.q is None:
            raise self.refusal(move, "pose target after a jump or a call")
        ext = target.ext or tuple(self.q[chain.arm_dof :])
        found = solve_all(chain, self.goal(move, target), ext)
        named = [q for q in found if not target.config or branch_name(chain, q) == target.config]
        if not named:
            raise self.refusal(move, "pose target that no joints reach")
        seed = self.q
        return min(named, key=lambda q: float(np.abs(q - seed).max()))

    def along(self, move: Move, target: Target) -> Array:
        """Return the joints at the end of a straight line to a pose, on the branch it began."""
        from cellsim.kinematics.fk import flange_pose
        from cellsim.kinematics.frames import chain_of
        from cellsim.kinematics.ik import solve_path

        found = None if self.q is None else self.ahead.end(move, target)
        if found is not None:
            return found
        self.missed = True
        if self.q is None:
            raise self.refusal(move, "pose target after a jump or a call")
        chain = chain_of(self.cell, self.group.name)
        start, end = flange_pose(chain, self.q), self.goal(move, target)
        line = _between(start, end)
        ext = None
        if target.ext:
            parts = np.linspace(0.0, 1.0, len(line) + 1)[1:, None]
            now = self.q[chain.arm_dof :]
            ext = now + parts * (np.array(target.ext) - now)
        path = solve_path(chain, line, self.q, ext)
        if len(path) < len(line):
            raise self.refusal(move, "pose target that the line does not reach on its branch")
        return np.asarray(path[-1], dtype=np.float64)

    def refusal(self, move: Move, what: str) -> Refused:
        """Return the refusal of a motion that needs joints."""
        return Refused(self.brand, f"{what}; give q_deg", line=move.line)


def _between(start: Pose, end: Pose) -> Array:
    """Return poses from start (left out) to end on a line of the flange, shape (n, 4, 4)."""
    distance, angle = start.distance(end)
    steps = max(int(np.ceil(max(distance / _STEP_M, angle / _STEP_RAD))), 1)
    turn = Pose(start.R.T @ end.R, np.zeros(3)).rotvec()
    axis = turn / angle if angle > 0.0 else np.array([0.0, 0.0, 1.0])
    s = np.arange(1, steps + 1) / steps
    out = np.zeros((steps, 4, 4))
    out[:, :3, :3] = start.R @ _turned(axis, s * angle)
    out[-1, :3, :3] = end.R
    out[:, :3, 3] = start.p + s[:, None] * (end.p - start.p)
    out[:, 3, 3] = 1.0
    return out


def _turned(axis: Array, angle: Array) -> Array:
    """Return the rotations by angles [rad] about a unit axis, shape (n, 3, 3)."""
    x, y, z = axis
    c, s = np.cos(angle), np.sin(angle)
    d = 1.0 - c
    rows = (
        (c + x * x * d, x * y * d - z * s, x * z * d + y * s),
        (y * x * d + z * s, c + y * y * d, y * z * d - x * s),
        (z * x * d - y * s, z * y * d + x * s, c + z * z * d),
    )
    return np.moveaxis(np.array(rows), 2, 0)
