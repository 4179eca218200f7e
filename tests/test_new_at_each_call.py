"""Variables of one routine: a second call does not find what the first one left in them."""

from __future__ import annotations

import pytest
from small_texts import HEAD, JOB, number, ran, read

from cellsim.domain.program import Assign, Expr, If, Label, Loop, Wait
from cellsim.domain.setfirst import read_first

# A called routine asks for its variable and sets it behind that, or before that too.
KRL = (
    "DEF t( )\nsub( )\nsub( )\nEND\n"
    "DEF sub( )\nINT m\n{}IF m==1 THEN\nWAIT SEC 1\nENDIF\nm=1\nEND\n"
)
UR = (
    "def t():\n  def sub():\n{}    if m == 1:\n      sleep(1)\n    end\n    m = 1\n  end\n"
    "  sub()\n  sub()\nend\n"
)
INFORM = "{}IFTHENEXP LB000=1\nTIMER T=1.00\nENDIF\nSET LB000 1\nEND\n"
HR = "     var m\n{}     if m==1\n     delay 1\n     endif\n     m=1\n     end\n"


def texts(brand: str, sets: bool) -> dict[str, str]:
    """Return a text whose routine is called twice; sets: It sets its variable before it asks."""
    put = {
        "kuka": "m=1\n",
        "ur": "    m = 1\n",
        "yaskawa": "SET LB000 1\n",
        "hyundai": "     m=1\n",
    }
    first = put[brand] if sets else ""
    return {
        "kuka": {"t.src": KRL.format(first), "t.dat": "DEFDAT t\nENDDAT\n"},
        "ur": {"t.script": UR.format(first)},
        "yaskawa": {
            "A.JBI": HEAD.format("A") + "CALL JOB:B\nCALL JOB:B\nEND\n",
            "B.JBI": HEAD.format("B") + INFORM.format(first),
        },
        "hyundai": {
            "0102_a.job": f"{JOB}     call 103\n     call 103\n     end\n",
            "0103_b.job": JOB + HR.format(first),
        },
    }[brand]


@pytest.mark.parametrize("brand", ["kuka", "ur", "yaskawa", "hyundai"])
def test_what_the_first_call_left_is_gone(brand: str) -> None:
    assert ran(read(brand, texts(brand, sets=True)))[0] == 2
    assert ran(read(brand, texts(brand, sets=False)))[0] == 0


def test_a_parameter_that_krl_declares_is_what_the_call_hands_over() -> None:
    text = (
        "DEF t( )\nINT n\nn=1\nn=n+4\nsub(n)\nsub(n-4)\nEND\n"
        "DEF sub(level:IN)\nINT level\nIF level>3 THEN\nWAIT SEC 1\nENDIF\nEND\n"
    )
    assert ran(read("kuka", {"t.src": text, "t.dat": "DEFDAT t\nENDDAT\n"}))[0] == 1


X, Y = (Expr("var", name=name) for name in "xy")
ON = Expr("signal", name="on")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ((Assign("x", number(1.0)), Assign("y", X)), set()),
        ((Assign("x", X),), {"x"}),
        ((If(ON, (Assign("x", number(1.0)),)), Wait(X)), {"x"}),
        ((If(ON, (Assign("x", Y),), (Assign("x", number(1.0)),)), Wait(X)), {"y"}),
        ((Loop((Assign("x", number(1.0)),), 2), Wait(X)), set()),
        ((Loop((Assign("x", number(1.0)),), 0), Wait(X)), {"x"}),
        ((Loop((Assign("x", number(1.0)),), None, Y), Wait(X)), {"x", "y"}),
        ((Assign("x", number(1.0)), Label("a"), Wait(X)), {"x"}),
    ],
)
def test_what_may_be_read_before_it_is_set(body: tuple[object, ...], found: set[str]) -> None:
    assert read_first(body) == found  # type: ignore[arg-type]
