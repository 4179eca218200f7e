"""What carries a named frame: the world, a link of a group, or a moving fixture."""

from __future__ import annotations

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Pose, rotation_axis
from cellsim.kinematics.movers import MOVER, link_T_fixture, moving_link

WORLD = "world"


def anchor_of(cell: Cell, name: str) -> tuple[str, Pose]:
    """Return (link name or "world", `anchor_T_frame`) of a frame name or frame parent.

    name: a frame, "world", "group:NAME.flange", "group:NAME.base", "group:NAME.LINK",
    "part:NAME" or "fixture:NAME". Raises BadInput on a cycle, UnknownName otherwise.
    """
    return _anchor(cell, name, ())


def _anchor(cell: Cell, name: str, path: tuple[str, ...]) -> tuple[str, Pose]:
    if name == WORLD:
        return WORLD, Pose.identity()
    if name in path:
        raise BadInput(f"frames hang on each other in a circle: {' -> '.join((*path, name))}")
    kind, _, rest = name.partition(":")
    if kind == "group" and rest:
        return _group_link(cell, rest), Pose.identity()
    if kind == "part" and rest:
        return _part(cell, rest, (*path, name))
    if kind == "fixture" and rest:
        return _fixture(cell, rest, (*path, name))
    if name not in cell.frames:
        raise UnknownName("frame", name, cell.frames)
    frame = cell.frames[name]
    anchor, anchor_T_parent = _anchor(cell, frame.parent, (*path, name))
    return anchor, anchor_T_parent @ frame.pose


def _group_link(cell: Cell, text: str) -> str:
    """Return the full link name of "NAME.flange", "NAME.base" or "NAME.LINK"."""
    group, _, link = text.partition(".")
    if group not in cell.groups:
        raise UnknownName("group", group, cell.groups)
    found = cell.groups[group]
    if link == "base":
        return f"{group}/{found.robot.links[0].name}"
    return f"{group}/{link}"


def _fixture(cell: Cell, name: str, path: tuple[str, ...]) -> tuple[str, Pose]:
    if name not in cell.fixtures:
        raise UnknownName("fixture", name, cell.fixtures)
    fixture = cell.fixtures[name]
    if fixture.joint is not None:
        return moving_link(f"{MOVER}{name}"), link_T_fixture(fixture.joint)
    anchor, anchor_T_frame = _anchor(cell, fixture.frame, path)
    return anchor, anchor_T_frame @ fixture.pose


def _part(cell: Cell, name: str, path: tuple[str, ...]) -> tuple[str, Pose]:
    if name not in cell.parts:
        raise UnknownName("part", name, cell.parts)
    part = cell.parts[name]
    frame = part.frame if part.hinge is None else part.hinge.parent
    anchor, anchor_T_frame = _anchor(cell, frame, path)
    return anchor, anchor_T_frame @ frame_T_part(part)


def frame_T_part(part: Part, angle: float | None = None) -> Pose:
    """Return where the part starts in its frame, or in its hinge's parent at `angle` [rad]."""
    if part.hinge is None:
        return part.pose
    hinge = part.hinge
    turn = rotation_axis(hinge.axis, hinge.angle if angle is None else angle)
    return hinge.origin @ Pose(turn, np.zeros(3)) @ part.pose
