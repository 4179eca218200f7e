"""RAPID: which data a name means where one routine calls another, by hand on the same text."""

from __future__ import annotations

import pytest
from readings import places, reasons
from states_lost import doubts, read

from cellsim.controllers.abb.computed import computed
from cellsim.controllers.reading.source import Line
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move, SetSignal
from cellsim.domain.walk import statements_of
from cellsim.simulate.expression import UNKNOWN, Value
from cellsim.simulate.interpret import Interpreter

AXES = "MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,gripper;"
P1 = "CONST robtarget p1:=[[900,0,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];"
P2 = P1.replace("p1", "p2").replace("900,0", "900,200")
HIGH = P1.replace("1000", "1100")
TO = "v100,fine,gripper\\WObj:=wobj0"
HEAD = ["MODULE a", "VAR num n;", "VAR num m;", P1, P2]
CLIP = "FUNC num Clip(num y,num l)\n  IF y<l RETURN l;\n  RETURN y;\nENDFUNC"
KEEP = "PROC r(num x)\n  n:=x;\nENDPROC"


def _read(*lines: str, more: str = "", data: str = "CONST num K:=50;") -> ReadResult:
    text = [*HEAD, data, "PROC main()", *lines, AXES, "ENDPROC", more, "ENDMODULE", ""]
    return read("abb", {"a.mod": "\n".join(text)})


def _run(result: ReadResult) -> dict[str, Value]:
    assert reasons(result) == []
    interpreter = Interpreter(result.program, frozenset(), {})
    list(interpreter.run())
    return dict(interpreter.variables)


BODIES = (
    ("zonedata", "fine", "t:=z100;", "MoveL p1,v100,t,gripper\\WObj:=wobj0;"),
    ("speeddata", "v100", "t:=v1000;", "MoveL p1,t,fine,gripper\\WObj:=wobj0;"),
    ("speeddata", "v100", "t.v_tcp:=1000;", "MoveL p1,t,fine,gripper\\WObj:=wobj0;"),
    ("robtarget", "p1", "t:=p2;", f"MoveL t,{TO};"),
)


@pytest.mark.parametrize(("kind", "given", "sets", "move"), BODIES)
def test_a_parameter_that_the_body_sets_is_not_the_argument(
    kind: str, given: str, sets: str, move: str
) -> None:
    result = _read(f"r {given};", more=f"PROC r({kind} t)\n  {sets}\n  {move}\nENDPROC")
    found = [s for s in statements_of(result.program) if isinstance(s, Move)]
    assert [s.to.pose for s in found] == [None]  # the axes behind the call
    assert "'r'" in reasons(result)
    assert "speed 8" in doubts(result)[9]


def test_the_callers_own_data_hides_what_the_module_has_in_a_function() -> None:
    assert _run(_read("CONST num K:=7;", "n:=Clip(K,1);", more=CLIP))["n"] == 7.0


def test_the_callers_own_data_hides_what_the_module_has_in_a_procedure() -> None:
    assert _run(_read("CONST num K:=7;", "r K;", more=KEEP))["n"] == 7.0
    goes = f"PROC r(robtarget x)\n  MoveL x,{TO};\nENDPROC"
    assert places(_read(HIGH, f"MoveL p1,{TO};")) == [[900, 0, 1100]]
    own = _read(HIGH, "r p1;", more=goes)
    assert "'r'" in reasons(own)
    assert [s for s in statements_of(own.program) if isinstance(s, Move) and s.to.pose] == []


@pytest.mark.parametrize("call", ["r m;", "r\\x:=m;"])
def test_the_callers_own_variable_is_no_variable_of_the_modules(call: str) -> None:
    takes = "\\VAR num x" if "\\" in call else "VAR num x"
    result = _read("VAR num m:=4;", call, more=f"PROC r({takes})\n  x:=9;\nENDPROC")
    assert "'r'" in reasons(result)


@pytest.mark.parametrize("own", ["VAR num K:=7;", "CONST num K:=7;", "VAR num k;\n  k:=7;"])
def test_data_of_the_routine_does_not_hide_the_argument(own: str) -> None:
    found = _run(_read("r K;", more=f"PROC r(num x)\n  {own}\n  n:=x;\nENDPROC"))
    assert found["n"] == 50.0


def test_a_counter_of_the_routine_does_not_hide_the_argument() -> None:
    counts = "PROC r(num x)\n  FOR K FROM 1 TO 2 DO\n    n:=n+x;\n  ENDFOR\nENDPROC"
    assert _run(_read("n:=0;", "r K;", more=counts))["n"] == 100.0


NEXT = "FUNC num Next()\n  RETURN m+1;\nENDFUNC"


def test_names_of_a_function_are_not_the_callers_own() -> None:
    found = _run(_read("VAR num m:=100;", "n:=Next();", more=NEXT))
    assert found["n"] is UNKNOWN  # the module's m has no value that a text tells
    assert found["m_of_main"] == 100.0
    up = "FUNC robtarget Up(num z)\n  RETURN Offs(p1,0,0,z);\nENDFUNC"
    assert places(_read(f"MoveL Up(50),{TO};", more=up)) == [[900, 0, 1050]]
    assert places(_read(HIGH, f"MoveL Up(50),{TO};", more=up)) == []


