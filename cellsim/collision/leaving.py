"""How far a path leaves its chords, and how far it leaves the straight line between two knots."""

from __future__ import annotations

import math

import numpy as np

from cellsim.collision.compiled import bare, compiled
from cellsim.geometry import Array

# Levels of running maxima: the last over 512 knots.
LEVELS = 10
# Chords that stand at the beginning of an interval, passed over at most.
STANDING = 16
# Sums on this grid are exact: what is summed over a stretch is the same wherever it stands.
GRID = 2.0**32


def range_maximum(rows: Array) -> Array:
    """Return the sparse table of running maxima, shape (levels, n, dof)."""
    levels, width = [np.ascontiguousarray(rows, dtype=np.float64)], 1
    while 2 * width <= len(rows) and len(levels) < LEVELS:
        below = levels[-1]
        above = below.copy()
        above[: len(rows) - width] = np.maximum(below[: len(rows) - width], below[width:])
        levels.append(above)
        width *= 2
    return np.stack(levels)


@compiled
def turns_of(knots: Array) -> Array:
    """Return how much the direction of a path has turned up to each chord, shape (n, dof + 1).

    The direction of a chord is its steps over the sum of their sizes; a chord that stands has none
    and is passed over. Row k adds up, for each joint, by how much it has changed from chord to
    chord up to chord k; rounded up. The last column: the variations of all joints up to knot k.

    Args:
        knots: q and the total variation of each joint, shape (2, n, dof).
    """
    n, dof = knots.shape[1], knots.shape[2]
    turns, d, moved = np.zeros((n, dof + 1)), np.zeros(dof), False
    for k in range(n):
        for j in range(dof):
            turns[k, dof] += knots[1, k, j]
        if k + 1 == n:
            break
        total = 0.0
        for j in range(dof):
            total += abs(knots[0, k + 1, j] - knots[0, k, j])
        for j in range(dof):
            if k > 0:
                turns[k, j] = turns[k - 1, j]
            if total > 0.0:
                new = (knots[0, k + 1, j] - knots[0, k, j]) / total
                if moved:
                    turns[k, j] += math.ceil(abs(new - d[j]) * GRID) / GRID
                d[j] = new
        moved = moved or total > 0.0
    return turns


@bare
def arc_between(turns: Array, u0: float, u1: float) -> float:
    """Return the sum of the variations of all joints over [u0, u1] [rad | m]."""
    last, k0, k1 = turns.shape[1] - 1, int(u0), int(u1)
    a, b = turns[k0, last], turns[k1, last]
    if u0 > k0:
        a += (u0 - k0) * (turns[k0 + 1, last] - a)
    if u1 > k1:
        b += (u1 - k1) * (turns[k1 + 1, last] - b)
    return float(max(b - a, 0.0))


@bare
def first_moving(turns: Array, u0: float, u1: float) -> int:
    """Return the first chord of [u0, u1] that does not stand, -1 where `STANDING` ones do.

    What turns up to there is no matter of this stretch.
    """
    last, k, k1 = turns.shape[1] - 1, int(u0), math.ceil(u1) - 1
    for _ in range(STANDING):
        if k >= k1 or turns[k + 1, last] > turns[k, last]:
            return k
        k += 1
    return -1


@bare
def off_line(turns: Array, j: int, k0: int, u1: float, arc: float) -> float:
    """Return how far q[j] leaves the straight line from q(u0) to q(u1) at most [rad | m].

    With v, the arc length, as parameter q[j] has the slope d[j]. Its distance from the line is 0 at
    both ends, so that with d[j] between m and M it is at most arc (M - m) / 4; and M - m is at most
    by how much d[j] changes in all. Every instant of the path is compared with the same v.

    Args:
        k0: See `first_moving`. arc: See `arc_between`.
    """
    k1 = math.ceil(u1) - 1
    if k0 < 0:
        return arc
    return float(0.25 * arc * (turns[k1, j] - turns[k0, j])) if k1 > k0 else 0.0
