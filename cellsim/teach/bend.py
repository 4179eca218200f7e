"""How an arm bends along a taught motion when measured frames are off: the verifier's allowance.

A line in a frame goes with it; a joint move joins its shifted ends; one that leads into a frame, or
out of it, goes with it at that end alone. Each place is solved for the sampled shifts of the frame,
as `simulate.shifts` solves the knots of the program that comes of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from cellsim.collision.bent import followable, more_pads, shifted_onto
from cellsim.domain.cell import Cell
from cellsim.geometry import Array
from cellsim.teach.places import measured_frames
from cellsim.teach.space import LINE_SPARE, Room
from cellsim.teach.stage import Motion

SHARES = np.linspace(0.0, 1.0, 5)[:, None]
Frames = frozenset[str]


def bent_line(cell: Cell, group: str, line: Array, inside: Frames) -> Mapping[str, Array] | None:
    """Return measured frame to joints along a line in it for each sampled shift, (m, n, dof).

    None where a shifted place of the line cannot be reached.
    """
    found = {}
    for name in followable(cell, group, inside):
        rows, landed = shifted_onto(cell, group, name, line)
        if not landed.all():
            return None
        found[name] = rows
    return found


def bent_move(
    cell: Cell, group: str, way: Array, begins: Frames, ends: Frames
) -> Mapping[str, Array] | None:
    """Return the same for a joint move in equal steps between places in frames, or not in them."""
    found, u = {}, np.linspace(0.0, 1.0, len(way))[:, None]
    for name in followable(cell, group, begins | ends):
        off = np.zeros(1)
        for inside, q, share in ((begins, way[:1], 1.0 - u), (ends, way[-1:], u)):
            if name not in inside:
                continue
            rows, landed = shifted_onto(cell, group, name, q)
            if not landed.all():
                return None
            off = off + share * (rows - q)
        found[name] = way + off
    return found


def line_bends_freely(room: Room, cell: Cell, group: str, line: Array, inside: Frames) -> bool:
    """Tell whether a line in measured frames is certified free for all that the arm bends."""
    shifted = bent_line(cell, group, line, inside)
    return shifted is not None and _free(room, line, shifted, (0, len(line) - 1)) is None


def path_bends_freely(
    room: Room, cell: Cell, group: str, path: Array, frames: tuple[Frames, Frames]
) -> Room | None:
    """Return the room itself where a free move is certified free for all that the arm bends.

    Else a room whose pads are as large as the arm bends anywhere on it; None where its ends cannot
    be reached for a shift.

    Args:
        path: Corners of the free move, ends included, shape (k, dof); its first piece leaves
            frames[0], its last one leads into frames[1].
    """
    most = None
    for k, (a, b) in enumerate(pairwise(path)):
        begins = frames[0] if k == 0 else frozenset()
        ends = frames[1] if k == len(path) - 2 else frozenset()
        rows = a + SHARES * (b - a)
        shifted = bent_move(cell, group, rows, begins, ends)
        if shifted is None:
            return None
        more = _free(room, rows, shifted, tuple(range(len(rows))))
        if more is not None:
            most = more if most is None else np.maximum(most, more)
    return room if most is None else room.padded(most)


def room_at_corner(
    room: Room, cell: Cell, group: str, motion: Motion, share: tuple[float, float]
) -> Room | None:
    """Return the room of a motion with the pads of all that the arm bends on a share of its way.

    None where a shifted place of the motion cannot be reached.
    """
    measured = measured_frames(cell, motion.frame)
    begins = motion.follow.full | (motion.follow.half - measured)
    ends = motion.follow.full | (motion.follow.half & measured)
    if motion.kind == "linear":
        shifted = bent_line(cell, group, motion.way, begins & ends)
    else:
        shifted = bent_move(cell, group, motion.way, begins, ends)
    if shifted is None:
        return None
    last = len(motion.way) - 1
    cuts = (math.floor(share[0] * last), math.ceil(share[1] * last))
    more = more_pads(room.scene.ground, motion.way, shifted, cuts)
    return room.padded(more[0]) if more.any() else room


def _free(
    room: Room, way: Array, shifted: Mapping[str, Array], cuts: tuple[int, ...]
) -> Array | None:
    """Return None where a way is free as the arm bends, else its largest pads [m], (pairs,)."""
    if not shifted and not any(frames for _, frames in room.scene.ground.others.values()):
        return None
    more = more_pads(room.scene.ground, way, shifted, cuts)
    for pads, (i, k) in zip(more, pairwise(cuts), strict=True):
        if pads.any() and not room.scene.padded(pads).path_free(way[i : k + 1], LINE_SPARE):
            return np.asarray(more.max(axis=0))
    return None