def test_a_counter_is_not_captured_by_the_names_of_a_function() -> None:
    lines = ("n:=0;", "m:=0;", "FOR m FROM 1 TO 2 DO", "n:=n+Next();", "ENDFOR")
    assert _run(_read(*lines, more=NEXT))["n"] == 2.0


def test_what_is_handed_on_is_no_parameter_of_the_routine_that_hands_it_on() -> None:
    both = (
        "PROC rIn(\\num x)\n  n:=x;\nENDPROC\n"
        "PROC rOut(num k\\num h)\n  rIn\\x?h;\n  m:=k;\nENDPROC"
    )
    found = _run(_read("rOut 3\\h:=k;", more=both))
    assert (found["n"], found["m"]) == (50.0, 3.0)


@pytest.mark.parametrize("over", ["r k-1\\last;", "q k-1;"])
def test_a_routine_in_itself_has_parameters_of_its_own_each_time(over: str) -> None:
    more = (
        f"PROC r(num k\\switch last)\n  IF NOT Present(last) THEN\n    {over}\n  ENDIF\n"
        "  n:=k;\nENDPROC\nPROC q(num k)\n  r k\\last;\nENDPROC"
    )
    more = more if over[0] == "q" else more.partition("\nPROC q")[0]
    result = _read("m:=5;", "r m;", more=more)
    assert "'r'" in reasons(result)
    assert "speed 9" in doubts(result)[10]


@pytest.mark.parametrize(("own", "there"), [("0", "1"), ("1", "0")])
def test_a_routines_own_constant_is_the_value_of_an_output(own: str, there: str) -> None:
    line = "MoveLDO p1,v100,fine,gripper\\WObj:=wobj0,lamp,K;"
    result = _read(f"CONST num K:={own};", line, data=f"CONST num K:={there};")
    found = [s.value for s in statements_of(result.program) if isinstance(s, SetSignal)]
    assert found == [own == "1"]


def test_a_routines_own_constant_is_the_end_of_a_loop() -> None:
    lines = ("CONST num K:=2;", "n:=0;", "FOR i FROM 1 TO K DO", "r i;", "ENDFOR")
    adds = "PROC r(num x)\n  n:=n+x;\nENDPROC"
    assert _run(_read(*lines, more=adds, data="CONST num K:=5;"))["n"] == 3.0


def test_an_argument_that_begins_with_a_bracket_is_no_function() -> None:
    result = _read("r (m+1)*2;", more=KEEP)
    assert (reasons(result), list(doubts(result).values())) == ([], [""])


def test_a_copy_takes_no_name_of_a_routine_that_is_not_read() -> None:
    more = (
        "PROC rGo(robtarget p)\n  n:=1;\nENDPROC\n"
        "PROC rGo_1(INOUT num x)\n  n:=2;\n  x:=9;\nENDPROC"
    )
    result = _read("m:=5;", "rGo p1;", "rGo_1 m;", more=more)
    assert "'rgo_1'" in reasons(result)
    assert "rGo_2" in {r.name for r in result.program.routines}


def test_a_chain_of_functions_is_looked_at_once() -> None:
    """Of 1,000, each asks the next; a round for each link of them took three times as long."""
    chain = "\n".join(
        f"FUNC num f{i}(robtarget p)\n  IF p.trans.x>0 RETURN 1;\n  RETURN f{i + 1}(p);\nENDFUNC"
        for i in range(1000)
    )
    open_end = _read("IF f0(p1)>0 THEN", "n:=1;", "ENDIF", more=chain)
    assert "speed 8" in doubts(open_end)[11]
    last = "\nFUNC num f1000(robtarget p)\n  RETURN 1;\nENDFUNC"
    closed = _read("IF f0(p1)>0 THEN", "n:=1;", "ENDIF", more=chain + last)
    assert list(doubts(closed).values()) == [""]


def test_many_functions_and_brackets_are_looked_at_once() -> None:
    """A look at every word for each took four seconds, the end of each bracket about a minute."""
    many = [f"FUNC num f{i}(num p)\nIF p>0 RETURN 1;\nRETURN 2;\nENDFUNC" for i in range(4_000)]
    texts = ["MODULE a", "PROC main()", "n:=f1(2)", *"\n".join(many).split("\n"), "ENDMODULE"]
    lines = [Line("a", i, text.rstrip(";"), "", text) for i, text in enumerate(texts, 1)]
    asked = [line.text for line in computed({"a": lines})["a"]]
    assert "f1_procedure 2" in asked
    deep = "n:=" + "g(" * 20_000 + "f1(2)" + ")" * 20_000
    lines[2] = Line("a", 3, deep, "", deep)
    assert computed({"a": lines})["a"] == lines


def test_a_name_that_the_text_has_itself_is_not_made() -> None:
    for name in ("Clip_value", "clip_PROCEDURE_2", "Clip_value_3"):
        result = _read(f"VAR num {name}:=1;", "n:=Clip(2,1);", more=CLIP)
        assert _run(result)["n"] is UNKNOWN, name
    found = _run(_read("VAR num xClip_value:=1;", "n:=Clip(2,1);", more=CLIP))
    assert found["n"] == 2.0
