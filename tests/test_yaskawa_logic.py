"""INFORM groups of signals, counted loops, registers that no text tells, arguments and heads."""

from __future__ import annotations

import pytest
from controllers_support import cell_of, with_controller

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.controller import Port
from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Expr,
    If,
    Loop,
    SetSignal,
    Statement,
    Wait,
)
from cellsim.domain.walk import within
from cellsim.errors import BadInput

INPUTS = {f"i{n}": Port("di", n) for n in range(9, 17)}


def cell() -> Cell:
    """Return the test cell with outputs 1 and 2 and all eight inputs of IG#(2)."""
    made = cell_of("yaskawa")
    ports = made.groups["arm"].controller.signals
    return with_controller(made, signals={**ports, **INPUTS})


def read(*lines: str, head: str = "", beside: dict[str, bytes] | None = None) -> ReadResult:
    text = "/JOB\n//NAME A\n//POS\n///NPOS 0,0,0,0,0,0\n" + head
    job = "\n".join([f"{text}//INST\n///ATTR SC,RW\nNOP", *lines, "END\n"])
    return BRANDS["yaskawa"].read({"A.JBI": job.encode(), **(beside or {})}, cell(), "arm")


def body(result: ReadResult) -> list[Statement]:
    return list(within(result.program.routines[0].body))


def reasons(result: ReadResult) -> list[str]:
    return [raw.reason for raw in result.raw_lines]


def value_of(expr: Expr, inputs: dict[str, bool]) -> bool:
    """Evaluate signals, and, not with an evaluator of our own."""
    if expr.op == "signal":
        return inputs[expr.name]
    if expr.op == "not":
        return not value_of(expr.args[0], inputs)
    assert expr.op == "and"
    return all(value_of(arg, inputs) for arg in expr.args)


def test_a_group_of_outputs_is_its_signals_lowest_first() -> None:
    """OG#(1) is OT#(1) to OT#(8): 2 is grip_close off and lamp on; OGH#(1) is the first four."""
    for line in ("DOUT OG#(1) 2", "DOUT OGH#(1) 6"):
        result = read(line)
        assert reasons(result) == []
        put = [(s.signal, s.value) for s in body(result) if isinstance(s, SetSignal)]
        assert put == [("grip_close", False), ("lamp", True)]
    known = read("SET B001 3", "DOUT OG#(1) B001")
    assert [s.value for s in body(known) if isinstance(s, SetSignal)] == [True, True]
    assert [type(s) for s in body(read("DOUT OG#(4) 255"))[:1]] != [SetSignal]
    assert len(reasons(read("DOUT OG#(1) 256"))) == 1
    free = read("DIN B001 IG#(40)", "DOUT OG#(1) B001")
    asked = [s for s in body(free) if isinstance(s, If)]
    assert [s.condition.op for s in asked] == ["unknown", "unknown"]


@pytest.mark.parametrize("number", [0, 5, 128, 255])
def test_a_group_of_inputs_has_a_number_when_its_signals_are_its_bits(number: int) -> None:
    result = read(f"WAIT IG#(2)={number}", f"JUMP *L IF IG#(2)<>{number}", "*L")
    assert reasons(result) == []
    (wait,) = (s for s in body(result) if isinstance(s, Wait))
    (jump,) = (s for s in body(result) if isinstance(s, If))
    for tried in range(256):
        inputs = {f"i{9 + bit}": bool(tried >> bit & 1) for bit in range(8)}
        assert value_of(wait.condition, inputs) is (tried == number)
        assert value_of(jump.condition, inputs) is (tried != number)


