"""From move statements to motions: poses, units, levels, tools, and the user frame they run in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cellsim.controllers.hyundai.acts import Addressed, Shift, Step
from cellsim.controllers.hyundai.fold import number
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.blocks import NotUnderstood
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.names import Names
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import FINE, Expr, Move, Raw, Speed, Statement, Target, Zone

_KINDS: Mapping[str, Literal["joint", "linear", "circular"]] = {
    "P": "joint",
    "L": "linear",
    "C": "circular",
}
_UNITS = {"%": "%", "mm/sec": "mm/s", "mm/s": "mm/s", "sec": "s", "s": "s"}
_WORD = re.compile(r"[A-Za-z_]\w*")
MEASURED = re.compile(r"sft_u(\d+)")
_CM_PER_MIN = 1.0 / 6.0  # mm/s


class Poses:
    """Joint poses by name: as declared, or as the job set them on the way to a step."""

    def __init__(self, lines: Sequence[Addressed], scope: str = "") -> None:
        self.scope = scope
        self.own: set[str] = set()
        self.known: dict[str, tuple[float, ...]] = {}
        self.declared: dict[str, int] = {}
        self.changed: set[str] = set()
        self.several: set[str] = set()
        self.shifts: dict[str, tuple[float, ...] | None] = {}
        for addressed in lines:
            act = addressed.act
            if isinstance(act, Act) and act.word in {"declare", "pose", "assign", "shift"}:
                if act.word == "declare" and addressed.line.text.lower().startswith("var"):
                    self.own |= {name for name, _ in act.data}
                for name, value in act.data if act.word == "declare" else [act.data]:
                    self._add(name, value, addressed.line.number)
        self.changed |= opaque_words(lines) & self.known.keys()

    def meet(self, touched: frozenset[str], shifts: frozenset[str]) -> None:
        """Take in what other routines may do to poses and shifts that are no one's own.

        Args:
            touched: Names in lines that are not followed. shifts: "name values" that they set.
        """
        self.changed |= touched & (self.known.keys() - self.own)
        for name in self.shifts.keys() - self.own:
            given = self.shifts[name]
            mine = None if given is None else f"{name} {given}"
            others = {s for s in shifts if s.partition(" ")[0] == name}
            if name in touched or not others <= {mine}:
                self.shifts[name] = None

    def _add(self, name: str, value: object, line: int) -> None:
        if isinstance(value, Shift) or name in self.shifts:
            given = value.values if isinstance(value, Shift) else None
            self.shifts[name] = given if self.shifts.get(name, given) == given else None
            return
        if name in self.known and self.known[name] != value:
            self.several.add(name)
        if isinstance(value, tuple):
            self.known[name] = value
            self.declared.setdefault(name, line)

    def key(self, name: str) -> str:
        """Return where the state holds a pose; one declared by var is its job's own (3.8.1)."""
        return f"pose {self.scope}/{name}" if name in self.own else f"pose {name}"

    def assigned(self, act: object, state: State) -> dict[str, object]:
        """Return the poses that a line sets; UNKNOWN where its value is not known."""
        if isinstance(act, Act) and act.word == "declare":
            # a pose with one value needs no place in the state
            mine = [(n, v) for n, v in act.data if n in self.several and isinstance(v, tuple)]
            return {self.key(name): value for name, value in mine}
        if not isinstance(act, Act) or act.word not in {"pose", "assign"}:
            return {}
        name, value = act.data
        if name not in self.known:
            return {}
        if isinstance(value, Expr) and value.op == "var" and value.name in self.known:
            value = self.now(value.name, state)
        elif isinstance(value, Expr) and value.op in {"+", "-"}:
            base, shift = value.args
            here = self.now(base.name, state) if base.op == "var" else None
            sign = "-" if value.op == "-" else ""
            known = isinstance(here, tuple) and shift.op == "var"
            value = self.moved(here, sign + shift.name) if known else None
        return {self.key(name): value if isinstance(value, tuple) else UNKNOWN}

    def now(self, name: str, state: State) -> object:
        """Return a pose as it is here: as it was set on the way, else its only value."""
        if name in self.changed:
            return None
        here = state.get(self.key(name), UNKNOWN)
        once = UNKNOWN if name in self.several else self.known.get(name)
        return once if here == UNKNOWN else here

    def moved(self, here: object, shift: str) -> object:
        """Return axis values with an axis shift added, None where either is not known."""
        by = self.shifts.get(shift.removeprefix("-"))
        if not isinstance(here, tuple) or by is None or len(by) != len(here):
            return None
        sign = -1.0 if shift.startswith("-") else 1.0
        return tuple(v + sign * d for v, d in zip(here, by, strict=True))

    def values(self, step: Step, line: int, state: State) -> tuple[float, ...] | str:
        """Return the axis values of a step's target with its shift, or why they are not known."""
        values = self._values(step, line, state)
        if not step.shift or MEASURED.fullmatch(step.shift) or isinstance(values, str):
            return values
        moved = self.moved(values, step.shift)
        shown = step.shift.removeprefix("-")
        return moved if isinstance(moved, tuple) else f"shift {shown} has no meaning in the cell"

    def _values(self, step: Step, line: int, state: State) -> tuple[float, ...] | str:
        if not step.pose:
            return step.values if step.values is not None else "a hidden pose that is not there"
        here = self.now(step.pose, state)
        if isinstance(here, tuple) and here == state.get(self.key(step.pose)):
            return here
        if not isinstance(here, tuple):
            return f"pose {step.pose} is not known as axis values"
        if self.declared[step.pose] > line:
            return f"pose {step.pose} is declared below"
        return here


