"""What a candidate costs because its wrist carries near, or over, what the maker allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Tool
from cellsim.domain.program import Process
from cellsim.geometry import Array, Pose
from cellsim.kinematics import Chain
from cellsim.kinematics.dynamics import wrist_load
from cellsim.kinematics.mass import Mass
from cellsim.teach.candidates import Candidate
from cellsim.teach.stage import Stage

NEAR = 0.9
OVER_S = 20.0


def with_load_costs(
    cell: Cell, chain: Chain, stage: Stage, found: Sequence[Candidate], flange_T_tcp: Pose
) -> list[Candidate]:
    """Return the candidates, dearer where a wrist axis is loaded over 90 % of its limit."""
    group = cell.groups[stage.group]
    tool = cell.tools.get(group.tool)
    if tool is None or not group.robot.wrist_limits or stage.q is not None or not found:
        return list(found)
    worst = np.zeros(len(found))
    for option in dict.fromkeys(candidate.option for candidate in found):
        rows = [i for i, candidate in enumerate(found) if candidate.option is option]
        for k, point in enumerate(stage.points):
            masses = [Mass(tool.mass, np.array(tool.com), tool.inertia)]
            name = point.world.in_hand(stage.group)
            if name and option is not None and option.tcp_T_part is not None:
                part = cell.parts[name]
                body = Mass(part.mass, np.array(part.com), part.inertia)
                masses.append(body.seen_from(flange_T_tcp @ option.tcp_T_part))
            q = np.stack([found[i].q[k] for i in rows])
            works = any(isinstance(action, Process) for action in point.actions)
            share = _share(chain, cell, stage.group, q, masses, tool if works else None)
            worst[rows] = np.maximum(worst[rows], share)
    extra = np.maximum(0.0, worst - NEAR) * 10.0 + np.where(worst > 1.0, OVER_S, 0.0)
    return [
        replace(candidate, cost=candidate.cost + float(more))
        for candidate, more in zip(found, extra, strict=True)
    ]


def _share(
    chain: Chain, cell: Cell, group: str, q: Array, masses: list[Mass], working: Tool | None
) -> Array:
    """Return the largest part of a wrist limit that is used at every q, shape (n,)."""
    robot = cell.groups[group].robot
    torque = None
    if working is not None and working.process_torque and not working.reaction_arm:
        axis = next(iter(working.tcps.values())).R[:, 2]
        torque = working.process_torque * axis
    share = np.zeros(len(q))
    limits = {limit.joint: limit for limit in robot.wrist_limits}
    for load in wrist_load(chain, robot, q, masses, torque):
        limit = limits[load.joint]
        if limit.torque:
            share = np.maximum(share, load.torque / limit.torque)
        if limit.inertia:
            share = np.maximum(share, load.inertia / limit.inertia)
    return share
