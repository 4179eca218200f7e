"""Targets written as `to: door.front_left.window_rim` become poses in their move's frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cellsim.domain.cell import Cell
from cellsim.domain.feature import Feature, facing
from cellsim.domain.files.hinge import hinge_pose
from cellsim.domain.program import (
    Grip,
    If,
    Loop,
    Move,
    Program,
    Release,
    Routine,
    Statement,
    Target,
)
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Pose

ON_FEATURE = "on feature"


def resolve_features(program: Program, cell: Cell) -> Program:
    """Return the program with every target on a feature as `frame_T_tcp`, offset included.

    The TCP stands face to face with the feature where the part starts in this cell and variant;
    the offset is in the TCP frame (z is the approach, so -80 mm in z is 80 mm before it).
    Errors: UnknownName for part, fixture, feature or frame; BadInput where an arm carries it.
    """
    routines = tuple(
        Routine(routine.name, _block(routine.body, program, cell)) for routine in program.routines
    )
    return replace(program, routines=routines)


def _block(body: tuple[Statement, ...], program: Program, cell: Cell) -> tuple[Statement, ...]:
    return tuple(_statement(statement, program, cell) for statement in body)


def _statement(statement: Statement, program: Program, cell: Cell) -> Statement:
    if isinstance(statement, If):
        then = _block(statement.then, program, cell)
        return replace(statement, then=then, otherwise=_block(statement.otherwise, program, cell))
    if isinstance(statement, Loop):
        return replace(statement, body=_block(statement.body, program, cell))
    try:
        if isinstance(statement, Grip | Release):
            _check_names(statement, cell)
        if not isinstance(statement, Move):
            return statement
        to = _target(statement.to, statement.frame, cell)
        via = None if statement.via is None else _target(statement.via, statement.frame, cell)
    except BadInput as error:
        raise error.at(program.file, statement.line) from None
    return replace(statement, to=to, via=via)


def _check_names(statement: Grip | Release, cell: Cell) -> None:
    if statement.part not in cell.parts:
        raise UnknownName("part", statement.part, cell.parts)
    if isinstance(statement, Release) and statement.at:
        owned_feature(cell, statement.at)


def _target(target: Target, frame: str, cell: Cell) -> Target:
    if target.config != ON_FEATURE:
        return target
    offset = target.pose or Pose.identity()
    world_T_tcp = facing(feature_pose(cell, target.feature)) @ offset
    pose = static_pose(cell, frame).inverse() @ world_T_tcp
    return replace(target, pose=pose, config="")


def feature_pose(cell: Cell, name: str) -> Pose:
    """Return `world_T_feature` of "PART.FEATURE", "FIXTURE.FEATURE" or one of its members."""
    owner, place = owned_feature(cell, name)
    return static_pose(cell, owner) @ place


def owned_feature(cell: Cell, name: str) -> tuple[str, Pose]:
    """Return ("part:NAME" or "fixture:NAME", `body_T_feature`) of a feature or member."""
    owners = {**dict.fromkeys(cell.fixtures, "fixture"), **dict.fromkeys(cell.parts, "part")}
    fits = [owner for owner in owners if name.startswith(f"{owner}.")]
    if not fits:
        raise UnknownName("part or fixture", name.partition(".")[0], owners)
    owner = max(fits, key=len)
    short = name[len(owner) + 1 :]
    body = cell.parts[owner] if owners[owner] == "part" else cell.fixtures[owner]
    return f"{owners[owner]}:{owner}", _member(body.features, owner, short)


def _member(features: Mapping[str, Feature], owner: str, name: str) -> Pose:
    if name in features and len(features[name].places) == 1:
        return features[name].places[0]
    for feature in features.values():
        if name in feature.members:
            return feature.places[feature.members.index(name)]
    members = [m for f in features.values() for m in f.members]
    raise UnknownName(f"feature of {owner}", name, members or features)


def static_pose(cell: Cell, name: str) -> Pose:
    """Return a frame, part or fixture in the world; BadInput where an arm carries it."""
    if name == "world":
        return Pose.identity()
    kind, _, rest = name.partition(":")
    if kind == "fixture" and rest in cell.fixtures:
        fixture = cell.fixtures[rest]
        return static_pose(cell, fixture.frame) @ fixture.pose
    if kind == "part" and rest in cell.parts:
        part = cell.parts[rest]
        if part.hinge is None:
            return static_pose(cell, part.frame) @ part.pose
        return static_pose(cell, part.hinge.parent) @ hinge_pose(part.hinge) @ part.pose
    if kind == "group":
        raise BadInput(f"'{name}' moves with an arm", expected="a place that stands still")
    if name not in cell.frames:
        raise UnknownName("frame", name, cell.frames)
    return static_pose(cell, cell.frames[name].parent) @ cell.frames[name].pose
