"""Canonical content: any noun as plain data, the same on every machine, and its SHA-256."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import numpy as np

from cellsim.geometry import Pose

# What says where a cell was read, not what it is.
_PLACES = {"Cell": ("path", "hash"), "Hinge": ("urdf",)}
_LONG = 512
_FIELDS: dict[tuple[type, tuple[str, ...]], tuple[tuple[str, object], ...]] = {}


def canonical(value: object, skip: tuple[str, ...] = ()) -> object:
    """Return JSON-able data of a noun.

    Args:
        value: A noun, or anything made of nouns, arrays, mappings, sequences and scalars.
        skip: Field names left out wherever they occur ("line", "comment").

    Returns:
        dict, list, str, bool, int, float, None. A dataclass becomes a dict that begins with its
        noun and leaves out fields at their default, so that a new field with a default changes no
        hash; an array longer than 512 values becomes its shape and SHA-256. Mappings keep their
        order, because order means something (the first TCP is the default).
    """
    if value is None or isinstance(value, bool | str):
        return str(value.value) if isinstance(value, Enum) else value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if isinstance(value, Pose):
        return [_number(v) for v in value.matrix[:3].ravel().tolist()]
    if isinstance(value, np.ndarray):
        return _array(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _noun(value, skip)
    if isinstance(value, Mapping):
        return {str(key): canonical(item, skip) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((canonical(item, skip) for item in value), key=repr)
    if isinstance(value, tuple | list):
        return [canonical(item, skip) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_text(value: object, skip: tuple[str, ...] = ()) -> str:
    """Return the canonical content as one line of JSON."""
    return json.dumps(
        canonical(value, skip), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def digest(value: object, skip: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 (hex) of the canonical content."""
    return hashlib.sha256(canonical_text(value, skip).encode()).hexdigest()


def _number(value: float) -> float | str:
    if math.isfinite(value):
        return value + 0.0
    return repr(value)


def _array(value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> object:
    if value.size <= _LONG:
        return canonical(value.tolist())
    kind = "<f8" if value.dtype.kind == "f" else "<i8"
    data = (value.astype(kind) + 0).tobytes()
    return {"shape": list(value.shape), "sha256": hashlib.sha256(data).hexdigest()}


def _fields(noun: type[Any], skip: tuple[str, ...]) -> tuple[tuple[str, object], ...]:
    """Return (name, canonical default) of the fields that count; MISSING where there is none."""
    if (noun, skip) not in _FIELDS:
        left_out = (*skip, *_PLACES.get(noun.__name__, ()))
        _FIELDS[noun, skip] = tuple(
            (field.name, _default(field, skip))
            for field in dataclasses.fields(noun)
            if field.name not in left_out
        )
    return _FIELDS[noun, skip]


def _default(field: dataclasses.Field[object], skip: tuple[str, ...]) -> object:
    if field.default is not dataclasses.MISSING:
        return canonical(field.default, skip)
    factory: Callable[[], object] | object = field.default_factory
    return canonical(factory(), skip) if callable(factory) else dataclasses.MISSING


def _noun(value: object, skip: tuple[str, ...]) -> dict[str, object]:
    data: dict[str, object] = {"noun": type(value).__name__}
    for name, default in _fields(type(value), skip):
        content = canonical(getattr(value, name), skip)
        if default is dataclasses.MISSING or default != content:
            data[name] = content
    return data
