"""Rule wrist-turned."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import GroupTrack, Motion
from cellsim.geometry import Array
from cellsim.verify.axes import Axis, axes_of
from cellsim.verify.context import Context
from cellsim.verify.outcome import Outcome, outcome

HALF_TURN = math.pi
_ROUNDING = 1e-9


def wrist_turned(context: Context) -> Outcome:
    """An axis turns the long way round in one move.

    What: a turning axis goes through more than half a turn in one move (from one written target
        to the next where corners cut it short), and the same pose lies nearer, one full turn back,
        inside its limits; or it does so along a straight or circular move, whose orientation
        never needs it.
    Why: hoses and cables wind up, the move takes longer, and the tool sweeps where nobody looks.
    Limit: 180 deg in one move.
    Source: design rule of cellsim; a full turn of an axis gives the same pose.
    """
    found: list[Finding] = []
    moves = 0
    for group, track in context.tracks.items():
        axes = axes_of(context.cell.groups[group])
        start = track.q[0]
        for motion, last in _moves(track):
            end = _end(context, group, motion, last)
            if motion.kind in ("joint", "linear", "circular") and last.last > motion.first:
                moves += 1
                found += _findings(context, group, axes, motion, start, end)
            start = end
    return outcome(moves, found)


def _moves(track: GroupTrack) -> Iterator[tuple[Motion, Motion]]:
    """Yield the first and the last motion of each move: its own way, and the corner behind it."""
    own = [m for m in track.motions if m.kind != "stand"]
    for _, parts in groupby(own, key=lambda m: m.index):
        first, *rest = parts
        yield first, rest[-1] if rest else first


def _end(context: Context, group: str, motion: Motion, last: Motion) -> Array:
    """Return where a move ends; cut short by a corner, the joint values written, if any."""
    q = context.tracks[group].q
    if last.kind != "corner":
        return np.asarray(q[last.last])
    move = context.move_of(group, motion)
    if move is not None and move.kind == "joint" and move.to.q is not None:
        return np.array(move.to.q, dtype=np.float64)
    return np.asarray(q[(last.first + last.last) // 2])


def _findings(
    context: Context, group: str, axes: list[Axis], motion: Motion, start: Array, end: Array
) -> Iterator[Finding]:
    track = context.tracks[group]
    for j, axis in enumerate(axes):
        way = float(end[j] - start[j])
        if axis.joint.kind != "revolute" or abs(way) <= HALF_TURN + _ROUNDING:
            continue
        other = float(end[j]) - math.copysign(2.0 * math.pi, way)
        nearer = axis.joint.lower <= other <= axis.joint.upper
        if motion.kind == "joint" and not nearer:
            continue
        yield Finding(
            "wrist-turned",
            Severity.WARNING,
            f"{group} {axis.joint.name}",
            axis.shown(abs(way)),
            axis.shown(HALF_TURN),
            axis.unit,
            motion.index.file,
            motion.index.line,
            float(track.t[motion.first]),
            float(track.t[motion.last]),
            {"other": round(axis.shown(other), 1) if nearer else "none"},
            "turn-back",
        )
