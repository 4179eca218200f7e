"""From a position in X..Rz and its RCONF to the joints they mean, for the reader.

RCONF l,m,n,o,p,q: flip, lower arm, rear, and R, T, S at or beyond a half turn. Flip is 0 on NX100
for -90 < R <= 90 and whole turns on, on YRC1000 for B >= 0; on others it may be either. n is 1 with
the wrist behind the S axis; m is 1 with the elbow below the line from the L axis to the wrist. Near
the edge of a window either digit is right.
Source: DX100 manual 156191-1CD 4.1; NX100 manual 149235-1CD 3.9 Manipulator Types; YMConnect (the
maker's SDK for YRC1000), FrontOrBack, UpperOrLower, FlipOrNoFlip.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.geometry import Array, Pose

_EDGE_DEG = 1e-4
# Inverse kinematics is right to 1e-9 m: what is below this is no motion of a joint.
_DIGITS = 11
_AXES = {"S": 0, "R": 3, "B": 4, "T": 5}
_TURNING = ("S", "R", "T")
SAME_WRIST = "YRC1000"


def joints(
    world_T_flange: Pose,
    digits: Sequence[int],
    cell: Cell,
    group: MotionGroup,
    near: Sequence[float] | None = None,
    controller: str | None = None,
) -> list[tuple[float, ...]]:
    """Return all joint values that reach a flange pose and fit RCONF's first six digits.

    Args:
        near: Joint values to look at first; digits without doubt leave room for one answer only.
        controller: Type of controller whose digits they are; the group's own where not given.
    """
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import solve_all, solve_near

    if group.robot.dof != 6 or any(group.controller.axes[i].coupling for i in _AXES.values()):
        return []
    chain = chain_of(cell, group.name)
    kind = group.controller.type if controller is None else controller
    wanted = (bool(digits[1]), bool(digits[2]))
    if near is not None:
        q = solve_near(chain, world_T_flange, np.array(near))
        sure = q is not None and _wrist_fits(q, digits, group, kind, sure=True)
        if q is not None and sure and _arms(q[None], cell, group) == [wanted]:
            return [tuple(round(float(v), _DIGITS) for v in q)]
    found = [q for q in solve_all(chain, world_T_flange) if _wrist_fits(q, digits, group, kind)]
    if not found:
        return []
    arms = _arms(np.array(found), cell, group)
    fits = [q for q, arm in zip(found, arms, strict=True) if arm == wanted]
    return [tuple(round(float(v), _DIGITS) for v in q) for q in fits]


def digits_of(q: Array, cell: Cell, group: MotionGroup) -> tuple[int, ...]:
    """Return RCONF's first six digits of joint values, with flip by B (`SAME_WRIST`)."""
    shown = {n: (float(q[i]) - _axis(group, i)[1]) / _axis(group, i)[0] for n, i in _AXES.items()}
    lower, rear = _arms(q[None], cell, group)[0]
    turns = (abs(shown[name]) >= 180.0 for name in "RTS")
    return tuple(int(bit) for bit in (shown["B"] < 0.0, lower, rear, *turns))


def _axis(group: MotionGroup, i: int) -> tuple[float, float]:
    axis = group.controller.axes[i]
    return axis.factor, axis.offset


def _flips(r: float, b: float, controller: str) -> set[bool]:
    """Return which digits of flip R and B [deg] may have: both at an edge or where not known."""
    beyond = abs((r + 180.0) % 360.0 - 180.0) - 90.0
    by_r = {beyond > 0.0} if abs(beyond) > _EDGE_DEG else {False, True}
    by_b = {b < 0.0} if abs(b) > _EDGE_DEG else {False, True}
    kind = controller.upper()
    if kind.startswith("NX100"):
        return by_r
    return by_b if kind.startswith("YRC1000") else by_r | by_b


def _wrist_fits(
    q: Array, digits: Sequence[int], group: MotionGroup, controller: str, sure: bool = False
) -> bool:
    """Return whether R and B fit flip, and R, T, S their half turns.

    Args:
        sure: Say no at the edge of a window and beyond a whole turn, instead of yes.
    """
    shown = {}
    for name, i in _AXES.items():
        axis = group.controller.axes[i]
        shown[name] = (float(q[i]) - axis.offset) / axis.factor
    flips = _flips(shown["R"], shown["B"], controller)
    turned = [abs(shown[name]) for name in _TURNING]
    edges = [abs(v - 180.0) for v in turned]
    if sure and (len(flips) > 1 or min(edges) <= _EDGE_DEG or max(turned) >= 360.0 - _EDGE_DEG):
        return False
    if bool(digits[0]) not in flips:
        return False
    for name, digit in zip("RTS", digits[3:6], strict=True):
        over = abs(shown[name]) - 180.0
        if abs(over) > _EDGE_DEG and (over > 0.0) != bool(digit):
            return False
    return True


def _arms(q: Array, cell: Cell, group: MotionGroup) -> list[tuple[bool, bool]]:
    """Return (lower, rear) of joint values, shape (n, dof), seen in the plane that turns with S."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, group.name)
    poses = link_poses(chain, np.asarray(q, dtype=np.float64))
    at = {name.rpartition("/")[2]: i for i, name in enumerate(chain.link_names)}
    places = [at[group.robot.links[i].name] for i in (1, 2, 3, 5)]
    found = []
    for pose in poses:
        turning_T_world = Pose.from_matrix(pose[places[0]]).inverse()
        s, e, w = (
            turning_T_world.R @ np.array(pose[i, :3, 3]) + turning_T_world.p for i in places[1:]
        )
        rear = float(w[0]) < 0.0
        over = float((w[0] - s[0]) * (e[2] - s[2]) - (w[2] - s[2]) * (e[0] - s[0]))
        found.append(((over > 0.0) == rear, rear))
    return found
