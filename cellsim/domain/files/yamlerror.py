"""The first of pydantic's errors as one line: what is wrong, what was expected, nearest key."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any, TypeAlias, get_args

from pydantic import BaseModel, ValidationError

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


def first_error(
    error: ValidationError, model: type[BaseModel], data: object, at: At
) -> tuple[tuple[str, int, int], str, str]:
    """Return (place, message, expected) of the error that stands first in the text."""
    found = []
    errors = error.errors(include_url=False)
    misspelt = {item["loc"][:-1] for item in errors if item["type"] == "extra_forbidden"}
    for item in errors:
        if item["type"] == "missing" and item["loc"][:-1] in misspelt:
            continue
        loc = _in_data(item["loc"], data)
        message, expected = _sentence(item, model, loc)
        found.append((at(*loc), message, expected))
    return min(found)


def _in_data(loc: tuple[str | int, ...], data: object) -> tuple[str | int, ...]:
    """Drop what pydantic puts between the keys (union tags); keep a missing last key."""
    path: list[str | int] = []
    for i, key in enumerate(loc):
        known = isinstance(data, dict) and key in data
        if known or (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            data = data[key]  # type: ignore[call-overload,index]
        elif i < len(loc) - 1:
            continue
        path.append(key)
    return tuple(path)


def _sentence(item: Any, model: type[BaseModel], loc: tuple[str | int, ...]) -> tuple[str, str]:
    key, kind, ctx = (loc[-1] if loc else "file"), item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        names = _keys_at(model, loc[:-1])
        near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.5)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        return f"unknown key '{key}'{hint}", "" if near else f"one of {', '.join(names)}"
    if kind == "missing":
        if isinstance(key, int):
            return f"{loc[-2] if len(loc) > 1 else 'list'} has {key} values", "more"
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


def _keys_at(model: object, loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model knows at a place."""
    for index, key in enumerate(loc):
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = model.model_fields.get(str(key))
            model = field.annotation if field else None
            continue
        models = [m for m in _members(model) if isinstance(m, type) and issubclass(m, BaseModel)]
        for member in models:
            if str(key) in member.model_fields:
                return _keys_at(member, loc[index:])
            if not isinstance(key, int):
                continue
        if models and index + 1 <= len(loc):
            return sorted({name for m in models for name in _keys_at(m, loc[index + 1 :])})
    found = [model, *_members(model)]
    return [
        name
        for m in found
        if isinstance(m, type) and issubclass(m, BaseModel)
        for name in m.model_fields
    ]


def _members(annotation: object) -> list[object]:
    """Return every type inside an annotation (list items, dict values, union members)."""
    out: list[object] = []
    for arg in get_args(annotation):
        out.append(arg)
        out.extend(_members(arg))
    return out
