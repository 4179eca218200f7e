"""What the coarse test takes of pairs: those of one body on a link and one in the world."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from cellsim.collision.coarse import SPAN, Movers, Sieve
from cellsim.collision.spans import RAMP_OVER, U0, U1
from cellsim.collision.support import BOUND, CENTRE, Ints, Shapes
from cellsim.collision.work import Rows
from cellsim.geometry import Array


def sieve_of(s: Shapes, rows: Rows) -> tuple[Movers, Sieve]:
    """Return what the coarse test takes of pairs: one body on a link, one in the world, no ramp."""
    movers: dict[tuple[int, int, bytes], int] = {}
    places: dict[tuple[int, bytes], int] = {}
    pairs: list[tuple[int, int, int]] = []
    # Where each mover and each place is seen first: number of the pair, 0 for a and 1 for b.
    moved: list[tuple[int, int]] = []
    stood: list[tuple[int, int]] = []
    raw, size = rows.link_T_body.tobytes(), rows.link_T_body.itemsize * 12
    for p, who in enumerate(rows.who.tolist()):
        if (who[2] >= 0) == (who[3] >= 0):
            continue
        moves = 0 if who[2] >= 0 else 1
        own, other = size * (2 * p + moves), size * (2 * p + 1 - moves)
        mover = movers.setdefault((who[moves], who[2 + moves], raw[own : own + size]), len(movers))
        place = places.setdefault((who[1 - moves], raw[other : other + size]), len(places))
        if mover == len(moved):
            moved.append((p, moves))
        if place == len(stood):
            stood.append((p, 1 - moves))
        pairs.append((p, mover, place))
    tasks, starts = _tasks(rows, np.array(pairs, dtype=np.int64).reshape(-1, 3))
    return _movers(rows, moved), Sieve(tasks, starts, _places(s, rows, stood))


def _movers(rows: Rows, moved: Sequence[tuple[int, int]]) -> Movers:
    """Return the bodies that move, each as the pair and side that it is seen in first."""
    p, side = np.array(moved, dtype=np.int64).reshape(-1, 2).T
    ways = [rows.joints[rows.ends[k] : rows.ends[k + 1]][:: -1 if b else 1] for k, b in moved]
    return Movers(
        np.stack([rows.who[p, side], rows.who[p, 2 + side]], axis=1),
        rows.link_T_body[p, side],
        np.ascontiguousarray(np.concatenate([np.zeros((0, 2), dtype=np.int64), *ways])),
        np.cumsum([0] + [len(way) for way in ways]).astype(np.int64),
    )


def _places(s: Shapes, rows: Rows, stood: Sequence[tuple[int, int]]) -> Array:
    """Return centre and radius [m] of the spheres of what stands, world frame, shape (k, 4)."""
    found = np.zeros((len(stood), 4))
    for row, (p, side) in zip(found, stood, strict=True):
        body, T = s.bodies[rows.who[p, side]], rows.link_T_body[p, side]
        row[:3], row[3] = T[:, :3] @ body[CENTRE:BOUND] + T[:, 3], body[BOUND]
    return found


def _tasks(rows: Rows, pairs: Ints) -> tuple[Ints, Ints]:
    """Return the tasks of (pair, mover, place), shape (n, 3), and where other knots begin."""
    counts = np.diff(rows.firsts)[pairs[:, 0]]
    span = np.repeat(rows.firsts[pairs[:, 0]] - np.cumsum(counts) + counts, counts)
    span += np.arange(len(span))
    own = np.repeat(np.arange(len(pairs)), counts)
    ramps = rows.spans[:, RAMP_OVER] > 0.0
    if ramps.any():
        span, own = span[~ramps[span]], own[~ramps[span]]
    place = _order_of_knots(rows)[span]
    order = np.argsort(place, kind="stable")
    tasks = pairs[own[order]]
    tasks[:, SPAN], place = span[order], place[order]
    new = np.flatnonzero(place[1:] != place[:-1]) + 1
    starts = np.concatenate([[0], new, [len(place)]]) if len(place) else np.zeros(1)
    return tasks, starts.astype(np.int64)


def _order_of_knots(rows: Rows) -> Ints:
    """Return which in order the knots of each span are among all different ones, shape (spans,).

    Many pairs are asked on the same knots: those are sorted once.
    """
    us = np.ascontiguousarray(rows.spans[:, U0 : U1 + 1])
    raw, size, firsts = us.tobytes(), 2 * us.itemsize, rows.firsts.tolist()
    blocks: dict[bytes, int] = {}
    which, starts = [], [0]
    known: list[Array] = []
    for first, end in pairwise(firsts):
        block = blocks.setdefault(raw[size * first : size * end], len(blocks))
        if block == len(known):
            known.append(us[first:end])
            starts.append(starts[-1] + end - first)
        which.append(block)
    all_us = np.concatenate([np.zeros((0, 2)), *known])
    order = np.lexsort((all_us[:, 1], all_us[:, 0]))
    differs = (all_us[order[1:]] != all_us[order[:-1]]).any(axis=1)
    # Of a narrow type, which is sorted by counting.
    number = np.zeros(len(order), dtype=np.min_scalar_type(len(order)))
    number[order[1:]] = np.cumsum(differs)
    parts = [number[starts[block] : starts[block + 1]] for block in which]
    return np.concatenate([number[:0], *parts])
