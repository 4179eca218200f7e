"""A loop's counter that others read, and what AND binds: as the controller runs it, or kept."""

from __future__ import annotations

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.kuka.expression import say
from cellsim.domain.program import Assign, Expr, If, Loop, Program, Raw
from cellsim.domain.walk import within

DAT = "DEFDAT t\nDECL INT i=0\nENDDAT\n"
INFORM = (
    "/JOB\n//NAME {}\n//POS\n///NPOS 0,0,0,0,0,0\n//INST\n///DATE 2020/11/19 13:27\n///ATTR SC,RW\n"
)
JOB = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }\n'


def krl(text: str) -> Program:
    """Return the program of a KRL source file."""
    files = {"t.src": text.encode(), "t.dat": DAT.encode()}
    return BRANDS["kuka"].read(files, cell_of("kuka"), "arm").program


def left(program: Program) -> list[str]:
    """Return the texts that are not understood."""
    every = [s for r in program.routines for s in within(r.body)]
    found = [n.split(": ", 2)[-1] for n in program.notes if "not understood" in n]
    return [s.text for s in every if isinstance(s, Raw) and not s.harmless] + found


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("$IN[1]==FALSE AND $IN[2]", False),
        ("$IN[1] AND $IN[2]==FALSE", False),
        ("i==1 OR i==2", False),
        ("$IN[1]==(FALSE AND $IN[2])", True),
        ("($IN[1]==FALSE) AND $IN[2]", True),
        ("(i==1) OR (i==2)", True),
        ("NOT $IN[1] AND $IN[2] OR $IN[3]", True),
        ("NOT $IN[1]==FALSE", True),
    ],
)
def test_and_binds_before_a_comparison_in_krl(condition: str, known: bool) -> None:
    """`a==FALSE AND b` is `a==(FALSE AND b)` there: taken the other way it is another branch."""
    program = krl(f"DEF t( )\nIF {condition} THEN\n$OUT[1]=TRUE\nENDIF\nEND\n")
    assert bool(left(program)) is not known


def test_a_krl_counter_is_what_the_subprogram_reads() -> None:
    program = krl(
        "DEF t( )\ni=5\nFOR i=1 TO 3\nsub( )\nENDFOR\nEND\n"
        "DEF sub( )\nIF i==5 THEN\n$OUT[1]=TRUE\nENDIF\nEND\n"
    )
    main = program.routines[0].body
    loop = next(s for s in main if isinstance(s, Loop))
    assert loop.count is None
    assert isinstance(loop.body[-1], Assign)
    assert [s.name for s in main if isinstance(s, Assign)] == ["i", "i", "i"]


def test_a_krl_counter_behind_its_loop_is_not_what_it_was_before() -> None:
    program = krl(
        "DEF t( )\ni=1\nFOR i=1 TO 3\n$OUT[1]=TRUE\nENDFOR\n"
        "IF i==1 THEN\n$OUT[2]=TRUE\nENDIF\nEND\n"
    )
    body = program.routines[0].body
    at = next(i for i, s in enumerate(body) if isinstance(s, If))
    last = body[at - 1]
    assert isinstance(last, Assign)
    assert (last.name, last.value.op) == ("i", "unknown")


def test_a_krl_counter_that_only_its_loop_reads_stays_a_count() -> None:
    program = krl(
        "DEF t( )\nINT i, n\nFOR i=1 TO 3\nsub( )\nENDFOR\nEND\n"
        "DEF sub( )\nINT i\ni=2\nIF i==2 THEN\n$OUT[1]=TRUE\nENDIF\nEND\n"
    )
    assert [s.count for s in program.routines[0].body if isinstance(s, Loop)] == [3]


def test_a_global_counter_is_what_the_called_job_reads() -> None:
    files = {
        "0102_a.job": f"{JOB}     global i\n     i=5\n     for i=1 to 3\n     call 103\n"
        "     next\n     end\n",
        "0103_b.job": f"{JOB}     global i\n     if i==5\n     do1=1\n     endif\n     end\n",
    }
    texts = {name: text.encode() for name, text in files.items()}
    program = BRANDS["hyundai"].read(texts, cell_of("hyundai"), "arm").program
    every = [s for r in program.routines for s in within(r.body)]
    loop = next(s for s in every if isinstance(s, Loop))
    assert loop.count is None
    assert [b.name for b in loop.body if isinstance(b, Assign)] == ["i"]


@pytest.mark.parametrize(
    ("value", "known"),
    [("7/2", False), ("2.6", False), ("r", False), ("i+1", True), ("-3", True), ("3.0", True)],
)
def test_an_int_of_krl_holds_no_fraction(value: str, known: bool) -> None:
    program = krl(f"DEF t( )\nINT n\nREAL r\nn={value}\nr={value}\nEND\n")
    names = [s.name for s in within(program.routines[0].body) if isinstance(s, Assign)]
    assert names == (["n", "r"] if known else ["r"] if "/" not in value else [])


