"""Names of KRL: those of a DEF are its own, those of a data list are there for all."""

from __future__ import annotations

import pytest
from readings import body, reasons
from states_lost import read

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Assign, Loop, Raw

NOT_DECLARED = "{} is declared in no file given"


def krl(*lines: str, data: tuple[str, ...] = ()) -> ReadResult:
    text = {"p.src": "\n".join(["DEF p( )", *lines, "END", ""])}
    if data:
        text["p.dat"] = "\n".join(["DEFDAT p", *data, "ENDDAT", ""])
    return read("kuka", text)


@pytest.mark.parametrize(
    "line",
    ["x=n+1", "IF n>2 THEN\nENDIF", "WHILE n<3\nENDWHILE", "WAIT FOR n==1", "x=n[2]", "x=n.a"],
)
def test_a_name_that_is_only_read_must_be_declared(line: str) -> None:
    assert NOT_DECLARED.format("n") in " ".join(reasons(krl("INT x", line))).replace(
        "n__2", "n"
    ).replace("n.a", "n")
    declared = krl("INT x", line, data=("INT n=2",))
    assert not any("no file given" in why for why in reasons(declared))


def test_what_is_read_of_it_is_open_at_each_reading() -> None:
    result = krl("INT x", "x=n+1")
    assert [type(s) for s in body(result)] == [Raw]


def test_a_name_that_only_another_subprogram_declares_is_not_there() -> None:
    text = "DEF p( )\nINT n\nn=1\nsub( )\nEND\nDEF sub( )\nn=2\nEND\n"
    result = read("kuka", {"p.src": text})
    assert [(r.line, r.reason) for r in result.raw_lines] == [(7, NOT_DECLARED.format("N"))]
    both = read("kuka", {"p.src": text.replace("DEF sub( )\n", "DEF sub( )\nINT n\n")})
    assert both.raw_lines == ()
    inner = both.program.routines[1].body[0]
    assert isinstance(inner, Assign)
    assert inner.name != "n", "a variable of its own"


def test_the_type_of_a_name_is_that_of_its_own_subprogram() -> None:
    """An INT cuts a quotient, whatever another subprogram calls by that name."""
    text = "DEF p( )\nREAL n\nn=1.5\nsub( )\nEND\nDEF sub( )\nINT n\nn=2.5\nEND\n"
    result = read("kuka", {"p.src": text})
    assert [(r.line, r.reason) for r in result.raw_lines] == [
        (8, "a value that INT N does not hold")
    ]


def test_a_parameter_is_declared_by_the_head() -> None:
    text = "DEF p( )\nINT n\nn=1\nsub(n)\nEND\nDEF sub(a:IN)\nINT b\nb=a+1\nEND\n"
    assert read("kuka", {"p.src": text}).raw_lines == ()
    alone = read("kuka", {"p.src": "DEF sub(a:IN)\nINT b\nb=a+1\nEND\n"})
    assert alone.raw_lines == ()


@pytest.mark.parametrize(
    ("declared", "data", "told"),
    [("", (), True), ("INT i", (), False), ("", ("DECL INT i=0",), False)],
)
def test_a_counter_must_be_declared(declared: str, data: tuple[str, ...], told: bool) -> None:
    """Its loop is read as it stands, and is not understood all the same."""
    result = krl(declared, "FOR i=1 TO 3", "WAIT SEC 0.1", "ENDFOR", data=data)
    why = ["counter i is declared in no file given"] if told else []
    assert reasons(result) == why
    assert [s.line for s in body(result) if isinstance(s, Raw)] == [3] * told
    assert any(isinstance(s, Loop) for s in body(result))


def test_what_an_array_or_a_record_is_made_of_is_declared_with_it() -> None:
    result = krl("x[2]=1", "y=x[2]+1", data=("DECL INT x[5]", "INT y"))
    assert result.raw_lines == ()
