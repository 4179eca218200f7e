"""How far bodies and their pieces go over an interval, each worked out once."""

from __future__ import annotations

from typing import NamedTuple

from cellsim.collision.compiled import bare, tight
from cellsim.collision.lipschitz import (
    BODY_A,
    BODY_B,
    BOWS,
    GOES,
    OFF,
    PIECES,
    STRAYS,
    TURN,
    TURN_OFF,
    TURN_STRAYS,
    VARIATION,
    least_travel,
    most_off,
    radii,
    reach_of,
    sizes,
)
from cellsim.collision.support import BOUND, DISC_RADIUS, Shapes
from cellsim.collision.work import TICK, A, B, Pair, Work
from cellsim.geometry import Array


class Reach(NamedTuple):
    """What the points of two bodies or pieces do relative to one another over an interval [m].

    Attributes:
        half: Half their travel, with the pads of one side. off: These pads.
        bow, stray: See `bow`. from_a: These are seen from a, else from b.
    """

    half: float
    off: float
    bow: float
    stray: float
    from_a: bool


@bare
def _size_at(pair: Pair, rows: Array, k: int, w: Work, slot: int, side: int, out: int) -> None:
    """Work out what row k of a side is to the joints at a slot, once."""
    if w.sized[slot, out] != w.looked[slot]:
        w.sized[slot, out] = w.looked[slot]
        T, into = w.poses[slot, side], w.size[slot, out]
        sizes(pair.joints, side == B, w.axes[slot], T, rows, k, into)


@bare
def _over(pair: Pair, rows: Array, k: int, w: Work, s0: int, s1: int, side: int, out: int) -> None:
    """Work out R_j of row k of a side and what it goes, once in an interval."""
    if w.stamp[out] == w.told[TICK]:
        return
    w.stamp[out] = w.told[TICK]
    _size_at(pair, rows, k, w, s0, side, out)
    _size_at(pair, rows, k, w, s1, side, out)
    radii(pair.joints, side == B, w.size[s0, out], w.size[s1, out], rows, k, w.R, out)
    reach_of(pair.joints, side == B, w.R, out, w.known[out])


@bare
def body_radii(pair: Pair, bodies: Array, w: Work, s0: int, s1: int, side: int) -> None:
    """Work out R_j of a body's sphere: as a set, so that of its middle."""
    _over(pair, bodies, pair.who[side], w, s0, s1, side, BODY_A + side)


@tight
def goes(pair: Pair, side: int) -> bool:
    """Whether a side counts as what moves: not that which stands in the world."""
    return bool(pair.who[2 + side] >= 0 or (side == A and pair.who[2 + B] < 0))


@tight
def wider(known: Array, more: float, disc: float, from_a: bool) -> Reach:
    """Return what a row goes whose points are farther from the axes by `more` [m].

    Args:
        known: See `lipschitz.reach_of`.
        disc: How much more than that for the bow: the row is of a set, and its points are farther.
    """
    far, turn = more + disc, known[TURN]
    return Reach(
        0.5 * (known[GOES] + more * (turn + 2.0 * known[TURN_OFF])),
        known[OFF] + more * known[TURN_OFF],
        0.125 * (known[BOWS] + far * turn * turn),
        known[STRAYS] + far * known[TURN_STRAYS],
        from_a,
    )


@bare
def of_spheres(pair: Pair, bodies: Array, w: Work, s0: int, s1: int, side: int) -> Reach:
    """Return what the middle of a body does, seen from the other one."""
    body_radii(pair, bodies, w, s0, s1, side)
    return wider(w.known[BODY_A + side], 0.0, 0.0, side == B)


@tight
def of_bodies(pair: Pair, bodies: Array, w: Work, s0: int, s1: int) -> Reach:
    """Return what any points of the two bodies do: those of the body that goes less."""
    first = A if goes(pair, A) else B
    body_radii(pair, bodies, w, s0, s1, first)
    found = wider(w.known[BODY_A + first], bodies[pair.who[first], BOUND], 0.0, first == B)
    if first == A and goes(pair, B):
        body_radii(pair, bodies, w, s0, s1, B)
        found = _less(found, wider(w.known[BODY_B], bodies[pair.who[B], BOUND], 0.0, True))
    return found


@tight
def of_pieces(s: Shapes, pair: Pair, w: Work, s0: int, s1: int, number: int) -> Reach:
    """Return what two pieces do, by their numbers: as sets, and for the bow as points."""
    nb = s.own[pair.who[B], 1] - s.own[pair.who[B], 0]
    row_a = PIECES + number // nb
    row_b = PIECES + s.own[pair.who[A], 1] - s.own[pair.who[A], 0] + number % nb
    rows, i, j = s.cores.rows, s.own[pair.who[A], 0] + number // nb, s.own[pair.who[B], 0]
    j += number % nb
    if not goes(pair, B):
        _over(pair, rows, i, w, s0, s1, A, row_a)
        return wider(w.known[row_a], 0.0, rows[i, DISC_RADIUS], False)
    _over(pair, rows, j, w, s0, s1, B, row_b)
    found = wider(w.known[row_b], 0.0, rows[j, DISC_RADIUS], True)
    if goes(pair, A):
        _over(pair, rows, i, w, s0, s1, A, row_a)
        found = _less(wider(w.known[row_a], 0.0, rows[i, DISC_RADIUS], False), found)
        half, off = 0.5 * least_travel(w.R, row_a, row_b), most_off(w.R, row_a, row_b)
        return Reach(half, off, found.bow, found.stray, found.from_a)
    return found


@tight
def _less(a: Reach, b: Reach) -> Reach:
    """Return what is less of two that both hold, of bow and stray together."""
    line = a if a.bow + a.stray <= b.bow + b.stray else b
    way = a if a.half <= b.half else b
    return Reach(way.half, way.off, line.bow, line.stray, line.from_a)


@bare
def moved(pair: Pair, bodies: Array, w: Work, slot0: int, slot1: int) -> float:
    """Return a bound of how far points of the bodies move toward another [m], deviations left out.

    Works out R of both spheres; a point of a body is farther from an axis by its sphere's radius.
    """
    if not goes(pair, A) or not goes(pair, B):
        found = of_bodies(pair, bodies, w, slot0, slot1)
        return 2.0 * (found.half - found.off)
    body_radii(pair, bodies, w, slot0, slot1, A)
    body_radii(pair, bodies, w, slot0, slot1, B)
    travel = 0.0
    for i in range(pair.joints.shape[0]):
        far = min(far_from(pair, bodies, w, i, A), far_from(pair, bodies, w, i, B))
        travel += w.R[VARIATION, i] * far
    return travel


@bare
def far_from(pair: Pair, bodies: Array, w: Work, i: int, side: int) -> float:
    """Return the farthest that a point of a body comes from axis i [m]; 1 for a prismatic joint."""
    if pair.joints[i, 1] == 1:
        return 1.0
    return float(w.R[BODY_A + side, i] + bodies[pair.who[side], BOUND])
