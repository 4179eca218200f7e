"""Loops whose counter is changed, shared or jumped past, and labels that stand twice."""

from __future__ import annotations

import re

import pytest
from controllers_support import bytes_of, cell_of
from small_texts import HEAD, JOB, inform, left, number, ran, read, tp

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import Assign, Call, Delay, Expr, If, Label, Loop, Program, Routine
from cellsim.domain.walk import within
from cellsim.errors import BadInput
from cellsim.simulate.flatten import flatten


def machine(first: float, last: float, down: bool, step: float) -> tuple[int, float]:
    """Return passes and counter of a FOR as R-30iB Plus help, 9.2.4, tells it, line by line.

    step: Added to the counter in the loop.
    """
    counter, passes = first, 0
    if counter < last if down else counter > last:
        return passes, counter
    while True:
        counter, passes = counter + step, passes + 1
        if counter > last if down else counter < last:
            counter += -1 if down else 1
        else:
            return passes, counter


@pytest.mark.parametrize("step", [0, 1, 4, -0.5])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("first", "word", "last"),
    [(1, "TO", 10), (5, "TO", 3), (4, "DOWNTO", 1), (1, "DOWNTO", 3), (1.5, "TO", 3), (2, "TO", 2),
     (3.5, "TO", 3), (2.5, "DOWNTO", 3)],
)  # fmt: skip
def test_a_for_of_tp_runs_as_its_counter_says(
    first: float, word: str, last: float, known: bool, step: float
) -> None:
    """What the body adds to the counter is passes that do not run: the usual way out of a loop."""
    if word == "DOWNTO":
        step = -step
    adds = [f"R[1]=R[1]+({step:g})"] if step else []
    lines = [f"R[2]={first:g}", f"R[3]={last:g}"]
    bounds = (f"{first:g}", f"{last:g}") if known else ("R[2]", "R[3]")
    program = tp(
        *lines, "IF DI[1]=ON,R[2]=R[2]", f"FOR R[1]={bounds[0]} {word} {bounds[1]}",
        "WAIT .10(sec)", *adds, "ENDFOR", "R[9]=R[1]",
    )  # fmt: skip
    passes, variables = ran(program)
    assert (passes, variables["r9"]) == machine(first, last, word == "DOWNTO", step)


def test_a_for_of_tp_ends_where_the_called_program_sets_its_counter_to_the_end() -> None:
    beside = {"S.LS": "/PROG S\n/MN\n1: R[1]=10 ;\n2: WAIT .10(sec) ;\n/POS\n/END\n"}
    assert ran(tp("FOR R[1]=1 TO 10", "CALL S", "ENDFOR", beside=beside))[0] == 1


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (["FOR I000 START=1 TO 3", "SET I000 3", "NEXT I000"], False),
        (["SET I001 3", "FOR I000 START=1 TO I001", "SET I001 1", "NEXT I000"], False),
        (["JUMP *L", "FOR I000 START=1 TO 3", "*L", "NEXT I000"], False),
        (["FOR I000 START=1 TO 3", "JUMP *L IF IN#(1)=ON", "NEXT I000", "*L"], True),
        (["FOR I000 START=1 TO 3", "SET I001 3", "NEXT I000"], True),
    ],
)
def test_a_for_of_inform_with_a_moved_counter_or_end_or_entered(
    lines: list[str], known: bool
) -> None:
    program = inform({"A": lines})
    every = [s for r in program.routines for s in within(r.body)]
    assert any(isinstance(s, Loop) for s in every) is known
    assert (not left(program)) is known


def test_a_counter_of_inform_is_what_the_called_job_reads() -> None:
    program = inform(
        {
            "A": ["CALL JOB:B", "FOR I000 START=1 TO 6", "CALL JOB:C", "NEXT I000"],
            "B": ["SET I000 5"],
            "C": ["IFTHENEXP I000=5", "TIMER T=0.10", "ENDIF"],
        }
    )
    assert ran(program)[0] == 1


def test_a_job_of_inform_that_counts_with_the_register_of_its_caller_makes_its_loop_text() -> None:
    """The called job leaves the caller's counter past its end: no count of passes is known."""
    inner = ["FOR I000 START=1 TO 3", "TIMER T=0.10", "NEXT I000"]
    program = inform({"A": ["FOR I000 START=1 TO 2", "CALL JOB:B", "NEXT I000"], "B": inner})
    assert left(program)[0] == "FOR I000 START=1 TO 2"
    assert ran(inform({"B": inner}))[0] == 3


@pytest.mark.parametrize("brand", ["yaskawa", "fanuc", "kuka"])
def test_written_jobs_that_run_inside_of_each_other_count_apart(brand: str) -> None:
    """Two loops around each other over a call are six passes; one register for both are two."""
    inner = Routine("INNER", (Loop((Delay(0.1),), 3),))
    program = Program("OUTER", "arm", (Routine("OUTER", (Loop((Call("INNER"),), 2),)), inner))
    cell = cell_of(brand)
    text = BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell)
    files = bytes_of(text)
    said = " ".join(data.decode("ascii") for data in files.values())
    assert len(set(re.findall(r"\bFOR (\w+(?:\[\d+\])?)(?:=| START)", said))) == 2
    assert ran(BRANDS[brand].read(files, cell, "arm").program)[0] == 6


