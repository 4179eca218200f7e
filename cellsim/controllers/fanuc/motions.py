"""From motion instructions, points and the modal state they run with to complete motions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cellsim.controllers.fanuc.acts import Motion, Tail
from cellsim.controllers.fanuc.frames import Place, place_of, tool_differs
from cellsim.controllers.fanuc.further import doubts_of_further
from cellsim.controllers.fanuc.offsets import Change, change_of
from cellsim.controllers.fanuc.pointlogic import ACTIONS
from cellsim.controllers.fanuc.points import Point
from cellsim.controllers.fanuc.posing import as_pose, with_joints
from cellsim.controllers.fanuc.positions import (
    JOINTS,
    Held,
    Points,
    element,
    is_joints,
    moved,
    with_changes,
)
from cellsim.controllers.fanuc.tails import Kind, NotKnown, accel_of, speed_of, zone_of
from cellsim.controllers.fanuc.taught import Taught
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.values import known
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import FINE, Expr, Move, Raw, SetSignal, Statement, Target
from cellsim.geometry import Pose

_KINDS: dict[str, Kind] = {"J": "joint", "L": "linear", "C": "circular"}
Idle = Callable[[str, int], bool]
_OUTPUT = re.compile(r"(DO|RO|GO|AO|UO|SO)\s*\[\s*(\d+)\s*\]\s*=", re.IGNORECASE)
_SWITCH = re.compile(
    r"(DO|RO)\s*\[\s*(\d+)\s*\]\s*=\s*(?:(ON|OFF)|PULSE\s*,\s*(\d+\.?\d*|\.\d+)\s*sec)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Motions:
    """Turns motion instructions into motions; what is not understood stays text.

    Attributes:
        points: Points by file and number. taught: What these mean as targets.
        told: Files of which it was said that nothing is set.
        elsewhere: Files of programs whose motions are those of other groups.
        further: Files of programs whose motions move further groups too, and the line that says so.
    """

    cell: Cell
    group: MotionGroup
    names: Names
    collector: Collector
    points: Mapping[str, Mapping[int, Point]]
    taught: Taught
    told: set[str] = field(default_factory=set)
    elsewhere: frozenset[str] = frozenset()
    further: Mapping[str, int] = field(default_factory=dict)

    def statements(
        self, line: Line, motion: Motion, state: State, idle: Idle
    ) -> tuple[list[Statement], object]:
        """Return a motion and what is set as it passes, or its text; and where the robot stops.

        Args:
            idle: Whether an output, by its letters and number, matters to nothing in cell or text.

        Returns:
            Statements; held position, frame and tool number of a stop that is known, else UNKNOWN.
        """
        try:
            move, here = self._move(line, motion, state)
        except NotKnown as why:
            return [self.collector.keep(line, str(why))], UNKNOWN
        before: list[Statement] = [*self._unset(line, state)]
        after: list[Statement] = []
        for word, amount, action in motion.tail.timed:
            if action.upper() in ACTIONS:
                continue
            switch = _SWITCH.fullmatch(action)
            where = _where(word, amount, move.kind)
            if switch is None or where is None:
                if not _idle(action, idle):
                    unit = "mm" if word == "DB" else "sec"
                    after.append(self.collector.keep(line, f"{word} {amount:g}{unit},{action}"))
                continue
            name = self.names.signal(switch[1].lower(), int(switch[2]))
            passed = where == Along("end")
            (after if passed else before).extend(_switched(name, switch, where, line.number))
        return [*before, move, *after], here

    def where(self, word: str, amount: float, motion: Motion) -> Along | None:
        """Return where TB, TA or DB acts on a motion; None where that is not known."""
        return _where(word, amount, _KINDS.get(motion.kind, "joint"))

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

    def _move(self, line: Line, motion: Motion, state: State) -> tuple[Move, object]:
        if motion.kind not in _KINDS:
            raise NotKnown("a motion along A points")
        if line.file in self.elsewhere:
            raise NotKnown("DEFAULT_GROUP does not name motion group 1")
        kind, tail = _KINDS[motion.kind], motion.tail
        change = _change(kind, tail, state, self.points)
        found = [self._point(letters, index, line, state) for letters, index in motion.points]
        uframe = {self._active(point.uf, "uframe", state) for point, _ in found}
        utool = {self._active(point.ut, "utool", state) for point, _ in found}
        if len(uframe) > 1 or len(utool) > 1:
            raise NotKnown("via and end of an arc in different frames or tools")
        active = uframe.pop(), utool.pop()
        held = found[-1][1]
        if change.step:
            held = self._stepped(held, active, state)
            found = [(self._held_point(held), held)]
        tool = self._tool(active[1], state)
        place = self._place(active[0], state)
        said = line.file, self.further.get(line.file, 0)
        ends = [point for point, _ in found]
        doubts = doubts_of_further(said, ends, place, self.cell, self.group, self.collector)
        targets = [self._target(kind, point, place, tool, change) for point, _ in found]
        move = Move(
            kind=kind,
            to=targets[-1],
            speed=speed_of(kind, tail, state),
            zone=zone_of(tail, state),
            tool=tool,
            frame=place.name if targets[-1].pose is not None else place.joint_name,
            via=targets[0] if kind == "circular" else None,
            accel=accel_of(tail),
            line=line.number,
            doubts=doubts,
        )
        stands = move.zone == FINE and change.along_tool is None and change.joints is None
        if change.shift is not None:
            held = moved(held, dict(enumerate(change.shift, 1)), self.points)
            stands = stands and is_joints(held, self.points) is False
        return move, (held, *active) if stands else UNKNOWN

    def _stepped(self, step: Held, active: tuple[int, int], state: State) -> Held:
        """Return where the robot stands, moved by a point: one kind, and without a turn."""
        here = state.get("here")
        if not isinstance(here, tuple) or here[1:] != active:
            raise NotKnown("INC from a place that is not known here")
        kinds = {is_joints(here[0], self.points), is_joints(step, self.points)}
        steps = {at: element(step, at, self.points) for at in range(1, 7)}
        known_steps = {at: v for at, v in steps.items() if v is not None}
        if len(kinds) > 1 or len(known_steps) < 6:
            raise NotKnown("INC of another kind than the position before")
        if kinds == {False} and any(known_steps[at] for at in (4, 5, 6)):
            raise NotKnown("INC that turns")
        held: Held = moved(here[0], known_steps, self.points)
        return held

    def _held_point(self, held: Held) -> Point:
        file, at, changes = held
        point = self.points.get(file, {}).get(at)
        changed = None if point is None else with_changes(point, changes)
        if changed is None:
            raise NotKnown("a position with an element that is not known here")
        return changed

    def _point(self, letters: str, index: Expr, line: Line, state: State) -> tuple[Point, Held]:
        """Return the point of P[n], or of PR[n] where it is known, and how a register holds it."""
        number = known(index, state)
        if number is None or not float(number).is_integer():
            raise NotKnown(f"the number of {letters}[] is not known here")
        at = int(number)
        held: object = (line.file, at, ())
        if letters == "PR":
            held = state.get(f"PR {at}")
        if not isinstance(held, tuple):
            raise NotKnown(f"position register PR[{at}] is not known here")
        if held[1] not in self.points.get(held[0], {}):
            raise NotKnown(f"{letters}[{at}] has no position in the text")
        point = self._held_point(held)
        return point, held

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

    def _target(self, kind: Kind, point: Point, place: Place, tool: str, change: Change) -> Target:
        pendant = tool or self.group.tool
        point = _with_joints(point, change)
        target = self.taught.target(point, place.pose)
        moving = change.shift or change.along_tool
        if isinstance(target, Target) and moving is not None and target.pose is None:
            target = as_pose(target, place.name, pendant, self.cell, self.group)
        if isinstance(target, Target) and target.pose is not None and moving is not None:
            x, y, z = (mm / 1000.0 for mm in moving)
            step = Pose.translation(x, y, z)
            before = Pose.identity() if place.pose is None else place.pose
            pose = target.pose
            pose = pose @ step if change.along_tool else before @ step @ before.inverse() @ pose
            target = replace(target, pose=pose)
        if isinstance(target, Target) and kind == "joint" and target.pose is not None:
            if moving is None:
                target = self.taught.joints(point, place, pendant)
            else:
                target = with_joints(target, place.name, pendant, self.cell, self.group)
        if isinstance(target, str):
            raise NotKnown(target)
        return target

    def _tool(self, number: int, state: State) -> str:
        if number == 0 and 0 not in self.group.controller.tools.values():
            if self.group.tool:
                raise NotKnown(f"UT 0 is the flange, the group carries {self.group.tool}")
            return ""
        name = self.names.tool(number)
        differs = tool_differs(number, name, state, self.points, self.cell, self.group)
        if differs:
            raise NotKnown(differs)
        return name

    def _place(self, number: int, state: State) -> Place:
        """Return the frame of a number; 0 is the robot's world, which joints need not."""
        name = self.names.frame(number) if number else ""
        found = place_of(number, name, state, self.points, self.cell, self.group)
        if isinstance(found, str):
            raise NotKnown(found)
        return found


