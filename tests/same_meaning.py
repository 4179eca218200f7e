"""Where two programs mean something else."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from cellsim.domain.program import (
    Comment,
    Program,
    Raw,
    Target,
)
from cellsim.geometry import Pose


def differences(a: object, b: object, path: str = "") -> Iterator[str]:
    """Yield where two programs mean something else; lines, names and comments mean nothing."""
    if isinstance(a, Program) and isinstance(b, Program):
        if len(a.routines) != len(b.routines):
            yield f"{len(a.routines)} routines, {len(b.routines)}"
        for x, y in zip(a.routines, b.routines, strict=False):
            if x.name != y.name:
                yield f"routine {x.name}, {y.name}"
            yield from differences(meant(x.body), meant(y.body), x.name)
    elif isinstance(a, Pose) and isinstance(b, Pose):
        distance, angle = a.distance(b)
        if distance > 1e-9 or angle > 1e-7:
            yield f"{path}: {distance} m, {angle} rad"
    elif is_dataclass(a) and type(a) is type(b):
        skip = {"name"} if isinstance(a, Target) else {"line", "comment", "set_at"}
        for field in fields(a):
            if field.name not in skip:
                x, y = getattr(a, field.name), getattr(b, field.name)
                yield from differences(x, y, f"{path}.{field.name}")
    elif isinstance(a, tuple) and isinstance(b, tuple) and not _numbers(a):
        a, b = meant(a), meant(b)
        if len(a) != len(b):
            yield f"{path}: {len(a)} items, {len(b)}"
        for i, (x, y) in enumerate(zip(a, b, strict=False)):
            yield from differences(x, y, f"{path}[{i}]")
    elif isinstance(a, tuple) and isinstance(b, tuple):
        close = len(a) == len(b) and all(
            math.isclose(x, y, abs_tol=1e-12) for x, y in zip(a, b, strict=True)
        )
        if not close:
            yield f"{path}: {a} {b}"
    elif isinstance(a, float) and isinstance(b, float) and not isinstance(a, bool):
        if not math.isclose(a, b, rel_tol=0.0, abs_tol=1e-12):
            yield f"{path}: {a} {b}"
    elif a != b:
        yield f"{path}: {a!r} {b!r}"


def _numbers(values: tuple[object, ...]) -> bool:
    return bool(values) and all(isinstance(v, float) for v in values)


def meant(body: tuple[object, ...]) -> tuple[object, ...]:
    """Return statements without comments and harmless text."""
    return tuple(
        s for s in body if not isinstance(s, Comment) and not (isinstance(s, Raw) and s.harmless)
    )
