"""Targets of RAPID motions: aggregates in place, declared data, Offs and RelTool of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cellsim.controllers.abb.acts import Function, Item
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.places import NotKnown, pose_of
from cellsim.controllers.abb.values import Value, aggregate
from cellsim.controllers.reading.axes import joint_values
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import Expr, Target
from cellsim.geometry import Array, Pose

_UNUSED = 8.9e9
_MOST = 1e7
EXTERNALS = 6
_FLOAT = frozenset({float})


@dataclass(frozen=True)
class Targets:
    """Turns an argument into a target of the group; every reason is a NotKnown.

    Declared robtargets are turned into poses once: a routine is walked more than once.
    """

    group: MotionGroup
    table: Table
    _poses: dict[int, tuple[Value, Target, tuple[int, ...]]] = field(default_factory=dict)

    def joints(self, item: Item, routine: str) -> Target:
        """Return a jointtarget."""
        value, name = self._value(item.value, routine, "jointtarget")
        if _lengths(value) != [6, 6]:
            raise NotKnown("a jointtarget of two times six numbers is expected")
        shown, extra = value
        if max(map(abs, shown)) > _MOST:
            raise NotKnown("an axis value without end")
        axes, arm = self.group.controller.axes, self.group.robot.dof
        if arm != EXTERNALS:
            raise NotKnown(f"an arm with {arm} axes")
        q = joint_values(axes, [*shown, *self._externals(extra)])
        return Target(q=q, name=name)

    def pose(self, item: Item, routine: str) -> tuple[Target, tuple[int, ...]]:
        """Return a robtarget with its configuration as text, and as numbers."""
        found = item.value
        if isinstance(found, Function) and found.name.lower() in {"offs", "reltool"}:
            return self._moved(found, routine)
        value, name = self._value(found, routine, "robtarget")
        if not name:
            return self._posed(value, name)
        known = self._poses.get(id(value))
        if known is None or known[1].name != name:
            known = self._poses[id(value)] = (value, *self._posed(value, name))
        return replace(known[1]), known[2]

    def _posed(self, value: Value, name: str) -> tuple[Target, tuple[int, ...]]:
        if _lengths(value) != [3, 4, 4, 6]:
            raise NotKnown("a robtarget of 3, 4, 4 and 6 numbers is expected")
        xyz, quat, conf, extra = value
        pose = pose_of((xyz, quat), f"robtarget {name}".strip())
        if (
            not 0 <= conf[3] <= 7
            or max(map(abs, conf)) > 99
            or any(not float(c).is_integer() for c in conf)
        ):
            raise NotKnown(f"configuration {list(conf)}")
        numbers = tuple(int(c) for c in conf)
        axes = self.group.controller.axes[self.group.robot.dof :]
        ext = _externals_si(axes, self._externals(extra))
        text = " ".join(str(c) for c in numbers)
        return Target(pose=pose, config=text, ext=ext, name=name), numbers

    def _value(self, expr: Expr, routine: str, kind: str) -> tuple[Value, str]:
        expr = self.table.bound(expr, routine) if expr.op == "element" else expr
        if expr.op == "var":
            value = self.table.constant(expr.name, routine, kind)
            if isinstance(value, str):
                raise NotKnown(value)
            return value, expr.name
        if expr.name == "[]":
            try:
                return aggregate(str(expr.value)), ""
            except ValueError as why:
                raise NotKnown(f"target: {why}") from None
        raise NotKnown("'*' stands for a position that is not in the text" if expr.name == "*"
                       else f"target {expr.name}")  # fmt: skip

    def _externals(self, shown: Sequence[float]) -> list[float]:
        """Return the printed values of the group's external axes; others must be unused."""
        count = len(self.group.controller.axes) - self.group.robot.dof
        used, rest = list(shown[:count]), shown[count:]
        if any(abs(v) >= _UNUSED for v in used):
            raise NotKnown(f"target without all of its {count} external axes")
        if any(abs(v) < _UNUSED and v != 0.0 for v in rest):
            raise NotKnown("target with an external axis that the group has not")
        return used

    def _moved(self, call: Function, routine: str) -> tuple[Target, tuple[int, ...]]:
        """Return Offs(p,x,y,z), moved in the work object, or RelTool, moved in the tool."""
        if not call.items:
            raise NotKnown(f"{call.name} without a target")
        target, conf = self.pose(call.items[0], routine)
        numbers = [self.table.number(item.value, routine) for item in call.items[1:]]
        if len(numbers) != 3 or any(n is None for n in numbers):
            raise NotKnown(f"{call.name} with something else than three numbers")
        shift = np.array([float(n or 0.0) for n in numbers]) / 1000.0
        turns = [o for item in call.items for o in item.options]
        assert target.pose is not None
        if call.name.lower() == "offs":
            if turns:
                raise NotKnown("Offs with an option")
            pose = Pose(target.pose.R, target.pose.p + shift)
        else:
            pose = target.pose @ Pose(self._turn(turns, routine), shift)
        return replace(target, pose=pose, name=""), conf

    def _turn(self, turns: Sequence[tuple[str, Expr | None]], routine: str) -> Array:
        """Return the turn about x, then about the new y, then about the new z."""
        R: Array = np.eye(3)
        given = dict(turns)
        if len(given) != len(turns) or not given.keys() <= {"rx", "ry", "rz"}:
            raise NotKnown("RelTool with another option than Rx, Ry, Rz")
        for axis, name in enumerate(("rx", "ry", "rz")):
            if name in given:
                degrees = self.table.number(given[name], routine)
                if degrees is None:
                    raise NotKnown("RelTool by an angle that is not known")
                R = R @ _about(axis, math.radians(degrees))
        return R


def _about(axis: int, angle: float) -> Array:
    c, s = math.cos(angle), math.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    R = np.eye(3)
    R[i, i] = R[j, j] = c
    R[i, j], R[j, i] = -s, s
    return R


def _lengths(value: Value) -> list[int]:
    """Return how many numbers each element of a record has, 0 where it is anything else."""
    if not isinstance(value, tuple):
        return []
    return [len(v) if _numbers(v) else 0 for v in value]


def _numbers(value: Value) -> bool:
    return isinstance(value, tuple) and set(map(type, value)) <= _FLOAT


def _externals_si(axes: Sequence[AxisMap], shown: Sequence[float]) -> tuple[float, ...]:
    return joint_values(tuple(axes), shown)