def _change(kind: Kind, tail: Tail, state: State, points: Points) -> Change:
    """Return what the options of a motion do to its destination; any other option is unknown."""
    if not tail.other:
        return Change()
    found = change_of(tail.other, state, points)
    if found.why or kind == "circular":
        raise NotKnown(found.why or f"motion option {tail.other[-1]}")
    return found


def _where(word: str, amount: float, kind: Kind) -> Along | None:
    """Return where TB, TA [s] or DB [mm] acts on a motion; None where that is not known.

    Source: R-30iB Plus teach pendant help, 6.16: at a time before or after the completion of the
    motion; a distance before it is that along a line.
    """
    if word == "DB":
        return Along("end", path=-amount / 1000.0) if kind == "linear" else None
    return Along("end", delay=-amount) if word == "TB" else Along("end", after=amount)


def _switched(name: str, switch: re.Match[str], where: Along, line: int) -> list[Statement]:
    """Return an output that is set at a place, and taken back after the time of a PULSE."""
    passed = where == Along("end")
    value = switch[4] is not None or switch[3].upper() == "ON"
    out: list[Statement] = [SetSignal(name, value, None if passed else where, line=line)]
    if switch[4] is not None:
        begin = Along() if passed else where
        back = replace(begin, after=round(begin.after + float(switch[4]), 6))
        out.append(SetSignal(name, False, back, line=line))
    return out


def _with_joints(point: Point, change: Change) -> Point:
    """Return a point of joints with an offset of joints; a pose with one is not known."""
    if change.joints is None:
        return point
    if not set(JOINTS) <= set(point.values):
        raise NotKnown("an offset of joints for a pose")
    added = {j: point.values[j] + v for j, v in zip(JOINTS, change.joints, strict=True)}
    return replace(point, values={**point.values, **added})


def _idle(action: str, idle: Idle) -> bool:
    """Return whether what is done near a point only sets an output that matters to nothing."""
    match = _OUTPUT.match(action)
    return match is not None and idle(match[1].lower(), int(match[2]))
