"""Which tool and which frame of the cell a tooldata and a wobjdata of the text are, by value.

A name alone is taken only where the text does not declare the data, and noted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.toolsthere import not_one
from cellsim.controllers.abb.values import Value
from cellsim.controllers.reading.collect import Collector
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.equipment import Tool
from cellsim.geometry import Array, Pose

_NEAR_M, _NEAR_RAD = 2.5e-6, 5e-6
_MOST_MOMENT = 1e6
_MASS_KG, _COG_MM, _MOMENT = 6e-4, 1.1e-3, 1.1e-3
_HANDS = ("tooldata", "tool", "wobj", "tl", "t", "w")


class NotKnown(Exception):
    """Why a motion is not understood; never leaves the reader."""


def pose_of(value: Value, what: str) -> Pose:
    """Return a pose of ((x, y, z), (q1, q2, q3, q4)) in mm.

    Raises:
        NotKnown: It is none, or its quaternion is not of length one.
    """
    if not _shape(value, (3, 4)):
        raise NotKnown(f"{what} is no pose")
    xyz, quat = value
    if max(abs(v) for v in quat) > 2.0:
        raise NotKnown(f"{what}: no unit quaternion")
    length = float(np.linalg.norm(quat))
    if abs(length - 1.0) > 1e-4:
        raise NotKnown(f"{what}: the quaternion has length {length:.6f}")
    if max(abs(v) for v in xyz) > 1e7:
        raise NotKnown(f"{what}: a position of {max(xyz):g} mm")
    return Pose.from_quat_wxyz([v / 1000.0 for v in xyz], quat)


def _shape(value: Value, lengths: tuple[int, ...]) -> bool:
    """Return whether a value is a tuple of tuples of numbers of these lengths."""
    if not isinstance(value, tuple) or len(value) != len(lengths):
        return False
    return all(
        isinstance(part, tuple)
        and len(part) == length
        and all(isinstance(v, float) and not isinstance(v, bool) for v in part)
        for part, length in zip(value, lengths, strict=True)
    )


def plain(name: str) -> str:
    """Return the letters and digits of a name, lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _same_name(text: str, name: str) -> bool:
    """Return whether a name in the text can mean a name of the cell: tGripper for gripper."""
    low = text.lower()
    bare = [low.removeprefix(hand).removeprefix("_") for hand in _HANDS if low.startswith(hand)]
    return plain(name) in {plain(one) for one in (text, *bare)}


_Known = dict[tuple[str, str], "str | NotKnown"]
_Find = Callable[[str, str, Collector], str]


