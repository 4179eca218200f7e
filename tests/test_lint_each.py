"""Lints that no other test names: a bad case each, and one at its limit that is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit import KITS
from controllers_support import cell_of, with_controller
from lint_moves import joint, line, places_beside, rules_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import Comment, Move, Program, Raw, Routine, Target, Zone
from cellsim.geometry import Pose, rotation_axis
from cellsim.units import deg

ALL = sorted(BRANDS)
LONGEST = {"abb": 32, "fanuc": 36, "hyundai": 32, "kuka": 24, "ur": 40, "yaskawa": 32}
# Languages in which Place and place are one name.
FOLDED = {"abb", "fanuc", "kuka", "ur", "yaskawa"}
MOST = {"hyundai": 999, "ur": 1000, "yaskawa": 9999}


def named(brand: str, *names: str) -> dict[str, float | None]:
    """Return what is found in a program whose routines have these names."""
    body = (KITS[brand].joint(),)
    routines = tuple(Routine(name, body) for name in ("main", *names))
    found = BRANDS[brand].lint(Program("job", "arm", routines), cell_of(brand))
    return {f.rule: f.value for f in found}


@pytest.mark.parametrize("brand", ALL)
def test_a_tool_without_mass_is_told_and_a_light_one_is_not(brand: str) -> None:
    cell = cell_of(brand)
    for mass, wrong in ((0.0, True), (0.001, False)):
        gripper = replace(cell.tools["gripper"], mass=mass)
        light: Cell = replace(cell, tools={**cell.tools, "gripper": gripper})
        found = rules_of(brand, joint(brand, KITS[brand].home), cell=light)
        assert ("lint-tool-mass" in found) == wrong


@pytest.mark.parametrize("brand", ALL)
def test_a_name_longer_than_the_controller_keeps_is_told_with_both_lengths(brand: str) -> None:
    most = LONGEST[brand]
    assert "lint-name-long" not in named(brand, "a" * most)
    assert named(brand, "a" * (most + 1))["lint-name-long"] == most + 1


@pytest.mark.parametrize("brand", ALL)
def test_a_name_that_stands_twice_is_told(brand: str) -> None:
    assert "lint-name-twice" in named(brand, "place", "place")
    assert ("lint-name-twice" in named(brand, "Place", "place")) == (brand in FOLDED)
    assert "lint-name-twice" not in named(brand, "place", "places")


@pytest.mark.parametrize("brand", sorted(MOST))
def test_a_routine_of_more_motions_than_it_may_hold_is_told(brand: str) -> None:
    """Quantised programs are split before: what is linted here is a text, or a saved program."""
    body = (KITS[brand].joint(),) * MOST[brand]
    assert "lint-too-long" not in rules_of(brand, *body)
    assert rules_of(brand, *body, body[0])["lint-too-long"] == MOST[brand] + 1


@pytest.mark.parametrize("brand", [b for b in ALL if b != "hyundai"])
def test_a_comment_in_other_letters_is_told(brand: str) -> None:
    """INFORM keeps Shift-JIS, which has no Hangul; the others are asked for ASCII."""
    start = KITS[brand].joint()
    assert "lint-non-ascii" in rules_of(brand, Comment("문"), start)
    assert "lint-non-ascii" in rules_of(brand, replace(start, comment="문"))
    assert "lint-non-ascii" not in rules_of(brand, Comment("a door"), start)


# Of tools, of frames: what the README of each language has as the controller's own range.
NUMBERS = {
    "fanuc": ((0, 10), (1, 9)),
    "hyundai": ((0, 31), (1, 20)),
    "kuka": ((1, 16), (1, 32)),
    "yaskawa": ((0, 63), (1, 63)),
}


@pytest.mark.parametrize("brand", sorted(NUMBERS))
@pytest.mark.parametrize("kind", ["tools", "frames"])
def test_a_number_that_the_controller_does_not_have_is_told(brand: str, kind: str) -> None:
    low, high = NUMBERS[brand][kind == "frames"]
    first = {"tools": "gripper", "frames": "body"}[kind]
    known = getattr(cell_of(brand).groups["arm"].controller, kind)
    for number in (low - 1, low, high, high + 1):
        cell = with_controller(cell_of(brand), **{kind: {**known, first: number}})
        found = rules_of(brand, KITS[brand].joint(), cell=cell)
        assert (found.get("lint-number-range") == number) == (not low <= number <= high)


def test_a_position_beside_a_measured_frame_of_one_inform_job_is_told() -> None:
    """A relative job has one teaching frame."""
    kit, known = KITS["yaskawa"], cell_of("yaskawa").groups["arm"].controller.frames
    cell = with_controller(cell_of("yaskawa"), frames={**known, "agv": 7})
    begin, seen, other = (
        kit.joint(frame="agv"), kit.line(frame="agv"), kit.line(frame="body")
    )  # fmt: skip
    assert "lint-frames-mixed" in rules_of("yaskawa", begin, seen, other, cell=cell)
    assert "lint-frames-mixed" not in rules_of("yaskawa", begin, seen, seen, cell=cell)
    assert "lint-frames-mixed" not in rules_of("yaskawa", kit.joint(), other, cell=cell)


def test_a_level_of_inform_needs_the_table_of_the_controller() -> None:
    corner = KITS["yaskawa"].joint(zone=Zone("pl", 3.0, "level"))
    bare = with_controller(cell_of("yaskawa"), pl_mm=())
    assert "lint-level-unknown" in rules_of("yaskawa", corner, corner, cell=bare)
    assert "lint-level-unknown" not in rules_of("yaskawa", corner, corner)
    assert "lint-level-unknown" not in rules_of("yaskawa", KITS["yaskawa"].joint(), cell=bare)


GROUPS = {"abb": "SetGO go7, 5;", "fanuc": "GO[7]=5", "yaskawa": "DOUT OGH#(7) 5"}


@pytest.mark.parametrize("brand", sorted(GROUPS))
def test_a_group_of_outputs_that_the_cell_does_not_have_is_told(brand: str) -> None:
    """Its line is harmless where no bit of it is anything of the cell's: said, not undecided."""
    cell = replace(cell_of(brand), path="cells/somewhere")
    text = Raw(GROUPS[brand], harmless=True)
    assert "lint-group-undeclared" in rules_of(brand, KITS[brand].joint(), text, cell=cell)
    plain = Raw("TPWrite", harmless=True)
    assert "lint-group-undeclared" not in rules_of(brand, KITS[brand].joint(), plain, cell=cell)


