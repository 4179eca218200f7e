"""What two bodies stray from one another by arms that bend after measured frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cellsim.collision.items import Item
from cellsim.collision.strayloop import FRAME, WORLD
from cellsim.collision.strays import Ask, ByFrame, Strays, first_of
from cellsim.geometry import Array

Range = tuple[float, float]
Apart = Callable[[Range, Range], dict[str, float]]
LEAST_KNOTS, LEAST_CHANGE, ELSEWHERE = 4, 1e-3, 4e-3


def strayed_apart(
    a: Item,
    b: Item,
    strays: Mapping[str, ByFrame],
    us: Range,
    vs: Range,
) -> dict[str, float]:
    """Return measured frame to how far two bodies move, one seen from the other [m].

    Args:
        strays: Group name to what its bodies stray. us, vs: Knots of the arm of a, and of b.
    """
    return apart_of(a, b, strays)(us, vs)


def apart_of(a: Item, b: Item, strays: Mapping[str, ByFrame]) -> Apart:
    """Return what tells `strayed_apart` for knots of the arms of two bodies."""
    found = _found(a, b, strays)
    return lambda us, vs: {name: most(us, vs) for name, most in found}


def _found(a: Item, b: Item, strays: Mapping[str, ByFrame]) -> list[tuple[str, _Most]]:
    """Return each measured frame with what tells how far two bodies move apart for it."""
    found = []
    names = {name for item in (a, b) for name in strays.get(item.group, {})}
    for name in sorted(names):
        if a.group and a.group == b.group:
            found.append((name, _on_one_arm(strays[a.group], name, a, b)))
        elif name not in a.frames * bool(a.group) and name not in b.frames * bool(b.group):
            found.append((name, _on_two(strays, name, a, b)))
    return found


class Cuts(NamedTuple):
    """Ranges of knots, and measured frame to how far two bodies move apart in each [m].

    Attributes:
        u: From, to, in order, shape (n, 2). strayed: By frame, shape (n,).
    """

    u: Array
    strayed: Mapping[str, Array]

    def most(self) -> Array:
        """Return how far they move apart for all frames together [m], shape (n,)."""
        return sum(self.strayed.values(), np.zeros(len(self.u)))

    def of(self, which: NDArray[np.bool_ | np.intp]) -> Cuts:
        """Return some of them."""
        return Cuts(self.u[which], {name: row[which] for name, row in self.strayed.items()})


def cut_where_strayed(
    ranges: Sequence[Range], a: Item, b: Item, strays: Mapping[str, ByFrame]
) -> Cuts:
    """Return ranges of knots, halved where an arm comes to follow a frame or leaves it.

    One pad for the whole way would be that of its far end. Cut down to LEAST_KNOTS, or where halves
    differ by less than LEAST_CHANGE for a body that stands in the frame, ELSEWHERE for others.
    Of a body that stands only the frames count, see `alike`.
    """
    us = np.array(ranges, dtype=np.float64).reshape(-1, 2)
    if not len(us) or not any(strays.get(group) for group in {a.group, b.group}):
        return Cuts(us, {})
    meets = any(
        not still.group and set(still.frames) & {*strays.get(arm.group, {})}
        for still, arm in ((a, b), (b, a))
    )
    least = LEAST_CHANGE if meets else ELSEWHERE
    found = _found(a, b, strays)

    def apart(u: Array) -> Cuts:
        return Cuts(u, {name: most.rows(u) for name, most in found})

    done, now = [], apart(us)
    while len(now.u):
        cuttable = (now.u[:, 1] - now.u[:, 0] >= 2 * LEAST_KNOTS) & (now.most() > least)
        some = now.u[cuttable]
        middle = np.floor((some[:, 0] + some[:, 1]) / 2)
        halves = apart(np.stack([some[:, 0], middle, middle, some[:, 1]], axis=1).reshape(-1, 2))
        both = halves.most().reshape(-1, 2)
        cut = np.abs(both[:, 0] - both[:, 1]) > least
        cuttable[cuttable] = cut
        done.append(now.of(~cuttable))
        now = halves.of(np.repeat(cut, 2))
    order = np.argsort(np.concatenate([one.u[:, 0] for one in done]), kind="stable")
    whole = np.concatenate([one.u for one in done])
    names = done[0].strayed
    rows = {name: np.concatenate([one.strayed[name] for one in done]) for name in names}
    return Cuts(whole, rows).of(order)


def boxes_where_strayed(
    us: Range, vs: Range, a: Item, b: Item, strays: Mapping[str, ByFrame]
) -> Iterator[tuple[Range, Range]]:
    """Yield the parts of a box of knots of two arms, cut in both where an arm strays otherwise.

    Down to LEAST_KNOTS, then put together again where neighbours differ by LEAST_CHANGE at most: a
    long box may hold many places where both hardly stray, and between them ways where they do.
    """
    if not any(strays.get(item.group) for item in (a, b)):
        yield us, vs
        return

    apart = apart_of(a, b, strays)

    def most(us: Range, vs: Range) -> float:
        return sum(apart(us, vs).values())

    for part in _parts(us, lambda part: most(part, vs)):
        for other in _parts(vs, partial(most, part)):
            yield part, other


def _parts(whole: Range, most: Callable[[Range], float]) -> list[Range]:
    """Return a range cut where `most` of its parts differ by more than LEAST_CHANGE."""
    u0, u1 = whole
    if u1 - u0 < 2 * LEAST_KNOTS or most(whole) <= LEAST_CHANGE:
        return [whole]
    middle = float(math.floor((u0 + u1) / 2))
    left, right = _parts((u0, middle), most), _parts((middle, u1), most)
    if abs(most(left[-1]) - most(right[0])) <= LEAST_CHANGE:
        left[-1:], right[:1] = [(left[-1][0], right[0][1])], []
    return left + right


def alike(item: Item) -> Hashable:
    """Return what decides where a body is cut from others: bodies that stand share it."""
    return id(item) if item.group else item.frames


@dataclass(frozen=True, eq=False)
class _Most:
    """How far two bodies move apart for one frame: the least of some ways to see it.

    Attributes:
        ways: Of each the terms that add up: strays, what is asked of them, whose knots.
        strayed: See `Strays.over`.
    """

    ways: Sequence[Sequence[tuple[Strays, Ask, int]]]
    strayed: bool

    def __call__(self, us: Range, vs: Range) -> float:
        """Return it for knots of the arms of both [m]."""
        two, strayed = (us, vs), self.strayed
        sums = (
            sum((one.over(ask, *two[k], strayed) for one, ask, k in terms), 0.0)
            for terms in self.ways
        )
        least = min(sums, default=math.inf)
        return least if math.isfinite(least) else 0.0

    def rows(self, u: Array) -> Array:
        """Return it for ranges of knots of one arm, shape (n, 2) to (n,) [m]."""
        least = np.full(len(u), math.inf)
        for terms in self.ways:
            rows = (one.rows_over(ask, u, self.strayed) for one, ask, _ in terms)
            least = np.minimum(least, sum(rows, np.zeros(len(u))))
        return np.where(np.isfinite(least), least, 0.0)


def _on_one_arm(strays: ByFrame, name: str, a: Item, b: Item) -> _Most:
    """Return what the smaller of two bodies moves, seen from the link of the other."""
    moves, seen = (a, b) if first_of(a, b) else (b, a)
    return _Most(() if a.link == b.link else [[(strays[name], (id(moves), seen.link), 0)]], True)


def _on_two(strays: Mapping[str, ByFrame], name: str, a: Item, b: Item) -> _Most:
    """Return what both move seen from the world, or both from the frame: either is enough.

    Where an arm does not stray, a body that stands in the frame moves as `frame_pad` says.
    """
    one, ways = not (a.group and b.group), []
    for ref in (WORLD, FRAME):
        terms, seen = [], True
        for number, item in enumerate((a, b)):
            moves = strays.get(item.group, {}).get(name)
            stands_in_it = not item.group and name in item.frames
            if moves is not None:
                terms.append((moves, (id(item), ref), number))
            elif stands_in_it != (ref == FRAME):
                seen = False
        if seen:
            ways.append(terms)
    return _Most(ways, one)
