"""From MoveAbsJ, MoveJ, MoveL, MoveC, their DO forms and TriggL to complete motions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from cellsim.controllers.abb.acts import Item
from cellsim.controllers.abb.branch import joints_of
from cellsim.controllers.abb.halfway import displaced, displacement
from cellsim.controllers.abb.measures import Measures, name_of
from cellsim.controllers.abb.places import NotKnown, Places
from cellsim.controllers.abb.signals import Signals
from cellsim.controllers.abb.targets import Targets
from cellsim.controllers.abb.triggers import Number, Trigger, names_of
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.standin import UNKNOWN_ROBOT
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import (
    Expr,
    Move,
    SetSignal,
    Statement,
    Target,
)
from cellsim.geometry import Pose

Kind = Literal["joint", "linear", "circular"]
_KINDS: dict[str, tuple[Kind, int, bool]] = {
    "moveabsj": ("joint", 1, False),
    "movej": ("joint", 1, False),
    "movel": ("linear", 1, False),
    "movec": ("circular", 2, False),
    "movejdo": ("joint", 1, True),
    "moveldo": ("linear", 1, True),
    "movecdo": ("circular", 2, True),
    "triggj": ("joint", 1, False),
    "triggl": ("linear", 1, False),
    "triggc": ("circular", 2, False),
    "triggabsj": ("joint", 1, False),
}
_JOINTS = frozenset({"movej", "movejdo", "triggj"})
_AXES = frozenset({"moveabsj", "triggabsj"})
_OPTIONS = frozenset({"noeoffs", "v", "t", "z", "wobj", "conc"})


@dataclass(frozen=True)
class Motions:
    """Turns motion instructions into motions; what is not understood stays text.

    concurrent: Those with \\Conc; logic after them runs while they move.
    """

    cell: Cell
    group: MotionGroup
    targets: Targets
    places: Places
    signals: Signals
    concurrent: list[Move] = field(default_factory=list)

    def motion(
        self, line: Line, act: Act, state: State, routine: str, collector: Collector
    ) -> list[Statement]:
        """Return a motion with its output, or its text where anything it needs is not known."""
        try:
            return self._motion(line, act, state, routine, collector)
        except NotKnown as why:
            return [collector.keep(line, str(why))]

    def _motion(
        self, line: Line, act: Act, state: State, routine: str, collector: Collector
    ) -> list[Statement]:
        kind, points, with_output = _KINDS[act.word]
        options, items = act.data
        trigger = None
        if act.word.startswith("trigg") and len(items) == points + 4:
            trigger = items[points + 1]
            items = (*items[: points + 1], *items[points + 2 :])
        given = dict((*options, *(o for item in items for o in item.options)))
        _refuse_odd(act.word, given)
        if len(items) != points + 3 + 2 * with_output:
            raise NotKnown(f"{act.word} with {len(items)} arguments")
        self._at_defaults(kind, state)
        speed, zone, tool_item = items[points : points + 3]
        tool = self.places.tool(name_of(tool_item), routine, collector, act.word in _AXES)
        frame = self._frame(act.word, given.get("wobj"), routine, collector)
        by = displacement(act.word in _AXES or state.get("pdisp"), self.targets.table, routine)
        made = [self._target(act.word, i, state, frame, tool, routine, by) for i in items[:points]]
        acceleration = _known(state.get("acc", UNKNOWN))
        measures = Measures(self.targets.table, collector)
        move = Move(
            kind=kind,
            to=made[-1],
            speed=measures.speed(speed, given, state, routine),
            zone=measures.zone(zone, given.get("z"), routine),
            tool=tool,
            frame=frame,
            via=made[0] if points == 2 else None,
            accel=None if acceleration == 100.0 else acceleration,
            line=line.number,
            comment=line.comment,
        )
        if "conc" in given:
            self.concurrent.append(move)
        if act.word.startswith("trigg"):
            return [*self._triggered(line, trigger, state, routine), move]
        return [move, self._output(line, items[-2:], routine)] if with_output else [move]

    def _at_defaults(self, kind: Kind, state: State) -> None:
        offset = ("eoffs",) if self.group.externals else ()
        for key in (*offset, "soft", "corr", "acclim"):
            if state.get(key, UNKNOWN) is not True:
                raise NotKnown(f"motion while {key} is not known to be off")
        if kind != "joint" and state.get("singarea", UNKNOWN) is not True:
            raise NotKnown("path motion while SingArea is not known to be Off")
        if kind == "circular" and state.get("circle", UNKNOWN) is not True:
            raise NotKnown("MoveC while CirPathMode is not known to be PathFrame")

    def _frame(self, word: str, given: Expr | None, routine: str, collector: Collector) -> str:
        """Return the frame of the work object; joints need none."""
        name = "" if given is None else given.name
        if given is not None and given.op != "var":
            raise NotKnown("a work object that is no name")
        if word in _AXES and name.lower() in {"", "wobj0"}:
            return "world"
        return self.places.frame(name, routine, collector)

    def _target(
        self,
        word: str,
        item: Item,
        state: State,
        frame: str,
        tool: str,
        routine: str,
        by: Pose | None,
    ) -> Target:
        if word in _AXES:
            return self.targets.joints(item, routine)
        target, conf = self.targets.pose(item, routine)
        target = displaced(target, by)
        by_joints = word in _JOINTS
        monitored = state.get("confj" if by_joints else "confl", UNKNOWN)
        if monitored not in (True, False):
            raise NotKnown("configuration monitoring is not known here")
        if not monitored:
            return replace(target, config="")
        if not by_joints:
            return target
        if self.group.robot.name == UNKNOWN_ROBOT:
            return target
        assert target.pose is not None
        flange = self._flange(target.pose, frame, tool, target.ext)
        joints = joints_of(flange, conf, self.cell, self.group, target.ext)
        if isinstance(joints, str):
            raise NotKnown(joints)
        return Target(q=joints, name=target.name)

    def _flange(self, pose: Pose, frame: str, tool: str, ext: tuple[float, ...]) -> Pose:
        """Return `world_T_flange` of a pose of a TCP in a frame."""
        from cellsim.errors import BadInput
        from cellsim.kinematics.frames import world_T_frame

        name, _, tcp = tool.partition(".")
        tcps = self.cell.tools[name].tcps if name else {}
        flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()), Pose.identity())
        at = {self.group.name: np.array([*self.group.home[: self.group.robot.dof], *ext])}
        try:
            return world_T_frame(self.cell, frame, at) @ pose @ flange_T_tcp.inverse()
        except BadInput:
            raise NotKnown("frame of the pose is not in the cell") from None

    def _triggered(
        self, line: Line, trigger: Item | None, state: State, routine: str
    ) -> list[Statement]:
        """Return the outputs that triggdata set on the way of a motion, in their order."""

        def number(value: Number) -> float | None:
            if isinstance(value, float):
                return value
            return self.targets.table.number(Expr("var", name=value), routine)

        names = [] if trigger is None else names_of(trigger)
        out: list[Statement] = []
        for known in [state.get(f"trigger {name}", UNKNOWN) for name in names] or [UNKNOWN]:
            if not isinstance(known, Trigger):
                raise NotKnown("a triggdata that is not known")
            found = known.at(number)
            if isinstance(found, str):
                raise NotKnown(found)
            name = self.signals.named(known.output, "go" if known.group else "do")
            if known.group and self.signals.kind(name) != "go":
                raise NotKnown("a triggdata of a group that the cell has not")
            out.append(SetSignal(name, found[1], found[0], line=line.number))
        return out

    def _output(self, line: Line, items: tuple[Item, ...], routine: str) -> SetSignal:
        name, value = items[0].value, self.targets.table.number(items[1].value, routine)
        if name.op != "var" or value not in (0.0, 1.0):
            raise NotKnown("an output that is not known")
        return SetSignal(self.signals.named(name.name, "do"), value == 1.0, line=line.number)


def _refuse_odd(word: str, given: Iterable[str]) -> None:
    odd = sorted(set(given) - _OPTIONS)
    if "id" in odd:
        raise NotKnown("\\ID: one of several robots that move together (MultiMove), not read")
    if odd:
        raise NotKnown(f"{word} with \\{odd[0]}")


def _known(value: object) -> float:
    if not isinstance(value, float):
        raise NotKnown("AccSet is not known here")
    return value
