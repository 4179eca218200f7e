"""The trees of leaves of a clearance proof, grown with the inequality of its checker."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cellsim.collision.compiled import compiled, folded, inner
from cellsim.collision.epa import space_for
from cellsim.collision.gjk import aim, distance
from cellsim.collision.support import Cores
from cellsim.geometry import Array
from cellsim.proofcheck.bound import (
    BODY_A,
    BODY_B,
    JOINT0,
    JOINT1,
    NEAR,
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
    look,
    reach,
    room_for,
    stands_for,
    travel,
)
from cellsim.proofcheck.course import Course, Ints
from cellsim.proofcheck.replay import (
    BODIES,
    DEPTH,
    HALVE_U,
    HALVE_V,
    PIECES,
    PIECES_THEN_U,
    PIECES_THEN_V,
    Leaves,
    Table,
    all_pairs,
    by_piece_spheres,
    halve,
)
from cellsim.proofcheck.shapes import ROUND, Pieces, gap_along

# Asked for beyond what the checker asks, so that another processor's sine does not undo a leaf.
SPARE = 1e-9
LEAST_WAY = 1e-7
# Instants whose poses are kept: those of both bodies, and some where rows meet.
SLOTS = 64


class Made(NamedTuple):
    """Trees while they grow: leaves with room behind them, and how much is used, shape (3,)."""

    leaves: Leaves
    used: Ints


@inner
def _grown(made: Made, pairs: int) -> Made:
    """Return the same trees with room for one more node and `pairs` more normals."""
    x, used = made.leaves, made.used
    if used[0] + 1 <= x.nodes.size and used[2] + pairs <= x.which.size:
        return made
    n, m = 2 * x.nodes.size + 1, 2 * (x.which.size + pairs)
    nodes, counts = np.empty(n, dtype=np.uint8), np.empty(n, dtype=np.uint32)
    which, normals = np.empty(m, dtype=np.uint32), np.empty((m, 3), dtype=np.float32)
    for i in range(used[0]):
        nodes[i] = x.nodes[i]
    for i in range(used[1]):
        counts[i] = x.counts[i]
    for i in range(used[2]):
        which[i] = x.which[i]
        for r in range(3):
            normals[i, r] = x.normals[i, r]
    return Made(Leaves(nodes, counts, which, normals), used)


@inner
def _empty() -> Made:
    leaves = Leaves(
        np.empty(64, dtype=np.uint8),
        np.empty(64, dtype=np.uint32),
        np.empty(64, dtype=np.uint32),
        np.empty((64, 3), dtype=np.float32),
    )
    return Made(leaves, np.zeros(3, dtype=np.int64))


@compiled
def grow(
    p: Course, q: Course, s: Pieces, cores: Cores, table: Table, k: int, claim: float,
    most: int,
) -> tuple[bool, Made]:  # fmt: skip
    """Return whether run k could be proved with a claimed clearance [m], and its trees.

    most: Nodes of them, at most.
    """
    run = table.runs[k]
    joints = table.joints[run[JOINT0] : run[JOINT1]]
    room, made, stands = room_for(s, run, joints), _empty(), stands_for(p, q, SLOTS)
    na = s.own[run[BODY_A], 1] - s.own[run[BODY_A], 0]
    nb = s.own[run[BODY_B], 1] - s.own[run[BODY_B], 0]
    normal, space, a_T_b = np.zeros((na * nb, 3)), space_for(), np.zeros((3, 4))
    for r in range(run[ROW0], run[ROW1]):
        done, made = _tree(
            p, q, s, cores, run, joints, table.hangs[k], table.rows[r], stands, room, claim, most,
            normal, space, a_T_b, made,
        )  # fmt: skip
        if not done:
            return False, made
    return True, made


@folded
def _tree(
    p: Course, q: Course, s: Pieces, cores: Cores, run: Ints, joints: Ints, hangs: Array,
    row: Array, stands: Stands, room: Room, claim: float, most: int, normal: Array, space: Array,
    a_T_b: Array, made: Made,
) -> tuple[bool, Made]:  # fmt: skip
    boxes, lists = np.empty((DEPTH, 4)), np.zeros((DEPTH, 2), dtype=np.int64)
    open_: Ints = np.empty(64, dtype=np.int64)
    top = 0
    lists[0, 1] = -1
    for c in range(4):
        boxes[0, c] = row[c]
    size = s.bodies[run[BODY_A], ROUND] + s.bodies[run[BODY_B], ROUND]
    while top >= 0:
        box, first, last = boxes[top], lists[top, 0], lists[top, 1]
        made = _grown(made, max(last - first, normal.shape[0] if last < 0 else 0))
        x, used = made.leaves, made.used
        if used[0] >= most or not look(p, q, run, joints, hangs, box, stands, room):
            return False, made
        reach(joints, False, s.bodies, run[BODY_A], room, room.far_a, 0)
        reach(joints, True, s.bodies, run[BODY_B], room, room.far_b, 0)
        need = max(asked(row, run, room), claim) + SPARE
        goes = travel(room.w, room.far_a[0], room.far_b[0])
        gap = gap_of_bodies(s, run, room)
        if last < 0 and gap - goes - row[PAD] - OUTWARD >= need:
            x.nodes[used[0]] = BODIES
            used[0] += 1
            top -= 1
            continue
        was, v = last, _across_v(run, room)
        if last >= 0 or goes <= size:
            if last < 0:
                open_, last = all_pairs(s, run, open_, first)
            whole = last - first
            keep = open_[first:last].copy()
            before = used[2]
            last = _pieces(s, cores, run, joints, row[PAD], need, room, open_, first, last, normal,
                           space, a_T_b, x, used)  # fmt: skip
            if last == first or 3 * (whole - (last - first)) >= whole:
                x.counts[used[1]] = used[2] - before
                used[1] += 1
                x.nodes[used[0]] = (
                    PIECES if last == first else PIECES_THEN_V if v else PIECES_THEN_U
                )
                used[0] += 1
                if last == first:
                    top -= 1
                    continue
            else:
                used[2], last = before, was
                if was >= 0:
                    for i in range(was - first):
                        open_[first + i] = keep[i]
                x.nodes[used[0]] = HALVE_V if v else HALVE_U
                used[0] += 1
        else:
            x.nodes[used[0]] = HALVE_V if v else HALVE_U
            used[0] += 1
        if top + 1 >= DEPTH or goes <= LEAST_WAY:
            return False, made
        open_ = halve(boxes, lists, open_, top, last, v, run[SINGLE] == 1)
        top += 1
    return True, made


@inner
def _across_v(run: Ints, room: Room) -> bool:
    """Whether b's side moves more than a's over the box."""
    if run[SINGLE] == 1:
        return False
    first, second = 0.0, 0.0
    for i in range(room.w.shape[0]):
        way = room.w[i] * min(room.far_a[0, i], room.far_b[0, i])
        if i < run[NEAR]:
            first += way
        else:
            second += way
    return second > first


@inner
def _pieces(
    s: Pieces, cores: Cores, run: Ints, joints: Ints, pad: float, need: float, room: Room,
    open_: Ints, first: int, last: int, normal: Array, space: Array, a_T_b: Array, x: Leaves,
    used: Ints,
) -> int:  # fmt: skip
    """Test the open piece pairs; write normals for those that spheres leave; return the new end."""
    _relative(room.pose[0], room.pose[1], a_T_b)
    centres(s, run, room)
    kept = first
    for k in range(first, last):
        number = open_[k]
        i, j, gap, goes = by_piece_spheres(s, run, joints, room, number)
        short = need + goes + pad + OUTWARD - gap
        if short <= 0.0:
            continue
        n = normal[number]
        if short <= 2.0 * (s.rows[i, ROUND] + s.rows[j, ROUND]):
            if n[0] == 0.0 and n[1] == 0.0 and n[2] == 0.0:
                aim(cores, i, j, a_T_b, n)
            distance(cores, i, j, a_T_b, n, need + goes + pad + 2.0 * SPARE + 1e-6, space)
            x.which[used[2]] = number
            for r in range(3):
                x.normals[used[2], r] = n[r]
            apart = gap_along(s, i, j, room.pose[0], room.pose[1], x.normals[used[2]])
            if apart - goes - pad - OUTWARD >= need:
                used[2] += 1
                continue
        open_[kept] = number
        kept += 1
    return kept


@inner
def _relative(A: Array, B: Array, out: Array) -> None:
    """Write `a_T_b` of two world poses, each shape (3, 4)."""
    for r in range(3):
        for c in range(4):
            out[r, c] = 0.0
            for k in range(3):
                out[r, c] += A[k, r] * (B[k, c] - (A[k, 3] if c == 3 else 0.0))
