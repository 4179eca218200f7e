"""What a test of an interval means: certified, to be cut further, or a leaf to report."""

from __future__ import annotations

import math

from cellsim.collision.bow import swept_gap
from cellsim.collision.compiled import bare, inner, tight
from cellsim.collision.lipschitz import BODY_A, BODY_B, DEVIATION, VARIATION, least_travel
from cellsim.collision.reach import body_radii, far_from, goes, of_spheres
from cellsim.collision.spans import (
    CAUSE,
    GAVE_UP,
    LEAF_U0,
    LEAF_U1,
    LEAST_NUMBER,
    LEAST_REQUIRED,
    LEAST_U0,
    LEAST_U1,
    LEAST_VALUE,
    LOWER,
    NEED,
    NUMBER,
    PAD,
    RAMP_OVER,
    REQUIRED,
    SEEN,
    SPAN,
    STATE,
    TOO_SMALL,
    VALUE,
    WORST,
    add_row,
    required_over,
)
from cellsim.collision.support import gap_of_spheres
from cellsim.collision.work import (
    BARE,
    HIT,
    LEAVES,
    LOW0,
    LOW1,
    NEAREST,
    OK,
    PASSED,
    PASSED_NUMBER,
    REL,
    ROUNDING,
    SHORT,
    STATE0,
    STATE1,
    WORST_END,
    WORST_LOWER,
    WORST_NUMBER,
    WORST_VALUE,
    A,
    B,
    Limits,
    Pair,
    Work,
)
from cellsim.geometry import Array


@tight
def asked_over(pair: Pair, bodies: Array, w: Work, slot0: int, slot1: int, row: Array) -> float:
    """Return the largest clearance [m] that is required over the interval."""
    if row[RAMP_OVER] <= 0.0:
        return float(row[REQUIRED])
    body_radii(pair, bodies, w, slot0, slot1, A)
    body_radii(pair, bodies, w, slot0, slot1, B)
    a, b = 0.0, 0.0
    for i in range(pair.joints.shape[0]):
        goes = w.R[VARIATION, i] + 2.0 * w.R[DEVIATION, i]
        a += goes * far_from(pair, bodies, w, i, A)
        b += goes * far_from(pair, bodies, w, i, B)
    return required_over(row, w.poses[slot0], w.poses[slot1], max(a, b))


@tight
def by_spheres(
    pair: Pair,
    bodies: Array,
    w: Work,
    slot0: int,
    slot1: int,
    row: Array,
    ask: float,
) -> float:
    """Return the clearance [m] certified with body spheres.

    The side that moves is tried alone first; R of the other is worked out only where that fails.
    """
    a, b, pads = pair.who[0], pair.who[1], row[PAD] + ROUNDING
    T0, T1 = w.poses[slot0, REL], w.poses[slot1, REL]
    gaps = gap_of_spheres(bodies, a, b, T0) + gap_of_spheres(bodies, a, b, T1)
    first = A if goes(pair, A) else B
    reach = of_spheres(pair, bodies, w, slot0, slot1, first)
    value = 0.5 * gaps - reach.half - pads
    if value < ask and slot0 != slot1 and reach.bow + reach.stray < reach.half:
        gap = swept_gap(bodies, a, b, T0, T1, reach.from_a)
        value = max(value, gap - reach.bow - reach.stray - pads)
    if value < ask and goes(pair, A) and goes(pair, B):
        body_radii(pair, bodies, w, slot0, slot1, B)
        value = max(value, 0.5 * (gaps - least_travel(w.R, BODY_A, BODY_B)) - pads)
    return float(value)


@bare
def keep_least(
    least: Array, value: float, u0: float, u1: float, number: int, required: float
) -> None:
    """Keep the least certified value of a span, and where it is."""
    if value < least[LEAST_VALUE]:
        least[LEAST_VALUE], least[LEAST_U0], least[LEAST_U1] = value, u0, u1
        least[LEAST_NUMBER], least[LEAST_REQUIRED] = number, required


