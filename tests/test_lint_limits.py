"""Lints that every brand shares: a bad case and one at its limit, and the table of README."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import cell_of
from lint_moves import joint, line, places_beside, rules_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.lintpage import explain_lint
from cellsim.domain.along import Along
from cellsim.domain.program import (
    FINE,
    Program,
    Routine,
    SetSignal,
    Speed,
    Target,
    Zone,
)
from cellsim.domain.robot import CombinedLimit
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.kinematics.ik import solve_near
from cellsim.units import deg

ALL = tuple(sorted(BRANDS))
FOLDER = Path(__file__).parents[1] / "cellsim" / "controllers"


@pytest.mark.parametrize("brand", ALL)
def test_a_turn_out_of_range_is_named_with_its_end(brand: str) -> None:
    last = cell_of(brand).groups["arm"].joints[5]
    for value, wrong in ((last.upper, False), (last.upper + 0.001, True)):
        found = rules_of(brand, joint(brand, (*KITS[brand].home[:5], value)))
        assert ("lint-joint-range" in found) == wrong
        if wrong:
            assert found["lint-joint-range"] == pytest.approx(value / deg, abs=1e-6)


@pytest.mark.parametrize("brand", ALL)
def test_axes_that_are_bound_together(brand: str) -> None:
    """J2 + J3 at most 10 deg above where they stand at home."""
    cell = cell_of(brand)
    group = cell.groups["arm"]
    names = [j.name for j in group.robot.joints]
    home = KITS[brand].home
    end = home[1] + home[2] + 10.0 * deg
    limit = CombinedLimit(((names[1], 1.0), (names[2], 1.0)), -100.0, end, "dress pack")
    robot = replace(group.robot, combined_limits=(limit,))
    tight = replace(cell, groups={"arm": replace(group, robot=robot)})
    for more, wrong in ((10.0, False), (10.001, True)):
        q = (home[0], home[1] + more * deg, *home[2:])
        found = rules_of(brand, joint(brand, q), cell=tight)
        assert ("lint-axes-coupled" in found) == wrong
        if wrong:
            assert found["lint-axes-coupled"] == pytest.approx(end / deg + 0.001, abs=1e-6)
    assert "lint-axes-coupled" not in rules_of(brand, joint(brand, q))


MOST = {"fanuc": 2000.0, "hyundai": 10_000.0, "kuka": 2000.0, "ur": 10_000.0, "yaskawa": 1500.0}


@pytest.mark.parametrize("brand", sorted(MOST))
def test_a_path_speed_that_no_one_means(brand: str) -> None:
    for value, wrong in ((MOST[brand], False), (MOST[brand] + 1.0, True)):
        fast = line(brand, KITS[brand].home, speed=Speed(value, "mm/s"))
        assert ("lint-speed-range" in rules_of(brand, fast)) == wrong
    # 250 mm/s written as m/s.
    metres = line(brand, KITS[brand].home, speed=Speed(250.0, "m/s"))
    if brand != "fanuc":
        assert "lint-speed-range" in rules_of(brand, metres)


def test_degrees_for_radians_of_a_joint_motion() -> None:
    most = max(j.speed or 0.0 for j in cell_of("ur").groups["arm"].robot.joints)
    for value, wrong in ((most, False), (most + 0.01, True), (60.0, True)):
        move = replace(joint("ur", KITS["ur"].home), speed=Speed(value, "rad/s"))
        assert ("lint-speed-range" in rules_of("ur", move)) == wrong


@pytest.mark.parametrize("level", [5, 8])
def test_a_level_above_half_of_its_line_is_cut(level: int) -> None:
    """The corner of the cell's own table: cut on a line a little shorter than twice of it."""
    size = cell_of("yaskawa").groups["arm"].controller.pl_mm[level]
    zone = Zone("pl", float(level), "level")
    for length, cut in ((2.0 * size - 1.0, True), (2.0 * size + 1.0, False)):
        start, end = places_beside("yaskawa", (length, 0, 0))
        body = (joint("yaskawa", start), line("yaskawa", end, zone=zone), line("yaskawa", start))
        assert ("lint-corner-cut" in rules_of("yaskawa", *body)) == cut


