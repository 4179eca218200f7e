"""What a KRL subprogram sets also holds where the line that calls it is not understood."""

from __future__ import annotations

import pytest
from readings import body
from states_lost import read
from states_said import LIN, SET

from cellsim.domain.program import Move, Raw

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
