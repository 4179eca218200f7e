"""Lint: what stands in released text, edited and not, with rule, line and source."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from releases import released
from text_edits import ROOT, Capture, Edit, edited_pair, swap

from cellsim.cli.main import main


@pytest.mark.parametrize("cell", [["--cell", "palletizing"], []], ids=["cell", "no cell"])
def test_a_released_text_has_no_findings(
    cell: list[str], session_root: Path, capsys: Capture
) -> None:
    folder = released(session_root, "palletizing", "large_boxes")
    (text,) = (folder / "text").rglob("*.src")
    assert main(["lint", str(text), "--controller", "kuka", *cell]) == 0
    assert capsys.readouterr().out == ""


LINTS = [
    (
        swap(r"TOOL_DATA\[3\]", "TOOL_DATA[17]"),
        r"error\[lint-tool-unset\] .*TOOL_DATA.17. is no tool of (this cell|the controller)$",
    ),
    (swap(r"^(LIN .*)$", r"\1\nLIN_FAST XP1"), r"undecided\[lint-not-understood\] .*LIN_FAST"),
    (
        swap(r"^PTP .*$", "PTP {A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}"),
        r"warning\[lint-wrist-singular\]",
    ),
]


@pytest.mark.parametrize("cell", [["--cell", "palletizing"], []], ids=["cell", "no cell"])
@pytest.mark.parametrize(("edit", "said"), LINTS, ids=[i[1][:16] for i in LINTS])
def test_lint_names_rule_line_and_source(
    edit: Edit,
    said: str,
    cell: list[str],
    session_root: Path,
    tmp_path: Path,
    capsys: Capture,
) -> None:
    _, copy = edited_pair(session_root, tmp_path, "kuka", ".src", edit)
    (text,) = (copy / "text").rglob("*.src")
    # A motion that was not understood may be the first: what is behind it is no error.
    code = 2 if said.startswith("undecided") else 1
    assert main(["lint", str(text), "--controller", "kuka", *cell]) == code
    lines = capsys.readouterr().out.splitlines()
    found = [line for line in lines if re.search(said, line)]
    assert found, lines
    assert re.match(r"stack_layer\.src:\d+ ", found[0])
    if "singular" in said:
        assert "source KSS 8.2 SI manual" in found[0]


def test_hyundai_text_is_linted_without_its_cell(tmp_path: Path, capsys: Capture) -> None:
    head = "Hyundai Robot Job File; { version: 1.60, mech_type: 0(HS220), total_axis: 6 }\n"
    body = "S1   move P,tg=Pose(0,90,0,0,0,0),spd={}%,accu=0,tool={}\n     end\n"
    (tmp_path / "0007_a.job").write_text(head + body.format(30, 1))
    asked = ["lint", str(tmp_path / "0007_a.job"), "--controller", "hyundai"]
    assert main(asked) == 0, capsys.readouterr()
    (tmp_path / "0007_a.job").write_text(head + body.format(130, 40))
    assert main(asked) == 1
    said = capsys.readouterr().out
    assert re.search(r"0007_a\.job:2 warning\[lint-speed-over-100\]", said), said
    assert re.search(
        r"0007_a\.job:2 error\[lint-tool-unset\] .*tool number 40 is no tool of the controller",
        said,
    ), said


SCRIPT = """def a():
  set_tcp(p[0,0,0.2,0,0,0])
  set_target_payload(3.5, [0,0,0.1])
  movel(p[0.4,0.1,0.3,0,3.14,0], a=1.2, v=0.25)
  movel(p[0.5,0.1,0.3,0,3.14,0], a=1.2, v=0.25, r=0.05)
  movel(p[0.6,0.1,0.3,0,3.14,0], a=1.2, v=0.25, r=0.0{})
  movej([0,-1.57,1.57,-1.57,-1.57,0], v={})
  movel(p[0.6,0.1,0.3 0,3.14,0])
