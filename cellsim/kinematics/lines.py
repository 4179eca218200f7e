"""Moving fixtures that hang on one another: what carries each, and the chains that this makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from cellsim.domain.cell import Cell
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.movers import MOVER, movers_of, on_base


def stand_of(cell: Cell, mover: str) -> tuple[str, Pose]:
    """Return what a moving fixture "fixture:NAME" hangs on, and where at 0 of its joint.

    The world, or the link of another moving fixture. Raises BadInput where an arm carries it.
    """
    fixture = cell.fixtures[mover.removeprefix(MOVER)]
    anchor, anchor_T_frame = anchor_of(cell, fixture.frame)
    if anchor != WORLD and not anchor.startswith(MOVER):
        raise BadInput(
            f"{mover} moves and hangs on {anchor}, which moves too",
            expected="a frame that stands in the world, or on a moving fixture",
        )
    return anchor, anchor_T_frame @ fixture.pose


@lru_cache(maxsize=256)
def line_of(cell: Cell, mover: str) -> tuple[str, ...]:
    """Return the moving fixtures that carry a moving fixture, the lowest first, itself last.

    Raises BadInput where they hang on each other in a circle (cached by the identity of the cell).
    """
    found = [mover]
    while (anchor := stand_of(cell, found[0])[0]) != WORLD:
        below = anchor.partition("/")[0]
        if below in found:
            names = " -> ".join([*reversed(found), below])
            raise BadInput(f"fixtures that move hang on each other in a circle: {names}")
        found.insert(0, below)
    return tuple(found)


@lru_cache(maxsize=64)
def chains_in(cell: Cell) -> Mapping[str, tuple[str, ...]]:
    """Return the chains that are not of one fixture in the world, each with those that move in it.

    Those of fixtures on others, the lowest first; and "fixture:A on fixture:BASE" of fixtures that
    BASE carries, as seen from it, where it carries two that do not carry each other.
    """
    lines = {mover: line_of(cell, mover) for mover in movers_of(cell)}
    found = {mover: line for mover, line in lines.items() if len(line) > 1}
    for a, b in combinations(lines, 2):
        base = base_of(lines[a], lines[b])
        if base and base not in (a, b):
            for one in (a, b):
                found[on_base(one, base)] = lines[one][lines[one].index(base) + 1 :]
    return found


def base_of(line: Sequence[str], other: Sequence[str]) -> str:
    """Return the last fixture that two lines share, "" where they share none."""
    shared = [one for one, two in zip(line, other, strict=False) if one == two]
    return shared[-1] if shared else ""
