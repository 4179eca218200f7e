"""From a KRL pose with status and turn to the joints they mean.

Status bit 0: the wrist is behind the A1 axis; bit 1: A3 is at or above its threshold (0 deg, moved
by the offset between A3 and A4, so not used near it); bit 2: A5 < 0. Turn bit i: axis i+1 < 0.
Bit 3 is not used and always 0; bit 4 says that an absolutely accurate robot was taught, and changes
nothing of what is computed; higher ones are not defined: such a status is none.
Source: KSS 8.2 SI manual, and 37 joint and pose pairs of a KR360 for the signs. Bits 3 and 4: a
public header that describes them; that bit 4 changes nothing is recalled of that manual.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.controllers.reading.walk import UNKNOWN
from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.controller import AxisMap
from cellsim.domain.program import Target
from cellsim.geometry import Array, Pose

_CONFIG = re.compile(r"S (\d+) T (\d+)")
_DEFINED = 0b10111
_A3_DOUBT_DEG = 25.0
_ZERO_DEG = 1e-4


def with_joints(
    target: Target, frame: str, tool: str, cell: Cell, group: MotionGroup
) -> Target | str:
    """Return a pose target with the one set of joints that its status and turn mean.

    Args:
        target: With a pose and `S n T m`. frame, tool: Names that the pose is of.

    Returns:
        The target with joints too, or the reason why they are not known.
    """
    match = _CONFIG.fullmatch(target.config)
    if match is None or target.pose is None:
        return "PTP to a pose without S and T"
    status, turn = int(match[1]), int(match[2])
    if status & ~_DEFINED:
        return f"S {status} has bits that are not defined: 0, 1, 2 and 4 are"
    if bool(status & 4) != bool(turn & 16):
        return f"S {status} and T {turn} disagree on the sign of A5"
    flange = _flange(target.pose, frame, tool, cell, group, target.ext)
    if flange is None:
        return "frame or tool of the pose is not in the cell"
    found = _solutions(flange, cell, group, target.ext)
    fits = [q for q in found if _fits(q, group, turn)]
    fits = [q for q in fits if _behind(q, cell, group) == bool(status & 1)]
    fits = [q for q in fits if _elbow(q, group) in (None, bool(status & 2))]
    if len(fits) > 1:
        fits = [q for q in fits if _elbow(q, group) is not None]
    if len(fits) != 1:
        if not found:
            return "no joint position reaches the pose"
        return f"{len(fits)} of {len(found)} joint positions fit S {status} T {turn}"
    q = tuple(float(v) for v in fits[0])
    return replace(target, q=q, ext=())


def _flange(
    pose: Pose, frame: str, tool: str, cell: Cell, group: MotionGroup, ext: Sequence[float]
) -> Pose | None:
    """Return `world_T_flange` of a pose of a TCP in a frame."""
    from cellsim.errors import BadInput
    from cellsim.kinematics.frames import world_T_frame

    name, _, tcp = tool.partition(".")
    if tool in ("", UNKNOWN) or name not in cell.tools:
        return None
    tcps = cell.tools[name].tcps
    at = {group.name: np.array([*group.home[: group.robot.dof], *ext])}
    try:
        world_T_tcp = world_T_frame(cell, frame, at) @ pose
    except BadInput:
        return None
    flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()))
    return world_T_tcp @ flange_T_tcp.inverse()


def _solutions(flange: Pose, cell: Cell, group: MotionGroup, ext: Sequence[float]) -> list[Array]:
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import solve_all

    return solve_all(chain_of(cell, group.name), flange, ext)


def _degrees(axis: AxisMap, value: float) -> float:
    """Return what the pendant shows for an axis without couplings [deg]."""
    return (value - axis.offset) / axis.factor


def _fits(q: Array, group: MotionGroup, turn: int) -> bool:
    """Return whether every arm axis has the sign of its turn bit; near zero either is right."""
    for i, axis in enumerate(group.controller.axes[: group.robot.dof]):
        shown = _degrees(axis, float(q[i]))
        if abs(shown) > _ZERO_DEG and (shown < 0.0) != bool(turn >> i & 1):
            return False
    return not any(axis.coupling for axis in group.controller.axes)


def _elbow(q: Array, group: MotionGroup) -> bool | None:
    """Return status bit 1 of joints; None where A3 is too near to its threshold to say."""
    shown = _degrees(group.controller.axes[2], float(q[2]))
    return None if abs(shown) < _A3_DOUBT_DEG else shown > 0.0


def _behind(q: Array, cell: Cell, group: MotionGroup) -> bool:
    """Return status bit 0: the wrist lies at x < 0 of the frame that turns with A1."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, group.name)
    poses = link_poses(chain, np.array([q], dtype=np.float64))[0]
    names = {name.rpartition("/")[2]: i for i, name in enumerate(chain.link_names)}
    turning, wrist = (Pose.from_matrix(poses[names[group.robot.links[i].name]]) for i in (1, 5))
    return float((turning.inverse() @ wrist).p[0]) < 0.0
