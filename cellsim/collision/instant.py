"""A pair's run, and one instant of it: where the bodies stand, and which pieces are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from cellsim.collision.gathered import Gathered
from cellsim.collision.items import Item
from cellsim.collision.paths import Path, bodies_at, carry, joints_at, links_at
from cellsim.collision.spans import NUMBER, WORST, WORST_V
from cellsim.collision.work import Pair
from cellsim.geometry import Array, Piece, Pose


class Run(NamedTuple):
    """A pair's run: bodies, groups of the paths (one or two), what came out."""

    a: Item
    b: Item
    pair: Pair
    groups: tuple[str, ...]
    gathered: Gathered


class Instant(NamedTuple):
    """Knots on the path of the first group and of the second, if any; number of the piece pair."""

    u: float
    v: float
    number: int


def instant_of(leaf: Array) -> Instant:
    """Return the worst instant that was looked at in a leaf."""
    return Instant(float(leaf[WORST]), float(leaf[WORST_V]), int(leaf[NUMBER]))


def joints_of(path: Path, u: float) -> Array:
    """Return q [rad | m] at a fractional knot, shape (dof,)."""
    q = np.zeros(path.knots.shape[2])
    joints_at(path, u, q)
    return q


def pieces_at(run: Run, number: int) -> tuple[Piece, Piece]:
    """Return the pieces of a and of b that make a piece pair."""
    count = len(run.b.solid.pieces)
    return run.a.solid.pieces[number // count], run.b.solid.pieces[number % count]


def placing(run: Run, paths: Mapping[str, Path]) -> Callable[[float, float], tuple[Array, Array]]:
    """Return a function of knots u and v (that of the second group) to `world_T_a`, `world_T_b`.

    Both of shape (3, 4), written over by the next call.
    """
    places = run.a.link_T_body.copy(), run.b.link_T_body.copy()
    on: dict[str, list[tuple[Item, Array]]] = {}
    for item, out in zip((run.a, run.b), places, strict=True):
        if item.link >= 0:
            on.setdefault(item.group, []).append((item, out))
    moving = []
    for group, bodies in on.items():
        path = paths[group]
        room = np.zeros(path.knots.shape[2]), np.zeros((len(path.links), 3, 4))
        moving.append((path, *room, len(run.groups) == 2 and group == run.groups[1], bodies))

    def at(u: float, v: float) -> tuple[Array, Array]:
        for path, q, links, second, bodies in moving:
            joints_at(path, v if second else u, q)
            links_at(path, q, links)
            for item, out in bodies:
                carry(links, item.link, item.link_T_body, out)
        return places

    return at


def poses_at(run: Run, paths: Mapping[str, Path], u: float, v: float) -> tuple[Pose, Pose]:
    """Return `world_T_a` and `world_T_b` at knot u (v: that of the second group, if any)."""
    if len(run.groups) == 1:
        a, b = bodies_at(paths[run.groups[0]], u, run.pair.who, run.pair.link_T_body)
    else:
        a, b = placing(run, paths)(u, v)
    return Pose(a[:, :3], a[:, 3]), Pose(b[:, :3], b[:, 3])
