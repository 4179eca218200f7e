"""Every kind of edit of written text is seen by the reader: another program, or an error."""

from __future__ import annotations

from functools import cache

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, plain_program
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.errors import BadInput

CASES = [(brand, name) for brand, kit in KITS.items() for name in kit.edits]


@cache
def written(brand: str) -> tuple[Cell, Program, dict[str, bytes]]:
    """Return a cell, the plain program that it is written from, and the text of that."""
    cell = cell_of(brand, on_track=KITS[brand].track)
    quantised = BRANDS[brand].quantise(plain_program(cell, brand, 1), cell)
    return cell, quantised, bytes_of(BRANDS[brand].write(quantised, cell))


@pytest.mark.parametrize(("brand", "name"), CASES)
def test_an_edit_of_the_text_is_another_program_or_an_error(brand: str, name: str) -> None:
    cell, quantised, files = written(brand)
    edited = False
    for file, data in files.items():
        text = data.decode("utf-8").replace("\r\n", "\n")
        try:
            new = KITS[brand].edits[name](text)
        except IndexError:
            continue
        edited = True
        assert new != text
        try:
            read = BRANDS[brand].read(files | {file: new.encode()}, cell, "arm").program
        except BadInput:
            continue
        assert list(differences(quantised, read)) != [], file
    assert edited
