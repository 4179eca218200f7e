"""The shipped cell with an ABB arm: released RAPID is checked from its text, and refused edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from releases import copied, released

from cellsim.cli.main import main

CELL = "tray_packing"


def text_of(folder: Path) -> Path:
    return folder / "text" / "packer" / "pack_tray.mod"


def test_released_rapid_holds_and_lints_clean(
    session_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = released(session_root, CELL, "aluminium")
    assert main(["check", str(folder)]) == 0
    assert "the claim holds" in capsys.readouterr().out
    text = text_of(folder).read_text()
    assert (
        'wTray:=[FALSE,TRUE,"",[[950.000,250.000,370.000],[1,0,0,0]],[[0.000,0.000,20.000]' in text
    )
    # Vacuum on, the load of the housing; vacuum off, none.
    takes = [line.strip() for line in text.splitlines() if "GripLoad" in line]
    assert takes == ["GripLoad lHousing1;", "GripLoad load0;"] * (len(takes) // 2)
    assert len(takes) >= 2
    assert "PERS loaddata lHousing1:=[1.8,[0,0,60],[1,0,0,0],0.006,0.009,0.011];" in text
    for more in ([], ["--cell", CELL]):
        assert main(["lint", str(text_of(folder)), "--controller", "abb", *more]) == 0
    read = ["read", str(text_of(folder).with_suffix(".pgf")), "--controller", "abb"]
    assert main([*read, "--cell", CELL]) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("v200, fine", "v800, fine", "speed 200 mm/s became 800 mm/s"),
        ("[[0.000,120.000,120.000]", "[[0.000,130.000,120.000]", "moved by 10.000 mm"),
        ("SetDO doVacuum, 1;", "SetDO doVacuum, 0;", "doVacuum"),
        ("lHousing1:=[1.8,", "lHousing1:=[2.8,", "GripLoad lHousing1; is new"),
        ("[1.8,[0,0,60]", "[1.8,[0,0,-60]", "GripLoad lHousing1; is new"),
    ],
)
def test_edited_rapid_is_refused_with_what_changed(
    session_root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    said: str,
) -> None:
    folder = copied(released(session_root, CELL, "aluminium"), tmp_path)
    data = text_of(folder).read_bytes()
    assert old.encode() in data
    text_of(folder).write_bytes(data.replace(old.encode(), new.encode(), 1))
    assert main(["check", str(folder)]) == 1
    assert said in capsys.readouterr().out
