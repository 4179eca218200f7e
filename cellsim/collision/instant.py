"""A pair's run, and one instant of it: where the bodies stand, and which pieces are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cellsim.collision.gathered import Gathered
from cellsim.collision.items import Item
from cellsim.collision.paths import Path, carry, joints_at, links_at
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


def places_at(run: Run, paths: Mapping[str, Path], u: float, v: float) -> list[Array]:
    """Return `world_T_a` and `world_T_b` at knot u (v: that of the second group), (3, 4) each."""
    found: list[Array] = []
    links, of = np.zeros((0, 3, 4)), ""
    for item in (run.a, run.b):
        out = item.link_T_body.copy()
        if item.link >= 0:
            if item.group != of:
                path, of = paths[item.group], item.group
                links = np.zeros((len(path.links), 3, 4))
                at = v if len(run.groups) == 2 and of == run.groups[1] else u
                links_at(path, joints_of(path, at), links)
            carry(links, item.link, item.link_T_body, out)
        found.append(out)
    return found


def poses_at(run: Run, paths: Mapping[str, Path], u: float, v: float) -> tuple[Pose, Pose]:
    """Return `world_T_a` and `world_T_b` at knot u (v: that of the second group, if any)."""
    a, b = places_at(run, paths, u, v)
    return Pose(a[:, :3], a[:, 3]), Pose(b[:, :3], b[:, 3])
