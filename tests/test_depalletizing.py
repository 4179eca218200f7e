"""The FANUC cell from the command line: verified, released, read back, and the claim recomputed."""

from __future__ import annotations

from pathlib import Path

import pytest
from releases import copied, released

from cellsim.cli.main import main
from cellsim.release.check import check

Capture = pytest.CaptureFixture[str]
TEXT = "text/unloader/UNLOAD_PALLET.LS"


def test_the_release_of_tp_text_holds_and_an_edit_of_it_is_seen(
    session_root: Path, tmp_path: Path
) -> None:
    folder = released(session_root, "depalletizing", "cartons")
    assert check(folder)[0].problems == ()
    copy = copied(folder, tmp_path)
    file = copy / TEXT
    text = file.read_bytes().decode("ascii")
    file.write_bytes(text.replace("CNT100", "CNT50", 1).encode())
    assert any(TEXT in problem for problem in check(copy)[0].problems)


def test_the_released_text_is_read_and_linted_from_the_command_line(
    session_root: Path, capsys: Capture
) -> None:
    file = str(released(session_root, "depalletizing", "cartons") / TEXT)
    cell = ["--cell", "depalletizing"]
    assert main(["read", file, "--controller", "fanuc", *cell]) == 0
    assert 'config: "N U T, 0, 0, 0"' in capsys.readouterr().out
    assert main(["lint", file, "--controller", "fanuc", *cell]) == 0
    assert main(["lint", file, "--controller", "fanuc"]) == 0


def test_the_load_sheet_gives_frames_in_the_makers_world(session_root: Path) -> None:
    """The robot stands 400 mm high and its world 425 mm above that; WPR as the pendant asks."""
    folder = released(session_root, "depalletizing", "cartons")
    sheet = (folder / "load_sheet.txt").read_text()
    assert "900.000 600.000 -325.000" in sheet
    assert "W 0.0000 P 0.0000 R 0.0000" in sheet
    assert "J3    0.000 deg" in sheet
