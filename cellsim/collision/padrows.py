"""Pads of a pair over many ranges of knots of one track at once: what `frame_pad` tells of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from cellsim.collision.bending import Cut
from cellsim.collision.items import Item
from cellsim.collision.pads import Far, Stretch, follows_in_part, off_of
from cellsim.collision.support import Ints
from cellsim.domain.cell import Cell
from cellsim.geometry import Array


def pads_over(
    cell: Cell,
    pair: tuple[Item, Item],
    cuts: Sequence[Cut],
    stretches: Sequence[Stretch],
    far: tuple[Far, Far],
) -> Array:
    """Return how far frames may move two bodies on one track together in each cut [m], (n,).

    Args:
        stretches: Of the track, in order. far: How far each body is from the frames.
    """
    a, b = pair
    u = np.array([(cut.u0, cut.u1) for cut in cuts]).reshape(-1, 2)
    found, reach = np.zeros(len(cuts)), [_reach(one, u) for one in far]
    for name, frame, on_a in off_of(cell, a, b):
        found += frame.tolerance_m + frame.tolerance_rad * reach[0 if on_a else 1][name]
    lasts = np.array([one.last for one in stretches])
    at = np.searchsorted(lasts, (u[:, 0] + u[:, 1]) / 2)
    for name, frame in sorted(cell.frames.items()):
        if not frame.measured:
            continue
        rigid = np.zeros(len(cuts))
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
        found += np.maximum(rigid, [cut.strayed.get(name, 0.0) for cut in cuts])
    return found


def _reach(far: Far, u: Array) -> Mapping[str, Array]:
    """Return frame name to the farthest distance of a body over each range [m], shape (n,)."""
    first, last = np.floor(u[:, 0]).astype(np.int64), np.ceil(u[:, 1]).astype(np.int64)
    bound = np.full(len(u), far.bound)
    if len(far.steps):
        bound += np.where(last > first, _most(far.steps, first, last), 0.0)
    return {
        name: (row[0] if len(row) == 1 else _most(row, first, last + 1)) + bound
        for name, row in far.knots.items()
    }


def _most(row: Array, first: Ints, stop: Ints) -> Array:
    """Return the largest value of each range first..stop - 1 of a row, shape (n,)."""
    ends = np.stack([first, stop], axis=1).ravel()
    return np.asarray(np.maximum.reduceat(np.append(row, -np.inf), ends)[::2])
