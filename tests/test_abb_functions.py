"""Functions of a RAPID text: which only compute, and what a line that asks one leaves known.

By RAPID's rules of scope: what a function declares is its own, a parameter without VAR, PERS or
INOUT is a copy. So `Side` below leaves every tool, speed and output as it was.
"""

from __future__ import annotations

import pytest
from rapid_text import PLACE
from readings import body, places
from states_lost import doubts, read

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Assign, If, Loop, Raw

AXES = "MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,gripper;"
SIDE = """LOCAL FUNC num Side(robtarget p, num least\\num most)
  VAR num sum{2}:=[0,0];
  VAR num steps:=0;
  IF p.trans.y>Abs(least) THEN
    p.trans.y:=least;
    RETURN 1;
  ELSEIF Present(most) THEN
    FOR i FROM 1 TO 2 DO
      sum{i}:=Low(p.trans.y+i);
      Incr steps;
    ENDFOR
  ENDIF
  TEST steps
  CASE 1,2: TPWrite "near";
  DEFAULT: steps:=DInput(di1);
  ENDTEST
  WHILE steps>2 DO
    IF steps=5 RETURN sum{1};
    steps:=steps-1;
  ENDWHILE
  RETURN steps;
ENDFUNC
FUNC num Low(num y)
  IF y<0 THEN
    RETURN 0;
  ENDIF
  RETURN y;
ENDFUNC"""
ALL = "acceleration 5, configuration 5, frame 5, path mode 5, shift of targets 5, speed 5, tool 5"
ASKED = {
    "if": ("IF Side(p1,5\\most:=9)>1 THEN", "Set lamp;", "ENDIF"),
    "while": ("WHILE Side(p1,5)>1 DO", "Set lamp;", "ENDWHILE"),
    "assignment": ("n:=Side(p1,5);", "Set lamp;", "Reset lamp;"),
    "switch": ("TEST Side(p1,5)", "CASE 1: Set lamp;", "ENDTEST"),
}


def _read(*lines: str, functions: str = SIDE) -> ReadResult:
    point = "CONST robtarget p1:=[[900,0,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];"
    text = "\n".join(
        [
            *("MODULE a", "VAR num n;", point, "PROC main()", *lines, AXES, f"MoveL p1, {PLACE}"),
            *("ENDPROC", functions, "ENDMODULE", ""),
        ]
    )
    return read("abb", {"a.mod": text})


def _may_move(result: ReadResult) -> bool:
    return any(isinstance(s, Raw) and s.moves for s in body(result))


@pytest.mark.parametrize("way", ASKED)
def test_a_function_that_only_computes_leaves_the_motions_behind_it_known(way: str) -> None:
    result = _read(*ASKED[way])
    assert [list(doubts(result).values()), _may_move(result)] == [["", ""], False]
    assert result.raw_lines == ()
    assert (
        "a.mod:11: function side only computes: what it gives is computed, or free" in result.notes
    )
    (found,) = (s for s in body(result) if isinstance(s, If | Loop | Assign) and s.line in (5, 6))
    value = found.value if isinstance(found, Assign) else found.condition
    assert value is not None
    assert value.op == "unknown"


def _instead(old: str, new: str) -> str:
    assert SIDE.count(old) == 1
    return SIDE.replace(old, new)


OTHERS = {
    "a variable of the module": _instead("Incr steps;", "Incr n;"),
    "a variable of the module assigned": _instead("steps:=steps-1;", "n:=steps-1;"),
    "data of the modules": _instead("steps:=steps-1;", "p1.trans.x:=0;"),
    "an output": _instead("Incr steps;", "SetDO lamp,1;"),
    "a motion": _instead("Incr steps;", AXES),
    "a wait": _instead("Incr steps;", "WaitTime 1;"),
    "a setting": _instead("Incr steps;", "AccSet 50,50;"),
    "a procedure": _instead("Incr steps;", "rOther;"),
    "its parameter is the caller's (INOUT)": _instead("(robtarget p,", "(INOUT robtarget p,"),
    "its parameter is the caller's (VAR)": _instead("num least", "VAR num least"),
    "its parameter is the caller's (PERS)": _instead("\\num most", "\\PERS num most"),
    "a function that no module holds": _instead("DInput(di1)", "Other(di1)"),
    "a function that gives back through its argument": _instead("DInput(di1)", "ReadNum(di1)"),
    "one of those that it asks sets data": _instead("RETURN 0;", "n:=0;\n    RETURN 0;"),
    "one asked in a switch": _instead("TEST steps", "TEST Other(steps)"),
    "a line that is not understood": _instead("Incr steps;", "steps ?;"),
    "an error handler": _instead("RETURN steps;", "RETURN steps;\nERROR\n  TRYNEXT;"),
    "another function of that name": f"{SIDE}\nFUNC num Low(num y)\nRETURN Other(y);\nENDFUNC",
}


