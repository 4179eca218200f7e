"""Ends of the lines of a program, many at once, for the walk that gives targets their joints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from cellsim.controllers.writing.targets import tcp_of, tool_name
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, Target
from cellsim.errors import BadInput
from cellsim.geometry import Array

FEWEST, MOST = 4, 4096


@dataclass(frozen=True)
class Leg:
    """A line to a target of a motion; start: joints, None where the leg before it ends."""

    move: Move
    target: Target
    start: Array | None


@dataclass
class Ahead:
    """What is known of the legs that come next; `most` of them are looked at together."""

    cell: Cell
    group: MotionGroup
    most: int = 64
    _ends: dict[tuple[int, int], Array] = field(default_factory=dict)
    _frames: dict[str, Array | None] = field(default_factory=dict)
    _tools: dict[str, Array] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget what was worked out: the way there is another one now."""
        self._ends.clear()

    def end(self, move: Move, target: Target) -> Array | None:
        """Return the joints at the end of a leg that was looked at; None where they are open."""
        return self._ends.pop((id(move), id(target)), None)

    def look(self, legs: Iterator[Leg]) -> Leg | None:
        """Work out legs; return the first one that was not looked at, None after the last."""
        from cellsim.kinematics.arrival import arrive
        from cellsim.kinematics.frames import chain_of

        self.forget()
        chosen: list[Leg] = []
        known: set[tuple[int, int]] = set()
        left = None
        for leg in legs:
            key = (id(leg.move), id(leg.target))
            if len(chosen) == self.most or key in known or not self._sure(leg.move):
                left = leg
                break
            known.add(key)
            chosen.append(leg)
        if chosen:
            chain = chain_of(self.cell, self.group.name)
            starts, ext = self._rows(chosen, chain.dof, chain.arm_dof)
            ends = arrive(chain, starts, self._goals(chosen), ext)
            found = ~np.isnan(ends[:, 0])
            for leg, q, known_q in zip(chosen, ends, found, strict=True):
                if known_q:
                    self._ends[id(leg.move), id(leg.target)] = q
            self.most = min(4 * self.most, MOST) if found[0] else max(self.most // 4, FEWEST)
        return left

    def _rows(self, legs: Sequence[Leg], dof: int, arm_dof: int) -> tuple[Array, Array]:
        """Return starts, shape (n, dof), and external axes at the ends; NaN where none is given."""
        starts, ext = np.full((len(legs), dof), np.nan), np.full((len(legs), dof - arm_dof), np.nan)
        for row, leg in enumerate(legs):
            if leg.start is not None:
                starts[row] = leg.start
            if leg.target.ext:
                ext[row] = leg.target.ext
        return starts, ext

    def _goals(self, legs: Sequence[Leg]) -> Array:
        """Return `world_T_flange` at the end of every leg, shape (n, 4, 4)."""
        frame_T_tcp = np.zeros((len(legs), 4, 4))
        for row, leg in enumerate(legs):
            assert leg.target.pose is not None
            frame_T_tcp[row, :3, :3] = leg.target.pose.R
            frame_T_tcp[row, :3, 3] = leg.target.pose.p
        frame_T_tcp[:, 3, 3] = 1.0
        world_T_frame = np.array([self._frame(leg.move.frame) for leg in legs])
        tcp_T_flange = np.array([self._tool(leg.move) for leg in legs])
        return np.asarray(world_T_frame @ frame_T_tcp @ tcp_T_flange)

    def _sure(self, move: Move) -> bool:
        """Return whether tool and frame of a motion are known, and the frame stands still."""
        try:
            self._tool(move)
            return self._frame(move.frame) is not None
        except BadInput:
            return False

    def _tool(self, move: Move) -> Array:
        if move.tool not in self._tools:
            flange_T_tcp = tcp_of(tool_name(move, self.group, self.cell), self.cell)
            self._tools[move.tool] = flange_T_tcp.inverse().matrix
        return self._tools[move.tool]

    def _frame(self, name: str) -> Array | None:
        """Return `world_T_frame` of a frame that the group does not move; None for others."""
        if name not in self._frames:
            from cellsim.kinematics.anchors import WORLD, anchor_of
            from cellsim.kinematics.frames import chain_of, world_T_frame

            anchor, _ = anchor_of(self.cell, name)
            chain = chain_of(self.cell, self.group.name)
            foot = chain.link_names[chain.base]
            still = anchor == WORLD or (anchor == foot and not self.group.externals)
            self._frames[name] = world_T_frame(self.cell, name).matrix if still else None
        return self._frames[name]
