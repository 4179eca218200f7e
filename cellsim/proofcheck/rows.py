"""The rows of what must be proved of one pair: where, what clearance, what margins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cellsim.geometry import Array
from cellsim.proofcheck.bound import COLUMNS
from cellsim.proofcheck.needs import Need, strictest


def written(boxes: Array, asked: Sequence[tuple[Need | None, ...]], pads: Array) -> Array:
    """Return a row for each box that asks for something, shape (n, COLUMNS).

    Args:
        boxes: Knots (u0, u1, v0, v1), shape (m, 4). asked: Needs that may hold in each.
        pads: Margins and tolerances [m], shape (m,).
    """
    rows = np.zeros((len(boxes), COLUMNS))
    rows[:, :4], rows[:, 5] = boxes, pads
    kept = []
    for k, needs in enumerate(asked):
        need = needs[0] if len(needs) == 1 else strictest(needs, float(pads[k]))
        if need is None:
            continue
        kept.append(k)
        rows[k, 4] = need.clearance
        if need.over > 0.0:
            rows[k, 6:] = need.start, need.over, need.side, *need.origin
        if need.bare:
            rows[k, 5] = 0.0
    return rows if len(kept) == len(rows) else rows[kept]
