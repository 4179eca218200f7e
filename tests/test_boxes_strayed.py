"""Boxes of two arms cut where they stray: parts tile the box, and a quiet one has its own pad."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from timelines import solid

from cellsim.collision.bending import LEAST_CHANGE, boxes_where_strayed, strayed_apart
from cellsim.collision.items import Item
from cellsim.collision.strayloop import FRAME, WORLD
from cellsim.collision.strays import Strays
from cellsim.geometry import Array

KNOTS = 400


def item(group: str) -> Item:
    return Item(f"{group}/hand", 0, solid(group, (0.1, 0.1, 0.1)), group, 1, np.eye(4)[:3])


def two(ways: dict[str, Array]) -> tuple[Item, Item, dict[str, dict[str, Strays]]]:
    """Return two hands and how far each strays at its knots, seen from the world [m]."""
    a, b = (item(group) for group in ways)
    strays = {
        one.group: {"body": Strays({(id(one), WORLD): ways[one.group],
                                    (id(one), FRAME): np.full(KNOTS, np.inf)})}
        for one in (a, b)
    }  # fmt: skip
    return a, b, strays


def test_parts_tile_the_box_and_differ_or_are_put_together() -> None:
    way = np.zeros(KNOTS)
    way[40:60] = way[200:230] = way[330:350] = 0.03
    a, b, strays = two({"left": way, "right": np.zeros(KNOTS)})
    parts = list(boxes_where_strayed((0.0, 399.0), (0.0, 399.0), a, b, strays))
    assert {vs for _, vs in parts} == {(0.0, 399.0)}
    us = [u for u, _ in parts]
    assert us[0][0] == 0.0
    assert us[-1][1] == 399.0
    assert all(x[1] == y[0] for x, y in pairwise(us))
    pads = [sum(strayed_apart(a, b, strays, u, (0.0, 399.0)).values()) for u in us]
    assert all(abs(x - y) > LEAST_CHANGE for x, y in pairwise(pads))
    assert len(us) == 7
    for u, pad in zip(us, pads, strict=True):
        assert pad == pytest.approx(way[int(u[0]) : int(u[1]) + 1].max())
    quiet = sum(u[1] - u[0] for u, pad in zip(us, pads, strict=True) if pad == 0.0)
    assert quiet > 399 - 70 - 6 * 2 * 4


def test_a_box_is_cut_along_both_arms() -> None:
    left, right = np.zeros(KNOTS), np.zeros(KNOTS)
    left[:100], right[300:] = 0.02, 0.05
    a, b, strays = two({"left": left, "right": right})
    parts = list(boxes_where_strayed((0.0, 399.0), (0.0, 399.0), a, b, strays))
    area = sum((u[1] - u[0]) * (v[1] - v[0]) for u, v in parts)
    assert area == 399.0**2
    assert len(parts) == 4
    assert list(boxes_where_strayed((0.0, 9.0), (0.0, 9.0), a, b, {})) == [((0.0, 9.0), (0.0, 9.0))]
