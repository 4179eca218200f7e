"""What a reader made of a text: statements, motions, places, and the lines not understood."""

from __future__ import annotations

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Move, Statement
from cellsim.domain.walk import within
from cellsim.units import deg


def body(result: ReadResult, routine: int = 0) -> list[Statement]:
    """Return the statements of a routine, those in blocks too."""
    return list(within(result.program.routines[routine].body))


def at(result: ReadResult, line: int, routine: int = 0) -> list[Statement]:
    """Return the statements of a line; there must be one."""
    found = [s for s in body(result, routine) if s.line == line]
    assert found, f"no statement of line {line}"
    return found


def move_at(result: ReadResult, line: int, routine: int = 0) -> Move:
    """Return the motion that a line begins with."""
    found = at(result, line, routine)[0]
    assert isinstance(found, Move), found
    return found


def moves(result: ReadResult) -> list[Move]:
    """Return the motions of the entry."""
    return [s for s in body(result) if isinstance(s, Move)]


def places(result: ReadResult) -> list[list[float]]:
    """Return X, Y, Z [mm] of the pose targets, each in its frame."""
    found = [m.to.pose for m in moves(result) if m.to.pose is not None]
    return [[round(1000.0 * v, 6) + 0.0 for v in pose.p] for pose in found]


def degrees(found: Move) -> list[float]:
    """Return the joints of the arm [deg] that a motion goes to."""
    assert found.to.q is not None
    return [round(v / deg, 6) for v in found.to.q[:6]]


def reasons(result: ReadResult) -> list[str]:
    """Return why lines were not understood."""
    return [raw.reason for raw in result.raw_lines]


def raw_lines(result: ReadResult) -> list[int]:
    """Return the numbers of lines that were not understood."""
    return [raw.line for raw in result.raw_lines]
