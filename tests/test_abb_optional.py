"""RAPID: exclusive or, and routines with optional parameters, by hand."""

from __future__ import annotations

import itertools

import pytest
from rapid_text import PLACE, read
from readings import body, reasons

from cellsim.controllers.abb.signatures import arguments_of, signature_of, with_arguments
from cellsim.domain.program import Call, If, Move, SetSignal, Statement
from cellsim.domain.walk import within
from cellsim.simulate.expression import bind, evaluate

EITHER = {
    "ready=1 XOR n=2": lambda r, n: r != (n == 2.0),
    "n=1 XOR n=2 XOR ready=1": lambda r, n: ((n == 1.0) != (n == 2.0)) != r,
    "n=1 OR n=2 XOR ready=1": lambda r, n: (n in (1.0, 2.0)) != r,
    "n=1 XOR n=2 AND ready=1": lambda r, n: (n == 1.0) != (n == 2.0 and r),
    "NOT ready=1 XOR n=1": lambda r, n: (not r) != (n == 1.0),
    "(ready=1 OR n=3) XOR (n=1 OR n=3)": lambda r, n: (r or n == 3.0) != (n in (1.0, 3.0)),
}


@pytest.mark.parametrize("text", EITHER)
def test_exclusive_or_is_one_without_the_other(text: str) -> None:
    result = read(f"IF {text} THEN", "Set lamp;", "ENDIF")
    assert reasons(result) == []
    (branch,) = (s for s in body(result) if isinstance(s, If))
    for on, n in itertools.product((False, True), (0.0, 1.0, 2.0, 3.0)):
        bound = bind(branch.condition, {"n": n}, {})
        assert evaluate(bound, lambda _, on=on: on) is EITHER[text](on, n), (on, n)


def test_a_long_chain_of_exclusive_or_is_open() -> None:
    chain = " XOR ".join(f"n={i}" for i in range(60))
    assert reasons(read(f"IF {chain} THEN", "Set lamp;", "ENDIF")) == ["condition"]


VISIT = (
    "  PROC rVisit(robtarget p\\num high\\switch lit | switch dark, num times\\bool back)",
    "    IF Present(high) THEN",
    f"      MoveL Offs(p,0,0,high), {PLACE}",
    "    ELSEIF NOT Present(back) THEN",
    f"      MoveL p, {PLACE}",
    "    ENDIF",
    "    IF Present(lit) Set lamp;",
    "    IF Present(dark) Reset lamp;",
    "    IF Present(back) AND back THEN",
    f"      MoveL p2, {PLACE}",
    "    ENDIF",
    "    n:=times;",
    "  ENDPROC",
)


def _done(*lines: str, functions: tuple[str, ...] = VISIT) -> list[object]:
    """Return where the motions go [mm], and what the lamp is, in the order of the calls."""
    result = read(*lines, functions=functions)
    assert reasons(result) == []
    return _of(list(body(result)), {r.name: r.body for r in result.program.routines})


def _of(statements: list[Statement], routines: dict[str, tuple[Statement, ...]]) -> list[object]:
    out: list[object] = []
    for s in statements:
        if isinstance(s, Call):
            out += _of(list(within(routines[s.routine])), routines)
        elif isinstance(s, Move):
            assert s.to.pose is not None
            out.append([round(1000.0 * v, 6) + 0.0 for v in s.to.pose.p])
        elif isinstance(s, SetSignal):
            out.append(s.value)
    return out


CALLS = {
    "rVisit p1, 3;": [[900, 0, 1000]],
    "rVisit p1\\high:=50, 3;": [[900, 0, 1050]],
    "rVisit p1\\high:=2*25\\lit, n;": None,
    "rVisit p1\\High:=-20\\Lit, 3;": [[900, 0, 980], True],
    "rVisit p1\\dark, 3;": [[900, 0, 1000], False],
    "rVisit p1,\\dark, 3\\back:=TRUE;": [False, [900, 200, 1000]],
    "rVisit p1, 3\\back:=FALSE;": [],
    "rVisit p2\\high:=1, 3\\back:=TRUE;": [[900, 200, 1001], [900, 200, 1000]],
}


