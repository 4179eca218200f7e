"""Targets of KRL motions: aggregates in place, or points that the files declare."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

import numpy as np

from cellsim.controllers.kuka.acts import Act, Struct
from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.blocks import Node, NotUnderstood, Open, flat
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Expr, Target
from cellsim.geometry import Array, Pose

_WORD = re.compile(r"[A-Za-z_]\w*")
_POSE = ("X", "Y", "Z", "A", "B", "C")


class Points:
    """Points by name; one that gets a second value, or a part of one, is not known."""

    def __init__(self, group: MotionGroup, nodes: Iterable[Node]) -> None:
        self.group = group
        self.known: dict[str, Struct] = {}
        self.changed: set[str] = set()
        every = list(flat(nodes))
        for node in every:
            self._add(node.act)
        for node in every:
            if _may_change(node.act):
                words = {w.upper() for w in _WORD.findall(node.line.text)}
                self.changed |= words & self.known.keys()

    def _add(self, act: object) -> None:
        if not isinstance(act, Act) or act.word not in {"declare", "assign"}:
            return
        name, value = (act.data[1], act.data[2]) if act.word == "declare" else act.data[0::2]
        stem = str(name).partition(".")[0]
        if isinstance(value, Struct) and stem == name:
            if name in self.known and self.known[name] != value:
                self.changed.add(name)
            self.known[name] = value
        elif act.word == "assign":
            self.changed.add(stem)

    def has(self, name: str) -> bool:
        """Return whether a name is that of a point."""
        return name in self.known

    def target(self, point: object, kind: str) -> Target | str:
        """Return a point as a target, or the reason why it is not one."""
        name = "" if isinstance(point, Struct) else str(point)
        struct = point if isinstance(point, Struct) else self.known.get(name)
        if struct is None or name in self.changed:
            return f"point {name} is not known"
        values = struct.values
        extra = self._externals(values)
        if isinstance(extra, str):
            return extra
        if "A1" in values:
            return self._axes(values, extra, name, kind)
        if not all(k in values for k in _POSE):
            return "target without all of X, Y, Z, A, B, C"
        if not set(values) <= {*_POSE, "S", "T", *(f"E{i}" for i in range(1, 7))}:
            return "target with a component that is not known"
        pose = Pose(
            _rotation(values["A"], values["B"], values["C"]),
            np.array([values["X"], values["Y"], values["Z"]]) / 1000.0,
        )
        turn = kind == "joint" and "S" in values and "T" in values
        config = f"S {int(values['S'])} T {int(values['T'])}" if turn else ""
        return Target(pose=pose, config=config, ext=extra, name=name)

    def _externals(self, values: Mapping[str, float]) -> tuple[float, ...] | str:
        """Return the group's external axes [rad | m]; others that are not zero are a reason."""
        axes = self.group.controller.axes[self.group.robot.dof :]
        shown = [values.get(f"E{i + 1}") for i in range(6)]
        if any(v is None for v in shown[: len(axes)]):
            return f"target without E1..E{len(axes)}"
        if any(v not in (None, 0.0) for v in shown[len(axes) :]):
            return "target with an external axis that the group has not"
        return joint_values(axes, [v for v in shown[: len(axes)] if v is not None])

    def _axes(
        self, values: Mapping[str, float], extra: tuple[float, ...], name: str, kind: str
    ) -> Target | str:
        arm = self.group.robot.dof
        names = [f"A{i + 1}" for i in range(arm)]
        if kind != "joint":
            return "path motion to axis values"
        if not all(n in values for n in names):
            return f"target without all of A1..A{arm}"
        if not set(values) <= {*names, *(f"E{i}" for i in range(1, 7))}:
            return "target with a component that is not known"
        axes = self.group.controller.axes[:arm]
        q = joint_values(axes, [values[n] for n in names])
        return Target(q=(*q, *extra), name=name)


def _may_change(act: object) -> bool:
    """Return whether a line may change a point it names: all but motions and plain copies."""
    if isinstance(act, NotUnderstood):
        return True
    if isinstance(act, Open):
        return act.kind == "raw"
    if not isinstance(act, Act) or act.word in {"motion", "declare", "comment", "header"}:
        return False
    value = act.data[2] if act.word == "assign" else None
    return not isinstance(value, Struct) and not (isinstance(value, Expr) and value.op == "var")


def _rotation(a: float, b: float, c: float) -> Array:
    """Return Rz(A) Ry(B) Rx(C) of angles in degrees, written out, shape (3, 3)."""
    ca, sa = math.cos(math.radians(a)), math.sin(math.radians(a))
    cb, sb = math.cos(math.radians(b)), math.sin(math.radians(b))
    cc, sc = math.cos(math.radians(c)), math.sin(math.radians(c))
    return np.array(
        [
            [ca * cb, ca * sb * sc - sa * cc, ca * sb * cc + sa * sc],
            [sa * cb, sa * sb * sc + ca * cc, sa * sb * cc - ca * sc],
            [-sb, cb * sc, cb * cc],
        ]
    )
