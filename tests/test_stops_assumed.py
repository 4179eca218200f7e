"""A corner before what may stop the robot, where no manual says whether it is then driven."""

from __future__ import annotations

from dataclasses import replace

import pytest
from controllers_jobs import roomy
from controllers_support import bytes_of

from cellsim.api import verify
from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    Delay,
    Expr,
    If,
    Label,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.domain.report import Report
from cellsim.domain.walk import within
from cellsim.verify.render import render

CORNERS = {"fanuc": Zone("cnt", 50.0), "yaskawa": Zone("pl", 3.0, "level")}
READY = signal_is("ready", True)
NUMBER = Expr(">", (Expr("var", name="count"), Expr("const", value=1.0)))


def joint(cell: Cell, zone: Zone, turn: float = 0.0) -> Move:
    q = list(cell.groups["arm"].home)
    q[0] += turn
    target = Target(q=tuple(q))
    return Move(kind="joint", to=target, speed=Speed(50.0, "%"), zone=zone, tool="gripper", line=3)


@pytest.mark.parametrize("brand", sorted(CORNERS))
@pytest.mark.parametrize(
    ("behind", "fine"),
    [
        ((Wait(READY),), True),
        ((SetSignal("lamp", True), Delay(0.5)), True),
        ((If(READY, (Delay(0.5),)),), True),
        ((If(NUMBER, (Delay(0.5),)),), True),
        ((Label("again"),), True),
        ((Loop((Delay(0.5),), count=2),), True),
        ((SetSignal("lamp", True),), False),
        ((If(NUMBER, (SetSignal("lamp", True),)),), False),
        ((), False),
    ],
)
def test_a_corner_is_written_only_where_nothing_may_stop(
    brand: str, behind: tuple[Statement, ...], fine: bool
) -> None:
    cell = roomy(brand, False)
    body = (joint(cell, CORNERS[brand], 0.2), *behind, joint(cell, FINE))
    program = Program("p", "arm", (Routine("main", body),))
    made = BRANDS[brand].quantise(program, cell)
    first = next(s for s in made.routines[0].body if isinstance(s, Move))
    assert (first.zone == FINE) is fine
    told = [n for n in made.notes if "before what may stop the robot is an exact stop" in n]
    assert len(told) == int(fine)


@pytest.mark.parametrize("brand", sorted(CORNERS))
@pytest.mark.parametrize(("zone", "undecided"), [("corner", True), ("fine", False)])
def test_a_text_with_a_corner_before_a_wait_is_undecided(
    brand: str, zone: str, undecided: bool
) -> None:
    """What is read is judged as it stands: the same text with an exact stop is not undecided."""
    cell = roomy(brand, False)
    corner = CORNERS[brand] if zone == "corner" else FINE
    moves = (joint(cell, FINE), joint(cell, corner, 0.1), joint(cell, FINE))
    program = Program("p", "arm", (Routine("main", (*moves[:2], Delay(0.5), moves[2])),))
    made = BRANDS[brand].quantise(program, cell)
    swapped = tuple(
        replace(s, zone=corner) if isinstance(s, Move) and i == 1 else s
        for i, s in enumerate(made.routines[0].body)
    )
    text = BRANDS[brand].write(replace(made, routines=(Routine("MAIN", swapped),)), cell)
    read = BRANDS[brand].read(bytes_of(text), cell, "arm").program
    report = verify(Job("p", cell, {"arm": read}, rules_of(cell)))
    assert isinstance(report, Report)
    found = [f for f in report.findings if f.rule == "stop-inside-corner"]
    assert [f.severity.value for f in found] == (["undecided"] if undecided else [])
    assert all(f.line for f in found)


def test_kuka_stops_before_a_wait_by_its_manual() -> None:
    assert rules_of(roomy("kuka", False))["arm"].stops_known
    assert not rules_of(roomy("fanuc", False))["arm"].stops_known


ROUNDS = {
    "kuka": Zone("cptp", 50.0),
    "ur": Zone("distance", 20.0),
    "hyundai": Zone("accu", 2.0),
}


