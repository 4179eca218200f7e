"""Corners that no distance of the TCP measures, and corners of which nothing is certain."""

from __future__ import annotations

from dataclasses import replace

import motion_cases as cases
import numpy as np
import pytest
import tiny_cells as tiny
from tubes_support import missed

from cellsim import messages
from cellsim.controllers.brands import BRANDS
from cellsim.domain.controller import Controller, MotionRules
from cellsim.domain.program import FINE, Zone
from cellsim.domain.report import Severity
from cellsim.geometry import Array, Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.motion.run import MoveSpec, Run
from cellsim.motion.zones import stands

ZONES = {
    "abb": Zone("distance", 20.0, "mm"),
    "hyundai": Zone("accu", 3.0, "level"),
    "kuka": Zone("distance", 20.0, "mm"),
    "ur": Zone("radius", 20.0, "mm"),
    "yaskawa": Zone("pl", 3.0, "level"),
}
PL_MM = (0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 150.0, 200.0)
BOUNDED = sorted(set(ZONES) - {"ur"})


def rules(brand: str) -> MotionRules:
    return BRANDS[brand].rules(Controller(brand, "", "", (), pl_mm=PL_MM))


def turned(pose: Pose, angle: float = 0.6) -> Pose:
    """The pose turned about its own x: the TCP stands."""
    c, s = np.cos(angle), np.sin(angle)
    return Pose(pose.R @ np.array([[1.0, 0, 0], [0, c, -s], [0, s, c]]), pose.p)


def moves(case: cases.Case, what: str, zone: Zone) -> list[MoveSpec]:
    """Two motions with a corner between: one that only turns, or two that lead two tools."""
    begin = case.at()
    aside = Pose(begin.R, begin.p + np.array([0.0, 0.2, -0.1]))
    if what == "turn first":
        return [case.line(turned(begin), zone), case.line(Pose(turned(begin).R, aside.p))]
    if what == "turn last":
        return [case.line(aside, zone), case.line(turned(aside))]
    if what == "two turns":
        return [case.line(turned(begin), zone), case.line(turned(begin, -0.6))]
    other = case.tcp @ Pose.translation(0.05, 0.0, 0.03)
    onward = aside @ Pose.translation(0.05, 0.0, 0.03) @ Pose.translation(0.1, 0.0, 0.0)
    return [case.line(aside, zone), replace(case.line(onward), flange_T_tcp=other)]


def angle(a: Pose, b: Pose) -> float:
    return float(2.0 * np.arcsin(np.linalg.norm(b.R - a.R) / np.sqrt(8.0)))


WHAT = ("turn first", "turn last", "two turns", "two tools")


def opened(run: Run) -> list[tuple[int, str]]:
    found = [f for f in run.findings if f.rule == "stop-inside-corner"]
    assert all(f.severity is Severity.UNDECIDED and f.subject == "r" for f in found)
    return [(f.line, str(f.facts["why"])) for f in found]


def rows(case: cases.Case, what: str) -> tuple[Array, Array]:
    """The rows of both ways with exact stops, up to and from the corner's point."""
    run = case.run(moves(case, what, FINE))
    first, last = run.motions
    return run.q[first.first : first.last + 1], run.q[last.first : last.last + 1]


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("brand", BOUNDED)
def test_a_corner_that_no_distance_measures_is_a_tube_within_half_of_both_ways(
    brand: str, what: str
) -> None:
    """The point itself is in it, and what is near it on both ways; its ends are half way."""
    case = cases.Case(tiny.big_arm())
    run = case.run(moves(case, what, ZONES[brand]), rules(brand))
    (tube,) = run.tubes
    assert opened(run) == []
    before, after = rows(case, what)
    assert missed(np.concatenate([before[-3:], after[:3]]), tube) <= 1e-4
    for end, way, move in zip(
        tube.q[[0, -1]], (before, after), moves(case, what, FINE), strict=True
    ):
        begin, middle, last = (
            tcp_pose(case.chain, q, move.flange_T_tcp) for q in (way[0], end, way[-1])
        )
        np.testing.assert_allclose(middle.p, (begin.p + last.p) / 2.0, atol=1e-6)
        half, whole = (angle(begin, pose) for pose in (middle, last))
        assert half == pytest.approx(whole / 2.0, abs=1e-5)
    corner = next(m for m in run.motions if m.kind == "corner")
    assert missed(run.q[corner.first : corner.last + 1], tube) <= 1e-4


@pytest.mark.parametrize("what", WHAT)
def test_where_no_half_bounds_it_nothing_is_certain(what: str) -> None:
    case = cases.Case(tiny.big_arm())
    run = case.run(moves(case, what, ZONES["ur"]), rules("ur"))
    why = (
        "the tool changes in it" if what == "two tools" else "the TCP of a motion beside it stands"
    )
    assert opened(run) == [(1, why)]
    assert not run.tubes
    assert messages.said("ko", why) != why


def test_an_exact_stop_is_certain() -> None:
    case = cases.Case(tiny.big_arm())
    for what in WHAT:
        run = case.run(moves(case, what, FINE), rules("ur"))
        assert opened(run) == []
        assert not run.tubes


@pytest.mark.parametrize(
    ("zones", "open_lines"),
    [
        ((ZONES["abb"], ZONES["abb"]), [1]),
        ((ZONES["abb"], FINE), []),
        ((FINE, ZONES["abb"]), []),
    ],
)
def test_a_corner_over_a_motion_that_goes_nowhere_may_be_one_with_the_next(
    zones: tuple[Zone, Zone], open_lines: list[int]
) -> None:
    case = cases.Case(tiny.big_arm())
    there, on = case.at((0.3, 0, 0, 0, 0, 0)), case.at((0.3, 0.2, 0, 0, 0, 0))
    body = [case.line(there, zones[0]), case.line(there, zones[1]), case.line(on)]
    run = case.run(body, rules("abb"))
    assert opened(run) == [(line, "the motion behind it goes nowhere") for line in open_lines]


@pytest.mark.parametrize("number", [0, 1])
def test_nothing_is_certain_of_a_corner_beside_a_motion_that_cannot_be_followed(
    number: int,
) -> None:
    case = cases.Case(tiny.big_arm())
    near, far = case.at((0.3, 0, 0, 0, 0, 0)), Pose.translation(30.0, 0.0, 0.0)
    ends = [far, near] if number == 0 else [near, far]
    run = case.run([case.line(ends[0], ZONES["abb"]), case.line(ends[1])], rules("abb"))
    assert "line-unreachable" in {f.rule for f in run.findings}
    assert opened(run) == [(1, "a motion beside it cannot be followed")]


def test_a_tcp_stands_where_it_goes_less_than_a_millimetre_while_the_tool_turns() -> None:
    class Way:
        def __init__(self, length: float, turn: float) -> None:
            self.length, self.turn = length, turn

    assert stands(Way(0.0, 0.5))  # type: ignore[arg-type]
    assert stands(Way(0.99e-3, 0.5))  # type: ignore[arg-type]
    assert not stands(Way(1.01e-3, 0.5))  # type: ignore[arg-type]
    assert not stands(Way(0.5e-3, 0.04))  # type: ignore[arg-type]
    assert not stands(Way(0.5e-3, 0.0))  # type: ignore[arg-type]
