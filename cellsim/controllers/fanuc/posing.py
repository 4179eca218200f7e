"""From a point with CONFIG to the joints it means, for J motions; written apart from the writer.

N, F: the sign of J5; the turns of J1, J4, J6; then B: the wrist behind axis 1, and D: the wrist
past the line through axes 2 and 3, on either side of axis 1. Source: 16 joint and pose pairs of 16
robots; 16 joint sets in the maker's simulator (LeroyDu56/CrossArm, CFGPROBE).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.program import Target
from cellsim.geometry import Array, Pose

_NEAR_DEG = 1e-3
_SAME_RAD = 1e-6
# Beyond this rounding decides no letter [m, m2].
_SURE = 1e-6
_CONFIG = re.compile(r"([NF]) ([UD]) ([TB]), (-?\d+), (-?\d+), (-?\d+)")


def with_joints(
    target: Target, frame: str, tool: str, cell: Cell, group: MotionGroup
) -> Target | str:
    """Return a pose target with the one set of joints that its CONFIG means.

    Args:
        target: With a pose and CONFIG. frame, tool: Names that the pose is of.

    Returns:
        The target with joints too, or the reason why they are not known.
    """
    match = _CONFIG.fullmatch(target.config)
    if match is None or target.pose is None:
        return "J to a pose without CONFIG"
    if not group.robot.maker:
        return "the arm of the pose is not in the cell"
    flange = _flange(target.pose, frame, tool, cell, group, target.ext)
    if flange is None:
        return "frame or tool of the pose is not in the cell"
    turns = [int(match[i]) for i in (4, 5, 6)]
    found = _solutions(flange, cell, group, target.ext)
    fits = [
        q
        for q in found
        for q in _turned(q, group, turns)
        if letters_of(q, cell, group) == f"{match[1]} {match[2]} {match[3]}"
    ]
    if len(fits) != 1:
        if not found:
            return "no joint position reaches the pose"
        return f"{len(fits)} joint positions fit CONFIG {target.config}"
    return replace(target, q=tuple(float(v) for v in fits[0]), ext=())


def as_pose(target: Target, frame: str, tool: str, cell: Cell, group: MotionGroup) -> Target | str:
    """Return a joint target as the pose of its TCP in a frame, with the CONFIG of its joints.

    Returns:
        The pose target, or the reason why the pose is not known.
    """
    from cellsim.errors import BadInput
    from cellsim.kinematics.fk import tcp_pose
    from cellsim.kinematics.frames import chain_of, world_T_frame

    name, _, tcp = tool.partition(".")
    if not group.robot.maker or group.externals or (name and name not in cell.tools):
        return "the arm or tool of the pose is not in the cell"
    q = np.array(target.q, dtype=np.float64)
    tcps = cell.tools[name].tcps if name else {}
    flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()), Pose.identity())
    try:
        world_T_named = world_T_frame(cell, frame, {group.name: q})
    except BadInput:
        return "frame or tool of the pose is not in the cell"
    pose = world_T_named.inverse() @ tcp_pose(chain_of(cell, group.name), q, flange_T_tcp)
    shown = [(float(q[i]) - a.offset) / a.factor for i, a in enumerate(group.controller.axes[:6])]
    turns = ", ".join(str(_turns_of(shown[i])) for i in (0, 3, 5))
    return replace(target, q=None, pose=pose, config=f"{letters_of(q, cell, group)}, {turns}")


def _flange(
    pose: Pose, frame: str, tool: str, cell: Cell, group: MotionGroup, ext: Sequence[float]
) -> Pose | None:
    """Return `world_T_flange` of a pose of a TCP in a frame."""
    from cellsim.errors import BadInput
    from cellsim.kinematics.frames import world_T_frame

    name, _, tcp = tool.partition(".")
    if name and name not in cell.tools:
        return None
    at = {group.name: np.array([*group.home[: group.robot.dof], *ext])}
    try:
        world_T_tcp = world_T_frame(cell, frame, at) @ pose
    except BadInput:
        return None
    if not name:
        return world_T_tcp
    tcps = cell.tools[name].tcps
    flange_T_tcp = tcps[tcp] if tcp else next(iter(tcps.values()))
    return world_T_tcp @ flange_T_tcp.inverse()


def _solutions(flange: Pose, cell: Cell, group: MotionGroup, ext: Sequence[float]) -> list[Array]:
    """Return the branches, one for each set of angles that differs by more than whole turns."""
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import solve_all

    found: list[tuple[Array, list[float]]] = []
    for q in solve_all(chain_of(cell, group.name), flange, ext):
        values = q.tolist()
        if not any(_is_same(values, other) for _, other in found):
            found.append((q, values))
    return [q for q, _ in found]


def _is_same(a: Sequence[float], b: Sequence[float]) -> bool:
    """Return whether joints [rad] are the same but for whole turns."""
    pi, turn = math.pi, 2.0 * math.pi
    return all(abs((x - y + pi) % turn - pi) < _SAME_RAD for x, y in zip(a, b, strict=True))


def _turned(q: Array, group: MotionGroup, turns: Sequence[int]) -> list[Array]:
    """Return the joints with J1, J4, J6 in the turns asked for, if they are inside of the limits.

    An angle within rounding of where turns meet is the first of its turn: 180 deg of turn 1, -180
    deg of turn -1. Turn 0 has neither of them, and the controller refuses such a point (MOTN-018,
    measured in the maker's simulator by LeroyDu56/CrossArm).
    """
    out = q.copy()
    for i, turn in zip((0, 3, 5), turns, strict=True):
        axis = group.controller.axes[i]
        shown = (float(q[i]) - axis.offset) / axis.factor
        base = (shown + 180.0) % 360.0 - 180.0
        if abs(base) > 180.0 - _NEAR_DEG:
            if turn == 0:
                return []
            base = math.copysign(base, -turn)
        out[i] = axis.factor * (base + 360.0 * turn) + axis.offset
        if not _inside(float(out[i]), group, i):
            return []
    return [out]


def _turns_of(shown: float) -> int:
    """Return the turn that an angle [deg] is in: 0 without -180 and 180."""
    whole, _ = divmod(abs(shown) + 180.0, 360.0)
    return int(whole) if shown >= 0.0 else -int(whole)


def _inside(value: float, group: MotionGroup, i: int) -> bool:
    joint = group.robot.joints[i]
    return joint.lower - 1e-9 <= value <= joint.upper + 1e-9


def letters_of(q: Array, cell: Cell, group: MotionGroup) -> str:
    """Return N or F, U or D, T or B of joints, from where the axes stand."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, group.name)
    poses = link_poses(chain, np.array([q], dtype=np.float64))[0]
    turning, shoulder, elbow, wrist = (poses[i] for i in _axes_of(cell, group))
    x, z = _in_plane(turning, wrist)
    sx, sz = _in_plane(turning, shoulder)
    ex, ez = _in_plane(turning, elbow)
    axis5 = group.controller.axes[4]
    bent = (float(q[4]) - axis5.offset) / axis5.factor
    side = "T" if x >= 0.0 else "B"
    above = (x - sx) * (ez - sz) - (z - sz) * (ex - sx)
    return f"{'N' if bent < 0.0 else 'F'} {'U' if above > 0.0 else 'D'} {side}"


def letters_of_rows(rows: Sequence[Sequence[float]], cell: Cell, group: MotionGroup) -> list[str]:
    """Return `letters_of` for rows of joint values [rad | m], worked out together."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    if not rows:
        return []
    q = np.array(rows, dtype=np.float64)
    poses = link_poses(chain_of(cell, group.name), q)
    turning, shoulder, elbow, wrist = (poses[:, i] for i in _axes_of(cell, group))
    away = [
        np.einsum("nji,nj->ni", turning[:, :3, :3], link[:, :3, 3] - turning[:, :3, 3])
        for link in (wrist, shoulder, elbow)
    ]
    (x, _, z), (sx, _, sz), (ex, _, ez) = (a.T for a in away)
    above = (x - sx) * (ez - sz) - (z - sz) * (ex - sx)
    axis5 = group.controller.axes[4]
    bent = (q[:, 4] - axis5.offset) / axis5.factor
    sure = (np.abs(x) > _SURE) & (np.abs(above) > _SURE)
    return [
        f"{'N' if b < 0.0 else 'F'} {'U' if u > 0.0 else 'D'} {'T' if f >= 0.0 else 'B'}"
        if known
        else letters_of(row, cell, group)
        for b, u, f, known, row in zip(bent, above, x, sure, q, strict=True)
    ]


@lru_cache(maxsize=64)
def _axes_of(cell: Cell, group: MotionGroup) -> tuple[int, ...]:
    """Return the places in the group's chain of the links behind axes 1, 2, 3 and 5."""
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, group.name)
    names = {name.rpartition("/")[2]: i for i, name in enumerate(chain.link_names)}
    return tuple(names[group.robot.links[i].name] for i in (1, 2, 3, 5))


def _in_plane(turning: Array, link: Array) -> tuple[float, float]:
    """Return how far in front and how high a link stands in the frame that turns with J1."""
    away = turning[:3, :3].T @ (link[:3, 3] - turning[:3, 3])
    return float(away[0]), float(away[2])
