"""Solids in cell files: exact pieces here or in a file, a mesh beside them, grade and margin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from cellsim.domain.files.pieces import PieceText, Xyz, piece_of
from cellsim.domain.files.yamltext import FileModel, Lines, Strict, load_yaml
from cellsim.errors import BadInput, Unavailable
from cellsim.geometry import Array, Piece, Solid
from cellsim.geometry.extent import greatest_edge
from cellsim.geometry.mass import mass_properties
from cellsim.geometry.regions import Ints
from cellsim.units import mm

Key = tuple[str | int, ...]
Six = tuple[float, float, float, float, float, float]
Positive = Annotated[float, Field(gt=0, le=1e6)]
NonNegative = Annotated[float, Field(ge=0, le=1e6)]
# What coacd may leave hollow, as a share of the size, and how many parts it may make.
_CONCAVITY, _MOST_PARTS = 0.02, 64
# No tool or fixture is smaller, and no part; one of a few metres, of one metre, in metres is.
_SMALLEST_M, _SMALLEST_PART_M = 0.005, 0.001
# By how much figures rounded to two digits may miss the inequality of a flat body.
_ROUNDED = 0.05
_MESHES = (".stl", ".obj", ".dae", ".glb")


class SolidText(Strict):
    """A body.

    pieces, pieces_file: exact convex pieces, here or in a `pieces` file. mesh: a closed mesh, the
    source of features and what the viewer shows. pieces_from: the pieces are made from the mesh, as
    its hull or (with cellsim[cad]) as parts by coacd, and are fuller than it: what hits them where
    the mesh is free is undecided. deviation_mm: how far the body may lie outside
    its pieces; measured between mesh and pieces where it is not given.
    """

    pieces: tuple[PieceText, ...] = ()
    pieces_file: str | None = None
    pieces_from: Literal["hull", "coacd"] | None = None
    mesh: str | None = None
    mesh_unit: Literal["mm", "m"] = "mm"
    grade: Literal["cad", "drawing", "estimate"] = "drawing"
    margin_mm: NonNegative = 0.0
    deviation_mm: NonNegative | None = None
    color: tuple[float, float, float] = (0.7, 0.7, 0.72)
    opacity: Annotated[float, Field(gt=0, le=1)] = 1.0

    @model_validator(mode="after")
    def _has_pieces(self) -> SolidText:
        given = (self.pieces, self.pieces_file, self.pieces_from)
        if sum(bool(one) for one in given) != 1:
            raise ValueError("a solid needs exactly one of pieces, pieces_file and pieces_from")
        if self.pieces_from and not self.mesh:
            raise ValueError("pieces_from makes pieces of a mesh, and none is given")
        return self


class PiecesText(FileModel):
    """A file of pieces; deviation_mm: how far their body may lie outside them, if known."""

    noun = "pieces"
    deviation_mm: NonNegative | None = None
    pieces: tuple[PieceText, ...] = Field(min_length=1, max_length=2000)


class MassText(Strict):
    """Mass with its centre and inertia; what is not given is that of pieces of even density."""

    mass_kg: Positive
    com_mm: Xyz | None = None
    inertia_kgm2: Six | None = None

    @model_validator(mode="after")
    def _of_a_body(self) -> MassText:
        if self.inertia_kgm2 is not None:
            a, b, c = np.linalg.eigvalsh(tensor_of(self.inertia_kgm2))
            if a <= 0.0 or c > (a + b) * (1.0 + _ROUNDED):
                shown = ", ".join(f"{v:g}" for v in (a, b, c))
                raise ValueError(
                    f"inertia_kgm2: no body has it: about its main axes {shown}, all of which are"
                    " above 0, and none above the other two together"
                )
        return self


def tensor_of(six: Six) -> Array:
    """Return the inertia of xx, yy, zz, xy, xz, yz as they stand in files, shape (3, 3)."""
    xx, yy, zz, xy, xz, yz = six
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])


def inside(folder: Path, name: str, lines: Lines, *key: str | int) -> Path:
    """Return a file of the cell's folder; a path that leaves it, or no file, is BadInput."""
    path = (folder / name).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(folder.resolve()):
        raise lines.error(f"'{name}' leaves the cell's folder", *key)
    if not path.is_file():
        there = ", ".join(sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))[:8])
        raise lines.error(f"no file '{name}'", *key, expected=there and f"one of {there}")
    return folder / name


