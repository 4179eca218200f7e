"""The rows of what must be proved of one pair: where, what clearance, what margins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.geometry import Array
from cellsim.proofcheck.bound import COLUMNS
from cellsim.proofcheck.needs import Need, strictest


def written(boxes: Array, asked: Sequence[tuple[Need | None, ...]], pads: Array | float) -> Array:
    """Return a row for each box that asks for something, shape (n, COLUMNS).

    Args:
        boxes: Knots (u0, u1, v0, v1), shape (m, 4).
        asked: Needs that may hold in each, or once those that may hold in all.
        pads: Margins and tolerances [m], shape (m,) or one for all.
    """
    rows = np.zeros((len(boxes), COLUMNS))
    rows[:, :4], rows[:, 5] = boxes, pads
    kept: list[int] = []
    for k, needs in enumerate(asked):
        own = slice(k, k + 1) if len(asked) > 1 else slice(None)
        need = needs[0] if len(needs) == 1 else strictest(needs, float(rows[k, 5]))
        if need is None:
            continue
        kept.append(k)
        rows[own, 4] = need.clearance
        if need.over > 0.0:
            rows[own, 6:] = need.start, need.over, need.side, *need.origin
        if need.bare:
            rows[own, 5] = 0.0
    return rows if len(kept) == len(asked) else rows[kept]
