"""Programs quantised, written and read back: what comes back is what was quantised."""

from __future__ import annotations

from dataclasses import replace

from controllers_support import bytes_of, cell_of
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.domain.program import Move, Program, Routine, Speed, Statement, Target
from cellsim.geometry import Pose


def there_and_back(
    brand: str, cell: Cell, *body: Statement
) -> tuple[dict[str, bytes], Program, ReadResult]:
    """Return the files of statements, the quantised program, and what is read of the files."""
    quantised = BRANDS[brand].quantise(Program("p", "arm", (Routine("main", body),)), cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
    result = BRANDS[brand].read(files, cell, "arm")
    assert list(differences(quantised, result.program)) == []
    return files, quantised, result


def round_trip(brand: str, move: Move, cell: Cell | None = None) -> tuple[str, Move, Move]:
    """Return text, the quantised motion, and the motion that was read."""
    start = replace(move, kind="joint", to=Target(q=(0.1,) * 6), speed=Speed(50.0, "%"), via=None)
    files, quantised, result = there_and_back(brand, cell or cell_of(brand), start, move)
    before, after = quantised.routines[0].body[1], result.program.routines[0].body[-1]
    assert isinstance(before, Move)
    assert isinstance(after, Move)
    return "".join(data.decode() for data in files.values()), before, after


def line(pose: Pose, frame: str) -> Move:
    """Return a line of the gripper to a pose in a frame."""
    return Move(
        kind="linear", to=Target(pose=pose), speed=Speed(100.0, "mm/s"), frame=frame, tool="gripper"
    )
