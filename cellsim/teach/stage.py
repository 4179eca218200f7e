"""Stages: what a group does between two free moves, as TCP poses that are not yet joints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cellsim.domain.program import Statement
from cellsim.geometry import Array, Pose


@dataclass(frozen=True, eq=False)
class World:
    """Where the parts are during one motion.

    Attributes:
        tick: Number of the task step; other groups stand where they stood before it.
        placed: `world_T_part` of parts that stand still, other than at their start.
        held: Part name to the group that holds it.
        freed: Parts whose fasteners are all out.
        events: What has happened by then, in order ("grip:PART", "unhinged:PART"); windows of
            pair rules open and close at them.
    """

    tick: int
    placed: Mapping[str, Pose]
    held: Mapping[str, str]
    freed: frozenset[str] = frozenset()
    events: tuple[str, ...] = ()

    def in_hand(self, group: str) -> str:
        """Return the part that the group holds, "" for none."""
        return next((part for part, owner in self.held.items() if owner == group), "")


@dataclass(frozen=True, eq=False)
class Option:
    """One way to stand on a feature.

    Attributes:
        poses: `world_T_tcp` of every point of the stage.
        label: What was chosen ("turned 90 deg"), for the choices of the job.
        enters, leaves: Names how the part is held before and after the stage, "" for an empty
            hand; stages that hold it go with one grasp only.
        tcp_T_part: Where the held part is, None for an empty hand.
    """

    poses: tuple[Pose, ...]
    label: str
    enters: str = ""
    leaves: str = ""
    tcp_T_part: Pose | None = None


@dataclass(frozen=True, eq=False)
class Point:
    """A place a stage stops at.

    Attributes:
        name: "approach", "target", "depart", "pulled", "home".
        speed_mm_s: TCP speed of the line to it; the first point is reached by a free move.
        world: What the motion to it goes through.
        actions: Statements carried out there.
    """

    name: str
    speed_mm_s: float
    world: World
    actions: tuple[Statement, ...] = ()


@dataclass(frozen=True, eq=False)
class Stage:
    """A free move to the first point, then lines.

    Attributes:
        group: Group name. line: Line of the task step it begins with.
        feature: What it goes to ("door.front_left.window_rim").
        points, options: See there. anchor: Index of the point whose pose is the feature's.
        frame: Frame that the lines are written in.
        q: Joint values where no pose but joints are asked (home, start), else None.
    """

    group: str
    line: int
    feature: str
    points: tuple[Point, ...]
    options: tuple[Option, ...] = ()
    anchor: int = 0
    frame: str = "world"
    q: Array | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def tick(self) -> int:
        """Return the number of the task step it begins with."""
        return self.points[0].world.tick
