"""What a brand cannot say is refused with its line; what its controller changes is a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit import KITS
from controllers_support import cell_of, plain_program, with_controller

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import (
    Call,
    Expr,
    Grip,
    Program,
    Raw,
    Return,
    Routine,
    SetSignal,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.errors import Refused, UnknownName
from cellsim.geometry import Pose

POSE = Pose.translation(0.8, 0.0, 0.6)


def program(*body: Statement) -> Program:
    return Program("job", "arm", (Routine("main", body), Routine("other", (Return(),))))


EVERYWHERE: tuple[tuple[Statement, str], ...] = (
    (Grip("door", line=7), "not lowered"),
    (SetSignal("lamp", 3.0, line=7), "setsignal"),
    (SetSignal("ready", True, line=7), "setting input"),
    (Raw("MOVEX A=1P", line=7), "another language"),
    (Wait(Expr("unknown", name="x"), line=7), "expression"),
)
REFUSED = [(b, *case) for b, kit in KITS.items() for case in (*kit.refused, *EVERYWHERE)]
LINTED = [(b, *case) for b, kit in KITS.items() for case in kit.linted]


@pytest.mark.parametrize(("brand", "statement", "said"), REFUSED)
def test_refusal_names_the_instruction_and_its_line(
    brand: str, statement: Statement, said: str
) -> None:
    cell = cell_of(brand)
    with pytest.raises(Refused, match=said) as error:
        BRANDS[brand].write(BRANDS[brand].quantise(program(statement), cell), cell)
    assert error.value.line == 7
    assert error.value.brand == brand


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_name_without_a_number_says_which_there_are(brand: str) -> None:
    cell = cell_of(brand)
    with pytest.raises(UnknownName, match="lamp"):
        BRANDS[brand].write(program(SetSignal("lampe", True)), cell)
    if KITS[brand].numbers_tools:
        bare = with_controller(cell, tools={"other": 9})
        with pytest.raises(UnknownName, match="other"):
            BRANDS[brand].write(BRANDS[brand].quantise(program(KITS[brand].joint()), bare), bare)


def test_hrscript_refuses_two_arcs_in_a_row_and_a_thousand_steps() -> None:
    cell = cell_of("hyundai")
    arc = KITS["hyundai"].joint(kind="circular", via=Target(q=KITS["hyundai"].home))
    with pytest.raises(Refused, match="two arcs"):
        BRANDS["hyundai"].write(program(arc, arc), cell)
    with pytest.raises(Refused, match="1000 steps"):
        BRANDS["hyundai"].write(program(*[KITS["hyundai"].joint()] * 1000), cell)


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_pose_after_a_jump_is_refused_where_joints_are_needed(brand: str) -> None:
    cell = cell_of(brand)
    call = Call("other")
    with pytest.raises(Refused, match="after a jump or a call"):
        BRANDS[brand].quantise(program(call, KITS[brand].joint(to=Target(pose=POSE))), cell)


def test_external_axes_are_refused_for_urscript() -> None:
    cell = cell_of("ur", on_track=True)
    moving = KITS["ur"].joint(to=Target(q=(*KITS["ur"].home, 1.0)))
    with pytest.raises(Refused, match="external axes"):
        BRANDS["ur"].quantise(program(moving), cell)


def rules_of(brand: str, *body: Statement) -> set[str]:
    """Return the rules a lint finds in a program."""
    return {f.rule for f in BRANDS[brand].lint(program(*body), cell_of(brand))}


@pytest.mark.parametrize(("brand", "statement", "rule"), LINTED)
def test_lint_finds_what_the_controller_would_reject_or_change(
    brand: str, statement: Statement, rule: str
) -> None:
    assert rule in rules_of(brand, statement)


def test_lint_of_corner_before_wait_and_its_limit() -> None:
    corner = KITS["kuka"].joint(zone=Zone("cptp", 50.0, "%"))
    wait = Wait(signal_is("ready", True), 1.0)
    assert "lint-corner-stops" in rules_of("kuka", corner, wait, KITS["kuka"].joint())
    assert "lint-corner-stops" not in rules_of("kuka", corner, KITS["kuka"].joint(), wait)


def test_lint_of_wrist_singularity_begins_below_its_angle() -> None:
    straight = KITS["kuka"].joint(to=Target(q=(*KITS["kuka"].home[:4], 0.0, 0.0)))
    bent = KITS["kuka"].joint(to=Target(q=(*KITS["kuka"].home[:4], 0.001, 0.0)))
    assert "lint-wrist-singular" in rules_of("kuka", straight, KITS["kuka"].line(frame="body"))
    assert "lint-wrist-singular" not in rules_of("kuka", bent, KITS["kuka"].line(frame="body"))


def test_lint_of_blends_that_overlap_is_exact_at_the_leg_length() -> None:
    base = "group:arm.base"
    start = KITS["ur"].joint()
    first, second = (
        KITS["ur"].line(to=Target(pose=Pose.translation(x, 0.0, 0.6)), frame=base, zone=zone)
        for x, zone in ((0.5, Zone("radius", 60.0, "mm")), (0.6, Zone("radius", 40.0, "mm")))
    )
    wider = replace(second, zone=Zone("radius", 40.1, "mm"))
    assert "lint-blend-overlap" not in rules_of("ur", start, first, second)
    assert "lint-blend-overlap" in rules_of("ur", start, first, wider)


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_lint_of_names_and_program_without_motion(brand: str) -> None:
    cell = cell_of(brand)
    bad = Program("while", "arm", (Routine("main", ()), Routine("a b", ())))
    found = {f.rule for f in BRANDS[brand].lint(bad, cell)}
    assert {"lint-name-changed", "lint-empty"} <= found


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_quantised_program_has_no_lint_errors(brand: str) -> None:
    cell = cell_of(brand)
    given = plain_program(cell, brand, 5)
    found = BRANDS[brand].lint(BRANDS[brand].quantise(given, cell), cell)
    assert [f for f in found if f.severity.value == "error"] == []
