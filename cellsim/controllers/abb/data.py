"""The data that a RAPID program declares: tools, work objects, speeds, zones and targets."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cellsim.controllers.abb.digits import (
    AXIS_DIGITS,
    SPEED_DIGITS,
    axis_numbers,
    externals_text,
    load_text,
    pose_text,
)
from cellsim.controllers.abb.names import LONGEST_NAME, data_name
from cellsim.controllers.abb.payload import NONE, change_of, loads_of
from cellsim.controllers.abb.standard import SPEEDS, V_LEAX, V_ORI, V_REAX, ZONES
from cellsim.controllers.abb.words import RESERVED
from cellsim.controllers.writing.numbers import row, short
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.writing.targets import base_frame, measured, tcp_of
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Move, SetSignal, Speed, Target, Zone
from cellsim.errors import Refused, UnknownName
from cellsim.geometry import Array, Pose

_LONGEST_POINT = 28
_PREDEFINED = {f"V{v}" for v in SPEEDS} | {z.upper() for z in ZONES}


@dataclass
class Data:
    """Declarations by name, in the order of their first use; `taken` are names in use elsewhere."""

    cell: Cell
    group: MotionGroup
    taken: set[str]
    tools: dict[str, str] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    speeds: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    loads: dict[str, str] = field(default_factory=dict)
    triggers: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _tool_names: dict[str, str] = field(default_factory=dict)
    _frame_names: dict[tuple[str, bool], str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the declarations."""
        return [
            *(f"PERS tooldata {n}:={v};" for n, v in self.tools.items()),
            *(f"PERS loaddata {n}:={v};" for n, v in self.loads.items()),
            *self.outside,
            *(f"TASK PERS wobjdata {n}:={v};" for n, v in self.frames.items()),
            *(f"CONST speeddata {n}:={v};" for n, v in self.speeds.items()),
            *(f"CONST zonedata {n}:={v};" for n, v in self.zones.items()),
            *(f"CONST {_type_of(v)} {n}:={v};" for n, v in self.points.items()),
            *(f"VAR triggdata {n};" for n in self.triggers),
        ]

    def free(self, wanted: str, longest: int, text: str) -> str:
        """Return a name for a text: the wanted one, with a number where it means something else."""
        name, count = wanted, 1
        while self._used(name, text):
            count += 1
            name = f"{wanted[: longest - 4]}_{count}"
        self._names.setdefault(name.upper(), text)
        return name

    def _used(self, name: str, text: str) -> bool:
        upper = name.upper()
        other = self._names.get(upper, text) != text
        return other or upper in RESERVED or upper in _PREDEFINED or name.lower() in self.taken

    def tool(self, move: Move) -> str:
        """Return the name of a motion's tooldata, tool0 for the bare flange."""
        if move.tool not in self._tool_names:
            self._tool_names[move.tool] = self._tool(move) if move.tool else "tool0"
        return self._tool_names[move.tool]

    def _tool(self, move: Move) -> str:
        if move.tool not in self.group.controller.tools:
            known = self.group.controller.tools
            raise UnknownName("abb tool number for", move.tool, known, line=move.line)
        tool = self.cell.tools[move.tool.partition(".")[0]]
        if tool.mass <= 0.0:
            raise Refused("abb", f"tool '{tool.name}' without mass", line=move.line)
        value = f"[TRUE,{pose_text(tcp_of(move.tool, self.cell))},{load_text(tool)}]"
        name = self.free(data_name("t", move.tool), LONGEST_NAME, f"{move.tool} {value}")
        self.tools[name] = value
        return name

    def frame(self, move: Move) -> str:
        """Return the name of a motion's wobjdata, "" where wobj0 or no work object is meant."""
        key = (move.frame, move.kind == "joint")
        if key not in self._frame_names:
            self._frame_names[key] = self._frame(move)
        return self._frame_names[key]

    def _frame(self, move: Move) -> str:
        name = move.frame
        own = name == base_frame(self.group)
        if (own and self._begins_there()) or (move.kind == "joint" and (own or name == "world")):
            return ""
        word = data_name("w", "base" if own else name)
        if measured(self.cell, name):
            found = self.free(word, LONGEST_NAME, name)
            note = f"! {found}: measured at run time, declared by the module that measures it"
            if note not in self.outside:
                self.outside.append(note)
            return found
        user, inner = self._split(name)
        value = f'[FALSE,TRUE,"",{pose_text(user)},{pose_text(inner)}]'
        found = self.free(word, LONGEST_NAME, f"{name} {value}")
        self.frames[found] = value
        return found

    def _begins_there(self) -> bool:
        """Return whether the controller's base lies in that of the arm: then wobj0 is both."""
        return bool(np.allclose(self.group.robot.controller_base.matrix, np.eye(4), atol=1e-9))

    def _split(self, name: str) -> tuple[Pose, Pose]:
        """Return base_T_uframe and uframe_T_oframe; a frame in another frame is its oframe."""
        from cellsim.kinematics.frames import world_T_frame

        base = world_T_frame(self.cell, base_frame(self.group), _at_zero(self.group))
        base = base @ self.group.robot.controller_base
        parent = self.cell.frames[name].parent if name in self.cell.frames else ""
        if parent in self.cell.frames and not measured(self.cell, parent):
            user = world_T_frame(self.cell, parent)
            return base.inverse() @ user, user.inverse() @ world_T_frame(self.cell, name)
        return base.inverse() @ world_T_frame(self.cell, name), Pose.identity()

    def speed(self, speed: Speed) -> str:
        """Return v100, a declared speed, or v1000 with the time of the motion."""
        if speed.unit == "s":
            return f"v1000\\T:={short(speed.value, 3)}"
        if speed.unit != "mm/s":
            raise Refused("abb", f"speed {speed}")
        value = short(speed.value, SPEED_DIGITS)
        name = "v" + value.replace(".", "_")
        if name[1:].isdigit() and int(name[1:]) in SPEEDS:
            return name
        others = ",".join(short(v, 0) for v in (V_ORI, V_LEAX, V_REAX))
        text = f"[{value},{others}]"
        found = self.free(name, LONGEST_NAME, text)
        self.speeds[found] = text
        return found

    def load(self, statement: SetSignal) -> str:
        """Return the load in the hand behind an output, "" where it does not change or is open."""
        takes = change_of(statement, self.cell, self.group)
        loads = {} if takes is None else loads_of(self.cell, self.group)
        if len(loads) != 1:
            note = "! GripLoad is not written: the gripper may hold several loads"
            self.outside += [note] if len(loads) > 1 and note not in self.outside else []
            return ""
        if not takes:
            return NONE
        ((text, part),) = loads.items()
        name = self.free(data_name("l", part), LONGEST_NAME, text)
        self.loads[name] = text
        return name

    def trigger(self, signal: str, text: str) -> str:
        """Return the name of the triggdata that a text sets."""
        name = self.free(data_name("e", signal), LONGEST_NAME, f"triggdata {text}")
        self.triggers += [name] if name not in self.triggers else []
        return name

    def zone(self, zone: Zone, line: int) -> str:
        """Return fine, z10, or a declared zone of another size."""
        if zone.kind == "fine":
            return "fine"
        if zone.kind != "distance":
            raise Refused("abb", f"corner '{zone}'", line=line)
        for name, values in ZONES.items():
            if values[0] == zone.value:
                return name
        # The tool turns over the zone of the TCP, as the corner is verified.
        size, turn = zone.value, 0.1 * zone.value
        sizes = (size, size, size, turn, size, turn)
        text = f"[FALSE,{','.join(short(v, 2) for v in sizes)}]"
        found = self.free("z" + short(size, 1).replace(".", "_"), LONGEST_NAME, text)
        self.zones[found] = text
        return found

    def point(self, target: Target, move: Move) -> str:
        """Return the name of a declared target."""
        text = self._joints(target, move) if move.kind == "joint" else self._pose(target, move)
        base = identifier(target.name, _LONGEST_POINT) if target.name else self._next(text)
        name = self.free(base, _LONGEST_POINT + 4, text)
        self.points.setdefault(name, text)
        return name

    def _next(self, text: str) -> str:
        """Return j10, j20, .. or p10, p20, .. as the pendant names targets."""
        return f"{'j' if _type_of(text) == 'jointtarget' else 'p'}{10 * (len(self.points) + 1)}"

    def _joints(self, target: Target, move: Move) -> str:
        axes, arm = self.group.controller.axes, self.group.robot.dof
        if target.q is None:
            raise Refused("abb", "MoveAbsJ target without joints", line=move.line)
        if arm != 6:
            raise Refused("abb", f"an arm with {arm} axes", line=move.line)
        values = axis_numbers(axes, target.q)
        return f"[[{row(values[:arm], AXIS_DIGITS)}],{externals_text(values[arm:])}]"

    def _pose(self, target: Target, move: Move) -> str:
        if target.pose is None:
            raise Refused("abb", "MoveL or MoveC target without a pose", line=move.line)
        conf = ",".join((target.config or "0 0 0 0").split())
        axes = self.group.controller.axes[self.group.robot.dof :]
        extra = externals_text(axis_numbers(axes, target.ext))
        return f"{pose_text(target.pose)[:-1]},[{conf}],{extra}]"


def _at_zero(group: MotionGroup) -> dict[str, Array]:
    """Return joint values with tracks at zero, for where the controller's base stands."""
    arm = group.robot.dof
    return {group.name: np.array([*group.home[:arm], *(0.0 for _ in group.home[arm:])])}


def _type_of(text: str) -> str:
    return "robtarget" if text.count("[") > 3 else "jointtarget"