def test_din_of_a_group_adds_up_its_bits() -> None:
    result = read("DIN B001 IG#(2)")
    assert reasons(result) == []
    for tried in (0, 1, 77, 255):
        inputs = {f"i{9 + bit}": bool(tried >> bit & 1) for bit in range(8)}
        total = 0.0
        for s in result.program.routines[0].body:
            if isinstance(s, Assign):
                assert s.value.value == 0.0
            else:
                assert isinstance(s, If)
                (more,) = s.then
                assert isinstance(more, Assign)
                step = more.value.args[1].value
                assert isinstance(step, float)
                total += step if value_of(s.condition, inputs) else 0.0
        assert total == tried
    (free,) = body(read("DIN B001 IG#(40)"))
    assert isinstance(free, Assign)
    assert free.value.op == "unknown"
    assert reasons(read("IFTHENEXP IG#(2)>3", "ENDIF")) == ["condition"]


def test_a_loop_counts_by_its_step_and_its_counter_is_read() -> None:
    plain = read("FOR I001 START=1 TO 10 STEP=3", "TIMER T=0.10", "NEXT I001")
    (loop,) = (s for s in body(plain) if isinstance(s, Loop))
    assert loop.count == 4
    assert [type(s) for s in loop.body] == [Delay]
    used = read("FOR I001=2 TO 6 STEP 2", "SET I002 I001", "NEXT I001")
    first, loop, last = used.program.routines[0].body
    assert isinstance(loop, Loop)
    assert loop.count == 3
    assert isinstance(first, Assign)
    assert (first.value.op, first.value.args[0].value, first.value.args[1].value) == ("-", 2.0, 2.0)
    assert [type(s) for s in loop.body] == [Assign, Assign]
    assert isinstance(last, Assign)
    assert last.value.op == "unknown"
    free = read("FOR I001 START=1 TO I003", "TIMER T=0.10", "NEXT I001")
    assert reasons(free) == []
    (loop,) = (s for s in body(free) if isinstance(s, Loop))
    assert (loop.count, loop.condition.op if loop.condition else "") == (None, "<=")
    assert len(reasons(read("FOR I001 START=1 TO 3 STEP=0", "NEXT I001"))) >= 1


def test_next_ends_the_loop_of_its_own_counter() -> None:
    with pytest.raises(BadInput, match="'NEXT I002' does not end the loop of line"):
        read("FOR I001=1 TO 3", "TIMER T=0.10", "NEXT I002")


def test_what_no_text_tells_is_free_and_what_is_cleared_is_zero() -> None:
    result = read("GETS B001 $B002", "GETREG I001 MREG#(188) LOW", "DIV I002 3", "CLEAR D003 2")
    assert reasons(result) == []
    said = [(s.name, s.value.op) for s in body(result) if isinstance(s, Assign)]
    assert said == [
        ("B001", "unknown"),
        ("I001", "unknown"),
        ("I002", "unknown"),
        ("D003", "const"),
        ("D004", "const"),
    ]


def test_a_wait_whose_time_a_variable_gives() -> None:
    known = read("SET I001 250", "WAIT IN#(3)=ON T=I001")
    assert [s.timeout_s for s in body(known) if isinstance(s, Wait)] == [2.5]
    free = read("WAIT IN#(3)=ON T=I001")
    assert reasons(free) == []
    (either,) = (s for s in body(free) if isinstance(s, If))
    assert (either.condition.op, either.then) == ("unknown", ())
    assert isinstance(either.otherwise[0], Wait)


def test_a_job_called_with_arguments_takes_any() -> None:
    text = "/JOB\n//NAME B\n//POS\n///NPOS 0,0,0,0,0,0\n//ARGINFO\n///ARGTYPE B,,,,,,,\n"
    text += "///COMMENT\nTOOL NUMBER\n//INST\n///ATTR SC,RW\nNOP\nGETARG LB000 IARG#(1)\nEND\n"
    result = read("CALL JOB:B (3)", beside={"B.JBI": text.encode()})
    assert reasons(result) == []
    assert [type(s) for s in body(result)] == [Call]
    (taken,) = result.program.routines[1].body
    assert isinstance(taken, Assign)
    assert (taken.name, taken.value.op) == ("LB000", "unknown")
    assert len(reasons(read("CALL JOB:NONE (3)"))) == 1
