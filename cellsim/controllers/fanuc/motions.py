"""From motion instructions, points and the modal state they run with to complete motions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cellsim.controllers.fanuc.acts import Motion, Tail
from cellsim.controllers.fanuc.modal import known
from cellsim.controllers.fanuc.points import Point, target_of
from cellsim.controllers.fanuc.posing import with_joints
from cellsim.controllers.fanuc.registers import offset_of, with_changes
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import FINE, Expr, Move, Raw, SetSignal, Speed, Statement, Target, Zone
from cellsim.geometry import Pose

Kind = Literal["joint", "linear", "circular"]
_KINDS: dict[str, Kind] = {"J": "joint", "L": "linear", "C": "circular"}
_UNITS = {
    "mm/sec": ("mm/s", 1.0),
    "cm/min": ("mm/s", 1.0 / 6.0),
    "inch/min": ("mm/s", 25.4 / 60.0),
    "deg/sec": ("deg/s", 1.0),
    "sec": ("s", 1.0),
    "msec": ("s", 1e-3),
    "%": ("%", 1.0),
}
_Offset = tuple[bool, tuple[float, float, float]]
_SWITCH = re.compile(r"(DO|RO)\s*\[\s*(\d+)\s*\]\s*=\s*(ON|OFF)", re.IGNORECASE)


class NotKnown(Exception):
    """Why a motion is not understood; never leaves this module."""


@dataclass(frozen=True)
class Motions:
    """Turns motion instructions into motions; what is not understood stays text.

    Attributes:
        points: Points by file and number. told: Files of which it was said that nothing is set.
    """

    cell: Cell
    group: MotionGroup
    names: Names
    collector: Collector
    points: Mapping[str, Mapping[int, Point]]
    told: set[str] = field(default_factory=set)

    def statements(self, line: Line, motion: Motion, state: State) -> list[Statement]:
        """Return a motion and what is set as it passes, or its text."""
        try:
            move = self._move(line, motion, state)
        except NotKnown as why:
            return [self.collector.keep(line, str(why))]
        out: list[Statement] = [*self._unset(line, state), move]
        for word, seconds, action in motion.tail.timed:
            switch = _SWITCH.fullmatch(action)
            if switch is not None and seconds == 0.0:
                name = self.names.signal(switch[1].lower(), int(switch[2]))
                out.append(SetSignal(name, switch[3].upper() == "ON", line=line.number))
            else:
                out.append(self.collector.keep(line, f"{word} {seconds:g}sec,{action}"))
        return out

    def _unset(self, line: Line, state: State) -> list[Statement]:
        """Return what to say where the text sets no frame or tool number before a motion."""
        missing = [
            w for k, w in (("uframe", "UFRAME_NUM"), ("utool", "UTOOL_NUM")) if k not in state
        ]
        if not missing or line.file in self.told:
            return []
        self.told.add(line.file)
        what = f"{' and '.join(missing)} is not set before"
        return [Raw(line.verbatim, harmless=True, line=line.number, comment=what)]

    def _move(self, line: Line, motion: Motion, state: State) -> Move:
        if motion.kind not in _KINDS:
            raise NotKnown("a motion along A points")
        kind, tail = _KINDS[motion.kind], motion.tail
        offset = _offset(kind, tail, state)
        found = [self._point(letters, index, line, state) for letters, index in motion.points]
        frames = {self._active(point.uf, "uframe", state) for point, _ in found}
        tools = {self._active(point.ut, "utool", state) for point, _ in found}
        if len(frames) > 1 or len(tools) > 1:
            raise NotKnown("via and end of an arc in different frames or tools")
        frame_number, tool_number = frames.pop(), tools.pop()
        tool = self._tool(tool_number)
        targets = [self._target(kind, point, frame_number, tool, offset) for point, _ in found]
        return Move(
            kind=kind,
            to=targets[-1],
            speed=_speed(kind, tail, state),
            zone=_zone(tail, state),
            tool=tool,
            frame=self._frame(frame_number, targets[-1].pose is not None),
            via=targets[0] if kind == "circular" else None,
            accel=_accel(tail),
            line=line.number,
        )

    def _point(self, letters: str, index: Expr, line: Line, state: State) -> tuple[Point, int]:
        """Return the point of P[n], or of PR[n] where the program has set it to one."""
        number = known(index, state)
        if number is None or not float(number).is_integer():
            raise NotKnown(f"the number of {letters}[] is not known here")
        file, at = line.file, int(number)
        if letters == "PR":
            held = state.get(f"PR {at}")
            if not isinstance(held, tuple):
                raise NotKnown(f"position register PR[{at}] is not known here")
            file, at, changes = held
        else:
            changes = ()
        point = self.points.get(file, {}).get(at)
        if point is None:
            raise NotKnown(f"P[{at}] has no position in the text")
        point = with_changes(point, changes)
        if point is None:
            raise NotKnown("elements of a position register of joints")
        if point.others:
            self.collector.note(f"{file}: positions of further groups are not looked at")
        return point, at

    def _active(self, given: int | None, key: str, state: State) -> int:
        """Return the frame or tool number of a point; it must be the active one (INTP-250, 253)."""
        active = state.get(key, UNKNOWN)
        short, word = ("UF", "UFRAME_NUM") if key == "uframe" else ("UT", "UTOOL_NUM")
        if given is None and not isinstance(active, int):
            raise NotKnown(f"{word} is not known here")
        number = given if given is not None else active
        assert isinstance(number, int)
        if isinstance(active, int) and active != number:
            alarm = "INTP-250" if key == "uframe" else "INTP-253"
            raise NotKnown(f"{alarm}: {short} {number} of the point, {word} is {active}")
        # UF 0 and UT 0 are the robot's own world and flange: nothing sets them.
        if number and UNKNOWN in (state.get(f"{key} {number}"), state.get(f"{key} any")):
            raise NotKnown(f"the values of {short} {number} may have been set by the program")
        return number

    def _target(
        self, kind: Kind, point: Point, frame_number: int, tool: str, offset: _Offset | None
    ) -> Target:
        if offset is not None and not offset[0]:
            added = with_changes(point, tuple(enumerate(_sum(point, offset[1]), 1)))
            if added is None:
                raise NotKnown("an offset of a point of joints")
            point = added
        target = target_of(point, self.group, frame_number == 0)
        if isinstance(target, Target) and offset is not None and offset[0]:
            if target.pose is None:
                raise NotKnown("an offset of a point of joints")
            x, y, z = (mm / 1000.0 for mm in offset[1])
            target = replace(target, pose=target.pose @ Pose.translation(x, y, z))
        if isinstance(target, Target) and kind == "joint" and target.pose is not None:
            frame = self._frame(frame_number, True)
            target = with_joints(target, frame, tool or self.group.tool, self.cell, self.group)
        if isinstance(target, str):
            raise NotKnown(target)
        return target

    def _tool(self, number: int) -> str:
        if number == 0 and 0 not in self.group.controller.tools.values():
            if self.group.tool:
                raise NotKnown(f"UT 0 is the flange, the group carries {self.group.tool}")
            return ""
        return self.names.tool(number)

    def _frame(self, number: int, pose: bool) -> str:
        """Return the frame of a number; 0 is the robot's world, which joints need not."""
        if number == 0:
            return f"group:{self.group.name}.base" if pose else "world"
        return self.names.frame(number)


