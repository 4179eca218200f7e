"""What acts on a motion from outside of its line: program displacement, and triggers on the way.

A trigger at a distance cuts a line in two: the output is set where the cut is passed, and the way
and speed stay those of the line. Source: recalled from RAPID instructions (PDispSet, TriggIO,
TriggL), no page read: a displacement stands between the object frame and the target and leaves
MoveAbsJ alone; a distance counts from the end, with \\Start from the beginning.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.places import NotKnown, pose_of
from cellsim.controllers.abb.values import aggregate
from cellsim.domain.program import Move, Target, Zone
from cellsim.geometry import Pose

_LEAST_M = 1e-5
_MOST_CORNER_MM = 1.0


def displacement(held: object, table: Table, routine: str) -> Pose | None:
    """Return the program displacement that is on, None for none.

    Args:
        held: True while there is none; the aggregate or the name that PDispSet gave.
    """
    if held is True:
        return None
    if not isinstance(held, str) or held == "?":
        raise NotKnown("motion while pdisp is not known to be off")
    if held.startswith("["):
        try:
            return pose_of(aggregate(held), "displacement")
        except ValueError as why:
            raise NotKnown(f"displacement: {why}") from None
    value = table.constant(held, routine, "pose")
    if isinstance(value, str):
        raise NotKnown(value)
    return pose_of(value, f"displacement {held}")


def displaced(target: Target, by: Pose | None) -> Target:
    """Return a target behind a displacement."""
    if by is None or target.pose is None:
        return target
    return replace(target, pose=by @ target.pose)


def cut(move: Move, before: object, away_mm: float, from_start: bool) -> Move | None:
    """Return the first part of a line up to a trigger on it; None for one at its beginning.

    Args:
        before: The motion before, where that is certain.
    """
    if move.kind != "linear" or not isinstance(before, Move):
        raise NotKnown("a trigger on the way of a motion that begins where is not known")
    same = (before.frame, before.tool) == (move.frame, move.tool)
    start, end = before.to, move.to
    if not same or start.pose is None or end.pose is None or start.ext != end.ext:
        raise NotKnown("a trigger on the way of a motion that begins where is not known")
    length = start.pose.distance(end.pose)[0]
    if length < _LEAST_M:
        raise NotKnown("a trigger on a motion that only turns")
    at = away_mm / 1000.0 if from_start else length - away_mm / 1000.0
    if at <= _LEAST_M or length - at <= _LEAST_M:
        if at <= _LEAST_M:
            return None
        raise NotKnown("a trigger behind the end of its motion")
    part = at / length
    turn = (start.pose.inverse() @ end.pose).rotvec()
    turned = Pose.from_rotvec((0.0, 0.0, 0.0), tuple(float(v) for v in part * turn))
    way = start.pose.p + part * (end.pose.p - start.pose.p)
    there = Pose((Pose(start.pose.R, np.zeros(3)) @ turned).R, way)
    corner = min(_MOST_CORNER_MM, 400.0 * at, 400.0 * (length - at))
    target = Target(pose=there, config="", ext=end.ext)
    return replace(move, to=target, zone=Zone("distance", corner, "mm"))
