"""Groups of signals: cell files, values, what waits for a number, inputs that fix one."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import pytest
from bad_cells import CELL
from gantry_cells import cell_of, job_of, program, put, to
from run_looks import finding, moving, rules_of, times
from tiny_cells import pick_cell

from cellsim.cellmesh.shapes import box, union_mesh, write_stl
from cellsim.cli.describe import describe_cell
from cellsim.domain.cell import Cell
from cellsim.domain.controller import Port
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.task import parse_task
from cellsim.domain.ports import bits_of, can_be, port_of_text, port_text, width_of
from cellsim.domain.program import Expr, SetSignal, Statement, Wait
from cellsim.domain.timeline import Timeline
from cellsim.domain.wiring import Signal
from cellsim.errors import BadInput
from cellsim.release.sheettables import _signals
from cellsim.simulate.given import parse_inputs, with_inputs
from cellsim.simulate.run import simulate
from cellsim.teach.steps import stages_of
from cellsim.view.marks import signals_on


def equals(name: str, value: float) -> Expr:
    return Expr("==", (Expr("signal", name=name), Expr("const", value=value)))


def grouped(source: str = "group:hand", width: int = 4) -> Cell:
    """Two gantries; `code` is a group of outputs of the one and of inputs of the other."""
    cell = cell_of(code=source)
    ports = {"hand": Port("go", 1, 9, width), "driver": Port("gi", 0, 1, width)}
    groups = {
        n: replace(g, controller=replace(g.controller, signals={"code": ports[n]}))
        for n, g in cell.groups.items()
    }
    return replace(cell, groups=groups)


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("do 5", Port("do", 5)),
        ("do 9..12", Port("go", 0, 9, 4)),
        ("di 0..7", Port("gi", 0, 0, 8)),
        ("go 1 do 9..12", Port("go", 1, 9, 4)),
        ("gi 3 of 4 bits", Port("gi", 3, None, 4)),
        ("go 2 of 1 bit", Port("go", 2, None, 1)),
    ],
)
def test_a_port_is_read_as_it_is_written(text: str, port: Port) -> None:
    assert port_of_text(text) == port
    assert port_text(port) == text


def test_the_lowest_bit_of_a_group_is_its_first_signal() -> None:
    assert bits_of(Port("go", 1, 9, 4)) == (("do", 9), ("do", 10), ("do", 11), ("do", 12))
    assert bits_of(Port("gi", 3, None, 4)) == ()


@pytest.mark.limit
def test_a_group_of_four_bits_takes_fifteen_and_not_sixteen() -> None:
    assert can_be(15.0, 4)
    assert not can_be(16.0, 4)
    assert can_be(0.0, 4)
    assert not can_be(-1.0, 4)
    assert not can_be(2.5, 4)
    assert not can_be(True, 4)
    assert can_be(True, 0)
    assert not can_be(1.0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cell with one arm, one gripper and one cube."""
    vertices, faces = union_mesh([box("cube", (0, 0, 0), (40, 40, 40))])
    write_stl(tmp_path / "cube.stl", vertices, faces)
    return tmp_path


PORTS = "signals: {close: do 1, closed: di 1}"
WIRES = "signals:\n  close:"


def load(folder: Path, ports: str, wire: str = "{from: 'group:arm'}") -> Cell:
    text = CELL.replace(PORTS, f"signals: {{close: do 1, closed: di 1, {ports}}}")
    assert WIRES in text
    text = text.replace(WIRES, f"signals:\n  code: {wire}\n  close:")
    (folder / "cell.yaml").write_text(text)
    return load_cell(folder)


def test_a_cell_file_gives_groups_their_bits_and_first_value(folder: Path) -> None:
    cell = load(folder, "code: go 1 do 9..12", "{from: 'group:arm', initial: 3}")
    assert cell.groups["arm"].controller.signals["code"] == Port("go", 1, 9, 4)
    assert width_of(cell, "code") == 4
    assert width_of(cell, "close") == 0
    row = next(r for r in _signals(cell) if r[0] == "code")
    assert row == ("code", "3", "group:arm", "-", "arm go 1 do 9..12, lowest first")


@pytest.mark.parametrize(
    ("ports", "wire", "said"),
    [
        ("code: do 1..4", "{from: 'group:arm'}", "do 1 is taken by 'close'"),
        ("code: do 0..3", "{from: 'group:arm'}", "do 1 is taken by 'close'"),
        ("code: di 9..12", "{from: 'group:arm'}", "'code' comes from group:arm and is gi here"),
        ("code: do 9..41", "{from: 'group:arm'}", "'do 9..41'; expected 1 to 32 bits"),
        ("code: do 9..8", "{from: 'group:arm'}", "'do 9..8'; expected 1 to 32 bits"),
        ("code: go 1 di 9..12", "{from: 'group:arm'}", "go 1 di 9..12"),
        ("code: do 9..12", "{from: 'group:arm', initial: 16}", "begins with 16; expected a whole"),
        ("code: do 9..12", "{from: 'group:arm', initial: true}", "begins with 1; expected a whole"),
        ("code: do 9", "{from: 'group:arm', initial: 2}", "begins with 2; expected true or false"),
    ],
)
def test_a_bit_taken_twice_and_a_value_out_of_range_are_bad_input(
    folder: Path, ports: str, wire: str, said: str
) -> None:
    with pytest.raises(BadInput, match=r"cell.yaml:\d+:\d+") as caught:
        load(folder, ports, wire)
    assert said in str(caught.value)


