"""Aggregates of RAPID text: [[1,2,3],[1,0,0,0],...] to nested tuples, bounded and fast.

Numbers are float, TRUE and FALSE bool, strings str; anything else makes the value not constant.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_LEVELS = 12
_NUMBERS = re.compile(r"[\[\]\d.,eE+\-\s]*")
_ITEM = re.compile(
    r'\s*(?:(?P<open>\[)|(?P<close>\])|(?P<comma>,)|(?P<text>"(?:[^"]|"")*")'
    r"|(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<word>[A-Za-z_]\w*))\s*"
)
Value = Any


@dataclass(frozen=True)
class Named:
    """The name of other data that stands in an aggregate."""

    name: str


class WithNames(tuple[Any, ...]):
    """An aggregate in which names of other data stand."""


def aggregate(text: str, names: bool = False) -> Value:
    """Return the value of an aggregate as nested tuples; ValueError where it is not constant.

    names: Names of other data may stand in it.
    """
    if text.count("[") > MAX_LEVELS and _levels(text) > MAX_LEVELS:
        raise ValueError("nested too deep")
    if _NUMBERS.fullmatch(text):
        try:
            return _tuples(json.loads(text))
        except (ValueError, RecursionError, OverflowError):
            pass
    value = _slow(text, names)
    return WithNames(value) if names and isinstance(value, tuple) and _names(value) else value


def _levels(text: str) -> int:
    level = deepest = 0
    for char in text:
        if char == "[":
            level += 1
            deepest = max(deepest, level)
        elif char == "]":
            level -= 1
    return deepest


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else float(value)


def _names(value: Value) -> bool:
    """Return whether names stand in an aggregate."""
    parts = value if isinstance(value, tuple) else ()
    return isinstance(value, Named) or any(_names(part) for part in parts)


def _slow(text: str, names: bool) -> Value:
    stack: list[list[Any]] = [[]]
    at, expects = 0, True
    while at < len(text):
        match = _ITEM.match(text, at)
        if match is None:
            raise ValueError(f"{text[at : at + 10]!r} in an aggregate")
        at = match.end()
        kind = match.lastgroup
        if kind == "comma":
            if expects:
                raise ValueError("a value is missing")
            expects = True
            continue
        if kind == "close":
            if expects or len(stack) < 2:
                raise ValueError("brackets do not match")
            inner = tuple(stack.pop())
            stack[-1].append(inner)
            continue
        if not expects:
            raise ValueError("a comma is missing")
        if kind == "open":
            stack.append([])
            continue
        stack[-1].append(_leaf(kind or "", match[kind or 0], names))
        expects = False
    if len(stack) != 1 or len(stack[0]) != 1 or expects:
        raise ValueError("brackets do not match")
    return stack[0][0]


def _leaf(kind: str, text: str, names: bool) -> float | bool | str | Named:
    if kind == "number":
        return float(text)
    if kind == "text":
        return text[1:-1].replace('""', '"')
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE"
    if names:
        return Named(text)
    raise ValueError(f"'{text}' is no constant")