@dataclass
class Places:
    """Tools and frames of one group; what was found is remembered by the name in the text."""

    cell: Cell
    group: MotionGroup
    table: Table
    _tools: _Known = field(default_factory=dict)
    _frames: _Known = field(default_factory=dict)
    _notes: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def tool(self, name: str, routine: str, collector: Collector, for_joints: bool = False) -> str:
        """Return the cell's name of a tool; tool0 for joint targets is its TCP at the flange.

        Raises:
            NotKnown: With the reason.
        """
        if for_joints and name.lower() == "tool0" and self.group.tool:
            return self._at_flange(collector)
        return self._kept(self._tools, name, routine, collector, self._find_tool)

    def frame(self, name: str, routine: str, collector: Collector) -> str:
        """Return the cell's name of a work object's frame; "" means no work object.

        Raises:
            NotKnown: With the reason.
        """
        return self._kept(self._frames, name, routine, collector, self._find_frame)

    def _kept(
        self, known: _Known, name: str, routine: str, collector: Collector, find: _Find
    ) -> str:
        key = (routine, name.lower())
        if key not in known:
            own = Collector()
            try:
                known[key] = find(name, routine, own)
            except NotKnown as why:
                known[key] = why
            self._notes[key] = own.notes
        for note in self._notes[key]:
            collector.note(note)
        found = known[key]
        if isinstance(found, NotKnown):
            raise found
        return found

    def _find_tool(self, name: str, routine: str, collector: Collector) -> str:
        if name.lower() == "tool0":
            if self.group.tool:
                raise NotKnown(f"tool0 is the flange, the group carries {self.group.tool}")
            return ""
        value = self.table.constant(name, routine, "tooldata")
        every = list(self._tcps())
        if isinstance(value, str):
            if self.table.find(name, routine) is not None:
                raise NotKnown(value)
            return self._by_name(name, [n for n, _, _ in every], "tooldata", "tool", collector)
        if not isinstance(value, tuple) or len(value) != 3 or value[0] is not True:
            raise NotKnown(f"tooldata {name} is not one that the robot holds")
        pose = pose_of(value[1], f"tooldata {name}")
        fits = [(n, tool) for n, tool, tcp in every if _near(pose, tcp)]
        named = [(n, tool) for n, tool in fits if _same_name(name, n)]
        chosen = named or fits
        if len(chosen) != 1:
            raise NotKnown(not_one(name, pose, [n for n, _ in chosen], every))
        found, tool = chosen[0]
        wrong = _load_differs(value[2], tool)
        if wrong:
            raise NotKnown(f"tooldata {name}: {wrong}")
        return found

    def _at_flange(self, collector: Collector) -> str:
        """Return the TCP of the carried tool that lies in the flange, which tool0 is.

        A joint target needs no tool for its place; its speed and corner are those of the TCP.
        Source: RAPID instructions, functions and data types 3HAC050917, tooldata (recalled): tool0
        is the mounting flange, with next to no load.
        """
        carried = self.group.tool
        for name, tool, tcp in self._tcps():
            if tool.name == carried and _near(tcp, Pose.identity()):
                collector.note(f"tool0 is taken for {name}: the controller counts no load with it")
                return name
        raise NotKnown(
            f"tool0: the speed is that of the flange, and the group carries {carried}; "
            f"expected its tooldata, or a TCP of {carried} at xyz_mm [0, 0, 0] in the cell"
        )

    def _tcps(self) -> Iterator[tuple[str, Tool, Pose]]:
        """Yield (name, tool, flange_T_tcp) of every TCP; the first one has its tool's name."""
        for tool in self.cell.tools.values():
            for number, (tcp, pose) in enumerate(tool.tcps.items()):
                yield (f"{tool.name}.{tcp}" if number else tool.name), tool, pose

    def _by_name(
        self, name: str, known: list[str], kind: str, noun: str, collector: Collector
    ) -> str:
        if name.lower() in self.table.assigned:
            raise NotKnown(f"{kind} {name} is changed by the program")
        fits = [n for n in known if _same_name(name, n)]
        if len(fits) != 1:
            raise NotKnown(
                f"{kind} {name} is not in the text and no {noun} of the cell is named so"
            )
        collector.note(f"{kind} {name} is not in the text: taken for {noun} {fits[0]} by its name")
        return fits[0]

    def _find_frame(self, name: str, routine: str, collector: Collector) -> str:
        if name.lower() in {"", "wobj0"}:
            return self._by_value(Pose.identity(), "wobj0")
        value = self.table.constant(name, routine, "wobjdata")
        if isinstance(value, str):
            if self.table.find(name, routine) is not None:
                raise NotKnown(value)
            known = [*self.cell.frames]
            return self._by_name(name, known, "wobjdata", "frame", collector)
        if not isinstance(value, tuple) or len(value) != 5:
            raise NotKnown(f"wobjdata {name} has not five components")
        held, programmed, unit, user, inner = value
        if held is not False:
            raise NotKnown(f"wobjdata {name} is held by the robot")
        if programmed is False and isinstance(unit, str) and unit:
            return self._on_unit(unit, pose_of(inner, f"object frame of {name}"), name, collector)
        if programmed is not True or unit != "":
            raise NotKnown(f"wobjdata {name} is moved by a mechanical unit")
        user_T = pose_of(user, f"user frame of {name}") @ pose_of(inner, f"object frame of {name}")
        return self._by_value(user_T, name)

    def _on_unit(self, unit: str, inner: Pose, name: str, collector: Collector) -> str:
        """Return the frame of the group's positioner that stands in its flange as an object frame.

        Source: RAPID instructions, functions and data types 3HAC050917, wobjdata (recalled): where
        ufprog is FALSE, the user frame follows the mechanical unit ufmec, and uframe is not used.
        """
        from cellsim.kinematics.anchors import anchor_of
        from cellsim.kinematics.frames import chain_of

        tables = [e for e in self.group.externals if e.carries == "part"]
        if len(tables) != 1:
            raise NotKnown(
                f"wobjdata {name} is moved by {unit}, the group has {len(tables)} positioners"
            )
        last, flange = chain_of(self.cell, self.group.name).branch[0].link_names[-2:]
        places = {last: tables[0].robot.flange @ inner, flange: inner}
        found = {n: anchor_of(self.cell, n) for n in self.cell.frames if not self._measured(n)}
        fits = [n for n, (at, pose) in found.items() if at in places and _near(pose, places[at])]
        named = [n for n in fits if _same_name(name, n)]
        if len(named or fits) != 1:
            what = ", ".join(fits) or "no frame of the cell"
            raise NotKnown(f"work object {name} stands on the positioner at {what}")
        collector.note(
            f"mechanical unit {unit} is taken for the positioner, at its flange (assumed)"
        )
        return (named or fits)[0]

    def _by_value(self, base_T_object: Pose, name: str) -> str:
        """Return the frame that stands there; with several, the one that is named so."""
        fits = [n for n, pose in self._standing() if _near(base_T_object, pose)]
        own = f"group:{self.group.name}.base"
        named = [n for n in fits if _same_name(name, n)]
        if own in fits and not named:
            return own
        if len(named or fits) != 1:
            what = ", ".join(fits) or "no frame of the cell"
            raise NotKnown(f"work object {name} stands at {what}")
        return (named or fits)[0]

    def _standing(self) -> list[tuple[str, Pose]]:
        """Return base_T_frame of every frame that stands still, measured ones left out."""
        from cellsim.kinematics.anchors import WORLD, anchor_of
        from cellsim.kinematics.frames import world_T_frame

        own = f"group:{self.group.name}.base"
        arm = self.group.robot.dof
        q = np.array([*self.group.home[:arm], *(0.0 for _ in self.group.home[arm:])])
        base = (
            world_T_frame(self.cell, own, {self.group.name: q}) @ self.group.robot.controller_base
        )
        out = [("world", base.inverse())]
        if not any(e.carries == "arm" for e in self.group.externals):
            out.append((own, base.inverse() @ world_T_frame(self.cell, own)))
        for name in self.cell.frames:
            if not self._measured(name) and anchor_of(self.cell, name)[0] == WORLD:
                out.append((name, base.inverse() @ world_T_frame(self.cell, name)))
        return out

    def _measured(self, name: str) -> bool:
        """Return whether a frame, or one that it stands in, is measured at run time."""
        for _ in self.cell.frames:
            frame = self.cell.frames.get(name)
            if frame is None:
                return False
            if frame.measured:
                return True
            name = frame.parent
        return False


