"""Features in cell files: a kind and how to pick it out of the mesh; never coordinates."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from cellsim.domain.equipment import Hinge
from cellsim.domain.feature import Feature
from cellsim.domain.files.solid import Key, Positive
from cellsim.domain.files.yamltext import Lines, Strict
from cellsim.errors import BadInput, UnknownName
from cellsim.geometry import Array, Pose, Solid
from cellsim.geometry.bits import Asked, bits_of
from cellsim.geometry.features import Place, edges, faces, holes, rims, smooth_mesh
from cellsim.units import deg, mm

Side = Literal["+x", "-x", "+y", "-y", "+z", "-z"]
Band = tuple[Positive, Positive]
Tile = Annotated[int, Field(ge=1, le=50)]
SIDES = {f"{s}{n}": np.eye(3)[i] * v for i, n in enumerate("xyz") for s, v in (("+", 1), ("-", -1))}


class FeatureText(Strict):
    """How a feature is picked out.

    kind: holes (round holes), rim (longest opening), face (largest plane), faces, edge (longest
    straight edge), axis (of the hinge), hook, pocket, chuck (planes that a part rests on), grid
    (the largest plane cut into `tiles` along and across, each a place to rest on).
    facing: which side of the body it is on, within `within_deg`. diameter_mm: of holes. size_mm:
    width_mm: long and short side. count: how many there must be. order: directions along which
    members are numbered. names: one feature per member, in order, instead of one with members.
    long: side that the feature's x axis points to (else its longest direction).
    """

    kind: Literal[
        "holes", "rim", "face", "faces", "edge", "axis", "hook", "pocket", "chuck", "grid"
    ]
    facing: Side | None = None
    within_deg: Positive = 30.0
    diameter_mm: Band | None = None
    size_mm: Band | None = None
    width_mm: Band | None = None
    count: Annotated[int, Field(ge=1, le=500)] | None = None
    order: tuple[Side, ...] = ()
    names: tuple[str, ...] = ()
    long: Side | None = None
    tiles: tuple[Tile, Tile] | None = None

    @model_validator(mode="after")
    def _fits(self) -> FeatureText:
        if self.kind == "holes" and self.diameter_mm is None:
            raise ValueError("holes need diameter_mm: [smallest, largest]")
        if (self.kind == "grid") != (self.tiles is not None):
            raise ValueError("tiles: [along, across] goes with kind grid")
        if self.kind not in ("holes", "edge", "axis") and self.facing is None:
            raise ValueError(f"a {self.kind} needs facing: one of {', '.join(SIDES)}")
        return self


def features_of(
    texts: dict[str, FeatureText],
    solid: Solid,
    hinge: Hinge | None,
    source: str,
    lines: Lines,
    key: Key,
) -> dict[str, Feature]:
    """Return the features of a body, computed from its mesh (or its pieces where it has none)."""
    found: dict[str, Feature] = {}
    for name, text in texts.items():
        at = (*key, "features", name)
        try:
            places = _axis(hinge) if text.kind == "axis" else places_of(text, solid)
        except BadInput as error:
            raise lines.error(f"feature '{name}': {error.message}", *at) from None
        places = _picked(name, text, places, lines, at)
        kind = "pocket" if text.kind == "grid" else text.kind
        how = f"{text.kind} of {source}"
        if text.names:
            for member, place in zip(text.names, places, strict=True):
                found[member] = Feature(member, kind, (place.pose,), place.size, how)
            continue
        poses = tuple(place.pose for place in places)
        members = tuple(f"{name}.{i + 1}" for i in range(len(poses)))
        size = places[0].size
        found[name] = Feature(name, kind, poses, size, how, members)
    return found


def places_of(text: FeatureText, solid: Solid) -> list[Place]:
    """Return where a feature is on a body: the same of the same text, mesh and pieces."""
    key = text, bits_of((solid.vertices, solid.faces, solid.pieces))
    return list(_places(Asked(key, (text, solid))))


@lru_cache(maxsize=512)
def _places(ask: Asked[tuple[FeatureText, Solid]]) -> list[Place]:
    text, solid = ask.of
    mesh = smooth_mesh(solid)
    facing = None if text.facing is None else SIDES[text.facing]
    within = text.within_deg * deg
    if text.kind == "holes":
        low, high = text.diameter_mm or (0.0, 0.0)
        return holes(mesh, low * mm, high * mm, facing, within)
    low, high = (v * mm for v in text.size_mm or (0.0, 1e9))
    if text.kind == "edge":
        found = edges(mesh, facing, within)
    else:
        side = np.zeros(3) if facing is None else facing
        found = rims(mesh, side, within) if text.kind == "rim" else faces(mesh, side, within)
    narrow, wide = (v * mm for v in text.width_mm or (0.0, 1e9))
    found = [place for place in found if low <= place.size[0] <= high]
    found = [place for place in found if narrow <= place.size[-1] <= wide]
    if text.tiles is not None and found:
        return _tiled(found[0], text)
    return found[:1] if text.kind in ("rim", "face", "edge") else found


def _tiled(face: Place, text: FeatureText) -> list[Place]:
    """Cut a rectangular face into equal tiles along and across its x axis."""
    along, across = text.tiles or (1, 1)
    pose = face.pose if text.long is None else _turned(face.pose, SIDES[text.long])
    swapped = abs(float(pose.R[:, 0] @ face.pose.R[:, 0])) < 0.5
    length, width = face.size[::-1] if swapped else face.size
    step = (length / along, width / across)
    return [
        Place(
            pose
            @ Pose.translation(
                (i + 0.5) * step[0] - length / 2, (k + 0.5) * step[1] - width / 2, 0.0
            ),
            (max(step), min(step)),
        )
        for i in range(along)
        for k in range(across)
    ]


def _axis(hinge: Hinge | None) -> list[Place]:
    """Return the hinge axis as a place: z along the axis, at the part's origin."""
    if hinge is None:
        raise BadInput("an axis needs a hinge")
    z = hinge.axis / np.linalg.norm(hinge.axis)
    x = np.cross(np.eye(3)[int(np.argmin(np.abs(z)))], z)
    x = x / np.linalg.norm(x)
    return [Place(Pose(np.stack([x, np.cross(z, x), z], axis=1), np.zeros(3)), ())]