def test_two_arcs_in_a_row_of_hrscript_are_told_and_with_a_line_between_they_are_not() -> None:
    start, a, b, c, d = places_beside(
        "hyundai", (50, 30, 0), (100, 0, 0), (150, 30, 0), (200, 0, 0)
    )
    first = line("hyundai", b, kind="circular", via=Target(q=a))
    second = line("hyundai", d, kind="circular", via=Target(q=c))
    between = line("hyundai", b)
    rule, begin = "lint-arcs-in-a-row", joint("hyundai", start)
    assert rule in rules_of("hyundai", begin, first, second)
    assert rule not in rules_of("hyundai", begin, first, between, second)


@pytest.mark.parametrize(
    ("number", "wrong"), [(0, True), (1, False), (9999, False), (10_000, True)]
)
def test_a_job_number_of_hrscript_is_one_to_9999(number: int, wrong: bool) -> None:
    cell = with_controller(cell_of("hyundai"), program_number=number)
    found = rules_of("hyundai", KITS["hyundai"].joint(), cell=cell)
    assert ("lint-job-number" in found) == wrong


@pytest.mark.parametrize(("sweep", "wrong"), [(239.0, False), (241.0, True)])
def test_an_arc_of_rapid_is_at_most_240_degrees(sweep: float, wrong: bool) -> None:
    """Points of a circle of 100 mm: half of the sweep to the via point, all of it to the end."""
    kit = KITS["abb"]

    def at(angle: float) -> Target:
        R = rotation_axis([0, 0, 1], angle * deg)
        return Target(pose=Pose(rotation_axis([0, 1, 0], 180 * deg), R @ [0.1, 0.0, 0.0]))

    start = kit.line(to=at(0.0), frame="body")
    arc: Move = replace(start, kind="circular", via=at(sweep / 2.0), to=at(sweep))
    found = rules_of("abb", kit.joint(), start, arc)
    assert ("lint-arc-long" in found) == wrong
    if wrong:
        assert found["lint-arc-long"] == pytest.approx(sweep, abs=1e-6)


def test_a_path_of_inform_between_two_ways_to_stand_is_told() -> None:
    kit, pose = KITS["yaskawa"], Pose.translation(0.8, 0.0, 0.5)
    rear = Target(pose=pose, config="0,0,1,0,0,0")
    front = replace(rear, config="0,0,0,0,0,0")
    flipped = replace(rear, config="1,0,1,0,0,0")
    begin = kit.line(to=rear, frame="body")
    for to, wrong in ((front, True), (flipped, False), (rear, False)):
        found = rules_of("yaskawa", begin, replace(begin, to=to))
        assert ("lint-rconf-changes" in found) == wrong
    assert "lint-rconf-changes" not in rules_of("yaskawa", begin, replace(kit.joint(), to=front))
