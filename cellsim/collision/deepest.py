"""The deepest instant of a collision, between those that the search looked at.

The search goes no finer than it takes to know that two bodies overlap: its leaves are up to 50 ms
long. On one path the deepest instant is looked for by our own bound (`dive`). Whoever asks coal how
deep it is there, and hears less, looks for it by coal alone; so it is done on two paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.dive import MOST_CUTS, MOST_LEAVES, STEP, TOLERANCE_M, dive
from cellsim.collision.instant import Instant, Run, instant_of, pieces_at, placing
from cellsim.collision.paths import Path
from cellsim.collision.spans import (
    LEAF_U0,
    LEAF_U1,
    LEAF_V0,
    LEAF_V1,
    LOWER,
    NEED,
    PAD,
    SPAN,
    VALUE,
)
from cellsim.collision.support import BOUND, CENTRE, Shapes
from cellsim.geometry import Array, Piece


@dataclass(frozen=True, eq=False)
class Search:
    """A stretch in which a pair overlaps, and what may move in it.

    Attributes:
        run: The pair. shapes: All bodies.
        places: See `placing`. contacts: See `kernel.contacts`.
    """

    run: Run
    shapes: Shapes
    places: Callable[[float, float], tuple[Array, Array]]
    contacts: Callable[[Piece, Piece, Iterable[Array]], kernel.Contact]

    def depth(self, at: Instant) -> float:
        """Return how deep the pieces of an instant overlap by coal [m]; below 0 they are apart."""
        pieces = pieces_at(self.run, at.number)
        return -self.contacts(*pieces, self.places(at.u, at.v)).distance


def worst_leaf(leaves: Array) -> int:
    """Return the number of the leaf that was seen deepest, over what its rule allows."""
    return int(np.argmin(seen_over(leaves)))


def seen_over(leaves: Array) -> Array:
    """Return how far apart leaves were seen over what their rule allows [m], below 0 too deep."""
    return np.asarray(leaves[:, LOWER] - np.minimum(leaves[:, NEED], 0.0))


def deepest(
    run: Run, paths: Mapping[str, Path], shapes: Shapes, stretches: Sequence[Array]
) -> list[tuple[Instant, float]]:
    """Return the deepest instant of each stretch of overlap, with the pieces deepest there.

    And how deep they are, by our own bound [m]: coal has not been asked. -inf where it has been.

    Args:
        stretches: Leaves of each, all with an overlap, shape (n, LEAF_COLUMNS).
    """
    if len(run.groups) == 2:
        return [(by_coal(run, paths, shapes, rows), -np.inf) for rows in stretches]
    told = [_alike(rows) for rows in stretches]
    leaves, firsts = np.concatenate(told), np.cumsum([0] + [len(rows) for rows in told])
    found = dive(shapes, paths[run.groups[0]], run.pair, leaves, _most(run, leaves), firsts)
    return [(Instant(u, 0.0, int(number)), depth) for u, number, depth in found.tolist()]


def _alike(leaves: Array) -> Array:
    """Return the leaves for which a rule allows the same depth as for the worst one.

    Of others nothing is told.
    """
    allowed = np.minimum(leaves[:, NEED], 0.0)
    return np.asarray(leaves[allowed == allowed[worst_leaf(leaves)]])


def _most(run: Run, leaves: Array) -> Array:
    """Return the bound of the depth in each leaf [m], by what is certified of it."""
    pads = run.gathered.spans[leaves[:, SPAN].astype(np.int64), PAD]
    return np.asarray(-(leaves[:, VALUE] + pads))


def by_coal(run: Run, paths: Mapping[str, Path], shapes: Shapes, leaves: Array) -> Instant:
    """Return the deepest instant of a stretch of overlap by coal alone, as `dive` looks for it."""
    search = Search(run, shapes, placing(run, paths), kernel.contacts())
    leaves = _alike(leaves)
    leaf, most = leaves[worst_leaf(leaves)], _most(run, leaves)
    found = instant_of(leaf)
    value = search.depth(found)
    for k in np.argsort(-most, kind="stable")[:MOST_LEAVES]:
        if most[k] <= value + TOLERANCE_M:
            break
        deep, at = _in_leaf(search, leaves[k], instant_of(leaves[k]).number)
        if deep > value:
            value, found, leaf = deep, at, leaves[k]
    for number in _others(search, found, value):
        deep, at = _in_leaf(search, leaf, number)
        if deep > value:
            value, found = deep, at
    return found


def _in_leaf(search: Search, leaf: Array, number: int) -> tuple[float, Instant]:
    """Return depth [m] and instant where a piece pair is deepest in a leaf."""
    at = instant_of(leaf)._replace(number=number)
    two = leaf[LEAF_V0] < leaf[LEAF_V1]
    value, at = _on_clock(search, at, 0, float(leaf[LEAF_U0]), float(leaf[LEAF_U1]))
    for clock in (1, 0, 1) if two else ():
        ends = leaf[LEAF_V0 : LEAF_V1 + 1] if clock else leaf[LEAF_U0 : LEAF_U1 + 1]
        value, at = _on_clock(search, at, clock, *ends.tolist())
    return value, at


def _on_clock(
    search: Search, at: Instant, clock: int, low: float, high: float
) -> tuple[float, Instant]:
    """Return where it is deepest from knot `low` to knot `high` of a clock, the other one stopped.

    From both sides: a line through two near points bounds a concave function beyond them.
    """

    u, v, number = at.u, at.v, at.number

    def seen(x: float) -> tuple[float, Instant]:
        there = Instant(x, v, number) if clock == 0 else Instant(u, x, number)
        return search.depth(there), there

    step = STEP * (high - low)
    best = seen(high)
    right = _Line(high, best[0], (best[0] - seen(high - step)[0]) / max(step, 1e-12))
    if step <= 0.0 or right.slope >= 0.0:
        return best
    first = seen(low)
    left = _Line(low, first[0], (seen(low + step)[0] - first[0]) / step)
    best = max(best, first, key=lambda found: found[0])
    if left.slope <= 0.0:
        return best
    for _ in range(MOST_CUTS):
        x, most = left.meets(right)
        if most <= best[0] + TOLERANCE_M:
            break
        if not left.x + step < x < right.x - step:
            x = 0.5 * (left.x + right.x)
        here = seen(x)
        best = max(best, here, key=lambda found: found[0])
        line = _Line(x, here[0], (seen(x + step)[0] - here[0]) / step)
        left, right = (line, right) if line.slope > 0.0 else (left, line)
    return best


class _Line(NamedTuple):
    """A line that bounds a depth [m]: its value at knot x, its slope per knot."""

    x: float
    value: float
    slope: float

    def meets(self, other: _Line) -> tuple[float, float]:
        """Return where two lines meet, and their value there [m]."""
        x = (other.value - self.value + self.slope * self.x - other.slope * other.x) / (
            self.slope - other.slope
        )
        return x, self.value + self.slope * (x - self.x)


def _others(search: Search, at: Instant, value: float) -> Iterator[int]:
    """Yield the piece pairs that are deeper at an instant than a value [m], and not its own."""
    run, rows = search.run, search.shapes.cores.rows
    own_a, own_b = (search.shapes.own[run.pair.who[side]] for side in range(2))
    a, b = rows[own_a[0] : own_a[1]], rows[own_b[0] : own_b[1]]
    centres = [
        body[:, CENTRE:BOUND] @ T[:, :3].T + T[:, 3]
        for body, T in zip((a, b), search.places(at.u, at.v), strict=True)
    ]
    away = np.linalg.norm(centres[0][:, None] - centres[1][None], axis=2)
    # Two spheres overlap by what their pieces do, or more.
    over = (a[:, BOUND][:, None] + b[:, BOUND][None] - away).ravel()
    for number in np.argsort(-over, kind="stable"):
        if over[number] <= value:
            return
        if number != at.number and search.depth(at._replace(number=int(number))) > value:
            yield int(number)
