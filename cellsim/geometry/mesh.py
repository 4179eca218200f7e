"""Triangle meshes from files, within bounds; the other verbs on meshes by one name."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from cellsim.errors import BadInput
from cellsim.geometry.deviation import mesh_deviation
from cellsim.geometry.pose import Array
from cellsim.geometry.tessellate import Faces, merge_meshes, piece_mesh, solid_mesh

MAX_BYTES = 50_000_000
MAX_FACES = 2_000_000
# Letters of a file whose mesh is kept.
_MOST_KEPT = 1_000_000
FILE_TYPES = ("stl", "obj", "dae", "glb")

__all__ = [
    "FILE_TYPES",
    "Faces",
    "load_mesh",
    "merge_meshes",
    "mesh_deviation",
    "open_edges",
    "piece_mesh",
    "solid_mesh",
    "stl_bytes",
]


def load_mesh(
    path: str | Path, scale: float = 1.0, *, require_closed: bool = False
) -> tuple[Array, Faces]:
    """Return the triangles of an STL, OBJ, DAE or GLB file; nothing beside the file is read.

    Args:
        path: At most 50 MB.
        scale: Metres per unit of the file; a DAE's own unit is applied before.
        require_closed: Refuse a surface with open edges.

    Returns:
        Vertices [m], shape (n, 3), equal ones joined; faces, shape (m, 3); neither can be written
        to: a file that holds what was read a moment ago is not read again.

    Errors: BadInput for a missing, large, empty, non-finite or (if asked) open mesh.
    """
    path, name = Path(path), str(path)
    kind = path.suffix.lower().lstrip(".")
    if kind not in FILE_TYPES:
        raise BadInput(f"mesh type '{kind}'", file=name, expected=f"one of {', '.join(FILE_TYPES)}")
    if not path.is_file():
        raise BadInput("mesh does not exist", file=name)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise BadInput(f"mesh has {size} bytes", file=name, expected=f"at most {MAX_BYTES}")
    content = path.read_bytes()
    read = _kept if len(content) <= _MOST_KEPT else _mesh_of
    return read(content, kind, scale, name, require_closed)


def _mesh_of(
    content: bytes, kind: str, scale: float, name: str, closed: bool
) -> tuple[Array, Faces]:
    """Return the mesh of a file's content, refused where it is none."""
    import trimesh

    if kind == "dae":
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise BadInput("mesh declares entities", file=name, expected="plain COLLADA")
        scale *= _dae_unit(content)
    try:
        loaded: Any = trimesh.load(
            io.BytesIO(content), file_type=kind, process=False, skip_materials=True
        )
        merged = loaded.to_mesh() if hasattr(loaded, "to_mesh") else loaded
    except Exception as error:  # the readers of trimesh raise whatever they meet
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise BadInput(f"mesh cannot be read: {reason}", file=name) from None
    vertices = np.asarray(getattr(merged, "vertices", ()), dtype=np.float64).reshape(-1, 3)
    faces = np.asarray(getattr(merged, "faces", ()), dtype=np.int64).reshape(-1, 3)
    vertices, faces = _checked(vertices * scale, faces, name, closed)
    vertices.setflags(write=False)
    faces.setflags(write=False)
    return vertices, faces


_kept = lru_cache(maxsize=64)(_mesh_of)


def stl_bytes(vertices: Array, faces: Faces) -> bytes:
    """Return a mesh as binary STL, vertices in single precision, the same bytes every time."""
    record = np.zeros(len(faces), dtype=[("n", "<f4", 3), ("v", "<f4", (3, 3)), ("a", "<u2")])
    record["v"] = vertices[faces]
    return b"cellsim".ljust(80) + np.uint32(len(faces)).tobytes() + record.tobytes()


def _dae_unit(content: bytes) -> float:
    """Return the metres per unit that a COLLADA file states, 1 where it states none."""
    found = re.search(rb"<unit\b[^>]*\bmeter\s*=\s*[\"']([0-9.eE+-]{1,20})[\"']", content)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 1.0


def _checked(vertices: Array, faces: Faces, name: str, closed: bool) -> tuple[Array, Faces]:
    if not 4 <= len(faces) <= MAX_FACES:
        raise BadInput(f"mesh has {len(faces)} triangles", file=name, expected=f"4 to {MAX_FACES}")
    if not np.isfinite(vertices).all():
        raise BadInput("mesh has a vertex that is not a number", file=name)
    vertices, faces = _join(vertices, faces)
    count = open_edges(faces)
    if closed and count:
        raise BadInput(f"mesh is open: {count} edges", file=name, expected="a closed surface")
    return vertices, faces


def _join(vertices: Array, faces: Faces) -> tuple[Array, Faces]:
    """Join vertices that are equal to 1e-8 m and drop triangles that lose a corner."""
    _, first, inverse = np.unique(
        np.round(vertices, 8), axis=0, return_index=True, return_inverse=True
    )
    joined = inverse.reshape(-1)[faces]
    a, b, c = joined.T
    return vertices[first], joined[(a != b) & (b != c) & (a != c)]


def open_edges(faces: Faces) -> int:
    """Return how many edges are not passed once in each direction (0: closed and oriented)."""
    edges = np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    _, inverse = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True)
    sign = np.where(edges[:, 0] < edges[:, 1], 1, -1)
    balance = np.bincount(inverse.reshape(-1), weights=sign)
    uses = np.bincount(inverse.reshape(-1))
    return int(np.count_nonzero((balance != 0) | (uses % 2 != 0)))
