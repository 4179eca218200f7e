"""What the shapes of a cell rest on: grade, margin, and mesh against pieces both ways."""

from __future__ import annotations

import hashlib

import numpy as np

from cellsim.cache import Cache
from cellsim.domain.cell import Cell
from cellsim.domain.report import ShapeGrade
from cellsim.geometry import Solid
from cellsim.kinematics.bodies import bodies_of

_KNOWN: dict[bytes, tuple[float, float]] = {}
_REACHED: dict[bytes, float] = {}
_MOST_KNOWN = 4096


def shapes_of(cell: Cell, cache: Cache | None = None) -> tuple[ShapeGrade, ...]:
    """Return grade, margin and deviations of every body, in the order of the cell.

    Args:
        cache: Where deviations of meshes that did not change are taken from, and kept.
    """
    found = []
    for body in bodies_of(cell):
        solid = body.solid
        outside, filled = _measured(solid, cache) if len(solid.faces) else (None, None)
        found.append(
            ShapeGrade(
                body.name,
                solid.grade,
                solid.margin_m,
                solid.deviation_m,
                bool(len(solid.faces)),
                outside,
                filled,
            )
        )
    if cache is not None:
        cache.flush()
    return tuple(found)


def _measured(solid: Solid, cache: Cache | None) -> tuple[float, float]:
    """Return how far the mesh lies outside the pieces, and the pieces outside the mesh [m]."""
    from cellsim.geometry.deviation import mesh_deviation

    digest = _content(solid)
    if digest in _KNOWN:
        return _KNOWN[digest]
    key = cache.key("deviation", digest) if cache else b""
    kept = cache.get([key]).get(key) if cache else None
    if kept is not None:
        values = np.frombuffer(kept, "<f8", 2)
    else:
        values = np.array(mesh_deviation(solid, solid.vertices, solid.faces, 1e-4))
    found = float(values[0]), float(values[1])
    if cache and kept is None:
        cache.put({key: values.astype("<f8").tobytes()})
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[digest] = found
    return found


def mesh_reaches(solid: Solid) -> float:
    """Return how far the farthest corner of a solid's mesh lies outside its pieces [m]."""
    from cellsim.geometry.deviation import reached_outside

    digest = _content(solid)
    if digest not in _REACHED:
        if len(_REACHED) >= _MOST_KNOWN:
            _REACHED.clear()
        _REACHED[digest] = reached_outside(solid, solid.vertices, solid.faces)
    return _REACHED[digest]


def _content(solid: Solid) -> bytes:
    content = hashlib.sha256(solid.hash().encode())
    content.update(np.ascontiguousarray(solid.vertices, dtype="<f8").tobytes())
    content.update(np.ascontiguousarray(solid.faces, dtype="<i8").tobytes())
    return content.digest()
