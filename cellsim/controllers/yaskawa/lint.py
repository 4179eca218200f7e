"""What a DX or YRC controller rejects or changes in a program.

Sources: DX100 manual 156191-1CD 4.1, INFORM manuals of FS100, DX200 and YRC1000.
"""

from __future__ import annotations

from cellsim.controllers import linting
from cellsim.controllers.yaskawa.words import RESERVED
from cellsim.domain.cell import Cell
from cellsim.domain.program import Delay, Program, Wait
from cellsim.domain.report import Finding

_INFORM = "INFORM manual"


def lint(program: Program, cell: Cell) -> tuple[Finding, ...]:
    """Return findings by line."""
    look = linting.look(program, cell)
    found = [
        *linting.check_numbers(look),
        *linting.check_raw(look),
        *linting.check_speeds(look, _INFORM),
        *linting.check_corner_stops(look, f"{_INFORM}, PL", (Wait, Delay)),
        *linting.check_first_motion(look, f"{_INFORM}, MOVJ"),
        *linting.check_waits(look, 0.01, 655.35, f"{_INFORM}, WAIT and TIMER"),
        *linting.check_names(look, 32, RESERVED, True, f"{_INFORM}, job names"),
    ]
    return linting.ordered(found)
