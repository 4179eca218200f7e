"""What `read` and `lint` say in one line about text that cannot be meant so."""

from __future__ import annotations

from pathlib import Path

import pytest
from controllers_support import cell_of

from cellsim.cli.main import main
from cellsim.controllers.brands import BRANDS

HEAD = "DEF a( )\nBAS(#INITMOV,0)\n$TOOL=TOOL_DATA[3]\n$BASE=BASE_DATA[5]\nBAS(#VEL_PTP,50)\n"
LINES = "PTP {A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}\n%s\nLIN {X 300,Y 200,Z 450,A 0,B 0,C 180}\nEND\n"
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("value", "exit_code"), [("-0.25", 1), ("0.0", 1), ("0.001", 0)])
def test_a_speed_that_nothing_moves_at_is_told_by_read(
    value: str, exit_code: int, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "a.src"
    file.write_text(HEAD + LINES % f"$VEL.CP={value}")
    asked = ["--controller", "kuka", "--cell", "palletizing", "--variant", "large_boxes"]
    assert main(["read", str(file), *asked]) == exit_code
    said = [line for line in capsys.readouterr().err.splitlines() if "speed" in line]
    told = f"# a.src:8: speed {float(value):g} m/s: must be above zero, no controller moves at it"
    assert said == ([told] if exit_code else [])


@pytest.mark.parametrize(
    ("brand", "name", "text"),
    [
        ("ur", "a.script", "def a():\n  set_tcp(TCP)\n  movej([0,-1.5,1.5,0,1,0], v=-0.5)\nend\n"),
        ("hyundai", "0101_a.job", "  move P,tg=Pose(0,90,0,0,-30,0),spd=0%,accu=0,tool=1\n  end\n"),
    ],
)
def test_every_reader_tells_of_such_a_speed(brand: str, name: str, text: str) -> None:
    read = BRANDS[brand].read
    pose = cell_of("ur").tools["gripper"].tcps["tcp"]
    at = [f"{v:.6f}" for v in (*pose.p, *pose.rotvec())]
    text = text.replace("TCP", f"p[{','.join(at)}]")
    notes = read({name: text.encode()}, cell_of(brand), "arm").notes
    assert sum("must be above zero" in note for note in notes) == 1, notes


def test_a_program_without_its_data_list_names_the_file_and_what_follows(
    tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "b.src"
    file.write_text(HEAD + "PTP XP1\nLIN XP2\nEND\n")
    assert main(["lint", str(file), "--controller", "kuka"]) == 2
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "b.dat" in line]
    assert "b.dat was looked for beside b.src and is not there: 2 points (XP1, say)" in said
    (tmp_path / "b.dat").write_text("DEFDAT b\nENDDAT\n")
    main(["lint", str(file), "--controller", "kuka"])
    assert "looked for" not in capsys.readouterr().err
