"""How the moves of a run follow a frame: what `motion.again` drives for its shifts, as rules.

A TCP leg whose both ends are in the frame is moved with it as a whole, its corners with others like
it too. A joint line changes by the mean of what its ends change, by the share of the way that is
done; and where two joint lines are run at once, q1(a) + q2(b) - corner changes by (1 - a), (a - b)
and b of what its three targets change. Other corners, and legs that lead into a frame or out of it
in a line, are laid anew for each shift: these are sampled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.domain.follow import MIXED, RIGID, SAMPLED, STILL, Follow
from cellsim.domain.timeline import Motion
from cellsim.geometry import Array
from cellsim.motion.curve import superposition
from cellsim.motion.leg import Step
from cellsim.motion.piece import Piece, Stretch
from cellsim.motion.segment import JointCorner, JointLine, Tracked
from cellsim.motion.spec import Run

Shares = tuple[Array, Array]


def how_followed(
    steps: Sequence[Step], stretches: Sequence[Stretch], run: Run, follows: Sequence[bool]
) -> Follow:
    """Return how the intervals of a run follow a frame.

    Args:
        steps, stretches: The geometry of the run.
        follows: Whether the place where it begins follows, and the target of each move.
    """
    made = Follow.still(len(run.t) - 1, run.q.shape[1])
    places = np.array([run.q[0], *(step.q_end for step in steps)], dtype=np.float64)
    pieces = [p for stretch in stretches for p in (stretch.pieces or (None,))]
    for motion, piece in zip(run.motions, pieces, strict=True):
        if piece is not None:
            _write(made, motion, piece, run.v, follows)
    return Follow(made.how, places, made.ends, made.low, made.high)


def _write(made: Follow, motion: Motion, piece: Piece, v: Array, follows: Sequence[bool]) -> None:
    k = piece.step.number
    corner = piece.kind == "corner"
    inside = follows[k : k + (3 if corner else 2)]
    rows = slice(motion.first, motion.last)
    made.how[rows] = SAMPLED
    if not any(inside):
        made.how[rows] = STILL
    elif isinstance(piece.way, Tracked) and all(inside):
        made.how[rows] = RIGID
    elif isinstance(piece.way, JointLine):
        low, high = _line(piece, *_ends(motion, v))
        _mix(made, rows, k, (low, high), inside)
    elif isinstance(piece.way, JointCorner) and _of_lines(piece.way):
        _mix(made, rows, k, _corner(piece, *_ends(motion, v)), inside)


def _of_lines(way: JointCorner) -> bool:
    return isinstance(way.first, JointLine) and isinstance(way.second, JointLine)


def _ends(motion: Motion, v: Array) -> Shares:
    """Return where the intervals of a motion begin and end on it, each (m,)."""
    after = v[motion.first + 1 : motion.last + 1]
    return np.concatenate([[0.0], after[:-1]]), after


def _line(piece: Piece, v0: Array, v1: Array) -> Shares:
    u0, u1 = (piece.u0 + (piece.u1 - piece.u0) * v for v in (v0, v1))
    return np.stack([1.0 - u1, u0], axis=1), np.stack([1.0 - u0, u1], axis=1)


def _corner(piece: Piece, v0: Array, v1: Array) -> Shares:
    """Return the shares of three targets; of a tube all that its triangle holds."""
    assert isinstance(piece.way, JointCorner)
    if piece.tube is not None:
        f1, f2 = piece.tube.wide1, piece.tube.wide2
        row = np.ones((len(v0), 1))
        return row * [0.0, 1.0 - f1 - f2, 0.0], row * [f1, 1.0, f2]
    (a0, b0, *_), (a1, b1, *_) = (
        superposition(v, piece.way.f1, piece.way.f2) for v in (v0, v1)
    )  # fmt: skip
    return (np.stack([1.0 - a1, a0 - b1, b0], axis=1),
            np.stack([1.0 - a0, a1 - b0, b1], axis=1))  # fmt: skip


def _mix(made: Follow, rows: slice, k: int, shares: Shares, inside: Sequence[bool]) -> None:
    made.how[rows] = MIXED
    for n, follow in enumerate(inside):
        if follow:
            made.ends[rows, n] = k + n
            made.low[rows, n], made.high[rows, n] = shares[0][:, n], shares[1][:, n]
