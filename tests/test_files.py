"""Programs, tasks, jobs and conditions as text, and the same thing back."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellsim.domain.canonical import canonical, canonical_text, digest
from cellsim.domain.cell import Cell
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.expression import expression_text, parse_expression
from cellsim.domain.files.flow import flow, shortest
from cellsim.domain.files.job import has_job, load_job, save_job, saved_jobs
from cellsim.domain.files.onfeature import resolve_features
from cellsim.domain.files.program import dump_program, load_program, parse_program
from cellsim.domain.files.task import parse_task
from cellsim.domain.files.yamltext import parse_yaml
from cellsim.domain.job import Job
from cellsim.domain.program import (
    Comment,
    Delay,
    Expr,
    Grip,
    If,
    Label,
    Loop,
    Move,
    Program,
    Raw,
    Return,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Tolerance,
    Wait,
    Zone,
    signal_is,
)
from cellsim.errors import UnknownName
from cellsim.geometry import Pose
from cellsim.kinematics import world_T_frame, world_T_part
from cellsim.units import deg, mm

PROGRAM = """format: cellsim/program@1
name: front
group: holder
source: file
routines:
  main:
  - move_j: {to: {q_deg: [12, 95.0, -8, 0, -35, 4], e1_mm: 1200}, speed: 60 %, zone: accu 3}
  - move_l: {to: door.front_left.grip, offset_mm: [0, 0, -80], speed: 250 mm/s, frame: body}
  - grip: {part: door.front_left, timeout_s: 2.0}
  - if: {when: "door_held and not bolts_out"}
    then:
    - loop: {count: 3}
      body:
      - delay: {time_s: 0.5}
    else:
    - set: {signal: done, to: false}
  - call: {name: retreat}
  retreat:
  - return: {}
