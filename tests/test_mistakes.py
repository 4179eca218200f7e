"""What people type by mistake: exit 3, one line that says where, what was expected, what exists."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cellsim.cli.main import main
from cellsim.domain.files.cell import load_cell

CELLS = Path(__file__).resolve().parents[1] / "cells"
PROGRAM = "programs/shaft_80/swap_shaft/tender.program.yaml"
Capture = pytest.CaptureFixture[str]
KRL = "DEF b( )\nPTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}\nEND\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a cell `c`, KRL `b.src`, an empty file, a folder and a text, to work in."""
    shutil.copytree(CELLS / "machine_tending", tmp_path / "c")
    (tmp_path / "b.src").write_text(KRL)
    (tmp_path / "e.src").write_text("")
    (tmp_path / "d.src").mkdir()
    (tmp_path / "note.txt").write_text("nothing\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


KUKA = ("--controller", "kuka", "--cell", "palletizing")
# Arguments, and what the line must say.
TYPED = [
    ("verify c --variant shaft_81", r"no variant named 'shaft_81'; did you mean 'shaft_80'\?"),
    ("verify c/variants/shaft_80.yaml", r"no cell\.yaml in it; expected a cell folder"),
    ("verify c --set tabel.xyz_mm=1,2,3", "did you mean 'table'"),
    ("verify c --set frames.table.xyz_mm=1,2", "xyz_mm has 2 values; expected 3"),
    ("verify c --set frames.table.xyz_mm=1", "xyz_mm.*expected"),
    ("verify c --set takt_s", "expected path=value"),
    ("verify c --input door", "expected NAME=true or NAME=false"),
    ("schema nonsense", "no file format named 'nonsense'; there is: baseline, cell, .*, waivers$"),
    ("verify c --baseline no.yaml", r"no\.yaml: file does not exist"),
    ("verify c --out note.txt", r"note\.txt: is a file; expected a folder to write into"),
    ("verify c --out note.txt/below", r"note\.txt: is a file; expected a folder"),
    ("verify c --varient x", "Possible options: .*--variant"),
    ("verify c --jobs 0", "greater than or equal to 1"),
    ("teach c --out note.txt", "is a file; expected a folder to write into"),
    ("release c --out b.src", "is a file; expected a folder to write into"),
    ("release c", r"Missing option '--out': Folder for the released files"),
    ("release c --also ros --out r", "did you mean 'ros2'"),
    ("fix c --variant 80", "there is: shaft_100, shaft_80"),
    ("fix c --out note.txt", "is a file; expected a folder to write into"),
    ("new c", "it exists already; expected a folder to make"),
    ("new fresh --like palletizng", "did you mean 'palletizing'"),
    ("new /proc/nowhere", r"error: /proc/nowhere: cannot be made"),
    (f"read x.src {' '.join(KUKA)}", r"error: x\.src: no such file$"),
    (f"read d.src {' '.join(KUKA)}", r"d\.src: is a folder; expected a file"),
    (f"read e.src {' '.join(KUKA)}", r"e\.src: file is empty; expected a program"),
    (f"read b.src {' '.join(KUKA)} --group stak", "did you mean 'stacker'"),
    ("read b.src --controller kuca --cell palletizing", "did you mean 'kuka'"),
    ("read b.src --controller rapid --cell tray_packing", r"expected a \.mod file"),
    (
        "read b.src --controller kuka --cell c",
        r"no group of cell machine_tending has kuka as its controller; there is: tender \(ur\)",
    ),
    ("lint x.src", r"error: x\.src: no such file$"),
    ("lint note.txt", r"no controller language has files named '\.txt'.*, \.program\.yaml$"),
    ("read note.txt --cell palletizing", r"no controller language has files named '\.txt'"),
    (f"read c/{PROGRAM} --cell c", r"files named '\.yaml'; expected [^,]+(, \.[a-z]+)*$"),
    ("lint d.src --controller krl", r"d\.src: is a folder; expected a file"),
    ("translate b.src --to rapidd --cell palletizing --out t", "there is: abb, fanuc"),
    ("translate b.src --to abb --cell palletising --out t", "did you mean 'palletizing'"),
    ("diff b.src x.src --cell palletizing", r"x\.src: no such file or folder"),
    ("diff b.src b.src", "expected --cell CELL"),
    ("diff note.txt b.src --cell palletizing", r"no controller language has files named '\.txt'"),
    ("probe --controller abb --cell palletizing --out p", "has abb as its controller"),
    ("probe --controller kuka --cell palletizing", "expected --out FOLDER"),
    ("check note.txt", "expected a release folder"),
    ("explain clearence", "did you mean 'clearance'"),
    ("explain lint-tool-unst", "did you mean 'lint-tool-unset'"),
    ("explain", "`cellsim rules` lists them"),
    ("robot import no.urdf", "file does not exist"),
]


@pytest.mark.parametrize(("typed", "said"), TYPED, ids=[t[0][:40] for t in TYPED])
def test_a_mistake_at_the_command_line_is_one_clear_line(
    typed: str, said: str, here: Path, capsys: Capture
) -> None:
    before = sorted(here.rglob("*"))
    assert main(typed.split()) == 3
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.startswith("error: ")
    assert re.search(said, line), line
    assert "Traceback" not in line
    assert sorted(here.rglob("*")) == before


# File, what is replaced by what (a pattern), the line it stands on must hold, what is said.
WRITTEN = [
    ("swap_shaft.task.yaml", "- grip:", "- gripp:", "did you mean 'grip'"),
    ("swap_shaft.task.yaml", "steps:", "step:", "did you mean 'steps'"),
    ("swap_shaft.task.yaml", "at: tray.", "at: trey.", "no part or fixture named 'trey"),
    ("variants/shaft_80.yaml", "mass_kg", "mas_kg", "did you mean 'mass_kg'"),
    ("waivers.yaml", "reason: .*", 'reason: "short"', "expected 10 letters or more"),
    ("waivers.yaml", "rule: payload-", "rule: paylod-", "did you mean 'payload-exceeded'"),
    ("cell.yaml", "door_is_open: di 2", "door_is_open: dii 2", "expected a port, as in 'do 5', "),
    ("cell.yaml", r'axis: "\+y"', "axis: [0, 1]", "axis has 2 values; expected 3"),
    ("cell.yaml", "  finger_gripper:", "\tfinger_gripper:", "a tab; expected spaces"),
    (PROGRAM, "move_j:", "mov_j:", "did you mean 'move_j'"),
    (
        PROGRAM,
        r"speed: ([\d.]+) [^,}]+",
        r"speed: \1",
        "has no unit; expected a number with its unit, as in '250 mm/s' or '60 %'",
    ),
    (PROGRAM, r"speed: ([\d.]+) [^,}]+", r"speed: \1 mmps", "one of %, mm/s, m/s"),
]


def test_an_unknown_input_lists_what_is_read_and_no_output(here: Path, capsys: Capture) -> None:
    assert main(["verify", "c", "--input", "nope=true"]) == 3
    told = capsys.readouterr().err
    cell = load_cell("machine_tending", "shaft_80")
    listed = told.partition("there is: ")[2].strip().split(", ")
    outputs = {name for name, s in cell.signals.items() if not s.readers}
    assert outputs
    assert outputs.isdisjoint(listed)
    assert set(listed) == set(cell.signals) - outputs


@pytest.mark.parametrize(("file", "old", "new", "said"), WRITTEN, ids=[w[3][:30] for w in WRITTEN])
def test_a_mistake_in_a_file_is_told_with_its_place(
    file: str, old: str, new: str, said: str, here: Path, capsys: Capture
) -> None:
    place = here / "c" / file
    text, count = re.subn(old, new, place.read_text(), count=1)
    assert count == 1
    place.write_text(text)
    before = (CELLS / "machine_tending" / file).read_text().splitlines()
    lines = enumerate(zip(text.splitlines(), before, strict=True), start=1)
    changed = next(k for k, (now, then) in lines if now != then)
    verb = ["teach", "c", "--out", "o"] if "task" in file else ["verify", "c"]
    assert main([*verb, "--variant", "shaft_80"]) == 3
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert said in line, line
    assert line.startswith(f"error: c/{file}:{changed}"), line
    assert not (here / "o").exists()


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_read_over_and_another_code_is_named(
    code: str, here: Path, capsys: Capture
) -> None:
    file = here / "c" / "cell.yaml"
    file.write_bytes(file.read_text().encode(code))
    told = main(["describe", "c"])
    if code == "utf-8-sig":
        assert told == 0
        return
    assert told == 3
    assert "c/cell.yaml: not UTF-8 at byte 0; expected a text saved" in capsys.readouterr().err


def test_a_brand_answers_to_the_name_of_its_language(capsys: Capture) -> None:
    from cellsim.controllers.brands import BRANDS, LANGUAGES, brand_named

    assert {brand_named(name).name for name in LANGUAGES} == set(BRANDS)
    assert brand_named("RAPID").name == "abb"
