"""What is free: the collision scene of every motion of a stage, by the state of the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cellsim.collision.query import Scene, scene_of
from cellsim.domain.cell import Cell
from cellsim.geometry import Array, Pose
from cellsim.kinematics import chain_of, flange_pose
from cellsim.plan.protocol import Bools
from cellsim.teach.stage import Option, Point
from cellsim.units import mm

SPARE = 1.0 * mm


@dataclass
class Standings:
    """Where the groups were taught to stand, and how they hold their parts.

    Attributes:
        stands: Group to (tick, q) in order: from this task step on it stands at q.
        hands: (tick, part, group, `flange_T_part`) of the grips.
    """

    stands: dict[str, list[tuple[int, Array]]] = field(default_factory=dict)
    hands: list[tuple[int, str, str, Pose]] = field(default_factory=list)

    def q(self, cell: Cell, group: str, tick: int) -> Array:
        """Return where a group stands during a step; at home where nothing is known yet."""
        q = chain_of(cell, group).home
        for since, stand in self.stands.get(group, ()):
            if since > tick:
                break
            q = stand
        return q

    def hand(self, part: str, tick: int) -> tuple[str, Pose] | None:
        """Return (group, `flange_T_part`) of the last grip of a part up to a step."""
        found = [(g, pose) for since, name, g, pose in self.hands if name == part and since <= tick]
        return found[-1] if found else None


@dataclass
class Space:
    """The scenes of one group, each made once."""

    cell: Cell
    group: str
    flange_T_tcp: Pose
    standings: Standings
    scenes: dict[tuple[object, ...], Scene] = field(default_factory=dict)

    def scene(self, point: Point, option: Option | None) -> Scene:
        """Return the scene of the motion to a point."""
        world, tick = point.world, point.world.tick
        part = world.in_hand(self.group)
        hand = None
        if part and option is not None and option.tcp_T_part is not None:
            hand = self.flange_T_tcp @ option.tcp_T_part
        others = {g: self.standings.q(self.cell, g, tick) for g in self.cell.groups}
        del others[self.group]
        key = (
            part,
            "" if hand is None else hand.matrix.tobytes(),
            world.freed,
            tuple((name, pose.matrix.tobytes()) for name, pose in sorted(world.placed.items())),
            tuple(sorted(world.held.items())),
            tuple(q.tobytes() for q in others.values()),
        )
        if key not in self.scenes:
            moved = dict(world.placed)
            for name, owner in world.held.items():
                if owner == self.group:
                    continue
                grip = self.standings.hand(name, tick)
                if grip is not None:
                    moved[name] = flange_pose(chain_of(self.cell, owner), others[owner]) @ grip[1]
            self.scenes[key] = scene_of(self.cell, self.group, part or None, moved, others, hand)
        return self.scenes[key]

    def free(self, point: Point, option: Option | None) -> Callable[[Array], Bools]:
        """Return the test of single q, shape (n, dof), with a little to spare."""
        scene = self.scene(point, option)

        def test(q: Array) -> Bools:
            return np.asarray(scene.clearance(q) > SPARE, dtype=np.bool_)

        return test

    def edge_free(self, point: Point, option: Option | None) -> Callable[[Array, Array], bool]:
        """Return the certified test of a straight joint move."""
        scene = self.scene(point, option)
        return lambda a, b: scene.segment_free(a, b, SPARE / 2)
