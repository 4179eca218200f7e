"""Stages: what a group does between two free moves, as TCP poses that are not yet joints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cellsim.domain.program import Speed, Statement
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
        fixtures: Where moving fixtures stand, other than at their start: "fixture:NAME" to its
            value [rad | m]. One that a device has sent on stands where that brings it.
    """

    tick: int
    placed: Mapping[str, Pose]
    held: Mapping[str, str]
    freed: frozenset[str] = frozenset()
    events: tuple[str, ...] = ()
    fixtures: Mapping[str, float] = field(default_factory=dict)

    @property
    def fixtures_q(self) -> dict[str, Array]:
        """Where moving fixtures stand, as joint values, shape (1,) each."""
        return {name: np.array([value]) for name, value in self.fixtures.items()}

    def in_hand(self, group: str) -> str:
        """Return the part that the group holds, "" for none."""
        return next((part for part, owner in self.held.items() if owner == group), "")


@dataclass(frozen=True)
class Follow:
    """Measured frames that a motion follows in full, and those it goes into or out of."""

    full: frozenset[str] = frozenset()
    half: frozenset[str] = frozenset()


def follow_between(before: frozenset[str], now: frozenset[str]) -> Follow:
    """Return what a motion follows that ends in frames `now` after one that ended in `before`."""
    return Follow(now & before, now ^ before)


@dataclass(frozen=True, eq=False)
class Motion:
    """One motion of a program, with its joints.

    Attributes:
        kind: "joint" or "linear". way: Joints along it, start included, shape (n, dof).
        point: Where it goes and through what; option: what is in the hand meanwhile.
        frame: Frame it is written in. follow: Measured frames it follows.
        speed: As written. label: What its end is called. stops: It ends in an exact stop.
        actions: Statements carried out at its end.
    """

    kind: Literal["joint", "linear"]
    way: Array
    point: Point
    option: Option | None
    frame: str
    follow: Follow
    speed: Speed
    label: str
    stops: bool
    actions: tuple[Statement, ...] = ()


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
        frame: Frame that the lines are written in. measured: It and the frames above it that
            are measured at run time.
        q: Joint values where no pose but joints are asked (home, start), else None.
    """

    group: str
    line: int
    feature: str
    points: tuple[Point, ...]
    options: tuple[Option, ...] = ()
    anchor: int = 0
    frame: str = "world"
    measured: frozenset[str] = frozenset()
    q: Array | None = None

    @property
    def tick(self) -> int:
        """Return the number of the task step it begins with."""
        return self.points[0].world.tick
