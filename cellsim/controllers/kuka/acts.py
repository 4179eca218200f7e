"""What KRL text means piece by piece: acts, aggregates, and the transformer of the grammar."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.expression import Expressions
from cellsim.domain.program import Expr

_WORD = re.compile(r"\$?[A-Za-z_]\w*")
_PART = re.compile(
    r"\s*([A-Za-z_]\w*)\s+([-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?)\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Struct:
    """An aggregate {A1 0,A2 -90,...}: component (upper case) to number, in text order."""

    parts: tuple[tuple[str, float], ...]

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Components by name."""
        return dict(self.parts)


@dataclass(frozen=True)
class Linked:
    """Frames behind each other (XP1:{..}): each said in the one before it."""

    parts: tuple[Struct | str, ...]


@dataclass(frozen=True, eq=False)
class Joined(Expr):
    """What AND and OR join without parentheses around it."""


class Build(Expressions):
    """Turns grammar rules into acts while a line is parsed; names become upper case."""

    def variable(self, items: Sequence[Any]) -> Expr:
        return Expr("var", name=str(items[0]).lower())

    def joined(self, items: Sequence[Any]) -> Expr:
        tree = self.chain(items)
        return tree if len(items) == 1 else Joined(tree.op, tree.args)

    def exclusive(self, items: Sequence[Any]) -> Expr:
        whole: Expr = items[0]
        return whole if len(items) == 1 else Joined("unknown", tuple(items[::2]), name="EXOR")

    def inner(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return _whole(tree)

    def compared(self, items: Sequence[Any]) -> Expr:
        """left == right; beside an AND or OR without parentheses it is none that a person meant."""
        if len(items) > 1 and any(isinstance(i, Joined) for i in items[::2]):
            return Expr("unknown", name="AND or OR beside a comparison without parentheses")
        turned = len(items) == 3 and str(items[1]) in {"==", "<>"} and items[0].op == "not"
        if turned and items[2].op == "const":
            return self.not_([self.chain([items[0].args[0], *items[1:]])])
        return _whole(self.chain(items))

    def enum(self, items: Sequence[Any]) -> Expr:
        return Expr("const", value=str(items[0]).upper())

    def indexed(self, items: Sequence[Any]) -> Expr:
        name, index = str(items[0]).upper(), number_of(items[1])
        if index is None or not float(index).is_integer():
            return Expr("unknown", (items[1],), name=name)
        if name in {"$IN", "$OUT"}:
            kind = "di" if name == "$IN" else "do"
            return Expr("signal", name=f"{kind} {int(index)}")
        return Expr("var", name=element(name, int(index)))

    def function(self, items: Sequence[Any]) -> Expr:
        arguments = tuple(i for i in items[1:] if i is not None)
        return Expr("unknown", arguments, name=str(items[0]))

    def frames(self, items: Sequence[Any]) -> Linked:
        return Linked(tuple(items))

    def link(self, items: Sequence[Any]) -> object:
        text = str(items[0])
        if text.startswith("{"):
            return structure(text)
        if len(items) < 2 or items[1] is None:
            return text.upper()
        index = number_of(items[1])
        if index is None or not float(index).is_integer():
            raise ValueError("an index that is no number")
        return element(text, int(index)).upper()

    def modes(self, items: Sequence[Any]) -> tuple[str, ...]:
        return tuple(str(i).upper() for i in items if i is not None)

    def motion(self, items: Sequence[Any]) -> Act:
        return Act("motion", (items[0], items[1], items[3], items[4] or ()))

    def place(self, items: Sequence[Any]) -> tuple[str, float | None]:
        index = None if items[1] is None else number_of(items[1])
        if items[1] is not None and (index is None or len([i for i in items if i]) > 2):
            raise ValueError("an index that is no number")
        if index is not None and not float(index).is_integer():
            raise ValueError("an index that is no whole number")
        return str(items[0]).upper(), index

    def assign(self, items: Sequence[Any]) -> Act:
        (name, index), value = items
        return Act("assign", (name, index, _value(value)))

    def wait_for(self, items: Sequence[Any]) -> Act:
        return Act("wait", (items[1],))

    def wait_sec(self, items: Sequence[Any]) -> Act:
        return Act("delay", (items[1],))

    def condition(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def plain(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def case(self, items: Sequence[Any]) -> tuple[Expr, ...]:
        return tuple(items)

    def count(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return str(items[0]), items[1], items[3], items[5]

    def call(self, items: Sequence[Any]) -> Act:
        return Act("call", (str(items[0]).upper(), tuple(i for i in items[1:] if i is not None)))

    def declare(self, items: Sequence[Any]) -> Act:
        kind, name, value = str(items[0]).upper(), str(items[1]).upper(), items[2]
        if isinstance(value, str) and kind in {"FDAT", "PDAT", "LDAT"}:
            found = structure(value, numbers_only=False)
            # a fixed tool swaps the roles of tool and base
            swapped = kind == "FDAT" and "#TCP" in value.upper()
            # with that mode the distance of a PTP corner is in mm (BAS.SRC, PTP_DAT)
            parts = [
                p
                for p in found.parts
                if kind != "PDAT" or "#CDIS" not in value.upper() or p[0] != "APO_DIST"
            ]
            parts += _ways(value) if kind == "LDAT" else []
            return Act("declare", (kind, name, Struct(() if swapped else tuple(parts))))
        return Act("declare", (kind, name, _value(value)))


def _whole(tree: Expr) -> Expr:
    """Return an expression that AND and OR join as any other is kept."""
    return Expr(tree.op, tree.args, tree.value, tree.name) if type(tree) is Joined else tree


def _ways(text: str) -> list[tuple[str, float]]:
    """Return whether path data leave the orientation as it is otherwise taken: #VAR, and #BASE."""
    return [
        (key, float(set(re.findall(rf"\b{key}\w*\s+(#\w+)", text.upper())) <= {usual}))
        for key, usual in (("ORI_TYP", "#VAR"), ("CIRC_TYP", "#BASE"))
    ]


def element(name: str, index: int) -> str:
    """Return the name of an element of an array, in lower case; system variables keep brackets."""
    plain = not name.startswith(
        ("$", "tool_data", "base_data", "load_data", "TOOL_", "BASE_", "LOAD_")
    )
    return f"{name.lower()}__{index}" if plain else f"{name.lower()}[{index}]"


def _value(value: object) -> object:
    return structure(str(value)) if isinstance(value, str) else value


def structure(text: str, numbers_only: bool = True) -> Struct:
    """Return the numbers of an aggregate; ValueError where it has anything else in it."""
    inner = text.strip()[1:-1]
    head, colon, rest = inner.partition(":")
    parts = []
    for item in (rest if colon and _WORD.fullmatch(head.strip()) else inner).split(","):
        match = _PART.fullmatch(item)
        if match is not None:
            number = float(match[2])
            if not math.isfinite(number):
                raise ValueError("a number without end")
            parts.append((match[1].upper(), number))
        elif numbers_only:
            raise ValueError(f"component {item!r}")
    if len({name for name, _ in parts}) < len(parts):
        raise ValueError("a component twice")
    return Struct(tuple(parts))


def number_of(expr: object) -> float | None:
    """Return the number a constant expression is; None for anything else."""
    if not isinstance(expr, Expr):
        return None
    if expr.op == "neg":
        inner = number_of(expr.args[0])
        return None if inner is None else -inner
    value = expr.value
    return value if expr.op == "const" and isinstance(value, float) else None
