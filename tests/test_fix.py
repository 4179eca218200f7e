"""cellsim fix: seeded faults of shipped programs are mended by edits that are verified whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cellsim.cache import Cache, default_cache
from cellsim.cli.main import main
from cellsim.domain.job import Job
from cellsim.domain.program import Move, SetSignal, Statement, Wait, Zone
from cellsim.domain.report import Verdict
from cellsim.domain.walk import statements_of
from cellsim.kinematics import chain_of
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.ik import solve_all
from cellsim.release.textjob import compare_jobs
from cellsim.sweep import cells_of, jobs_of, verify_job
from cellsim.teach.repair.case import rewritten
from cellsim.teach.repair.fix import Fixed, fix
from cellsim.teach.write import with_lines

ROOT = Path(__file__).resolve().parents[1]
Fault = Callable[[Job, list[Statement]], Mapping[int, Sequence[Statement]]]


def saved(cell: str, variant: str) -> Job:
    return next(jobs_of(cells_of(cell, [variant])[0]))[0]


def broken(job: Job, group: str, fault: Fault) -> Job:
    program = job.programs[group]
    changes = fault(job, list(statements_of(program)))
    edited = with_lines(rewritten(program, changes), job.cell)
    return replace(job, programs={**job.programs, group: edited})


def without_via(_: Job, statements: list[Statement]) -> Mapping[int, Sequence[Statement]]:
    vias = [s for s in statements if isinstance(s, Move) and s.kind == "joint" and not s.to.feature]
    return {id(vias[0]): []}


def large_corners(_: Job, statements: list[Statement]) -> Mapping[int, Sequence[Statement]]:
    wide = Zone("radius", 60.0, "mm")
    return {id(s): [replace(s, zone=wide)] for s in statements if isinstance(s, Move)}


def large_corner(_: Job, statements: list[Statement]) -> Mapping[int, Sequence[Statement]]:
    wide = Zone("radius", 60.0, "mm")
    move = next(s for s in statements if isinstance(s, Move) and s.zone.value == 20.0)
    return {id(move): [replace(move, zone=wide)]}


def other_branch(job: Job, statements: list[Statement]) -> Mapping[int, Sequence[Statement]]:
    move = [s for s in statements if isinstance(s, Move) and s.kind == "joint"][1]
    chain = chain_of(job.cell, "tender")
    assert move.to.q is not None
    q = np.array(move.to.q)
    other = max(solve_all(chain, flange_pose(chain, q)), key=lambda o: float(np.abs(o - q).max()))
    to = replace(move.to, q=tuple(float(v) for v in other))
    return {id(move): [replace(move, to=to)]}


def swapped(_: Job, statements: list[Statement]) -> Mapping[int, Sequence[Statement]]:
    pairs = pairwise(statements)
    first, second = next(
        (a, b) for a, b in pairs if isinstance(a, SetSignal) and isinstance(b, Wait)
    )
    return {id(first): [second], id(second): [first]}


CASES = {
    "a via left out": ("palletizing", "small_boxes", "stacker", without_via, {"via"}),
    "a corner too large": ("machine_tending", "shaft_80", "tender", large_corner, {"corner"}),
    "corners too large": ("machine_tending", "shaft_80", "tender", large_corners, {"corner"}),
    "another branch": ("machine_tending", "shaft_80", "tender", other_branch, {"branch"}),
    "swapped waits": ("door_removal", "sedan", "holder", swapped, {"waits"}),
}


# The command mends a corner too large below.
@pytest.mark.parametrize(
    "name", ["a via left out", pytest.param("a corner too large", marks=pytest.mark.prove)]
)
def test_a_seeded_fault_is_mended_and_the_whole_job_is_green(name: str) -> None:
    mend(name)


def mend(name: str) -> None:
    """Break a shipped program, mend it, and look at what came of it."""
    cell, variant, group, fault, kinds = CASES[name]
    good = saved(cell, variant)
    bad = broken(good, group, fault)
    fixed = fix(bad, cache=default_cache())
    assert fixed.before.report.verdict is Verdict.FINDINGS
    assert {r.edit.kind for r in fixed.repairs} == kinds
    assert fixed.green
    assert fixed.left == ()
    # A second way to know: the mended job verified anew, and only what was mended is different.
    assert verify_job(fixed.after.job).report.verdict is Verdict.GREEN
    changed = compare_jobs(bad, fixed.after.job)
    assert 1 <= len(changed) <= 6
    assert all(g == group for g, _ in changed)
    assert bad.programs[group] is fixed.before.job.programs[group]


def test_what_no_edit_mends_is_left_and_said(tmp_path: Path) -> None:
    job = saved("machine_tending", "shaft_80")
    parts = {n: replace(p, mass=400.0) for n, p in job.cell.parts.items()}
    heavy = replace(job, cell=replace(job.cell, parts=parts))
    fixed: Fixed = fix(heavy, cache=Cache(tmp_path))
    assert not fixed.green
    assert fixed.repairs == ()
    assert {"payload-exceeded", "grip-overloaded"} <= {f.rule for f in fixed.left}


def test_the_command_prints_the_repair_and_writes_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = tmp_path / "tending"
    shutil.copytree(ROOT / "cells" / "machine_tending", cell)
    file = cell / "programs" / "shaft_80" / "swap_shaft" / "tender.program.yaml"
    text = file.read_text()
    bad, count = re.subn(r"zone: radius 20 mm", "zone: radius 60 mm", text, count=1)
    assert count == 1
    # As by hand: finer than the controller can say, which the repair rounds and does not list.
    bad, count = re.subn(r"(speed: 1\.\d{4}) rad", r"\g<1>37 rad", bad)
    assert count >= 3
    bad, count = re.subn(r"(q_deg: \[\d+\.\d{6})\d*", r"\g<1>4", bad)
    assert count >= 3
    file.write_text(bad)
    out = tmp_path / "mended"
    args = ["fix", str(cell), "--variant", "shaft_80", "--out", str(out)]
    assert main(args) == 0
    shown = capsys.readouterr().out
    (line,) = re.findall(r"repair: line (\d+)", shown)
    changes = re.findall(r"^    tender (\d+) -> (\d+): (\w+)", shown, re.MULTILINE)
    assert changes == [(line, line, "zone")]
    assert re.search(r"verdict: findings .* -> verdict: green", shown)
    assert file.read_text() == bad
    mended = out / "shaft_80" / "swap_shaft" / file.name
    file.write_text(mended.read_text())
    assert main(["verify", str(cell), "--variant", "shaft_80"]) == 0


def test_a_baseline_accepts_what_is_known_and_fails_on_what_is_new_or_worse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "known.yaml"
    setting = ["--set", "takt_s=20"]
    common = ["machine_tending", "--variant", "shaft_80"]
    assert main(["verify", *common, *setting]) == 1
    told = ["--author", "Kim", "--reason", "as taken over from the line"]
    assert main(["baseline", *common, *setting, *told, "--out", str(file)]) == 0
    assert "takt-exceeded" in file.read_text()
    gate = ["verify", *common, "--baseline", str(file)]
    assert main([*gate, *setting]) == 0
    assert "waived by Kim" in capsys.readouterr().out
    assert main([*gate, *setting, "--set", "tools.finger_gripper.mass_kg=40"]) == 1
    assert main(gate) == 0
    assert "no longer found" in capsys.readouterr().err
    known = file.read_text()
    worst = re.search(r"worst: ([\d.]+)", known)
    assert worst is not None
    file.write_text(known.replace(worst[1], str(float(worst[1]) - 1.0)))
    assert main([*gate, *setting]) == 1


def test_a_broken_baseline_is_bad_input(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text("format: cellsim/baseline@1\nauthor: Kim\nreason: as taken over\nfindings: 3\n")
    assert main(["verify", "machine_tending", "--baseline", str(file)]) == 3
