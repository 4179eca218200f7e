"""Bounds of clearance that say nothing: lower than any two bodies of their size can be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cellsim.domain.cell import Cell
from cellsim.geometry.extent import diagonal
from cellsim.kinematics.bodies import bodies_of

UNKNOWN = float("-inf")


def known_bound(value: float, a: str, b: str, cell: Cell) -> float:
    """Return a certified clearance [m], UNKNOWN where it is below what it says anything at.

    No body is deeper in another than both are large together, their margins included: a search
    that gave up may bound it by less.

    Args:
        a, b: Names of the bodies.
    """
    sizes = _sizes(cell)
    known = sizes.get(a), sizes.get(b)
    if known[0] is None or known[1] is None:
        return value
    return value if value >= -(known[0] + known[1]) else UNKNOWN


@lru_cache(maxsize=8)
def _sizes(cell: Cell) -> Mapping[str, float]:
    """Return how far two points of each body are apart at most, with its margins [m]."""
    return {body.name: diagonal(body.solid) + 2.0 * body.solid.epsilon for body in bodies_of(cell)}
