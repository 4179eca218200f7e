"""Placeholder until the reader lands."""

from collections.abc import Mapping

from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell
from cellsim.errors import Refused


def read(files: Mapping[str, bytes], cell: Cell, group: str) -> ReadResult:
    raise Refused("kuka", "this language, yet")
