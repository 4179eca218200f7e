"""The //POS part of a job: positions in order, with tool, frame and RCONF said where they change.

Source: DX100 manual 156191-1CD 4.1 Job Data Format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cellsim.controllers.writing.numbers import row
from cellsim.controllers.writing.targets import base_frame
from cellsim.controllers.yaskawa.digits import (
    ANGLE_DIGITS,
    LENGTH_DIGITS,
    position_numbers,
    pulse_numbers,
)
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Move, Target
from cellsim.errors import Refused, UnknownName
from cellsim.geometry import Pose

RCONF_FIELDS = 24
_UNUSED = ",0" * (RCONF_FIELDS - 6)
MOST_POSITIONS = 9_999


@dataclass
class Positions:
    """The positions of one job; a relative job has one frame, a pulse job none."""

    group: MotionGroup
    lines: list[str] = field(default_factory=list)
    base: list[str] = field(default_factory=list)
    station: list[str] = field(default_factory=list)
    modal: dict[str, str] = field(default_factory=dict)
    count: int = 0
    frame: str = ""

    def name(self, target: Target, move: Move) -> str:
        """Return the names of a new position: C, and BC and EC for external axes."""
        if self.count >= MOST_POSITIONS:
            raise Refused("yaskawa", f"more than {MOST_POSITIONS} positions", line=move.line)
        number = f"{self.count:05d}"
        self.count += 1
        if target.pose is None:
            names = self._pulses(target, move, number)
        else:
            names = self._rectangular(target, move, number)
        return " ".join(names)

    @cached_property
    def _base_T_foot(self) -> Pose:
        """The robot's foot in the controller's base."""
        return self.group.robot.controller_base.inverse()

    def _pulses(self, target: Target, move: Move, number: str) -> list[str]:
        controller = self.group.controller
        if target.q is None or not controller.pulses:
            raise Refused("yaskawa", "position without joints or without pulses", line=move.line)
        self._set("TOOL", str(self._tool(move)))
        self._set("POSTYPE", "PULSE", "RCONF", "USER")
        self._set("PULSE", "")
        every = pulse_numbers(controller.axes, controller.pulses, target.q, move.line)
        arm = self.group.robot.dof
        self.lines.append(f"C{number}={','.join(map(str, every[:arm]))}")
        names, at = [f"C{number}"], arm
        kinds = (("BC", "arm", self.base), ("EC", "part", self.station))
        for word, carries, lines in kinds:
            values: list[int] = []
            at = arm
            for external in self.group.externals:
                count = len(external.robot.joints)
                values += every[at : at + count] if external.carries == carries else []
                at += count
            if values:
                lines.append(f"{word}{number}={','.join(map(str, values))}")
                names.append(f"{word}{number}")
        return names

    def _rectangular(self, target: Target, move: Move, number: str) -> list[str]:
        assert target.pose is not None
        if not target.config:
            raise Refused("yaskawa", "position without RCONF", line=move.line)
        if self.group.externals:
            raise Refused("yaskawa", "external axes in a relative job", line=move.line)
        if self.frame and self.frame != move.frame:
            raise Refused("yaskawa", "two frames in one relative job", line=move.line)
        self.frame = move.frame
        user = self.user(move)
        if user:
            self._set("USER", str(user))
        self._set("TOOL", str(self._tool(move)))
        self._set("POSTYPE", "USER" if user else "BASE")
        self._set("RECTAN", "", "PULSE")
        self._set("RCONF", target.config + _UNUSED)
        of_foot = move.frame == base_frame(self.group)
        pose = self._base_T_foot @ target.pose if of_foot else target.pose
        numbers = position_numbers(pose)
        xyz, angles = row(numbers[:3], LENGTH_DIGITS), row(numbers[3:], ANGLE_DIGITS)
        self.lines.append(f"C{number}={xyz},{angles}")
        return [f"C{number}"]

    def user(self, move: Move) -> int:
        """Return the user frame number of a motion; 0 for the base."""
        frames = self.group.controller.frames
        if move.frame == base_frame(self.group):
            return 0
        if move.frame not in frames:
            raise UnknownName("yaskawa user frame for", move.frame, frames, line=move.line)
        return frames[move.frame]

    def _tool(self, move: Move) -> int:
        tools = self.group.controller.tools
        if not move.tool:
            return 0
        if move.tool not in tools:
            raise UnknownName("yaskawa tool number for", move.tool, tools, line=move.line)
        return tools[move.tool]

    def _set(self, word: str, value: str, *forget: str) -> None:
        """Write a pseudo instruction if it is not in force."""
        if self.modal.get(word) != value:
            self.modal[word] = value
            for other in forget:
                self.modal.pop(other, None)
            self.lines.append(f"///{word} {value}".rstrip())

    def text(self) -> list[str]:
        """Return the //POS part; BC and EC stand behind the C positions."""
        counts = (len([x for x in self.lines if x[0] == "C"]), len(self.base), len(self.station))
        head = ["//POS", f"///NPOS {','.join(map(str, counts))},0,0,0"]
        return [*head, *self.lines, *self.base, *self.station]
