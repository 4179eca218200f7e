"""From a robtarget with its configuration to the joints it means; the writer has its own way.

cf1, cf4, cf6: quadrants of axes 1, 4, 6, floor(axis / 90 deg). cfx of a serial arm: 1 for axis 5
below zero, 2 for the wrist centre behind the lower arm, 4 for the wrist centre behind axis 1.
Source: RAPID instructions, functions and data types 3HAC050917, confdata.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.geometry import Array, Pose

_EDGE_DEG = 1e-3
_EDGE_M = 1e-6


def joints_of(
    flange: Pose, conf: Sequence[int], cell: Cell, group: MotionGroup, ext: Sequence[float]
) -> tuple[float, ...] | str:
    """Return the one set of joints that reaches a flange pose in the world with a configuration.

    Returns:
        Joint values [rad | m] with external axes, or the reason why they are not known.
    """
    from cellsim.kinematics.frames import chain_of
    from cellsim.kinematics.ik import solve_all

    told = (group.controller.axes[k] for k in (0, 3, 4, 5) if group.robot.dof == 6)
    if group.robot.dof != 6 or any(axis.coupling for axis in told):
        return "configuration of this kind of arm"
    found = solve_all(chain_of(cell, group.name), flange, ext)
    right = with_conf(np.array(found), np.array(conf), cell, group)
    fits = [q for q, fit in zip(found, right, strict=True) if fit]
    if not found:
        return "no joint position reaches the pose"
    if len(fits) != 1:
        shown = ",".join(str(c) for c in conf)
        return f"{len(fits)} of {len(found)} joint positions fit configuration [{shown}]"
    return tuple(float(v) for v in fits[0])


def with_conf(q: Array, confs: Array, cell: Cell, group: MotionGroup) -> list[bool]:
    """Return which joints have their configuration; on an edge between two, both are right.

    Args:
        q: Joint values, shape (n, dof). confs: cf1, cf4, cf6, cfx of each, shape (n, 4) or (4,).
    """
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    if not len(q):
        return []
    conf = np.broadcast_to(confs, (len(q), 4)).astype(np.int64)
    fits = np.ones(len(q), dtype=np.bool_)
    for axis, told in zip((0, 3, 5), conf.T[:3], strict=True):
        shown = _shown(q, axis, group)
        below, above = (np.floor((shown + e) / 90.0) for e in (-_EDGE_DEG, _EDGE_DEG))
        fits &= (told == below) | (told == above)
    chain = chain_of(cell, group.name)
    poses = link_poses(chain, np.ascontiguousarray(q, dtype=np.float64))
    for bit, (value, edge) in enumerate(_measures(poses, q, chain.link_names, group)):
        fits &= (np.abs(value) <= edge) | ((value > 0.0) == (conf[:, 3] >> bit & 1).astype(bool))
    return [bool(v) for v in fits]


def _shown(q: Array, axis: int, group: MotionGroup) -> Array:
    """Return the values [deg] that the pendant shows of an axis, shape (n,)."""
    map_ = group.controller.axes[axis]
    return np.asarray((q[:, axis] - map_.offset) / map_.factor)


def _measures(
    poses: Array, q: Array, names: Sequence[str], group: MotionGroup
) -> tuple[tuple[Array, float], ...]:
    """Return what each bit of cfx is the sign of, shape (n,), with what counts as its edge."""
    places = {name.rpartition("/")[2]: i for i, name in enumerate(names)}
    links = [places[group.robot.links[i].name] for i in (1, 2, 3, 5)]
    turning = poses[:, links[0]]
    shoulder, elbow, wrist = (
        np.einsum("nji,nj->ni", turning[:, :3, :3], poses[:, i, :3, 3] - turning[:, :3, 3])
        for i in links[1:]
    )
    arm, reach = elbow - shoulder, wrist - shoulder
    return (
        (-_shown(q, 4, group), _EDGE_DEG),
        (arm[:, 0] * reach[:, 2] - arm[:, 2] * reach[:, 0], _EDGE_M),
        (-wrist[:, 0], _EDGE_M),
    )