def _near(a: Pose, b: Pose) -> bool:
    distance, angle = a.distance(b)
    return distance <= _NEAR_M and angle <= _NEAR_RAD


def _load_differs(value: Value, tool: Tool) -> str:
    """Return how loaddata differs from a tool's mass, centre, inertia; "" where it does not."""
    if not isinstance(value, tuple) or len(value) != 6:
        return "no loaddata"
    mass, cog, turn = value[:3]
    if not isinstance(mass, float) or mass <= 0.0:
        return f"a mass of {mass} kg"
    if abs(mass - tool.mass) > _MASS_KG:
        return f"a mass of {mass:g} kg, the cell's tool has {tool.mass:g} kg"
    if not _shape((cog, turn, value[3:]), (3, 4, 3)) or max(value[3:]) > _MOST_MOMENT:
        return "no centre of gravity or inertia"
    if max(abs(a - 1e3 * b) for a, b in zip(cog, tool.com, strict=True)) > _COG_MM:
        return "another centre of gravity than the cell's tool"
    R: Array = pose_of(((0.0, 0.0, 0.0), turn), "axes of moment").R
    inertia = R @ np.diag([float(v) for v in value[3:]]) @ R.T
    if float(np.abs(inertia - tool.inertia).max()) > _MOMENT * max(1.0, float(inertia.max())):
        return "another inertia than the cell's tool"
    return ""
