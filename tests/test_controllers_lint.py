"""Lints about two motions in a row: a bad case and one at its limit, brand by brand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import (
    FINE,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Zone,
)
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_near
from cellsim.units import deg

MINE = ("hyundai", "kuka", "ur")
ZONES = {
    "hyundai": Zone("accu", 4.0, "level"),
    "kuka": Zone("distance", 50.0, "mm"),
    "ur": Zone("radius", 50.0, "mm"),
}


def rules_of(brand: str, *body: Statement) -> dict[str, float | None]:
    """Return the rules a lint finds, and the value of each."""
    program = Program("job", "arm", (Routine("main", body),))
    return {f.rule: f.value for f in BRANDS[brand].lint(program, cell_of(brand))}


def moved(brand: str, *offsets_mm: tuple[float, float, float]) -> list[tuple[float, ...]]:
    """Return joints of home and of places beside it."""
    chain = chain_of(cell_of(brand), "arm")
    q = np.array(KITS[brand].home)
    q[4] += 0.2
    tcp = cell_of(brand).tools["gripper"].tcps["tcp"]
    home = tcp_pose(chain, q, tcp)
    out = [tuple(float(v) for v in q)]
    for offset in offsets_mm:
        goal = Pose(home.R, home.p + np.array(offset) / 1000.0)
        found = solve_near(chain, goal @ tcp.inverse(), q, ())
        assert found is not None
        out.append(tuple(float(v) for v in found))
    return out


def joint(brand: str, q: tuple[float, ...]) -> Move:
    return KITS[brand].joint(to=Target(q=q), tool="gripper", zone=FINE)


def line(brand: str, q: tuple[float, ...], **changes: object) -> Move:
    made = replace(joint(brand, q), kind="linear", speed=Speed(100.0, "mm/s"), frame="body")
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("brand", MINE)
def test_flat_arcs_are_found_and_round_ones_are_not(brand: str) -> None:
    start, flat, end, beside = moved(brand, (50, 0, 0), (100, 0, 0), (50, 0.1, 0))
    for via, wrong in ((flat, True), (beside, False)):
        arc = line(brand, end, kind="circular", via=Target(q=via))
        assert ("lint-arc-flat" in rules_of(brand, joint(brand, start), arc)) == wrong
    back = line(brand, start, kind="circular", via=Target(q=start))
    assert "lint-arc-flat" in rules_of(brand, joint(brand, start), back)


@pytest.mark.parametrize("brand", ["hyundai", "kuka"])
def test_a_corner_above_half_of_its_line_is_cut(brand: str) -> None:
    """50 mm corners: cut on a line of 99 mm, whole on one of 101 mm."""
    for length, cut in ((99.0, True), (101.0, False)):
        start, end = moved(brand, (length, 0, 0))
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
