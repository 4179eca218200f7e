"""Frames that a track, a positioner or another robot carries; targets that are two places; moves
that share a line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gantry_cells import RULES, cell_of, job_of, program, put, to, wait
from table_cell import folder
from tiny_cells import pick_cell

from cellsim.domain.cell import Cell, Frame
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.program import parse_program
from cellsim.domain.job import Job
from cellsim.domain.program import (
    FINE,
    If,
    Move,
    Program,
    Speed,
    Target,
    Tolerance,
    Zone,
    signal_is,
)
from cellsim.domain.report import Severity
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.kinematics.naming import branch_name
from cellsim.simulate.run import simulate
from cellsim.verify.context import Context
from cellsim.verify.rules import RULES as ALL
from cellsim.verify.rules import rule_id
from tests import timelines

BY_ID = {rule_id(rule): rule for rule in ALL}
MEANWHILE = "frame-moves-meanwhile"
DOWN = "rpy_deg: [180, 0, 0]"


def on_table(cell: Cell, *lines: str) -> Job:
    head = ["format: cellsim/program@1", "group: arm", "routines:", "  arm:"]
    text = "\n".join([*head, *(f"  - {line}" for line in lines)]) + "\n"
    return Job("job", cell, {"arm": parse_program(text, "arm.program.yaml")}, {"arm": RULES})


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    return load_cell(folder(tmp_path_factory.mktemp("cell"), "world"), "one")


START = "move_j: {to: {q_deg: [0, 0, 0, 0, 60, 0], e1_deg: 0, e2_deg: 0}, speed: 50 %, zone: fine}"


def turning(zone: str) -> str:
    """A joint move that turns the table by 90 degrees."""
    joints = "q_deg: [0, 10, 0, 0, 60, 0], e1_deg: 0, e2_deg: 90"
    return f"move_j: {{to: {{{joints}}}, speed: 50 %, zone: {zone}}}"


@pytest.mark.parametrize("zone", ["fine", "radius 20 mm"])
def test_a_pose_on_the_table_is_where_the_table_is_when_the_move_ends(
    table: Cell, zone: str
) -> None:
    """Whether the robot stops before it or drives on; seen by forward kinematics of the last q."""
    pose = f"to: {{xyz_mm: [0, 0, 200], {DOWN}}}, speed: 50 %, frame: turned"
    made = simulate(on_table(table, START, turning(zone), f"move_j: {{{pose}}}"))
    q = made.tracks["arm"].q[-1]
    assert np.degrees(q[7]) == pytest.approx(90.0)
    flange = tcp_pose(chain_of(table, "arm"), q, Pose.identity())
    seen = world_T_frame(table, "turned", {"arm": q}).inverse() @ flange
    assert np.allclose(seen.p, [0, 0, 0.2], atol=1e-8)
    assert BY_ID[MEANWHILE](Context(made)).findings == ()


@pytest.mark.parametrize(("turn", "count"), [(90, 0), (45, 1)])
def test_a_line_on_a_table_that_turns_meanwhile_is_undecided(
    table: Cell, turn: int, count: int
) -> None:
    line = f"to: {{xyz_mm: [0, 0, 150], {DOWN}, e1_deg: 0, e2_deg: {turn}}}, speed: 90 mm/s"
    over = f"move_j: {{to: {{xyz_mm: [0, 0, 200], {DOWN}}}, speed: 50 %, frame: turned}}"
    lines = (START, turning("fine"), over, f"move_l: {{{line}, frame: turned}}")
    found = BY_ID[MEANWHILE](Context(simulate(on_table(table, *lines)))).findings
    assert [(f.severity, f.line, f.facts["carrier"]) for f in found] == [
        (Severity.UNDECIDED, 8, "arm/positioner/flange")
    ] * count


def carried() -> Cell:
    """Two gantries; a frame hangs on the flange of `driver`."""
    cell = cell_of(start="group:driver", ready="group:driver")
    frame = Frame("carried", "group:driver.flange", Pose.translation(0.1, 0, 0))
    return replace(cell, frames={**cell.frames, "carried": frame})


def reaching() -> Move:
    return Move(
        "joint", Target(pose=Pose.identity()), Speed(50, "%"), FINE, frame="carried", line=9
    )


def test_a_frame_on_another_robot_must_stand_in_every_order_that_signals_allow() -> None:
    cell = carried()
    driver = program("driver", to(0.5), put("ready"))
    for first, count in (((), 1), ((wait("ready"),), 0)):
        job = job_of(cell, program("hand", *first, reaching()), driver)
        found = BY_ID[MEANWHILE](Context(simulate(job))).findings
        assert [(f.severity, f.line) for f in found] == [
            (Severity.UNDECIDED, 1 + len(first))
        ] * count


@pytest.mark.limit("target-ambiguous")
def test_joint_values_and_pose_of_one_target_are_one_place() -> None:
    cell = cell_of()
    at = tcp_pose(chain_of(cell, "hand"), np.array([0.5, 0.0, 0.0]), Pose.identity())
    for off, turn, count in (
        (0.99e-4, 0, 0), (1.01e-4, 0, 1), (0, np.radians(0.0099), 0), (0, np.radians(0.0101), 1),
    ):  # fmt: skip
        pose = at @ Pose.from_xyz_rpy((off, 0, 0), (0, 0, turn))
        move = Move("joint", Target(q=(0.5, 0.0, 0.0), pose=pose), Speed(50, "%"), FINE)
        found = BY_ID["target-ambiguous"](Context(simulate(job_of(cell, program("hand", move)))))
        assert [(f.line, f.unit) for f in found.findings] == [(1, "deg" if turn else "mm")] * count


def test_what_a_target_leaves_free_makes_it_no_second_place() -> None:
    cell = cell_of()
    at = tcp_pose(chain_of(cell, "hand"), np.array([0.5, 0.0, 0.0]), Pose.identity())
    turned = at @ Pose.from_xyz_rpy((0, 0, 0), (0, 0, 1.0))
    tilted = at @ Pose.from_xyz_rpy((0.002, 0, 0), (0.1, 0, 1.0))
    for pose, free, count in (
        (turned, Tolerance(free_axis="z"), 0), (turned, Tolerance(free_axis="x"), 1),
        (tilted, Tolerance(free_axis="z"), 1), (tilted, Tolerance("z", 0.1, 0.002), 0),
    ):  # fmt: skip
        target = Target(q=(0.5, 0.0, 0.0), pose=pose, tolerance=free)
        move = Move("joint", target, Speed(50, "%"), FINE)
        made = Context(simulate(job_of(cell, program("hand", move))))
        assert len(BY_ID["target-ambiguous"](made).findings) == count


def on_one_line(config: str, zone: Zone) -> Context:
    """Two moves of the same line, inside a branch; the second has what a rule must see."""
    cell = pick_cell()
    q = cell.groups["r"].home
    good = branch_name(chain_of(cell, "r"), np.array(q))
    other = tuple(np.array(q) + 0.1)
    moves = (
        Move("joint", Target(q=other), Speed(50, "%"), zone, line=3),
        Move("joint", Target(q=q, config=config or good), Speed(50, "%"), FINE, line=3),
    )
    body = (If(signal_is("grip_close", False), moves, line=3),)
    made = Program("r", "r", timelines.program(*body).routines, "r.program.yaml")
    return Context(simulate(Job("job", cell, {"r": made}, {"r": RULES})))


def test_two_moves_on_one_line_are_each_held_to_their_own_statement() -> None:
    rule = BY_ID["configuration-mismatch"]
    assert rule(on_one_line("", FINE)).findings == ()
    (found,) = rule(on_one_line("back/down/flip", FINE)).findings
    assert (found.line, found.facts["written"]) == (3, "back/down/flip")
    context = on_one_line("", FINE)
    moves = [context.move_of("r", m) for m in context.tracks["r"].motions if m.kind != "stand"]
    assert len({id(m) for m in moves}) == 2


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (f"xyz_mm: [1000, 0, 1000], {DOWN}, e2_deg: 40", "e1 is left out"),
        (f"xyz_mm: [1000, 0, 1000], {DOWN}, e1_deg: 40", "1 values of external axes .* expected 2"),
        ("q_deg: [0, 0, 0, 0, 60, 0], e1_mm: 200, e2_deg: 0", "e1_mm of 'tilt', which turns"),
        (f"xyz_mm: [1000, 0, 1000], {DOWN}, e1_deg: 4, e2_mm: 9", "e2_mm of 'turn', which turns"),
    ],
)
def test_external_axes_are_given_all_and_in_their_own_unit(
    table: Cell, target: str, said: str
) -> None:
    line = f"move_j: {{to: {{{target}}}, speed: 10 %}}"
    head = ["format: cellsim/program@1", "group: arm", "routines:", "  arm:"]
    text = "\n".join([*head, f"  - {START}", f"  - {line}"]) + "\n"

    def read_and_run() -> None:
        made = parse_program(text, "arm.program.yaml", table)
        simulate(Job("job", table, {"arm": made}, {"arm": RULES}))

    with pytest.raises(BadInput, match=said) as error:
        read_and_run()
    assert error.value.line == 6
