"""What other jobs may set is not what it was: registers, global variables, poses, shifts.

Sources: INFORM: B, I, D and R are of all jobs (public notes of YRC1000 INFORM). HRScript manual
3.8.2: "global variables .. can always be accessed from all job programs"; 5.5 mkucs.
"""

from __future__ import annotations

import pytest
from gantry_cells import program, to
from small_texts import JOB, inform, left, read
from test_interpreter import lines, rules, trace

from cellsim.domain.program import Assign, Expr, If, Move, Program, Raw
from cellsim.domain.walk import statements_of
from cellsim.simulate.actions import Pause
from cellsim.simulate.interpret import Interpreter

ONE, ZERO = (Expr("const", value=v) for v in (1.0, 0.0))
X = Expr("var", name="x")


def jobs(**texts: str) -> Program:
    """Return the program of HRScript jobs, `j0102_main` being 0102_main.job."""
    return read("hyundai", {f"{n[1:]}.job": JOB + t + "\nend\n" for n, t in texts.items()})


def unknown(program_: Program) -> list[tuple[int, str]]:
    """Return line and name of everything that is set to what is not known."""
    every = (s for s in statements_of(program_) if isinstance(s, Assign))
    return [(s.line, s.name) for s in every if s.value.op == "unknown"]


@pytest.mark.parametrize(
    "call", ["CALL JOB:GONE", "PSTART JOB:GONE SUB1", "CALL JOB:GONE IF B001=2"]
)
def test_inform_a_job_that_is_not_given_may_set_every_register(call: str) -> None:
    made = inform({"MAIN": ["SET B000 0", "SET D001 5", call, "JUMP *A IF B000=1", "*A"]})
    assert {name for _, name in unknown(made)} == {"B000", "D001"}
    assert left(made) == [call]


def test_inform_a_job_that_is_given_sets_what_its_lines_set() -> None:
    made = inform({"MAIN": ["SET B000 0", "CALL JOB:SUB"], "SUB": ["SET B001 1"]})
    assert unknown(made) == []


def test_hrscript_a_job_that_is_not_given_may_set_every_global_variable() -> None:
    made = jobs(j0102_main="global n=0\nvar m=0\ncall 777_x\nif n==1\ndelay 1\nendif")
    assert unknown(made) == [(4, "n")]
    assert left(made) == ["call 777_x"]


def test_hrscript_a_shift_that_another_job_sets_is_not_the_first_one() -> None:
    go = "S1   move P,tg=p1+up,spd=50%,accu=0,tool=1"
    head = "global p1=Pose(0,90,0,0,-30,0)\nglobal up=Shift(1,0,0,0,0,0)\ncall 103_sub\n" + go
    assert go in left(jobs(j0102_main=head, j0103_sub="up=Shift(9,0,0,0,0,0)"))
    # One that sets the same, and one of its own, change nothing.
    for same in ("global up=Shift(1,0,0,0,0,0)", "var up=Shift(9,0,0,0,0,0)"):
        made = jobs(j0102_main=head, j0103_sub=same)
        assert left(made) == []
        (move,) = (s for s in statements_of(made) if isinstance(s, Move))
        assert move.to.q is not None
        assert round(move.to.q[0], 6) == 0.017453


@pytest.mark.parametrize("line", ["p1.j2=p1.j2+5", "call 104_other,p1"])
def test_hrscript_a_pose_that_another_job_changes_is_not_the_first_one(line: str) -> None:
    go = "S1   move P,tg=p1,spd=50%,accu=0,tool=1"
    head = f"global p1=Pose(0,90,0,0,-30,0)\ncall 103_sub\n{go}"
    assert go in left(jobs(j0102_main=head, j0103_sub=line))
    assert go not in left(jobs(j0102_main=head, j0103_sub=f"var p1\n{line.replace('p1', 'p2')}"))


def test_a_line_that_is_not_understood_leaves_the_names_in_it_open() -> None:
    body = (
        Assign("x", ZERO, line=1),
        Assign("y", ZERO, line=2),
        Raw("x = frobnicate(3)", line=3),
        If(Expr("==", (X, ONE)), (to(1),), (to(2),), line=4),
        If(Expr("==", (Expr("var", name="y"), ONE)), (to(3),), (to(4),), line=7),
    )
    interpreter, moves = trace(program("hand", *body))
    assert rules(interpreter) == ["state-not-understood", "branch-on-unknown"]
    assert len(lines(moves)) == 2


def test_inform_a_jump_to_a_label_that_only_the_run_knows_brings_its_state_to_all() -> None:
    """A speed set before `JUMP LABEL:B000` may hold behind each label of the job."""
    job = ["SPEED V=50.0", "JUMP LABEL:B000", "*1", "SPEED V=100.0", "*2", "MOVL C00000 PL=0"]
    doubted = _speeds(job)
    assert doubted == [None]
    assert _speeds([line for line in job if "LABEL" not in line]) == [100.0]


