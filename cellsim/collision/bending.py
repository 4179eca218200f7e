"""What two bodies stray from one another by arms that bend after measured frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from cellsim.collision.items import Item
from cellsim.collision.strays import FRAME, WORLD, ByFrame, first_of

Range = tuple[float, float]
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
    found: dict[str, float] = {}
    names = {name for item in (a, b) for name in strays.get(item.group, {})}
    for name in sorted(names):
        if a.group and a.group == b.group:
            found[name] = _on_one_arm(strays[a.group], name, a, b, us)
        elif name not in a.frames * bool(a.group) and name not in b.frames * bool(b.group):
            found[name] = _on_two(strays, name, (a, us), (b, vs))
    return found


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
    least = LEAST_CHANGE if meets else ELSEWHERE
    for us in ranges:
        yield from _cut(Cut(*us, strayed_apart(a, b, strays, us, us)), a, b, strays, least)


def _cut(
    whole: Cut, a: Item, b: Item, strays: Mapping[str, ByFrame], least: float
) -> Iterator[Cut]:
    u0, u1, strayed = whole
    if u1 - u0 >= 2 * LEAST_KNOTS and sum(strayed.values()) > least:
        middle = float(math.floor((u0 + u1) / 2))
        halves = [
            Cut(*us, strayed_apart(a, b, strays, us, us)) for us in ((u0, middle), (middle, u1))
        ]
        left, right = (sum(half.strayed.values()) for half in halves)
        if abs(left - right) > least:
            for half in halves:
                yield from _cut(half, a, b, strays, least)
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

    def most(us: Range, vs: Range) -> float:
        return sum(strayed_apart(a, b, strays, us, vs).values())

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


def _on_one_arm(strays: ByFrame, name: str, a: Item, b: Item, us: Range) -> float:
    """Return what the smaller of two bodies moves, seen from the link of the other."""
    if a.link == b.link:
        return 0.0
    moves, seen = (a, b) if first_of(a, b) else (b, a)
    return strays[name].over((id(moves), seen.link), *us)


def _on_two(
    strays: Mapping[str, ByFrame], name: str, a: tuple[Item, Range], b: tuple[Item, Range]
) -> float:  # fmt: skip
    """Return what both move seen from the world, or both from the frame: either is enough.

    Where an arm does not stray, a body that stands in the frame moves as `frame_pad` says.
    """
    two, seen = bool(a[0].group and b[0].group), dict.fromkeys((WORLD, FRAME), 0.0)
    for item, knots in (a, b):
        moves = strays.get(item.group, {}).get(name)
        stands_in_it = not item.group and name in item.frames
        for ref in seen:
            if moves is not None:
                seen[ref] += moves.over((id(item), ref), *knots, not two)
            elif stands_in_it != (ref == FRAME):
                seen[ref] = math.inf
    least = min(seen.values())
    return least if math.isfinite(least) else 0.0
