"""Small programs as each brand's text, read by a person before they were kept.

UPDATE_GOLDEN=1 writes them anew; look at the diff before committing it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.program import (
    FINE,
    Assign,
    Call,
    Comment,
    Delay,
    Expr,
    If,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Statement,
    Target,
    Wait,
    signal_is,
)
from cellsim.geometry import Pose
from cellsim.units import deg, mm

GOLDEN = Path(__file__).parent / "golden"


def small_program(brand: str) -> Program:
    """Home, approach, grip with a check, three strokes, home."""
    kit = KITS[brand]
    home, over = (
        Target(q=tuple(v * deg for v in q), name=name)
        for q, name in ((kit.home_deg, "home"), (kit.over_deg, "over"))
    )
    pose = Pose.from_xyz_rpy((800 * mm, -120.5 * mm, 450 * mm), (180 * deg, 0.0, 30 * deg))
    down = replace(over, pose=pose, name="grip")
    corner, frame = kit.golden_corner, kit.golden_frame
    tool = {"tool": "gripper"}
    joint = {"kind": "joint", "speed": Speed(50.0, "%"), **tool}
    line = {"kind": "linear", "frame": frame, **tool}
    body: tuple[Statement, ...] = (
        Comment("grip the door at its window rim"),
        Move(to=home, zone=FINE, **joint),  # type: ignore[arg-type]
        Move(to=over, zone=corner, comment="above the rim", **joint),  # type: ignore[arg-type]
        Move(to=down, speed=Speed(120.0, "mm/s"), **line),  # type: ignore[arg-type]
        SetSignal("grip_close", True),
        Wait(signal_is("grip_closed", True), 2.0),
        If(signal_is("ready", False), (SetSignal("lamp", True), Delay(0.5))),
        Assign("strokes", Expr("const", value=0.0)),
        Loop(
            (
                Call("stroke"),
                Assign(
                    "strokes",
                    Expr("+", (Expr("var", name="strokes"), Expr("const", value=1.0))),
                ),
            ),
            count=3,
        ),
        Move(to=home, zone=FINE, **joint),  # type: ignore[arg-type]
    )
    stroke: tuple[Statement, ...] = (
        Move(to=over, zone=FINE, **joint),  # type: ignore[arg-type]
        Move(to=down, speed=Speed(250.0, "mm/s"), **line),  # type: ignore[arg-type]
    )
    return Program("front_door", "arm", (Routine("main", body), Routine("stroke", stroke)))


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_text_is_the_golden_text(brand: str) -> None:
    cell = cell_of(brand)
    quantised = BRANDS[brand].quantise(small_program(brand), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    folder = GOLDEN / brand
    if os.environ.get("UPDATE_GOLDEN"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    assert files == {f.name: f.read_bytes() for f in folder.iterdir()}


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_text_is_plain(brand: str) -> None:
    """Fixed digits: no exponent, no minus zero; one kind of line end; a line end at the end."""
    cell = cell_of(brand)
    tiny = Target(q=(-1e-9, *KITS[brand].home_deg[1:]))
    move = Move(kind="joint", to=tiny, speed=Speed(50.0, "%"), tool="gripper")
    program = Program("tiny", "arm", (Routine("main", (move,)),))
    quantised = BRANDS[brand].quantise(program, cell)
    for file in BRANDS[brand].write(quantised, cell).files:
        text = file.data.decode("utf-8-sig")
        assert "-0.000" not in text.replace("-0.0000001", "")
        assert "e-" not in text.lower()
        assert text.endswith("\n")
        assert text.count("\r\n") == (text.count("\n") if KITS[brand].crlf else 0)
    has_mark = file.data.startswith(b"\xef\xbb\xbf")
    assert has_mark == KITS[brand].mark