def _offset(kind: Kind, tail: Tail, state: State) -> _Offset | None:
    """Return the offset that a motion's option adds to its point; any other option is unknown."""
    if not tail.other:
        return None
    found = offset_of(tail.other[0], state)
    if found is None or len(tail.other) > 1 or kind == "circular":
        raise NotKnown(f"motion option {tail.other[-1]}")
    return found


def _sum(point: Point, offset: tuple[float, float, float]) -> tuple[float, ...]:
    return tuple(point.values.get(k, 0.0) + v for k, v in zip("XYZ", offset, strict=True))


def _speed(kind: Kind, tail: Tail, state: State) -> Speed:
    if tail.speed is None:
        raise NotKnown("a motion without a speed")
    value = known(tail.speed[0], state)
    if value is None:
        raise NotKnown("the speed is not known here")
    unit, scale = _UNITS[tail.speed[1]]
    if (unit == "%") != (kind == "joint") and unit != "s":
        raise NotKnown(f"a speed in {tail.speed[1]} of a {kind} motion")
    if value <= 0.0:
        raise NotKnown("a speed of zero")
    if unit == "%" and value > 100.0:
        raise NotKnown("a speed of more than 100 %")
    return Speed(scale * value, unit)


def _zone(tail: Tail, state: State) -> Zone:
    if tail.fine:
        if tail.cnt is not None:
            raise NotKnown("FINE and CNT")
        return FINE
    value = None if tail.cnt is None else known(tail.cnt, state)
    if value is None or not 0.0 <= value <= 100.0:
        raise NotKnown("no FINE and no CNT 0..100")
    return Zone("cnt", value)


def _accel(tail: Tail) -> float | None:
    if tail.acc is not None and not 1.0 <= tail.acc <= 150.0:
        raise NotKnown(f"ACC{tail.acc:g}; 20..150")
    return None if tail.acc in (None, 100.0) else tail.acc
