"""Teach: from features to certified programs, on a cell of one robot, a box, a table and a wall."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_cells import pick_cell

from cellsim.collision.query import scene_of
from cellsim.domain.cell import Cell
from cellsim.domain.feature import Feature, facing
from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.files.task import parse_task
from cellsim.domain.job import Job
from cellsim.domain.program import Grip, Move, Release, SetSignal
from cellsim.errors import BadInput, TeachFailed, UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics import chain_of, tcp_pose, world_T_part
from cellsim.plan import RRTConnect
from cellsim.plan.ompl_planner import OmplRRTConnect
from cellsim.simulate.run import simulate
from cellsim.teach.candidates import Candidate
from cellsim.teach.ladder import ladder_of, search
from cellsim.teach.places import place_of, standings
from cellsim.teach.resolve import Resolver
from cellsim.teach.run import teach, teach_task
from cellsim.teach.section import Section
from cellsim.teach.steps import stages_of
from cellsim.teach.taught import Taught

TASK = """format: cellsim/task@1
steps:
- grip: {group: r, part: box, at: top, depart_mm: 80}
- place: {part: box, at: table.pocket}
- home: {}
"""


def taught(cell: Cell, text: str = TASK, **options: object) -> Job:
    """Return the job of a task text."""
    return teach_task(cell, parse_task(text, "pick.task.yaml"), **options)


def moves(job: Job) -> list[Move]:
    """Return the motions of the only program."""
    return [s for s in job.programs["r"].routines[0].body if isinstance(s, Move)]


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


def test_a_gripper_stands_two_ways_and_a_socket_any_way():
    cell = pick_cell()
    tool = cell.tools["gripper"]
    slot = Feature("slot", "rim", (Pose.identity(),), (0.3, 0.1))
    assert len(standings(tool, Pose.identity(), slot)) == 2
    socket = replace(tool, gripper=None)
    turns = standings(socket, Pose.identity(), slot)
    assert len(turns) == 12
    for _, pose in turns:
        assert np.allclose(pose.R[:, 2], [0, 0, -1])


def test_a_place_is_found_by_member_and_follows_its_part():
    cell = pick_cell()
    holes = Feature("holes", "holes", (Pose.identity(), Pose.translation(0.02, 0, 0)),
                    (0.01,), members=("holes.1", "holes.2"))  # fmt: skip
    part = cell.parts["box"]
    part = replace(part, features={**part.features, "holes": holes})
    cell = replace(cell, parts={"box": part})
    second = place_of(cell, "box.holes.2", {})
    assert len(second.poses) == 1
    assert np.allclose(second.poses[0].p, [0.57, -0.35, 0.151])
    gone = place_of(cell, "box.holes", {"box": Pose.translation(0, 0, 1)})
    assert np.allclose(gone.poses[0].p, [0, 0, 1])


def test_facing_is_an_involution_that_keeps_x():
    place = Pose.from_xyz_rpy((1, 2, 3), (0.3, 0.4, 0.5))
    assert np.allclose(facing(facing(place)).matrix, place.matrix)
    assert np.allclose(facing(place).R[:, 0], place.R[:, 0])
    assert np.allclose(facing(place).R[:, 2], -place.R[:, 2])


def _node(x: float, cost: float = 0.0) -> Candidate:
    return Candidate(np.array([[x]]), (), None, cost)


def test_the_ladder_takes_the_cheapest_chain_that_is_free():
    layers = [[_node(0.0)], [_node(1.0), _node(3.0), _node(-1.5)], [_node(0.0)]]
    ladder = ladder_of(layers, np.ones(1), np.zeros(1))
    blocked = {1.0}
    chain = search(ladder, lambda _k, c: c.q[0, 0] not in blocked, lambda *_: True, 99)
    assert chain == [0, 2, 0]


def test_an_edge_that_is_not_free_is_left_for_a_cheap_neighbour():
    layers = [[_node(0.0)], [_node(1.0), _node(-1.2)], [_node(0.0)]]
    ladder = ladder_of(layers, np.ones(1), np.zeros(1))

    def edge_free(_k: int, _a: Candidate, b: Candidate) -> bool:
        return b.q[0, 0] != 1.0

    assert search(ladder, lambda *_: True, edge_free, 99) == [0, 1, 0]


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


def two_robots() -> Cell:
    """Return the pick cell with a second robot far behind the first."""
    cell = pick_cell()
    other = replace(
        cell.groups["r"], name="s", base=Pose.translation(-3.0, 0.0, 0.3), tool="",
        controller=replace(cell.groups["r"].controller, tools={}),
    )  # fmt: skip
    return replace(cell, groups={**cell.groups, "s": other})


def test_a_struck_candidate_gives_another_way():
    cell = pick_cell()
    task = parse_task(TASK, "pick.task.yaml")
    resolver = Resolver(cell, task)
    section = Section(cell, task, stages_of(cell, task)["r"], resolver.space("r"), RRTConnect())
    first = section.solve()[1].candidate.q[1]
    section.strike(1)
    second = section.solve()[1].candidate.q[1]
    assert np.abs(first - second).max() > 0.2


def test_a_group_stands_differently_where_another_finds_no_way(monkeypatch):
    text = TASK.replace("- place", "- home: {group: s}\n- place").replace(
        "place: {", "place: {group: r, "
    )
    solve, asked = Section.solve, []

    def first_in_the_way(section: Section) -> list[Taught]:
        if section.group == "s":
            asked.append(section.group)
            if len(asked) == 1:
                raise TeachFailed("collision", "with r", file="f", line=4, feature="s home")
        return solve(section)

    plain = taught(two_robots(), text)
    monkeypatch.setattr(Section, "solve", first_in_the_way)
    other = taught(two_robots(), text)
    assert len(asked) == 2
    targets = [move.to.q for job in (plain, other) for move in moves(job)[:1]]
    assert np.abs(np.subtract(*targets)).max() > 0.2


def test_a_group_that_never_finds_a_way_fails_with_its_first_reason(monkeypatch):
    solve = Section.solve

    def always_in_the_way(section: Section) -> list[Taught]:
        if section.group == "s":
            raise TeachFailed("collision", "with r", file="f", line=4, feature="s home")
        return solve(section)

    monkeypatch.setattr(Section, "solve", always_in_the_way)
    text = TASK.replace("- place", "- home: {group: s}\n- place: {group: r}").replace(
        "{group: r}: {", "{group: r, "
    )
    with pytest.raises(TeachFailed, match="with r"):
        taught(two_robots(), text)