@tight
def settled(
    told: Array, length: float, way: float, required: float, limits: Limits, over: bool, grows: bool
) -> int:
    """Return why an interval with open piece pairs is not cut further, or -1 to cut it.

    Both ends hit: one collision. Both ends too near, certified apart, and either hardly moving or
    certified nearly as far apart as was seen: one shortfall, its value good to half of
    `short_travel`. One end only: the change is bracketed to `least_time`. None: cut down to
    `least_time` and `least_travel`. A requirement that grows with the way is the largest of the
    interval: what is short of it may have all that is asked for there, so such an interval is
    always cut down.

    Args:
        length: Of the interval [s]; way: what the bodies move in it, see `moved` [m].
    """
    first, second = told[STATE0], told[STATE1]
    apart = told[BARE] > 0.0 or required < 0.0
    good = told[NEAREST] - told[WORST_VALUE] <= 0.5 * limits.short_travel
    same = first == second and (
        first == HIT or (first == SHORT and apart and (good or way <= limits.short_travel))
    )
    if same and length <= limits.merge_time and not (grows and first == SHORT):
        return SEEN
    small = length <= limits.least_time
    if small and not grows and first != second and (apart or max(first, second) == HIT):
        return SEEN
    if (small and way <= limits.least_travel) or way <= 1e-7:
        return TOO_SMALL if max(first, second) == 0.0 else SEEN
    return GAVE_UP if over else -1


@bare
def crossing(
    told: Array, need: float, u0: float, u1: float, length: float, limits: Limits
) -> float:
    """Return where to cut an interval whose ends differ in state, -1 where that says nothing.

    Next to where the bounds of both ends, taken for a straight line, cross what tells the states
    apart: first on the better side, so that all before may be certified at once, then on the other.
    Cuts are where halving would cut too, as fine as `least_time`: then what lies between is told
    as if it had been halved. Wherever the cut is, both parts are tested.

    Args:
        need: What is required, with pads [m]. length: Of the interval [s].
    """
    first, second, low0, low1 = told[STATE0], told[STATE1], told[LOW0], told[LOW1]
    level = need if min(first, second) == OK else min(need, 0.0)
    if first == second or not min(low0, low1) < level < max(low0, low1) < math.inf:
        return -1.0
    step = 1.0
    while step * length > limits.least_time * (u1 - u0):
        step *= 0.5
    before = step * math.floor((u0 + (level - low0) / (low1 - low0) * (u1 - u0)) / step)
    after = before + step
    near = before > u0 if first < second else after >= u1
    return float(before if near else after)


@bare
def write_leaf(
    leaf: Array, told: Array, u0: float, u1: float, required: float, cause: int, k: int
) -> None:
    """Write a leaf from what the test told; k: number of the span."""
    state = max(told[STATE0], told[STATE1])
    if state == SHORT and told[BARE] <= 0.0 and required >= 0.0:
        state = 0.0
    leaf[LEAF_U0], leaf[LEAF_U1], leaf[STATE] = u0, u1, state
    leaf[VALUE], leaf[NUMBER], leaf[NEED] = (
        told[WORST_VALUE],
        told[WORST_NUMBER],
        required,
    )
    leaf[WORST] = u0 if told[WORST_END] == 0.0 else u1
    leaf[LOWER], leaf[CAUSE], leaf[SPAN] = told[WORST_LOWER], cause, k


@inner
def conclude(
    told: Array,
    row: Array,
    k: int,
    u0: float,
    u1: float,
    length: float,
    way: float,
    required: float,
    limits: Limits,
    over: bool,
    still_open: bool,
    leaves: Array,
    least: Array,
) -> tuple[Array, bool]:
    """Keep what a test certified; write a leaf for an open interval that is not cut further.

    Returns:
        The leaves, and whether the interval is done with.
    """
    keep_least(least, told[PASSED], u0, u1, int(told[PASSED_NUMBER]), required)
    if not still_open:
        return leaves, True
    cause = settled(told, length, way, required, limits, over, row[RAMP_OVER] > 0.0)
    if cause < 0:
        return leaves, False
    keep_least(least, told[WORST_VALUE], u0, u1, int(told[WORST_NUMBER]), required)
    if told[WORST_VALUE] >= required:  # certified, only not as finely as was asked for
        return leaves, True
    count = int(told[LEAVES])
    leaves = add_row(leaves, count)
    write_leaf(leaves[count], told, u0, u1, required, cause, k)
    told[LEAVES] += 1.0
    return leaves, True
