"""Teach: from features to certified programs, on a cell of one robot, a box, a table and a wall."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from teach_jobs import TASK, moves, taught
from tiny_cells import pick_cell

from cellsim.collision.query import scene_of
from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.job import Job
from cellsim.domain.program import Grip, Move, Release, SetSignal
from cellsim.errors import BadInput, TeachFailed, UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics import chain_of, tcp_pose, world_T_part
from cellsim.plan.ompl_planner import OmplRRTConnect
from cellsim.simulate.run import simulate
from cellsim.teach.run import teach


@pytest.fixture(scope="module")
def job() -> Job:
    """Return the plain job."""
    return taught(pick_cell())


def test_the_box_ends_in_the_pocket_by_simulation(job):
    timeline = simulate(job)
    assert timeline.findings == ()
    last = [hold for hold in timeline.holds if hold.part == "box"][-1]
    assert last.parent == "world"
    assert np.allclose(last.pose.p, [0.55, 0.35, 0.151], atol=1e-4)


def test_the_tcp_stands_on_the_feature_within_the_digits_of_the_text(job):
    cell = job.cell
    body = job.programs["r"].routines[0].body
    before_grip = body[[isinstance(s, Grip) for s in body].index(True) - 1]
    assert isinstance(before_grip, Move)
    assert before_grip.kind == "linear"
    top = world_T_part(cell, "box") @ cell.parts["box"].features["top"].places[0]
    world_T_base = Pose.translation(0, 0, 0.3)
    stands = world_T_base @ before_grip.to.pose
    assert np.allclose(stands.p, top.p, atol=1e-6)
    assert np.allclose(stands.R[:, 2], -top.R[:, 2], atol=1e-6)


def test_the_same_task_gives_the_same_text(job):
    again = taught(pick_cell())
    group = job.cell.groups["r"]
    assert dump_program(job.programs["r"], group) == dump_program(again.programs["r"], group)
    assert job.choices == again.choices


def test_lines_are_those_of_the_file(job):
    program = job.programs["r"]
    text = dump_program(program, job.cell.groups["r"])
    read = parse_program(text, "r.program.yaml")
    assert [s.line for s in read.routines[0].body] == [s.line for s in program.routines[0].body]
    assert (
        "- grip:"
        in text.splitlines()[
            next(s.line for s in program.routines[0].body if isinstance(s, Grip)) - 1
        ]
    )


def test_another_place_of_the_box_needs_no_other_task(job):
    moved = taught(pick_cell(box_at=(0.45, -0.45)))
    kinds = [type(s) for s in job.programs["r"].routines[0].body]
    assert [type(s) for s in moved.programs["r"].routines[0].body] == kinds
    assert simulate(moved).findings == ()


@pytest.mark.parametrize("planner", [None, OmplRRTConnect()], ids=["own", "ompl"])
def test_a_wall_needs_vias_whose_edges_are_certified(planner):
    cell = pick_cell(wall=True)
    job = taught(cell, planner=planner)
    joint = [m for m in moves(job) if m.kind == "joint"]
    assert len(joint) > 3
    assert any("via" in choice and "wall" in choice for choice in job.choices)
    assert simulate(job).findings == ()


def test_the_way_over_the_wall_is_free_between_the_samples():
    cell = pick_cell(wall=True)
    run = simulate(taught(cell))
    held = next(h for h in run.holds if h.parent == "group:r.flange")
    track = run.tracks["r"]
    inside = (track.t >= held.t0) & (track.t <= held.t1)
    scene = scene_of(cell, "r", "box", {}, {}, held.pose)
    assert scene.clearance(track.q[inside]).min() > 0.0


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (TASK.replace("at: top", "at: tip"), UnknownName, "yaml:3: no feature named 'tip'"),
        (TASK.replace("table.pocket", "tabel.pocket"), UnknownName, "part or fixture"),
        (TASK.replace("group: r", "group: q"), UnknownName, "no group named 'q'"),
    ],
)
def test_wrong_names_are_bad_input_with_the_line(text, error, message):
    with pytest.raises(error, match=message):
        taught(pick_cell(), text)


def test_placing_what_is_not_held_fails():
    text = "format: cellsim/task@1\nsteps:\n- place: {group: r, part: box, at: table.pocket}\n"
    with pytest.raises(TeachFailed, match="not held: group r holds nothing") as caught:
        taught(pick_cell(), text)
    assert caught.value.line == 3


def test_a_box_out_of_reach_names_step_feature_and_reason():
    with pytest.raises(TeachFailed, match="unreachable") as caught:
        taught(pick_cell(box_at=(2.5, -0.35)))
    assert caught.value.line == 3
    assert "box.top" in str(caught.value)
    assert "out of reach" in caught.value.detail


def test_a_box_inside_the_wall_names_what_it_collides_with():
    with pytest.raises(TeachFailed, match="collision") as caught:
        taught(pick_cell(wall=True, box_at=(0.65, -0.06)))
    assert "wall" in caught.value.detail


def test_signals_and_waits_stand_where_the_task_says():
    text = TASK.replace("- place", "- set: {signal: grip_close, to: true}\n- place")
    body = taught(pick_cell(), text).programs["r"].routines[0].body
    order = [type(s) for s in body if isinstance(s, Grip | SetSignal | Release)]
    assert order == [Grip, SetSignal, Release]


def test_an_unknown_task_is_named(tmp_path: Path):
    cell = replace(pick_cell(), path=str(tmp_path), tasks=("pick",))
    with pytest.raises(UnknownName, match="did you mean 'pick'"):
        teach(cell, "pikc")
    (tmp_path / "pick.task.yaml").write_text(TASK)
    assert teach(cell, "pick").name == "pick"


def test_progress_is_told():
    seen: list[tuple[str, float]] = []
    taught(pick_cell(), progress=lambda what, part: seen.append((what, part)))
    assert seen
    assert all(0.0 <= part <= 1.0 for _, part in seen)


def test_a_step_with_not_a_number_is_bad_input():
    with pytest.raises(BadInput):
        taught(pick_cell(), TASK.replace("depart_mm: 80", "depart_mm: .nan"))


def test_home_is_where_the_program_ends(job):
    last = moves(job)[-1]
    chain = chain_of(job.cell, "r")
    assert np.allclose(last.to.q, chain.home, atol=1e-6)
    assert math.isfinite(tcp_pose(chain, chain.home, Pose.identity()).p[0])
