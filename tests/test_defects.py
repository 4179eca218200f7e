"""The saved door programs are green; each seeded defect gives its finding with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from releases import verified

from cellsim.cli.main import main
from cellsim.domain.cell import Cell
from cellsim.domain.equipment import Part
from cellsim.domain.files.job import job_folder
from cellsim.domain.files.onfeature import resolve_features
from cellsim.domain.files.program import parse_program
from cellsim.domain.job import Job
from cellsim.domain.report import Finding, Report, Severity, Verdict
from cellsim.domain.timeline import Timeline
from cellsim.geometry import Pose
from cellsim.simulate.band import simulate_band
from cellsim.simulate.run import simulate
from cellsim.sweep import cells_of, jobs_of
from cellsim.verify.context import Context
from cellsim.verify.rules import RULES, rule_id

Lines = dict[str, list[str]]
DOOR, BODY = "door.front_left", "fixture:body"


@pytest.fixture(scope="module")
def job() -> Job:
    """The saved programs of the suv; green as they are (test_cells_verify)."""
    cell = cells_of("door_removal", ("suv",))[0]
    saved, taught = next(jobs_of(cell))
    assert not taught
    return saved


def texts(job: Job) -> Lines:
    """Return file name to lines of the saved programs."""
    folder = job_folder(job.cell, job.name)
    return {
        f"{group}.program.yaml": (folder / f"{group}.program.yaml").read_text().splitlines()
        for group in job.programs
    }


def edited(job: Job, group: str, change: Callable[[list[str]], None]) -> tuple[Job, Lines]:
    """Return the job with the text of one program changed, and all texts."""
    lines = texts(job)
    name = f"{group}.program.yaml"
    change(lines[name])
    program = resolve_features(parse_program("\n".join(lines[name]), name), job.cell)
    return replace(job, programs={**job.programs, group: program}), lines


def line_of(lines: list[str], pattern: str, after: int = 0) -> int:
    """Return the index of the first line that matches, not before `after`."""
    return next(k for k, line in enumerate(lines) if k >= after and re.search(pattern, line))


def changed(job: Job, **fields: object) -> Job:
    """Return the job in a changed cell."""
    return replace(job, cell=replace(job.cell, **fields))  # type: ignore[arg-type]


def with_mass(cell: Cell, kg: float) -> dict[str, Part]:
    """Return the parts with another mass of the front door, its shape of inertia kept."""
    door = cell.parts[DOOR]
    heavy = replace(door, mass=kg, inertia=door.inertia * (kg / door.mass))
    return {**cell.parts, DOOR: heavy}


def rule(name: str, timeline: Timeline) -> tuple[Finding, ...]:
    """Return what one rule finds; no collision is computed."""
    return next(r for r in RULES if rule_id(r) == name)(Context(timeline)).findings


def told(findings: tuple[Finding, ...], name: str, subject: str = "") -> list[Finding]:
    """Return the errors of a rule about a subject."""
    return [
        f
        for f in findings
        if f.rule == name and f.severity is Severity.ERROR and re.search(subject, f.subject)
    ]


def said_at(lines: Lines, finding: Finding) -> str:
    """Return the statement that a finding names."""
    assert finding.line > 0
    return lines[Path(finding.file).name][finding.line - 1]


def judged(job: Job) -> Report:
    report = verified(job).report
    assert report.verdict is Verdict.FINDINGS
    return report


@pytest.mark.prove
def test_a_car_that_stands_150_mm_off_its_frame_is_missed_and_met(job: Job) -> None:
    """Along x; along y in tests/prove/test_prove_car.py."""
    car_is_missed_and_met(job, (0.15, 0.0, 0.0))


def car_is_missed_and_met(job: Job, shift: tuple[float, float, float]) -> None:
    off = Pose.translation(*shift)
    cell = job.cell
    body = replace(cell.fixtures["body"], pose=off @ cell.fixtures["body"].pose)
    parts = {
        name: replace(part, hinge=replace(part.hinge, origin=off @ part.hinge.origin))
        for name, part in cell.parts.items()
        if part.hinge is not None
    }
    assert set(parts) == set(cell.parts)
    found = judged(changed(job, fixtures={**cell.fixtures, "body": body}, parts=parts)).findings
    lines = texts(job)
    missed = told(found, "grip-missed")
    assert [f.value for f in missed] == [pytest.approx(150.0, abs=1.0)] * 2
    assert all(re.search(r"grip: \{part: door", said_at(lines, f)) for f in missed)
    bolts = told(found, "fastener-missed")
    assert len(bolts) == 8
    assert all("process: {device: nutrunner" in said_at(lines, f) for f in bolts)
    met = told(found, "collision", r"door_gripper / part:door|link\d / part:door")
    assert met
    assert all(f.line > 0 for f in met)
    assert any("move_" in said_at(lines, f) for f in met)


def test_a_door_of_150_kg_is_above_the_payload_where_it_is_gripped(job: Job) -> None:
    timeline = simulate(changed(job, parts=with_mass(job.cell, 150.0)))
    (finding,) = told(rule("payload-exceeded", timeline), "payload-exceeded")
    assert (finding.value, finding.limit, finding.unit) == (225.0, 220.0, "kg")
    assert f"grip: {{part: {DOOR}" in said_at(texts(job), finding)


def test_a_door_heavier_than_the_gripper_holds_is_named_where_it_is_gripped(job: Job) -> None:
    at_limit = simulate(changed(job, parts=with_mass(job.cell, 60.0)))
    assert rule("grip-overloaded", at_limit) == ()
    timeline = simulate(changed(job, parts=with_mass(job.cell, 61.0)))
    (finding,) = rule("grip-overloaded", timeline)
    assert (finding.value, finding.limit) == (61.0, 60.0)
    assert f"grip: {{part: {DOOR}" in said_at(texts(job), finding)
    assert told(rule("payload-exceeded", timeline), "payload-exceeded") == []


@pytest.mark.parametrize("variant", [pytest.param("sedan", marks=pytest.mark.prove), "suv"])
def test_a_joint_at_half_its_speed_breaks_the_takt(variant: str) -> None:
    """At full speed the takt is kept: test_cells_verify."""
    half = cells_of("door_removal", (variant,), ("holder.derate_percent.V=50",))[0]
    saved = next(jobs_of(half))[0]
    (finding,) = rule("takt-exceeded", simulate_band(saved))
    assert finding.value is not None
    assert finding.limit is not None
    assert finding.value > finding.limit
    assert "move_" in said_at(texts(saved), finding)


def test_a_wait_swapped_with_the_signal_that_asks_for_it_is_a_deadlock(job: Job) -> None:
    def swap(lines: list[str]) -> None:
        k = line_of(lines, r"set: \{signal: door_held, to: true")
        assert "until: bolts_out" in lines[k + 1]
        lines[k], lines[k + 1] = lines[k + 1], lines[k]

    wrong, lines = edited(job, "holder", swap)
    found = [f for f in simulate(wrong).findings if f.rule in ("deadlock", "wait-timeout")]
    assert any("until: bolts_out" in said_at(lines, f) for f in found)
    assert any("until: door_held" in said_at(lines, f) for f in found)


def test_a_pull_before_the_wait_for_the_bolts_moves_a_fastened_door(job: Job) -> None:
    def swap(lines: list[str]) -> None:
        k = line_of(lines, r"until: bolts_out")
        pull = line_of(lines, r"move_l: .*pulled", k)
        lines[k], lines[pull] = lines[pull], lines[k]

    wrong, lines = edited(job, "holder", swap)
    found = rule("holder-moves-while-fastened", simulate(wrong))
    assert found
    assert all(re.search(r"move_l: .*pulled", said_at(lines, f)) for f in found)


@pytest.mark.prove
def test_without_the_hinge_window_door_and_body_are_too_near(job: Job) -> None:
    rules = tuple(r for r in job.cell.pair_rules if not (r.kind == "contact" and r.b == BODY))
    assert len(rules) == len(job.cell.pair_rules) - 1
    found = judged(changed(job, pair_rules=rules)).findings
    near = [f for f in found if f.rule in ("clearance", "collision") and BODY in f.subject]
    assert {f"part:{name}" for name in job.cell.parts} <= set(
        " / ".join(f.subject for f in near).split(" / ")
    )
    assert all(f.line > 0 for f in near)
    assert all("move_" in said_at(texts(job), f) or "wait" in said_at(texts(job), f) for f in near)


@pytest.mark.prove
def test_without_the_wait_for_the_unscrewer_the_two_robots_may_meet(job: Job) -> None:
    def drop(lines: list[str]) -> None:
        del lines[line_of(lines, r"until: unscrewer_clear")]

    wrong, lines = edited(job, "holder", drop)
    found = judged(wrong).findings
    met = [
        f
        for f in (*told(found, "collision"), *told(found, "clearance"))
        if "unscrewer/" in f.subject and re.search(r"holder/|part:", f.subject)
    ]
    assert met
    assert any("move_" in said_at(lines, f) for f in met)


def test_the_command_line_shows_a_what_if_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["verify", "machine_tending", "--variant", "shaft_80", "--set", "shaft.raw.mass_kg=50"]
    assert main(asked) == 1
    said = capsys.readouterr().out
    assert re.search(r"\w+\.program\.yaml:\d+ t=[\d.]+s error\[payload-exceeded\]", said)
