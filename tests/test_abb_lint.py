"""RAPID lint at its limits, and every kind of edit caught with its line named."""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
import pytest
from controllers_support import bytes_of, cell_of, plain_program
from rapid_moves import ABB, KIT, line

from cellsim.controllers.abb.arcs import arc_problem, sweep_deg
from cellsim.domain.program import (
    FINE,
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
from cellsim.errors import BadInput
from cellsim.geometry import Pose, rotation_axis
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import same_text
from cellsim.units import deg


def rules(*body: Statement) -> set[str]:
    program = Program("job", "arm", (Routine("main", body),))
    return {f.rule for f in ABB.lint(program, cell_of("abb"))}


def joint(**changes: object) -> Move:
    return KIT.joint(tool="gripper", **changes)


BENT = (*KIT.home[:4], 0.001, 0.0)
STRAIGHT = (*KIT.home[:4], 0.0, 0.0)
CASES: list[tuple[str, tuple[Statement, ...], tuple[Statement, ...]]] = [
    (
        "lint-corner-stops",
        (joint(), line(0.3), Wait(signal_is("ready", True), 1.0), line(0.4, zone=FINE)),
        (joint(), line(0.3), SetSignal("lamp", True), line(0.4, zone=FINE)),
    ),
    (
        "lint-corner-cut",
        (joint(), line(0.3, zone=FINE), line(0.3199, zone=Zone("distance", 10.0, "mm"))),
        (joint(), line(0.3, zone=FINE), line(0.3200001), line(0.4, zone=FINE)),
    ),
    (
        "lint-speed-over-v7000",
        (joint(), line(0.3, speed=Speed(7.001, "m/s"))),
        (joint(), line(0.3, speed=Speed(7000.0, "mm/s"))),
    ),
    (
        "lint-acceleration-raised",
        (joint(accel=19.0),),
        (joint(accel=20.0),),
    ),
    (
        "lint-wrist-singular",
        (joint(to=Target(q=STRAIGHT)), line(0.3)),
        (joint(to=Target(q=BENT)), line(0.3)),
    ),
    (
        "lint-wobj0",
        (joint(), line(0.3, frame="group:arm.base")),
        (joint(), line(0.3)),
    ),
    (
        "lint-wait-forever",
        (joint(), Wait(signal_is("ready", True))),
        (joint(), Wait(signal_is("ready", True), 1.0)),
    ),
    ("lint-first-motion", (line(0.3),), (joint(), line(0.3))),
]


@pytest.mark.parametrize(("rule", "bad", "good"), CASES, ids=[c[0] for c in CASES])
def test_lint_finds_a_bad_case_and_nothing_at_its_limit(
    rule: str, bad: tuple[Statement, ...], good: tuple[Statement, ...]
) -> None:
    assert rule in rules(*bad)
    assert rule not in rules(*good)


def test_lint_finds_a_configuration_that_is_not_that_of_the_joints() -> None:
    cell = cell_of("abb")
    start = joint(to=Target(q=tuple(v * deg for v in (0.0, 0.0, 0.0, 0.0, 90.0, 0.0))))
    down = Pose(rotation_axis([0, 1, 0], math.pi), np.array([1.4625, 0.0, 1.6]))
    base = "group:arm.base"
    for config, wrong in (("0 0 0 0", False), ("0 0 0 1", True), ("1 0 0 0", True)):
        move = line(0.0, to=Target(pose=down, config=config), frame=base, zone=FINE)
        assert ("lint-configuration" in rules(start, move)) == wrong, config
    assert cell.groups["arm"].robot.maker == "ABB"


def test_an_arc_is_held_to_the_limits_of_movec() -> None:
    """0.1 mm between points, 1 deg seen from the start, 240 deg around."""
    start, end = np.zeros(3), np.array([0.1, 0.0, 0.0])
    at = lambda a: 0.05 * np.array([1 - math.cos(a), math.sin(a), 0.0])  # noqa: E731
    assert arc_problem(start, at(math.pi / 2), end) == ""
    assert sweep_deg(start, at(math.pi / 2), end) == pytest.approx(180.0)
    for sweep in (100.0, 239.0, 241.0, 300.0):
        points = [at(sweep * deg * part) for part in (0.0, 0.4, 1.0)]
        assert sweep_deg(*points) == pytest.approx(sweep)
    assert "0.1 mm" in arc_problem(start, np.array([9e-5, 0.0, 0.0]), end)
    assert arc_problem(start, np.array([0.05, 0.05 * math.tan(0.9 * deg), 0.0]), end)
    assert not arc_problem(start, np.array([0.05, 0.05 * math.tan(1.1 * deg), 0.0]), end)


def first_change(old: str, new: str) -> int:
    """Return the first line of a new text that is not that of the old one."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((i for i, (a, b) in enumerate(pairs, 1) if a != b), new.count("\n") + 1)


@lru_cache(maxsize=1)
def written() -> tuple[str, Program]:
    """Return a written module, and the program that it is read as."""
    cell = cell_of("abb", on_track=True)
    quantised = ABB.quantise(plain_program(cell, "abb", 1), cell)
    old = bytes_of(ABB.write(quantised, cell))["olp_test.mod"].decode().replace("\r\n", "\n")
    return old, ABB.read({"olp_test.mod": old.encode()}, cell, "arm").program


@pytest.mark.parametrize("name", sorted(KIT.edits))
def test_an_edit_is_caught_and_its_line_named(name: str) -> None:
    """The line itself, or those that use the data which it declares."""
    cell = cell_of("abb", on_track=True)
    old, read = written()
    new = KIT.edits[name](old)
    at = first_change(old, new)
    side = Side(cell, "arm", ABB.rules(cell.groups["arm"].controller))
    lines = new.split("\n")
    try:
        result = ABB.read({"olp_test.mod": new.encode()}, cell, "arm")
    except BadInput as error:
        line = error.line
    else:
        found = same_text(read, result.program, side)
        named = {d.line_b or d.line_a for d in found} | {r.line for r in result.raw_lines}
        uses = {i for i, text in enumerate(lines, 1) if shared_name(lines[at - 1], text)}
        line = next((n for n in named if n in {at - 1, at, at + 1} | uses), 0)
        assert found, "not caught"
    assert line, "no line named"


def shared_name(declaration: str, text: str) -> bool:
    """Return whether a line uses the name that another one declares, or that it sets (Trigg..)."""
    words = declaration.partition(":=")[0].replace(";", "").replace(",", "").split()
    if words and words[0] in {"TriggIO", "TriggEquip", "TriggInt"}:
        return words[1] in re.findall(r"\w+", text)
    known = words[-1] if words and words[0] in {"CONST", "VAR", "PERS", "TASK"} else ""
    return bool(known) and known in re.findall(r"\w+", text)
