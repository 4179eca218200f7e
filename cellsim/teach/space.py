"""What is free: the collision scene of every motion of a stage, by the state of the world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.collision.pads import Stretch
from cellsim.collision.query import Scene, scene_of
from cellsim.domain.cell import Cell
from cellsim.geometry import Array, Pose
from cellsim.kinematics import chain_of, flange_pose
from cellsim.plan.protocol import Bools
from cellsim.teach.stage import Follow, Option, Point
from cellsim.units import mm

SPARE = 1.0 * mm
HALF_SPARE = 5.0 * mm
LINE_SPARE = 0.1 * mm


@dataclass(frozen=True, eq=False)
class Stand:
    """From task step `tick` on a group stands at q and follows measured frames."""

    tick: int
    q: Array
    follows: frozenset[str] = frozenset()


@dataclass
class Standings:
    """Where the groups were taught to stand, and how they hold their parts.

    Attributes:
        stands: Group to its standings in order.
        hands: (tick, part, group, `flange_T_part`) of the grips.
    """

    stands: dict[str, list[Stand]] = field(default_factory=dict)
    hands: list[tuple[int, str, str, Pose]] = field(default_factory=list)

    def at(self, cell: Cell, group: str, tick: int) -> Stand:
        """Return where a group stands during a step; at home where nothing is known yet."""
        found = Stand(-1, chain_of(cell, group).home)
        for stand in self.stands.get(group, ()):
            if stand.tick > tick:
                break
            found = stand
        return found

    def hand(self, part: str, tick: int) -> tuple[str, Pose] | None:
        """Return (group, `flange_T_part`) of the last grip of a part up to a step."""
        found = [(g, pose) for since, name, g, pose in self.hands if name == part and since <= tick]
        return found[-1] if found else None


@dataclass(frozen=True, eq=False)
class Room:
    """The scene that one motion goes through.

    Attributes:
        spare: What a free move keeps beyond what is required [m]; more where it goes into or out
            of a measured frame, because the verifier counts a little more there.
    """

    scene: Scene
    spare: float = SPARE

    def free(self, q: Array) -> Bools:
        """Return which q, shape (n, dof), are free with a little to spare."""
        return self.scene.free(q, self.spare)

    def edge_free(self, a: Array, b: Array) -> bool:
        """Tell whether the straight joint move is certified free."""
        return self.scene.segment_free(a, b, 0.8 * self.spare)

    def eased(self, a: Array, b: Array) -> Room:
        """Return the room with less to spare where a or b themselves have less."""
        least = float(self.scene.clearance(np.stack([a, b])).min())
        return self if least > self.spare else replace(self, spare=max(0.9 * least, LINE_SPARE))

    def padded(self, more: Array) -> Room:
        """Return the room with more taken off the clearance of each pair [m], shape (pairs,)."""
        return replace(self, scene=self.scene.padded(more))

    def line_free(self, line: Array) -> bool:
        """Tell whether the chords between joints along a line are certified free."""
        if not np.all(self.scene.free(line[[0, len(line) // 2, -1]], LINE_SPARE)):
            return False
        return self.scene.path_free(line, LINE_SPARE)

    def why(self, q: Array) -> str:
        """Return the worst pair over rows of q, shape (n, dof)."""
        return str(self.scene.why(q[int(np.argmin(self.scene.clearance(q)))]))


@dataclass
class Space:
    """The rooms of one group, each made once."""

    cell: Cell
    group: str
    flange_T_tcp: Pose
    standings: Standings
    rooms: dict[tuple[object, ...], Room] = field(default_factory=dict)

    def room(
        self,
        point: Point,
        option: Option | None,
        follow: Follow,
        near: Array | None = None,
        way: Array | None = None,
    ) -> Room:
        """Return the room of a motion to a point.

        Args:
            near: Joint values it may come to, shape (n, dof), see `scene_of`; only asked for
                when the room is made. way: The motion itself, where it is known: a room of its own.
        """
        world, tick = point.world, point.world.tick
        part = world.in_hand(self.group)
        hand = None
        if part and option is not None and option.tcp_T_part is not None:
            hand = self.flange_T_tcp @ option.tcp_T_part
        names = [g for g in self.cell.groups if g != self.group]
        others = {g: self.standings.at(self.cell, g, tick) for g in names}
        key = (
            part,
            "" if hand is None else hand.matrix.tobytes(),
            tuple((name, pose.matrix.tobytes()) for name, pose in sorted(world.placed.items())),
            tuple(sorted(world.held.items())),
            tuple(sorted(world.fixtures.items())),
            tuple((stand.q.tobytes(), stand.follows) for stand in others.values()),
            follow,
            None if way is None else way.tobytes(),
        )
        if key not in self.rooms:
            moved = dict(world.placed)
            for name, owner in world.held.items():
                grip = None if owner == self.group else self.standings.hand(name, tick)
                if grip is not None:
                    chain = chain_of(self.cell, owner)
                    moved[name] = flange_pose(chain, others[owner].q) @ grip[1]
            self.rooms[key] = Room(
                scene_of(
                    self.cell,
                    self.group,
                    part or None,
                    moved,
                    {g: stand.q for g, stand in others.items()} | world.fixtures_q,
                    hand,
                    Stretch(0, 0, follow.full, follow.half),
                    {g: stand.follows for g, stand in others.items()},
                    (near if way is None else way) if follow.half else None,
                ),
                HALF_SPARE if follow.half else SPARE,
            )
        return self.rooms[key]
