"""Functions of RAPID with branches and loops: the run computes what they give.

The second way to know is the same function in Python, on the same numbers.
"""

from __future__ import annotations

import pytest
from readings import body
from states_lost import doubts, read

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import If, Loop
from cellsim.simulate.actions import Put
from cellsim.simulate.expression import UNKNOWN, Value
from cellsim.simulate.interpret import Interpreter

AXES = "MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,gripper;"
FUNCTIONS = """FUNC num Clip(num y, num least)
  ! no less than least, no more than 10
  IF y<least RETURN least;
  IF y>10 THEN
    RETURN 10;
  ELSE
    RETURN y;
  ENDIF
ENDFUNC
LOCAL FUNC num Sum(num last)
  VAR num sum:=0;
  VAR num step;
  WHILE last>0 DO
    sum:=sum+Clip(last,3);
    last:=last-1;
    Incr step;
  ENDWHILE
  FOR i FROM 1 TO 2 DO
    sum:=sum+step;
  ENDFOR
  RETURN sum;
ENDFUNC
FUNC bool Even(num k)
  WHILE k>1 DO
    k:=k-2;
  ENDWHILE
  RETURN k=0;
ENDFUNC"""


def _clip(y: float, least: float) -> float:
    return least if y < least else min(y, 10.0)


def _sum(last: int) -> float:
    return sum(_clip(k, 3.0) for k in range(1, last + 1)) + 2.0 * last


def _read(*lines: str, functions: str = FUNCTIONS) -> ReadResult:
    text = ["MODULE a", "VAR num n;", "VAR num m;", "VAR bool b;", "PROC main()", *lines, AXES]
    return read("abb", {"a.mod": "\n".join([*text, "ENDPROC", functions, "ENDMODULE", ""])})


def _run(result: ReadResult) -> tuple[dict[str, Value], list[object], list[str]]:
    """Return the variables behind a run, the values of the lamp, and the rules of findings."""
    interpreter = Interpreter(result.program, frozenset(), {})
    put = [a.value for a in interpreter.run() if isinstance(a, Put)]
    return interpreter.variables, put, [f.rule for f in interpreter.findings]


@pytest.mark.parametrize("y", [-5, 2, 3, 7, 10, 11])
def test_a_function_with_branches_gives_its_value(y: int) -> None:
    for lines in (
        [f"n:=Clip({y},3);"],
        [f"m:={y};", "n:=Clip(m,3);"],
        [f"m:={y}-3;", "n:=Clip(m+3,1+2);"],
    ):
        result = _read(*lines)
        assert (result.raw_lines, list(doubts(result).values())) == ((), [""])
        assert _run(result)[0]["n"] == _clip(float(y), 3.0)


@pytest.mark.parametrize("last", [0, 1, 4, 12])
def test_a_function_with_loops_that_asks_another_one(last: int) -> None:
    result = _read(f"m:={last};", "n:=2*Sum(m)-Sum(m)/2+Clip(Sum(m),0);")
    assert result.raw_lines == ()
    total = _sum(last)
    variables, _, findings = _run(result)
    assert (variables["n"], variables["m"]) == (2.0 * total - total / 2.0 + _clip(total, 0.0), last)
    assert findings == []


@pytest.mark.parametrize("k", range(5))
def test_a_condition_and_a_switch_on_what_functions_give(k: int) -> None:
    asked = ("IF Even(m) AND Clip(m,3)<=4 THEN", "Set lamp;", "ENDIF")
    chosen = ("TEST Clip(m,2)", "CASE 2: Set lamp;", "CASE 3: Reset lamp;", "ENDTEST")
    variables, put, findings = _run(_read(f"m:={k};", *asked, *chosen, AXES))
    wanted = [True] if k % 2 == 0 and _clip(k, 3.0) <= 4.0 else []
    wanted += {2.0: [True], 3.0: [False]}.get(_clip(k, 2.0), [])
    assert (put, findings, variables["m"]) == (wanted, [], k)


