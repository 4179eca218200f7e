"""Axes of a group as they are shown: degrees for turning, millimetres for sliding."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cellsim.domain.cell import MotionGroup
from cellsim.domain.robot import Joint, Robot
from cellsim.units import deg, mm


@dataclass(frozen=True, eq=False)
class Axis:
    """A joint of a group with the unit it is shown in, and the device it belongs to."""

    joint: Joint
    robot: Robot

    @property
    def unit(self) -> str:
        """The unit a person reads: deg or mm."""
        return "deg" if self.joint.kind == "revolute" else "mm"

    @property
    def scale(self) -> float:
        """SI units per shown unit."""
        return deg if self.joint.kind == "revolute" else mm

    def shown(self, value: float) -> float:
        """Return a value [rad | m, or per second] in the shown unit."""
        return value / self.scale

    def acceleration(self, kind: str) -> float | None:
        """Return the acceleration class [rad/s2 | m/s2]: "slow", "typical" or "fast"."""
        if self.joint.acceleration is None:
            return None
        slow, fast = self.joint.acceleration
        return {"slow": slow, "typical": math.sqrt(slow * fast), "fast": fast}[kind]


def axes_of(group: MotionGroup) -> list[Axis]:
    """Return the axes of a group in the order of q."""
    robots = (group.robot, *(external.robot for external in group.externals))
    return [Axis(joint, robot) for robot in robots for joint in robot.joints]
