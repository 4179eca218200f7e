"""Positions of a job as targets: pulses to joints, X..Rz to a pose with the joints RCONF means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.values import rotation_zyx
from cellsim.controllers.reading.walk import State
from cellsim.controllers.yaskawa.acts import point
from cellsim.controllers.yaskawa.jobfile import JobFile, Position
from cellsim.controllers.yaskawa.rconf import joints
from cellsim.controllers.yaskawa.variables import value_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Target
from cellsim.errors import BadInput
from cellsim.geometry import Pose

# Tool data have 0.001 mm and 0.0001 deg; a cell file may be rounded once more.
_SAME_M, _SAME_RAD = 2e-5, 2e-5


class NotKnown(Exception):
    """Why a motion is not understood; never leaves the reader."""


@dataclass(frozen=True)
class Place:
    """A target with the tool and frame its position was taught in."""

    target: Target
    tool: str
    frame: str
    numbers: tuple[int, int]


@dataclass(frozen=True)
class Points:
    """Turns positions into targets; `changed` is true where any position variable may change.

    `moved` is the control group that the program is for, "" where no job says one. `near` remembers
    the joints of the position before: the next is looked for there first. `_frames` (world_T_frame)
    and `_tools` (tcp_T_flange) remember what the cell says of them.
    """

    cell: Cell
    group: MotionGroup
    names: Names
    job: JobFile
    shared: Mapping[str, Position]
    changed: bool
    moved: str = ""
    near: dict[str, tuple[float, ...]] = field(default_factory=dict)
    _frames: dict[str, Pose] = field(default_factory=dict)
    _tools: dict[str, Pose] = field(default_factory=dict)

    def data(self, name: str) -> Position | None:
        """Return a position as the jobs' data give it, None where they do not."""
        return self.job.positions.get(name) or self.shared.get(name)

    def place(self, names: Sequence[str], kind: str, state: State, line: int = 0) -> Place:
        """Return the target of a step; NotKnown where anything it needs is not."""
        if not names:
            raise NotKnown("a step without a position")
        if self.job.group not in ("", self.moved):
            raise NotKnown(f"a job of {self.job.group}, the program is for {self.moved}")
        first, *rest = [point(n) for n in names]
        self._must_stand(names, line)
        position = self.position(first, state)
        extra = self._externals(rest, state)
        tool = self._tool(position)
        if position.pulses:
            target = self._pulses(position, extra, first)
            return Place(target, tool, "world", (position.tool or 0, 0))
        if extra or self.group.externals:
            raise NotKnown("external axes with a position in X..Rz")
        frame = self._frame(position, first)
        target = self._rectangular(position, tool, frame, kind, first)
        return Place(target, tool, frame, (position.tool or 0, position.user or 0))

    def _must_stand(self, names: Sequence[str], line: int) -> None:
        """Refuse a C, BC or EC position that the job does not hold."""
        for name in names:
            known = point(name) in self.job.positions
            if not known and name.startswith(("C", "BC", "EC")):
                raise BadInput(
                    f"position {name} is nowhere; the text may be truncated",
                    file=self.job.file,
                    line=line,
                    expected="a position under //POS",
                )

    def position(self, name: str, state: State) -> Position:
        """Return a position with what the lines before have set of it."""
        if "[" in name:
            raise NotKnown(f"position {name} is chosen at run time")
        found = self.data(name)
        if name[0] in "LP" and (self.changed or name in state or "P *" in state):
            held = state.get(name) if not self.changed and "P *" not in state else None
            found = value_of(held, self.data) if isinstance(held, tuple) else None
        if found is None:
            raise NotKnown(f"position variable {name} is not known here")
        return found

    def must_be_tool(self, number: int, position: Position) -> None:
        """Refuse tool data that are not those of the cell's tool of a number."""
        name = self.names.tool(number)
        tool, _, tcp = name.partition(".")
        if position.pulses or len(position.values) < 6 or tool not in self.cell.tools:
            raise NotKnown("tool data that are not in the cell")
        x, y, z, rx, ry, rz = position.values[:6]
        tcps = self.cell.tools[tool].tcps
        pose = Pose(rotation_zyx(rz, ry, rx), np.array([x, y, z]) / 1000.0)
        metres, angle = pose.distance(tcps[tcp] if tcp else next(iter(tcps.values())))
        if metres > _SAME_M or angle > _SAME_RAD:
            raise NotKnown(f"tool {number} is {1e3 * metres:.3f} mm from the cell's '{name}'")

    def _externals(self, names: Sequence[str], state: State) -> list[float]:
        """Return the pulses of BC and EC positions in the order of the group's external axes."""
        kinds = {"arm": [n for n in names if n.startswith(("BC", "BP"))]}
        kinds["part"] = [n for n in names if n.startswith(("EC", "EX"))]
        if len(names) != sum(len(v) for v in kinds.values()):
            raise NotKnown("two robot positions in one step")
        values: dict[str, list[float]] = {}
        for carries, found in kinds.items():
            positions = [self.position(n, state) for n in found]
            if any(not p.pulses for p in positions):
                raise NotKnown("a base axis in mm; its origin depends on the frame")
            values[carries] = [v for p in positions for v in p.values]
        out: list[float] = []
        for external in self.group.externals:
            count = len(external.robot.joints)
            out += values[external.carries][:count]
            del values[external.carries][:count]
        if any(values.values()) or len(out) != sum(
            len(e.robot.joints) for e in self.group.externals
        ):
            raise NotKnown("external axes other than the group's")
        return out

    def _pulses(self, position: Position, extra: list[float], name: str) -> Target:
        controller = self.group.controller
        if not controller.pulses:
            raise NotKnown("pulses; how many a degree has is not in the cell")
        values, arm = [*position.values], self.group.robot.dof
        while len(values) > arm and values[-1] == 0.0:
            values.pop()
        if position.postype not in {"PULSE", ""}:
            raise NotKnown(f"pulses in a position of type {position.postype}")
        if len(values) != arm or any(not v.is_integer() for v in values):
            raise NotKnown(f"{len(position.values)} values, the group has {arm} axes")
        every = zip([*values, *extra], controller.pulses, strict=True)
        q = joint_values(controller.axes, [v / p for v, p in every])
        return Target(q=q, name=name)

    def _tool(self, position: Position) -> str:
        number = 0 if position.tool is None else position.tool
        if number == 0 and 0 not in self.group.controller.tools.values():
            if self.group.tool:
                raise NotKnown(f"tool 0 is the bare flange, the group carries {self.group.tool}")
            return ""
        return self.names.tool(number)

    def _frame(self, position: Position, name: str) -> str:
        """Return the frame of a position in X..Rz; C positions need a relative job in it."""
        if position.postype in {"TOOL", "MTOOL", "PULSE", ""}:
            raise NotKnown(f"a position in X..Rz of type {position.postype or 'none'}")
        if position.postype == "USER" and position.user is None:
            raise NotKnown("user frame of the position is not said")
        frame = f"USER {position.user}" if position.postype == "USER" else position.postype
        if name.startswith("C") and not self.job.relative:
            raise NotKnown("a position in X..Rz in a job that is no relative job (RJ)")
        if name.startswith("C") and self.job.frame and self.job.frame != frame:
            raise NotKnown(f"frame {frame}, the relative job's is {self.job.frame}")
        if position.postype == "USER":
            assert position.user is not None
            return self.names.frame(position.user)
        return f"group:{self.group.name}.base"

    def _rectangular(
        self, position: Position, tool: str, frame: str, kind: str, name: str
    ) -> Target:
        values = position.values
        if len(values) == 7 and values[6] == 0.0:
            values = values[:6]
        if len(values) != 6:
            raise NotKnown(f"{len(values)} values, a position has X, Y, Z, Rx, Ry, Rz")
        if len(position.rconf) < 6 or any(d not in (0, 1) for d in position.rconf[:6]):
            raise NotKnown("RCONF of the position is not said")
        base = frame.endswith(".base")
        begins = self.group.robot.controller_base if base else Pose.identity()
        rx, ry, rz = values[3:]
        R = rotation_zyx(rz, ry, rx)
        pose = begins @ Pose(R, np.array(values[:3]) / 1000.0)
        config = ",".join(str(d) for d in position.rconf[:6])
        if not self._is_arm:
            return Target(pose=pose, config=config, name=name)
        goal = self._flange(pose, tool, frame)
        found = joints(goal, position.rconf, self.cell, self.group, self.near.get("q"))
        if len(found) == 1:
            self.near["q"] = found[0]
        if len(found) != 1 and kind == "joint":
            raise NotKnown(f"{len(found)} joint positions fit RCONF {config}")
        if not found:
            raise NotKnown(f"no joint position fits RCONF {config}")
        q = found[0] if len(found) == 1 else None
        return Target(q=q, pose=pose, config=config, name=name)

    @cached_property
    def _is_arm(self) -> bool:
        """Whether the robot's joints are apart: that of a stand-in for an unknown arm are not."""
        return any(np.any(j.origin.p) for j in self.group.robot.joints)

    def _flange(self, pose: Pose, tool: str, frame: str) -> Pose:
        """Return `world_T_flange` of a pose of a TCP in a frame."""
        from cellsim.kinematics.frames import world_T_frame

        name, _, tcp = tool.partition(".")
        if tool and name not in self.cell.tools:
            raise NotKnown("frame or tool of the pose is not in the cell")
        try:
            if frame not in self._frames:
                self._frames[frame] = world_T_frame(self.cell, frame)
            world_T_tcp = self._frames[frame] @ pose
        except BadInput:
            raise NotKnown("frame or tool of the pose is not in the cell") from None
        if not tool:
            return world_T_tcp
        if tool not in self._tools:
            tcps = self.cell.tools[name].tcps
            flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()))
            self._tools[tool] = flange_T_tcp.inverse()
        return world_T_tcp @ self._tools[tool]
