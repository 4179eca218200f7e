"""From PTP, LIN and CIRC and the modal state they run with to complete motions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cellsim.controllers.kuka.acts import Linked, Struct
from cellsim.controllers.kuka.byvalue import frame_by_value, tool_by_value
from cellsim.controllers.kuka.modal import UNSEEN
from cellsim.controllers.kuka.points import Points
from cellsim.controllers.kuka.status import with_joints
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import FINE, Move, Speed, Statement, Target, Zone

Kind = Literal["joint", "linear", "circular"]
_ON_THE_WAY: dict[Kind, tuple[str, ...]] = {
    "joint": (),
    "linear": ("turns", "ipo"),
    "circular": ("turns", "arcs", "ipo"),
}
_KINDS: dict[str, Kind] = {"PTP": "joint", "LIN": "linear", "CIRC": "circular"}


class NotKnown(Exception):
    """Why a motion is not understood; never leaves this module."""


@dataclass(frozen=True)
class Standing:
    """Where the last motion ended, as KRL said it, and the tool and base it was said in."""

    point: Struct
    tool: object
    base: object


def relative(act: Act, state: State) -> Act:
    """Return PTP_REL or LIN_REL as the motion to where it leads; other motions as they are.

    Axis values add to axis values; X, Y, Z add in the base that is set. Source: third-party pages
    on LIN_REL and PTP_REL name #BASE as the default; convention kuka.relative-base.

    Raises:
        NotKnown: Where the robot stands is not known, or the offset turns the tool.
    """
    word, step, second, angle, modes = act.data
    if not str(word).endswith("_REL"):
        return act
    start = state.get("at")
    if not isinstance(start, Standing) or not isinstance(step, Struct) or second is not None:
        raise NotKnown(f"{word} from a place that is not known")
    axes = "A1" in start.point.values
    same = (start.tool, start.base) == (state.get("tool"), state.get("base"))
    allowed = {f"{k}{i}" for k in "AE" for i in range(1, 7)} if axes else {"X", "Y", "Z"}
    if not set(step.values) <= allowed or not (axes or same):
        raise NotKnown(f"{word} by other than axes, or X, Y, Z in the same tool and base")
    if not set(step.values) <= set(start.point.values) or (axes and word == "LIN_REL"):
        raise NotKnown(f"{word} by components that the start has not")
    parts = [(k, v + step.values.get(k, 0.0)) for k, v in start.point.parts]
    if not axes:
        parts = [p for p in parts if p[0] not in {"S", "T"}]
    return Act("motion", (str(word)[:3], Struct(tuple(parts)), None, angle, modes))


@dataclass(frozen=True)
class Motions:
    """Turns motion statements into motions; what is not understood stays text."""

    cell: Cell
    group: MotionGroup
    names: Names
    collector: Collector
    points: Points

    def motion(self, line: Line, act: Act, state: State) -> tuple[Statement, Standing | None]:
        """Return a motion, or its text where anything it needs is not known; and where it ends."""
        try:
            if str(act.data[0]).endswith("_REL"):
                self.collector.note("relative motions: convention kuka.relative-base (assumed)")
            if any(isinstance(point, Linked) for point in act.data[1:3]):
                self.collector.note("frame:frame: convention kuka.frames-linked (assumed)")
            act = relative(act, state)
            return self._motion(line, act, state), self._end(act, state)
        except NotKnown as why:
            return self.collector.keep(line, str(why)), None

    def _end(self, act: Act, state: State) -> Standing | None:
        """Return the end of a motion as its text has it, with the tool and base it is said in."""
        point = act.data[2] if act.data[2] is not None else act.data[1]
        struct = self.points.resolved(point, state)
        return (
            None if struct is None else Standing(struct, state["tool"], state.get("base", UNKNOWN))
        )

    def _motion(self, line: Line, act: Act, state: State) -> Move:
        word, first, second, angle, modes = act.data
        kind = _KINDS[word]
        if angle is not None:
            raise NotKnown(f"{word} with CA")
        axes = kind == "joint" and self._in_axes(first, state)
        if UNKNOWN in (state.get("tool", UNKNOWN), 0 if axes else state.get("base", UNKNOWN)):
            raise NotKnown("tool or base is not known here")
        asked = _ON_THE_WAY[kind]
        if any(state.get(key, True) is not True for key in asked):
            raise NotKnown("the orientation on the way is not that of #VAR and #BASE")
        targets = self._targets(kind, [p for p in (first, second) if p is not None], state)
        if kind == "joint" and state.get("by_default") is not False:
            self.collector.note(
                "PTP before any speed: 100 % after BAS(#INITMOV,0), convention kuka.bas"
            )
        return Move(
            kind=kind,
            to=targets[-1],
            speed=self._speed(kind, state),
            zone=_zone(kind, modes, state),
            tool=self._tool(state),
            frame=self._frame(state, targets[-1].pose is not None),
            via=targets[0] if kind == "circular" else None,
            accel=self._accel(kind, state),
            line=line.number,
            comment=line.comment,
        )

    def _in_axes(self, point: object, state: State) -> bool:
        """Return whether a point is one of axis values, which no base moves."""
        found = self.points.resolved(point, state)
        return found is not None and "A1" in found.values

    def _targets(self, kind: Kind, points: Sequence[object], state: State) -> list[Target]:
        """Return the end, or via point and end; a PTP pose with the joints it means."""
        if len(points) != (2 if kind == "circular" else 1):
            raise NotKnown(f"{len(points)} points")
        targets = []
        for point in points:
            target = self.points.target(point, kind, state)
            if isinstance(target, Target) and kind == "joint" and target.pose is not None:
                frame, tool = self._frame(state, True), self._tool(state)
                target = with_joints(target, frame, tool, self.cell, self.group)
            if isinstance(target, str):
                raise NotKnown(target)
            targets.append(target)
        return targets

    def _tool(self, state: State) -> str:
        number = state["tool"]
        if isinstance(number, Struct):
            found = tool_by_value(number, self.cell, self.group)
            if found is None:
                raise NotKnown("no tool of the cell has this TCP, or several have")
            return found
        assert isinstance(number, int)
        if number == 0 and 0 not in self.group.controller.tools.values():
            if self.group.tool:
                raise NotKnown(f"$NULLFRAME is the flange, the group carries {self.group.tool}")
            return ""
        return self.names.tool(number)

    def _frame(self, state: State, pose: bool) -> str:
        """Return the frame of the base number; 0 is the robot's base, which joints need not."""
        number = state.get("base", UNKNOWN)
        if number == UNKNOWN and not pose:
            return "world"
        if isinstance(number, Struct):
            found = frame_by_value(number, self.cell, self.group)
            if found is None:
                raise NotKnown("no numbered frame of the cell stands there")
            return found
        assert isinstance(number, int)
        if number == 0:
            return f"group:{self.group.name}.base" if pose else "world"
        return self.names.frame(number)

    def _all_axes(self, key: str, state: State, unset: object) -> float:
        """Return the percentage that all arm axes have."""
        values = [state.get(f"{key}{i + 1}", unset) for i in range(self.group.robot.dof)]
        name = f"${key.upper()}_AXIS"
        if UNKNOWN in values:
            return _known(UNKNOWN, f"{name}[{values.index(UNKNOWN) + 1}]")
        if len(set(values)) > 1:
            raise NotKnown(f"{name} is not the same for all axes")
        return _known(values[0], name)

    def _speed(self, kind: Kind, state: State) -> Speed:
        part = _known(state.get("override", 100.0), "$OV_PRO") / 100.0
        if part != 1.0:
            self.collector.note("$OV_PRO: see convention kuka.override (assumed)")
        if kind == "joint":
            return Speed(self._all_axes("vel", state, UNKNOWN) * part, "%")
        return Speed(_known(state.get("cp", UNKNOWN), "$VEL.CP") * part, "m/s")

    def _accel(self, kind: Kind, state: State) -> float | None:
        """Return the acceleration in %; one in m/s2 has no share of a figure at hand: noted."""
        known = state.get("acc_cp", 100.0)
        value = self._all_axes("acc", state, 100.0) if kind == "joint" else known
        if not isinstance(value, float):
            self.collector.note(
                "$ACC.CP: the acceleration of LIN and CIRC is not looked at, 100 % is taken"
            )
            return None
        return None if value == 100.0 else value

    def unseen(self, name: str) -> None:
        """Note a setting that changes how long a motion takes by a figure the model has not."""
        externals = "EXTAX" not in name or bool(self.group.externals)
        if UNSEEN.fullmatch(name) is not None and externals:
            self.collector.note(f"{name}: not looked at, the time of motions may be another")


def _known(value: object, name: str) -> float:
    if not isinstance(value, float):
        raise NotKnown(f"{name} is not known here")
    return value


def _zone(kind: Kind, modes: tuple[str, ...], state: State) -> Zone:
    """Return the corner of C_PTP or C_DIS; for PTP to LIN the second word is the path's."""
    if not modes:
        return FINE
    other = set(modes) - {"C_PTP", "C_DIS"}
    if other:
        raise NotKnown(f"the size of a corner by {min(other)} is in no manual that was read")
    if kind == "joint":
        if modes[0] != "C_PTP":
            raise NotKnown(f"the size of a PTP corner by {modes[0]} is not known here")
        value = _known(state.get("cptp", UNKNOWN), "$APO.CPTP")
        return Zone("cptp", value, "%") if value > 0.0 else FINE
    if "C_PTP" in modes:
        raise NotKnown("the size of a path's corner by C_PTP is not known here")
    value = _known(state.get("cdis", UNKNOWN), "$APO.CDIS")
    return Zone("distance", value, "mm") if value > 0.0 else FINE
