"""The piecewise linear joint path of a group, with its variation and deviations, for numba."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import bare, compiled, lean
from cellsim.collision.leaving import range_maximum, turns_of
from cellsim.collision.support import Ints
from cellsim.domain.timeline import GroupTrack
from cellsim.geometry import Array
from cellsim.kinematics.chain import Chain

PRISMATIC = 2
# Rows of the table of links: 9 links take 14 MB.
MOST_ROWS = 16_384


class Path(NamedTuple):
    """A link tree and a path of its joints; u in [0, n - 1] counts knots, fractions between.

    Attributes:
        links: Parent (-1: world), kind (0 fixed, 1 revolute, 2 prismatic) and index into q of
            each link, shape (L, 3).
        frames: `parent_T_joint` at zero (3 x 4, row by row) and axis, shape (L, 15).
        t: Knot times [s], shape (n,).
        knots: q [rad | m] and the total variation of each joint from knot 0, shape (2, n, dof).
        deviation: Level l, row k: largest deviation of the true path from the chords k ..
            k + 2**l - 1, shape (levels, n - 1, dof); (1, 0, dof) where there is none.
        turns: See `leaving.turns_of`, shape (n, dof + 1).
        table: `world_T_link` at every `every`-th knot, shape (rows, L, 3, 4); without rows where
            it has not been worked out.
    """

    links: Ints
    frames: Array
    t: Array
    knots: Array
    deviation: Array
    turns: Array
    table: Array
    every: int


def tree_of(chain: Chain) -> tuple[tuple[str, ...], Ints, Ints, Ints, Array, Array]:
    """Return (names, parent, kind, qindex, origin, axis) of a chain with its branches."""
    chains = (chain, *chain.branch)
    names, parents, offset = [], [], 0
    for one in chains:
        names += list(one.link_names)
        parents.append(np.where(one.parent < 0, -1, one.parent + offset))
        offset += len(one.link_names)
    return (
        tuple(names),
        np.concatenate(parents).astype(np.int64),
        np.concatenate([c.kind for c in chains]).astype(np.int64),
        np.concatenate([c.qindex for c in chains]).astype(np.int64),
        np.ascontiguousarray(np.concatenate([c.origin for c in chains])[:, :3, :]),
        np.ascontiguousarray(np.concatenate([c.axis for c in chains])),
    )


def path_of(chain: Chain, t: Array, q: Array, deviation: Array | None = None) -> Path:
    """Return the path through knots q [rad | m], shape (n, dof), at times t [s].

    Args:
        deviation: Bound of the distance of the true path from each chord, shape (n - 1, dof).
    """
    _, parent, kind, qindex, origin, axis = tree_of(chain)
    q = np.ascontiguousarray(q, dtype=np.float64).reshape(len(t), -1)
    # On a grid of 2**-40, upwards: sums are exact, so a stretch has the same variation wherever in
    # a path it stands, and results of unchanged stretches can be taken over.
    steps = np.ceil(np.abs(np.diff(q, axis=0)) * 2.0**40) * 2.0**-40
    variation = np.concatenate([np.zeros((1, q.shape[1])), np.cumsum(steps, axis=0)])
    rows = np.zeros((0, q.shape[1]))
    if deviation is not None and deviation.any():
        rows = np.asarray(deviation, dtype=np.float64)
    frames = np.concatenate([origin.reshape(-1, 12), axis], axis=1)
    knots = np.stack([q, variation])
    return Path(
        np.stack([parent, kind, qindex], axis=1),
        np.array(frames, dtype=np.float64),
        np.array(t, dtype=np.float64),
        knots,
        range_maximum(rows),
        turns_of(knots),
        np.zeros((0, len(parent), 3, 4)),
        1,
    )


def track_path(chain: Chain, track: GroupTrack, clock: bool = False) -> Path:
    """Return the path of a track; with `clock`, deviations are those of the path in time."""
    deviation = track.dev_time if clock else track.dev_path
    return tabulated(path_of(chain, track.t, track.q, deviation))


def tabulated(path: Path, most: int = MOST_ROWS) -> Path:
    """Return the path with its links worked out at knots, at most `most` of them, evenly spread."""
    every = 1
    while (len(path.t) - 1) // every + 1 > most:
        every *= 2
    table = np.zeros(((len(path.t) - 1) // every + 1, len(path.links), 3, 4))
    _fill(path, every, table)
    return path._replace(table=table, every=every)


def between(parent: Ints, kind: Ints, a: int, b: int) -> Ints:
    """Return the moving joints (as links) on the way from link a to link b, in that order.

    Links are -1 for the world. Only these joints move a relative to b.
    """
    up_a, up_b = _ancestors(parent, a), _ancestors(parent, b)
    while up_a and up_b and up_a[-1] == up_b[-1]:
        up_a.pop()
        up_b.pop()
    way = up_a + up_b[::-1]
    return np.array([link for link in way if kind[link] != 0], dtype=np.int64)


def _ancestors(parent: Ints, link: int) -> list[int]:
    found = []
    while link >= 0:
        found.append(link)
        link = int(parent[link])
    return found


def time_of(t: Array, u: float) -> float:
    """Return the time [s] of the fractional knot u among knot times t, shape (n,)."""
    k = min(int(u), len(t) - 1)
    return float(t[k] if u <= k else t[k] + (u - k) * (t[k + 1] - t[k]))


@bare
def time_at(path: Path, u: float) -> float:
    """Return the time [s] of the fractional knot u."""
    k = min(int(u), path.t.size - 1)
    f = u - k
    if f <= 0.0:
        return float(path.t[k])
    return float(path.t[k] + f * (path.t[k + 1] - path.t[k]))


@bare
def variation_between(path: Path, j: int, u0: float, u1: float) -> float:
    """Return the total variation of q[j] over [u0, u1] [rad | m]."""
    k0, k1 = int(u0), int(u1)
    a, b = path.knots[1, k0, j], path.knots[1, k1, j]
    if u0 > k0:
        a += (u0 - k0) * (path.knots[1, k0 + 1, j] - a)
    if u1 > k1:
        b += (u1 - k1) * (path.knots[1, k1 + 1, j] - b)
    return float(max(b - a, 0.0))


@bare
def deviation_over(path: Path, j: int, u0: float, u1: float) -> float:
    """Return the largest deviation of q[j] from the chords that [u0, u1] touches [rad | m]."""
    if path.deviation.shape[1] == 0:
        return 0.0
    last = path.deviation.shape[1] - 1
    k0, k1 = min(int(u0), last), min(max(math.ceil(u1) - 1, 0), last)
    k1 = max(k0, k1)
    level = 0
    while level + 1 < path.deviation.shape[0] and (2 << level) <= k1 - k0 + 1:
        level += 1
    last = k1 - (1 << level) + 1
    most = path.deviation[level, last, j]
    for k in range(k0, last, 1 << level):
        most = max(most, path.deviation[level, k, j])
    return float(most)


@lean
def joints_at(path: Path, u: float, q: Array) -> None:
    """Write q at the fractional knot u, shape (dof,)."""
    k = min(int(u), path.t.size - 1)
    f = u - k
    for j in range(q.size):
        q[j] = path.knots[0, k, j]
        if f > 0.0:
            q[j] += f * (path.knots[0, k + 1, j] - path.knots[0, k, j])


@bare
def compose(A: Array, B: Array, out: Array) -> None:
    """Write the product of two transforms, each shape (3, 4)."""
    for r in range(3):
        for c in range(4):
            out[r, c] = A[r, 0] * B[0, c] + A[r, 1] * B[1, c] + A[r, 2] * B[2, c]
        out[r, 3] += A[r, 3]


@bare
def _compose_onto(A: Array, T: Array) -> None:
    """Replace T by the product A @ T, each shape (3, 4)."""
    for c in range(4):
        x, y, z = T[0, c], T[1, c], T[2, c]
        for r in range(3):
            T[r, c] = A[r, 0] * x + A[r, 1] * y + A[r, 2] * z
    for r in range(3):
        T[r, 3] += A[r, 3]


@lean
def carry(links: Array, link: int, link_T_body: Array, out: Array) -> None:
    """Write `world_T_body` of a body on a link, or in the world (-1)."""
    if link >= 0:
        compose(links[link], link_T_body, out)
        return
    for r in range(3):
        for c in range(4):
            out[r, c] = link_T_body[r, c]


@bare
def relative(A: Array, B: Array, out: Array) -> None:
    """Write `a_T_b` from `world_T_a` and `world_T_b`, each shape (3, 4)."""
    for r in range(3):
        for c in range(3):
            out[r, c] = A[0, r] * B[0, c] + A[1, r] * B[1, c] + A[2, r] * B[2, c]
        x, y, z = B[0, 3] - A[0, 3], B[1, 3] - A[1, 3], B[2, 3] - A[2, 3]
        out[r, 3] = A[0, r] * x + A[1, r] * y + A[2, r] * z


@lean
def links_at(path: Path, q: Array, out: Array) -> None:
    """Write `world_T_link` of every link, shape (L, 3, 4)."""
    for l in range(path.links.shape[0]):
        T, parent = out[l], path.links[l, 0]
        for r in range(3):
            for c in range(4):
                T[r, c] = path.frames[l, 4 * r + c]
        if path.links[l, 1] != 0:
            axis = path.frames[l, 12:]
            _move(T, axis, path.links[l, 1] == PRISMATIC, q[path.links[l, 2]])
        if parent >= 0:
            _compose_onto(out[parent], T)


@bare
def _move(T: Array, axis: Array, slides: bool, value: float) -> None:
    """Multiply T, shape (3, 4), by the motion of a joint from the right."""
    x, y, z = axis[0], axis[1], axis[2]
    if slides:
        for r in range(3):
            T[r, 3] += value * (T[r, 0] * x + T[r, 1] * y + T[r, 2] * z)
        return
    s, c = math.sin(value), math.cos(value)
    k = 1.0 - c
    for r in range(3):
        a, b, d = T[r, 0], T[r, 1], T[r, 2]
        T[r, 0] = a * (c + x * x * k) + b * (y * x * k + z * s) + d * (z * x * k - y * s)
        T[r, 1] = a * (x * y * k - z * s) + b * (c + y * y * k) + d * (z * y * k + x * s)
        T[r, 2] = a * (x * z * k + y * s) + b * (y * z * k - x * s) + d * (c + z * z * k)


@compiled
def _fill(path: Path, every: int, table: Array) -> None:
    q = np.zeros(path.knots.shape[2])
    for k in range(table.shape[0]):
        joints_at(path, float(k * every), q)
        links_at(path, q, table[k])


@bare
def row_of(path: Path, u: float) -> int:
    """Return the row of the table that holds the links at u, -1 where none does."""
    k = int(u)
    if path.table.shape[0] == 0 or k != u or k % path.every != 0:
        return -1
    return k // path.every


@bare
def middle_knot(u0: float, u1: float, first: int) -> float:
    """Return the roundest knot between (a multiple of the highest power of two), else the middle.

    Counted from knot `first`, where a span begins: so the intervals of all pairs meet at the same
    knots, wherever in a path the span stands.
    """
    low, high = math.floor(u0) + 1 - first, math.ceil(u1) - 1 - first
    if low > high:
        return 0.5 * (u0 + u1)
    step = 1
    while high // (2 * step) * (2 * step) >= low:
        step *= 2
    return float(first + high // step * step)
