"""Targets of KRL motions: aggregates in place, or points that the files declare."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import TypeGuard

import numpy as np

from cellsim.controllers.kuka.acts import Linked, Struct, element
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.controllers.reading.values import rotation_zyx
from cellsim.controllers.reading.walk import State
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr, Target
from cellsim.geometry import Pose

_WORD = re.compile(r"[A-Za-z_]\w*")
_DECLARED = re.compile(
    r"(?:(?:GLOBAL\s+)?DECL\s+)?(?:GLOBAL\s+)?(?:AXIS|E6AXIS|POS|E6POS|FRAME)\s+"
    r"([A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)?(?:,\s*[A-Za-z_]\w*\s*(?:\[[^\]]*\]\s*)?)*)",
    re.IGNORECASE,
)
_TYPES = frozenset({"AXIS", "E6AXIS", "POS", "E6POS", "FRAME"})
_EXTERNAL = tuple(f"E{i + 1}" for i in range(6))
_POSE = ("X", "Y", "Z", "A", "B", "C")
_IN_POSE = frozenset({*_POSE, "S", "T", *_EXTERNAL})


class Points:
    """Points by name: as they are declared, or as the program set them on the way.

    One that the program changes is not known before it sets it: the controller keeps the value of
    the last run in the .dat (KSS manual, data lists).
    """

    def __init__(
        self, group: MotionGroup, nodes: Iterable[Node], of_two: frozenset[str] = frozenset()
    ) -> None:
        self.group = group
        self.of_two = of_two
        self.known: dict[str, Struct] = {"$NULLFRAME": Struct(tuple((k, 0.0) for k in _POSE))}
        self._arm = tuple(f"A{i + 1}" for i in range(group.robot.dof))
        self._written: dict[tuple[int, str], tuple[Struct, Target | str]] = {}
        self.named: set[str] = set()
        self.changed: set[str] = set()
        every = list(flat(nodes))
        for node in every:
            self._add(node.act)
            self.named |= _declared(node.line.text)
        for node in every:
            if _may_change(node.act):
                words = {w.upper() for w in _WORD.findall(node.line.text)}
                self.changed |= words & self.known.keys()

    def _add(self, act: object) -> None:
        if not isinstance(act, Act) or act.word not in {"declare", "assign"}:
            return
        name, value = (act.data[1], act.data[2]) if act.word == "declare" else _place(act)
        stem = str(name).partition(".")[0]
        if act.word == "declare" and act.data[0] in _TYPES:
            self.named.add(str(name))
        if isinstance(value, Struct) and stem == name:
            if name in self.known and self.known[name] != value:
                self.changed.add(name)
            self.known[name] = value
        elif act.word == "assign":
            self.changed.add(stem)

    def touched(self, act: object, text: str) -> set[str]:
        """Return the points that a line sets or may change."""
        if isinstance(act, Act) and act.word == "assign":
            stem = str(_place(act)[0]).partition(".")[0]
            if self.has(stem) or isinstance(act.data[2], Struct | Linked):
                return {stem}
        if not _may_change(act):
            return set()
        return {w.upper() for w in _WORD.findall(text)} & (self.known.keys() | self.named)

    def assigned(self, act: Act, state: State) -> Struct | None:
        """Return the point that an assignment of constants and known points makes, or None."""
        name, value = _place(act)
        stem, _, part = str(name).partition(".")
        if not part:
            if isinstance(value, Struct | Linked):
                return self.resolved(value, state)
            return self.now(value.name.upper(), state) if _is_name(value) else None
        before = self.now(stem, state)
        number = None if before is None else self._number(value, state)
        if before is None or number is None or part not in before.values:
            return None
        if not math.isfinite(number):
            return None
        return Struct(tuple((k, number if k == part else v) for k, v in before.parts))

    def now(self, name: str, state: State) -> Struct | None:
        """Return a point as it is here: as it was set on the way, else as it is declared."""
        if name.partition("__")[0] in self.of_two:
            return None
        set_here = state.get(f"point {name}")
        if set_here is not None:
            return set_here if isinstance(set_here, Struct) else None
        return None if name in self.changed else self.known.get(name)

    def resolved(self, point: object, state: State) -> Struct | None:
        """Return the components of an aggregate, a name or frames behind each other; or None.

        The geometric operator gives the type of its last frame; E1.. are those of the last one, S
        and T are not taken over. Source: KSS manual, geometric operator.
        """
        if not isinstance(point, Linked):
            return point if isinstance(point, Struct) else self.now(str(point), state)
        parts = [self.resolved(part, state) for part in point.parts]
        poses = [pose_of(part) for part in parts if part is not None]
        whole = [pose for pose in poses if pose is not None]
        last = parts[-1]
        if len(whole) < len(parts) or last is None:
            return None
        pose = whole[0]
        for other in whole[1:]:
            pose = pose @ other
        shown = [1e3 * float(v) for v in pose.p] + [math.degrees(v) for v in reversed(pose.rpy())]
        if not all(math.isfinite(v) for v in shown):
            return None
        extra = [(k, v) for k, v in last.parts if k not in {*_POSE, "S", "T"}]
        return Struct((*zip(_POSE, shown, strict=True), *extra))

    def _number(self, value: object, state: State) -> float | None:
        """Return what constants and components of known points come to."""
        if not isinstance(value, Expr):
            return None
        if value.op == "var":
            stem, _, part = value.name.upper().partition(".")
            point = self.now(stem, state)
            return None if point is None else point.values.get(part)
        if value.op == "const":
            return value.value if isinstance(value.value, float) else None
        args = [self._number(a, state) for a in value.args]
        known = [a for a in args if a is not None]
        if len(known) < len(args) or value.op not in {"neg", "+", "-", "*"}:
            return None
        if value.op == "neg":
            return -known[0]
        left, right = known
        return {"+": left + right, "-": left - right, "*": left * right}[value.op]

    def has(self, name: str) -> bool:
        """Return whether a name is that of a point."""
        stem, _, index = name.rpartition("__")
        return name in self.known or name in self.named or (index.isdigit() and stem in self.named)

    def target(self, point: object, kind: str, state: State) -> Target | str:
        """Return a point as a target, or the reason why it is not one.

        A routine is walked more than once, and an aggregate means the same each time; each motion
        gets a target of its own.
        """
        linked = isinstance(point, Linked)
        name = "" if linked or isinstance(point, Struct) else str(point)
        struct = self.resolved(point, state)
        if struct is None:
            return f"point {name} is not known" if name else "frames that are not known"
        known = None if linked else self._written.get((id(struct), kind))
        made = self._target(struct, kind) if known is None else known[1]
        if known is None and not linked:
            self._written[id(struct), kind] = struct, made
        if isinstance(made, str):
            return made
        return Target(made.q, made.pose, made.config, made.ext, name=name)

    def _target(self, struct: Struct, kind: str) -> Target | str:
        values = struct.values
        extra = self._externals(values)
        if isinstance(extra, str):
            return extra
        if "A1" in values:
            return self._axes(values, extra, kind)
        if not all(k in values for k in _POSE):
            return "target without all of X, Y, Z, A, B, C"
        if not values.keys() <= _IN_POSE:
            return "target with a component that is not known"
        pose = pose_of(struct)
        turn = kind == "joint" and "S" in values and "T" in values
        config = f"S {int(values['S'])} T {int(values['T'])}" if turn else ""
        return Target(pose=pose, config=config, ext=extra)

    def _externals(self, values: Mapping[str, float]) -> tuple[float, ...] | str:
        """Return the group's external axes [rad | m]; others that are not zero are a reason."""
        axes = self.group.controller.axes[self.group.robot.dof :]
        shown = [values.get(name) for name in _EXTERNAL]
        if any(v is None for v in shown[: len(axes)]):
            return f"target without E1..E{len(axes)}"
        if any(v not in (None, 0.0) for v in shown[len(axes) :]):
            return "target with an external axis that the group has not"
        return joint_values(axes, [v for v in shown[: len(axes)] if v is not None])

    def _axes(
        self, values: Mapping[str, float], extra: tuple[float, ...], kind: str
    ) -> Target | str:
        arm = self.group.robot.dof
        names = self._arm
        if kind != "joint":
            return "path motion to axis values"
        if not all(n in values for n in names):
            return f"target without all of A1..A{arm}"
        if not values.keys() <= {*names, *_EXTERNAL}:
            return "target with a component that is not known"
        axes = self.group.controller.axes[:arm]
        q = joint_values(axes, [values[n] for n in names])
        return Target(q=(*q, *extra))


