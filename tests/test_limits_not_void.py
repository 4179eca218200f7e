"""Figures and waivers that would make a rule void: overrides, a day, tolerances, wide patterns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bad_cells
import pytest
from gantry_cells import cell_of, job_of, panel, program, put, to, wait
from rule_findings import BY_ID
from run_looks import finding, rules_of

from cellsim.cellmesh.shapes import box as cube_of
from cellsim.cellmesh.shapes import union_mesh, write_stl
from cellsim.domain.along import Along
from cellsim.domain.cell import Cell, Waiver
from cellsim.domain.program import (
    Delay,
    Grip,
    Loop,
    SetSignal,
    Wait,
    signal_is,
)
from cellsim.domain.report import CERTIFIED, Finding, Severity, Verdict
from cellsim.errors import BadInput
from cellsim.geometry import Piece, Pose, Solid
from cellsim.geometry.extent import least_edge
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.run import _told, verdict_of
from cellsim.verify.waivers import waive


def at_overrides(low: float, high: float, takt: float | None = None) -> Cell:
    cell = cell_of(held="group:hand")
    hands = cell.groups["hand"]
    hands = replace(hands, controller=replace(hands.controller, override=(low, high)))
    return replace(cell, groups={**cell.groups, "hand": hands}, takt_s=takt)


def test_a_takt_is_held_at_the_highest_override_that_the_controller_may_run_at() -> None:
    """4 m at 1 m/s take over 4 s, and over 8 s at the half of it, which is all it may do."""
    job = job_of(at_overrides(10.0, 50.0, takt=6.0), program("hand", to(4)))
    made = simulate_band(job)
    half = simulate(job, overrides={"hand": 50.0}).duration
    assert made.band.low <= made.band.nominal == half <= made.band.high
    (f,) = BY_ID["takt-exceeded"](Context(made)).findings
    assert f.value == pytest.approx(made.band.high)
    assert "the cycle time is that with hand at 50 %, the highest override" in made.assumptions
    free = simulate_band(job_of(at_overrides(10.0, 100.0, takt=6.0), program("hand", to(4))))
    assert BY_ID["takt-exceeded"](Context(free)).findings == ()


def test_a_timeout_that_only_slow_axes_at_the_lowest_override_meet_is_found() -> None:
    """The wait lasts as long as the hand drives 1 m: longest with slow axes and half the speed."""
    cell = at_overrides(50.0, 100.0)

    def job(timeout: float | None) -> list[str]:
        waits = program("driver", Wait(signal_is("held", True), timeout))
        return rules_of(simulate_band(job_of(cell, program("hand", to(1), put("held")), waits)))

    ends = {}
    for accel in ("typical", "slow"):
        alone = job_of(cell, program("hand", to(1)))
        ends[accel] = simulate(alone, accel, overrides={"hand": 50.0}).duration  # type: ignore[arg-type]
    assert ends["slow"] > ends["typical"] + 0.1
    assert "wait-timeout" in job((ends["slow"] + ends["typical"]) / 2)
    assert "wait-timeout" not in job(ends["slow"] + 0.1)


def test_what_comes_behind_a_day_was_not_looked_at_and_is_told() -> None:
    long = program("hand", to(1), Delay(90_000.0), to(2))
    made = simulate(job_of(cell_of(), long))
    assert made.tracks["hand"].q[-1, 0] == pytest.approx(1.0)
    f = finding(made, "endless-loop")
    assert (f.severity, f.line, f.facts["limit"]) == (Severity.ERROR, 3, 86_400)
    laps = program("hand", Loop((Delay(3000.0), to(0.1), to(0)), 40), to(2))
    assert "endless-loop" in rules_of(simulate(job_of(cell_of(), laps)))


def test_what_ends_within_a_day_is_not() -> None:
    made = simulate(job_of(cell_of(), program("hand", to(1), Delay(86_000.0), to(2))))
    assert made.findings == ()
    assert made.tracks["hand"].q[-1, 0] == pytest.approx(2.0)


def test_an_output_of_a_motion_that_never_comes_is_told() -> None:
    along = SetSignal("held", True, at=Along("start"))
    cell = cell_of(held="group:hand")
    made = simulate(job_of(cell, program("hand", to(1), along)))
    f = finding(made, "output-beyond-motion")
    assert (f.severity, f.subject, f.line) == (Severity.UNDECIDED, "held", 2)
    assert not any(e.name == "held" for e in made.events)
    made = simulate(
        job_of(cell, program("hand", to(1), along, to(2)), program("driver", wait("held")))
    )
    assert made.findings == ()


@pytest.mark.parametrize("rule", sorted(CERTIFIED))
def test_what_the_certified_test_found_is_accepted_by_name_alone(rule: str) -> None:
    f = Finding(rule, Severity.ERROR, "a / b", 12.0, 0.0, "mm")
    for pattern in ("*", f"{rule[:4]}*", f"{rule[:-1]}?"):
        wide = Waiver(pattern, "a / *", "A. Reviewer", "seen on the line", severity="error")
        assert verdict_of(waive((f,), (wide,))) is Verdict.FINDINGS
    for nobody in ("*", "* / *", "*/*", "?*", "[a-z] / [a-z]", "[!]x]*", "[]a]*"):
        wide = Waiver(rule, nobody, "A. Reviewer", "seen on the line", severity="error")
        (told,) = waive((f,), (wide,))
        assert (told.waived_by, told.facts["unnamed"]) == ("", "seen on the line")
    named = Waiver(rule, "a / *", "A. Reviewer", "seen on the line", severity="error")
    assert verdict_of(waive((f,), (named,))) is Verdict.GREEN_EXCEPT


def test_a_waiver_of_what_is_not_checked_accepts_no_error_of_that_rule() -> None:
    """The figure comes to hand later, and is passed: the reason of the waiver is gone."""
    missing = Finding("payload-exceeded", Severity.NOT_CHECKED, "arm ur5e")
    passed = Finding("payload-exceeded", Severity.ERROR, "arm ur5e", 7.0, 5.0, "kg")
    only = Waiver("payload-exceeded", "arm *", "A. Reviewer", "no figure", severity="not_checked")
    assert verdict_of(waive((missing,), (only,))) is Verdict.GREEN
    assert verdict_of(waive((missing, passed), (only,))) is Verdict.FINDINGS
    assert verdict_of(waive((missing, passed), (replace(only, severity=""),))) is Verdict.FINDINGS
    errors = replace(only, severity="error")
    assert verdict_of(waive((missing, passed), (only, errors))) is Verdict.GREEN


def test_a_waiver_that_names_kinds_of_bodies_alone_names_none() -> None:
    f = Finding("clearance", Severity.UNDECIDED, "part:box / fixture:wall", 2.0, 5.0, "mm")
    for subject, accepted in (
        ("part:* / fixture:*", False), ("part:* / *", False), ("part:box / *", True),
        ("* / fixture:wall", True), ("part:b* / *", True),
    ):  # fmt: skip
        (told,) = waive((f,), (Waiver("clearance", subject, "A. Reviewer", "seen there"),))
        assert bool(told.waived_by) is accepted, subject
        assert ("unnamed" in told.facts) is not accepted


def test_every_waiver_of_the_shipped_cells_says_what_severity_it_accepts() -> None:
    from cellsim.domain.files.cell import load_cell

    for folder in sorted((Path(bad_cells.__file__).parents[1] / "cells").iterdir()):
        if folder.is_dir():
            cell = load_cell(folder)
            assert {w.severity for w in cell.waivers} <= {"not_checked"}, folder


VOID = {
    "metres": ("clearance_mm: 10", "clearance_mm: 0.01", "at least 0.1"),
    "own metres": ("self_clearance_mm: 5", "self_clearance_mm: 0.005", "at least 0.1"),
    "rule in metres": (
        "kind: contact", "kind: clearance, value_mm: 0.02", "at least 0.1"
    ),
    "body in metres": ("size_mm: [900, 600, 100]", "size_mm: [0.9, 0.6, 0.1]", "another unit"),
    "mesh in metres": (
        "{mesh: cube.stl, pieces: [{shape: box, center_mm: [20, 20, 20], size_mm: [40, 40, 40]}]}",
        "{mesh: small.stl, pieces_from: hull}", "mesh_unit: m",
    ),
    "no value": ("kind: contact", "kind: clearance", "value_mm"),
    "window": ('a: "part:*", b: "fixture:*"', 'a: "arm/*", b: "fixture:*"', "grip:PART"),
    "contact": (
        "start: \"grip:*\", author", "start: \"grip:*\", value_mm: 5000, author", "100 mm"
    ),
    "ramp": ("kind: contact", "kind: clearance, value_mm: 5, ramp_over_mm: 60000", "2000"),
    "gripper": ("closed: closed\n", "closed: closed\n      position_mm: 3000\n", "100"),
    "angle": ("closed: closed\n", "closed: closed\n      angle_deg: 180\n", "45"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(VOID))
def test_a_tolerance_that_would_allow_anything_is_bad_input(name: str, tmp_path: Path) -> None:
    old, new, said = VOID[name]
    folder = bad_cells.with_cube(tmp_path)
    write_stl(folder / "small.stl", *union_mesh([cube_of("cube", (0, 0, 0), (0.04, 0.04, 0.04))]))
    bad_cells.load_changed(folder, bad_cells.CELL, "", "")
    with pytest.raises(BadInput) as told:
        bad_cells.load_changed(folder, bad_cells.CELL, old, new)
    assert said in str(told.value)
    assert told.value.line > 0


def test_a_contact_that_lets_a_part_through_a_plate_is_bad_input(tmp_path: Path) -> None:
    """The cube is 40 mm, the bench 100 mm: from 70 mm on the one may be anywhere in the other."""
    folder = bad_cells.with_cube(tmp_path)
    old = 'start: "grip:*", author'
    for value, bad in ((69.9, False), (70, True)):
        new = f'start: "grip:*", value_mm: {value}, author'
        if not bad:
            assert bad_cells.load_changed(folder, bad_cells.CELL, old, new).pair_rules
            continue
        with pytest.raises(BadInput, match="through") as told:
            bad_cells.load_changed(folder, bad_cells.CELL, old, new)
        assert told.value.line > 0


def test_a_body_is_as_thin_as_its_least_edge_however_it_is_turned() -> None:
    turned = Pose.from_xyz_rpy((1, 2, 3), (0.3, 0.5, 0.7))
    for piece, edge in (
        (Piece("box", (0.02, 1.0, 0.5), turned), 0.02),
        (Piece("sphere", (0.05,), turned), 0.1),
        (Piece("cylinder", (0.05, 0.01), turned), 0.01),
        (Piece("capsule", (0.05, 0.4), turned), 0.1),
    ):
        assert least_edge(Solid("body", (piece,))) == pytest.approx(edge)
    far = Piece("box", (0.02, 1.0, 0.5), Pose.translation(0.4, 0, 0))
    both = Solid("body", (Piece("box", (0.02, 1.0, 0.5), Pose.identity()), far))
    assert least_edge(both) == pytest.approx(0.42)


def test_what_is_told_of_one_group_or_as_less_bad_hides_nothing_of_another() -> None:
    """Two robots may each have a main.mod."""
    seen = Finding("gripper-acts-in-motion", Severity.ERROR, "second", file="main.mod", line=5)
    told = replace(seen, subject="hand panel", value=3.0)
    assert not _told(seen, [told])
    assert _told(replace(seen, subject="hand"), [told])
    assert not _told(replace(seen, subject="hand"), [replace(told, severity=Severity.WARNING)])


def test_what_is_told_of_one_part_hides_nothing_of_another_at_the_same_line() -> None:
    """A holder that moves with two doors: the one is told by the rule, the other may be later."""
    told = Finding("holder-moves-while-fastened", Severity.ERROR, "hand left", file="a", line=5)
    assert _told(replace(told, severity=Severity.UNDECIDED), [told])
    assert not _told(replace(told, subject="hand right"), [told])
    assert not _told(replace(told, subject="hand le"), [told])
    assert not _told(replace(told, line=6), [told])


def test_what_else_is_wrong_at_the_line_of_a_grip_hides_nothing_of_it() -> None:
    """Another part is in the hand than the statement names; something else may be accepted."""
    parts = (panel((1, 0, 0), hinge=False), replace(panel((2, 0, 0), hinge=False), name="other"))
    made = simulate(job_of(cell_of(parts), program("hand", to(2), Grip("panel"), to(2, 0, 1))))
    for rule, subject, count in (
        ("moved-while-clamped", "other", 1),
        ("grip-missed", "driver", 1),
        ("grip-missed", "hand", 0),
    ):
        f = Finding(rule, Severity.ERROR, subject, file="hand.prg", line=2)
        seen = Context(replace(made, findings=(*made.findings, f)))
        assert len(BY_ID["part-not-held"](seen).findings) == count


def test_a_clearance_of_nothing_and_one_of_a_tenth_of_a_millimetre_are_good(tmp_path: Path) -> None:
    folder = bad_cells.with_cube(tmp_path)
    for value in ("0", "0.1"):
        new = f"clearance_mm: {value}"
        cell = bad_cells.load_changed(folder, bad_cells.CELL, "clearance_mm: 10", new)
        assert cell.clearance_m == pytest.approx(1e-3 * float(value))