def test_a_gripper_needs_a_single_signal(folder: Path) -> None:
    text = CELL.replace("close: do 1", "close: do 1..4")
    (folder / "cell.yaml").write_text(text)
    with pytest.raises(BadInput, match="'close' is a group of 4 bits; expected a single signal"):
        load_cell(folder)


def handed_over(value: float, awaited: float, width: int = 4) -> Timeline:
    cell = grouped(width=width)
    return simulate(
        job_of(
            cell,
            program("hand", to(1), put("code", value), to(0)),
            program("driver", Wait(equals("code", awaited)), to(0, 2)),
        )
    )


def test_one_robot_waits_for_the_number_that_the_other_sets() -> None:
    run = handed_over(3.0, 3.0)
    (said,) = times(run, "signal", "code")
    assert run.findings == ()
    assert not moving(run, "driver", 0.0, said)
    assert moving(run, "driver", said, run.duration)
    assert "code=3" not in signals_on(run, said - 0.1)
    assert "code=3" in signals_on(run, said + 0.1)


def concurrent(cell: Cell, given: bool | float, condition: Expr) -> list[tuple[object, ...]]:
    """Return what may happen at the same time where one hands over and the other waits."""
    hand = program("hand", to(1), put("code", given), to(0))
    run = simulate(job_of(cell, hand, program("driver", Wait(condition), to(0, 2))))
    return [astuple(c) for c in run.concurrent]


def test_the_number_orders_the_two_robots_as_a_single_signal_would() -> None:
    """What may happen at the same time is no more than with an on and off in its place."""
    code, zero = Expr("signal", name="code"), Expr("const", value=0.0)
    number = concurrent(grouped(), 3.0, equals("code", 3.0))
    assert number == concurrent(cell_of(code="group:hand"), True, code)
    assert number != concurrent(grouped(), 3.0, Expr(">=", (code, zero)))


def test_a_number_that_nobody_sets_is_waited_for_in_vain() -> None:
    run = handed_over(3.0, 5.0)
    assert rules_of(run) == ["signal-never-set"]
    assert finding(run, "signal-never-set").line == 1


@pytest.mark.limit("signal-value-impossible")
def test_a_number_beyond_the_bits_of_the_group_is_told() -> None:
    assert handed_over(15.0, 15.0).findings == ()
    told = finding(handed_over(16.0, 16.0), "signal-value-impossible")
    assert (told.line, told.facts["value"], told.facts["takes"]) == (2, "16", "0 to 15")


def test_on_and_off_are_no_values_of_a_group_and_numbers_none_of_a_single_signal() -> None:
    run = simulate(job_of(grouped(), program("hand", put("code", True), put("close", 1.0))))
    told = [f for f in run.findings if f.rule == "signal-value-impossible"]
    assert [(f.line, f.facts["takes"]) for f in told] == [(1, "0 to 15"), (2, "on or off")]


def test_an_input_fixes_the_number_of_a_group() -> None:
    cell = grouped(source="cell")
    job = job_of(cell, program("driver", Wait(equals("code", 3.0), 1.0), to(0, 2)))
    assert parse_inputs(["code=3"]) == {"code": 3.0}
    run = simulate(with_inputs(job, {"code": 3.0}))
    assert run.findings == ()
    assert "wait-timeout" in rules_of(simulate(with_inputs(job, {"code": 4.0})))
    with pytest.raises(BadInput, match="input code is 16; expected a whole number from 0 to 15"):
        with_inputs(job, {"code": 16.0})
    with pytest.raises(BadInput, match="input code is 1; expected a whole number"):
        with_inputs(job, {"code": True})


def task_of(step: str) -> str:
    return f"format: cellsim/task@1\nsteps:\n- {step}\n"


def coded() -> Cell:
    """Return a robot that sets and reads `code`, a group of four bits."""
    cell = pick_cell()
    group = cell.groups["r"]
    signals = {**group.controller.signals, "code": Port("go", 0, 9, 4)}
    group = replace(group, controller=replace(group.controller, signals=signals))
    signal = Signal("code", "group:r", ("group:r",))
    return replace(cell, groups={"r": group}, signals={**cell.signals, "code": signal})


@pytest.mark.parametrize(
    ("step", "statement"),
    [
        ("set: {group: r, signal: code, to: 3}", SetSignal("code", 3.0)),
        ("wait: {group: r, signal: code, to: 2}", Wait(equals("code", 2.0))),
    ],
)
def test_a_task_sets_and_waits_for_the_number_of_a_group(step: str, statement: Statement) -> None:
    (stage,) = stages_of(coded(), parse_task(task_of(step), "t.yaml"))["r"]
    (action,) = stage.points[-1].actions
    assert (type(action), astuple(action)) == (type(statement), astuple(statement))


@pytest.mark.limit
@pytest.mark.parametrize(
    "step",
    [
        "set: {group: r, signal: code, to: 16}",
        "wait: {group: r, signal: code, to: 2.5}",
        "set: {group: r, signal: code}",
        "set: {group: r, signal: grip_close, to: 3}",
    ],
)
def test_what_a_signal_of_a_task_cannot_be_is_bad_input(step: str) -> None:
    with pytest.raises(BadInput, match=r"t.yaml:3: signal .* expected"):
        stages_of(coded(), parse_task(task_of(step), "t.yaml"))


def test_describe_says_that_a_signal_is_a_number() -> None:
    lines = list(describe_cell(coded()))
    assert "signal code: r -> r, a number of 4 bits" in lines