def _speeds(body: list[str]) -> list[float | None]:
    """Return the speed of each motion, None for one that is not understood."""
    positions = (
        "/JOB\n//NAME M\n//POS\n///NPOS 1,0,0,0,0,0\n///TOOL 1\n///POSTYPE PULSE\n///PULSE\n"
        "C00000=0,0,0,0,0,0\n//INST\n///DATE 2020/11/19 13:27\n///ATTR SC,RW\n///GROUP1 RB1\nNOP\n"
    )
    made = read("yaskawa", {"M.JBI": positions + "\n".join([*body, "END", ""])})
    moves = [
        s for s in statements_of(made) if isinstance(s, Move) or (isinstance(s, Raw) and s.moves)
    ]
    return [m.speed.value if isinstance(m, Move) else None for m in moves if "JUMP" not in str(m)]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("SET R000 EXPRESS I000 / I001", False),
        ("SET R000 EXPRESS ( D000 - 5 ) / 2", False),
        ("SET R000 EXPRESS R001 / I001", True),
        ("SET R000 EXPRESS I000 / 2.5", True),
        ("SET R000 EXPRESS 7 / 2", True),
        ("DIV R000 2", True),
    ],
)
def test_inform_a_quotient_of_whole_numbers_alone_is_not_taken_as_real(
    line: str, known: bool
) -> None:
    made = inform({"MAIN": ["SET I000 7", "SET I001 2", "SET R001 7", line]})
    assert (unknown(made) == []) is known


@pytest.mark.parametrize("line", ["MACRO1 MJ#(0) ARGF10", "CALL IG#(1)"])
def test_inform_a_macro_is_a_job_that_is_not_given(line: str) -> None:
    made = inform({"MAIN": ["SET B000 0", line, "JUMP *A IF B000=1", "*A"]})
    assert {name for _, name in unknown(made)} == {"B000"}


@pytest.mark.parametrize("body", ["delay 8", "x=i\n     delay 8"])
def test_hrscript_a_counter_that_a_called_job_sets_is_what_the_loop_asks(body: str) -> None:
    """`global i=2` sets i each time it is run (3.8.2): the loop from 0 to 1 makes one pass."""
    head = f"global i=0\nvar x\nfor i=0 to 1\ncall 103_sub\n{body}\nnext"
    assert _seconds(jobs(j0102_main=head, j0103_sub="global i=2")) == [8.0]
    assert _seconds(jobs(j0102_main=head, j0103_sub="var i=2")) == [8.0, 8.0]


def _seconds(made: Program) -> list[float]:
    """Return the delays of a program without signals; nothing of it may be unknown."""
    interpreter = Interpreter(made, frozenset({"delay"}), {})
    found = [a.seconds for a in interpreter.run() if isinstance(a, Pause)]
    assert interpreter.findings == []
    return found


def test_hrscript_a_counter_is_past_its_end_behind_a_loop_inside_of_one_that_is_written_out() -> (
    None
):
    """The outer loop's lines read its counter; those behind the inner one read that one's: 2."""
    inner = "for n=0 to 1\ndelay 1\nnext\nif n==2\ndelay 7\nendif"
    made = jobs(j0102_main=f"var a\nvar n\nvar x\nfor a=0 to 1\nx=a\n{inner}\nnext")
    assert _seconds(made) == [1.0, 1.0, 7.0, 1.0, 1.0, 7.0]


def test_hrscript_two_loops_with_one_counter_ask_it_both() -> None:
    """The inner loop leaves 5 in b: the outer one from 0 to 2 makes one pass."""
    inner = "for b=2 to 4\ndelay 2\nnext"
    for end in ("2", "e"):
        made = jobs(j0102_main=f"var e=2\nvar b\nfor b=0 to {end}\n{inner}\ndelay 7\nnext")
        assert _seconds(made) == [2.0, 2.0, 2.0, 7.0]


def test_hrscript_a_loop_whose_counter_a_switch_alone_asks_has_it() -> None:
    asks = "switch b\ncase 1\ndelay 8\nbreak\ndefault\ndelay 3\nbreak\nend_switch"
    made = jobs(j0102_main=f"var b\nfor b=0 to 2\n{asks}\nnext")
    assert _seconds(made) == [3.0, 8.0, 3.0]


def test_hrscript_a_loop_that_has_nothing_to_count_is_not_understood() -> None:
    """Manual 3.6.1: the end is looked at where `next` is met; it says nothing of before."""
    for body in ("delay 1", "x=i"):
        made = jobs(j0102_main=f"var i\nvar x\nfor i=5 to 1\n{body}\nnext")
        assert left(made) == ["for i=5 to 1", body]
    assert left(jobs(j0102_main="var i\nfor i=1 to 1\ndelay 1\nnext")) == []
