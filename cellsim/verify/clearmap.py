"""The clearance map: certified clearance over time, and the worst point of each motion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.report import ClearanceCourse, MoveClearance
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.geometry import Array
from cellsim.verify.known import known_bound

if TYPE_CHECKING:
    from cellsim.collision.result import CollisionResult, PairResult

NEAREST = 8


def worst_of_moves(
    timeline: Timeline, collision: CollisionResult | None
) -> tuple[MoveClearance, ...]:
    """Return the worst point of each motion of each group, in order of group and time.

    Worst is what has the least clearance above what is required. A pair of two groups counts in
    the motion of the first one in which the least of its box of instants is found.
    """
    found: list[MoveClearance] = []
    for group, track in timeline.tracks.items():
        found += _of_group(group, track, collision, timeline.job.cell)
    return tuple(found)


def _of_group(
    group: str, track: GroupTrack, collision: CollisionResult | None, cell: Cell
) -> Iterator[MoveClearance]:
    from cellsim.collision.result import CERTIFIED, MOTION, NEEDED, T_LEAST

    pairs = collision.pairs if collision else ()
    rows = [(n, c.rows) for n, p in enumerate(pairs) for c in p.courses if c.group == group]
    if not rows:
        return
    owners = np.repeat([n for n, _ in rows], [len(table) for _, table in rows])
    table = np.concatenate([table for _, table in rows])
    spare = np.where(table[:, MOTION] >= 0.0, table[:, CERTIFIED] - table[:, NEEDED], np.inf)
    order = np.lexsort((spare, table[:, MOTION]))
    first = order[np.flatnonzero(np.diff(table[order, MOTION], prepend=-2.0))]
    for k in first[spare[first] < np.inf]:
        motion, row, pair = track.motions[int(table[k, MOTION])], table[k], pairs[owners[k]]
        ends = float(track.t[motion.first]), float(track.t[motion.last])
        least = known_bound(float(row[CERTIFIED]), pair.a, pair.b, cell)
        yield MoveClearance(
            group, motion.index.file, motion.index.line, *ends, pair.a, pair.b,
            least, float(row[NEEDED]), float(row[T_LEAST]),
        )  # fmt: skip


def nearest_courses(
    collision: CollisionResult | None, cell: Cell, most: int = NEAREST
) -> tuple[ClearanceCourse, ...]:
    """Return the courses of the pairs with the least to spare that move against one another."""
    from cellsim.collision.result import CERTIFIED, NEEDED, T0, T1

    moving = [p for p in (collision.pairs if collision else ()) if _moves(p)]
    moving.sort(key=lambda p: (p.clearance - p.required, p.a, p.b))
    found = []
    for pair in moving[:most]:
        for group in dict.fromkeys(c.group for c in pair.courses if c.group):
            rows = np.concatenate([c.rows for c in pair.courses if c.group == group])
            rows = rows[np.lexsort((rows[:, T1], rows[:, T0]))][:, [T0, T1, CERTIFIED, NEEDED]]
            told = tuple(
                (float(a), float(b), known_bound(float(c), pair.a, pair.b, cell), float(d))
                for a, b, c, d in rows
            )
            found.append(ClearanceCourse(pair.a, pair.b, group, told))
    return tuple(found)


def _moves(pair: PairResult) -> bool:
    """Whether anything moves the pair: bodies of one clearance all along do not."""
    values = [c.certified for c in pair.courses if c.group]
    return bool(values) and float(np.ptp(np.concatenate(values))) > 1e-6


@dataclass(frozen=True, eq=False)
class PairMap:
    """One pair over time.

    Attributes:
        a, b: Body names. required, clearance: Where it is worst [m]; t: when [s].
        courses: What is certified. seen: Distances at the sample times of the map [m], shape (n,).
    """

    a: str
    b: str
    clearance: float
    required: float
    t: float
    courses: tuple[ClearanceCourse, ...]
    seen: Array


@dataclass(frozen=True, eq=False)
class ClearanceMap:
    """Clearance of pairs over time: certified from below, seen from above.

    Attributes:
        cell, variant, job: Names. times: Sample times [s], shape (n,).
        pairs: Those with the least to spare first. moves: Worst point of each motion.
    """

    cell: str
    variant: str
    job: str
    times: Array
    pairs: tuple[PairMap, ...]
    moves: tuple[MoveClearance, ...]


def clearance_map(timeline: Timeline, most: int = 24) -> ClearanceMap:
    """Return the clearance map of a timeline, of its nearest pairs that move against each other."""
    from cellsim.collision.check import check_timeline
    from cellsim.collision.nominal import on_nominal_course
    from cellsim.collision.seen import seen_distances

    result = check_timeline(timeline)
    courses = nearest_courses(result, timeline.job.cell, most)
    names = list(dict.fromkeys((c.a, c.b) for c in courses))
    times, seen = seen_distances(on_nominal_course(timeline), names)
    by_name = {(p.a, p.b): p for p in result.pairs}
    pairs = tuple(
        PairMap(a, b, known_bound(p.clearance, a, b, timeline.job.cell), p.required, p.t,
                tuple(c for c in courses if (c.a, c.b) == (a, b)), seen[(a, b)])
        for a, b in names
        for p in (by_name[(a, b)],)
    )  # fmt: skip
    cell = timeline.job.cell
    return ClearanceMap(cell.name, cell.variant, timeline.job.name, times, pairs,
                        worst_of_moves(timeline, result))  # fmt: skip
