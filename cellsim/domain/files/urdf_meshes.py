"""Meshes of a user's URDF: found behind package:// and file://, measured, made into pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cellsim.domain.files.urdf_chain import Note, Placed, shapes_of
from cellsim.domain.files.urdf_read import Shape, UrdfLink
from cellsim.errors import BadInput, Unavailable
from cellsim.geometry import Array, Piece, Pose, Solid
from cellsim.geometry.hull import decomposed, hull_piece
from cellsim.geometry.mesh import Faces, load_mesh, merge_meshes, mesh_deviation, open_edges
from cellsim.geometry.solid import Kind

_LARGEST_LINK_M = 20.0
_FILLED_M = 0.030
_MAX_PIECES = 12
_FIND = re.compile(r"(?:file://)?\$\(find ([A-Za-z0-9_\-]+)\)/?")


@dataclass(frozen=True)
class Search:
    """Where meshes may lie: packages by name, and the folder that must hold everything else."""

    folder: Path
    packages: Mapping[str, Path]

    @property
    def root(self) -> Path:
        """The package of the URDF (the nearest folder with a package.xml), else its parent."""
        for folder in (self.folder, *self.folder.parents):
            if (folder / "package.xml").is_file():
                return folder
        return self.folder.parent


@dataclass(frozen=True, eq=False)
class Body:
    """What a chain link occupies: pieces, their deviation [m], and the mesh to look at."""

    pieces: tuple[Piece, ...]
    deviation: float
    vertices: Array
    faces: Faces


def body_of(parts: tuple[Placed, ...], search: Search, pieces: str, note: Note) -> Body | None:
    """Return the body of a chain link; None where nothing is left of it.

    Args:
        parts: The links of the file that are joined in it.
        pieces: "hull" for one convex hull a mesh, "coacd" for a decomposition where hulls fill
            more than 30 mm.
        note: Told every defect.
    """
    exact: list[Piece] = []
    meshes: list[tuple[Array, Faces]] = []
    for shape, pose in shapes_of(parts):
        if shape.kind != "mesh":
            exact.append(_primitive(shape, pose))
            continue
        mesh = _read(shape, pose, search, note)
        if mesh is not None:
            meshes.append(mesh)
    made, outer = [], 0.0
    for vertices, faces in meshes:
        convex, deviation = _convex(vertices, faces, parts[0].link, pieces, note)
        made += convex
        outer = max(outer, deviation)
    if not exact and not made:
        first = parts[0].link
        note("no-shape", first.line, f"'{first.name}' has no body", "nothing is checked for it")
        return None
    vertices, faces = merge_meshes(meshes) if not exact else merge_meshes([])
    return Body((*exact, *made), outer, vertices, faces)


def _primitive(shape: Shape, pose: Pose) -> Piece:
    kinds: dict[str, Kind] = {
        "box": "box",
        "cylinder": "cylinder",
        "sphere": "sphere",
        "capsule": "capsule",
    }
    return Piece(kinds[shape.kind], shape.size, pose)


def _read(shape: Shape, pose: Pose, search: Search, note: Note) -> tuple[Array, Faces] | None:
    """Return a mesh in the chain link's frame, None (and a defect) where it cannot be used."""
    path = _path(shape, search, note)
    if path is None:
        return None
    try:
        vertices, faces = load_mesh(path)
    except BadInput as error:
        note("mesh-unreadable", shape.line, f"{path.name}: {error.message}", "left out")
        return None
    if path.suffix.lower() == ".dae" and b"Y_UP" in path.read_bytes():
        note("mesh-y-up", shape.line, f"{path.name} says Y_UP", "ignored, as ROS tools do")
    vertices = vertices * np.array(shape.size)
    if np.prod(shape.size) < 0.0:
        faces = faces[:, ::-1]
        note("mesh-mirrored", shape.line, f"{path.name} is scaled by a mirror", "faces turned")
    size = float(np.ptp(vertices, axis=0).max())
    if size > _LARGEST_LINK_M:
        note("mesh-in-mm", shape.line, f"{path.name} is {size:.0f} m long", "scaled by 0.001")
        vertices = vertices * 1e-3
    gaps = open_edges(faces)
    if gaps:
        note("mesh-open", shape.line, f"{path.name} has {gaps} open edges", "its hull is closed")
    return pose @ vertices, faces


def _path(shape: Shape, search: Search, note: Note) -> Path | None:
    """Return the mesh file that a file name means; a missing or outside one is a defect."""
    name = shape.filename
    candidates = tuple(_candidates(name, search))
    for path in candidates:
        if path.is_file():
            if not name.startswith("package://") and "$(find" not in name:
                return path
            note("package-path", shape.line, name, f"found as {path.name} in {path.parent.name}/")
            return path
    outside = name.startswith("file://") and not candidates
    what = f"{name} lies outside the package" if outside else f"{name} does not exist"
    note("mesh-missing", shape.line, what, "left out")
    return None


def _candidates(name: str, search: Search) -> Iterator[Path]:
    found = _FIND.match(name)
    if name.startswith("package://") or found:
        rest = name[found.end() :] if found else name.removeprefix("package://")
        package, _, inner = (found[1], "/", rest) if found else rest.partition("/")
        if package in search.packages:
            yield from _inside(search.packages[package], inner)
        for folder in (search.folder, *search.folder.parents):
            if folder.name == package:
                yield from _inside(folder, inner)
            yield from _inside(folder / package, inner)
            if (folder / "package.xml").is_file():
                yield from _inside(folder, inner)
        yield from _inside(search.root, inner)
        return
    plain = Path(name.removeprefix("file://"))
    path = plain if plain.is_absolute() else search.folder / plain
    if path.resolve().is_relative_to(search.root.resolve()):
        yield path


def _inside(folder: Path, inner: str) -> Iterator[Path]:
    path = folder / inner
    if path.resolve().is_relative_to(folder.resolve()):
        yield path


def _convex(
    vertices: Array, faces: Faces, link: UrdfLink, pieces: str, note: Note
) -> tuple[list[Piece], float]:
    """Return convex pieces of a mesh and how far it lies outside them [m], both measured."""
    made = [hull_piece(vertices)]
    outer, filled = mesh_deviation(Solid(link.name, tuple(made)), vertices, faces)
    if filled > _FILLED_M and pieces == "coacd" and not open_edges(faces):
        try:
            made = decomposed(vertices, faces, 0.02, _MAX_PIECES)
            outer, filled = mesh_deviation(Solid(link.name, tuple(made)), vertices, faces)
            note(
                "pieces",
                link.line,
                f"'{link.name}' became {len(made)} pieces",
                _measured(outer, filled),
            )
            return made, outer
        except Unavailable as error:
            note("no-coacd", link.line, str(error), "one hull is kept")
    if filled > _FILLED_M:
        note(
            "hull-fills",
            link.line,
            f"the hull of '{link.name}' fills hollows",
            _measured(outer, filled),
        )
    return made, outer


def _measured(outer: float, filled: float) -> str:
    return f"mesh outside pieces {1e3 * outer:.2f} mm, pieces outside mesh {1e3 * filled:.1f} mm"