@pytest.mark.parametrize("brand", sorted(ROUNDS))
@pytest.mark.parametrize("count", [None, 2])
def test_a_corner_at_the_end_of_a_round_is_written_only_where_rounds_are_counted(
    brand: str, count: int | None
) -> None:
    cell = roomy(brand, False)
    body = joint(cell, FINE), joint(cell, ROUNDS[brand], 0.2)
    loop = Loop(body, count=count, condition=None if count else READY)
    program = Program("p", "arm", (Routine("main", (loop,)),))
    made = BRANDS[brand].quantise(program, cell)
    moves = [s for s in within(made.routines[0].body) if isinstance(s, Move)]
    assert (moves[-1].zone == FINE) is (count is None)
    told = [n for n in made.notes if "before a jump back is an exact stop" in n]
    assert len(told) == int(count is None)


@pytest.mark.parametrize(
    ("first", "zone", "undecided"),
    [("", " C_PTP", True), ("", "", False), ("WAIT SEC 0.5\n", " C_PTP", False)],
)
def test_a_text_that_drives_on_into_its_next_round_is_undecided(
    first: str, zone: str, undecided: bool
) -> None:
    """Where the round begins by standing, the corner is not driven: KUKA stops before a wait."""
    cell = roomy("kuka", False)
    text = (
        "DEF P()\nBAS(#INITMOV,0)\nBAS(#VEL_PTP,50)\n$TOOL=TOOL_DATA[1]\n$BASE=$NULLFRAME\n"
        "$APO.CPTP=50\n"
        "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}\n"
        f"LOOP\n{first}PTP {{A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}}\n"
        f"PTP {{A1 10,A2 -90,A3 90,A4 0,A5 30,A6 0}}{zone}\nENDLOOP\nEND\n"
    )
    read = BRANDS["kuka"].read({"P.src": text.encode()}, cell, "arm").program
    report = verify(Job("p", cell, {"arm": read}, rules_of(cell)))
    assert isinstance(report, Report)
    found = [f for f in report.findings if f.rule == "stop-inside-corner"]
    assert [f.severity.value for f in found if f.severity.value == "undecided"] == (
        ["undecided"] if undecided else []
    )


def outputs_on_hi6(*behind: Statement, zone: Zone = ROUNDS["hyundai"]) -> tuple[Cell, Program]:
    cell = roomy("hyundai", False)
    body = (joint(cell, FINE), joint(cell, zone, 0.2), *behind, joint(cell, FINE))
    return cell, Program("p", "arm", (Routine("main", body),))


LAMP, STOP = SetSignal("lamp", True, line=4), Delay(0.5, line=5)


@pytest.mark.parametrize(
    ("behind", "exact"),
    [((LAMP, STOP), True), ((LAMP,), False), ((STOP,), False), ((LAMP, Wait(READY)), True)],
)
def test_hi6_sets_an_output_as_the_zone_is_reached_so_the_corner_is_written_exact(
    behind: tuple[Statement, ...], exact: bool
) -> None:
    """Operation manual 8.15: "output when the command value reaches within the accuracy range"."""
    cell, program = outputs_on_hi6(*behind)
    made = BRANDS["hyundai"].quantise(program, cell)
    moves = [s for s in made.routines[0].body if isinstance(s, Move)]
    assert (moves[1].zone == FINE) is exact
    told = [n for n in made.notes if "before an output and a stop is an exact stop" in n]
    assert len(told) == int(exact)


@pytest.mark.parametrize(
    ("behind", "zone", "undecided"),
    [
        ((LAMP, STOP), ROUNDS["hyundai"], True),
        ((LAMP, STOP), FINE, False),
        ((STOP,), ROUNDS["hyundai"], False),
        ((LAMP,), ROUNDS["hyundai"], False),
    ],
)
def test_hrscript_with_an_output_in_the_zone_before_a_stop_is_undecided(
    behind: tuple[Statement, ...], zone: Zone, undecided: bool
) -> None:
    cell, program = outputs_on_hi6(*behind, zone=zone)
    report = verify(Job("p", cell, {"arm": program}, rules_of(cell)))
    assert isinstance(report, Report)
    found = [f for f in report.findings if f.facts.get("case") == "output"]
    assert [(f.rule, f.severity.value, f.line) for f in found] == (
        [("stop-inside-corner", "undecided", 3)] if undecided else []
    )
    if undecided:
        assert "lamp behind a corner of zone accu 2 is set as the zone is reached" in render(report)


@pytest.mark.parametrize("brand", ["kuka", "abb", "fanuc", "ur", "yaskawa"])
def test_no_manual_says_so_of_the_other_brands(brand: str) -> None:
    assert not rules_of(roomy(brand, False))["arm"].outputs_at_zone
