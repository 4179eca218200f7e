"""Inner loop of how far bodies stray: their corners, for each sampled shift of a frame."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.compiled import bare, compiled
from cellsim.collision.paths import Path, links_at
from cellsim.collision.spectral import norm_of
from cellsim.collision.support import Ints
from cellsim.geometry import Array
from cellsim.kinematics.frameshift import ENDS

# From where a body is seen, where not from a link.
WORLD, FRAME = -1, -2


@compiled
def measure(
    path: Path, shifted: Array, knots: Ints, shares: Array, shifts: Array, links: Ints,
    bodies: Array, asks: Ints, out: Array,
) -> None:  # fmt: skip
    """Write how far each body moves at each knot [m], shape (asks, knots).

    Args:
        shifted: Joint values for each shift, shape (m, knots, dof). shifts: `world_S_world`,
            shape (m, 3, 4). links: Link of each body. bodies: Corners on it, shape (bodies, 8, 3).
    """
    m, count = shares.shape[0], path.links.shape[0]
    still, moved = np.zeros((count, 3, 4)), np.zeros((m, count, 3, 4))
    places, seen = np.zeros((8, 3)), np.zeros((m, 8, 3))
    place, way, slope = np.zeros(3), np.zeros((m, 3)), np.zeros((3, 6))
    for k in range(knots.size):
        links_at(path, path.knots[0, knots[k]], still)
        for s in range(m):
            links_at(path, shifted[s, k], moved[s])
        last = -1
        for a in range(asks.shape[0]):
            body, ref = asks[a, 0], asks[a, 1]
            if body != last:
                last = body
                _corners(still, moved, links[body], bodies[body], places, seen)
            most = 0.0
            for c in range(8):
                for i in range(3):
                    place[i] = places[c, i]
                if ref >= 0:
                    _from(still[ref], place)
                for s in range(m):
                    for i in range(3):
                        way[s, i] = seen[s, c, i]
                    if ref >= 0:
                        _from(moved[s, ref], way[s])
                    elif ref == FRAME:
                        _from(shifts[s], way[s])
                    for i in range(3):
                        way[s, i] -= place[i]
                most = max(most, _farthest(way, shares, slope))
            out[a, k] = most


@bare
def _corners(
    still: Array, moved: Array, link: int, body: Array, places: Array, seen: Array
) -> None:
    """Write where the corners of a body are [m, world]: places (8, 3), by shift seen (m, 8, 3)."""
    for c in range(8):
        _seen(still[link], body[c], places[c])
        for s in range(moved.shape[0]):
            _seen(moved[s, link], body[c], seen[s, c])


@bare
def _seen(T: Array, p: Array, out: Array) -> None:
    for i in range(3):
        out[i] = T[i, 0] * p[0] + T[i, 1] * p[1] + T[i, 2] * p[2] + T[i, 3]


@bare
def _from(T: Array, p: Array) -> None:
    """Replace a point in the world by the same as seen from T."""
    x, y, z = p[0] - T[0, 3], p[1] - T[1, 3], p[2] - T[2, 3]
    for i in range(3):
        p[i] = T[0, i] * x + T[1, i] * y + T[2, i] * z


@bare
def _farthest(way: Array, shares: Array, slope: Array) -> float:
    """Return the bound of L s over all shifts, and what the sampled ones show beyond it [m].

    Args:
        way: Motion of a point for each sampled shift [m], shape (m, 3); the first ENDS of them are
            both ends of each axis. slope: Room of (3, 6).
    """
    for i in range(3):
        for j in range(6):
            slope[i, j] = (way[2 * j, i] - way[2 * j + 1, i]) / 2.0
    beyond = 0.0
    for s in range(way.shape[0]):
        square = 0.0
        for i in range(3):
            if s < ENDS:
                left = (way[s, i] + way[s ^ 1, i]) / 2.0
            else:
                left = way[s, i]
                for j in range(6):
                    left -= shares[s, j] * slope[i, j]
            square += left * left
        beyond = max(beyond, square)
    return norm_of(slope, 0) + norm_of(slope, 3) + math.sqrt(beyond)
