"""Exact convex pieces as they stand in files: shapes in mm, ends as points, rotations in deg."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from cellsim.domain.files.yamltext import Strict
from cellsim.geometry import Array, Piece, Pose, rotation_axis
from cellsim.units import deg, mm

Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Xyz = tuple[Coordinate, Coordinate, Coordinate]
Length = Annotated[float, Field(ge=1e-3, le=1e6)]


class SphereText(Strict):
    """A ball."""

    shape: Literal["sphere"]
    name: str = ""
    center_mm: Xyz
    radius_mm: Length


class RoundText(Strict):
    """A cylinder between the centres of its faces, or a capsule between those of its caps."""

    shape: Literal["cylinder", "capsule"]
    name: str = ""
    from_mm: Xyz
    to_mm: Xyz
    radius_mm: Length


class BoxText(Strict):
    """A box by its full edges."""

    shape: Literal["box"]
    name: str = ""
    center_mm: Xyz
    size_mm: tuple[Length, Length, Length]
    rpy_deg: Xyz = (0.0, 0.0, 0.0)


class HullText(Strict):
    """The convex hull of points."""

    shape: Literal["hull"]
    name: str = ""
    points_mm: Annotated[tuple[Xyz, ...], Field(min_length=4, max_length=400)]


PieceText = Annotated[SphereText | RoundText | BoxText | HullText, Field(discriminator="shape")]


def piece_of(text: SphereText | RoundText | BoxText | HullText) -> Piece:
    """Return the piece [m, rad]; ValueError where the shape has no volume."""
    if isinstance(text, SphereText):
        place = Pose(np.eye(3), np.array(text.center_mm) * mm)
        return Piece("sphere", (text.radius_mm * mm,), place, name=text.name)
    if isinstance(text, BoxText):
        rpy = [v * deg for v in text.rpy_deg]
        place = Pose.from_xyz_rpy([v * mm for v in text.center_mm], rpy)
        return Piece("box", tuple(v * mm for v in text.size_mm), place, name=text.name)
    if isinstance(text, RoundText):
        start, end = np.array(text.from_mm) * mm, np.array(text.to_mm) * mm
        length = float(np.linalg.norm(end - start))
        if length < 1e-6:
            raise ValueError(f"{text.shape} has no length")
        place = Pose(_z_along((end - start) / length), (start + end) / 2)
        return Piece(text.shape, (text.radius_mm * mm, length), place, name=text.name)
    points = np.array(text.points_mm) * mm
    if np.linalg.matrix_rank(points - points[0], tol=1e-6) < 3:
        raise ValueError("hull is flat")
    return Piece("hull", (), Pose.identity(), points, name=text.name)


def piece_text(piece: Piece) -> dict[str, object]:
    """Return a piece as it stands in a file [mm, deg], rounded to 1e-3 mm and 1e-6 deg."""
    out: dict[str, object] = {"shape": piece.kind}
    if piece.name:
        out["name"] = piece.name
    if piece.kind == "sphere":
        return out | {"center_mm": _mm(piece.pose.p), "radius_mm": _round(piece.size[0] / mm)}
    if piece.kind in ("cylinder", "capsule"):
        radius, length = piece.size
        ends = piece.pose @ np.array([[0, 0, -length / 2], [0, 0, length / 2]])
        ends_mm = {"from_mm": _mm(ends[0]), "to_mm": _mm(ends[1])}
        return out | ends_mm | {"radius_mm": _round(radius / mm)}
    if piece.kind == "box":
        box = out | {"center_mm": _mm(piece.pose.p), "size_mm": _mm(piece.size)}
        rpy = [round(v / deg, 6) + 0.0 for v in piece.pose.rpy()]
        return box | ({"rpy_deg": rpy} if any(rpy) else {})
    return out | {"points_mm": [_mm(point) for point in piece.pose @ piece.points]}


def _mm(values: Sequence[float] | Array) -> list[float]:
    return [_round(float(v) / mm) for v in values]


def _round(value: float) -> float:
    return round(value, 3) + 0.0


def _z_along(direction: Array) -> Array:
    """Return the rotation that turns z to a unit direction by the shortest way."""
    x, y, z = (float(v) for v in direction)
    across = math.hypot(x, y)
    if across < 1e-12:
        return np.eye(3) if z > 0 else np.diag([1.0, -1.0, -1.0])
    axis = np.array([-y, x, 0.0]) / across
    return rotation_axis(axis, math.atan2(across, z))
