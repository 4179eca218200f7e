"""A RAPID program as a shop writes it: traps, records, functions, routines with parameters, clocks.

The numbers are read off the text by a person; every kind of edit of it is caught.
"""

from __future__ import annotations

import pytest
from brandkit.edits import drop, swap
from brandkit.kit import Edit
from controllers_edits import Caught, Named, caught
from controllers_support import cell_of
from programs_support import PROGRAMS, read_program, said
from rapid_text import PLACE, read
from readings import body, moves, places, reasons

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Assign, If, Loop, Raw

SHOP = "cell_shop.mod"
LINES = """
42 joint J(0 0 0 0 30 0) gripper 500 mm/s fine
45 linear X(400 300 100 180 0 180) gripper/pallet 200 mm/s fine
46 lamp=True at start +20 mm
46 lamp=False at end -15 mm -0.1 s
46 linear X(400 300 50 180 0 180) gripper/pallet 100 mm/s fine
47 grip_close=True
47 grip_close=False at now, 0.4 s later
48 lamp=True at now, 0.3 s later
58 delay 0.1
58 delay 0.1
61 call rVisit_1
61 call rVisit_2
65 lamp=False
67 delay 0
69 joint J(0 0 0 0 30 0) gripper 500 mm/s fine
74 linear X(400 300 50 180 0 180) gripper/pallet 100 mm/s fine
75 loop while
74 linear X(500 300 50 180 0 180) gripper/pallet 100 mm/s fine
75 loop while
"""
EDITS: dict[str, Edit] = {
    "trap that moves": swap(r'TPWrite "door";', "StopMove;"),
    "trap that sets an output": swap(r'TPWrite "door";', "Set lamp;"),
    "trap that counts for others": swap(r"Incr seen", "Incr count"),
    "trap of another name": swap(r"WITH tDoor", "WITH tWindow"),
    "interrupt of another name": swap(r"1, iDoor", "1, iWindow"),
    "connection dropped": drop(r"CONNECT"),
    "way of a function": swap(r"Above\(pA,25\)", "Above(pA,52)"),
    "sum of a function": swap(r"2\*high", "3*high"),
    "axis of a function": swap(r"up\.trans\.z:=up\.trans\.z", "up.trans.x:=up.trans.x"),
    "sign in a function": swap(r"up\.trans\.z\+twice", "up.trans.z-twice"),
    "assignment in a function dropped": drop(r"up:=p;"),
    "branch in a function": swap(r"(    twice:=2\*high;)", r"    IF ready=1 THEN\n\1\n    ENDIF"),
    "another point in an array": swap(r"\[pA,pB\]", "[pB,pA]"),
    "no point in an array": swap(r"\[pA,pB\]", "[pA,pC]"),
    "component": swap(r"IF next\.kind=2", "IF next.urgent"),
    "component that is not there": swap(r"next\.kind:=2", "next.sort:=2"),
    "component of text": swap(r"next\.kind:=2", 'next.label:="2"'),
    "value of a component": swap(r"next\.kind:=2", "next.kind:=3"),
    "case": swap(r"CASE 1,2", "CASE 1,3"),
    "count": swap(r"count:=3", "count:=4"),
    "end of a loop": swap(r"TO count DO", "TO last DO"),
    "begin of a loop": swap(r"FOR i FROM 1", "FOR i FROM 2"),
    "begin of visits": swap(r"FOR k FROM 1", "FOR k FROM 2"),
    "argument": swap(r"rVisit k, count", "rVisit k, last"),
    "argument swapped": swap(r"rVisit k, count", "rVisit count, k"),
    "argument dropped": swap(r"rVisit k, count", "rVisit k"),
    "parameter changed": swap(r"times-1", "times-2"),
    "cycle goes on": drop(r"ExitCycle"),
    "stop dropped": drop(r"^ +Stop;"),
    "trigger of a line": swap(r"trOn\\T2:=trOff", "trOn"),
    "lag": swap(r"15, 0\.1", "15, -0.1"),
    "pulse": swap(r"PLength:=0\.4", "PLength:=4"),
    "delay of an output": swap(r"SDelay:=0\.3", "SDelay:=3"),
    "module cut": lambda text: text[: len(text) // 2],
}


def test_a_program_of_a_shop_is_read_whole() -> None:
    result = read_program("abb", SHOP)
    assert result.raw_lines == ()
    assert result.coverage.ratio == 1.0
    assert result.notes == ("cell_shop.mod:23: trap tdoor changes nothing that matters",)
    kinds = ("count=", "i=", "kind=", "last=", "times_of", "end_of", " if", "57 ")
    found = [line for line in said("abb", result) if not any(kind in line for kind in kinds)]
    assert found == LINES.split("\n")[1:-1]


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_of_it_is_caught(name: str) -> None:
    cell = cell_of("abb")
    files = {SHOP: (PROGRAMS / "abb" / SHOP).read_bytes()}
    program = BRANDS["abb"].read(files, cell, "arm").program
    found = caught("abb", cell, program, files, EDITS[name])
    assert found, name
    assert Caught.MISSED not in {one.how for one in found}
    assert Named.NOWHERE not in {one.named for one in found}


def assigned(result: ReadResult) -> list[tuple[str, str]]:
    """Return the variables that are set in the text's lines, and by what kind of value."""
    return [(s.name, s.value.op) for s in body(result) if isinstance(s, Assign) and s.line > 8]


def test_a_loop_to_a_variable_counts_up_or_down_as_rapid_does() -> None:
    """Without STEP the counter goes down where the start is above the end, read once before."""
    result = read("FOR i FROM 1 TO n DO", "Set lamp;", "ENDFOR")
    assert reasons(result) == []
    (branch,) = (s for s in body(result) if isinstance(s, If))
    up, down = branch.then[0], branch.otherwise[0]
    assert isinstance(up, Loop)
    assert isinstance(down, Loop)
    assert (branch.condition.op, up.condition and up.condition.op) == ("<=", "<=")
    assert down.condition is not None
    assert down.condition.op == ">="
    steps = [s.value.args[1] for s in (up.body[-1], down.body[-1]) if isinstance(s, Assign)]
    assert [(s.op, s.value or s.args[0].value) for s in steps] == [("const", 1.0), ("neg", 1.0)]
    kept = read("FOR i FROM 1 TO n STEP 2 DO", "Set lamp;", "ENDFOR")
    assert set(reasons(kept)) == {"block not understood"}


def test_what_a_quiet_function_gives_is_free_and_another_function_is_open() -> None:
    free = read("n:=StrLen(NumToStr(n,2));", "IF Abs(n)>2 THEN", "Set lamp;", "ENDIF")
    assert reasons(free) == []
    assert assigned(free) == [("n", "unknown")]
    (branch,) = (s for s in body(free) if isinstance(s, If))
    assert branch.condition.op == "unknown"
    kept = "a variable or value that this reader does not know"
    assert reasons(read("n:=Anything(n);")) == [kept]
    assert reasons(read('IF StrToVal("5",n) THEN', "Set lamp;", "ENDIF")) == ["condition"]
    asked = read('n:=UIMessageBox(\\Header:="?");')
    assert reasons(asked) == []
    assert assigned(asked) == [("n", "unknown")]


def test_a_number_of_hundreds_of_digits_is_no_place() -> None:
    """Found by broken text: the reader crashed at it."""
    far = "9" * 400
    points = (f"  CONST robtarget pFar:=[[{far},0,0],[1,0,0,0],[0,0,0,0],[9E9,9E9]];",)
    assert moves(read(f"MoveL pFar, {PLACE}", functions=points)) == []


def test_an_empty_routine_with_parameters_does_nothing() -> None:
    """Found by broken text: the reader crashed at it."""
    empty = ("  PROC rNothing(num n)", "  ENDPROC")
    result = read("rNothing 5;", "rNothing n;", functions=empty)
    assert reasons(result) == []
    assert [r.body for r in result.program.routines[1:]] == [(), ()]


def test_text_and_clocks_move_nothing() -> None:
    result = read("VAR string s;", 's:="a"+"b";', "ClkStart c1;")
    assert reasons(result) == []
    assert sum(isinstance(s, Raw) and s.harmless for s in body(result)) == 2


def test_names_stand_for_their_constants_in_aggregates() -> None:
    arrays = (
        "  CONST num far:=950;",
        "  CONST robtarget pTwo{2}:=[p1,[[far,0,1000],[0,0,1,0],[0,0,0,0],"
        "[9E9,9E9,9E9,9E9,9E9,9E9]]];",
        "  CONST robtarget pBad{1}:=[pGone];",
        "  VAR num moved:=1;",
    )
    result = read(f"MoveL pTwo{{1}}, {PLACE}", f"MoveL pTwo{{2}}, {PLACE}", functions=arrays)
    assert reasons(result) == []
    assert places(result) == [[900, 0, 1000], [950, 0, 1000]]
    bad = read(f"MoveL pBad{{1}}, {PLACE}", functions=arrays)
    assert moves(bad) == []
    assert reasons(bad) == ["a robtarget of 3, 4, 4 and 6 numbers is expected"]
