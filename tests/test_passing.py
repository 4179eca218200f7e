"""Calls whose arguments only the run knows: what the interpreter computes is what a person does."""

from __future__ import annotations

import itertools

import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.simulate.interpret import Interpreter

KRL = """DEF a( )
{body}
END
DEF Add(x :IN, y :OUT)
y=y+x
x=100
END
DEFFCT INT Square(n :IN)
n=n*n
RETURN n
ENDFCT
DEFFCT INT Next( )
g=g+1
RETURN g
ENDFCT
DEFFCT INT Least(p :IN, q :IN)
IF p<q THEN
RETURN p
ENDIF
RETURN q
ENDFCT
"""
DOWN = """DEFFCT INT Down(n :IN)
IF n<1 THEN
RETURN 0
ENDIF
RETURN Down(n-1)
ENDFCT
"""


def krl(body: str, more: str = "") -> ReadResult:
    text = KRL.format(body=body) + more
    data = "DEFDAT a\n" + "".join(f"DECL REAL {n}=0\n" for n in "abgn") + "ENDDAT\n"
    files = {"a.src": text.encode(), "a.dat": data.encode()}
    return BRANDS["kuka"].read(files, cell_of("kuka"), "arm")


UR = """def a():
  def add(x, y):
    y = y + x
    return y
  end
  def next():
    global g = g + 1
    return g
  end
{body}
end
"""


def ur(body: str) -> ReadResult:
    lines = "\n".join(f"  {line}" for line in body.splitlines())
    return BRANDS["ur"].read({"a.script": UR.format(body=lines).encode()}, cell_of("ur"), "arm")


def values(result: ReadResult) -> dict[str, object]:
    """Return the variables after a run of a program without motions and signals."""
    interpreter = Interpreter(result.program, frozenset({"set", "wait"}), {})
    assert sum(1 for _ in itertools.islice(interpreter.run(), 1000)) < 1000
    return dict(interpreter.variables)


def assert_computed(result: ReadResult, expected: dict[str, float]) -> None:
    """Hold a run of a program that is understood whole against what a person computed."""
    assert not result.raw_lines, result.raw_lines
    after = values(result)
    assert {name: after[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # IN is a copy, OUT is the variable itself
        ("a=3\nb=4\nAdd(a,b)", {"a": 3.0, "b": 7.0}),
        ("b=4\nAdd(b,b)", {"b": 8.0}),
        ("a=5\nb=Square(a)+Square(a-2)", {"a": 5.0, "b": 34.0}),
        ("b=Square(Square(2))", {"b": 16.0}),
        ("g=0\nb=10*Next()+Next()", {"g": 2.0, "b": 12.0}),
        ("a=Least(7,3)\nb=Least(3,7)", {"a": 3.0, "b": 3.0}),
        ("a=2\nIF Least(a,9)==2 THEN\nb=1\nELSE\nb=2\nENDIF", {"b": 1.0}),
        ("n=5\nWHILE n>2\nn=Least(n-1,9)\nENDWHILE", {"n": 2.0}),
    ],
)
def test_calls_compute_what_a_person_does(body: str, expected: dict[str, float]) -> None:
    assert_computed(krl(body), expected)


@pytest.mark.parametrize(
    "line",
    [
        "b=g+Next()",  # Next changes g before or after it is read
        "b=Down(3)",  # comes back to itself
        "WHILE Next()<3",
        "IF a AND Next()==1 THEN",  # perhaps not called at all
        "Add(3,4)",  # an OUT that is no variable
        "Add(1)",
        "b=Square(tab[a])",
    ],
)
def test_calls_that_could_mean_something_else_stay_text(line: str) -> None:
    ends = {"W": "\nENDWHILE", "I": "\nENDIF"}.get(line[0], "")
    result = krl(f"g=0\na=1\nb=2\n{line}{ends}", DOWN)
    assert [r.line for r in result.raw_lines if r.line == 5] == [5]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("b = 4\nc = add(b, b)", {"b": 4.0, "c": 8.0}),
        ("c = add(add(1, 2), 3)", {"c": 6.0}),
        ("global g = 0\nc = next()*10+next()", {"g": 2.0, "c": 12.0}),
        ("n = [5, 7, 9]\nn[1] = 2\nc = n[0]-n[1]", {"c": 3.0}),
        ("i = 0\nc = 1\nwhile i < 4:\n  c = c*2\n  i = i + 1\nend", {"c": 16.0}),
        ("if add(1, 1) == 2:\n  c = 1\nend", {"c": 1.0}),
    ],
)
def test_functions_of_scripts_hand_over_by_value(body: str, expected: dict[str, float]) -> None:
    assert_computed(ur(body), expected)


def hyundai(*bodies: str) -> ReadResult:
    head = 'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }'
    names = ("0102_main.job", "0105_dist.job", "0108_lib.job")
    files = {n: f"{head}\n{b}\n".encode() for n, b in zip(names, bodies, strict=True)}
    return BRANDS["hyundai"].read(files, cell_of("hyundai"), "arm")


def test_jobs_and_functions_of_the_manual_give_its_results() -> None:
    """HRScript manual 3.7.3 (17.8 for 5 and 12.8) and 4.4 (a number is handed over by value)."""
    result = hyundai(
        "var x,y\nx=5\ny=12.8\ncall manhattan_dist,x,y\nvar res=result()\ncall 0105_pow3,y\nend",
        "param p\nvar t=p\np=t*t*t\nend",
        "def manhattan_dist,x,y\nvar len=x+y\nreturn len",
    )
    assert not result.raw_lines
    after = values(result)
    assert after["res"] == pytest.approx(17.8)
    assert (after["y"], after["p"]) == (12.8, pytest.approx(12.8**3))


def test_a_point_of_two_subprograms_is_not_that_of_the_other() -> None:
    """Each declares its own p: after the call the caller's p is not what the callee has set."""
    at = "p={X %d,Y 0,Z 0,A 0,B 0,C 180}\n"
    head = "DECL E6POS p\n"
    main = f"DEF a( )\n{head}$TOOL=TOOL_DATA[1]\n$BASE=BASE_DATA[5]\n$VEL.CP=0.1\n" + at % 1
    text = main + "sub( )\nLIN p\nEND\nDEF sub( )\n" + head + at % 9 + "END\n"
    result = BRANDS["kuka"].read({"a.src": text.encode()}, cell_of("kuka"), "arm")
    assert [(r.line, r.reason) for r in result.raw_lines] == [(8, "point P is not known")]
