"""A pair's run, and one instant of it: where the bodies stand, and which pieces are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import compiled
from cellsim.collision.gathered import Gathered
from cellsim.collision.items import Item
from cellsim.collision.paths import Path, carry, joints_at, links_at
from cellsim.collision.spans import NUMBER, WORST, WORST_V
from cellsim.collision.support import Ints
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


class Look(NamedTuple):
    """An instant and where the bodies stand.

    Attributes:
        places: `world_T_a`, `world_T_b`, shape (2, 3, 4). joints: q of each group [rad | m].
    """

    at: Instant
    places: Array
    joints: tuple[tuple[float, ...], ...]

    @property
    def poses(self) -> tuple[Pose, Pose]:
        """`world_T_a` and `world_T_b`."""
        a, b = self.places
        return Pose(a[:, :3], a[:, 3]), Pose(b[:, :3], b[:, 3])


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


@compiled
def bodies_along(path: Path, us: Array, who: Ints, link_T_body: Array) -> tuple[Array, Array]:
    """Return `world_T_a`, `world_T_b` of a pair at knots us, (n, 2, 3, 4), and q there, (n, dof).

    Args:
        who, link_T_body: See `work.Pair`.
    """
    q, links = np.zeros((us.size, path.knots.shape[2])), np.zeros((path.links.shape[0], 3, 4))
    found = np.zeros((us.size, 2, 3, 4))
    for k in range(us.size):
        joints_at(path, us[k], q[k])
        links_at(path, q[k], links)
        for side in range(2):
            carry(links, who[2 + side], link_T_body[side], found[k, side])
    return found, q


def looks_at(run: Run, paths: Mapping[str, Path], instants: Sequence[Instant]) -> list[Look]:
    """Return instants with where the bodies stand."""
    if len(run.groups) == 1:
        us = np.array([at.u for at in instants], dtype=np.float64)
        places, q = bodies_along(paths[run.groups[0]], us, run.pair.who, run.pair.link_T_body)
        rows = zip(instants, places, q.tolist(), strict=True)
        return [Look(at, T, (tuple(values),)) for at, T, values in rows]
    place, (first, second) = placing(run, paths), (paths[group] for group in run.groups)
    return [
        Look(
            at,
            np.array(place(at.u, at.v)),
            (tuple(joints_of(first, at.u).tolist()), tuple(joints_of(second, at.v).tolist())),
        )
        for at in instants
    ]


def poses_at(run: Run, paths: Mapping[str, Path], u: float, v: float) -> tuple[Pose, Pose]:
    """Return `world_T_a` and `world_T_b` at knot u (v: that of the second group, if any)."""
    (look,) = looks_at(run, paths, [Instant(u, v, 0)])
    return look.poses
