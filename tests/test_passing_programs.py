"""Hand-written TP and INFORM programs with outputs along motions, groups and restarts.

The numbers are worked out by hand from the text.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from controllers_support import cell_of
from readings import body

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.text import ReadResult
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Expr, Goto, If, Loop, Move, SetSignal, Wait

PROGRAMS = Path(__file__).parent / "programs"


def read(brand: str, name: str) -> ReadResult:
    path = PROGRAMS / brand / name
    return BRANDS[brand].read(load_text(path, BRANDS[brand]), cell_of(brand), "arm")


def outputs(result: ReadResult) -> list[tuple[str, bool | float, Along | None]]:
    return [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]


def test_glue_is_switched_where_its_options_say() -> None:
    result = read("fanuc", "GLUE.LS")
    assert result.raw_lines == ()
    assert outputs(result) == [
        ("grip_close", True, Along("end", path=-0.025)),
        ("grip_close", False, Along("end", delay=-0.4)),
        ("lamp", True, Along("end", after=0.5)),
        ("lamp", False, Along("end", after=2.0)),
        ("lamp", True, None),
        ("lamp", False, Along(after=0.2)),
    ]
    kinds = [type(s) for s in body(result) if isinstance(s, Move | SetSignal | Assign)]
    assert kinds[:4] == [Move, Move, SetSignal, Move]
    (flag,) = (s for s in body(result) if isinstance(s, Assign))
    assert (flag.name, flag.value.op) == ("f4_gluing", "unknown")


def test_a_restart_goes_on_at_its_step() -> None:
    result = read("fanuc", "RESTART.LS")
    assert [raw.reason for raw in result.raw_lines] == ["a value that is not known here"]
    assert [s.label for s in body(result) if isinstance(s, Goto)] == ["lbl2", "lbl3"]
    lifted = next(s for s in body(result) if isinstance(s, Move) and s.to.pose is not None)
    assert lifted.to.pose is not None
    assert 1000.0 * lifted.to.pose.p == pytest.approx([0.0, 0.0, 240.0])
    (either,) = (s for s in body(result) if isinstance(s, If))
    assert either.condition.op == "unknown"


def test_outputs_beside_motions_begin_with_them() -> None:
    result = read("yaskawa", "BESIDE.JBI")
    assert result.raw_lines == ()
    assert outputs(result) == [
        ("grip_close", True, Along("start")),
        ("lamp", True, Along("start")),
        ("lamp", False, Along("start", after=0.8)),
        ("lamp", True, None),
        ("lamp", False, Along(after=0.25)),
    ]


def test_groups_are_numbers_of_their_signals() -> None:
    """OG#(1) is 2: grip_close (OT#1) off, lamp (OT#2) on; IG#(1) is 5: IN#1 and IN#3 alone."""
    result = read("yaskawa", "GROUPS.JBI")
    assert result.raw_lines == ()
    put = [(name, value) for name, value, _ in outputs(result)]
    assert put == [("grip_close", False), ("lamp", True), ("grip_close", True), ("lamp", False)]
    (wait,) = (s for s in body(result) if isinstance(s, Wait))
    assert (wait.timeout_s, wait.on_timeout) == (2.0, "LATE")
    signs = sorted(_signs(wait.condition))
    assert [name for on, name in signs if on] == ["grip_closed", "ready"]
    assert len(signs) == 8
    loop = next(s for s in body(result) if isinstance(s, Loop))
    assert loop.count == 3
    cleared = [s.name for s in body(result) if isinstance(s, Assign) and s.value.value == 0.0]
    assert cleared == ["B002", "B003"]


def _signs(expr: Expr) -> list[tuple[bool, str]]:
    """Return the signals of a chain of and, and whether each is asked to be on."""
    if expr.op == "and":
        return [sign for arg in expr.args for sign in _signs(arg)]
    return [(False, expr.args[0].name)] if expr.op == "not" else [(True, expr.name)]
