"""The first of pydantic's errors as one line: what is wrong, what was expected, nearest key."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, TypeAlias, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from cellsim.domain.ports import PATTERN

At: TypeAlias = Callable[..., tuple[str, int, int]]

_EXPECTED = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "finite_number": "a finite number",
}
# What a text has to look like, by the pattern that it does not fit.
_SHAPES = {PATTERN: "a port, as in 'do 5', 'di 5', 'do 9..12', 'go 1 do 9..12' or 'go 1 of 4 bits'"}
# What is written with its unit, and an example.
_UNITS = {"speed": "250 mm/s' or '60 %", "zone": "radius 20 mm' or 'fine"}


def first_error(
    error: ValidationError, model: type[BaseModel], data: object, at: At
) -> tuple[tuple[str, int, int], str, str]:
    """Return (place, message, expected) of the error that stands first in the text."""
    found = []
    errors = error.errors(include_url=False)
    misspelt = {item["loc"][:-1] for item in errors if item["type"] == "extra_forbidden"}
    deepest = [item["loc"] for item in errors]
    for item in errors:
        if (
            item["type"] == "string_type"
            and isinstance(item["input"], dict)
            and _beside(item["loc"], deepest)
        ):
            continue
        if item["type"] == "missing" and item["loc"][:-1] in misspelt:
            continue
        # A wrong value of a list is not counted in it, so that the list seems too short as well.
        if item["type"] == "too_short" and _inside(item["loc"], deepest):
            continue
        loc = _in_data(item["loc"], data)
        message, expected = _sentence(item, model, loc, _wanted(item["loc"], errors))
        found.append((at(*loc), _rank(item), message, expected))
    place, _, message, expected = min(found)
    return place, message, expected


def _rank(item: Any) -> int:
    """Return which member of a union to tell first: words for a word, and last for the rest."""
    if item["type"] != "literal_error":
        return 1
    return 0 if isinstance(item["input"], str) else 2


def _wanted(loc: tuple[str | int, ...], errors: Any) -> int:
    """Return how many values a list must have of which the one at `loc` is missing."""
    alike = [e["loc"][-1] for e in errors if e["loc"][:-1] == loc[:-1] and e["type"] == "missing"]
    return 1 + max((key for key in alike if isinstance(key, int)), default=0)


def _beside(loc: tuple[str | int, ...], others: list[tuple[str | int, ...]]) -> bool:
    """Whether another member of the union at `loc` says more about what is wrong."""
    return any(other[: len(loc) - 1] == loc[:-1] and len(other) > len(loc) for other in others)


def _inside(loc: tuple[str | int, ...], others: list[tuple[str | int, ...]]) -> bool:
    """Whether something in the list at `loc` is wrong by itself."""
    return any(other[: len(loc)] == loc and len(other) > len(loc) for other in others)


def _in_data(loc: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """Drop what pydantic puts between and behind the keys (union tags); keep a missing last key."""
    path: list[str | int] = []
    for i, key in enumerate(loc):
        known = isinstance(data, dict) and key in data
        if known or (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            data = data[key]
        elif i < len(loc) - 1 or not (
            isinstance(data, dict) or (isinstance(data, list) and isinstance(key, int))
        ):
            continue
        path.append(key)
    return tuple(path)


def _sentence(
    item: Any, model: type[BaseModel], loc: tuple[str | int, ...], wanted: int
) -> tuple[str, str]:
    key, kind, ctx = (loc[-1] if loc else "file"), item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        names = _keys_at(model, loc[:-1])
        near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.5)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"unknown key '{key}'{hint}", "" if near else f"one of {', '.join(names)}"
    if kind == "missing":
        if isinstance(key, int):
            return f"{loc[-2] if len(loc) > 1 else 'list'} has {key} values", str(wanted)
        return f"missing key '{key}'", ""
    if kind == "value_error":
        return str(ctx.get("error", item["msg"])), ""
    value = item.get("input")
    given = f"{key}: {_short(value)}"
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        sign = {"greater_than": ">", "greater_than_equal": ">=", "less_than": "<"}.get(kind, "<=")
        limit = ctx.get("gt", ctx.get("ge", ctx.get("lt", ctx.get("le"))))
        return given, f"a number {sign} {limit:g}"
    if kind in ("too_short", "too_long"):
        limit = ctx.get("min_length", ctx.get("max_length"))
        return f"{key} has {ctx.get('actual_length')} values", str(limit)
    if kind in ("string_too_short", "string_too_long"):
        limit, side = ctx.get("min_length"), "or more"
        if limit is None:
            limit, side = ctx.get("max_length"), "or less"
        return given, f"{limit} letters {side}"
    if kind == "string_type" and key in _UNITS and isinstance(value, int | float):
        return f"{key}: {value} has no unit", f"a number with its unit, as in '{_UNITS[key]}'"
    if kind == "string_pattern_mismatch" and ctx.get("pattern") in _SHAPES:
        return given, _SHAPES[ctx["pattern"]]
    if kind == "literal_error":
        near = difflib.get_close_matches(str(value), _words(ctx), n=1, cutoff=0.5)
        return given + (f"; did you mean '{near[0]}'?" if near else ""), str(ctx["expected"])
    return given, _EXPECTED.get(kind, str(item["msg"])[:1].lower() + str(item["msg"])[1:])


def _words(ctx: dict[str, Any]) -> list[str]:
    return [w.strip(" '") for w in str(ctx["expected"]).replace(" or ", ",").split(",")]


def _short(value: object) -> str:
    if isinstance(value, dict | list):
        return "keys and values" if isinstance(value, dict) else "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _keys_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model knows at a place."""
    types: list[object] = [model]
    for key in loc:
        types = [inner for kind in types for inner in _step(kind, key)]
    return [name for kind in types if _is_model(kind) for name in _names(kind)]


def _step(kind: object, key: str | int) -> list[object]:
    """Return the types of what stands under a key of a type, unions opened."""
    if _is_model(kind):
        found = [f.annotation for n, f in kind.model_fields.items() if key in (n, f.alias)]
    else:
        found = [arg for arg in get_args(kind) if arg is not Ellipsis]
    return [inner for annotation in found for inner in _opened(annotation)]


def _opened(annotation: object) -> list[object]:
    if get_origin(annotation) in (Union, UnionType):
        return [inner for arg in get_args(annotation) for inner in _opened(arg)]
    if get_origin(annotation) is Annotated:
        return _opened(get_args(annotation)[0])
    return [annotation]


def _is_model(kind: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _names(kind: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in kind.model_fields.items()]
