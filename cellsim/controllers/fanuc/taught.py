"""What the points of a text mean as targets: a program is walked more than once, they stay."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cellsim.controllers.fanuc.frames import Place
from cellsim.controllers.fanuc.points import Point, target_of
from cellsim.controllers.fanuc.posing import with_joints
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Target
from cellsim.geometry import Pose

# A point by its identity, and that of the pose in front of it (0 for none).
_Key = tuple[int, int]


@dataclass(frozen=True)
class Taught:
    """Targets of points that were asked for; each motion gets one of its own.

    Beside each stand the point and the pose, so that their identities are not given to others.
    """

    cell: Cell
    group: MotionGroup
    _targets: dict[_Key, tuple[Point, Pose | None, Target | str]] = field(default_factory=dict)
    _joints: dict[tuple[_Key, str, str], Target | str] = field(default_factory=dict)

    def target(self, point: Point, before: Pose | None) -> Target | str:
        """Return a point as a target, or the reason why it is not one (see `target_of`)."""
        key = id(point), 0 if before is None else id(before)
        if key not in self._targets:
            self._targets[key] = point, before, target_of(point, self.group, before)
        found = self._targets[key][2]
        return found if isinstance(found, str) else replace(found)

    def joints(self, point: Point, place: Place, tool: str) -> Target | str:
        """Return a point with CONFIG with the joints it means, or the reason (see `with_joints`).

        Args:
            place: The user frame it is in. tool: Name of the tool.
        """
        target = self.target(point, place.pose)
        if isinstance(target, str):
            return target
        key = (id(point), 0 if place.pose is None else id(place.pose)), place.name, tool
        if key not in self._joints:
            self._joints[key] = with_joints(target, place.name, tool, self.cell, self.group)
        found = self._joints[key]
        return found if isinstance(found, str) else replace(found)
