"""The world at a time of a timeline, as a scene in which one group may move otherwise."""

from __future__ import annotations

import numpy as np

from cellsim.collision.pads import stretches_of
from cellsim.collision.query import Scene, scene_of
from cellsim.domain.timeline import Hold, Timeline
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import anchor_of
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of, link_pose


def scene_at(timeline: Timeline, group: str, t: float, near: Array) -> Scene:
    """Return the scene of a group at t [s]: what it holds, where parts and other groups are.

    Args:
        near: Joint values it may come to [rad | m], shape (n, dof).
    """
    cell = timeline.job.cell
    q = {g: np.asarray(track.traj(t)) for g, track in timeline.tracks.items()}
    q |= {name: track.at(t) for name, track in timeline.fixtures.items()}
    held, moved, hand = None, {}, None
    for hold in timeline.holds:
        if not hold.t0 <= t <= hold.t1:
            continue
        if hold.parent == f"group:{group}.flange":
            held, hand = hold.part, hold.pose
        else:
            moved[hold.part] = _place(timeline, hold, q)
    track = timeline.tracks[group]
    knot = float(np.interp(t, track.t, np.arange(len(track.t))))
    stretch = next(s for s in stretches_of(cell, track) if s.last >= knot)
    others = {g: row for g, row in q.items() if g != group}
    moved.pop(held or "", None)
    return scene_of(cell, group, held, moved, others, hand, stretch, near=near)


def _place(timeline: Timeline, hold: Hold, q: dict[str, Array]) -> Pose:
    """Return `world_T_part` of a part that another group, or nobody, holds."""
    cell = timeline.job.cell
    if hold.parent.startswith("group:"):
        owner = hold.parent.removeprefix("group:").partition(".")[0]
        return flange_pose(chain_of(cell, owner), q[owner]) @ hold.pose
    link, link_T_parent = anchor_of(cell, hold.parent.removeprefix("frame:"))
    return link_pose(cell, link, q) @ link_T_parent @ hold.pose
