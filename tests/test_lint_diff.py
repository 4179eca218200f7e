"""Lint and diff: seeded edits are found with their size, rewrites that mean the same are none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from releases import copied, released
from text_edits import ROOT, Capture, Edit, drop, edited_pair, lower_case, plus, swap

from cellsim.cli.main import main

# brand, file, edit, the words of the one difference it must give
EDITS = [
    (
        "kuka",
        ".dat",
        swap(r"(E6AXIS .*?A1 )(-?[\d.]+)", plus(2.0, 5)),
        r"moved by A1 \+2\.0000 deg",
    ),
    (
        "kuka",
        ".dat",
        swap(r"(E6POS .*?X )(-?[\d.]+)", plus(12.5, 4)),
        r"by 12\.500 mm and 0\.0000 deg",
    ),
    (
        "kuka",
        ".dat",
        swap(r"(E6POS .*?A )(-?[\d.]+)", plus(1.5, 5)),
        r"by 0\.000 mm and 1\.5000 deg",
    ),
    (
        "kuka",
        ".src",
        swap(r"^(PTP \w+) C_PTP", r"\1"),
        r"zone cptp \d+ % became fine",
    ),
    ("kuka", ".src", swap(r"BASE_DATA\[4\]", "BASE_DATA[5]"), "frame conveyor became pallet"),
    ("kuka", ".src", drop(r"\$OUT\[10\]=TRUE"), "set vacuum_on = True is gone"),
    (
        "ur",
        ".script",
        swap(r"(movel\(p\[)(-?[\d.]+)", plus(0.004, 6)),
        r"by 4\.000 mm and 0\.0000 deg",
    ),
    ("ur", ".script", swap(r"v=0\.1500", "v=0.2500"), r"speed 0\.15 m/s became 0\.25 m/s"),
    ("ur", ".script", swap(r"r=0\.0200", "r=0.0300"), r"zone radius 20 mm became radius 30 mm"),
    ("ur", ".script", swap(r"digital_out\(0, True", "digital_out(1, True"), "fingers_close = True"),
]


@pytest.mark.parametrize(("brand", "suffix", "edit", "said"), EDITS, ids=[e[3][:24] for e in EDITS])
def test_an_edit_is_found_with_its_size(
    brand: str,
    suffix: str,
    edit: Edit,
    said: str,
    session_root: Path,
    tmp_path: Path,
    capsys: Capture,
) -> None:
    folder, copy = edited_pair(session_root, tmp_path, brand, suffix, edit)
    assert main(["diff", str(folder), str(copy)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(re.search(said, line) for line in lines), lines
    assert len(lines) <= 6


NOT_OF_THE_CELL = [
    (swap(r"BASE_DATA\[4\]", "BASE_DATA[9]"), ["conveyor became frame number 9"], "moved"),
    (
        lambda text: swap(r"(LIN .*)$", r"$BASE=BASE_DATA[9]\n\1")(text),
        ["frame number 9"],
        "became a pose",
    ),
]


@pytest.mark.parametrize(("edit", "said", "never"), NOT_OF_THE_CELL, ids=["base", "another base"])
def test_a_frame_number_that_the_cell_does_not_have_is_a_difference(
    edit: Edit, said: list[str], never: str, session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder, copy = edited_pair(session_root, tmp_path, "kuka", ".src", edit)
    for pair in ((folder, copy), (copy, folder)):
        assert main(["diff", *map(str, pair)]) == 1
        told = capsys.readouterr().out
        assert "frame number 9" in told
        assert never not in told
        assert pair[0] is copy or all(part in told for part in said)


REWRITES = [
    ("kuka", ".src", swap(r"^(PTP .*)$", r"\1 ; checked by hand", 0)),
    ("kuka", ".src", swap(r"^(LIN|PTP)", r"\n   \1", 0)),
    ("kuka", ".src", lower_case),
    ("kuka", ".dat", lower_case),
    ("kuka", ".dat", swap(r"(\d\.\d+)([,}])", r"\g<1>00\2", 0)),
    ("kuka", ".dat", swap(r"(\d+\.\d*?)0+([,}])", r"\1\2", 0)),
    ("kuka", ".src", swap(r"^(\$VEL\.CP=\d+\.\d+)", r"\g<1>000", 0)),
    ("kuka", ".src", swap(r"^&.*\n", "", 0)),
    ("kuka", ".src", swap(r"\n", "\r\n", 0)),
    ("ur", ".script", swap(r"^(\s+)(move.*)$", r"\1# next\n\n\1\2  # here", 0)),
    ("ur", ".script", swap(r"(\d\.\d+)", r"\g<1>00", 0)),
    ("ur", ".script", swap(r", (?=[avr]=)", " ,   ", 0)),
]


@pytest.mark.parametrize(("brand", "suffix", "edit"), REWRITES)
def test_a_rewrite_that_means_the_same_is_no_difference(
    brand: str, suffix: str, edit: Edit, session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    folder, copy = edited_pair(session_root, tmp_path, brand, suffix, edit)
    assert main(["diff", str(folder), str(copy)]) == 0
    assert capsys.readouterr().out == ""


def test_program_files_that_differ_in_layout_only_are_equal(
    tmp_path: Path, capsys: Capture
) -> None:
    file = ROOT / "cells/palletizing/programs/large_boxes/stack_layer/stacker.program.yaml"
    text = file.read_text()
    (tmp_path / "same.program.yaml").write_text(
        text.replace("routines:", "# by hand\n\nroutines:").replace("100 %", "100.000 %")
    )
    asked = [str(file), str(tmp_path / "same.program.yaml"), "--cell", "palletizing"]
    assert main(["diff", *asked]) == 0
    assert capsys.readouterr().out == ""
    found = re.search(r"q_deg: \[(-?[\d.]+)", text)
    assert found is not None
    edited = text.replace(found[0], f"q_deg: [{float(found[1]) + 3.0}", 1)
    (tmp_path / "same.program.yaml").write_text(edited)
    assert main(["diff", *asked]) == 1
    assert "A1 +3.0000 deg (tcp " in capsys.readouterr().out


def test_a_text_equals_the_plan_it_was_made_of(session_root: Path, capsys: Capture) -> None:
    folder = released(session_root, "palletizing", "large_boxes")
    (text,) = (folder / "text").rglob("*.src")
    plan = folder / "plan" / "stacker.program.yaml"
    for sides in ((plan, text), (text, plan)):
        assert main(["diff", *map(str, sides), "--cell", "palletizing"]) == 0
    assert capsys.readouterr().out == ""


def test_measure_says_what_a_slower_line_costs(
    session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    slower = swap(r"v=0\.1500", "v=0.0500")
    folder, copy = edited_pair(session_root, tmp_path, "ur", ".script", slower)
    assert main(["diff", str(folder), str(copy), "--measure"]) == 1
    said = capsys.readouterr().out
    found = re.search(r"cycle time [\d.]+ s became [\d.]+ s \(\+([\d.]+) s\)", said)
    assert found is not None, said
    assert float(found[1]) > 0.1
    least = re.search(r"least clearance over what is required (-?[\d.]+) mm became", said)
    assert least is not None, said
    (of_a,) = json.loads((folder / "report.json").read_text())["reports"]
    spare = [c["clearance"] - c["required"] for c in of_a["clearances"] if c["required"] >= 0.0]
    assert float(least[1]) == pytest.approx(1e3 * min(spare), abs=0.006)


def test_variants_of_a_cell_are_a_difference(
    session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    copy = copied(released(session_root, "machine_tending", "shaft_80"), tmp_path)
    cell = copy / "inputs/cells/machine_tending/cell.yaml"
    cell.write_text(cell.read_text().replace("clearance_mm: 8", "clearance_mm: 9", 1))
    assert (
        main(["diff", str(released(session_root, "machine_tending", "shaft_80")), str(copy)]) == 1
    )
    assert capsys.readouterr().out == "cell: clearance: clearance_m 8 mm became 9 mm\n"


CELL = str(ROOT / "cells" / "palletizing")
TASK = f"{CELL}/stack_layer.task.yaml"
BAD = [
    (["lint", "none.src", "--controller", "kuka"], "no such file"),
    (["lint", "none.src", "--controller", "kuke"], "did you mean 'kuka'"),
    (["lint", "a.script", "--controller", "abb"], "expected a .mod file"),
    (["lint", "a.program.yaml", "--controller", "ur"], "expected --cell"),
    (["lint", "cut.src", "--controller", "kuka"], r"cut\.src:\d+: "),
    (["diff", "a.script", "none.script"], "none.script: no such file"),
    (["diff", "a.script", "a.script"], "expected --cell"),
    (["diff", "empty", "a.script"], "no certificate.json"),
    (["diff", "empty", "empty"], "no certificate.json"),
    (["diff", "empty@large", "empty"], "no certificate.json"),
    (["diff", "none@large", "empty"], "no such file or folder"),
    (["diff", TASK, CELL], "a task and a cell"),
    (["diff", f"{CELL}@none", CELL], "no variant named 'none'"),
    (["diff", TASK, TASK, "--format", "jsn"], "did you mean 'json'"),
    (["diff", CELL, CELL, "--measure"], "nothing to measure"),
    (["diff", "a.txt", "a.txt", "--cell", "palletizing"], r"files named '\.txt'"),
    (["diff", "cut.src", "cut.src", "--cell", "palletizing"], r"cut\.src:\d+: "),
    (["diff", "cut.src", "cut.src", "--cell", "door_removal"], "no group of cell door_removal"),
]


@pytest.mark.parametrize(("args", "said"), BAD, ids=[f"{b[0][0]} {b[1][:20]}" for b in BAD])
def test_bad_input_is_one_line(
    args: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("a.script", "a.txt", "a.program.yaml"):
        (tmp_path / name).write_text("nothing\n")
    (tmp_path / "cut.src").write_text("DEF cut( )\nPTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}\n")
    assert main(args) == 3
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith("error: ")
    assert re.search(said, line), line
    assert told.out == ""
