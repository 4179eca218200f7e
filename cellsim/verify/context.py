"""Context: everything a rule may read; derived arrays are computed once, when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part
from cellsim.domain.program import Move
from cellsim.domain.timeline import GroupTrack, Motion, Timeline
from cellsim.domain.walk import moves_by_place
from cellsim.geometry import Array, Pose
from cellsim.verify.loads import Load, loads_of

if TYPE_CHECKING:
    from cellsim.collision.result import CollisionResult
    from cellsim.kinematics.chain import Chain
    from cellsim.verify.replayed import Replayed

_STEP_S = 1e-5


@dataclass(frozen=True, eq=False)
class Context:
    """A timeline with what was computed about it; rules get this and nothing else.

    Attributes:
        timeline: What is judged.
        collision: Certified clearance of every pair, or None when it was not asked for.
        physics: What a replay found, or None when there was none.
    """

    timeline: Timeline
    collision: CollisionResult | None = None
    physics: Replayed | None = None

    @property
    def cell(self) -> Cell:
        """The cell that the job ran in."""
        return self.timeline.job.cell

    @property
    def tracks(self) -> Mapping[str, GroupTrack]:
        """Group name to its knots, as arrays."""
        return self.timeline.tracks

    @cached_property
    def chains(self) -> Mapping[str, Chain]:
        """Group name to its kinematic chain."""
        from cellsim.kinematics.frames import chain_of

        return {group: chain_of(self.cell, group) for group in self.tracks}

    @cached_property
    def loads(self) -> Mapping[str, tuple[Load, ...]]:
        """Group name to what hangs on its flange over time."""
        return {group: loads_of(self.timeline, group) for group in self.tracks}

    @cached_property
    def _moves(self) -> Mapping[str, Mapping[tuple[int, int], Move]]:
        return {g: moves_by_place(program) for g, program in self.timeline.job.programs.items()}

    def move_of(self, group: str, motion: Motion) -> Move | None:
        """Return the statement that a motion carries out, None for standing."""
        index = motion.index
        found = self._moves.get(group, {}).get((index.line, index.part))
        return None if motion.kind == "stand" else found

    def file(self, group: str) -> str:
        """Return the program file of a group, for findings without a line."""
        program = self.timeline.job.programs.get(group)
        return program.file if program else ""

    def motion_at(self, group: str, knot: int) -> Motion | None:
        """Return the motion that ends at or contains a knot."""
        track = self.tracks[group]
        if not track.motions or not len(track.motion):
            return None
        return track.motions[int(track.motion[max(knot - 1, 0)])]

    def place(self, group: str, knot: int) -> tuple[str, int]:
        """Return file and line of the motion at a knot."""
        motion = self.motion_at(group, knot)
        return (motion.index.file, motion.index.line) if motion else (self.file(group), 0)

    def place_at(self, group: str, t: float) -> tuple[str, int]:
        """Return file and line of what a group does at a time [s]; at the end, of the last."""
        times = self.tracks[group].t
        knot = int(np.searchsorted(times, t, side="right"))
        return self.place(group, min(knot, len(times) - 1))

    def place_taken(self, group: str, t: float) -> tuple[str, int]:
        """Return file and line of the grip at a time [s], else of what the group does then."""
        for event in self.timeline.events:
            here = event.kind == "grip" and event.group == group and abs(event.t - t) < 1e-9
            if here and event.index is not None:
                return event.index.file, event.index.line
        return self.place_at(group, t)

    def tcp_velocity(self, group: str, motion: Motion) -> Array:
        """Return the speed of the TCP at the knots of a motion [m/s], shape (k, 3).

        Two-sided difference over 10 microseconds of the joint motion; source: definition.
        """
        from cellsim.kinematics.fk import link_poses

        track, chain = self.tracks[group], self.chains[group]
        knots = slice(motion.first, motion.last + 1)
        q, qd = track.q[knots], track.qd[knots]
        stacked = np.concatenate([q - qd * _STEP_S, q + qd * _STEP_S])
        flange = chain.link_names.index(f"{group}/flange")
        world_T_flange = link_poses(chain, stacked)[:, flange]
        world_p = world_T_flange[:, :3, :3] @ self.tcp(group, motion.tool).p
        tip = world_p + world_T_flange[:, :3, 3]
        n = len(q)
        return np.asarray((tip[n:] - tip[:n]) / (2 * _STEP_S))

    def tcp(self, group: str, tool: str = "") -> Pose:
        """Return `flange_T_tcp` of "tool" or "tool.tcp"; the group's own tool when empty."""
        name, _, tcp = (tool or self.cell.groups[group].tool).partition(".")
        if name not in self.cell.tools:
            return Pose.identity()
        tcps = self.cell.tools[name].tcps
        return tcps[tcp] if tcp in tcps else next(iter(tcps.values()), Pose.identity())

    def part(self, name: str) -> Part | None:
        """Return a part by name, None where the cell has no such part."""
        return self.cell.parts.get(name)
