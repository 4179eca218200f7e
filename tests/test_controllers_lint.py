"""Lints about two motions in a row: a bad case and one at its limit, brand by brand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit import KITS
from controllers_support import cell_of
from lint_moves import joint, line, places_beside, rules_of

from cellsim.domain.program import (
    FINE,
    SetSignal,
    Target,
    Zone,
)
from cellsim.units import deg

MINE = ("hyundai", "kuka", "ur")
ZONES = {
    "hyundai": Zone("accu", 4.0, "level"),
    "kuka": Zone("distance", 50.0, "mm"),
    "ur": Zone("radius", 50.0, "mm"),
}


@pytest.mark.parametrize("brand", MINE)
def test_flat_arcs_are_found_and_round_ones_are_not(brand: str) -> None:
    start, flat, end, beside = places_beside(brand, (50, 0, 0), (100, 0, 0), (50, 0.1, 0))
    for via, wrong in ((flat, True), (beside, False)):
        arc = line(brand, end, kind="circular", via=Target(q=via))
        assert ("lint-arc-flat" in rules_of(brand, joint(brand, start), arc)) == wrong
    back = line(brand, start, kind="circular", via=Target(q=start))
    assert "lint-arc-flat" in rules_of(brand, joint(brand, start), back)


@pytest.mark.parametrize("brand", ["hyundai", "kuka"])
def test_a_corner_above_half_of_its_line_is_cut(brand: str) -> None:
    """50 mm corners: cut on a line of 99 mm, whole on one of 101 mm."""
    for length, cut in ((99.0, True), (101.0, False)):
        start, end = places_beside(brand, (length, 0, 0))
        found = rules_of(
            brand, joint(brand, start), line(brand, end, zone=ZONES[brand]), line(brand, start)
        )
        assert ("lint-corner-cut" in found) == cut


@pytest.mark.parametrize("brand", MINE)
@pytest.mark.parametrize("singular", [0.0, 180.0])
def test_lines_out_of_the_wrist_singularity(brand: str, singular: float) -> None:
    if singular and brand != "ur":
        return
    limit = 0.01812 if brand == "kuka" else 0.1
    for angle, wrong in ((singular + 0.9 * limit, True), (singular + 1.1 * limit, False)):
        q = (*KITS[brand].home[:4], angle * deg, 0.0)
        found = rules_of(brand, joint(brand, q), line(brand, KITS[brand].home))
        assert ("lint-wrist-singular" in found) == wrong


@pytest.mark.parametrize("brand", MINE)
def test_a_turn_out_of_range_is_named_with_its_end(brand: str) -> None:
    last = cell_of(brand).groups["arm"].joints[5]
    for value, wrong in ((last.upper, False), (last.upper + 0.001, True)):
        q = (*KITS[brand].home[:5], value)
        found = rules_of(brand, joint(brand, q))
        assert ("lint-joint-range" in found) == wrong
        if wrong:
            assert found["lint-joint-range"] == pytest.approx(value / deg, abs=1e-6)


@pytest.mark.parametrize("brand", MINE)
def test_a_gripper_that_acts_after_a_corner(brand: str) -> None:
    """HRScript switches in the corner; KRL and URScript stop there, which is another finding."""
    corner = KITS[brand].joint(zone=KITS[brand].zones["joint"][0])
    body = (corner, SetSignal("grip_close", True), KITS[brand].joint())
    rule = "lint-signal-in-corner" if brand == "hyundai" else "lint-corner-stops"
    assert rule in rules_of(brand, *body)
    assert rule not in rules_of(brand, replace(corner, zone=FINE), *body[1:])
