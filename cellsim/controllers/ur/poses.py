"""Where URScript lists, named waypoints and pose functions of constants lead.

Source: URScript manual: pose_trans(T, p) is the product of both; pose_add adds the positions and
multiplies the rotations; pose_inv inverts; get_inverse_kin(x, qnear) is the solution nearest to
qnear, for the TCP that is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cellsim.controllers.reading.axes import joint_values
from cellsim.controllers.ur.lines import Numbers, PoseCall, folded
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Expr, Target
from cellsim.geometry import Pose

Value = Numbers | PoseCall | float | None
_DEEPEST = 8
# Two solutions nearly as near to qnear: which one the controller takes is not known [rad].
_CLEARLY_NEARER = 0.3
# No robot reaches so far, and no rotation vector is so long [m, rad].
_FARTHEST = 1e6


@dataclass(frozen=True)
class Places:
    """Targets of one script; `waypoints` are names with one value in the whole of it."""

    cell: Cell
    group: MotionGroup
    waypoints: Mapping[str, Value]

    def known(self, name: str) -> bool:
        """Return whether a name is a place that can be told (get_inverse_kin needs the TCP too)."""
        value = self.waypoints.get(name)
        if isinstance(value, PoseCall) and value.name == "get_inverse_kin":
            return True
        return isinstance(value, Numbers) or self.pose(value) is not None

    def number(self, value: object) -> float | None:
        """Return a number, that of a name with one value, or what both come to."""
        if not isinstance(value, Expr):
            return None
        named = self.waypoints.get(value.name) if value.op == "var" else None
        return named if isinstance(named, float) else folded(value, self.number)

    def target(self, value: object, tool: str) -> Target | None:
        """Return the target of joint values, or of a pose in the robot's base; None if unknown."""
        value = self._named(value)
        if isinstance(value, PoseCall) and value.name == "get_inverse_kin":
            return self._nearest(value.args, tool)
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
        return joint_values(axes, [float(np.degrees(v)) for v in value.values])

    def pose(self, value: object, depth: int = 0) -> Pose | None:
        """Return `base_T_tcp` of a pose, a name of one, or pose functions of such."""
        value = self._named(value)
        if isinstance(value, Numbers):
            return pose_of(value)
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

    def _named(self, value: object) -> object:
        for _ in range(_DEEPEST):
            if not isinstance(value, Expr) or value.op != "var":
                return value
            value = self.waypoints.get(value.name)
        return None

    def _nearest(self, args: tuple[object, ...], tool: str) -> Target | None:
        """Return the joints of get_inverse_kin(pose, qnear) where one is clearly nearest."""
        from cellsim.kinematics.frames import chain_of, world_T_frame
        from cellsim.kinematics.ik import solve_all

        near = self._named(args[1]) if len(args) == 2 else None
        start = self.joints(near) if isinstance(near, Numbers) else None
        pose = self.pose(args[0])
        name, _, tcp = tool.partition(".")
        if start is None or pose is None or (name and name not in self.cell.tools):
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
        return Target(q=ranked[0][1])


def pose_of(numbers: Numbers) -> Pose | None:
    """Return the pose of x, y, z [m] and a rotation vector [rad]."""
    if not numbers.is_pose or len(numbers.values) != 6:
        return None
    if not all(abs(v) < _FARTHEST for v in numbers.values):
        return None
    return Pose.from_rotvec(numbers.values[:3], numbers.values[3:])