@dataclass(frozen=True)
class Steps:
    """Turns steps into motions; what is not understood stays text."""

    group: MotionGroup
    names: Names
    collector: Collector
    poses: Poses

    def motion(self, line: Line, step: Step, state: State) -> Statement:
        """Return the motion of a step with the user frame and poses that hold there."""
        frame = state.get("frame", UNKNOWN)
        values = self.poses.values(step, line.number, state)
        if step.shift and not MEASURED.fullmatch(step.shift):
            self.collector.note("axis shifts: see convention hyundai.axis-shift (assumed)")
        reason = self._reason(step, values, frame)
        if reason or isinstance(values, str):
            return self.collector.keep(line, reason)
        accu = number(step.accu) or 0.0
        return Move(
            kind=_KINDS[step.interpolation],
            to=Target(q=joint_values(self.group.controller.axes, values), name=step.pose),
            speed=_speed(step),
            zone=Zone("accu", accu, "level") if accu or self._passes() else FINE,
            tool=self._tool(int(number(step.tool) or 0.0)),
            frame=self._frame(step, frame),
            line=line.number,
            comment=line.comment,
        )

    def _passes(self) -> bool:
        """Return whether accu=0 is a corner on this controller (operation manual 8.15 R360)."""
        table = self.group.controller.accu_mm
        return bool(table and table[0])

    def _reason(self, step: Step, values: tuple[float, ...] | str, frame: object) -> str:
        """Return what is not understood of a step, "" for nothing."""
        accu, tool = number(step.accu), number(step.tool)
        if step.interpolation not in _KINDS:
            return f"interpolation {step.interpolation}"
        if step.until:
            return "until"
        if isinstance(values, str):
            return values
        if len(values) != len(self.group.controller.axes):
            return f"{len(values)} axis values, the group has {len(self.group.controller.axes)}"
        if step.speed is None:
            return "no speed"
        if accu is None or accu not in range(8):
            return "no accu 0..7"
        if tool is None or not float(tool).is_integer():
            return "no tool number"
        if tool == 0.0 and self.group.tool and 0 not in self.group.controller.tools.values():
            return f"tool 0 is the bare flange, the group carries {self.group.tool}"
        if frame == UNKNOWN:
            return "the user coordinate system is not known here"
        return ""

    def _frame(self, step: Step, frame: object) -> str:
        """Return the frame of a measured shift, else the selected user frame; 0 is none."""
        shift = MEASURED.fullmatch(step.shift)
        chosen = int(shift[1]) if shift else frame
        return self.names.frame(chosen) if isinstance(chosen, int) and chosen > 0 else "world"

    def _tool(self, chosen: int) -> str:
        if chosen == 0 and 0 not in self.group.controller.tools.values():
            return ""
        return self.names.tool(chosen)

    def arcs(self, lines: Sequence[tuple[Line, Step]], state: State) -> list[Statement]:
        """Return the arc of two consecutive C steps (operation manual 2.3.1.1), or their text."""
        moves = [self.motion(line, step, state) for line, step in lines]
        steps = [m for m in moves if isinstance(m, Move)]
        if len(moves) == 2 and len(steps) == 2:
            via, end = steps
            same = (via.speed, via.zone, via.tool, via.frame)
            if same == (end.speed, end.zone, end.tool, end.frame):
                return [replace(end, via=via.to)]
        why = "arc not of two like C steps"
        return [
            m if isinstance(m, Raw) else self.collector.keep(line, why)
            for (line, _), m in zip(lines, moves, strict=True)
        ]


def opaque_words(lines: Sequence[Addressed]) -> frozenset[str]:
    """Return the words of lines that may change a pose or shift they name in ways not followed."""
    odd = [a.line.text for a in lines if isinstance(a.act, NotUnderstood) or _has_parameters(a.act)]
    return frozenset(word for text in odd for word in _WORD.findall(text))


def _has_parameters(act: object) -> bool:
    """Return whether a call hands something over that the job called may change."""
    return isinstance(act, Act) and act.word == "call" and bool(act.data[1])


def _speed(step: Step) -> Speed:
    assert step.speed is not None
    value, unit = step.speed
    if unit == "cm/min":
        return Speed(value * _CM_PER_MIN, "mm/s")
    return Speed(value, _UNITS[unit])
