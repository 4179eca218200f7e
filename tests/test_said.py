"""What is said is said alike everywhere, whole, and with what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from releases import released

from cellsim.controllers.brands import group_of
from cellsim.controllers.fanuc.programtext import remarks
from cellsim.domain.files.cell import load_cell
from cellsim.domain.files.statements import parse_zone
from cellsim.domain.program import Zone
from cellsim.errors import BadInput


@pytest.mark.parametrize("text", ["fine", "radius 50 mm", "accu 3 level", "cnt 50 %", "cptp 30 %"])
def test_a_corner_is_said_as_it_is_written(text: str) -> None:
    assert str(parse_zone(text)) == text
    assert str(Zone("distance", 12.5, "mm")) == "distance 12.5 mm"


@pytest.mark.parametrize("text", ["900 mm", "round 3", "radius", "radius big"])
def test_a_corner_that_cannot_be_read_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="as in 'radius 50 mm', 'accu 3'"):
        parse_zone(text)


def test_a_group_that_must_be_named_is_told_with_the_option() -> None:
    cell = load_cell("door_removal", "sedan")
    with pytest.raises(BadInput, match="--group holder"):
        group_of(cell, "hyundai")
    with pytest.raises(BadInput, match=r"no group of cell .* has kuka as its controller"):
        group_of(cell, "kuka")


def test_remarks_break_between_words_and_long_names_where_their_parts_meet() -> None:
    text = "approach conveyor.pick_position_of_the_large_carton slowly; then wait"
    lines = remarks(text)
    assert all(len(line) <= 33 for line in lines)
    words = re.split(r"[^a-z]+", text)
    said = [word for line in lines for word in re.split(r"[^a-z]+", line) if word]
    assert said == [word for word in words if word]


def test_a_load_sheet_speaks_of_its_own_controller_and_breaks_no_word(session_root: Path) -> None:
    kuka = released(session_root, "palletizing", "large_boxes")
    ur = released(session_root, "machine_tending", "shaft_80")
    for name in ("load_sheet.txt", "load_sheet.html"):
        assert "URScript" not in (kuka / name).read_text()
        assert "only defines its program" in (ur / name).read_text()
    page = (kuka / "load_sheet.html").read_text()
    assert "overflow-wrap:anywhere" not in page
    assert not re.search(r"\d[.]?<wbr>|<wbr>\d", page)
    assert "vacuum_<wbr>gripper" in page
    assert re.search(r"<td class=hash>[0-9a-f]{64}</td>", page)
