"""Ranges of knots planned in rows: cuts and pads are those of each range alone, bit by bit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise

import numpy as np
import pytest

import cellsim as cs
from cellsim.collision.bending import (
    ELSEWHERE,
    LEAST_CHANGE,
    LEAST_KNOTS,
    Range,
    cut_where_strayed,
    strayed_apart,
)
from cellsim.collision.check import scope_of
from cellsim.collision.padrows import pads_over
from cellsim.collision.pads import frame_pad
from cellsim.collision.scope import Scope
from cellsim.collision.strays import Strays


@pytest.fixture(scope="module")
def scope() -> Scope:
    """The doors: both robots follow the measured body in some motions."""
    job = cs.load_job(cs.load_cell("door_removal", variant="suv"), "remove_doors")
    return scope_of(cs.simulate(job))


def apart(scope: Scope, k: int, m: int, us: Range) -> Mapping[str, float]:
    return strayed_apart(scope.items[k], scope.items[m], scope.strays, us, us)


def cut_alone(scope: Scope, k: int, m: int, us: Range, least: float) -> Iterator[Range]:
    """Yield what `cut_where_strayed` promises of one range, half by half."""
    u0, u1 = us
    if u1 - u0 >= 2 * LEAST_KNOTS and sum(apart(scope, k, m, us).values()) > least:
        middle = float(math.floor((u0 + u1) / 2))
        halves = (u0, middle), (middle, u1)
        left, right = (sum(apart(scope, k, m, half).values()) for half in halves)
        if abs(left - right) > least:
            for half in halves:
                yield from cut_alone(scope, k, m, half, least)
            return
    yield us


def test_ranges_of_rows_are_those_of_each_alone() -> None:
    draw = np.random.default_rng(7)
    row = np.abs(draw.normal(0.0, 0.01, 500))
    row[draw.random(500) < 0.2] = np.inf
    strays = Strays({(1, -2): row, (2, -1): np.where(np.isfinite(row), row, 0.0)})
    low = draw.uniform(0.0, 499.0, 200)
    ranges = np.stack([low, np.minimum(low + draw.uniform(0.0, 60.0, 200), 499.0)], axis=1)
    ranges[:3] = (0.0, 499.0), (499.0, 499.0), (12.0, 12.0)
    for ask, strayed in (((1, -2), True), ((1, -2), False), ((2, -1), False), ((3, 0), True)):
        rows = strays.rows_over(ask, ranges, strayed)
        assert rows.tolist() == [strays.over(ask, u0, u1, strayed) for u0, u1 in ranges.tolist()]


def test_cuts_and_pads_of_the_doors_are_those_of_each_range_alone(scope: Scope) -> None:
    draw, looked, cut = np.random.default_rng(11), 0, 0
    cell = scope.timeline.job.cell
    pairs = [
        (k, m)
        for k, m in combinations(range(len(scope.items)), 2)
        if len({scope.items[n].group for n in (k, m)} - {""}) == 1
    ]
    for k, m in draw.permutation(pairs)[:40].tolist():
        a, b = scope.items[k], scope.items[m]
        group = a.group or b.group
        stretches, frames = scope.stretches[group], {*scope.strays[group]}
        edges = [float(u) for u in scope.clock.motions(group)]
        ranges = list(pairwise([*edges, float(len(scope.timeline.tracks[group].t) - 1)]))
        meets = any(not item.group and set(item.frames) & frames for item in (a, b))
        least = LEAST_CHANGE if meets else ELSEWHERE
        cuts = cut_where_strayed(ranges, a, b, scope.strays)
        assert [tuple(us) for us in cuts.u.tolist()] == [
            part for us in ranges for part in cut_alone(scope, k, m, us, least)
        ]
        pads = pads_over(cell, (a, b), cuts, stretches, (scope.far[id(a)], scope.far[id(b)]))
        for n, (u0, u1) in enumerate(cuts.u.tolist()):
            strayed = apart(scope, k, m, (u0, u1))
            assert {name: row[n] for name, row in cuts.strayed.items()} == strayed
            follows = next(s for s in stretches if s.last >= (u0 + u1) / 2)
            on = (follows if a.group else None, follows if b.group else None)
            far = (scope.far[id(a)].over(u0, u1), scope.far[id(b)].over(u0, u1))
            assert pads[n] == frame_pad(cell, a, b, *on, *far, strayed)
            looked += 1
        cut += len(cuts.u) - len(ranges)
    assert looked > 1000
    assert cut > 100
