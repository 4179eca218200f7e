"""What a KRL subprogram sets also holds where the line that calls it is not understood."""

from __future__ import annotations

import pytest
from readings import body
from states_lost import read
from states_said import LIN, SET

from cellsim.domain.program import Loop, Move, Raw

DATA = "DEFDAT p\nINT i=0\nBOOL b\nE6AXIS XP={A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}\nENDDAT\n"
# XP is a point, which no parameter is read for: the call is not, but the robot makes it.
BASED = (
    "DEFFCT BOOL h(a:OUT)\nE6AXIS a\nr( )\nRETURN TRUE\nENDFCT\nDEF r( )\n$BASE=$NULLFRAME\nEND\n"
)
MOVED = BASED.replace("$BASE=$NULLFRAME", "PTP XP")
CALLS = [
    ("b=h(XP)",), ("WAIT FOR h(XP)",), ("IF h(XP) THEN", "ENDIF"), ("WHILE h(XP)", "ENDWHILE"),
    ("REPEAT", "UNTIL h(XP)"), ("SWITCH h(XP)", "CASE TRUE", "ENDSWITCH"),
]  # fmt: skip


def last(more: str, *lines: str) -> tuple[Raw | Move, list[str]]:
    """Return the last statement of p, and why its line is not understood."""
    text = "\n".join(["DEF p( )", *SET, LIN, *lines, "END", more])
    result = read("kuka", {"p.src": text, "p.dat": DATA})
    found = body(result)[-1]
    assert isinstance(found, Raw | Move)
    return found, [r.reason for r in result.raw_lines if r.line == found.line]


@pytest.mark.parametrize("call", CALLS)
def test_a_base_that_a_function_sets_is_not_known_behind_a_call_that_is_not_read(
    call: tuple[str, ...],
) -> None:
    """KSS 8.2 SI, functions: DEFFCT is a subprogram, with all its statements."""
    assert last(BASED, *call, LIN)[1] == ["tool or base is not known here"]
    kept, _ = last(BASED.replace("$BASE=$NULLFRAME", "i=5"), *call, LIN)
    assert isinstance(kept, Move), "a function that sets no state loses none"


@pytest.mark.parametrize("call", CALLS)
def test_a_relative_motion_behind_a_function_that_moves_is_from_no_known_place(
    call: tuple[str, ...],
) -> None:
    assert last(MOVED, *call, "LIN_REL {X 10}")[1] == ["LIN_REL from a place that is not known"]


@pytest.mark.parametrize(
    ("inside", "moves"), [("PTP a", True), ("PTP XP", True), ("a.A1=5", False), ("r( )", True)]
)
def test_a_call_that_is_not_read_moves_where_its_subprogram_does(inside: str, moves: bool) -> None:
    more = f"DEF s(a:OUT)\nE6AXIS a\n{inside}\nEND\nDEF r( )\nPTP XP\nEND\n"
    found, _ = last(more, "s(XP)")
    assert isinstance(found, Raw)
    assert found.moves is moves


MOVING = "DEFFCT INT f( )\nPTP XP\nRETURN 1\nENDFCT\nDEFFCT INT k( )\ni=2\nRETURN 1\nENDFCT\n"
LEFT_OUT = [
    ("IF b AND {}>1 THEN", "ENDIF"), ("WHILE {}>1", "ENDWHILE"), ("REPEAT", "UNTIL {}>1"),
    ("SWITCH {}", "CASE 1", "i=2", "ENDSWITCH"), ("WAIT FOR b AND {}>1",),
]  # fmt: skip


@pytest.mark.parametrize("asked", LEFT_OUT)
def test_a_function_that_a_condition_asks_moves_though_its_call_is_left_out(
    asked: tuple[str, ...],
) -> None:
    """A branch on a value that is not known may be taken both ways: the motion is on both."""
    for function, moves in (("f( )", True), ("k( )", False)):
        lines = [line.format(function) for line in asked]
        text = "\n".join(["DEF p( )", *SET, LIN, *lines, LIN, "END", MOVING])
        made = body(read("kuka", {"p.src": text, "p.dat": DATA}))
        told = [s.moves for s in made if isinstance(s, Raw) and not s.harmless]
        passes = sum(isinstance(s, Loop) for s in made)
        assert told == [True] * (1 + passes) * moves, "of a loop before it and behind each pass"


def test_what_until_asks_sets_behind_the_lines_of_its_loop() -> None:
    lines = ("REPEAT", "$BASE=BASE_DATA[3]", "UNTIL h(XP)", LIN)
    assert last(BASED, *lines)[1] == ["tool or base is not known here"]
    kept, _ = last(BASED.replace("$BASE=$NULLFRAME", "i=5"), *lines)
    assert isinstance(kept, Move)


STRANGE = ["b=grasp( )", "INTERRUPT ON 4", "$FOO=3", "IF grasp( ) THEN\nENDIF"]


@pytest.mark.parametrize("inside", STRANGE)
def test_a_subprogram_that_may_do_anything_moves_where_the_line_that_calls_it_is_not_read(
    inside: str,
) -> None:
    found, _ = last(f"DEF s(a:OUT)\nE6AXIS a\n{inside}\nEND\n", "s(XP)")
    assert isinstance(found, Raw)
    assert found.moves


@pytest.mark.parametrize("inside", STRANGE)
def test_a_function_that_comes_back_to_itself_sets_what_its_lines_may(inside: str) -> None:
    again = "DEFFCT INT s(n:IN)\nINT n\n{}\nRETURN s(n-1)\nENDFCT\n"
    found, _ = last(again.format(inside), "i=s(3)", LIN)
    assert isinstance(found, Move)
    assert {"tool", "frame"} <= {d.state for d in found.doubts}
