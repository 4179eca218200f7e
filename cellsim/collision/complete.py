"""What a timeline leaves out: groups without a track stand at home, parts without a hold stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cellsim.domain.cell import Cell, MotionGroup
from cellsim.domain.timeline import GroupTrack, Hold, Timeline
from cellsim.geometry import Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.frames import world_T_part


def completed(timeline: Timeline) -> Timeline:
    """Return the timeline with a track for every group and a hold for every part of its cell."""
    cell, end = timeline.job.cell, timeline.duration
    tracks = dict(timeline.tracks)
    for name, group in cell.groups.items():
        if name not in tracks:
            tracks[name] = _standing(group, end)
    held = {hold.part for hold in timeline.holds}
    holds = tuple(_kept(cell, name, end) for name in cell.parts if name not in held)
    return replace(timeline, tracks=tracks, holds=(*timeline.holds, *holds))


def _kept(cell: Cell, part: str, end: float) -> Hold:
    """Return the hold of a part that stays where it starts, with what carries it there."""
    if anchor_of(cell, f"part:{part}")[0] == WORLD:
        return Hold(part, "world", world_T_part(cell, part), 0.0, end)
    return Hold(part, f"frame:part:{part}", Pose.identity(), 0.0, end)


def _standing(group: MotionGroup, end: float) -> GroupTrack:
    """Return the track of a group that stands at home until `end` [s]."""
    t = np.array([0.0, end]) if end > 0.0 else np.zeros(1)
    q = np.repeat(np.array([group.home], dtype=np.float64), len(t), axis=0)
    still, off = np.zeros_like(q), np.zeros((len(t) - 1, q.shape[1]))
    none = np.zeros(len(t) - 1, dtype=np.int64)
    return GroupTrack(group.name, t, q, still, still, off, off, none, (), none)
