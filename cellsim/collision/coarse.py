"""All pairs of a path with what stands, over all intervals at once, as spheres.

Depth first over the intervals of the whole path, earliest first. At each, every moving body is
worked out once; each pair still open is tried as two spheres with the test of `certify`:

    2 (value + pad + 1e-9 m) <= gap(u0) + gap(u1) - travel,

or with that of `bow`: the middle of the moving one is within bow of a straight segment.

A pair that passes is done with for this interval. What is left where the pair moves no more than
its own size is for the test of pieces, interval by interval.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.collision.bow import nearest
from cellsim.collision.compiled import bare, compiled
from cellsim.collision.lipschitz import (
    BODY_A,
    BOWS,
    GOES,
    KNOWN_COLUMNS,
    PIECES,
    STRAYS,
    axes_at,
    radii,
    reach_of,
    sizes,
)
from cellsim.collision.lipschitz import travel_of_joints as joints_over
from cellsim.collision.paths import (
    Path,
    carry,
    joints_at,
    links_at,
    middle_knot,
    row_of,
)
from cellsim.collision.spans import KNOWN, PAD, REQUIRED, U0, U1
from cellsim.collision.support import BOUND, CENTRE, Ints, Shapes
from cellsim.collision.work import DEPTH, ROUNDING, Limits
from cellsim.geometry import Array

# Columns of a task.
SPAN, MOVER, STANDS = range(3)


class Movers(NamedTuple):
    """Bodies that move on a path.

    Attributes:
        who: Body and link of each, shape (m, 2). link_T_body: shape (m, 3, 4).
        joints: (link, 1 if prismatic) from each to the world, one after the other, shape (sum, 2);
            ends: shape (m + 1,).
    """

    who: Ints
    link_T_body: Array
    joints: Ints
    ends: Ints


class Sieve(NamedTuple):
    """What a pair and its span are to the coarse test.

    Attributes:
        tasks: Span, mover and number among `places`, shape (n, 3), those on the same knots one
            after the other; starts: where those of other knots begin, shape (ranges + 1,).
        places: Centre and radius [m] of the spheres of standing bodies, world frame, shape (k, 4).
    """

    tasks: Ints
    starts: Ints
    places: Array


class Sifted(NamedTuple):
    """What is left: span and interval of each open one, and the least value of each span.

    Attributes:
        span: shape (n,). us: shape (n, 2). least: value, u0, u1 of each span, shape (spans, 3).
    """

    span: Ints
    us: Array
    least: Array


class Room(NamedTuple):
    """Working space: two slots per interval on the stack.

    Attributes:
        q: shape (dof,). links: Links of each slot, shape (slots, L, 3, 4).
        ends: Poses of a mover at the two ends, shape (2, 3, 4). axes: shape (2, joints, 6).
        size: See `lipschitz.sizes`, shape (2, 2, joints). R: See `lipschitz`, shape (PIECES,
            joints). known: See `lipschitz.reach_of`.
        seen: Centres of each mover at both ends, its way, and its bow with what it strays, shape
            (movers, 8); stamp: of which interval, shape (movers,).
    """

    q: Array
    links: Array
    ends: Array
    axes: Array
    size: Array
    R: Array
    known: Array
    seen: Array
    stamp: Ints


@compiled
def sift(
    s: Shapes, path: Path, movers: Movers, sieve: Sieve, spans: Array, limits: Limits
) -> Sifted:
    """Return what the coarse test leaves open, in order of time for each span."""
    most = movers.joints.shape[0]
    room = Room(
        np.zeros(path.knots.shape[2]),
        np.zeros((DEPTH + 2, path.links.shape[0], 3, 4)),
        np.zeros((2, 3, 4)),
        np.zeros((2, most, 6)),
        np.zeros((2, 2, most)),
        np.zeros((PIECES, most)),
        np.zeros(KNOWN_COLUMNS),
        np.zeros((movers.who.shape[0], 8)),
        np.full(movers.who.shape[0], -1, dtype=np.int64),
    )
    least = np.full((spans.shape[0], 3), math.inf)
    us, at = np.zeros((DEPTH + 2, 2)), np.zeros((DEPTH + 2, 5), dtype=np.int64)
    open_, number = np.zeros(64, dtype=np.int64), 0
    left, left_us, found = np.zeros(64, dtype=np.int64), np.zeros((64, 2)), 0
    for g in range(sieve.starts.size - 1):
        count = sieve.starts[g + 1] - sieve.starts[g]
        if open_.size < 4 * count:
            open_ = np.zeros(4 * count, dtype=np.int64)
        for k in range(count):
            open_[k] = sieve.starts[g] + k
        span = sieve.tasks[sieve.starts[g], SPAN]
        us[0, 0], us[0, 1] = spans[span, U0], spans[span, U1]
        first = math.floor(us[0, 0])
        _links(path, room, us[0, 0], 0)
        _links(path, room, us[0, 1], 1)
        at[0, 0], at[0, 1], at[0, 2], at[0, 3], at[0, 4], top = 0, 1, 2, 0, count, 0
        while top >= 0:
            u0, u1, number = us[top, 0], us[top, 1], number + 1
            slot0, slot1, free, start, stop = at[top]
            if open_.size < stop + 2 * (stop - start):
                open_ = np.concatenate((open_, np.zeros(2 * open_.size, dtype=np.int64)))
            if left.size < found + stop - start:
                grown = left.size + stop - start
                left = np.concatenate((left, np.zeros(grown, dtype=np.int64)))
                left_us = np.concatenate((left_us, np.zeros((grown, 2))))
            last = u1 - u0 <= 1.0 or free >= DEPTH
            above, found = _test(
                s, path, movers, sieve, spans, limits, room, u0, u1, slot0, slot1, number, open_,
                start, stop, last, left, left_us, found, least,
            )  # fmt: skip
            top -= 1
            if above > stop:
                middle = middle_knot(u0, u1, first)
                _links(path, room, middle, free)
                for half in range(2):
                    top += 1
                    us[top, half], us[top, 1 - half] = middle, u1 if half == 0 else u0
                    at[top, half], at[top, 1 - half] = free, slot1 if half == 0 else slot0
                    at[top, 2], at[top, 3], at[top, 4] = free + 1, stop, above
    return Sifted(left[:found], left_us[:found], least)


@bare
def _links(path: Path, room: Room, u: float, slot: int) -> None:
    """Work out the links at u into a slot."""
    row = row_of(path, u)
    if row < 0:
        joints_at(path, u, room.q)
        links_at(path, room.q, room.links[slot])
        return
    for l in range(path.links.shape[0]):
        for r in range(3):
            for c in range(4):
                room.links[slot, l, r, c] = path.table[row, l, r, c]


@bare
def _see(
    s: Shapes, path: Path, movers: Movers, room: Room, m: int, u0: float, u1: float, slot0: int,
    slot1: int,
) -> None:  # fmt: skip
    """Work out the sphere of a mover at both ends, and its way with twice the deviations."""
    joints = movers.joints[movers.ends[m] : movers.ends[m + 1]]
    count, body, link = joints.shape[0], movers.who[m, 0], movers.who[m, 1]
    R, seen = room.R, room.seen[m]
    joints_over(path, joints, u0, u1, R)
    for end in range(2):
        links = room.links[slot1 if end else slot0]
        axes_at(path, joints, 0, count, links, room.axes[end])
        carry(links, link, movers.link_T_body[m], room.ends[end])
        T = room.ends[end]
        for r in range(3):
            seen[3 * end + r] = T[r, 3]
            for c in range(3):
                seen[3 * end + r] += T[r, c] * s.bodies[body, CENTRE + c]
        sizes(joints, False, room.axes[end], T, s.bodies, body, room.size[end])
    radii(joints, False, room.size[0], room.size[1], s.bodies, body, R, BODY_A)
    reach_of(joints, False, R, BODY_A, room.known)
    seen[6] = room.known[GOES]
    seen[7] = 0.125 * room.known[BOWS] + room.known[STRAYS]


@bare
def _test(
    s: Shapes, path: Path, movers: Movers, sieve: Sieve, spans: Array, limits: Limits, room: Room,
    u0: float, u1: float, slot0: int, slot1: int, number: int, open_: Ints, start: int, stop: int,
    last: bool, left: Ints, left_us: Array, found: int, least: Array,
) -> tuple[int, int]:  # fmt: skip
    """Try the open tasks start..stop of an interval; put those to cut further above `stop`.

    Returns:
        Where those end, and how many open intervals have been written down.
    """
    above = stop
    for k in range(start, stop):
        task = open_[k]
        span, m, place = sieve.tasks[task, 0], sieve.tasks[task, 1], sieve.tasks[task, 2]
        if room.stamp[m] != number:
            room.stamp[m] = number
            _see(s, path, movers, room, m, u0, u1, slot0, slot1)
        x, size = room.seen[m], s.bodies[movers.who[m, 0], BOUND] + sieve.places[place, 3]
        at = sieve.places
        x0, y0, z0 = x[0] - at[place, 0], x[1] - at[place, 1], x[2] - at[place, 2]
        x1, y1, z1 = x[3] - at[place, 0], x[4] - at[place, 1], x[5] - at[place, 2]
        gap0 = math.sqrt(x0 * x0 + y0 * y0 + z0 * z0)
        gap1 = math.sqrt(x1 * x1 + y1 * y1 + z1 * z1)
        pads = spans[span, PAD] + ROUNDING + size
        value = 0.5 * (gap0 + gap1 - x[6]) - pads
        ask = max(spans[span, REQUIRED], min(limits.detail, spans[span, KNOWN] - limits.gap))
        if value < ask and min(gap0, gap1) - x[7] - pads >= ask:
            value = max(value, nearest(x0, y0, z0, x1, y1, z1) - x[7] - pads)
        if value >= ask:
            if value < least[span, 0]:
                least[span, 0], least[span, 1], least[span, 2] = value, u0, u1
        elif x[6] <= size or last:
            left[found], left_us[found, 0], left_us[found, 1] = span, u0, u1
            found += 1
        else:
            open_[above] = task
            above += 1
    return above, found
