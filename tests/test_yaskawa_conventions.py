"""INFORM's corners, arcs, blocks, variables and tables against the manual's own numbers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from brandkit.yaskawa import PL_MM
from controllers_support import cell_of, with_controller
from inform_moves import HOME, YASKAWA, move, q_of, text_of

from cellsim.domain.program import (
    FINE,
    Assign,
    Expr,
    If,
    Loop,
    Program,
    Return,
    Routine,
    SetSignal,
    Target,
    Wait,
    Zone,
    signal_is,
)
from cellsim.errors import BadInput, Refused


def test_a_distance_becomes_the_largest_level_that_is_not_larger() -> None:
    cell = cell_of("yaskawa")
    home = Target(q=q_of(*HOME))
    for mm, level in ((1.0, 1), (4.9, 1), (5.0, 2), (24.9, 3), (500.0, 8), (0.5, 0)):
        zone = Zone("distance", mm, "mm")
        text = text_of(cell, move("joint", home, zone=zone), move("joint", home))
        assert f"PL={level}\n" in text.split("NOP")[1].split("MOVJ C00001")[0]
    levels = YASKAWA.rules(cell.groups["arm"].controller).zone_distance_m["pl"]
    assert [1000.0 * d for d in levels] == pytest.approx(PL_MM)


def test_no_corner_is_written_where_the_cell_does_not_know_the_levels() -> None:
    cell = with_controller(cell_of("yaskawa"), pl_mm=())
    corner = move("joint", Target(q=q_of(*HOME)), zone=Zone("pl", 2.0, "level"))
    with pytest.raises(Refused, match="without the controller's pl_mm"):
        YASKAWA.quantise(Program("p", "arm", (Routine("main", (corner,)),)), cell)
    text = "MOVJ C00000 VJ=9.00 PL=2"
    job = text_of(cell_of("yaskawa"), move("joint", Target(q=q_of(*HOME)))).splitlines()
    job[-2] = text
    result = YASKAWA.read({"P.JBI": "\n".join(job).encode()}, cell, "arm")
    assert "what it means in mm is not in the cell" in result.raw_lines[0].reason


def test_an_arc_is_three_steps_and_the_motion_before_it_stops() -> None:
    cell = cell_of("yaskawa")
    a, b, c = (Target(q=q_of(s, 10, 0, 20, -90, 0)) for s in (0.0, 5.0, 10.0))
    corner = move("linear", a, zone=Zone("pl", 3.0, "level"), frame="world")
    arc = move("circular", c, via=b, frame="world")
    text = text_of(cell, move("joint", a), corner, arc, replace(arc, via=b, to=a))
    steps = [line.split(" V=")[0].split(" VJ=")[0] for line in text.splitlines() if "MOV" in line]
    assert [s.split()[0] for s in steps] == ["MOVJ", "MOVL", *["MOVC"] * 3, "MOVL", *["MOVC"] * 3]
    assert "MOVL C00001 V=100.0 PL=0\n" in text
    assert "MOVC C00003 V=100.0\n" in text


def test_before_dx200_blocks_are_jumps_on_one_comparison() -> None:
    cell = with_controller(cell_of("yaskawa"), type="DX100")
    ready, lamp = signal_is("ready", True), signal_is("lamp", False)
    home = move("joint", Target(q=q_of(*HOME)), frame="world")
    both = Expr("and", (ready, lamp))
    text = text_of(cell, If(both, (home,), (Return(),)), Loop((home,), count=2), Wait(both, 1.0))
    for word in ("IFTHENEXP", "WHILEEXP", "FOR ", "ANDEXP", "OREXP"):
        assert word not in text
    assert "JUMP *ELSE1 IF IN#(3)=OFF\n" in text
    assert "JUMP *ELSE1 IF OT#(2)=ON\n" in text


def test_variables_are_registers_by_what_they_hold() -> None:
    cell = cell_of("yaskawa")
    home = move("joint", Target(q=q_of(*HOME)), frame="world")
    count, one = Expr("var", name="count"), Expr("const", value=1.0)
    text = text_of(
        cell,
        home,
        Assign("count", Expr("const", value=0.0)),
        Assign("count", Expr("+", (count, one))),
        Assign("share", Expr("const", value=0.5)),
        Assign("ready_now", signal_is("ready", True)),
        If(Expr("var", name="ready_now"), (Assign("share", Expr("/", (count, one))),)),
    )
    assert "SET R099 0\nADD R099 1\n" in text or "SET D099 0\nINC D099\n" in text
    assert "IFTHENEXP B099=1\n" in text
    assert "SET R098 0.5\n" in text or "SET R099 0.5\n" in text


def test_a_long_job_is_split_into_parts_that_are_called() -> None:
    cell = cell_of("yaskawa")
    home = move("joint", Target(q=q_of(*HOME)), frame="world", zone=FINE)
    many = (SetSignal("lamp", True),) * 11_999
    program = Program("long", "arm", (Routine("main", (home, *many)),))
    quantised = YASKAWA.quantise(program, cell)
    assert [r.name for r in quantised.routines] == ["LONG", "LONG_2", "LONG_3"]
    again = YASKAWA.quantise(quantised, cell)
    assert [len(r.body) for r in again.routines] == [len(r.body) for r in quantised.routines]
    assert sum(len(r.body) for r in quantised.routines[1:]) == 12_000
    files = YASKAWA.write(quantised, cell).files
    assert max(f.text.count("\n") for f in files) < 2 * 9_999


BAD_TABLES = {
    "pl_mm: [0, 2, 5]": "no table of PL=0..8",
    "pl_mm: [0, 2, 2, 10, 20, 40, 60, 80, 100]": "no table of PL=0..8",
    "pl_mm: [1, 2, 5, 10, 20, 40, 60, 80, 100]": "no table of PL=0..8",
    "pulses: {S: 1000, L: 1000}": "pulses are not those of the axes",
    "pulses: {S: 1, L: 1, U: 1, R: 1, B: 1, T: 0}": "pulses are not those of the axes",
    "pulses: {S: 1, L: 1, U: 1, R: 1, B: 1, T: 1}": "pulses without their source",
}


@pytest.mark.parametrize("line", BAD_TABLES)
def test_tables_of_a_cell_are_whole_and_have_a_source(line: str, tmp_path: Path) -> None:
    import cellsim as cs

    folder = tmp_path / "cell"
    shutil.copytree(Path(__file__).parents[1] / "cells" / "blank_loading", folder)
    text = (folder / "cell.yaml").read_text(encoding="utf-8")
    old = next(part for part in text.splitlines() if "pl_mm: [" in part)
    new = old.replace(old.strip(), line) if "pl_mm" in line else f"{old}\n      {line}"
    (folder / "cell.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=BAD_TABLES[line]) as error:
        cs.load_cell(str(folder), variant="long_blanks")
    assert error.value.line
