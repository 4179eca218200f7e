"""What the heads of modules and routines say, and CONNECT: the text behind their first word."""

from __future__ import annotations

import re

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Open
from cellsim.domain.program import Expr

_WORD = re.compile(r"[A-Za-z_]\w*")
_PROC = re.compile(r"([A-Za-z_]\w*)\s*\((.*)\)", re.DOTALL)
_CONNECT = re.compile(r"([A-Za-z_]\w*(?:\{[\w, ]+\})?)\s+WITH\s+([A-Za-z_]\w*)", re.IGNORECASE)


def proc(rest: str) -> object:
    """Return the head of a procedure; one with parameters is kept as text."""
    match = _PROC.fullmatch(rest)
    if match is None:
        return Open("raw")
    if match[2].strip():
        return Open("raw", Expr("unknown", name=match[2], value="parameters"), variable=match[1])
    return Open("def", variable=match[1])


def trap(rest: str) -> object:
    """Return the head of a trap."""
    return Open("raw", Expr("unknown", name=rest, value="trap"), variable=rest)


def func(rest: str) -> object:
    """Return the head of a function, by its name."""
    words = rest.partition("(")[0].split()
    name = words[-1] if words else ""
    return Open("raw", Expr("unknown", name=name, value="func"), variable=name)


def connect(rest: str) -> object:
    """Return CONNECT interrupt WITH trap; None for what is none."""
    match = _CONNECT.fullmatch(rest)
    return None if match is None else Act("connect", (match[1], match[2]))


def module(rest: str) -> object:
    """Return the head of a module."""
    match = _WORD.match(rest)
    return Open("module", variable=match[0] if match else "")