def _picked(
    name: str, text: FeatureText, places: list[Place], lines: Lines, at: Key
) -> list[Place]:
    """Return the members in order, their x axes turned; a wrong number is BadInput."""
    wanted = text.count or (len(text.names) or None)
    if not places or (wanted is not None and len(places) != wanted):
        expected = str(wanted) if wanted else "at least one"
        raise lines.error(f"feature '{name}': {len(places)} found", *at, expected=expected)
    if text.names and len(text.names) != len(places):
        raise lines.error(f"feature '{name}': {len(places)} found", *at, "names")
    if text.long is not None:
        places = [Place(_turned(place.pose, SIDES[text.long]), place.size) for place in places]
    for side in reversed(text.order):
        direction = SIDES[side]
        places = sorted(places, key=partial(_along, direction))
    return places


def _along(direction: Array, place: Place) -> float:
    return round(float(place.pose.p @ direction), 6)


def _turned(pose: Pose, side: Array) -> Pose:
    """Turn a place about its z so that x points to a side as far as it can."""
    z = pose.R[:, 2]
    x = side - (side @ z) * z
    length = float(np.linalg.norm(x))
    if length < 0.1:
        return pose
    x = x / length
    return Pose(np.stack([x, np.cross(z, x), z], axis=1), pose.p)


def known_feature(features: dict[str, Feature], name: str, lines: Lines, *key: str | int) -> None:
    """Refuse a feature name that the body does not have."""
    if name not in features:
        at = lines.at(*key)
        raise UnknownName("feature", name, features, file=at.file, line=at.line, column=at.column)
