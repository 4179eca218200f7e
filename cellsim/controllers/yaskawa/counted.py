"""FOR as a loop of statements; its counter is assigned where a line reads it.

Source: public notes of the YRC1000 INFORM manual: the counter begins at START and is stepped until
it is past TO. What it is behind NEXT is in no page read: not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cellsim.controllers.reading.blocks import Node, Open
from cellsim.controllers.yaskawa.wholes import assigned
from cellsim.domain.program import Assign, Expr, Loop, Statement

_MOST = 10**9


@dataclass(frozen=True)
class For(Open):
    """FOR variable START=first TO last STEP=step."""

    first: Expr | None = None
    last: Expr | None = None
    step: int = 1


def count_of(first: float | None, last: float | None, step: int) -> int | None:
    """Return how often a loop runs, None where that is not known before."""
    if first is None or last is None:
        return None
    if not float(first).is_integer() or not float(last).is_integer():
        return None
    return min(max(int(last - first) // step + 1, 0), _MOST)


def loop(
    act: For, body: Sequence[Statement], bounds: tuple[Expr, Expr], count: int | None, line: int
) -> list[Statement]:
    """Return a loop whose lines read its counter, or whose bounds are not known before.

    Args:
        bounds: First and last value with the cell's names. count: How often it runs, if known.
    """
    here, step = Expr("var", name=act.variable), Expr("const", value=float(act.step))
    before = Assign(act.variable, Expr("-", (bounds[0], step)), line=line)
    stepped = (assigned(act.variable, Expr("+", (here, step)), line), *body)
    after = Assign(act.variable, Expr("unknown", name=f"{act.variable} behind NEXT"), line=line)
    if count is not None:
        return [before, Loop(stepped, count, line=line), after]
    go_on = Expr("<=", (Expr("+", (here, step)), bounds[1]))
    return [before, Loop(stepped, None, go_on, line=line), after]


def reads(nodes: Sequence[Node], name: str) -> bool:
    """Return whether lines name a register."""
    pattern = re.compile(rf"\b{name[0]}0*{int(name[1:] or 0)}\b")
    return any(pattern.search(n.line.text.upper()) for n in nodes)
