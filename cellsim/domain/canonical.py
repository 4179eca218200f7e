"""Canonical content: any noun as plain data, and its SHA-256, the same on every machine.

A rotation is computed from the angles that a file gives, and the last bit of a cosine is a matter
of processor and library. So what is hashed is rounded, to a step that nobody measures.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple

import numpy as np

from cellsim.geometry import Pose

# What says where a cell or a state was read, not what it is.
_PLACES = {"Cell": ("path", "hash"), "Hinge": ("urdf",), "Move": ("set_at",)}
_LONG = 512
# Of a number that is hashed: digits behind the point (1 nm, 1 nrad, 1 ns), and digits in all.
_DECIMALS, _SIGNIFICANT = 9, 10
_Key = tuple[type, tuple[str, ...], bool]


class _Field(NamedTuple):
    """A field that counts; its default, and that in canonical form; MISSING where it has none."""

    name: str
    plain: object
    default: object


_FIELDS: dict[_Key, tuple[_Field, ...]] = {}


def canonical(value: object, skip: tuple[str, ...] = (), rounded: bool = False) -> object:
    """Return JSON-able data of a noun.

    Args:
        value: A noun, or anything made of nouns, arrays, mappings, sequences and scalars.
        skip: Field names left out wherever they occur ("line", "comment").
        rounded: Numbers to 9 digits behind the point and 10 in all, see `digest`.

    Returns:
        dict, list, str, bool, int, float, None. A dataclass becomes a dict that begins with its
        noun and leaves out fields at their default, so that a new field with a default changes no
        hash; an array longer than 512 values becomes its shape and SHA-256. Mappings keep their
        order, because order means something (the first TCP is the default).
    """
    # The frequent ones first.
    if value is None or type(value) is str or type(value) is bool:
        return value
    if type(value) is float:
        return _number(value, rounded)
    if type(value) is tuple or type(value) is list:
        return [canonical(item, skip, rounded) for item in value]
    if isinstance(value, bool | str):
        return str(value.value) if isinstance(value, Enum) else value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value), rounded)
    if isinstance(value, Pose):
        return _array(value.matrix[:3].ravel(), rounded)
    if isinstance(value, np.ndarray):
        return _array(value, rounded)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _noun(value, skip, rounded)
    if isinstance(value, Mapping):
        return {str(key): canonical(item, skip, rounded) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((canonical(item, skip, rounded) for item in value), key=repr)
    if isinstance(value, tuple | list):
        return [canonical(item, skip, rounded) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_text(value: object, skip: tuple[str, ...] = (), rounded: bool = False) -> str:
    """Return the canonical content as one line of JSON."""
    return json.dumps(
        canonical(value, skip, rounded), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def digest(value: object, skip: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 (hex) of the canonical content, its numbers rounded.

    Numbers that differ by less than the step have one digest: a key of what is kept, which must
    tell every bit, is made of `canonical_text` as it is.
    """
    return hashlib.sha256(canonical_text(value, skip, rounded=True).encode()).hexdigest()


def _number(value: float, rounded: bool) -> float | str:
    if not math.isfinite(value):
        return repr(value)
    if rounded:
        value = float(f"{round(value, _DECIMALS):.{_SIGNIFICANT}g}")
    return value + 0.0


def _array(value: np.ndarray[tuple[int, ...], np.dtype[np.generic]], rounded: bool) -> object:
    if value.size <= _LONG:
        if value.dtype.kind == "f" and not rounded and np.isfinite(value).all():
            return np.add(value, 0.0).tolist()
        return canonical(value.tolist(), rounded=rounded)
    kind = "<f8" if value.dtype.kind == "f" else "<i8"
    plain = value.astype(kind)
    data = ((np.round(plain, _DECIMALS) if rounded else plain) + 0).tobytes()
    return {"shape": list(value.shape), "sha256": hashlib.sha256(data).hexdigest()}


def _fields(noun: type[Any], skip: tuple[str, ...], rounded: bool) -> tuple[_Field, ...]:
    """Return the fields that count."""
    if (noun, skip, rounded) not in _FIELDS:
        left_out = (*skip, *_PLACES.get(noun.__name__, ()))
        _FIELDS[noun, skip, rounded] = tuple(
            _Field(field.name, field.default, _default(field, skip, rounded))
            for field in dataclasses.fields(noun)
            if field.name not in left_out
        )
    return _FIELDS[noun, skip, rounded]


def _default(field: dataclasses.Field[object], skip: tuple[str, ...], rounded: bool) -> object:
    if field.default is not dataclasses.MISSING:
        return canonical(field.default, skip, rounded)
    factory: Callable[[], object] | object = field.default_factory
    return canonical(factory(), skip, rounded) if callable(factory) else dataclasses.MISSING


def _noun(value: object, skip: tuple[str, ...], rounded: bool) -> dict[str, object]:
    data: dict[str, object] = {"noun": type(value).__name__}
    for name, plain, default in _fields(type(value), skip, rounded):
        own = getattr(value, name)
        if own is plain:
            continue
        content = canonical(own, skip, rounded)
        if default is dataclasses.MISSING or default != content:
            data[name] = content
    return data
