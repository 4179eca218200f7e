"""Replay of a proof: every leaf of every tree is tested; nothing is searched for.

A tree covers one duty row: its box is halved again and again (the middle of either side), so no
gap can be written down. A node is one of

    BODIES            the spheres of the two bodies keep apart over the whole box: a leaf;
    PIECES            each piece pair still open is apart, by spheres or along a normal: a leaf;
    PIECES_THEN_U/V   as PIECES, but some stay open for the two halves;
    HALVE_U/V         nothing is tested, both halves follow.

The nodes stand in the order of a walk that takes the earlier half first.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cellsim.geometry import Array
from cellsim.proofcheck.bound import (
    BODY_A,
    BODY_B,
    JOINT0,
    JOINT1,
    OUTWARD,
    PAD,
    ROW0,
    ROW1,
    SINGLE,
    Room,
    Stands,
    asked,
    centres,
    gap_of_bodies,
    gap_of_pieces,
    look,
    reach,
    room_for,
    stands_for,
    travel,
)
from cellsim.proofcheck.course import Course, Ints
from cellsim.proofcheck.jit import lean, machine
from cellsim.proofcheck.shapes import Pieces, gap_along

HALVE_U, HALVE_V, BODIES, PIECES, PIECES_THEN_U, PIECES_THEN_V = range(6)
DEPTH = 160
# Instants whose poses are kept: most runs are halved at the same ones.
SLOTS = 1024
# What a replay answers for a run; the words are in `check`.
HOLDS, ENDED, UNKNOWN_NODE, SPHERES_MEET, NORMAL_FAILS, LEFT_OPEN, TOO_DEEP, TOO_LARGE = range(8)


class Leaves(NamedTuple):
    """The trees of a proof, one after the other.

    Attributes:
        nodes: Kind of each node, shape (n,), uint8.
        counts: Normals given at each PIECES node, shape (k,), uint32.
        which: Piece of a times pieces of b plus piece of b, for each normal, shape (m,), uint32.
        normals: In the frame of body a, shape (m, 3), float32; unit vectors.
    """

    nodes: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    counts: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]
    which: np.ndarray[tuple[int, ...], np.dtype[np.uint32]]
    normals: np.ndarray[tuple[int, ...], np.dtype[np.float32]]


class Table(NamedTuple):
    """The duties: runs (r, RUN_COLUMNS), joints (j, 2), hangs (r, 2, 3, 4), rows (n, COLUMNS)."""

    runs: Ints
    joints: Ints
    hangs: Array
    rows: Array


@machine
def replay(
    p: Course, q: Course, s: Pieces, table: Table, chosen: Ints, starts: Ints, trees: Leaves,
    claims: Array,
) -> tuple[Ints, Array]:  # fmt: skip
    """Test the trees of the chosen runs, all with a on course p and b on course q.

    Args:
        starts: First node, count and normal of each run of the table, and of one more, (r + 1, 3).
        claims: Clearance that each run is to have wherever less is required [m], shape (r,).

    Returns:
        Per chosen run: (answer, node, row), shape (n, 3); and the least clearance proved [m].
    """
    told = np.zeros((chosen.size, 3), dtype=np.int64)
    proved = np.full(chosen.size, math.inf)
    stands = stands_for(p, q, SLOTS)
    for c in range(chosen.size):
        run = table.runs[chosen[c]]
        joints = table.joints[run[JOINT0] : run[JOINT1]]
        room = room_for(s, run, joints)
        at = starts[chosen[c]].copy()
        for k in range(run[ROW0], run[ROW1]):
            told[c, 2] = k
            told[c, 0], value = _row(
                p, q, s, run, joints, table.hangs[chosen[c]], table.rows[k], stands, room, at,
                starts[chosen[c] + 1], trees, claims[chosen[c]],
            )  # fmt: skip
            proved[c] = min(proved[c], value)
            if told[c, 0] != HOLDS:
                break
        told[c, 1] = at[0]
        if told[c, 0] == HOLDS and not np.all(at == starts[chosen[c] + 1]):
            told[c, 0] = LEFT_OPEN
    return told, proved


@machine
def _row(
    p: Course,
    q: Course,
    s: Pieces,
    run: Ints,
    joints: Ints,
    hangs: Array,
    row: Array,
    stands: Stands,
    room: Room,
    at: Ints,
    end: Ints,
    trees: Leaves,
    claim: float,
) -> tuple[int, float]:
    """Test the tree of one duty row; `at` (node, count, normal) moves on."""
    boxes = np.empty((DEPTH, 4))
    lists = np.zeros((DEPTH, 2), dtype=np.int64)
    open_: Ints = np.empty(64, dtype=np.int64)
    for c in range(4):
        boxes[0, c] = row[c]
    lists[0, 1] = -1
    top, least = 0, math.inf
    while top >= 0:
        if at[0] >= end[0]:
            return ENDED, least
        kind = trees.nodes[at[0]]
        at[0] += 1
        if kind > PIECES_THEN_V:
            return UNKNOWN_NODE, least
        box, first, last = boxes[top], lists[top, 0], lists[top, 1]
        if kind >= BODIES:
            if not look(p, q, run, joints, hangs, box, stands, room):
                return TOO_LARGE, least
            reach(joints, False, s.bodies, run[BODY_A], room, room.far_a, 0)
            reach(joints, True, s.bodies, run[BODY_B], room, room.far_b, 0)
            need = max(asked(row, run, room), claim)
            goes = travel(room.w, room.far_a[0], room.far_b[0]) + row[PAD] + OUTWARD
        if kind == BODIES:
            value = gap_of_bodies(s, run, room) - goes
            if last >= 0 or not value >= need:
                return SPHERES_MEET, least
            least = min(least, value)
            top -= 1
            continue
        if kind >= PIECES:
            if last < 0:
                open_, last = all_pairs(s, run, open_, first)
            answer, last, least = _pieces(
                s, run, joints, row[PAD], goes, need, room, open_, first, last, at, end, trees,
                least,
            )  # fmt: skip
            if answer != HOLDS:
                return answer, least
            if kind == PIECES:
                if last > first:
                    return LEFT_OPEN, least
                top -= 1
                continue
        if top + 1 >= DEPTH:
            return TOO_DEEP, least
        across_v = kind in (HALVE_V, PIECES_THEN_V)
        open_ = halve(boxes, lists, open_, top, last, across_v, run[SINGLE] == 1)
        top += 1
    return HOLDS, least


@machine
def all_pairs(s: Pieces, run: Ints, open_: Ints, first: int) -> tuple[Ints, int]:
    """Write all piece pairs behind the first entries; return the list and where it ends."""
    na = s.own[run[BODY_A], 1] - s.own[run[BODY_A], 0]
    nb = s.own[run[BODY_B], 1] - s.own[run[BODY_B], 0]
    open_ = roomy(open_, first, na * nb)
    for k in range(na * nb):
        open_[first + k] = k
    return open_, first + na * nb


@machine
def roomy(open_: Ints, used: int, more: int) -> Ints:
    """Return the list with room for `more` entries after the first `used`."""
    if used + more <= open_.size:
        return open_
    grown = np.empty(2 * (used + more), dtype=np.int64)
    for k in range(used):
        grown[k] = open_[k]
    return grown


@machine
def halve(
    boxes: Array, lists: Ints, open_: Ints, top: int, last: int, across_v: bool, single: bool
) -> Ints:
    """Put the later half of the box on top in its place and the earlier half above it.

    Both inherit the open piece pairs; the earlier half gets a copy behind them.
    """
    first = lists[top, 0]
    lists[top, 1] = last
    for c in range(4):
        boxes[top + 1, c] = boxes[top, c]
    if not across_v or single:
        middle = 0.5 * (boxes[top, 0] + boxes[top, 1])
        boxes[top, 0], boxes[top + 1, 1] = middle, middle
    if across_v or single:
        middle = 0.5 * (boxes[top, 2] + boxes[top, 3])
        boxes[top, 2], boxes[top + 1, 3] = middle, middle
    lists[top + 1, 0], lists[top + 1, 1] = max(last, first), -1
    if last >= 0:
        count = last - first
        open_ = roomy(open_, last, count)
        for k in range(count):
            open_[last + k] = open_[first + k]
        lists[top + 1, 1] = last + count
    return open_


@lean
def by_piece_spheres(
    s: Pieces, run: Ints, joints: Ints, room: Room, number: int
) -> tuple[int, int, float, float]:
    """Return (piece of a, piece of b, gap of their spheres, what they travel) of a pair.

    After `centres` for the same box.
    """
    nb = s.own[run[BODY_B], 1] - s.own[run[BODY_B], 0]
    a, b = number // nb, number % nb
    i, j = s.own[run[BODY_A], 0] + a, s.own[run[BODY_B], 0] + b
    if room.fresh[0, 1 + a] == 0:
        reach(joints, False, s.rows, i, room, room.far_a, 1 + a)
        room.fresh[0, 1 + a] = 1
    if room.fresh[1, 1 + b] == 0:
        reach(joints, True, s.rows, j, room, room.far_b, 1 + b)
        room.fresh[1, 1 + b] = 1
    goes = travel(room.w, room.far_a[1 + a], room.far_b[1 + b])
    return i, j, gap_of_pieces(s, run, a, b, room), goes


@lean
def _pieces(
    s: Pieces, run: Ints, joints: Ints, pad: float, most: float, need: float, room: Room,
    open_: Ints, first: int, last: int, at: Ints, end: Ints, trees: Leaves, least: float,
) -> tuple[int, int, float]:  # fmt: skip
    """Test the open piece pairs of a node; keep what stays open; return (answer, end, least).

    Args:
        most: What the bodies travel at most, with `pad` and OUTWARD: no two pieces travel more.
        least: Clearance proved so far.
    """
    if at[1] >= end[1]:
        return ENDED, last, math.inf
    given = np.int64(trees.counts[at[1]])
    at[1] += 1
    if given > end[2] - at[2]:
        return ENDED, last, math.inf
    stop, kept = at[2] + given, first
    nb = s.own[run[BODY_B], 1] - s.own[run[BODY_B], 0]
    centres(s, run, room)
    for k in range(first, last):
        number = open_[k]
        while at[2] < stop and np.int64(trees.which[at[2]]) < number:
            at[2] += 1  # a pair that spheres keep apart needs no normal
        along = at[2] < stop and np.int64(trees.which[at[2]]) == number
        if not along:
            gap = gap_of_pieces(s, run, number // nb, number % nb, room)
            if gap - most >= max(need, least):
                continue  # with what they travel themselves it is no less, and not the least
        i, j, gap, goes = by_piece_spheres(s, run, joints, room, number)
        if along:
            gap = gap_along(s, i, j, room.pose[0], room.pose[1], trees.normals[at[2]])
            at[2] += 1
            if not gap - goes - pad - OUTWARD >= need:
                return NORMAL_FAILS, last, least
        value = gap - goes - pad - OUTWARD
        if value >= need:
            least = min(least, value)
            continue
        open_[kept] = number
        kept += 1
    at[2] = stop
    return HOLDS, kept, least
