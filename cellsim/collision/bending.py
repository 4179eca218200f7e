"""What two bodies stray from one another by arms that bend after measured frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from cellsim.collision.items import Item
from cellsim.collision.strayloop import FRAME, WORLD
from cellsim.collision.strays import ByFrame, first_of

Range = tuple[float, float]
_Most = Callable[[Range, Range], float]
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
    found: list[tuple[str, _Most]] = []
    names = {name for item in (a, b) for name in strays.get(item.group, {})}
    for name in sorted(names):
        if a.group and a.group == b.group:
            found.append((name, _on_one_arm(strays[a.group], name, a, b)))
        elif name not in a.frames * bool(a.group) and name not in b.frames * bool(b.group):
            found.append((name, _on_two(strays, name, a, b)))
    return lambda us, vs: {name: most(us, vs) for name, most in found}


class Cut(NamedTuple):
    """A range of knots, and measured frame to how far two bodies move apart in it [m]."""

    u0: float
    u1: float
    strayed: Mapping[str, float]


def cut_where_strayed(
    ranges: Iterable[Range], a: Item, b: Item, strays: Mapping[str, ByFrame]
) -> Iterator[Cut]:
    """Yield ranges of knots, halved where an arm comes to follow a frame or leaves it.

    One pad for the whole way would be that of its far end. Cut down to LEAST_KNOTS, or where halves
    differ by less than LEAST_CHANGE for a body that stands in the frame, ELSEWHERE for others.
    Of a body that stands only the frames count, see `alike`.
    """
    if not any(strays.get(group) for group in {a.group, b.group}):
        for u0, u1 in ranges:
            yield Cut(u0, u1, {})
        return
    meets = any(
        not still.group and set(still.frames) & {*strays.get(arm.group, {})}
        for still, arm in ((a, b), (b, a))
    )
    least, apart = LEAST_CHANGE if meets else ELSEWHERE, apart_of(a, b, strays)
    for us in ranges:
        yield from _cut(Cut(*us, apart(us, us)), apart, least)


def _cut(whole: Cut, apart: Apart, least: float) -> Iterator[Cut]:
    u0, u1, strayed = whole
    if u1 - u0 >= 2 * LEAST_KNOTS and sum(strayed.values()) > least:
        middle = float(math.floor((u0 + u1) / 2))
        halves = [Cut(*us, apart(us, us)) for us in ((u0, middle), (middle, u1))]
        left, right = (sum(half.strayed.values()) for half in halves)
        if abs(left - right) > least:
            for half in halves:
                yield from _cut(half, apart, least)
            return
    yield whole


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


def _on_one_arm(strays: ByFrame, name: str, a: Item, b: Item) -> _Most:
    """Return what the smaller of two bodies moves, seen from the link of the other."""
    moves, seen = (a, b) if first_of(a, b) else (b, a)
    over, ask = strays[name].over, (id(moves), seen.link)

    def most(us: Range, vs: Range) -> float:
        del vs
        return 0.0 if a.link == b.link else over(ask, *us)

    return most


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
                terms.append((moves.over, (id(item), ref), number))
            elif stands_in_it != (ref == FRAME):
                seen = False
        if seen:
            ways.append(terms)

    def most(us: Range, vs: Range) -> float:
        two = us, vs
        sums = (sum((over(ask, *two[k], one) for over, ask, k in terms), 0.0) for terms in ways)
        least = min(sums, default=math.inf)
        return least if math.isfinite(least) else 0.0

    return most
