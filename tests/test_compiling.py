"""`cellsim doctor --compile`: what it runs, and that a run that fails is not passed over."""

from __future__ import annotations

import re

import numpy as np
import pytest

import cellsim as cs
from cellsim.cli import compiling
from cellsim.domain.program import Move
from cellsim.kinematics.fk import flange_pose
from cellsim.kinematics.frames import chain_of, world_T_fixture


def test_the_shortened_job_is_some_joint_motions_of_every_group() -> None:
    job = cs.load_job(cs.load_cell(compiling.CELL, variant=compiling.VARIANT), compiling.TASK)
    short = compiling.shortened(job)
    assert set(short.programs) == set(job.programs)
    for program in short.programs.values():
        said = [s for routine in program.routines for s in routine.body]
        assert 1 <= len(said) <= compiling.MOTIONS * len(program.routines)
        assert all(isinstance(s, Move) and s.kind == "joint" for s in said)


def test_in_the_blocked_job_a_box_stands_around_a_flange() -> None:
    job = cs.load_job(cs.load_cell(compiling.CELL, variant=compiling.VARIANT), compiling.TASK)
    cell = compiling.blocked(job).cell
    (group, *_), box = job.programs, cell.fixtures["box"]
    flange = flange_pose(chain_of(cell, group), np.asarray(cell.groups[group].home))
    assert np.allclose(world_T_fixture(cell, "box").p, flange.p)
    assert box.solid.pieces[0].size == (compiling.BOX_M,) * 3


def test_a_run_that_fails_is_told_with_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    start = compiling._start
    monkeypatch.setattr(compiling, "_start", lambda *_: start("no_such_function"))
    with pytest.raises(RuntimeError, match=re.escape("no_such_function")):
        compiling.compile_loops()


def test_findings_of_a_run_do_not_matter_and_its_errors_do() -> None:
    with pytest.raises(RuntimeError, match="describe"):
        compiling._command("describe", "no/such/cell")
    compiling._command("rules")
