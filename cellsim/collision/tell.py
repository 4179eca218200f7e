"""From the leaves of a pair's run to violations with time, line, depth and witness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.confirm import Looked, seen_at
from cellsim.collision.deepest import by_coal, deepest
from cellsim.collision.dive import TOLERANCE_M
from cellsim.collision.instant import (
    Instant,
    Look,
    Run,
    instant_of,
    looks_at,
    pieces_at,
    poses_at,
)
from cellsim.collision.meshes import where_met
from cellsim.collision.offset import Short, shift_to_blame
from cellsim.collision.paths import time_of
from cellsim.collision.result import (
    BY_MESH,
    RANK,
    At,
    FrameShift,
    PairCourse,
    PairResult,
    Status,
    Violation,
)
from cellsim.collision.scope import Scope
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
    WORST,
    WORST_V,
)
from cellsim.collision.stretches import Stretch, stretches_of
from cellsim.collision.work import HIT, SHORT
from cellsim.domain.program import Index
from cellsim.domain.timeline import GroupTrack, Motion, Timeline
from cellsim.domain.tubes import TUBE
from cellsim.geometry import Array, Piece


class _Asks(NamedTuple):
    """What is asked of an instant: where the bodies of the scope stand, and coal."""

    scope: Scope
    contacts: Callable[[Piece, Piece, Iterable[Array]], kernel.Contact]

    def at(self, run: Run, at: Instant) -> Looked:
        """Return where the bodies of a run stand at an instant, and what coal says of it."""
        (look,) = looks_at(run, self.scope.paths, [at])
        return self.of(run, look)

    def of(self, run: Run, look: Look) -> Looked:
        """Return a look with what coal says of it."""
        pieces = pieces_at(run, look.at.number)
        return Looked(look, pieces, self.contacts(*pieces, look.places))


def tell(runs: Sequence[Run], scope: Scope, decided: bool = False) -> list[PairResult]:
    """Return the result of each run; overlaps are confirmed by the second kernel first.

    Args:
        decided: Nobody asks how deep: a collision is told by the first instant that confirms it.
    """
    told: dict[int, tuple[Violation, ...]] = {}
    asks = _Asks(scope, kernel.contacts())
    by_groups: dict[tuple[str, ...], list[int]] = {}
    for k, run in enumerate(runs):
        if len(run.gathered.leaves):
            by_groups.setdefault(run.groups, []).append(k)
    for groups, numbers in by_groups.items():
        track = scope.timeline.tracks[groups[0]]
        leaves = [runs[k].gathered.leaves for k in numbers]
        for k, own in zip(numbers, stretches_of(leaves, track, len(groups) == 2), strict=True):
            told[k] = tuple(_violations(runs[k], asks, own, decided))
    return [_result(run, scope, told.get(k, ())) for k, run in enumerate(runs)]


def _result(run: Run, scope: Scope, violations: tuple[Violation, ...]) -> PairResult:
    """Return the result of a run, given what is told of its stretches."""
    track = scope.timeline.tracks[run.groups[0]]
    clearance, u, required = run.gathered.worst()
    t, index = time_of(track.t, u), _line(_motion_at(track, u))
    status: Status = max((v.status for v in violations), key=_rank, default="free")
    return PairResult(
        run.a.name, run.b.name, status, clearance, required, t, run.groups[0], index, violations,
        _courses(run, scope.timeline),
    )  # fmt: skip


def _rank(status: Status) -> int:
    return RANK[status]


def _courses(run: Run, timeline: Timeline) -> tuple[PairCourse, ...]:
    """Return what is certified over time, from the least of each span or box."""
    ranges, least, needed = run.gathered.course()
    name = ("",) * len(run.groups) if len(run.pair.joints) == 0 else run.groups
    if len(run.groups) == 1:
        track = timeline.tracks[run.groups[0]]
        return (PairCourse(name[0], track, ranges, least, needed, True),)
    return tuple(
        PairCourse(
            name[k],
            timeline.tracks[group],
            tuple(part[:, 2 * k : 2 * k + 2] for part in ranges),
            least,
            needed,
            k == 0,
        )
        for k, group in enumerate(run.groups)
    )


def _motion_at(track: GroupTrack, u: float) -> Motion | None:
    """Return the motion of a fractional knot."""
    if not track.motions:
        return None
    return track.motions[track.motion.item(min(int(u), len(track.motion) - 1))]


def _line(motion: Motion | None) -> Index | None:
    """Return the program line of a motion."""
    return motion.index if motion and motion.index.line else None


def _searched(stretches: Sequence[Stretch], track: GroupTrack) -> list[int]:
    """Return which stretches of overlap are told: of the corners of one tube only the deepest."""
    deep: dict[tuple[object, ...], tuple[float, int]] = {}
    for k, one in enumerate(stretches):
        if one.state != HIT:
            continue
        rows = one.rows
        motion = _motion_at(track, (rows.item(0, LEAF_U0) + rows.item(0, LEAF_U1)) / 2)
        index = _line(motion) if _in_tube(motion) else None
        if index is None:
            deep[(k,)] = -np.inf, k
            continue
        lower = float(rows[:, LOWER].min())
        line = index.file, index.line
        deep[line] = min(deep.get(line, (lower, k)), (lower, k))
    return sorted(k for _, k in deep.values())


def _violations(
    run: Run, asks: _Asks, stretches: Sequence[Stretch], decided: bool
) -> Iterator[Violation]:
    """Yield what is told of each stretch.

    Args:
        decided: See `tell`; then the deepest instant is only looked for where the first one seen
            does not confirm that there is a collision.
    """
    scope = asks.scope
    searched = _searched(stretches, scope.timeline.tracks[run.groups[0]])
    instants = [instant_of(np.asarray(one.worst)) for one in stretches]
    depths = dict.fromkeys(searched, -np.inf)
    if searched and not decided:
        found = deepest(run, scope.paths, scope.shapes, [stretches[k].rows for k in searched])
        for k, deep in zip(searched, found, strict=True):
            instants[k], depths[k] = deep
    looks = looks_at(run, scope.paths, instants)
    for k, (one, look) in enumerate(zip(stretches, looks, strict=True)):
        looked = asks.of(run, look)
        if -looked.contact.distance < depths.get(k, -np.inf) - TOLERANCE_M:
            looked = asks.at(run, by_coal(run, scope.paths, scope.shapes, one.rows))
        told = _told(run, one, looked, scope)
        if told.status != "collision" and k in depths:
            other = instant_of(np.asarray(one.worst))
            if decided:
                other = by_coal(run, scope.paths, scope.shapes, one.rows)
            told = _told(run, one, asks.at(run, other), scope)
        yield _by_meshes(run, one, asks, told)


def _by_meshes(run: Run, stretch: Stretch, asks: _Asks, found: Violation) -> Violation:
    """Return what is told of a stretch after its meshes were looked at all along."""
    if found.status == "collision" or not found.cause.startswith(BY_MESH):
        return found

    # Where pieces fill hollows they are deepest in one of these, and the meshes meet elsewhere.
    scope, rows = asks.scope, stretch.rows
    met = where_met(run.a.solid, run.b.solid, rows, lambda u, v: poses_at(run, scope.paths, u, v))
    if met is None:
        return found
    track, leaf = scope.timeline.tracks[run.groups[0]], met[1].tolist()
    motion = _motion_at(track, (leaf[LEAF_U0] + leaf[LEAF_U1]) / 2)
    there = stretch._replace(worst=leaf, motion=motion)
    told = _told(run, there, asks.at(run, instant_of(met[1])), scope)
    return replace(told, t0=max(told.t0, time_of(track.t, met[0])))


def _told(run: Run, stretch: Stretch, looked: Looked, scope: Scope) -> Violation:
    """Return what is told of a stretch at an instant."""
    tracks, look, leaf = scope.timeline.tracks, looked.look, stretch.worst
    at, seen = look.at, seen_at(run, stretch, looked, scope)
    status: Status = "undecided"
    if seen.state in (HIT, SHORT):
        status = "collision" if seen.state == HIT else "clearance"
    first, *others = (
        At(group, time_of(tracks[group].t, u), q)
        for group, u, q in zip(run.groups, (at.u, at.v), look.joints, strict=False)
    )
    a, b = looked.pieces
    return Violation(
        status, run.a.name, run.b.name, stretch.t0, stretch.t1, seen.value, leaf[NEED],
        _triple(seen.witness), first.group, int(at.u), first.t, first.q, _line(stretch.motion),
        seen.cause, (a.name, b.name), _in_tube(stretch.motion),
        _shift(run, stretch, looked.pieces, scope) if seen.state != HIT else None,
        (_triple(seen.points[0]), _triple(seen.points[1])), tuple(others),
    )  # fmt: skip


def _triple(values: Array) -> tuple[float, float, float]:
    x, y, z = values.tolist()
    return x, y, z


def _shift(
    run: Run, stretch: Stretch, pieces: tuple[Piece, Piece], scope: Scope
) -> FrameShift | None:
    """Return the shift of a measured frame that alone makes a pair short, see `offset`."""
    if not scope.stands_off:
        return None
    rows, worst = stretch.rows, stretch.worst
    pads = run.gathered.spans[rows[:, SPAN].astype(np.int64), PAD]
    first = (float(rows[:, LEAF_U0].min()), float(rows[:, LEAF_U1].max()))
    second = (float(rows[:, LEAF_V0].min()), float(rows[:, LEAF_V1].max()))
    on = [len(run.groups) == 2 and i.group == run.groups[1] for i in (run.a, run.b)]
    short = Short(
        (run.a, run.b),
        run.groups[0],
        tuple(worst[WORST_V if later else WORST] for later in on),
        tuple(second if later else first for later in on),
        float((rows[:, VALUE] + pads).min()),
        worst[NEED],
        float(run.gathered.spans[int(worst[SPAN]), PAD]),
        pieces,
    )
    return shift_to_blame(short, scope)


def _in_tube(motion: Motion | None) -> bool:
    return motion is not None and motion.note == TUBE
