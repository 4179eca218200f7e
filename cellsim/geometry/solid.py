"""Solid: what a body occupies, as a union of exact convex pieces."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cellsim.geometry.pose import Array, Pose

Kind = Literal["sphere", "capsule", "cylinder", "box", "hull"]
Grade = Literal["cad", "drawing", "estimate"]
_EMPTY = np.zeros((0, 3))


@dataclass(frozen=True, eq=False)
class Piece:
    """One exact convex piece, centred on its own frame.

    Attributes:
        kind: sphere, capsule or cylinder along z, box, or hull of points.
        size: sphere (r,), capsule and cylinder (r, length between cap centres or faces),
            box full edges (x, y, z), hull (); [m].
        pose: `solid_T_piece`.
        points: Hull vertices in the piece frame [m], shape (n, 3); empty otherwise.
        name: What it stands for, for findings.
    """

    kind: Kind
    size: tuple[float, ...]
    pose: Pose = field(default_factory=Pose.identity)
    points: Array = field(default_factory=lambda: _EMPTY)
    name: str = ""

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float64).reshape(-1, 3)
        points.setflags(write=False)
        object.__setattr__(self, "points", points)

    def core(self) -> Core:
        """Return the piece as hull(points) + ball(radius) + disc, in the solid frame."""
        zero = np.zeros(3)
        if self.kind == "sphere":
            return Core(self.pose @ np.zeros((1, 3)), self.size[0], zero, 0.0)
        if self.kind in ("capsule", "cylinder"):
            radius, length = self.size
            ends = self.pose @ np.array([[0, 0, -length / 2], [0, 0, length / 2]])
            axis = self.pose.R[:, 2]
            if self.kind == "capsule":
                return Core(ends, radius, zero, 0.0)
            return Core(ends, 0.0, axis, radius)
        if self.kind == "box":
            half = np.array(self.size) / 2
            signs = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)])
            return Core(self.pose @ (signs * half), 0.0, zero, 0.0)
        return Core(self.pose @ self.points, 0.0, zero, 0.0)


@dataclass(frozen=True, eq=False)
class Core:
    """Support form of a piece: `h(n) = max n.points + radius |n| + disc_radius |n x disc_axis|`.

    Attributes:
        points: Shape (k, 3) [m], in the solid frame.
        radius: Ball radius [m] (sphere, capsule).
        disc_axis: Unit axis of the disc (cylinder), or zeros.
        disc_radius: Disc radius [m] (cylinder).
    """

    points: Array
    radius: float
    disc_axis: Array
    disc_radius: float


@dataclass(frozen=True, eq=False)
class Solid:
    """A closed body; the same object feeds the verdict, the physics and the viewer.

    Attributes:
        name: For findings.
        pieces: Exact convex pieces; their union is the body.
        grade: cad (maker's CAD), drawing, or estimate (made from kinematics).
        margin_m: Outer margin that the grade asks for [m]; added on each side of a pair.
        deviation_m: Largest distance of the true body outside the pieces [m].
        vertices: Mesh to look at [m], shape (n, 3); empty: drawn from the pieces.
        faces: Triangles, shape (m, 3).
        color: RGBA in 0..1.
    """

    name: str
    pieces: tuple[Piece, ...]
    grade: Grade = "drawing"
    margin_m: float = 0.0
    deviation_m: float = 0.0
    vertices: Array = field(default_factory=lambda: _EMPTY)
    faces: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = field(
        default_factory=lambda: np.zeros((0, 3), dtype=np.int64)
    )
    color: tuple[float, float, float, float] = (0.7, 0.7, 0.72, 1.0)

    @property
    def epsilon(self) -> float:
        """Outer deviation plus margin [m]: how far the body may lie outside its pieces."""
        return self.deviation_m + self.margin_m

    def hash(self) -> str:
        """Return the SHA-256 of pieces, grade and margins (not of the looks)."""
        digest = hashlib.sha256()
        for piece in self.pieces:
            digest.update(piece.kind.encode())
            digest.update(np.array(piece.size, dtype="<f8").tobytes())
            digest.update(piece.pose.matrix.astype("<f8").tobytes())
            digest.update(piece.points.astype("<f8").tobytes())
        digest.update(f"{self.grade} {self.margin_m!r} {self.deviation_m!r}".encode())
        return digest.hexdigest()
