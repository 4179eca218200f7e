"""The shipped cells are taught by their task files: no finding, nothing that is not free."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from cellsim.collision.check import check_timeline
from cellsim.domain.files.cell import load_cell
from cellsim.domain.job import Job
from cellsim.domain.program import Grip, Move, Process, Statement
from cellsim.domain.report import Severity
from cellsim.domain.timeline import Timeline
from cellsim.simulate.run import simulate
from cellsim.teach.run import teach
from cellsim.verify.run import verify_timeline

CELLS = Path(__file__).parent.parent / "cells"


def taught(cell: str | Path, variant: str, task: str, *overrides: str) -> Job:
    """Return the job of a shipped cell."""
    return teach(load_cell(CELLS / cell, variant, overrides), task)


def body(job: Job, group: str) -> tuple[Statement, ...]:
    """Return the statements of a group's program."""
    return job.programs[group].routines[0].body


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.prove)])
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Return the job of the second car model: the front door alone, and both as shipped."""
    if request.param == 2:
        return taught("door_removal", "suv", "remove_doors")
    folder = tmp_path_factory.mktemp("door") / "door_removal"
    shutil.copytree(CELLS / "door_removal", folder, ignore=shutil.ignore_patterns("programs"))
    task = folder / "remove_doors.task.yaml"
    text, found = re.subn(r"\[(\S+), \S+\]", r"[\1]", task.read_text())
    assert found == 2
    task.write_text(text)
    return taught(folder, "suv", "remove_doors")


@pytest.fixture(scope="module")
def doors_run(doors: Job) -> Timeline:
    """Return its timeline."""
    return simulate(doors)


def test_the_second_car_model_is_taught_free_of_collision(doors_run):
    assert doors_run.findings == ()
    assert {pair.status for pair in check_timeline(doors_run).pairs} == {"free"}


def test_the_second_car_model_is_taught_green_for_all_shifts_of_the_measured_body(doors_run):
    errors = [f for f in verify_timeline(doors_run).findings if f.severity is Severity.ERROR]
    assert errors == []


def test_every_bolt_and_every_door_is_there(doors):
    grips = [s.part for s in body(doors, "holder") if isinstance(s, Grip)]
    assert grips in (["door.front_left"], ["door.front_left", "door.rear_left"])
    bolts = sum(isinstance(s, Process) for s in body(doors, "unscrewer"))
    assert bolts == 4 * len(grips)


def test_the_holder_stands_still_while_bolts_are_engaged(doors_run):
    track = doors_run.tracks["holder"]
    out = [e.t for e in doors_run.events if e.kind == "unfasten"]
    grip = next(e.t for e in doors_run.events if e.kind == "grip")
    during = (track.t >= grip) & (track.t <= out[3])
    assert np.ptp(track.q[during], axis=0).max() == 0.0


def test_lines_at_the_measured_body_are_written_in_its_frame(doors):
    for group in ("holder", "unscrewer"):
        lines = [s for s in body(doors, group) if isinstance(s, Move) and s.kind == "linear"]
        at_body = [move for move in lines if "door." in move.to.feature]
        assert at_body
        assert {move.frame for move in at_body} == {"body"}


def test_the_task_gives_no_coordinates():
    text = (CELLS / "door_removal" / "remove_doors.task.yaml").read_text()
    assert not re.search(r"xyz|rpy|quat|q_deg|\[\s*-?\d", text)


@pytest.mark.prove
def test_a_carrier_that_stands_elsewhere_needs_no_other_task():
    both = taught("door_removal", "suv", "remove_doors")
    moved = taught("door_removal", "suv", "remove_doors", "carrier.xyz_mm=1250,5550,950")
    assert simulate(moved).findings == ()
    kinds = [type(s) for s in body(both, "unscrewer")]
    assert [type(s) for s in body(moved, "unscrewer")] == kinds


@pytest.mark.parametrize(
    ("cell", "variant", "task"),
    [("palletizing", "small_boxes", "stack_layer"), ("machine_tending", "shaft_100", "swap_shaft")],
)
def test_other_brands_are_taught_free_of_collision(cell, variant, task):
    timeline = simulate(taught(cell, variant, task))
    assert timeline.findings == ()
    assert {pair.status for pair in check_timeline(timeline).pairs} == {"free"}
