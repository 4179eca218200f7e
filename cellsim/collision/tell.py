"""From the leaves of a pair's run to violations with time, line, depth and witness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.gathered import Gathered
from cellsim.collision.items import Item
from cellsim.collision.meshes import BY_MESH, by_mesh, where_met
from cellsim.collision.offset import Short, shift_to_blame
from cellsim.collision.paths import Path, carry, joints_at, links_at, time_of
from cellsim.collision.result import (
    RANK,
    FrameShift,
    PairCourse,
    PairResult,
    Status,
    Violation,
)
from cellsim.collision.scope import Scope
from cellsim.collision.spans import (
    CAUSE,
    GAVE_UP,
    LEAF_U0,
    LEAF_U1,
    LEAF_V0,
    LEAF_V1,
    NEED,
    NUMBER,
    PAD,
    SPAN,
    STATE,
    VALUE,
    WORST,
    WORST_V,
)
from cellsim.collision.work import HIT, SHORT, Pair
from cellsim.domain.program import Index
from cellsim.domain.timeline import GroupTrack, Timeline
from cellsim.domain.tubes import TUBE
from cellsim.geometry import Array, Piece, Pose


class Run(NamedTuple):
    """A pair's run: bodies, groups of the paths (one or two), what came out."""

    a: Item
    b: Item
    pair: Pair
    groups: tuple[str, ...]
    gathered: Gathered


def tell(run: Run, scope: Scope) -> PairResult:
    """Return the result of a run; overlaps are confirmed by the second kernel first."""
    timeline = scope.timeline
    violations = tuple(_violation(run, rows, scope) for rows in _merge(run, timeline))
    clearance, u, required = run.gathered.worst()
    group = run.groups[0]
    t, index = _place(timeline.tracks[group], u)
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


def _place(track: GroupTrack, u: float) -> tuple[float, Index | None]:
    """Return time [s] and program line of a fractional knot."""
    t = time_of(track.t, u)
    if not track.motions:
        return t, None
    motion = track.motion[min(int(u), len(track.motion) - 1)]
    return t, track.motions[int(motion)].index


def _merge(run: Run, timeline: Timeline) -> list[Array]:
    """Return the leaves in groups: neighbours of the same state within one motion.

    Of two clocks, all of one state within one motion: their leaves lie in a plane, not in a row.
    """
    leaves = run.gathered.leaves
    if not len(leaves):
        return []
    track = timeline.tracks[run.groups[0]]
    groups: list[list[Array]] = []
    last: tuple[object, ...] = ()
    order = np.lexsort((leaves[:, LEAF_V0], leaves[:, LEAF_U0]))
    if len(run.groups) == 2:
        return _without_edges(_by_motion(leaves[order], track))
    for k in order:
        leaf = leaves[k]
        middle = int((leaf[LEAF_U0] + leaf[LEAF_U1]) / 2)
        motion = int(track.motion[min(middle, len(track.motion) - 1)]) if track.motions else 0
        key = (leaf[STATE], motion)
        near = groups and leaf[LEAF_U0] <= max(row[LEAF_U1] for row in groups[-1][-8:]) + 1e-9
        if key == last and near:
            groups[-1].append(leaf)
        else:
            groups.append([leaf])
        last = key
    return _without_edges([np.array(rows) for rows in groups])


def _by_motion(leaves: Array, track: GroupTrack) -> list[Array]:
    """Return the leaves of each state within each motion of the first group."""
    motion = np.zeros(len(leaves), dtype=np.int64)
    if track.motions:
        middle = ((leaves[:, LEAF_U0] + leaves[:, LEAF_U1]) / 2).astype(np.int64)
        motion = track.motion[np.minimum(middle, len(track.motion) - 1)]
    keys = np.stack([leaves[:, STATE], motion], axis=1)
    groups, owner = np.unique(keys, axis=0, return_inverse=True)
    return [leaves[owner.ravel() == k] for k in range(len(groups))]


def _without_edges(groups: list[Array]) -> list[Array]:
    """Return the groups without those undecided ones that touch a violation."""
    found = [g for g in groups if g[0, STATE] > 0.0]
    for group in groups:
        if group[0, STATE] > 0.0:
            continue
        low, high = group[:, LEAF_U0].min(), group[:, LEAF_U1].max()
        for other in found:
            if low <= other[:, LEAF_U1].max() + 1e-9 and other[:, LEAF_U0].min() <= high + 1e-9:
                break
        else:
            found.append(group)
    return sorted(found, key=lambda g: (float(g[:, LEAF_U0].min()), -float(g[0, STATE])))


def _violation(run: Run, rows: Array, scope: Scope) -> Violation:
    found = _told(run, rows, rows[int(np.argmin(rows[:, VALUE] - rows[:, NEED]))], scope)
    if not found.cause.startswith(BY_MESH):
        return found

    # Where pieces fill hollows they are deepest in one of these, and the meshes meet elsewhere.
    met = where_met(run.a.solid, run.b.solid, rows, lambda u, v: _poses(run, scope.paths, u, v))
    if met is None:
        return found
    first, row = met
    told = _told(run, rows, row, scope)
    track = scope.timeline.tracks[run.groups[0]]
    return replace(told, t0=max(told.t0, _place(track, first)[0]))