"""


@pytest.fixture(scope="module")
def cell() -> Cell:
    return load_cell("cells/door_removal", "sedan")


def every_statement() -> tuple[Statement, ...]:
    pose = Pose.from_xyz_rpy((0.1, -0.2, 0.3), (0.1, 0.2, -0.3))
    q = (*(v * deg for v in (12.5, 95.25, -8.125, 0.0, -35.0, 4.0)), 1.2)
    free = Tolerance("z", 2 * deg, 1 * mm)
    fine = Speed(250.0, "mm/s")
    return (
        Move("joint", Target(q=q, name="P1"), Speed(60.0, "%"), Zone("accu", 3.0)),
        Move("linear", Target(q=q, pose=pose, config="front/up", feature="a.b"), fine, tool="t.x"),
        Move(
            "circular", Target(pose=pose), fine, Zone("distance", 10.0, "mm"), via=Target(pose=pose)
        ),
        Move(
            "linear", Target(pose=pose, ext=(0.5,), tolerance=free), fine, frame="body", accel=50.0
        ),
        Wait(signal_is("door_held", False), 2.5, "late", comment="waits: for the door"),
        Grip("door.front_left", "door_gripper", 1.5),
        If(
            Expr("<", (Expr("var", name="n"), Expr("const", value=3.0))), (Delay(0.5),), (Return(),)
        ),
        Loop((SetSignal("x", True),), condition=Expr("signal", name="DO 3")),
        Loop((), count=4),
        Label("late"),
        Comment("two words, one comma"),
        Raw("$ADVANCE = 3 ; {odd: [text]}", harmless=True),
    )


def program(body: tuple[Statement, ...]) -> Program:
    return Program(
        "p", "holder", (Routine("main", body),), "holder.program.yaml", "file", ("note: 1",)
    )


def test_every_statement_comes_back_with_its_group(cell: Cell) -> None:
    written = program(every_statement())
    text = dump_program(written, cell.groups["holder"])
    read = parse_program(text, "holder.program.yaml")
    assert "q_deg: [12.5, 95.25, -8.125, 0, -35, 4], e1_mm: 1200" in text
    assert dump_program(read, cell.groups["holder"]) == text
    moves = zip(written.routines[0].body, read.routines[0].body, strict=True)
    for old, new in moves:
        if isinstance(old, Move) and isinstance(new, Move) and old.to.pose is not None:
            assert new.to.pose is not None
            assert max(old.to.pose.distance(new.to.pose)) < 1e-11
            continue
        assert canonical(old, ("line",)) == canonical(new, ("line",))


def test_every_statement_stands_on_its_own_line(cell: Cell) -> None:
    text = dump_program(program(every_statement()), cell.groups["holder"])
    read = parse_program(text, "holder.program.yaml")
    for statement in read.routines[0].body:
        assert text.splitlines()[statement.line - 1].lstrip().startswith("- ")


def test_a_program_without_its_group_keeps_joints_in_si() -> None:
    first = dump_program(parse_program(PROGRAM, "f.program.yaml"))
    assert "q_si" in first
    assert dump_program(parse_program(first, "f.program.yaml")) == first


def test_the_program_of_the_design_reads_as_it_says() -> None:
    read = parse_program(PROGRAM, "cells/x/front.program.yaml")
    move, line = read.routines[0].body[:2]
    assert isinstance(move, Move)
    assert isinstance(line, Move)
    assert move.to.q is not None
    assert move.to.q[1] == 95.0 * deg
    assert move.to.q[6] == 1.2
    assert move.zone == Zone("accu", 3.0)
    assert move.speed == Speed(60.0, "%")
    assert (move.line, line.line, read.file) == (7, 8, "front.program.yaml")
    assert line.to.feature == "door.front_left.grip"
    assert line.to.pose is not None
    assert line.to.pose.p[2] == -0.08


@given(st.floats(-6.3, 6.3))
@settings(max_examples=150, deadline=None)
def test_an_angle_in_degrees_is_the_same_angle_after_one_round_trip(q: float) -> None:
    once = shortest(q, deg) * deg
    assert abs(once - q) <= 2e-15
    assert shortest(once, deg) * deg == once


def test_an_angle_that_was_printed_with_four_digits_keeps_them() -> None:
    for value in (12.3457, -0.0001, 179.9999, 90.0):
        assert shortest(value * deg, deg) == value


@pytest.mark.parametrize(
    "text",
    [
        "a and not b or c == 3",
        "$n + 1 < 4 * 2",
        "not (a and b)",
        "'DO 3' and $x != \"text\"",
        "unknown('foo(3)')",
        "-$x >= (-3)",
        "true",
    ],
)
def test_an_expression_comes_back(text: str) -> None:
    tree = parse_expression(text)
    assert canonical(parse_expression(expression_text(tree))) == canonical(tree)


def test_and_binds_tighter_than_or() -> None:
    tree = parse_expression("a or b and not c")
    assert (tree.op, tree.args[1].op, tree.args[1].args[1].op) == ("or", "and", "not")


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**9), 10**9)
        | st.floats(-1e9, 1e9)
        | st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=50, deadline=None)
def test_one_line_yaml_reads_back(value: object) -> None:
    assert parse_yaml(f"v: {flow(value)}", "f").data == {"v": value}


def test_a_task_writes_its_loops_out() -> None:
    task = parse_task(
        "format: cellsim/task@1\nsteps:\n"
        "- each: {door: [a, b], hook: [c.1, c.2]}\n  do:\n"
        "  - grip: {group: holder, part: $door, at: window_rim}\n"
        "  - place: {part: $door, at: $hook}\n"
        "- home: {group: holder}\n",
        "cells/x/off.task.yaml",
    )
    assert [step.verb for step in task.steps] == ["grip", "place", "grip", "place", "home"]
    assert [step.args.get("at") for step in task.steps[:4]] == [
        "window_rim", "c.1", "window_rim", "c.2",
    ]  # fmt: skip
    assert {step.group for step in task.steps} == {"holder"}
    assert (task.name, task.steps[1].line) == ("off", 6)


def test_a_job_is_saved_whole_and_read_back(cell: Cell, tmp_path: Path) -> None:
    job = Job(
        "off", cell, {"holder": program(every_statement())}, {}, {"body_clamped": True}, ("why",)
    )
    files = save_job(job, tmp_path / "off")
    assert sorted(path.name for path in files) == ["holder.program.yaml", "job.yaml"]
    save_job(job, tmp_path / "off")
    assert [path.name for path in tmp_path.iterdir()] == ["off"]
    rules = {"holder": None}
    read = load_job(cell, "off", rules, tmp_path / "off")  # type: ignore[arg-type]
    assert read.inputs == {"body_clamped": True}
    assert read.choices == ("why",)
    assert len(read.programs["holder"].routines[0].body) == len(every_statement())
    assert load_program(files[0]).group == "holder"
    assert not has_job(cell, "off")
    assert "off" not in saved_jobs(cell)


def test_a_target_on_a_feature_follows_the_variant() -> None:
    source = (
        "format: cellsim/program@1\ngroup: holder\nroutines:\n  main:\n"
        "  - move_l: {to: door.front_left.window_rim, offset_mm: [0, 0, -80], speed: 1 s,"
        " frame: body}\n"
    )
    program = parse_program(source, "p.program.yaml")
    for variant in ("sedan", "suv"):
        cell = load_cell("cells/door_removal", variant)
        (move,) = resolve_features(program, cell).routines[0].body
        assert isinstance(move, Move)
        assert move.to.pose is not None
        rim = (
            world_T_part(cell, "door.front_left")
            @ (cell.parts["door.front_left"].features["window_rim"].places[0])
        )
        world_T_tcp = world_T_frame(cell, "body") @ move.to.pose
        assert np.allclose(world_T_tcp.p, rim.p + 0.08 * rim.R[:, 2], atol=1e-12)
        assert np.allclose(world_T_tcp.R[:, 2], -rim.R[:, 2], atol=1e-12)
    wrong = parse_program(source.replace("window_rim", "window_rm"), "p.program.yaml")
    with pytest.raises(UnknownName, match="did you mean 'window_rim") as caught:
        resolve_features(wrong, cell)
    assert caught.value.line == 5


def test_canonical_content_leaves_out_defaults_and_the_machine(cell: Cell) -> None:
    assert canonical(Zone("fine")) == {"noun": "Zone", "kind": "fine"}
    assert canonical(-0.0) == 0.0
    assert canonical(math.inf) == "inf"
    assert cell.path not in canonical_text(cell)
    assert digest(cell) == cell.hash == load_cell("cells/door_removal", "sedan").hash
    assert cell.hash != load_cell("cells/door_removal", "suv").hash


def test_a_verb_stays_a_verb_when_its_package_is_imported() -> None:
    import importlib

    import cellsim as cs

    for name in ("teach", "simulate", "verify", "release"):
        importlib.import_module(f"cellsim.{name}")
        assert callable(getattr(cs, name))
