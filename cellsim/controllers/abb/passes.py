"""FOR loops written out where a call in them hands the counter to a routine with parameters.

Every pass is a copy of the body with the counter's value in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from cellsim.controllers.abb.declared import Table
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Node, Open, flat
from cellsim.controllers.reading.source import replaced
from cellsim.domain.program import Expr

Bounds = Callable[[Node], list[int] | None]
MOST_PASSES = 100
MOST_LINES = 2_000


def write_out(nodes: list[Node], called: Iterable[str], table: Table, routine: str) -> None:
    """Replace such loops in place.

    Args:
        nodes: Lines of a routine, nested. called: Names of routines with parameters, lower case.
        table: Declared data, for the bounds. routine: Whose lines they are.
    """
    names = frozenset(called)
    bounds = partial(_values, table=table, routine=routine)
    _write_out(nodes, names, bounds, [MOST_LINES])


def _write_out(nodes: list[Node], names: frozenset[str], bounds: Bounds, left: list[int]) -> None:
    at = 0
    while at < len(nodes):
        node = nodes[at]
        values = bounds(node) if _hands_over(node, names) else None
        count = 0 if values is None else len(values) * sum(1 for _ in flat(node.body))
        if values is not None and isinstance(node.act, Open) and count <= left[0]:
            left[0] -= count
            name = node.act.variable
            nodes[at : at + 1] = [_copy(n, name, v) for v in values for n in node.body]
            continue
        _write_out(node.body, names, bounds, left)
        _write_out(node.otherwise, names, bounds, left)
        at += 1


def _hands_over(node: Node, names: frozenset[str]) -> bool:
    act = node.act
    if not isinstance(act, Open) or act.kind != "count" or any(_jumps(n) for n in flat(node.body)):
        return False
    counter = re.compile(rf"(?<!\w){re.escape(act.variable)}(?!\w)", re.IGNORECASE)
    calls = (n for n in flat(node.body) if isinstance(n.act, Act) and n.act.word in names)
    return any(counter.search(n.line.text) for n in calls)


def _jumps(node: Node) -> bool:
    return isinstance(node.act, Act) and node.act.word in {"label", "goto"}


def _values(node: Node, table: Table, routine: str) -> list[int] | None:
    """Return the values of the counter; None where they are not known, or are too many."""
    if not isinstance(node.act, Open) or node.act.condition is None:
        return None
    bounds = [table.number(b, routine) for b in node.act.condition.args]
    if any(b is None or not b.is_integer() or abs(b) > 1e6 for b in bounds):
        return None
    first, last, *step = (int(b or 0.0) for b in bounds)
    by = step[0] if step else (1 if first <= last else -1)
    values = range(first, last + (1 if by > 0 else -1), by) if by else range(0)
    return list(values) if by and len(values) <= MOST_PASSES else None


def _copy(node: Node, name: str, value: int) -> Node:
    """Return a line or block with a number in the place of a variable."""
    pattern = re.compile(rf"(?<![\w.\\]){re.escape(name)}(?!\w)", re.IGNORECASE)
    line = replace(node.line, text=replaced(pattern, str(value), node.line.text))
    act = _put(node.act, name.lower(), value)
    body = [_copy(n, name, value) for n in node.body]
    other = [_copy(n, name, value) for n in node.otherwise]
    condition = _put(node.condition, name.lower(), value)
    return Node(line, act, body, other, condition)


def _put(part: Any, name: str, value: int) -> Any:
    """Return an act, or a part of one, with a number in the place of a variable."""
    if isinstance(part, Expr) and part.op == "var" and part.name.lower() == name:
        number = Expr("const", value=float(abs(value)))
        return number if value >= 0 else Expr("neg", (number,))
    if isinstance(part, tuple):
        return tuple(_put(p, name, value) for p in part)
    if is_dataclass(part) and not isinstance(part, type):
        new = {f.name: _put(getattr(part, f.name), name, value) for f in fields(part)}
        changed = any(new[f.name] is not getattr(part, f.name) for f in fields(part))
        return replace(part, **new) if changed else part
    return part