def _told(run: Run, rows: Array, worst: Array, scope: Scope) -> Violation:
    """Return what is told of a stretch; worst: the leaf it is told by."""
    track, paths = scope.timeline.tracks[run.groups[0]], scope.paths
    u = float(worst[WORST])
    poses = _poses(run, paths, u, float(worst[WORST_V]))
    pieces = _pieces(run, int(worst[NUMBER]))
    state, cause = int(worst[STATE]), _cause(int(worst[CAUSE]))
    value, witness = float(worst[VALUE]), _between(pieces, poses)
    if state == HIT:
        state, value, witness, cause = _confirmed(pieces, poses, float(worst[NEED]), value, witness)
    if state in (HIT, SHORT):
        pad = float(run.gathered.spans[int(worst[SPAN]), PAD])
        other = [_poses(run, paths, float(row[LEAF_U0]), float(row[LEAF_V0])) for row in rows[:1]]
        cause = (
            by_mesh(run.a.solid, run.b.solid, (poses, *other), state, float(worst[NEED]) + pad)
            or cause
        )
        state = 0 if cause.startswith(BY_MESH) else state
    status: Status = "undecided"
    if state in (HIT, SHORT):
        status = "collision" if state == HIT else "clearance"
    t = _place(track, u)[0]
    # Of the motion that the interval lies in: its worst instant may be where the next one begins.
    middle = float(worst[LEAF_U0] + worst[LEAF_U1]) / 2
    index = _place(track, middle)[1]
    ends = [_place(track, float(x))[0] for x in (rows[:, LEAF_U0].min(), rows[:, LEAF_U1].max())]
    q = _joints(paths[run.groups[0]], u)
    return Violation(
        status, run.a.name, run.b.name, ends[0], ends[1], value, float(worst[NEED]),
        (float(witness[0]), float(witness[1]), float(witness[2])), run.groups[0], int(u), t,
        tuple(float(x) for x in q), index, cause, (pieces[0].name, pieces[1].name),
        _in_tube(track, middle), _shift(run, rows, worst, pieces, scope) if state != HIT else None,
    )  # fmt: skip


def _shift(
    run: Run, rows: Array, worst: Array, pieces: tuple[Piece, Piece], scope: Scope
) -> FrameShift | None:
    """Return the shift of a measured frame that alone makes a pair short, see `offset`."""
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


def _in_tube(track: GroupTrack, u: float) -> bool:
    if not track.motions:
        return False
    number = int(track.motion[min(int(u), len(track.motion) - 1)])
    return track.motions[number].note == TUBE


def _joints(path: Path, u: float) -> Array:
    """Return q [rad | m] at a fractional knot, shape (dof,)."""
    q = np.zeros(path.knots.shape[2])
    joints_at(path, u, q)
    return q


def _cause(code: int) -> str:
    return "interval budget spent" if code == GAVE_UP else ""


def _pieces(run: Run, number: int) -> tuple[Piece, Piece]:
    count = len(run.b.solid.pieces)
    return run.a.solid.pieces[number // count], run.b.solid.pieces[number % count]


def _poses(run: Run, paths: Mapping[str, Path], u: float, v: float) -> tuple[Pose, Pose]:
    """Return `world_T_a` and `world_T_b` at knot u (v: that of the second group, if any)."""
    found = []
    for item in (run.a, run.b):
        out = item.link_T_body.copy()
        if item.link >= 0:
            path = paths[item.group]
            at = v if len(run.groups) == 2 and item.group == run.groups[1] else u
            links = np.zeros((len(path.links), 3, 4))
            links_at(path, _joints(path, at), links)
            carry(links, item.link, item.link_T_body, out)
        found.append(Pose(out[:, :3], out[:, 3]))
    return found[0], found[1]


def _between(pieces: tuple[Piece, Piece], poses: tuple[Pose, Pose]) -> Array:
    """Return the middle of the nearest points of two pieces [m], shape (3,)."""
    contact = kernel.contact(*pieces, *poses)
    return (contact.points[0] + contact.points[1]) / 2


def _confirmed(
    pieces: tuple[Piece, Piece],
    poses: tuple[Pose, Pose],
    need: float,
    value: float,
    witness: Array,
) -> tuple[int, float, Array, str]:
    """Return (state, value, witness, cause) after coal and a point in both were asked too."""
    contact = kernel.contact(*pieces, *poses)
    point = kernel.shared_point(*pieces, *poses)
    depth = max(0.0, -contact.distance)
    if need < 0.0 and depth <= -need:
        return 0, value, witness, f"deeper than {-1e3 * need:.1f} mm by one kernel only"
    if contact.distance < 0.0 and point is not None:
        return HIT, -depth, point, "confirmed by coal and by a point in both"
    if point is not None:
        return HIT, value, point, "confirmed by a point in both"
    if contact.distance < 0.0:
        return HIT, -depth, witness, "confirmed by coal"
    return 0, value, witness, "overlap by one kernel only"
