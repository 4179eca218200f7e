"""Loads that two texts say otherwise are a difference, and a load that is not said on is a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from text_edits import Capture, drop, edited_pair, swap
from translations import text_of

from cellsim.cli.main import main
from cellsim.controllers.loads import Loads, load_changes, load_lines

TRAY = ["--cell", "tray_packing", "--variant", "aluminium"]


def loads(brand: str, text: str) -> Loads:
    return load_lines(brand, {"t": text.encode()})


def shown(brand: str, a: str, b: str) -> list[tuple[int, int]]:
    """Return the lines of every load that two texts say otherwise."""
    found = load_changes(loads(brand, a), loads(brand, b))
    return [(0 if x is None else x.line, 0 if y is None else y.line) for x, y in found]


def grip(name: str, mass: str) -> str:
    data = f"PERS loaddata {name}:=[{mass},[0,0,50],[1,0,0,0],0,0,0];\n"
    return f"{data}MoveL p1;\nGripLoad {name};\nMoveL p2;\n! GripLoad none;\nGripLoad load0;\n"


@pytest.mark.parametrize(
    ("brand", "a", "b", "lines"),
    [
        ("abb", grip("l1", "1.5"), grip("other", "1.500"), []),
        ("abb", grip("l1", "1.5"), grip("l1", "2.5"), [(3, 3)]),
        ("abb", grip("l1", "1"), grip("l1", "1").replace("GripLoad l1;", ""), [(3, 0)]),
        ("abb", "MoveL p;\nGripLoad l;\nMoveL q;", "GripLoad l;\nMoveL p;\nMoveL q;", [(2, 1)]),
        ("abb", "GripLoad l1;\nMoveL p1;", "GripLoad l1;\nMoveL p1;\nMoveL p1;", []),
        ("fanuc", "  1: PAYLOAD[1] ;\n  2:J P[1] 9% FINE ;", "  1:J P[1] 9% FINE ;", [(1, 0)]),
        ("fanuc", "  1:  PAYLOAD[1] ;", "  7:  PAYLOAD[ 1 ] ;\n  8:  !PAYLOAD[2] ;", []),
        ("kuka", "$LOAD=LOAD_DATA[1]\nPTP X", "$LOAD = load_data[2] ; b\nptp x", [(1, 1)]),
        ("kuka", "$LOAD=LOAD_DATA[1]\n;$LOAD=LOAD_DATA[2]", "$load=load_data[ 1 ]", []),
        ("ur", "set_target_payload(1.5, [0,0,0.1])", "  set_target_payload(1.50,[0,0,0.10])", []),
        ("ur", "set_payload(1.5)", "set_payload(1.6)", [(1, 1)]),
        ("yaskawa", "GripLoad l1;", "", []),
    ],
)  # fmt: skip
def test_a_load_is_compared_by_what_it_sets_and_where(
    brand: str, a: str, b: str, lines: list[tuple[int, int]]
) -> None:
    assert shown(brand, a, b) == lines
    assert shown(brand, b, a) == [(y, x) for x, y in lines]
    assert shown(brand, a, a) == []


@pytest.mark.parametrize(
    ("brand", "suffix", "what"),
    [("kuka", ".src", r"\$LOAD=LOAD_DATA"), ("ur", ".script", "set_target_payload")],
)
def test_a_load_of_the_tool_that_is_gone_is_a_difference(
    brand: str, suffix: str, what: str, session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder, copy = edited_pair(session_root, tmp_path, brand, suffix, drop(what))
    assert main(["diff", str(folder), str(copy)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(rf"load: {what}.* is gone", line), line


def test_a_load_of_the_hand_is_a_difference_and_is_left_out_of_inform(
    tmp_path: Path, capsys: Capture
) -> None:
    text = text_of(tmp_path, "tray_packing", "aluminium", "packer")
    without = tmp_path / "b.mod"
    edit = swap(r"^ *GripLoad .*\n", "", 0)
    without.write_text(edit(text.read_text()), encoding="utf-8")
    assert main(["diff", str(text), str(without), *TRAY]) == 1
    gone = capsys.readouterr().out.splitlines()
    assert len(gone) == text.read_text().count("GripLoad")
    assert all(re.search(r"load: GripLoad \w+ is gone", line) for line in gone)
    # a line that no reader knows is lost, so nothing is verified, and the report is there at once
    edit = swap(r"^( *)(MoveAbsJ .*)", r"\1Unheard 1;\n\1\2")
    text.write_text(edit(text.read_text()), encoding="utf-8")
    asked = ["--to", "yaskawa", *TRAY, "--out", str(tmp_path / "out")]
    assert main(["translate", str(text), *asked]) == 1
    losses = (tmp_path / "out/losses.txt").read_text().splitlines()
    numbers = [n for n, t in enumerate(text.read_text().splitlines(), 1) if "GripLoad" in t]
    for number in numbers:
        assert any(loss.startswith(f"left out line {number}: GripLoad") for loss in losses), losses
    assert f"{len(numbers)} left out" in losses[1]


def test_another_mass_behind_the_same_name_says_what_the_load_was_and_is(
    tmp_path: Path, capsys: Capture
) -> None:
    text = text_of(tmp_path, "tray_packing", "aluminium", "packer")
    heavier = tmp_path / "b.mod"
    edit = swap(r"(loaddata \w+:=\[)1\.8,", r"\g<1>3.3,")
    heavier.write_text(edit(text.read_text()), encoding="utf-8")
    assert main(["diff", str(text), str(heavier), *TRAY]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if ": load: " in line]
    assert len(lines) == len(re.findall(r"GripLoad (?!load0)", text.read_text())) > 0
    figures = r"load: (GripLoad \w+) \(\[1\.8,.*\) became \1 \(\[3\.3,.*\)$"
    assert all(re.search(figures, line) for line in lines), lines