def inform(jobs: dict[str, list[str]]) -> Program:
    """Return the program of INFORM jobs."""
    head = INFORM + "///GROUP1 RB1\nNOP\n"
    files = {
        f"{n}.JBI": (head.format(n) + "".join(f"{x}\n" for x in lines) + "END\n").encode()
        for n, lines in jobs.items()
    }
    return BRANDS["yaskawa"].read(files, cell_of("yaskawa"), "arm").program


def test_local_registers_of_two_jobs_are_not_one() -> None:
    """LB000 of a called job is its own; the caller's keeps its value."""
    program = inform(
        {
            "A": ["SET LB000 3", "CALL JOB:B", "IFTHENEXP LB000=3", "DOUT OT#(1) ON", "ENDIF"],
            "B": ["SET LB000 5", "SET B001 LB000"],
        }
    )
    first, second = (
        {s.name for s in within(r.body) if isinstance(s, Assign)} for r in program.routines
    )
    assert first == {"LB000"}
    assert "LB000" not in second
    assert "B001" in second


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("SET I001 EXPRESS 7 / 2", False),
        ("SET D001 2.6", False),
        ("SET B001 R000", False),
        ("MUL I001 R000", False),
        ("SET I001 EXPRESS I000 + 2 * 3", True),
        ("SET R001 EXPRESS 7 / 2", True),
        ("SET R001 2.6", True),
    ],
)
def test_a_whole_register_holds_no_fraction(line: str, known: bool) -> None:
    """B, I and D are whole numbers: which way the controller rounds is not guessed."""
    program = inform({"A": [line]})
    (made,) = (s for s in program.routines[0].body if isinstance(s, Assign))
    assert (made.value.op != "unknown") is known


@pytest.mark.parametrize(
    ("line", "declared", "known"),
    [
        ("clamp=TRUE", "", False),
        ("prog=5", "", False),
        ("prog=5", "SIGNAL prog $OUT[1] TO $OUT[8]", False),
        ("clamp=TRUE", "BOOL clamp", True),
        ("Prog[2]=5", "DECL INT prog[4]", True),
    ],
)
def test_a_krl_name_that_no_file_declares_may_be_an_output(
    line: str, declared: str, known: bool
) -> None:
    program = krl(f"DEF t( )\n{declared}\n{line}\nEND\n")
    assert (line in left(program)) is not known
    assert any(isinstance(s, Assign) for s in program.routines[0].body) is known


@pytest.mark.parametrize(
    ("line", "known"),
    [("_spd_rate=50", False), ("_tool=2", False), ("ucrd=1", False), ("spd_rate=50", True)],
)
def test_system_variables_of_hrscript_are_no_plain_variables(line: str, known: bool) -> None:
    files = {"0102_a.job": f"{JOB}     {line}\n     end\n".encode()}
    program = BRANDS["hyundai"].read(files, cell_of("hyundai"), "arm").program
    assert (line in " ".join(left(program))) is not known
    assert any(isinstance(s, Assign) for s in program.routines[0].body) is known


@pytest.mark.parametrize(
    ("before", "body", "known"),
    [
        ([], ["R[3]=R[3]+1"], True),
        ([], ["R[2]=R[2]-1"], False),
        (["R[2]=4"], ["R[2]=2"], False),
        (["JMP LBL[1]"], ["LBL[1]"], False),
        ([], ["JMP LBL[1]", "LBL[1]"], True),
    ],
)
def test_a_for_of_tp_with_a_moved_end_or_entered_on_the_way(
    before: list[str], body: list[str], known: bool
) -> None:
    lines = [*before, "FOR R[1]=1 TO R[2]", *body, "ENDFOR"]
    numbered = "".join(f"{i}: {text} ;\n" for i, text in enumerate(lines, 1))
    text = f"/PROG T\n/ATTR\n/MN\n{numbered}/POS\n/END\n"
    program = BRANDS["fanuc"].read({"T.LS": text.encode()}, cell_of("fanuc"), "arm").program
    every = [s for r in program.routines for s in within(r.body)]
    assert any(isinstance(s, Loop) for s in every) is known
    assert (not left(program)) is known


@pytest.mark.parametrize(
    ("value", "known"),
    [("7/2", False), ("r+i/2", False), ("7/2*r", False), ("r*7/2", True), ("7/2.5", True),
     ("7.0/2.0", True), ("7.0/2", False), ("r/2", True)],
)  # fmt: skip
def test_a_krl_quotient_of_whole_numbers_is_not_taken_as_real(value: str, known: bool) -> None:
    """7/2 is 3 there: INT by INT is INT."""
    program = krl(f"DEF t( )\nREAL r\nr={value}\nIF r>{value} THEN\n$OUT[1]=TRUE\nENDIF\nEND\n")
    (branch,) = (s for s in program.routines[0].body if isinstance(s, If))
    assert (branch.condition.op != "unknown") is known
    assert bool(left(program)) is not known


def test_krl_is_written_with_points_where_it_would_cut() -> None:
    group = cell_of("kuka").groups["arm"]
    two, seven = Expr("const", value=2.0), Expr("const", value=7.0)
    assert say(Expr("+", (Expr("/", (seven, two)), two)), group, 5) == "(7.0 / 2.0) + 2.0"
    assert say(Expr("/", (Expr("var", name="r"), two)), group, 5) == "r / 2"