@pytest.mark.parametrize("way", ASKED)
@pytest.mark.parametrize("what", OTHERS)
def test_another_function_may_set_all_that_motions_run_with(what: str, way: str) -> None:
    found = doubts(_read(*ASKED[way], functions=OTHERS[what]))
    at = 5 if way != "switch" else 6  # CASE compares what TEST asked for
    assert len(found) == 2
    assert all(f"speed {at}" in told and f"tool {at}" in told for told in found.values())


def test_a_function_that_sets_has_the_name_of_one_that_the_controller_knows() -> None:
    sets = "FUNC num Abs(num x)\n  n:=x;\n  SetDO lamp,1;\n  RETURN x;\nENDFUNC"
    known, own = (_read("n:=Abs(n);", functions=text) for text in ("", sets))
    assert set(doubts(known).values()) == {""}
    assert all("speed 5" in told for told in doubts(own).values())


def test_a_function_behind_an_option_is_asked_too() -> None:
    result = _read("n:=Side(p1,5\\most:=Other(1));", "Set lamp;")
    assert all("speed 5" in told for told in doubts(result).values())
    assert [raw.line for raw in result.raw_lines] == [5]


def test_functions_that_ask_each_other_only_compute() -> None:
    even = "FUNC bool Even(num k)\n  IF k=0 RETURN TRUE;\n  RETURN Odd(k-1);\nENDFUNC"
    odd = "FUNC bool Odd(num k)\n  IF k=0 RETURN FALSE;\n  RETURN Even(k-1);\nENDFUNC"
    result = _read("IF Even(n) THEN", "Set lamp;", "ENDIF", functions=f"{even}\n{odd}")
    assert list(doubts(result).values()) == ["", ""]


def test_data_that_a_function_only_reads_keep_their_values() -> None:
    """RETURN names p1, which no line changes: it is a point that motions go to."""
    reads = "FUNC robtarget Up(num z)\n  IF z>5 RETURN p1;\n  RETURN Offs(p1,0,0,z);\nENDFUNC"
    result = _read(functions=reads)
    assert result.raw_lines == ()
    assert places(result) == [[900, 0, 1000]]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('SetDataVal "gripper"+name, n;', "frame 5, tool 5"),
        ('SetAllDataVal "tooldata", n;', "frame 5, tool 5"),
        ("WaitWObj wAny;", "frame 5"),
        ("WriteCfgData path, attribute, n;", ALL),
        ("SetXYDO lamp, 1;", ALL),
        ("parAccident;", ALL),
        ("n:=Decode(n);", ALL),
        ("WaitTestAndSet n;", ""),
        ("n:=ATan2Dnum(n,n);", ""),
    ],
)
def test_what_an_instruction_of_the_manual_leaves_as_it_is(line: str, told: str) -> None:
    """SetDataVal: "to set a value for a data object that is specified with a string variable"."""
    motion = AXES.replace("MoveAbsJ [[0,0,0,0,30,0]", "MoveL [[900,0,1000],[0,0,1,0],[0,0,0,0]")
    result = _read(line, motion.replace("gripper;", "gripper\\WObj:=body;"), functions="")
    assert doubts(result)[6] == told


def test_a_procedure_of_the_text_is_not_the_instruction_that_it_is_named_as() -> None:
    """One with an INOUT parameter is not read: what it does is open, whatever it is called."""
    save = f"PROC Save(INOUT num n)\n  SetDO lamp,1;\n  {AXES}\nENDPROC"
    known, own = (_read("Save n;", functions=text) for text in ("", save))
    assert set(doubts(known).values()) == {""}
    assert all("speed 5" in told for told in doubts(own).values())
