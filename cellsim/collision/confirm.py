"""What both kernels and the meshes say of the instant by which a stretch is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from cellsim.collision import kernel
from cellsim.collision.instant import Look, Run, pieces_at, poses_at
from cellsim.collision.meshes import by_mesh
from cellsim.collision.scope import Scope
from cellsim.collision.spans import (
    CAUSE,
    GAVE_UP,
    LEAF_U0,
    LEAF_V0,
    NEED,
    PAD,
    SPAN,
    STATE,
    VALUE,
)
from cellsim.collision.work import HIT, SHORT
from cellsim.geometry import Array, Piece, Pose


@dataclass(frozen=True, eq=False)
class Seen:
    """What both kernels and the meshes say of an instant: state, clearance [m], points, cause."""

    state: int
    value: float
    witness: Array
    points: tuple[Array, Array]
    cause: str


def seen_at(
    run: Run, rows: Array, worst: Array, looked: tuple[Look, kernel.Contact], scope: Scope
) -> Seen:
    """Return what is seen at an instant of the leaf by which a stretch is told."""
    (look, contact), need = looked, float(worst[NEED])
    pieces = pieces_at(run, look.at.number)
    middle = (contact.points[0] + contact.points[1]) / 2
    seen = Seen(int(worst[STATE]), float(worst[VALUE]), middle, contact.points,
                 _cause(int(worst[CAUSE])))  # fmt: skip
    if seen.state == HIT:
        seen = _confirmed(pieces, look.poses, need, seen, contact)
    if seen.state not in (HIT, SHORT) or not (len(run.a.solid.faces) or len(run.b.solid.faces)):
        return seen
    pad = float(run.gathered.spans[int(worst[SPAN]), PAD])
    instants = chain((look.poses,), _first(run, rows, scope))
    against = by_mesh(run.a.solid, run.b.solid, instants, seen.state, need + pad)
    return replace(seen, state=0, cause=against) if against else seen


def _first(run: Run, rows: Array, scope: Scope) -> Iterator[tuple[Pose, Pose]]:
    """Yield where the bodies stand where a stretch begins."""
    yield poses_at(run, scope.paths, float(rows[0, LEAF_U0]), float(rows[0, LEAF_V0]))


def _cause(code: int) -> str:
    return "interval budget spent" if code == GAVE_UP else ""


def _confirmed(
    pieces: tuple[Piece, Piece], poses: tuple[Pose, Pose], need: float, seen: Seen,
    contact: kernel.Contact,
) -> Seen:  # fmt: skip
    """Return what is seen of an overlap after coal and a point in both were asked too."""
    point = kernel.shared_point(*pieces, *poses, contact)
    depth = max(0.0, -contact.distance)
    if need < 0.0 and depth <= -need:
        less = f"deeper than {-1e3 * need:.1f} mm by one kernel only"
        return replace(seen, state=0, cause=less)
    if contact.distance < 0.0 and point is not None:
        both = "confirmed by coal and by a point in both"
        return replace(seen, value=-depth, witness=point, cause=both)
    if point is not None:
        one = "confirmed by a point in both"
        return replace(seen, witness=point, points=(point, point), cause=one)
    if contact.distance < 0.0:
        return replace(seen, value=-depth, cause="confirmed by coal")
    return replace(seen, state=0, cause="overlap by one kernel only")
