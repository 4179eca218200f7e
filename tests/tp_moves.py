"""Motions of an R-2000iC by what its pendant shows, and the TP text of statements."""

from __future__ import annotations

from dataclasses import replace

from controllers_support import cell_of
from round_trips import there_and_back

from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Program, Speed, Statement, Target
from cellsim.units import deg


def joints(shown: tuple[float, ...]) -> tuple[float, ...]:
    """Return q of pendant angles: the joint between the arms is J3 + J2."""
    j1, j2, j3, *wrist = shown
    return tuple(v * deg for v in (j1, j2, j3 + j2, *wrist))


def written(*body: Statement, cell: Cell | None = None) -> tuple[str, Program]:
    """Return the text and the quantised program of statements; the text reads back as it."""
    files, quantised, result = there_and_back("fanuc", cell or cell_of("fanuc"), *body)
    assert result.coverage.ratio == 1.0
    return "".join(data.decode() for data in files.values()).replace("\r\n", "\n"), quantised


def line(q: tuple[float, ...], **changes: object) -> Move:
    """Return a line in the world."""
    move = Move(kind="linear", to=Target(q=q), speed=Speed(100.0, "mm/s"), frame="world")
    return replace(move, **changes)  # type: ignore[arg-type]


def joint(q: tuple[float, ...], **changes: object) -> Move:
    """Return a joint motion at half of the speed."""
    return line(q, **{"kind": "joint", "speed": Speed(50.0, "%"), **changes})


HOME = joints((0.0, 0.0, 0.0, 0.0, -90.0, 0.0))
