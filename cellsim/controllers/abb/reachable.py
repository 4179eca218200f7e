"""Data of a motion that a routine of a module that is not given can give another value.

Source: RAPID kernel 3HAC050946, scope of data and data storage (recalled): constants keep their
value, LOCAL data is known in its module alone, data of a routine in it alone; other VAR and PERS
data of the modules every routine of the task can set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cellsim.controllers.abb.acts import Function, Item
from cellsim.controllers.abb.declared import Table
from cellsim.controllers.abb.standard import SPEEDS, ZONES
from cellsim.controllers.reading.acts import Act
from cellsim.domain.program import Expr

_PART = re.compile(r"[.{]")
# Points that a motion names first; all others name one.
_ARCS = frozenset({"movec", "movecdo", "triggc"})
_PREDEFINED = frozenset({f"v{v}" for v in SPEEDS} | {*ZONES, "fine", "vmax", "tool0", "wobj0"})


def others_may_set(act: Act, table: Table, routine: str) -> Iterator[str]:
    """Yield the keys of states (`data tool`, `data frame`, ..) whose data others may set."""
    options, items = act.data
    points = 2 if act.word in _ARCS else 1
    if act.word.startswith("trigg"):
        items = (*items[: points + 1], *items[points + 2 :])
    named = dict((*options, *(o for item in items for o in item.options)))
    frame = named.get("wobj")
    kinds = ["data target"] * points + ["data speed", "data corner", "data tool"]
    if any(_is_open(item.value, table, routine) for item in items[:points]):
        yield "data target"
    for kind, item in zip(kinds[points:], items[points:], strict=False):
        if _is_open(item.value, table, routine):
            yield kind
    if frame is not None and _is_open(frame, table, routine):
        yield "data frame"


def _is_open(expr: Expr, table: Table, routine: str) -> bool:
    """Return whether an expression reads data that others may set."""
    if isinstance(expr, Function):
        return any(_is_open(part, table, routine) for part in _parts(expr.items))
    if expr.op not in {"var", "element"}:
        return any(_is_open(part, table, routine) for part in expr.args)
    name = _PART.split(expr.name, maxsplit=1)[0].lower()
    datum = table.find(name, routine)
    if datum is None:
        return name not in _PREDEFINED and name not in table.fixed
    local = datum.line.text.lower().startswith("local")
    return datum.storage != "const" and not datum.routine and not local


def _parts(items: tuple[Item, ...]) -> Iterator[Expr]:
    for item in items:
        yield item.value
        yield from (value for _, value in item.options if value is not None)