def test_the_counters_of_a_script_are_each_their_own() -> None:
    """A name that is not local is a global one's where there is one, whichever function sets it."""
    inner = Routine("inner", (Assign("counter_1", number(2.0)), Loop((Delay(0.1),), 3)))
    program = Program("outer", "arm", (Routine("outer", (Loop((Call("inner"),), 2),)), inner))
    cell = cell_of("ur")
    text = BRANDS["ur"].write(BRANDS["ur"].quantise(program, cell), cell)
    (script,) = bytes_of(text).values()
    starts = [x.strip() for x in script.decode().splitlines() if x.strip().endswith(" = 0")]
    assert len(starts) == len(set(starts)) == 2
    assert "counter_1 = 0" not in starts


def test_a_register_that_counts_an_inner_loop_is_not_what_it_was() -> None:
    """TIMER T=I001 waits for what I001 is: after the first pass it is past the inner loop's end."""
    inner = ["FOR I001 START=1 TO 2", "DOUT OT#(2) ON", "NEXT I001"]
    lines = ["SET I001 50", "FOR I000 START=1 TO 3", "TIMER T=I001", *inner, "NEXT I000"]
    assert left(inform({"A": lines})) == ["TIMER T=I001"]
    called = {"A": ["SET I001 50", "CALL JOB:B", "TIMER T=I001"], "B": inner}
    assert left(inform(called)) == ["TIMER T=I001"]


TWICE = {
    "fanuc": {"T.LS": "/PROG T\n/MN\n1: LBL[1] ;\n2: LBL[1:x] ;\n3: JMP LBL[1] ;\n/POS\n/END\n"},
    "yaskawa": {"A.JBI": HEAD.format("A") + "*L\nTIMER T=1.00\n*l\nJUMP *L\nEND\n"},
    "kuka": {"t.src": "DEF t( )\nlab:\nWAIT SEC 1\nLAB:\nGOTO lab\nEND\n"},
    "abb": {"t.mod": "MODULE T\nPROC main()\na:\nWaitTime 1;\nA:\nGOTO a;\nENDPROC\nENDMODULE\n"},
    "hyundai": {"0101_t.job": f"{JOB}     *a\n     delay 1\n     *a\n     goto *a\n     end\n"},
}


@pytest.mark.parametrize("brand", list(TWICE))
def test_a_label_twice_says_no_place_to_go_to(brand: str) -> None:
    with pytest.raises(BadInput, match="again"):
        read(brand, TWICE[brand])


def test_a_variable_of_a_called_job_that_counts_its_calls_is_kept() -> None:
    """HRScript's `var` is a new one at each call: what is read before it is set must be global."""
    count = Expr("var", name="calls")
    seen = If(Expr("==", (count, number(2.0))), (Delay(0.1),))
    inner = Routine("INNER", (seen, Assign("calls", Expr("+", (count, number(1.0))))))
    other = Routine(
        "OTHER",
        (
            Assign("own", number(1.0)),
            If(Expr("==", (Expr("var", name="own"), number(1.0))), (Delay(0.2),)),
        ),
    )
    main = Routine("OUTER", (Loop((Call("INNER"), Call("OTHER")), 3),))
    program = Program("OUTER", "arm", (main, inner, other))
    cell = cell_of("hyundai")
    files = bytes_of(BRANDS["hyundai"].write(BRANDS["hyundai"].quantise(program, cell), cell))
    text = " ".join(" ".join(data.decode("utf-8-sig").split()) for data in files.values())
    assert "global calls" in text
    assert "var own" in text
    assert not [s for s in BRANDS["hyundai"].read(files, cell, "arm").program.routines[1].body
                if isinstance(s, Assign) and s.value.op == "const"]  # fmt: skip


@pytest.mark.parametrize("brand", ["hyundai", "kuka", "abb", "ur"])
def test_a_counter_of_ours_is_no_variable_of_the_program(brand: str) -> None:
    name = {"hyundai": "counter1", "kuka": "counter_1", "abb": "i", "ur": "counter_1"}[brand]
    body = (Assign(name, number(7.0)), Loop((Delay(0.1), Assign(name, number(7.0))), 3))
    check = If(Expr("==", (Expr("var", name=name), number(7.0))), (Delay(0.2),))
    cell = cell_of(brand)
    program = Program("OUTER", "arm", (Routine("OUTER", (*body, check)),))
    files = bytes_of(BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell))
    assert ran(BRANDS[brand].read(files, cell, "arm").program)[0] == 4


OUT = {
    "kuka": {
        "t.src": "DEF t( )\nGOTO exit_1\nLOOP\nIF $IN[1] THEN\nEXIT\nENDIF\nWAIT SEC 1\nENDLOOP\n"
        "WAIT SEC 2\nexit_1:\nEND\n"
    },
    "hyundai": {
        "0101_t.job": f"{JOB}     goto *exit_1\n     for i=1 to 3\n     if di1\n     break\n"
        "     endif\n     delay 1\n     next\n     delay 2\n     *exit_1\n     end\n"
    },
    "yaskawa": {"A.JBI": HEAD.format("A") + "WAIT IN#(1)=ON T=1.00\nJUMP *WAIT11\n*WAIT11\nEND\n"},
}


@pytest.mark.parametrize("brand", list(OUT))
def test_a_label_of_ours_is_none_of_the_text(brand: str) -> None:
    """EXIT goes behind its loop, wherever the text has a label of the name we would give it."""
    (routine,) = read(brand, OUT[brand]).routines
    names = [s.name for s in within(routine.body) if isinstance(s, Label)]
    assert len(names) == len(set(names)) == 2
    flatten(routine, "t")


def test_a_label_twice_is_bad_input_wherever_it_comes_from() -> None:
    with pytest.raises(BadInput, match="twice"):
        flatten(Routine("r", (Label("a"), Loop((Label("a"),), 2))), "t")
