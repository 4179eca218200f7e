"""Where URScript lists, named waypoints and pose functions of constants lead.

Source: URScript manual: pose_trans(T, p) is the product of both; pose_add adds the positions and
multiplies the rotations; pose_inv inverts; get_inverse_kin(x, qnear) is the solution nearest to
qnear, for the TCP that is set.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.reading.walk import UNKNOWN, State
from cellsim.controllers.ur.lines import Listed, Numbers, PoseCall, folded
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Expr, Target
from cellsim.geometry import Pose


@dataclass(frozen=True)
class Solved:
    """Joint values [rad] in the order of the group's q: what get_inverse_kin gave at its line."""

    q: tuple[float, ...]


Value = Numbers | PoseCall | Solved | float | tuple[Any, ...] | None
_DEEPEST = 8
# Two solutions nearly as near to qnear: which one the controller takes is not known [rad].
_CLEARLY_NEARER = 0.3
# No robot reaches so far, and no rotation vector is so long [m, rad].
_FARTHEST = 1e6


@dataclass(frozen=True)
class Places:
    """Targets of one script at one line.

    Attributes:
        waypoints: Names with one value in the whole script.
        here: The modal state; under "is NAME" the value that a name has on every path to the line.
            Its TCP is the one that get_inverse_kin is asked for.
        poses: The poses of numbers that were asked for, by the identity of these.
    """

    cell: Cell
    group: MotionGroup
    waypoints: Mapping[str, Value]
    here: State = field(default_factory=dict)
    poses: dict[int, tuple[Numbers, Pose | None]] = field(default_factory=dict, compare=False)

    def value_of(self, name: str) -> Value:
        """Return what a name stands for here; None where that is not known."""
        found = self.here.get(f"is {name}", UNKNOWN)
        if found != UNKNOWN:
            return _value(found)
        once = self.waypoints.get(name)
        return replace(self, here={}).resolved(once) if isinstance(once, PoseCall) else once

    def resolved(self, value: object, depth: int = 0) -> Value:
        """Return a number, list, pose or get_inverse_kin with no names left in it, or None."""
        if depth > _DEEPEST or value is None or isinstance(value, Numbers | Solved | float):
            return _value(value) if depth <= _DEEPEST else None
        if isinstance(value, Expr):
            number = self.number(value)
            if number is not None or value.op not in {"var", "unknown"}:
                return number
            return _value(self._named(value))
        if isinstance(value, Listed):
            parts = [self.resolved(v, depth + 1) for v in value.values]
            numbers = tuple(p for p in parts if isinstance(p, float))
            if len(numbers) == len(parts):
                return Numbers(numbers, value.is_pose)
            return None if value.is_pose or None in parts else tuple(parts)
        if isinstance(value, PoseCall):
            args = tuple(self._short(self.resolved(a, depth + 1)) for a in value.args)
            call = PoseCall(value.name, args)
            if value.name == "get_inverse_kin":
                return None if None in args else self._nearest(args)
            return None if None in args or self.pose(call, depth) is None else call
        return value if isinstance(value, tuple) else None

    def _short(self, value: Value) -> Value:
        """Return a call that holds calls as numbers, so that they do not grow pass by pass."""
        nested = isinstance(value, PoseCall) and any(isinstance(a, PoseCall) for a in value.args)
        return self._flat(value) if nested else value

    def _flat(self, value: Value) -> Value:
        """Return a pose that a call gives as its numbers, others as they are."""
        pose = self.pose(value) if isinstance(value, PoseCall) else None
        if pose is None:
            return value
        return Numbers((*(float(v) for v in pose.p), *(float(v) for v in pose.rotvec())), True)

    def number(self, value: object) -> float | None:
        """Return a number, that of a name or an element, or what such come to."""
        if not isinstance(value, Expr):
            return value if isinstance(value, float) else None
        if value.op == "const":
            return value.value if isinstance(value.value, float) else None
        if value.op == "var":
            named = self.value_of(value.name)
            return named if isinstance(named, float) else None
        if value.op == "unknown":
            element = self._element(value)
            return element if isinstance(element, float) else None
        return folded(value, self.number)

    def _element(self, value: Expr) -> object:
        """Return an element of a list or a pose, None where it or its number is not known."""
        if not value.name.endswith("[]") or len(value.args) != 1:
            return None
        items = self._flat(self.value_of(value.name[:-2]))
        index = self.number(value.args[0])
        parts = items.values if isinstance(items, Numbers) else items
        if not isinstance(parts, tuple) or index is None or not float(index).is_integer():
            return None
        return parts[int(index)] if 0 <= index < len(parts) else None

    def with_element(self, name: str, index: object, value: object) -> Value:
        """Return a list with another element, None where something of it is not known."""
        items, at = self._flat(self.value_of(name)), self.number(index)
        new = self.resolved(value)
        parts = items.values if isinstance(items, Numbers) else items
        if not isinstance(parts, tuple) or at is None or new is None or not at.is_integer():
            return None
        if not 0 <= at < len(parts):
            return None
        changed = (*parts[: int(at)], new, *parts[int(at) + 1 :])
        if not isinstance(items, Numbers):
            return changed
        return Numbers(changed, items.is_pose) if isinstance(new, float) else None

    def target(self, value: object) -> Target | None:
        """Return the target of joint values, or of a pose in the robot's base; None if unknown."""
        value = self.resolved(self._named(value))
        if isinstance(value, Solved):
            return Target(q=value.q)
        if isinstance(value, Numbers) and not value.is_pose:
            q = self.joints(value)
            return None if q is None else Target(q=q)
        pose = self.pose(value)
        return None if pose is None else Target(pose=pose)

    def joints(self, value: Numbers) -> tuple[float, ...] | None:
        """Return joint values of a list, one for every axis."""
        axes = self.group.controller.axes
        if value.is_pose or len(value.values) != len(axes):
            return None
        return joint_values(axes, [math.degrees(v) for v in value.values])

    def pose(self, value: object, depth: int = 0) -> Pose | None:
        """Return `base_T_tcp` of a pose, a name of one, or pose functions of such."""
        value = self._named(value)
        if isinstance(value, Listed):
            value = self.resolved(value, depth + 1)
        if isinstance(value, Numbers):
            return self._written(value)
        if isinstance(value, PoseCall) and value.name == "interpolate_pose":
            return self._between(value.args, depth)
        if not isinstance(value, PoseCall) or depth > _DEEPEST:
            return None
        made = [self.pose(a, depth + 1) for a in value.args]
        args = [p for p in made if p is not None]
        if len(args) < len(made):
            return None
        if value.name == "pose_inv" and len(args) == 1:
            return args[0].inverse()
        if value.name == "pose_trans" and len(args) == 2:
            return args[0] @ args[1]
        if value.name == "pose_add" and len(args) == 2:
            return Pose(args[0].R @ args[1].R, args[0].p + args[1].p)
        return None

    def _written(self, value: Numbers) -> Pose | None:
        """Return the pose of numbers: those of a line stay the same each time it is walked."""
        known = self.poses.get(id(value))
        if known is None:
            known = self.poses[id(value)] = (value, pose_of(value))
        return known[1]

    def _between(self, args: tuple[object, ...], depth: int) -> Pose | None:
        """Return the pose of interpolate_pose(from, to, alpha): straight, and about one axis."""
        share = self.number(args[2]) if len(args) == 3 else None
        start, end = (self.pose(a, depth + 1) for a in args[:2]) if len(args) == 3 else (None, None)
        if start is None or end is None or share is None or not 0.0 <= share <= 1.0:
            return None
        turn = Pose(start.R.T @ end.R, np.zeros(3)).rotvec()
        turned = Pose.from_rotvec((0.0, 0.0, 0.0), tuple(share * float(v) for v in turn))
        return Pose(start.R @ turned.R, start.p + share * (end.p - start.p))

    def _named(self, value: object) -> object:
        for _ in range(_DEEPEST):
            if not isinstance(value, Expr):
                return value
            if value.op == "unknown":
                value = self._element(value)
            elif value.op == "var":
                value = self.value_of(value.name)
            else:
                return value
        return None

    def _nearest(self, args: tuple[object, ...]) -> Solved | None:
        """Return what get_inverse_kin(pose, qnear) gives for the TCP that is set here.

        None where no solution is clearly nearest, or the TCP is not known. Source: script manual
        e-Series, 15.13: without a tcp "the currently active tcp of the controller is used".
        """
        from cellsim.kinematics.frames import chain_of, world_T_frame
        from cellsim.kinematics.ik import solve_all

        near = self._named(args[1]) if len(args) == 2 else None
        start = near.q if isinstance(near, Solved) else None
        start = self.joints(near) if isinstance(near, Numbers) else start
        pose, active = self.pose(args[0]), self.here.get("tcp", UNKNOWN)
        if start is None or pose is None or active == UNKNOWN:
            return None
        name, _, tcp = str(active).partition(".")
        if name and name not in self.cell.tools:
            return None
        tcps = self.cell.tools[name].tcps if name else {"": Pose.identity()}
        flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()))
        base = world_T_frame(self.cell, f"group:{self.group.name}.base")
        found = solve_all(
            chain_of(self.cell, self.group.name), base @ pose @ flange_T_tcp.inverse()
        )
        ranked = sorted((float(np.linalg.norm(q - start)), tuple(map(float, q))) for q in found)
        if not ranked or (len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _CLEARLY_NEARER):
            return None
        return Solved(ranked[0][1])


def _value(found: object) -> Value:
    """Return what is a number, a list, a pose or a call; None of anything else."""
    return found if isinstance(found, Numbers | PoseCall | Solved | float | tuple) else None


def pose_of(numbers: Numbers) -> Pose | None:
    """Return the pose of x, y, z [m] and a rotation vector [rad]."""
    if not numbers.is_pose or len(numbers.values) != 6:
        return None
    if not all(abs(v) < _FARTHEST for v in numbers.values):
        return None
    return Pose.from_rotvec(numbers.values[:3], numbers.values[3:])
