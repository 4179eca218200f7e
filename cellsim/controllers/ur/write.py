"""Placeholder until the writer lands."""

from cellsim.controllers.text import TextProgram
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.errors import Refused


def write(program: Program, cell: Cell) -> TextProgram:
    raise Refused("ur", "this language, yet")
