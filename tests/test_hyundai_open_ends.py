"""What HRScript's manual says, or leaves open, of names, quotients, chains and counters."""

from __future__ import annotations

import pytest
from controllers_support import bytes_of, cell_of
from small_texts import JOB, left, number, ran, read

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Assign, Delay, Expr, If, Loop, Program, Routine
from cellsim.domain.walk import within


def jobs(*lines: str, **beside: list[str]) -> Program:
    """Return the program of a main job and of others (j103="..")."""
    texts = {"0102_main.job": lines, **{f"0{n[1:]}_{n}.job": x for n, x in beside.items()}}
    return read(
        "hyundai",
        {n: JOB + "".join(f"     {x}\n" for x in t) + "     end\n" for n, t in texts.items()},
    )


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("di1 or di3 and do2", False),
        ("(di1 or di3 and do2)", False),
        ("di1 and di3 or do2", True),
        ("di1 or (di3 and do2)", True),
        ("(di1 or di3) and do2", True),
        ("di1 or di3 or do2", True),
    ],
)
def test_and_and_or_stand_in_one_row_of_the_table(condition: str, known: bool) -> None:
    """Manual 2.8: no line tells whether `a or b and c` is `(a or b) and c`."""
    program = jobs(f"if {condition}", "do2=1", "endif")
    (branch,) = (s for s in program.routines[0].body if isinstance(s, If))
    assert (branch.condition.op != "unknown") is known
    assert (not left(jobs(f"wait {condition}"))) is known


@pytest.mark.parametrize(
    ("value", "known"),
    [("7/2", False), ("x/2", False), ("(500+x)/2", False), ("7.0/2", True), ("x/2.", True),
     ("300/3", True), ("x*1.0/y", True), ("8/3/2.0", False)],
)  # fmt: skip
def test_a_quotient_that_may_be_of_whole_numbers(value: str, known: bool) -> None:
    """Manual 2.5.2: whole and real numbers are processed separately; 7/2 may be 3."""
    program = jobs("var x=9", "var y=4", f"x={value}")
    assert (not left(program)) is known


def test_a_speed_in_mm_a_second_is_no_quotient() -> None:
    step = "move L,tg=Pose(0,90,0,0,-30,0),spd=50mm/sec,accu=0,tool=1"
    assert left(jobs(step, 'var s="a/b or c and d"')) == []


def test_a_written_quotient_is_a_real_one() -> None:
    value = Expr("/", (number(7.0), Expr("+", (Expr("var", name="x"), number(2.0)))))
    body = (Assign("x", number(2.0)), Assign("y", value))
    cell = cell_of("hyundai")
    quantised = BRANDS["hyundai"].quantise(Program("q", "arm", (Routine("q", body),)), cell)
    files = bytes_of(BRANDS["hyundai"].write(quantised, cell))
    assert b"y=7 * 1.0 / (x + 2)" in next(iter(files.values()))
    program = BRANDS["hyundai"].read(files, cell, "arm").program
    assert ran(program)[1]["y"] == 1.75


@pytest.mark.parametrize(
    ("body", "end"),
    [(["if i==3", "break", "endif"], 3), (["i=i+2"], 7), ([], 6), (["if i==3 then *out"], 3)],
)
def test_the_counter_behind_a_loop_is_where_it_was_left(body: list[str], end: int) -> None:
    """Manual 3.6.2: break leaves at once; what a line of the loop adds is added."""
    program = jobs("var i", "for i=1 to 5", *body, "next", "*out", f"if i=={end}", "delay 1",
                   "endif")  # fmt: skip
    if "then" in "".join(body) or "break" in body:
        loops = [s for s in program.routines[0].body if isinstance(s, Loop)]
        sets = [s.name for s in within(program.routines[0].body) if isinstance(s, Assign)]
        assert (len(loops), sets) == (1, ["i", "i"])
    else:
        assert ran(program)[0] == 1


def test_a_loop_that_a_jump_enters_is_not_counted() -> None:
    lines = ("if di1 then *in", "for i=1 to 3", "*in", "delay 1", "next")
    program = jobs(*lines)
    assert not [s for s in program.routines[0].body if isinstance(s, Loop | Delay)]
    assert "for i=1 to 3" in left(program)


@pytest.mark.parametrize("set_there", ["n=2", "global n=2", "for n=1 to 2"])
def test_a_loop_to_an_end_that_a_called_job_sets_stays_text(set_there: str) -> None:
    other = ["global n", set_there, *(["delay 1", "next"] if "for" in set_there else [])]
    program = jobs("global n=5", "for i=1 to n", "call 103", "next", j103=other)
    assert "for i=1 to n" in left(program)
    assert left(jobs("var n=5", "for i=1 to n", "call 103", "next", j103=["do2=1"])) == []


def test_a_variable_of_the_main_job_is_not_the_global_one() -> None:
    """Manual 3.8.3: `global n` of a called job leaves the caller's `var n` as it is."""
    program = jobs("var n=1", "call 103", "if n==1", "delay 1", "endif", j103=["global n=5"])
    assert ran(program)[0] == 1
    shared = jobs("global n=1", "call 103", "if n==1", "delay 1", "endif", j103=["global n=5"])
    assert ran(shared)[0] == 0


def test_each_call_of_a_job_has_new_variables() -> None:
    """Manual 3.8.1: they are destroyed at end; 2.6: zero where `var` gives none."""
    body = ["var n", "if n==0", "delay 1", "endif", "n=1"]
    assert ran(jobs("call 103", "call 103", j103=body))[0] == 2
    again = ["*top", "var n", "if n==0", "delay 1", "endif", "n=1", "if di1 then *top"]
    assert ran(jobs("call 103", j103=again))[0] == 0


@pytest.mark.parametrize(
    ("last", "known"), [(["return 5"], True), (["if di1", "return 5", "endif"], False), ([], False)]
)
def test_a_job_that_returns_nothing_leaves_no_result_of_another(
    last: list[str], known: bool
) -> None:
    lines = ["call 103", "call 104", "if result()==5", "delay 1", "endif"]
    program = jobs(*lines, j103=["return 5"], j104=last)
    assert ran(program)[0] == int(known)