def pose_of(struct: Struct) -> Pose | None:
    """Return the pose of X, Y, Z [mm] and A, B, C [deg]; None where one is missing."""
    values = struct.values
    if not all(k in values for k in _POSE):
        return None
    place = np.array([values["X"], values["Y"], values["Z"]]) / 1000.0
    return Pose(rotation_zyx(values["A"], values["B"], values["C"]), place)


def _declared(text: str) -> set[str]:
    """Return the points and arrays of points that a line declares without values."""
    match = _DECLARED.fullmatch(text)
    names = re.sub(r"\[[^\]]*\]", "", match[1]) if match is not None else ""
    return {name.strip().upper() for name in names.split(",") if name.strip()}


def _place(act: Act) -> tuple[str, object]:
    """Return the name that an assignment sets, an element by its number, and the value."""
    name, index, value = act.data
    if index is None or str(name).startswith("$"):
        return str(name), value
    return element(str(name), int(index)).upper(), value


def _is_name(value: object) -> TypeGuard[Expr]:
    return isinstance(value, Expr) and value.op == "var"


def _may_change(act: object) -> bool:
    """Return whether a line may change a point it reads: calls, functions, what is not known."""
    if isinstance(act, NotUnderstood):
        return True
    if isinstance(act, Open):
        return act.kind == "raw"
    if not isinstance(act, Act) or act.word in {"motion", "single", "declare", "comment", "header"}:
        return False
    if act.word != "assign":
        return True
    waiting = [act.data[2]]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Expr):
            if part.op == "unknown":
                return True
            waiting += part.args
    return False
