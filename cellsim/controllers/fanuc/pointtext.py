"""The /POS part of TP text: P[n:"name"] with joints or with X, Y, Z, W, P, R and CONFIG."""

from __future__ import annotations

from dataclasses import dataclass, field

from cellsim.controllers.fanuc.digits import DIGITS, axis_numbers, frame_numbers
from cellsim.controllers.fanuc.naming import COMMENT
from cellsim.controllers.writing.numbers import fixed, row
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.targets import base_frame
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import Move, Target
from cellsim.errors import Refused, UnknownName

MOST_POINTS = 32766


@dataclass
class PointTexts:
    """The points of one program; equal points have one number."""

    group: MotionGroup
    texts: list[str] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def place(self, target: Target, move: Move) -> str:
        """Return P[n:name] of a target, and remember its text."""
        name = identifier(target.name, COMMENT) if target.name else ""
        body = self._body(target, move)
        number = self._numbers.get((name, body))
        if number is None:
            number = len(self.texts) + 1
            if number > MOST_POINTS:
                raise Refused("fanuc", f"more than {MOST_POINTS} points", line=move.line)
            self._numbers[name, body] = number
            head = f'P[{number}:"{name}"]' if name else f"P[{number}]"
            self.texts.append(f"{head}{{\n   GP1:\n{body}\n}};")
        return f"P[{number}:{name}]" if name else f"P[{number}]"

    def _body(self, target: Target, move: Move) -> str:
        head = f"\tUF : {self.frame(move)}, UT : {self.tool(move)},\t"
        axes, arm = self.group.controller.axes, self.group.robot.dof
        if move.kind == "joint":
            if target.q is None:
                raise Refused("fanuc", "J target without joints", line=move.line)
            values = axis_numbers(axes, target.q)
            shown = row(values[:arm], DIGITS).split(",")
            fields = [f"J{i}={text:>10} deg" for i, text in enumerate(shown, 1)]
            extra = values[arm:]
        else:
            if target.pose is None or not target.config:
                raise Refused("fanuc", "L or C target without pose and CONFIG", line=move.line)
            head += f"\tCONFIG : '{target.config}',"
            fields = self._pose(target, move)
            extra = axis_numbers(axes[arm:], target.ext)
        fields += [_external(i, axis, v) for i, (axis, v) in enumerate(_pairs(axes[arm:], extra))]
        lines = ["\t" + ",\t".join(fields[i : i + 3]) for i in range(0, len(fields), 3)]
        return "\n".join([head, ",\n".join(lines)])

    def _pose(self, target: Target, move: Move) -> list[str]:
        assert target.pose is not None
        pose = target.pose
        if move.frame == base_frame(self.group):
            pose = self.group.robot.controller_base.inverse() @ pose
        names = ("X =", "Y =", "Z =", "W =", "P =", "R =")
        units = ("  mm",) * 3 + (" deg",) * 3
        shown = row(frame_numbers(pose), DIGITS).split(",")
        return [f"{n}{text:>10}{u}" for n, text, u in zip(names, shown, units, strict=True)]

    def frame(self, move: Move) -> int:
        """Return the user frame number of a motion; 0 is the robot's world."""
        frames = self.group.controller.frames
        if move.frame in frames:
            return frames[move.frame]
        if move.kind == "joint" or move.frame == base_frame(self.group):
            return 0
        raise UnknownName("fanuc user frame number for", move.frame, frames, line=move.line)

    def tool(self, move: Move) -> int:
        """Return the tool frame number of a motion; 0 is the flange."""
        tools = self.group.controller.tools
        if move.tool and move.tool not in tools:
            raise UnknownName("fanuc tool frame number for", move.tool, tools, line=move.line)
        return tools[move.tool] if move.tool else 0


def _pairs(axes: tuple[AxisMap, ...], values: list[float]) -> list[tuple[AxisMap, float]]:
    return list(zip(axes, values, strict=True))


def _external(number: int, axis: AxisMap, value: float) -> str:
    unit = "  mm" if axis.unit == "mm" else " deg"
    return f"E{number + 1}={fixed(value, DIGITS):>10}{unit}"
