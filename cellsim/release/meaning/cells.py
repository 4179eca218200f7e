"""What changed between two cells: frames and fixtures in mm and degrees, figures, names."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.feature import Feature
from cellsim.domain.robot import Robot
from cellsim.geometry import Piece, Pose, Solid
from cellsim.release.meaning.difference import Difference

# Where a cell was read, what people wrote beside it, and what follows from other fields.
_NO_MEANING = frozenset(
    {"path", "hash", "variants", "variant", "name", "notes", "source", "sources", "urdf"}
    | {"assumed", "controller_text", "reason", "tasks", "inertia_source"}
)
# Computed from the solid where the file does not give them: a new shape is one difference.
_FROM_SHAPE = frozenset({"features", "com", "inertia"})
_UNITS = {
    "_m": ("mm", 1e3),
    "_s": ("s", 1.0),
    "_rad": ("deg", 180.0 / math.pi),
    "_kg": ("kg", 1.0),
}
_NAMED = {"mass": ("kg", 1.0), "com": ("mm", 1e3), "size": ("mm", 1e3)}
# Of a fixture's joint, and of a device that moves it: in the `unit` of their noun.
_BY_UNIT = frozenset({"lower", "upper", "start", "goal", "back"})
_TIMES = frozenset({"min", "typical", "max"})
_NEAR = 1e-9


def diff_cells(a: Cell, b: Cell) -> tuple[Difference, ...]:
    """Return the differences from cell `a` to cell `b`; order, comments and sources are none."""
    return tuple(_nouns(a, b, ""))


def _nouns(a: Any, b: Any, path: str) -> Iterator[Difference]:
    solids = [getattr(x, "solid", None) for x in (a, b)]
    reshaped = all(isinstance(s, Solid) for s in solids) and _hash(solids[0]) != _hash(solids[1])
    for field in dataclasses.fields(a):
        follows = reshaped and field.name in _FROM_SHAPE
        follows = follows or (field.name == "inertia" and _scaled(a, b))
        if field.name not in _NO_MEANING and not follows:
            place = field.name if not path else f"{path}.{field.name}"
            unit = getattr(a, "unit", "") if field.name in _BY_UNIT else ""
            shown = f"{field.name}_{unit}" if unit else field.name
            yield from _values(getattr(a, field.name), getattr(b, field.name), place, shown)


def _scaled(a: object, b: object) -> bool:
    """Return whether the inertia changed as the mass did: the same body, lighter or heavier."""
    old, new = (getattr(x, "inertia", None) for x in (a, b))
    ours, theirs = (getattr(x, "mass", None) for x in (a, b))
    if not (isinstance(old, np.ndarray) and isinstance(new, np.ndarray) and ours and theirs):
        return False
    return old.shape == new.shape and np.allclose(old * theirs, new * ours, rtol=1e-9, atol=1e-12)


def _hash(solid: object) -> str:
    return solid.hash() if isinstance(solid, Solid) else ""


def _values(a: object, b: object, path: str, field: str) -> Iterator[Difference]:
    if isinstance(a, Pose) and isinstance(b, Pose):
        shift, turn = a.distance(b)
        if shift > _NEAR or turn > 1e-7:
            what = path.removesuffix(".pose")
            facts = {"what": what, "mm": 1e3 * shift, "deg": math.degrees(turn)}
            yield Difference("moved", 0, 0, "cell_moved", facts)
    elif isinstance(a, Robot) and isinstance(b, Robot) and a.name != b.name:
        yield _changed(path, a.name, b.name, "robot")
    elif isinstance(a, Solid) and isinstance(b, Solid):
        yield from _solids(a, b, path)
    elif isinstance(a, Feature) and isinstance(b, Feature):
        yield from _sequences(a.places, b.places, path, field)
    elif isinstance(a, Mapping) and isinstance(b, Mapping):
        yield from _mappings(a, b, path)
    elif dataclasses.is_dataclass(a) and type(a) is type(b):
        yield from _nouns(a, b, path)
    elif isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape or not np.allclose(a, b, rtol=0.0, atol=_NEAR):
            key = "cell_shape" if field == "points" else "cell_changed"
            kind = "shape" if field == "points" else _kind(path)
            yield Difference(kind, 0, 0, key, {"what": path.removesuffix(".points")})
    elif isinstance(a, tuple) and isinstance(b, tuple):
        yield from _sequences(a, b, path, field)
    elif not _alike(a, b):
        yield _changed(path, _shown(a, field), _shown(b, field), _kind(path))


def _mappings(a: Mapping[str, object], b: Mapping[str, object], path: str) -> Iterator[Difference]:
    for name in sorted({*a, *b}):
        place = f"{path}.{name}"
        if name not in b:
            yield Difference("missing", 0, 0, "missing", {"what": place})
        elif name not in a:
            yield Difference("added", 0, 0, "added", {"what": place})
        else:
            yield from _values(a[name], b[name], place, name)
    if path.endswith(".tcps") and {*a} == {*b} and next(iter(a), "") != next(iter(b), ""):
        yield _changed(f"{path}: default", next(iter(a)), next(iter(b)), "tool")


def _sequences(
    a: Sequence[object], b: Sequence[object], path: str, field: str
) -> Iterator[Difference]:
    if len(a) != len(b):
        if all(isinstance(x, str) for x in (*a, *b)):
            yield _changed(path, ", ".join(map(str, a)), ", ".join(map(str, b)), _kind(path))
        else:
            yield _changed(path, f"{len(a)} entries", f"{len(b)} entries", _kind(path))
        return
    for number, (x, y) in enumerate(zip(a, b, strict=True), start=1):
        place = path if isinstance(x, float) else f"{path}[{_label(x, number)}]"
        yield from _values(x, y, place, field)


def _label(x: object, number: int) -> str:
    if isinstance(x, Waiver):
        return f"{x.rule} {x.subject}"
    both = (getattr(x, "a", ""), getattr(x, "b", ""))
    return " / ".join(both) if all(both) else str(getattr(x, "name", "") or number)


def _solids(a: Solid, b: Solid, path: str) -> Iterator[Difference]:
    """Yield shapes: pieces by name where both have the same ones, else that the shape changed."""
    ours, theirs = _named(a.pieces), _named(b.pieces)
    if ours is not None and theirs is not None and {*ours} == {*theirs}:
        for name in ours:
            yield from _nouns(ours[name], theirs[name], f"{path.removesuffix('.solid')}.{name}")
        for name in ("margin_m", "deviation_m", "grade"):
            yield from _values(getattr(a, name), getattr(b, name), f"{path}.{name}", name)
    elif a.hash() != b.hash():
        facts = {"what": path.removesuffix(".solid")}
        yield Difference("shape", 0, 0, "cell_shape", facts)


def _named(pieces: Sequence[Piece]) -> dict[str, Piece] | None:
    names = [piece.name or f"piece {k}" for k, piece in enumerate(pieces, start=1)]
    return dict(zip(names, pieces, strict=True)) if len(set(names)) == len(names) else None


def _kind(path: str) -> str:
    words = {
        "clearance": "clearance",
        "signals": "signal",
        "groups": "group",
        "tools": "tool",
        "frames": "frame",
        "devices": "device",
        "pair_rules": "clearance",
    }
    found = [kind for word, kind in words.items() if word in path]
    return found[0] if found else "changed"


def _alike(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b or abs(a - b) <= _NEAR
    return bool(a == b)


def _shown(value: object, field: str) -> str:
    if not isinstance(value, float | int) or isinstance(value, bool):
        return "none" if value in (None, "") else str(value)
    for suffix, (unit, scale) in _UNITS.items():
        if field.endswith(suffix):
            return f"{value * scale:.6g} {unit}"
    if field in _NAMED:
        return f"{value * _NAMED[field][1]:.6g} {_NAMED[field][0]}"
    return f"{value:g} s" if field in _TIMES else f"{value:g}"


def _changed(what: str, old: str, new: str, kind: str) -> Difference:
    return Difference(kind, 0, 0, "value", {"what": what, "old": old, "new": new})
