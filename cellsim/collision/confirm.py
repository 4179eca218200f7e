"""What both kernels and the meshes say of the instant by which a stretch is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from cellsim.collision import kernel
from cellsim.collision.instant import Look, Run, poses_at
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
    VALUE,
)
from cellsim.collision.stretches import Stretch
from cellsim.collision.within import Place
from cellsim.collision.work import HIT, SHORT
from cellsim.geometry import Array, Piece, Pose


class Looked(NamedTuple):
    """An instant: where the bodies stand, the pieces that are looked at, what coal says of them."""

    look: Look
    pieces: tuple[Piece, Piece]
    contact: kernel.Contact


class Seen(NamedTuple):
    """What both kernels and the meshes say of an instant: state, clearance [m], points, cause."""

    state: int
    value: float
    witness: Array
    points: tuple[Array, Array]
    cause: str


def seen_at(run: Run, stretch: Stretch, looked: Looked, scope: Scope) -> Seen:
    """Return what is seen at an instant of the leaf by which a stretch is told."""
    leaf = stretch.worst
    seen = _overlap(leaf, looked) if stretch.state == HIT else _apart(leaf, looked, stretch.state)
    if seen.state not in (HIT, SHORT) or not (len(run.a.solid.faces) or len(run.b.solid.faces)):
        return seen
    pad = float(run.gathered.spans[int(leaf[SPAN]), PAD])
    instants = chain((looked.look.poses,), _first(run, stretch.rows, scope))
    against = by_mesh(run.a.solid, run.b.solid, instants, seen.state, leaf[NEED] + pad)
    return seen._replace(state=0, cause=against) if against else seen


def _first(run: Run, rows: Array, scope: Scope) -> Iterator[tuple[Pose, Pose]]:
    """Yield where the bodies stand where a stretch begins."""
    yield poses_at(run, scope.paths, float(rows[0, LEAF_U0]), float(rows[0, LEAF_V0]))


def _apart(leaf: Sequence[float], looked: Looked, state: int, cause: str | None = None) -> Seen:
    """Return what is seen where nothing confirms an overlap, or there is none."""
    first, second = looked.contact.points
    if cause is None:
        cause = "interval budget spent" if int(leaf[CAUSE]) == GAVE_UP else ""
    return Seen(state, leaf[VALUE], (first + second) / 2, looked.contact.points, cause)


def _overlap(leaf: Sequence[float], looked: Looked) -> Seen:
    """Return what is seen of an overlap after coal and a point in both were asked too."""
    contact, need = looked.contact, leaf[NEED]
    a, b = (Place(np.ascontiguousarray(T[:, :3]), T[:, 3]) for T in looked.look.places)
    point = kernel.shared_point(*looked.pieces, a, b, contact)
    depth = max(0.0, -contact.distance)
    if need < 0.0 and depth <= -need:
        return _apart(leaf, looked, 0, f"deeper than {-1e3 * need:.1f} mm by one kernel only")
    if contact.distance < 0.0 and point is not None:
        both = "confirmed by coal and by a point in both"
        return Seen(HIT, -depth, point, contact.points, both)
    if point is not None:
        return Seen(HIT, leaf[VALUE], point, (point, point), "confirmed by a point in both")
    if contact.distance < 0.0:
        return _apart(leaf, looked, HIT, "confirmed by coal")._replace(value=-depth)
    return _apart(leaf, looked, 0, "overlap by one kernel only")