def test_every_pass_of_a_loop_asks_anew() -> None:
    result = _read("n:=0;", "FOR i FROM 1 TO 6 DO", "n:=n+Clip(i,3);", "ENDFOR")
    assert result.raw_lines == ()
    assert _run(result)[0]["n"] == sum(_clip(i, 3.0) for i in range(1, 7))


def test_what_is_not_known_stays_so_and_motions_behind_it_are_decided() -> None:
    result = _read("IF Clip(unset,3)>4 THEN", "Set lamp;", "ENDIF")
    assert (result.raw_lines, list(doubts(result).values())) == ((), [""])
    assert "branch-on-unknown" in _run(result)[2]


def test_a_loop_or_another_branch_asks_later_so_there_it_is_free() -> None:
    for lines in (
        ("WHILE Clip(m,3)>4 DO", "m:=m-1;", "ENDWHILE"),
        ("IF m=1 THEN", "Set lamp;", "ELSEIF Clip(m,3)>4 THEN", "Set lamp;", "ENDIF"),
        ("IF Clip(m,3)>4 Set lamp;",),
    ):
        result = _read(*lines)
        assert (result.raw_lines, list(doubts(result).values())) == ((), [""])
        found = [s.condition for s in body(result) if isinstance(s, If | Loop) and s.condition]
        assert any(condition.op == "unknown" for condition in found)


@pytest.mark.parametrize(
    "function",
    [
        "FUNC num F(num x)\n  IF x>0 RETURN F(x-1);\n  RETURN 1;\nENDFUNC",
        "FUNC num F(num x)\n  IF x>0 RETURN G(x-1);\n  RETURN 1;\nENDFUNC\n"
        "FUNC num G(num x)\n  IF x>0 RETURN F(x-1);\n  RETURN 1;\nENDFUNC",
        "FUNC num F(num x)\n  IF x>0 RETURN Abs(x);\n  RETURN 1;\nENDFUNC",
        "FUNC num F(num x\\num y)\n  IF x>0 RETURN 2;\n  RETURN 1;\nENDFUNC",
        "FUNC num F(num x)\n  VAR num a{2};\n  IF x>0 RETURN a{1};\n  RETURN 1;\nENDFUNC",
        "FUNC num F(num x)\n  IF x>0 RETURN 2;\n  RETURN 1;\nENDFUNC\n"
        "FUNC num F(num x)\n  RETURN x;\nENDFUNC",
        "FUNC num F(num x)\n  IF x>0 THEN\n  RETURN 2;\n  ENDIF\nENDFUNC",
    ],
)
def test_another_function_is_not_computed(function: str) -> None:
    """The last has no value where x is not above 0: the controller stops with an error."""
    assert _run(_read("m:=-1;", "n:=F(m);", functions=function))[0].get("n", UNKNOWN) is UNKNOWN


def test_a_function_that_sets_what_is_not_its_own_is_no_value() -> None:
    sets = "FUNC num F(num x)\n  IF x>0 RETURN 2;\n  m:=5;\n  RETURN 1;\nENDFUNC"
    result = _read("n:=F(1);", functions=sets)
    assert [raw.line for raw in result.raw_lines if raw.line == 6] == [6]
    assert "speed 6" in doubts(result)[7]


def test_names_of_a_function_are_its_own_and_lines_count_as_they_stand() -> None:
    own = "FUNC num F(num n)\n  VAR num m:=7;\n  IF n>0 RETURN m+n;\n  RETURN m;\nENDFUNC"
    result = _read("n:=1;", "m:=2;", "n:=F(n)+F(m);", functions=own)
    variables = _run(result)[0]
    assert (variables["n"], variables["m"]) == (17.0, 2.0)
    plain = _read("n:=1;", "m:=2;", "n:=n;", functions=own)
    assert result.coverage == plain.coverage
