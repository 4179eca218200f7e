"""A useful bound where the search gave up: what can still be certified of that stretch.

Where the budget of intervals is spent, the intervals left on the stack are large and what is
certified of them says little. Each such stretch is looked at again for less: for shares of what
was asked, then for depths, each with a budget of its own. The pair stays undecided; what is printed
is the largest clearance that could be certified.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cellsim.collision.spans import (
    CAUSE,
    GAVE_UP,
    LEAF_U0,
    LEAF_U1,
    LEAF_V0,
    LEAF_V1,
    LEAST_VALUE,
    NEED,
    PAD,
    RAMP_FROM,
    RAMP_OVER,
    REQUIRED,
    SPAN,
    U0,
    U1,
    VALUE,
    Outcome,
)
from cellsim.collision.work import Limits
from cellsim.geometry import Array

SHARES = (0.95, 0.8, 0.5, 0.25, 0.0)
DEPTHS_M = (0.001, 0.005, 0.02, 0.1)
BUDGET = 20_000
Certify = Callable[[Array, Array | None, Limits], Outcome]


def sharpened(
    outcome: Outcome, spans: Array, boxes: Array | None, limits: Limits, certify: Certify
) -> Outcome:
    """Return the outcome with the best bound found for the stretches that were given up.

    Args:
        spans, boxes: As they were certified. certify: Takes other spans, boxes and limits.
    """
    given_up = outcome.leaves[:, CAUSE] == GAVE_UP
    if not given_up.any():
        return outcome
    leaves, least = outcome.leaves.copy(), outcome.least.copy()
    limits = limits._replace(detail=-math.inf, most_nodes=BUDGET, first_only=1)
    for k in np.unique(leaves[given_up, SPAN]).astype(int):
        mine = given_up & (leaves[:, SPAN] == k)
        row, box = _stretch(leaves[mine], spans[k], boxes is not None)
        bound = _best(row, box, float(leaves[mine, NEED].max()), limits, certify)
        leaves[mine, VALUE] = np.maximum(leaves[mine, VALUE], bound)
        # All else in the span is certified for what it requires, or is a leaf itself.
        asked = spans[k, REQUIRED]
        if spans[k, RAMP_OVER] > 0.0:
            asked = min(asked, spans[k, RAMP_FROM])
        least[k, LEAST_VALUE] = max(
            least[k, LEAST_VALUE], min(asked, float(leaves[leaves[:, SPAN] == k, VALUE].min()))
        )
    return Outcome(leaves, least, outcome.counts)


def _stretch(leaves: Array, span: Array, boxed: bool) -> tuple[Array, Array | None]:
    """Return the span (and box) that holds all the leaves."""
    row = span.copy()
    row[[U0, U1]] = leaves[:, LEAF_U0].min(), leaves[:, LEAF_U1].max()
    row[RAMP_OVER] = 0.0
    if not boxed:
        return row[None], None
    box = (row[U0], row[U1], leaves[:, LEAF_V0].min(), leaves[:, LEAF_V1].max())
    return row[None], np.array([box])


def _best(row: Array, box: Array | None, need: float, limits: Limits, certify: Certify) -> float:
    """Return the largest clearance [m] of a ladder that can be certified, -inf for none."""
    ladder = [share * need for share in SHARES if need > 0.0]
    ladder += [min(need, 0.0) - depth for depth in (*DEPTHS_M, row[0, PAD], row[0, PAD] + 0.1)]
    for value in sorted(set(ladder), reverse=True):
        asked = row.copy()
        asked[0, REQUIRED] = value
        if not len(certify(asked, box, limits).leaves):
            return float(value)
    return -math.inf
