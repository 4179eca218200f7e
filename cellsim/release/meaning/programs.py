"""What changed between two programs, in mm, degrees, seconds and names, not in text lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cellsim.domain.program import Move, Program, SetSignal, Wait
from cellsim.geometry import Pose
from cellsim.release.meaning.align import Pairs, align
from cellsim.release.meaning.difference import Difference
from cellsim.release.meaning.flow import as_written
from cellsim.release.meaning.items import Item, describe, key_of
from cellsim.release.meaning.motions import SAME, Grid, Side, compare_motions, speed_of
from cellsim.release.meaning.trace import TooLong, as_done

Names = Mapping[tuple[str, str], str]
_FAR_M = 0.5


def diff_programs(
    a: Program, b: Program, side_a: Side, side_b: Side, grid: Grid = SAME
) -> tuple[Difference, ...]:
    """Return the differences of meaning from `a` to `b`, in the order of the program.

    Comments, layout, lines, names of points, variables, labels and routines are none; nor are
    calls or counted loops that are written out, nor another way to say the same condition.

    Args:
        a, b: Lowered programs. side_a, side_b: The cell, group and rules of each. grid: How far
            values may lie apart and still be the same.
    """
    written = _rows(as_written(a), as_written(b), side_a, side_b, grid)
    if not written:
        return ()
    try:
        done = _rows(as_done(a), as_done(b), side_a, side_b, grid)
    except TooLong:
        return written
    return min(done, written, key=len)


def same_text(a: Program, b: Program, side: Side) -> tuple[Difference, ...]:
    """Return the differences statement by statement: nothing is written out or put in.

    For the door: a text read back must say what was written, not only mean it.
    """
    return _rows(as_written(a), as_written(b), side, side, SAME)


def _rows(
    a: Sequence[Item], b: Sequence[Item], side_a: Side, side_b: Side, grid: Grid
) -> tuple[Difference, ...]:
    poses: dict[int, Pose | None] = {}

    def key(item: Item) -> tuple[object, ...]:
        if isinstance(item.statement, Move):
            return _motion_key(item.statement)
        return key_of(item)

    def cost(x: Item, y: Item) -> float:
        return _cost(x, y, key, lambda item: _pose(item, poses, side_a if item is x else side_b))

    pairs = align(a, b, key, cost)
    names = _renamed(a, b, pairs)
    found: list[Difference] = []
    for i, j in pairs:
        if i is None and j is not None:
            what = {"what": describe(b[j])}
            found.append(Difference("added", 0, b[j].line, "added", what, file_b=b[j].file))
        elif j is None and i is not None:
            what = {"what": describe(a[i])}
            found.append(Difference("missing", a[i].line, 0, "missing", what, file_a=a[i].file))
        elif i is not None and j is not None:
            said = _pair(a[i], b[j], side_a, side_b, grid, names, key(a[i]) == key(b[j]))
            found += (replace(d, file_a=a[i].file, file_b=b[j].file) for d in said)
    return _counted(_ordered(found, _loose(a, b, pairs, key)))


def _motion_key(s: Move) -> tuple[object, ...]:
    """Return what two motions share that mean the same, up to the digits of any text."""
    targets = tuple(
        None
        if t is None
        else (t.q and tuple(round(v, 6) + 0.0 for v in t.q), _rounded(t.pose), t.config)
        for t in (s.to, s.via)
    )
    zone = (s.zone.kind, round(s.zone.value, 9), s.zone.unit)
    return ("move", s.kind, targets, speed_of(s.speed), zone, s.tool, s.frame, s.accel)


def _rounded(pose: Pose | None) -> tuple[float, ...]:
    return () if pose is None else tuple((np.round(pose.matrix.ravel(), 5) + 0.0).tolist())


def _pose(item: Item, poses: dict[int, Pose | None], side: Side) -> Pose | None:
    if id(item) not in poses:
        assert isinstance(item.statement, Move)
        poses[id(item)] = side.world(item.statement, item.statement.to)
    return poses[id(item)]


def _cost(
    x: Item,
    y: Item,
    key: Callable[[Item], tuple[object, ...]],
    pose: Callable[[Item], Pose | None],
) -> float:
    """Return how unlike two items are: 0 the same, 2 and more rather two than one."""
    s, t = x.statement, y.statement
    if x.word != y.word:
        return 3.0
    if key(x) == key(y):
        return 0.0
    if isinstance(s, Move) and isinstance(t, Move):
        far = _apart(pose(x), pose(y))
        fits = (s.kind == t.kind, s.tool == t.tool, speed_of(s.speed) == speed_of(t.speed))
        marks = (*fits, s.zone == t.zone, s.frame == t.frame)
        return 0.1 + far + 0.1 * sum(not mark for mark in marks)
    if isinstance(s, SetSignal) and isinstance(t, SetSignal):
        return 0.6 if s.signal == t.signal else 1.2
    return 0.9


def _apart(old: Pose | None, new: Pose | None) -> float:
    if old is None or new is None:
        return 0.6
    shift, turn = old.distance(new)
    return min(0.9, 0.9 * shift / _FAR_M) + min(0.3, 0.3 * turn / np.pi)


def _renamed(a: Sequence[Item], b: Sequence[Item], pairs: Pairs) -> Names:
    """Return (namespace, name on side A) to the name on side B that most pairs agree on."""
    votes: Counter[tuple[tuple[str, str], str]] = Counter()
    for i, j in pairs:
        if i is not None and j is not None and len(a[i].names) == len(b[j].names):
            for x, y in zip(a[i].names, b[j].names, strict=True):
                votes[x, y[1]] += 1
    names: dict[tuple[str, str], str] = {}
    taken: set[tuple[str, str]] = set()
    for (old, new), _ in sorted(votes.items(), key=lambda v: (-v[1], v[0][0][1] != v[0][1])):
        if old not in names and (old[0], new) not in taken:
            names[old] = new
            taken.add((old[0], new))
    return names


def _pair(
    x: Item, y: Item, side_a: Side, side_b: Side, grid: Grid, names: Names, alike: bool
) -> Iterator[Difference]:
    s, t = x.statement, y.statement
    if isinstance(s, Move) and isinstance(t, Move):
        for kind, key, facts in compare_motions(s, t, side_a, side_b, grid):
            yield Difference(kind, x.line, y.line, key, facts)
        return
    if alike and tuple((n[0], names.get(n)) for n in x.names) == y.names:
        return
    facts = {"old": describe(x), "new": describe(y)}
    if isinstance(s, Wait) and isinstance(t, Wait) and s.timeout_s and t.timeout_s:
        facts = facts | {"s": t.timeout_s - s.timeout_s}
    kind = {"set": "signal", "wait": "wait", "delay": "delay"}.get(x.word, "changed")
    yield Difference(kind, x.line, y.line, "changed", facts)


def _loose(
    a: Sequence[Item], b: Sequence[Item], pairs: Pairs, key: Callable[[Item], tuple[object, ...]]
) -> Iterator[tuple[Item, Item]]:
    """Yield items that are gone in one place and new in another, of A and of B."""
    new: dict[tuple[object, ...], list[Item]] = {}
    for i, j in pairs:
        if i is None and j is not None:
            new.setdefault(key(b[j]), []).append(b[j])
    for i, j in pairs:
        if j is None and i is not None and new.get(key(a[i])):
            yield a[i], new[key(a[i])].pop(0)


def _ordered(found: list[Difference], loose: Iterator[tuple[Item, Item]]) -> Iterator[Difference]:
    """Yield the differences, gone and new of the same item as one other order."""
    swaps = [(x, y, describe(x)) for x, y in loose]
    gone = Counter((x.file, x.line, text) for x, _, text in swaps)
    new = Counter((y.file, y.line, text) for _, y, text in swaps)
    places = {(x.file, x.line, text): y for x, y, text in swaps}
    for d in found:
        what = str(d.facts.get("what", ""))
        old, now = (d.file_a, d.line_a, what), (d.file_b, d.line_b, what)
        if d.kind == "missing" and gone[old] > 0:
            gone[old] -= 1
            y = places[old]
            facts = {"what": what}
            yield Difference("order", d.line_a, y.line, "order", facts, 1, d.file_a, y.file)
        elif d.kind == "added" and new[now] > 0:
            new[now] -= 1
        else:
            yield d


def _counted(found: Iterator[Difference]) -> tuple[Difference, ...]:
    """Return equal differences (copies of one line) once, with their number."""
    once: dict[tuple[object, ...], Difference] = {}
    for d in found:
        same = (d.kind, d.places, d.text)
        if same in once:
            once[same] = replace(once[same], times=once[same].times + 1)
        else:
            once[same] = d
    return tuple(once.values())