end
"""


def test_a_script_is_linted_without_its_cell(tmp_path: Path, capsys: Capture) -> None:
    """Every TCP it sets is a tool; a leg of 100 mm holds blends of 100 mm and no more."""
    file = tmp_path / "a.script"
    for radius, speed, overlap in ((50, 0.5, False), (51, 0, True)):
        file.write_text(SCRIPT.format(radius, speed))
        assert main(["lint", str(file), "--controller", "ur"]) == 1
        said = capsys.readouterr().out
        assert ("a.script:5 error[lint-blend-overlap]" in said) == overlap, said
        assert ("a.script:7 error[lint-speed-zero]" in said) == (speed == 0), said
        assert "a.script:4 error[lint-first-motion]" in said
        assert "a.script:3 note[lint-needs-cell]" in said
        assert "a.script:8 undecided[lint-not-understood]" in said


TEXTS = {
    "abb": "waits.mod", "fanuc": "STACK.LS", "hyundai": "0110_wipe.job", "kuka": "unload.src",
    "ur": "lists.script", "yaskawa": "LOGIC.JBI",
}  # fmt: skip


@pytest.mark.parametrize("brand", sorted(TEXTS))
def test_a_file_tells_its_language_by_its_ending(
    brand: str, tmp_path: Path, capsys: Capture
) -> None:
    for path in (ROOT / "tests/programs" / brand).glob(f"{TEXTS[brand].partition('.')[0]}.*"):
        shutil.copy(path, tmp_path)
    file, told = str(tmp_path / TEXTS[brand]), []
    for named in ([], ["--controller", brand]):
        code = main(["lint", file, *named])
        told.append((code, capsys.readouterr()))
    assert told[0] == told[1]
    assert told[0][0] in (0, 1, 2)


def test_text_and_program_are_read_and_linted_as_their_cell_has_them(
    session_root: Path, capsys: Capture
) -> None:
    folder = released(session_root, "palletizing", "large_boxes")
    (text,) = (folder / "text").rglob("*.src")
    of_cell, told = ["--cell", "palletizing", "--variant", "large_boxes"], []
    for named in ([], ["--controller", "krl"]):
        assert main(["read", str(text), *of_cell, *named]) == 0
        told.append(capsys.readouterr())
        assert main(["lint", str(folder / "plan/stacker.program.yaml"), *of_cell, *named]) == 0
        assert capsys.readouterr().out == ""
    assert told[0] == told[1]


def test_lint_leaves_with_what_the_readme_says(tmp_path: Path) -> None:
    """0 with notes alone, 2 with what is undecided beside them; errors: the test above."""
    file = tmp_path / "a.script"
    lines = SCRIPT.format(50, 0.5).splitlines()
    lines[3] = lines[6].replace("-1.57", "-1.4")
    for left_out, code in (((), 2), ((8,), 0)):
        text = [line for k, line in enumerate(lines, 1) if k not in left_out]
        file.write_text("\n".join(text) + "\n")
        assert main(["lint", str(file), "--controller", "ur"]) == code, left_out


def test_a_neighbour_is_not_taken_for_the_file(tmp_path: Path, capsys: Capture) -> None:
    folder = ROOT / "tests/programs/hyundai"
    for path in folder.glob("*.job"):
        shutil.copy(path, tmp_path)
    asked = ["--controller", "hyundai"]
    assert main(["lint", str(tmp_path / "0110_wipe.job"), *asked]) in (0, 1)
    assert "front_door" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (swap(r"TOOL_DATA\[3\]", "TOOL_DATA[17]"), "TOOL_DATA[17] is no tool of this cell"),
        (swap(r"BASE_DATA\[\d+\]", "BASE_DATA[29]"), "BASE_DATA[29] is no frame of this cell"),
        (swap(r"^(PTP .*)$", r"\1\n$OUT[77]=TRUE"), "output 77 is no signal of this cell"),
    ],
    ids=["tool", "base", "output"],
)
def test_a_number_that_the_cell_does_not_name_is_said_as_it_is_written(
    edit: Edit, said: str, session_root: Path, tmp_path: Path, capsys: Capture
) -> None:
    """No source is claimed: the cell is at fault as likely as the text."""
    _, copy = edited_pair(session_root, tmp_path, "kuka", ".src", edit)
    (text,) = (copy / "text").rglob("*.src")
    asked = ["lint", str(text), "--controller", "kuka", "--cell", "palletizing"]
    assert main(asked) == 1
    found = [line for line in capsys.readouterr().out.splitlines() if said in line]
    assert found
    assert all(line.endswith(said) for line in found)


def test_a_language_names_its_brand_without_a_cell_too(tmp_path: Path, capsys: Capture) -> None:
    text = tmp_path / "t.src"
    text.write_text("DEF t( )\nPTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}\nWAIT FOR $IN[1]\nEND\n")
    answers = []
    for name in ("kuka", "krl", "KRL"):
        answers.append((main(["lint", str(text), "--controller", name]), capsys.readouterr().out))
    assert answers[0] == answers[1] == answers[2]
    assert "t.src:3 note[lint-wait-forever]" in answers[0][1]


def test_lint_tells_what_was_not_read_once_and_why(tmp_path: Path, capsys: Capture) -> None:
    """The reader's notes name the same lines and numbers; what lint has told is not repeated."""
    file = tmp_path / "a.src"
    move = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 10,A6 0}"
    text = f"DEF a( )\n$TOOL=TOOL_DATA[3]\n{move}\nMYMOVE(3)\n$TOL=5\n$OUT[77]=TRUE\nEND\n"
    file.write_text(text)
    cell = ["--cell", "palletizing", "--variant", "large_boxes"]
    assert main(["lint", str(file), "--controller", "kuka", *cell]) == 1
    told = capsys.readouterr()
    assert "MYMOVE(3) (no subprogram of this name that takes these arguments was read" in told.out
    assert "$TOL=5 (a variable or value that this reader does not know)" in told.out
    assert "output 77 is no signal of this cell" in told.out
    assert "not understood" not in told.err
    assert "do77" not in told.err
    assert main(["read", str(file), "--controller", "kuka", *cell]) == 2
    told = capsys.readouterr()
    assert "# do77 has no name in the cell" in told.err
