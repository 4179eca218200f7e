"""What a Hi6 controller rejects or changes in a program."""

from __future__ import annotations

from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.domain.report import Finding


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:  # noqa: ARG001
    """Return findings in the order of the program's lines."""
    return ()
