"""Lines and blocks that stay text because they are not understood, and what they may set."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cellsim.controllers.reading.acts import is_word
from cellsim.controllers.reading.blocks import Node, flat
from cellsim.controllers.reading.collect import Collector
from cellsim.controllers.reading.source import Line
from cellsim.controllers.reading.walk import Walker, joined
from cellsim.domain.program import Assign, Expr, Statement


def set_by_unknown(line: Line, names: Collection[str]) -> list[Statement]:
    """Return variables set to what nobody can say, by a line that runs what was not read.

    Args:
        names: Those that what it runs can set too.
    """
    free = Expr("unknown", name=line.text)
    return [Assign(name, free, line=line.number) for name in sorted(names)]


def block_as_text(
    walk: Walker,
    node: Node,
    mentioned: Callable[[Node], Collection[str | int]],
    collector: Collector,
) -> list[Statement]:
    """Return the lines of a block as text; the labels in it stay, as jumps may go there.

    What its lines may set is not known behind it, and where they may go their state comes along.

    Args:
        mentioned: Labels that a line may go to.
    """
    inner = list(flat([node]))
    for name in {str(name) for one in inner for name in mentioned(one)}:
        walk.jump(name)
    walk.state = joined(walk.state, walk.settings_of(inner))
    out: list[Statement] = []
    for one in inner:
        if is_word(one, "label"):
            out += walk.leaf(one)
        else:
            out.append(collector.keep(one.line, "block not understood"))
    return out
