"""From the leaves of a pair's run to violations with time, line, depth and witness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.confirm import seen_at
from cellsim.collision.deepest import by_coal, deepest, worst_leaf
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
    STATE,
    VALUE,
    WORST,
    WORST_V,
)
from cellsim.collision.stretches import stretches_of
from cellsim.collision.work import HIT, SHORT
from cellsim.domain.program import Index
from cellsim.domain.timeline import GroupTrack, Motion, Timeline
from cellsim.domain.tubes import TUBE
from cellsim.geometry import Array, Piece


def tell(run: Run, scope: Scope, decided: bool = False) -> PairResult:
    """Return the result of a run; overlaps are confirmed by the second kernel first.

    Args:
        decided: Nobody asks how deep: a collision is told by the first instant that confirms it.
    """
    timeline = scope.timeline
    track = timeline.tracks[run.groups[0]]
    stretches = stretches_of(run.gathered.leaves, track, len(run.groups) == 2)
    violations = tuple(_violations(run, scope, stretches, decided)) if stretches else ()
    clearance, u, required = run.gathered.worst()
    group = run.groups[0]
    t, index = time_of(track.t, u), _line(_motion_at(track, u))
    status: Status = max((v.status for v in violations), key=lambda s: RANK[s], default="free")
    return PairResult(
        run.a.name, run.b.name, status, clearance, required, t, group, index, violations,
        _courses(run, timeline),
    )  # fmt: skip


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


def _searched(stretches: Sequence[Array], track: GroupTrack) -> frozenset[int]:
    """Return which stretches of overlap are told: of the corners of one tube only the deepest."""
    deep: dict[tuple[object, ...], tuple[float, int]] = {}
    for k, rows in enumerate(stretches):
        if int(rows[0, STATE]) != HIT:
            continue
        middle = float(rows[0, LEAF_U0] + rows[0, LEAF_U1]) / 2
        motion = _motion_at(track, middle)
        index = _line(motion) if _in_tube(motion) else None
        line = (index.file, index.line) if index else (k,)
        lower = float(rows[:, LOWER].min())
        deep[line] = min(deep.get(line, (lower, k)), (lower, k))
    return frozenset(k for _, k in deep.values())


def _violations(
    run: Run, scope: Scope, stretches: Sequence[Array], decided: bool
) -> Iterator[Violation]:
    """Yield what is told of each stretch.

    Args:
        decided: See `tell`; then the deepest instant is only looked for where the first one seen
            does not confirm that there is a collision.
    """
    searched = sorted(_searched(stretches, scope.timeline.tracks[run.groups[0]]))
    worst, contacts = [_worst(rows) for rows in stretches], kernel.contacts()
    instants = [(instant_of(leaf), -np.inf) for leaf in worst]
    if searched and not decided:
        found = deepest(run, scope.paths, scope.shapes, [stretches[k] for k in searched])
        for k, deep in zip(searched, found, strict=True):
            instants[k] = deep
    looks = looks_at(run, scope.paths, [at for at, _ in instants])
    for k, (rows, leaf, look) in enumerate(zip(stretches, worst, looks, strict=True)):
        contact = contacts(*pieces_at(run, look.at.number), look.places)
        if -contact.distance < instants[k][1] - TOLERANCE_M:
            look, contact = _look(run, scope, by_coal(run, scope.paths, scope.shapes, rows))
        told = _told(run, rows, leaf, (look, contact), scope)
        if told.status != "collision" and k in searched:
            other = instant_of(leaf)
            if decided:
                other = by_coal(run, scope.paths, scope.shapes, rows)
            told = _told(run, rows, leaf, _look(run, scope, other), scope)
        yield _by_meshes(run, rows, scope, told)


def _look(run: Run, scope: Scope, at: Instant) -> tuple[Look, kernel.Contact]:
    """Return where the bodies stand at an instant, and what coal says of it."""
    (look,) = looks_at(run, scope.paths, [at])
    return look, kernel.contacts()(*pieces_at(run, at.number), look.places)


def _worst(rows: Array) -> Array:
    """Return the leaf that a stretch is told by."""
    if int(rows[0, STATE]) == HIT:
        return np.asarray(rows[worst_leaf(rows)])
    return np.asarray(rows[int(np.argmin(rows[:, VALUE] - rows[:, NEED]))])


def _by_meshes(run: Run, rows: Array, scope: Scope, found: Violation) -> Violation:
    """Return what is told of a stretch after its meshes were looked at all along."""
    if found.status == "collision":
        return found
    if not found.cause.startswith(BY_MESH):
        return found

    # Where pieces fill hollows they are deepest in one of these, and the meshes meet elsewhere.
    met = where_met(run.a.solid, run.b.solid, rows, lambda u, v: poses_at(run, scope.paths, u, v))
    if met is None:
        return found
    first, row = met
    told = _told(run, rows, row, _look(run, scope, instant_of(row)), scope)
    track = scope.timeline.tracks[run.groups[0]]
    return replace(told, t0=max(told.t0, time_of(track.t, first)))


def _told(
    run: Run, rows: Array, worst: Array, looked: tuple[Look, kernel.Contact], scope: Scope
) -> Violation:
    """Return what is told of a stretch.

    Args:
        worst: The leaf it is told by. looked: The worst instant, and what coal says of it.
    """
    track, look = scope.timeline.tracks[run.groups[0]], looked[0]
    at, seen = look.at, seen_at(run, rows, worst, looked, scope)
    pieces = pieces_at(run, at.number)
    status: Status = "undecided"
    if seen.state in (HIT, SHORT):
        status = "collision" if seen.state == HIT else "clearance"
    # Of the motion that the leaf lies in: its worst instant may be where the next one begins.
    motion = _motion_at(track, float(worst[LEAF_U0] + worst[LEAF_U1]) / 2)
    # In order of their beginnings.
    t0, t1 = (
        time_of(track.t, rows.item(0, LEAF_U0)),
        time_of(track.t, float(rows[:, LEAF_U1].max())),
    )
    knots = zip(run.groups, (at.u, at.v), look.joints, strict=False)
    first, *others = (At(g, time_of(scope.timeline.tracks[g].t, u), q) for g, u, q in knots)
    return Violation(
        status, run.a.name, run.b.name, t0, t1, seen.value, float(worst[NEED]),
        _triple(seen.witness), first.group, int(at.u), first.t, first.q, _line(motion), seen.cause,
        (pieces[0].name, pieces[1].name), _in_tube(motion),
        _shift(run, rows, worst, pieces, scope) if seen.state != HIT else None,
        (_triple(seen.points[0]), _triple(seen.points[1])), tuple(others),
    )  # fmt: skip


def _triple(values: Array) -> tuple[float, float, float]:
    x, y, z = values.tolist()
    return x, y, z


def _shift(
    run: Run, rows: Array, worst: Array, pieces: tuple[Piece, Piece], scope: Scope
) -> FrameShift | None:
    """Return the shift of a measured frame that alone makes a pair short, see `offset`."""
    if not scope.stands_off:
        return None
    pads = run.gathered.spans[rows[:, SPAN].astype(np.int64), PAD]
    first = (float(rows[:, LEAF_U0].min()), float(rows[:, LEAF_U1].max()))
    second = (float(rows[:, LEAF_V0].min()), float(rows[:, LEAF_V1].max()))
    on = [len(run.groups) == 2 and i.group == run.groups[1] for i in (run.a, run.b)]
    short = Short(
        (run.a, run.b),
        run.groups[0],
        tuple(float(worst[WORST_V if later else WORST]) for later in on),
        tuple(second if later else first for later in on),
        float((rows[:, VALUE] + pads).min()),
        float(worst[NEED]),
        float(run.gathered.spans[int(worst[SPAN]), PAD]),
        pieces,
    )
    return shift_to_blame(short, scope)


def _in_tube(motion: Motion | None) -> bool:
    return motion is not None and motion.note == TUBE
