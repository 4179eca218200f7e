"""A text that calls each routine once is read in one walk: as it is read in several."""

from __future__ import annotations

from collections import Counter

import pytest
from controllers_support import bytes_of, cell_of, plain_program

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.reading import routines
from cellsim.controllers.reading.routines import Context
from cellsim.controllers.reading.walk import Walker
from cellsim.domain.program import (
    Call,
    Delay,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
)

PLAIN = (Move, SetSignal, Delay)


def several(brand: str, twice: bool) -> dict[str, bytes]:
    """Return the text of a program of four routines; the last is called twice, or once."""
    row, cell = BRANDS[brand], cell_of(brand)
    bodies = [
        [s for s in plain_program(cell, brand, seed).routines[0].body if isinstance(s, PLAIN)]
        for seed in range(4)
    ]
    calls: dict[int, tuple[str, ...]] = {0: ("one", "two"), 1: ("three",)}
    if twice:
        calls[2] = ("three",)
    made = tuple(
        Routine(name, (*(Call(c) for c in calls.get(i, ())), *bodies[i]))
        for i, name in enumerate(("main", "one", "two", "three"))
    )
    program = Program("main", "arm", made)
    return bytes_of(row.write(row.quantise(program, cell), cell))


@pytest.mark.parametrize("brand", sorted(BRANDS))
@pytest.mark.parametrize("twice", [False, True])
def test_one_walk_finds_what_several_find(
    brand: str, twice: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, cell = several(brand, twice), cell_of(brand)
    walked = Counter[str]()
    made = routines._Walked

    def counted(context: Context, walk: Walker, body: tuple[Statement, ...]) -> object:
        walked[context.name] += 1
        return made(context, walk, body)

    monkeypatch.setattr(routines, "_Walked", counted)
    read = BRANDS[brand].read(files, cell, "arm")
    assert len(walked) == 4
    assert (max(walked.values()) == 1) is not twice
    monkeypatch.setattr(routines._Descent, "follow", lambda *_: {})
    again = BRANDS[brand].read(files, cell, "arm")
    assert repr(read) == repr(again)
    assert len(read.program.routines) == 4


def test_blocks_in_blocks_of_calls_in_calls_are_read() -> None:
    def body(inner: str) -> list[str]:
        cases = [f"ELSEIF di1=1 THEN\n{inner if n == 59 else 'WaitTime 1;'}" for n in range(60)]
        return ["IF di1=1 THEN", "WaitTime 1;", *cases, "ENDIF"]

    last = "MoveAbsJ [[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]],v100,fine,tool0;"
    lines = ["MODULE deep"]
    for name, inner in {"main": "b;", "b": "c;", "c": "d;", "d": "e;", "e": last}.items():
        lines += [f"PROC {name}()", *body(inner), "ENDPROC"]
    text = "\n".join([*lines, "ENDMODULE"])
    read = BRANDS["abb"].read({"deep.mod": text.encode()}, cell_of("abb"), "arm")
    assert read.coverage.total - read.coverage.understood == 1  # the cell has no tool0
    assert [r.name for r in read.program.routines] == ["main", "b", "c", "d", "e"]


def test_what_passes_through_many_called_routines_is_known_behind_them() -> None:
    """Read in rounds alone, behind so many calls the tool that the first sets was not known."""
    names = [f"P{k}" for k in range(20)]
    does = dict.fromkeys(names, "WAIT SEC 0") | {"P0": "$TOOL=TOOL_DATA[2]"}
    at = "{A1 0,A2 -90,A3 90,A4 0,A5 0,A6 0}"
    calls = "\n".join(f"{n}()" for n in names)
    lines = [
        "DEF many()",
        "$TOOL=TOOL_DATA[1]",
        "$BASE=BASE_DATA[3]",
        "BAS(#VEL_PTP,20)",
    ]
    lines += [f"PTP {at}", calls]
    text = "\n".join([*lines, f"PTP {at}", "END", *(f"DEF {n}()\n{does[n]}\nEND" for n in names)])
    read = BRANDS["kuka"].read({"many.src": text.encode()}, cell_of("kuka"), "arm")
    moves = [s for s in read.program.routines[0].body if isinstance(s, Move)]
    assert len(moves) == 2, read.notes
    assert [m.tool for m in moves] == ["gripper", "nutrunner"]
    assert [(m.frame, m.speed.value) for m in moves] == [("body", 20.0)] * 2
