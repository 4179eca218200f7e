"""What an R-30iB rejects or changes in a program.

Source: R-30iB operator's manual: program names, motion instructions, WAIT, registers.
"""

from __future__ import annotations

from cellsim.controllers import linting
from cellsim.controllers.fanuc.words import RESERVED
from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, If, Program, Wait
from cellsim.domain.report import Finding

_MANUAL = "R-30iB operator's manual"


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _MANUAL),
        *linting.check_corner_stops(look, _MANUAL, (Wait, Delay, If)),
        *linting.check_first_motion(look, _MANUAL),
        *linting.check_waits(look, 0.0, 327.67, _MANUAL),
        *linting.check_names(look, 36, RESERVED, True, _MANUAL),
        *linting.check_ascii(look, "8-bit text on the controller"),
    ]
    return linting.ordered(found)
