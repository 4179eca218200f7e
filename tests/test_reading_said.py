"""What `read` and `lint` say in one line about text that cannot be meant so."""

from __future__ import annotations

from pathlib import Path

import pytest
from controllers_support import cell_of
from handmade import EDITS, Files
from programs_support import PROGRAMS

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


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "# a.{}: {} of {} lines understood"),
        ("ko", "# a.{0}: {2}줄 가운데 {1}줄을 이해함"),
    ],
)
def test_read_says_of_each_file_how_much_of_it_is_understood(
    lang: str, said: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "a.src"
    (tmp_path / "a.dat").write_text("DEFDAT a\nENDDAT\n")
    asked = ["--cell", "palletizing", "--variant", "large_boxes", "--lang", lang]
    for line, understood, code in (("LIN_FAST XP1", 9, 2), ("WAIT SEC 1", 10, 0)):
        file.write_text(HEAD + LINES % f"$VEL.CP=0.2\n{line}")
        assert main(["read", str(file), *asked]) == code
        told = capsys.readouterr().err.splitlines()
        assert told[-2:] == [said.format("dat", 2, 2), said.format("src", understood, 10)]


@pytest.mark.parametrize(("brand", "names"), [(b, n) for b, of in EDITS.items() for n in of])
def test_the_lines_of_all_files_are_those_of_the_program(brand: str, names: Files) -> None:
    """Each file's own: no more than it has lines with text, and what is left of it is kept."""
    files = {n.rpartition("/")[2]: (PROGRAMS / brand / n).read_bytes() for n in names}
    result = BRANDS[brand].read(files, cell_of(brand), "arm")
    assert set(result.files) == set(files)
    assert sum(part.total for part in result.files.values()) == result.coverage.total
    for name, part in result.files.items():
        left = {raw.line for raw in result.raw_lines if raw.file == name}
        assert part.total - part.understood == len(left)
        lines = files[name].decode("utf-8", "replace").splitlines()
        assert 0.3 * len(lines) < part.total <= sum(bool(line.strip()) for line in lines)


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
