"""Feature names of a task to poses: where features are, and how a TCP may stand on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part, Tool
from cellsim.domain.feature import Feature, facing
from cellsim.errors import UnknownName
from cellsim.geometry import Array, Pose, rotation_rpy
from cellsim.kinematics import world_T_fixture, world_T_part
from cellsim.teach.pull import free_direction

FREE_TURNS = 12


@dataclass(frozen=True, eq=False)
class Place:
    """A feature in the world.

    Attributes:
        name: As in the task. owner: "part:NAME" or "fixture:NAME".
        feature: The feature. poses: `world_T_feature` of each member.
        frame: Frame the owner stands in.
    """

    name: str
    owner: str
    feature: Feature
    poses: tuple[Pose, ...]
    frame: str


def place_of(
    cell: Cell,
    name: str,
    placed: Mapping[str, Pose],
    default: str = "",
    fixtures: Mapping[str, Array] = MappingProxyType({}),
) -> Place:
    """Return the feature of "PART.FEATURE" or "FIXTURE.FEATURE" where it is now.

    Args:
        placed: `world_T_part` of parts that are no longer at their start.
        default: Part that a bare feature name belongs to.
        fixtures: Where moving fixtures stand, by "fixture:NAME"; at their start where not given.
    """
    owners = {**dict.fromkeys(cell.parts, "part"), **dict.fromkeys(cell.fixtures, "fixture")}
    if default and name in cell.parts[default].features:
        name = f"{default}.{name}"
    fits = [n for n in owners if name.startswith(f"{n}.")]
    if not fits:
        known = cell.parts[default].features if default else owners
        raise UnknownName("feature" if default else "part or fixture", name, known)
    owner = max(fits, key=len)
    kind, short = owners[owner], name[len(owner) + 1 :]
    body = cell.parts[owner] if kind == "part" else cell.fixtures[owner]
    feature, members = _feature(body.features, owner, short)
    world_T_body = (
        world_T_part_now(cell, owner, placed, fixtures)
        if kind == "part"
        else world_T_fixture(cell, owner, fixtures)
    )
    poses = tuple(world_T_body @ feature.places[i] for i in members)
    return Place(name, f"{kind}:{owner}", feature, poses, _standing_frame(cell, kind, owner))


def _feature(
    features: Mapping[str, Feature], owner: str, name: str
) -> tuple[Feature, tuple[int, ...]]:
    """Return a feature and the numbers of the members that "FEATURE" or "FEATURE.3" names."""
    if name in features:
        return features[name], tuple(range(len(features[name].places)))
    for feature in features.values():
        if name in feature.members:
            return feature, (feature.members.index(name),)
    raise UnknownName(f"feature of {owner}", name, features)


def world_T_part_now(
    cell: Cell,
    part: str,
    placed: Mapping[str, Pose],
    fixtures: Mapping[str, Array] = MappingProxyType({}),
) -> Pose:
    """Return where a part that nobody holds is now, with what carries it."""
    return placed[part] if part in placed else world_T_part(cell, part, fixtures)


def _standing_frame(cell: Cell, kind: str, owner: str) -> str:
    """Return the named frame that the owner stands in, over part and fixture parents."""
    while True:
        if kind == "part":
            part = cell.parts[owner]
            parent = part.frame if part.hinge is None else part.hinge.parent
        else:
            parent = cell.fixtures[owner].frame
        kind, _, owner = parent.partition(":")
        if kind not in ("part", "fixture"):
            return parent if parent in cell.frames else "world"


def numbered_frame(cell: Cell, group: str, frame: str) -> str:
    """Return the nearest frame above `frame` that the group's controller has a number for."""
    numbers = cell.groups[group].controller.frames
    while frame in cell.frames:
        if frame in numbers:
            return frame
        frame = cell.frames[frame].parent
    return "world"


def measured_frames(cell: Cell, frame: str) -> frozenset[str]:
    """Return the frame and those above it that are measured at run time."""
    found = set()
    while frame in cell.frames:
        if cell.frames[frame].range_m or cell.frames[frame].range_rad:
            found.add(frame)
        frame = cell.frames[frame].parent
    return frozenset(found)


def standings(tool: Tool, place: Pose, feature: Feature) -> list[tuple[str, Pose]]:
    """Return (label, `world_T_tcp`) of the ways the tool may stand on one member of a feature.

    The TCP's z goes into the material. A tool without a gripper may turn freely about it; a
    gripper's x lies along the feature's longest direction, one way or the other.
    """
    if tool.gripper is None:
        turns = [2.0 * math.pi * k / FREE_TURNS for k in range(FREE_TURNS)]
    elif len(feature.size) >= 2 and abs(feature.size[0] - feature.size[1]) < 1e-3:
        turns = [0.0, math.pi / 2, math.pi, -math.pi / 2]
    else:
        turns = [0.0, math.pi]
    ways = []
    for turn in turns:
        about_z = Pose(rotation_rpy(0.0, 0.0, turn), np.zeros(3))
        ways.append((f"{math.degrees(turn):.0f} deg about z", facing(place @ about_z)))
    return ways


def pull_direction(
    cell: Cell,
    part: str,
    along: str,
    world_T_body: Pose,
    distance: float,
    fixtures: Mapping[str, Array] = MappingProxyType({}),
) -> Array | None:
    """Return the unit direction [world] of a pull-off; None where it is the TCP's own -z.

    "hinge_normal" is across the hinge axis, the way that frees the part soonest; the direction
    out of its fasteners where that is as good.
    """
    if along == "approach":
        return None
    if along == "up":
        return np.array([0.0, 0.0, 1.0])
    found = cell.parts[part]
    if along in found.features:
        return (world_T_body @ found.features[along].places[0]).R[:, 2]
    if found.hinge is None:
        raise UnknownName(f"feature of {part}", along, found.features)
    axis = world_T_body.R @ np.asarray(found.hinge.axis, dtype=np.float64)
    if along == "hinge_axis":
        return axis * (1.0 if axis[2] >= 0.0 else -1.0)
    normal = _mean_normal(found, world_T_body)
    return free_direction(cell, part, world_T_body, axis, normal, distance, fixtures)


def _mean_normal(part: Part, world_T_body: Pose) -> Array:
    """Return the mean direction out of the material at the part's fasteners."""
    assert part.hinge is not None
    if part.hinge.fasteners not in part.features:
        raise UnknownName(f"feature of {part.name}", part.hinge.fasteners, part.features)
    places = part.features[part.hinge.fasteners].places
    mean = np.mean([(world_T_body @ place).R[:, 2] for place in places], axis=0)
    return np.asarray(mean / np.linalg.norm(mean))
