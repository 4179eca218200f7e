"""When processes end that bound the windows of pair rules: between which knots of each group.

The process of a device ends a time after its start, wherever groups are then that do not wait for
it. It parts the time of a device as phases part that of a fixture: before and after each end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from cellsim.domain.cell import Cell
from cellsim.domain.timeline import PROCESS


@dataclass(frozen=True, eq=False)
class Ends:
    """The ends of processes, by "process:NAME", for `order.rectangles`.

    Attributes:
        nodes: Log positions of the changes that tell them; none where one is not told.
        knots: Numbers of the stretches between them that each of these parts stands for.
    """

    nodes: Mapping[str, Sequence[int]]
    knots: Mapping[str, list[tuple[int, int]]]


def ends_of(cell: Cell, told: Mapping[str, Sequence[int | None]]) -> Ends:
    """Return the ends of the processes that pair rules name; a fixture tells its own in phases.

    Args:
        told: Of each device the log positions of the changes that told its ends, in order.
    """
    asked = {text for rule in cell.pair_rules for text in (rule.start, rule.end) if text}
    nodes: dict[str, list[int]] = {}
    knots: dict[str, list[tuple[int, int]]] = {}
    for name, positions in told.items():
        key = f"{PROCESS}{name}"
        if cell.devices[name].effect == "move" or not any(fnmatchcase(key, a) for a in asked):
            continue
        nodes[key] = [node for node in positions if node is not None]
        knots[key] = [(k, k) for k in range(len(positions) + 1)]
        if None in positions:
            nodes[key], knots[key] = [], [(0, len(positions))]
    return Ends(nodes, knots)
