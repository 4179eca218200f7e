"""Lowering: grip, release and process said in signals, on the lines they came from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gantry_cells import GRIPPER, cell_of, hand, program, put, to, wait

from cellsim.domain.program import Expr, Grip, If, Loop, Process, Release, SetSignal, Wait
from cellsim.errors import BadInput, UnknownName
from cellsim.simulate.expression import say
from cellsim.simulate.lower import lower


def said(program_, cell):
    """Return (line, text) of every statement of the first routine."""
    rows = []
    for s in lower(program_, cell).routines[0].body:
        if isinstance(s, SetSignal):
            rows.append((s.line, f"{s.signal}={int(s.value)}"))
        elif isinstance(s, Wait):
            rows.append((s.line, f"wait {say(s.condition)} {s.timeout_s:g}"))
        else:
            rows.append((s.line, type(s).__name__))
    return rows


def test_grip_and_release_become_one_output_where_the_gripper_has_one():
    rows = said(program("hand", to(1), Grip("panel"), Release("panel", timeout_s=3.0)), cell_of())
    assert rows == [
        (1, "Move"), (2, "close=1"), (2, "wait closed 2"), (3, "close=0"), (3, "wait opened 3"),
    ]  # fmt: skip


def test_a_gripper_with_two_outputs_never_has_both_on():
    cell = cell_of()
    jaw = hand("jaw", replace(GRIPPER, open="open"))
    cell = replace(cell, tools={**cell.tools, "jaw": jaw})
    rows = said(program("hand", Grip("panel"), Release("panel")), cell)
    on: dict[str, bool] = {}
    for _, text in rows:
        name, _, value = text.partition("=")
        if value:
            on[name] = value == "1"
            assert not (on.get("close") and on.get("open"))
    assert [text for _, text in rows] == [
        "open=0", "close=1", "wait closed 2", "close=0", "open=1", "wait opened 2",
    ]  # fmt: skip


def test_a_gripper_without_confirmation_does_not_wait():
    cell = cell_of()
    jaw = hand("jaw", replace(GRIPPER, closed="", opened=""))
    cell = replace(cell, tools={**cell.tools, "jaw": jaw})
    assert said(program("hand", Grip("p"), Release("p")), cell) == [(1, "close=1"), (2, "close=0")]


def test_a_process_starts_waits_and_takes_its_start_back():
    assert said(program("driver", Process("nutrunner", timeout_s=4)), cell_of()) == [
        (1, "run=1"), (1, "wait done 4"), (1, "run=0"),
    ]  # fmt: skip


def test_a_process_that_starts_by_itself_is_only_waited_for():
    cell = cell_of()
    itself = replace(cell.devices["nutrunner"], start="")
    cell = replace(cell, devices={"nutrunner": itself})
    assert said(program("driver", Process("nutrunner")), cell) == [(1, "wait done 10")]


def test_branches_and_loops_are_lowered_too():
    body = If(Expr("const", value=True), (Grip("p"),), (Loop((Release("p"),), count=2),))
    (branch,) = lower(program("hand", body), cell_of()).routines[0].body
    assert isinstance(branch, If)
    assert [type(s) for s in branch.then] == [SetSignal, Wait]
    (loop,) = branch.otherwise
    assert isinstance(loop, Loop)
    assert [type(s) for s in loop.body] == [SetSignal, Wait]


def test_lowering_twice_changes_nothing_more():
    cell = cell_of()
    once = lower(program("hand", to(1), Grip("p"), put("close"), wait("closed")), cell)
    twice = lower(once, cell)
    assert [type(s) for s in once.routines[0].body] == [type(s) for s in twice.routines[0].body]


def test_what_the_cell_does_not_have_is_named_with_its_line():
    with pytest.raises(BadInput, match=r"^driver\.prg:1: tool 'socket' has no gripper"):
        lower(program("driver", Grip("p")), cell_of())
    with pytest.raises(UnknownName, match=r"no tool named 'jow'; did you mean 'jaw'"):
        lower(program("hand", Grip("p", tool="jow")), cell_of())
    with pytest.raises(UnknownName, match="no group named 'hant'; did you mean 'hand'"):
        lower(program("hant"), cell_of())
