"""From a robtarget with its configuration to the joints it means; the writer has its own way.

cf1, cf4, cf6: quadrants of axes 1, 4, 6, floor(axis / 90 deg). cfx of a serial arm: 1 for axis 5
below zero, 2 for the wrist centre behind the lower arm, 4 for the wrist centre behind axis 1.
Source: RAPID instructions, functions and data types 3HAC050917, confdata.
"""

from __future__ import annotations

import math
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
    fits = [q for q in found if has_conf(q, conf, cell, group)]
    if len(fits) != 1:
        shown = ",".join(str(c) for c in conf)
        return f"{len(fits)} of {len(found)} joint positions fit configuration [{shown}]"
    return tuple(float(v) for v in fits[0])


def has_conf(q: Array, conf: Sequence[int], cell: Cell, group: MotionGroup) -> bool:
    """Return whether joints have a configuration; on an edge between two, both are right."""
    for axis, quadrant in zip((0, 3, 5), conf[:3], strict=True):
        map_ = group.controller.axes[axis]
        shown = (float(q[axis]) - map_.offset) / map_.factor
        edges = {math.floor((shown + e) / 90.0) for e in (-_EDGE_DEG, _EDGE_DEG)}
        if quadrant not in edges:
            return False
    return _cfx_fits(q, conf[3], cell, group)


def _cfx_fits(q: Array, cfx: int, cell: Cell, group: MotionGroup) -> bool:
    """Return whether the three bits of cfx agree with where the wrist stands."""
    from cellsim.kinematics.fk import link_poses
    from cellsim.kinematics.frames import chain_of

    chain = chain_of(cell, group.name)
    poses = link_poses(chain, np.array([q], dtype=np.float64))[0]
    places = {name.rpartition("/")[2]: i for i, name in enumerate(chain.link_names)}
    links = [group.robot.links[i].name for i in (1, 2, 3, 5)]
    turning = poses[places[links[0]]]
    shoulder, elbow, wrist = (
        turning[:3, :3].T @ (poses[places[name]][:3, 3] - turning[:3, 3]) for name in links[1:]
    )
    arm, reach = elbow - shoulder, wrist - shoulder
    axis5 = group.controller.axes[4]
    shown = (float(q[4]) - axis5.offset) / axis5.factor
    measures = (
        (-shown, _EDGE_DEG),
        (float(arm[0] * reach[2] - arm[2] * reach[0]), _EDGE_M),
        (-float(wrist[0]), _EDGE_M),
    )
    return all(
        abs(value) <= edge or (value > 0.0) == bool(cfx >> bit & 1)
        for bit, (value, edge) in enumerate(measures)
    )