def solid_of(text: SolidText, name: str, folder: Path, lines: Lines, key: Key) -> Solid:
    """Return the solid [m]; its vertices are those of the mesh where it has one."""
    vertices: Array = np.zeros((0, 3))
    faces: Ints = np.zeros((0, 3), dtype=np.int64)
    if text.mesh is not None:
        vertices, faces = _mesh(text, folder, lines, key)
    if text.pieces_from is None:
        pieces, deviation = _pieces(text, folder, lines, key)
    else:
        pieces, deviation = _made(text, vertices, faces, lines, key), text.deviation_mm
    solid = Solid(
        name=name,
        pieces=pieces,
        grade=text.grade,
        margin_m=text.margin_mm * mm,
        deviation_m=(deviation or 0.0) * mm,
        vertices=vertices,
        faces=faces,
        color=(*text.color, text.opacity),
    )
    size = greatest_edge(solid)
    if size < (_SMALLEST_PART_M if key[:1] == ("parts",) else _SMALLEST_M):
        raise lines.error(
            f"'{name}' is {size / mm:.3g} mm large: a body that small is in another unit", *key,
            expected="mm; of a mesh in metres mesh_unit: m",
        )  # fmt: skip
    if deviation is None and len(faces):
        from dataclasses import replace

        from cellsim.geometry.mesh import mesh_deviation

        solid = replace(solid, deviation_m=mesh_deviation(solid, vertices, faces)[0])
    return solid


def _pieces(
    text: SolidText, folder: Path, lines: Lines, key: Key
) -> tuple[tuple[Piece, ...], float | None]:
    shapes, at, path, deviation = text.pieces, lines, (*key, "pieces"), text.deviation_mm
    if text.pieces_file is not None:
        file = inside(folder, text.pieces_file, lines, *key, "pieces_file")
        content, at = load_yaml(file, PiecesText)
        shapes, path = content.pieces, ("pieces",)
        deviation = content.deviation_mm if deviation is None else deviation
    pieces = []
    for i, shape in enumerate(shapes):
        try:
            pieces.append(piece_of(shape))
        except ValueError as error:
            raise at.error(str(error), *path, i) from None
    return tuple(pieces), deviation


def _made(
    text: SolidText, vertices: Array, faces: Ints, lines: Lines, key: Key
) -> tuple[Piece, ...]:
    from cellsim.geometry.hull import decomposed, hull_piece

    if text.pieces_from == "hull":
        return (hull_piece(vertices, "hull"),)
    try:
        return tuple(decomposed(vertices, faces, _CONCAVITY, _MOST_PARTS))
    except Unavailable as error:
        raise lines.error(str(error), *key, "pieces_from") from None


def _mesh(text: SolidText, folder: Path, lines: Lines, key: Key) -> tuple[Array, Ints]:
    from cellsim.geometry.mesh import load_mesh

    file = inside(folder, str(text.mesh), lines, *key, "mesh")
    if file.suffix.lower() not in _MESHES:
        raise lines.error(f"mesh '{text.mesh}'", *key, "mesh", expected=", ".join(_MESHES))
    try:
        return load_mesh(file, mm if text.mesh_unit == "mm" else 1.0, require_closed=True)
    except BadInput as error:
        raise lines.error(str(error), *key, "mesh") from None


def mass_of(text: MassText, solid: Solid) -> tuple[float, tuple[float, float, float], Array]:
    """Return mass [kg], centre [m] and inertia about it, shape (3, 3) [kg m2]."""
    com, inertia = mass_properties(solid.pieces, text.mass_kg)
    if text.com_mm is not None:
        com = np.array(text.com_mm) * mm
    if text.inertia_kgm2 is not None:
        inertia = tensor_of(text.inertia_kgm2)
    x, y, z = (float(v) for v in com)
    return text.mass_kg, (x, y, z), inertia