def test_an_output_that_switches_in_a_corner_of_inform() -> None:
    corner = KITS["yaskawa"].joint(zone=Zone("pl", 3.0, "level"))
    body = (corner, SetSignal("grip_close", True), KITS["yaskawa"].joint())
    assert "lint-signal-in-corner" in rules_of("yaskawa", *body)
    assert "lint-signal-in-corner" not in rules_of("yaskawa", replace(corner, zone=FINE), *body[1:])


def table() -> dict[str, dict[str, str]]:
    """Return the table of what each lint looks at: item to brand to cell."""
    rows = [
        [cell.strip() for cell in row.strip().strip("|").split("|")]
        for row in (FOLDER / "LINT.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("|")
    ]
    head, _, *body = rows
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


def test_the_table_names_all_brands_and_only_rules_that_they_find() -> None:
    """A rule of the table stands in the code that the brand's lint runs; others are words."""
    found = table()
    assert len(found) == 16
    shared = "".join(p.read_text(encoding="utf-8") for p in FOLDER.glob("lint*.py"))
    for brands in found.values():
        assert set(brands) == set(ALL)
        for brand, cell in brands.items():
            assert cell
            own = "".join(p.read_text(encoding="utf-8") for p in (FOLDER / brand).glob("*lint*.py"))
            for rule in re.findall(r"`([a-z0-9-]+)`", cell):
                assert f'"{rule}"' in own + shared, (brand, rule)


@pytest.mark.parametrize("brand", ["abb", "fanuc", "hyundai", "kuka"])
def test_an_output_beyond_its_line_is_told_and_at_its_start_not(brand: str) -> None:
    """A line of 200 mm: 200 mm before its end is its start; 0.1 s at 100 mm/s are 10 mm."""
    kit, cell = KITS[brand], cell_of(brand)
    chain = chain_of(cell, "arm")
    tcp = cell.tools["gripper"].tcps["tcp"]
    start = tcp_pose(chain, np.array(kit.home), tcp)
    moved = Pose(start.R, start.p + np.array([0.0, 0.2, 0.0]))
    q = solve_near(chain, moved @ tcp.inverse(), np.array(kit.home))
    assert q is not None
    line = kit.line(tool="gripper", to=Target(q=tuple(float(v) for v in q)))

    def told(at: Along) -> list[tuple[float | None, float | None, str]]:
        body = (kit.joint(tool="gripper"), SetSignal("lamp", True, at, line=8), line)
        program = Program("job", "arm", (Routine("main", body),))
        found = BRANDS[brand].lint(program, cell)
        return [(f.value, f.limit, f.unit) for f in found if f.rule == "lint-output-beyond"]

    assert told(Along("end", -0.2)) == []
    ((value, limit, unit),) = told(Along("end", -0.201))
    assert (value, limit, unit) == (pytest.approx(201.0), pytest.approx(200.0), "mm")
    assert told(Along("end", delay=-1.99)) == []
    ((value, limit, unit),) = told(Along("end", delay=-2.5))
    assert (value, limit, unit) == (2.5, pytest.approx(2.0), "s")


def test_every_lint_id_is_explained_from_the_table_or_the_list_below_it() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in FOLDER.rglob("*.py"))
    ids = set(re.findall(r'found\(\s*"([a-z0-9-]+)"|"lint-([a-z0-9-]+)"', code))
    names = {a or b for a, b in ids} - {""}
    assert len(names) > 40
    for name in names:
        assert f"`{name}`" in (FOLDER / "LINT.md").read_text(encoding="utf-8"), name
        assert explain_lint(f"lint-{name}").startswith(f"lint-{name}: ")
    page = explain_lint("lint-blend-overlap")
    assert "overlapping corners" in page
    assert "ur       `blend-overlap`" in page
