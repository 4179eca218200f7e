"""What a brand cannot say is refused with its line; what its controller changes is a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest
from controllers_support import cell_of, plain_program, with_controller

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import (
    Call,
    Delay,
    Expr,
    Goto,
    Grip,
    Label,
    Move,
    Program,
    Raw,
    Return,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.errors import Refused, UnknownName
from cellsim.geometry import Pose

HOME = {
    "hyundai": (0.0, 1.57, 0.0, 0.0, -0.5, 0.0),
    "kuka": (0.0, -1.57, 1.57, 0.0, 0.5, 0.0),
    "ur": (0.0, -1.57, 1.57, -1.57, -1.57, 0.0),
}
POSE = Pose.translation(0.8, 0.0, 0.6)
FAR = Pose.translation(80.0, 0.0, 0.6)


def joint(brand: str, **changes: object) -> Move:
    move = Move(kind="joint", to=Target(q=HOME[brand]), speed=Speed(50.0, "%"), line=7)
    return replace(move, **changes)  # type: ignore[arg-type]


def line(brand: str, **changes: object) -> Move:
    return joint(brand, **{"kind": "linear", "speed": Speed(100.0, "mm/s"), **changes})


def program(*body: Statement) -> Program:
    return Program("job", "arm", (Routine("main", body), Routine("other", (Return(),))))


REFUSED: list[tuple[str, Statement, str]] = [
    ("hyundai", joint("hyundai", to=Target()), "without joints"),
    ("hyundai", joint("hyundai", to=Target(pose=FAR)), "no joints reach"),
    ("hyundai", joint("hyundai", speed=Speed(1.0, "rad/s")), "rad/s"),
    ("hyundai", joint("hyundai", zone=Zone("accu", 8.0, "level")), "levels are 0..7"),
    ("hyundai", joint("hyundai", zone=Zone("cptp", 50.0, "%")), "only accu"),
    ("hyundai", joint("hyundai", accel=50.0), "acceleration"),
    ("hyundai", joint("hyundai", frame="agv"), "no user frame number"),
    ("hyundai", Delay(0.05, line=7), "0.1..60.0"),
    ("hyundai", Wait(signal_is("ready", True), 0.05, line=7), "0.1..60.0"),
    ("hyundai", Label("not good", line=7), "label"),
    ("kuka", joint("kuka", to=Target()), "without joints"),
    ("kuka", joint("kuka", to=Target(pose=FAR)), "no joints reach"),
    ("kuka", joint("kuka", speed=Speed(100.0, "mm/s")), "speed"),
    ("kuka", joint("kuka", zone=Zone("distance", 10.0, "mm")), "corner"),
    ("kuka", line("kuka", zone=Zone("cptp", 10.0, "%")), "corner"),
    ("kuka", line("kuka", accel=50.0), "acceleration"),
    ("kuka", joint("kuka", frame="agv"), "would not follow"),
    ("kuka", line("kuka", frame="agv"), "has no number"),
    ("ur", joint("ur", to=Target()), "without joints"),
    ("ur", joint("ur", to=Target(pose=FAR)), "no joints reach"),
    ("ur", line("ur", speed=Speed(50.0, "%")), "speed"),
    ("ur", joint("ur", zone=Zone("accu", 2.0, "level")), "only a radius"),
    ("ur", joint("ur", frame="agv"), "would not follow"),
    ("ur", line("ur", frame="agv"), "measured frame"),
    ("ur", Goto("other", line=7), "none"),
    ("ur", Wait(signal_is("ready", True), 2.0, "other", line=7), "jumps"),
]
REFUSED += [
    (brand, statement, said)
    for brand in BRANDS
    for statement, said in (
        (Grip("door", line=7), "not lowered"),
        (SetSignal("lamp", 3.0, line=7), "setsignal"),
        (SetSignal("ready", True, line=7), "setting input"),
        (Raw("MOVEX A=1P", line=7), "another language"),
        (Wait(Expr("unknown", name="x"), line=7), "expression"),
    )
]


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
    if brand != "ur":
        bare = with_controller(cell, tools={"other": 9})
        with pytest.raises(UnknownName, match="other"):
            BRANDS[brand].write(BRANDS[brand].quantise(program(joint(brand)), bare), bare)


def test_hrscript_refuses_two_arcs_in_a_row_and_a_thousand_steps() -> None:
    cell = cell_of("hyundai")
    arc = joint("hyundai", kind="circular", via=Target(q=HOME["hyundai"]))
    with pytest.raises(Refused, match="two arcs"):
        BRANDS["hyundai"].write(program(arc, arc), cell)
    with pytest.raises(Refused, match="1000 steps"):
        BRANDS["hyundai"].write(program(*[joint("hyundai")] * 1000), cell)


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_pose_after_a_jump_is_refused_where_joints_are_needed(brand: str) -> None:
    cell = cell_of(brand)
    call = Call("other")
    with pytest.raises(Refused, match="after a jump or a call"):
        BRANDS[brand].quantise(program(call, joint(brand, to=Target(pose=POSE))), cell)


def test_external_axes_are_refused_for_urscript() -> None:
    cell = cell_of("ur", on_track=True)
    moving = joint("ur", to=Target(q=(*HOME["ur"], 1.0)))
    with pytest.raises(Refused, match="external axes"):
        BRANDS["ur"].quantise(program(moving), cell)


def rules_of(brand: str, *body: Statement) -> set[str]:
    """Return the rules a lint finds in a program."""
    return {f.rule for f in BRANDS[brand].lint(program(*body), cell_of(brand))}


LINTED = [
    ("hyundai", joint("hyundai", speed=Speed(0.0, "%")), "lint-speed-zero"),
    ("hyundai", joint("hyundai", speed=Speed(120.0, "%")), "lint-speed-over-100"),
    ("hyundai", line("hyundai"), "lint-first-motion"),
    ("hyundai", joint("hyundai", to=Target(pose=POSE)), "lint-pose-target"),
    ("hyundai", joint("hyundai", zone=Zone("accu", 9.0, "level")), "lint-corner-level"),
    ("hyundai", joint("hyundai", frame="agv"), "lint-frame-unset"),
    ("hyundai", Delay(0.09), "lint-time-range"),
    ("hyundai", Wait(signal_is("ready", True)), "lint-wait-forever"),
    ("hyundai", SetSignal("none", True), "lint-signal-unset"),
    ("hyundai", Raw("odd"), "lint-not-understood"),
    ("hyundai", joint("hyundai", zone=Zone("accu", 3.0, "level")), "lint-corner-stops"),
    ("kuka", line("kuka", to=Target(pose=POSE)), "lint-frame-unset"),
    ("kuka", line("kuka", zone=Zone("cptp", 5.0, "%")), "lint-corner-measure"),
    ("kuka", joint("kuka", comment="문"), "lint-non-ascii"),
    ("ur", Label("x"), "lint-jump"),
    ("ur", joint("ur", zone=Zone("radius", 9.0, "mm")), "lint-corner-stops"),
]


@pytest.mark.parametrize(("brand", "statement", "rule"), LINTED)
def test_lint_finds_what_the_controller_would_reject_or_change(
    brand: str, statement: Statement, rule: str
) -> None:
    assert rule in rules_of(brand, statement)


def test_lint_of_corner_before_wait_and_its_limit() -> None:
    corner = joint("kuka", zone=Zone("cptp", 50.0, "%"))
    wait = Wait(signal_is("ready", True), 1.0)
    assert "lint-corner-stops" in rules_of("kuka", corner, wait, joint("kuka"))
    assert "lint-corner-stops" not in rules_of("kuka", corner, joint("kuka"), wait)


def test_lint_of_wrist_singularity_begins_below_its_angle() -> None:
    straight = joint("kuka", to=Target(q=(*HOME["kuka"][:4], 0.0, 0.0)))
    bent = joint("kuka", to=Target(q=(*HOME["kuka"][:4], 0.001, 0.0)))
    assert "lint-wrist-singular" in rules_of("kuka", straight, line("kuka", frame="body"))
    assert "lint-wrist-singular" not in rules_of("kuka", bent, line("kuka", frame="body"))


def test_lint_of_blends_that_overlap_is_exact_at_the_leg_length() -> None:
    base = "group:arm.base"
    start = joint("ur")
    first, second = (
        line("ur", to=Target(pose=Pose.translation(x, 0.0, 0.6)), frame=base, zone=zone)
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
    given = plain_program(cell, brand, 5, jumps=brand != "ur")
    found = BRANDS[brand].lint(BRANDS[brand].quantise(given, cell), cell)
    assert [f for f in found if f.severity.value == "error"] == []
