"""Frames that something moving carries: where one is for a move, and moves that none is sure of.

A frame on the group's own track or positioner is taken where the move ends, as a controller takes
it. A line or circle in a frame that moves meanwhile is straight in the frame for one controller and
straight in the world for another, so that nobody can say where it goes. A frame on another group
is taken where it is when the run of moves begins; it must stand from then on.

Source: RAPID instructions, functions and data types 3HAC050917, wobjdata (recalled).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from cellsim.domain.cell import Cell
from cellsim.domain.program import Index, Move
from cellsim.domain.report import Finding, Severity
from cellsim.domain.timeline import Concurrent, GroupTrack
from cellsim.geometry import Array, Pose
from cellsim.kinematics.anchors import WORLD, anchor_of
from cellsim.kinematics.chain import Chain
from cellsim.kinematics.frames import chain_of, link_pose, world_T_frame
from cellsim.simulate.record import Record, Ride

RULE = "frame-moves-meanwhile"
STILL = 1e-9


def ext_after(move: Move, chain: Chain, ext: Array) -> Array:
    """Return the external axes [rad | m] at the end of a move that begins with them at `ext`."""
    if move.to.q is not None and len(move.to.q) == chain.dof:
        return np.array(move.to.q[chain.arm_dof :], dtype=np.float64)
    given = len(move.to.ext) == chain.dof - chain.arm_dof
    return np.array(move.to.ext, dtype=np.float64) if given else ext


def world_T_frame_for(
    cell: Cell, group: str, frame: str, ext: Array, q_by_group: Mapping[str, Array]
) -> Pose:
    """Return the frame of a move of a group whose external axes end at `ext` [rad | m]."""
    return world_T_frame(cell, frame, {**q_by_group, group: _ended(cell, group, ext, q_by_group)})


def _ended(cell: Cell, group: str, ext: Array, q_by_group: Mapping[str, Array]) -> Array:
    chain = chain_of(cell, group)
    q = np.array(q_by_group.get(group, chain.home), dtype=np.float64)
    q[chain.arm_dof :] = ext
    return q


def carried_by_own(
    cell: Cell, group: str, move: Move, index: Index, before: Array, after: Array
) -> Iterator[Finding]:
    """Yield a finding where a move's frame goes with its own group while the move is driven.

    Args:
        before, after: External axes at both ends of the move [rad | m].
    """
    anchor, _ = anchor_of(cell, move.frame)
    chain = chain_of(cell, group)
    if (move.kind == "joint" and move.to.q is not None) or anchor.partition("/")[0] != group:
        return
    on_arm = anchor in chain.link_names and chain.link_names.index(anchor) > chain.base
    home: dict[str, Array] = {}
    places = [
        link_pose(cell, anchor, {group: _ended(cell, group, e, home)}) for e in (before, after)
    ]
    turns = move.kind != "joint" and max(places[0].distance(places[1])) > STILL
    if on_arm or turns:
        yield _finding(group, move.frame, index, anchor)


def carried_by_others(
    cell: Cell,
    records: Iterable[Record],
    tracks: Mapping[str, GroupTrack],
    concurrent: Iterable[Concurrent],
) -> Iterator[Finding]:
    """Yield the moves in a frame that another group may carry away while they are driven."""
    pairs = [*concurrent]
    for record in records:
        track = tracks[record.group]
        for ride in record.segments:
            if not isinstance(ride, Ride):
                continue
            for spec in ride.specs:
                anchor, _ = anchor_of(cell, spec.frame)
                carrier = anchor.partition("/")[0]
                if carrier in (WORLD, record.group) or spec.world_T_tcp is None:
                    continue
                first, last = np.searchsorted(track.t, [ride.t0 - STILL, ride.t1 + STILL])
                knots = _meanwhile(record.group, carrier, int(first), int(last), pairs)
                if _goes(cell, anchor, tracks[carrier], knots):
                    yield _finding(record.group, spec.frame, spec.index, anchor)


def _meanwhile(
    group: str, other: str, first: int, last: int, pairs: Iterable[Concurrent]
) -> Iterator[tuple[int, int]]:
    """Yield the knots of another group that may come while this one is between two of its own."""
    for c in pairs:
        if (c.a, c.b) == (group, other) and c.a0 < last and first < c.a1:
            yield c.b0, c.b1
        elif (c.b, c.a) == (group, other) and c.b0 < last and first < c.b1:
            yield c.a0, c.a1


def _goes(cell: Cell, anchor: str, track: GroupTrack, knots: Iterable[tuple[int, int]]) -> bool:
    """Whether a link is at more than one place over knots of its group, all taken together."""
    rows = [track.q[first : last + 1] for first, last in knots]
    q = np.unique(np.concatenate(rows), axis=0) if rows else track.q[:1]
    start = link_pose(cell, anchor, {track.group: q[0]})
    return any(
        max(start.distance(link_pose(cell, anchor, {track.group: row}))) > STILL for row in q[1:]
    )


def _finding(group: str, frame: str, index: Index, carrier: str) -> Finding:
    return Finding(
        RULE, Severity.UNDECIDED, f"{group} {frame}", file=index.file, line=index.line,
        facts={"frame": frame, "carrier": carrier}, help="frame-still",
    )  # fmt: skip