@pytest.mark.parametrize("call", CALLS)
def test_an_optional_parameter_is_there_or_is_not(call: str) -> None:
    if CALLS[call] is None:  # a sum that a motion goes by is not put in its place
        assert reasons(read(call, functions=VISIT)) != []
    else:
        assert _done(call) == CALLS[call]


def test_every_call_has_the_copy_of_what_it_gives() -> None:
    calls = ("rVisit p1, 3;", "rVisit p1\\lit, 3;", "rVisit p1\\high:=5, 3;", "rVisit p1, 3;")
    assert _done(*calls) == [
        [900, 0, 1000], [900, 0, 1000], True, [900, 0, 1005], [900, 0, 1000],
    ]  # fmt: skip


def test_an_argument_is_handed_on_where_it_is_given() -> None:
    outer = (
        "  PROC rOuter(robtarget p\\num h\\switch on)",
        "    rVisit p\\high?h\\lit?on, 3;",
        "  ENDPROC",
    )
    calls = ("rOuter p1;", "rOuter p1\\h:=7;", "rOuter p1\\on;")
    assert _done(*calls, functions=(*VISIT, *outer)) == [
        [900, 0, 1000], [900, 0, 1007], [900, 0, 1000], True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        "rVisit p1\\gone:=5, 3;",
        "rVisit p1\\high, 3;",
        "rVisit p1\\high:=1\\high:=2, 3;",
        "rVisit p1\\lit:=TRUE\\dark;",
        "rVisit p1\\high:=5;",
        "rVisit p1, 3, 4;",
    ],
)
def test_a_call_that_the_routine_does_not_take_is_kept(call: str) -> None:
    result = read(call, functions=VISIT)
    assert reasons(result)[-1] == "'rvisit'"
    assert not any(isinstance(s, Call) for s in body(result))


def test_a_parameter_that_is_not_given_is_no_data_of_the_modules() -> None:
    uses = ("  PROC rUse(\\num n)", "    IF n>2 THEN", "      Set lamp;", "    ENDIF", "  ENDPROC")
    result = read("n:=5;", "rUse;", functions=uses)
    (branch,) = (s for s in within(result.program.routines[-1].body) if isinstance(s, If))
    assert branch.condition.args[0].name == "n_not_given"


def test_a_branch_with_a_label_stays() -> None:
    jumps = (
        "  PROC rJump(\\switch far)",
        "    IF Present(far) THEN",
        "      over:",
        "      Set lamp;",
        "    ENDIF",
        "    IF n=1 GOTO over;",
        "  ENDPROC",
    )
    result = read("rJump;", functions=jumps)
    assert reasons(result) == []
    assert len([s for s in result.program.routines[-1].body if isinstance(s, If)]) == 2


def test_heads_and_calls_as_text() -> None:
    takes = signature_of("robtarget p\\num a|num b, VAR num c\\switch d")
    assert takes is not None
    kinds = ("robtarget", "num", "num", "num", "switch")
    assert takes.parameters == tuple(zip(kinds, "pabcd", strict=True))
    assert (takes.optional, takes.themselves) == ({"a", "b", "d"}, {"c"})
    for head in ("INOUT num a", "num a{*}", "switch a", "num", "num a\\", "num a, "):
        assert signature_of(head) is None, head
    assert signature_of("") is not None
    assert arguments_of(" p1\\a:=Offs(p,1,2,RelTool(q,1,2,3\\Rx:=5))\\d, x+[1,2]") == (
        ["p1", "x+[1,2]"],
        {"a": "Offs(p,1,2,RelTool(q,1,2,3\\Rx:=5))", "d": ""},
    )
    line = 'TPWrite "Present(a) p"\\Num:=a; rGo p\\x?a\\y?b\\z?d, Present(b)'
    said = with_arguments(line, takes, {"p": "p1", "a": "5", "c": "n", "d": ""})
    assert said == 'TPWrite "Present(a) p"\\Num:=5; rGo p1\\x:=5\\z, FALSE'


def test_a_routine_with_optional_parameters_that_nobody_calls_is_text() -> None:
    result = read("Set lamp;", functions=VISIT)
    assert set(reasons(result)) == {"a routine of a kind that is not read"}
