"""Pads of a pair over many ranges of knots of one track at once: what `frame_pad` tells of each.

Of a row of 60 each range takes 2.5 us, by `frame_pad` 36 us, a row of one 150 us (measured on the
doors): boxes of two tracks are asked for one by one, so both are there, and a test holds them equal
bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.collision.bending import Cuts
from cellsim.collision.items import Item
from cellsim.collision.pads import Far, Stretch, follows_in_part, largest_in, off_of
from cellsim.domain.cell import Cell
from cellsim.geometry import Array


def pads_over(
    cell: Cell,
    pair: tuple[Item, Item],
    cuts: Cuts,
    stretches: Sequence[Stretch],
    far: tuple[Far, Far],
) -> Array:
    """Return how far frames may move two bodies on one track together in each cut [m], (n,).

    Args:
        stretches: Of the track, in order. far: How far each body is from the frames.
    """
    a, b = pair
    u = cuts.u
    found, reach = np.zeros(len(u)), [_reach(one, u) for one in far]
    for name, frame, on_a in off_of(cell, a, b):
        found += frame.tolerance_m + frame.tolerance_rad * reach[0 if on_a else 1][name]
    lasts = np.array([one.last for one in stretches])
    at = np.searchsorted(lasts, (u[:, 0] + u[:, 1]) / 2)
    for name, frame in sorted(cell.frames.items()):
        if not frame.measured:
            continue
        rigid = np.zeros(len(u))
        if not (a.group and a.group == b.group):
            parts = [
                np.array([follows_in_part(name, item, one) for one in stretches])[at]
                for item in pair
            ]
            r = np.maximum(
                *(np.where(p > 0.0, f[name], 0.0) for p, f in zip(parts, reach, strict=True))
            )
            apart = (parts[0] != parts[1]) | (parts[0] == 0.5)
            rigid = np.where(apart, frame.range_m + frame.range_rad * r, 0.0)
        found += np.maximum(rigid, cuts.strayed.get(name, 0.0))
    return found


def _reach(far: Far, u: Array) -> Mapping[str, Array]:
    """Return frame name to the farthest distance of a body over each range [m], shape (n,)."""
    first, last = np.floor(u[:, 0]).astype(np.int64), np.ceil(u[:, 1]).astype(np.int64)
    bound = np.full(len(u), far.bound)
    if len(far.steps):
        bound += np.where(last > first, largest_in(far.steps, first, last), 0.0)
    return {
        name: (row[0] if len(row) == 1 else largest_in(row, first, last + 1)) + bound
        for name, row in far.knots.items()
    }
