"""Welding lines of TP between motions, and positions that a program sets: what motions then lack.

The forms stand in published listings; line numbers count from the first instruction.
"""

from __future__ import annotations

import pytest
from controllers_support import cell_of
from readings import reasons
from states_said import POINTS, tp

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.fanuc.points import taught
from cellsim.controllers.fanuc.welding import welding
from cellsim.controllers.reading.source import Line
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move, Raw
from cellsim.domain.walk import statements_of

SET = ("UFRAME_NUM=3", "UTOOL_NUM=1")
JOINT, PATH = "J P[2] 50% FINE", "L P[2] 100mm/sec FINE"
ARCS = (
    "Arc Start[6]", "Arc Start[R[R[R[5]]]]", "Weld End[1,R[R[2:b]],R[3]]",
    "Arc End[1,2]", "Arc Start[R[5]]", "Weld Start E1[1,R[111],E0]", "Weld End[1]",
)  # fmt: skip
SWINGS = ("Weave Sine[1]", "Weave Sine[R[R[R[5:a]]]]", "Weave Figure 8[5]", "Weave Sine 2[R[3]]",
          "Weave Sine[3.0Hz,2.0mm,0.150s,0.150s]")  # fmt: skip


@pytest.mark.parametrize("line", ARCS)
def test_an_arc_leaves_frames_tools_and_registers_as_they_are(line: str) -> None:
    assert tp(*SET, line, JOINT, PATH) == {4: "", 5: ""}


@pytest.mark.parametrize("line", SWINGS)
def test_a_torch_that_swings_leaves_the_way_of_paths_not_known_until_its_end(line: str) -> None:
    found = tp(*SET, line, JOINT, PATH, "Weave End", PATH, line, "Weave End[1]", PATH)
    assert found == {4: "", 5: "path mode 3", 7: "", 10: ""}


def test_tracking_a_seam_and_an_offset_that_a_touch_found() -> None:
    found = tp(*SET, "Track TAST[R[21]]", PATH, "Track End", PATH)
    assert found == {4: "path mode 3", 6: ""}
    found = tp(*SET, "Touch Offset PR[20]", JOINT, PATH, "Touch Offset End", PATH)
    assert found == {4: "shift of targets 3", 5: "shift of targets 3", 7: ""}


def test_a_search_sets_the_position_registers_and_no_frame() -> None:
    begins = (*SET, "PR[1]=P[1]", "PR[2]=P[1]")
    for line in ("Search Start[1,1] PR[1]", "Search End"):
        assert tp(*begins, line, PATH, "J PR[1] 50% FINE") == {6: "", 7: "? target 5"}
    assert tp(*begins, "Arc Start[1]", "J PR[1] 50% FINE") == {6: ""}


def test_a_line_that_may_be_a_macro_still_loses_all() -> None:
    for line in ("Weave", "Weave Sine", "Touch Up[1]", "Arc Clean", "Search Start", "Arc Start"):
        told = tp(*SET, line, PATH)[4]
        assert all(f"{state} 3" in told for state in ("frame", "speed", "tool")), line


def test_a_line_that_goes_on_behind_its_bracket_is_no_welding_line() -> None:
    assert tp(*SET, "Arc Start[1],UFRAME_NUM=2,R[1]", PATH) == {4: "? frame 3"}
    assert tp(*SET, "Search Start[1,R[2]] PR[R[3]]", PATH) == {4: ""}


def test_a_line_of_many_brackets_is_matched_once() -> None:
    """A quarter of a million letters: a try of every pair of brackets took half a minute."""
    assert welding("SEARCH START[" + "]PR[" * 60_000, ()) is None


def test_what_a_program_that_is_not_given_leaves_on_is_not_known_where_the_text_weaves() -> None:
    told = tp(*SET, "CALL OTHER", *SET, PATH, "Weave Sine[1]")[6]
    assert "path mode 3" in told
    assert "path mode" not in tp(*SET, "CALL OTHER", *SET, PATH)[6]


def test_welding_lines_stay_text_that_leaves_the_robot_where_it_stands() -> None:
    result = _read(*SET, "Weave Sine[1]", "Arc Start[1]", PATH)
    kept = [s for s in statements_of(result.program) if isinstance(s, Raw) and not s.harmless]
    assert [(s.text.strip(" ;"), s.moves) for s in kept] == [
        ("Weave Sine[1]", False), ("Arc Start[1]", False),
    ]  # fmt: skip


def _read(*lines: str) -> ReadResult:
    text = "".join(f"{i:4}:{line} ;\n" for i, line in enumerate(lines, 1))
    ever = POINTS + POINTS.replace("P[1]", "P[2]")
    files = {"a.ls": f"/PROG A\n/ATTR\n/MN\n{text}/POS\n{ever}/END\n".encode()}
    return BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")


@pytest.mark.parametrize("line", ["P[1]=PR[3]", "P[1,2]=5", "P[1:weld]=LPOS", "P[R[4]]=LPOS"])
def test_a_position_that_the_program_sets_is_not_where_it_was_taught(line: str) -> None:
    result = _read(*SET, line, "J P[1] 50% FINE", "PR[4]=P[1]", "J PR[4] 50% FINE")
    assert [s for s in statements_of(result.program) if isinstance(s, Move)] == []
    assert "P[1] has no position in the text" in reasons(result)
    for other in (
        "!P[1]=LPOS",
        "P[2]=LPOS",
        "J P[1] 50% FINE Skip,LBL[1],PR[4]=LPOS",
        "PR[1]=P[1]",
    ):
        lines = (Line("a.ls", 1, other, "", other),)
        assert 1 in taught({1: None}, lines)  # type: ignore[dict-item]
