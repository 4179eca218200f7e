"""What an IRC5 or OmniCore rejects or changes in a program."""

from __future__ import annotations

from cellsim.controllers import linting
from cellsim.controllers.abb.words import RESERVED
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.domain.report import Finding

_KERNEL = "RAPID kernel 3HAC050946"
_DATA = "RAPID instructions, functions and data types 3HAC050917"


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _DATA),
        *linting.check_first_motion(look, "the first motion should be a MoveAbsJ"),
        *linting.check_waits(look, 0.0, 9_999_999.0, _DATA),
        *linting.check_names(look, 32, RESERVED, True, f"{_KERNEL}, identifiers"),
        *linting.check_ascii(look, "RobotWare 6 reads ISO 8859-1, RobotWare 7 UTF-8"),
    ]
    return linting.ordered(found)
