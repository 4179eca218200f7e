"""Every kind of edit of written text is seen by the reader: another program, or an error."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import bytes_of, cell_of, plain_program
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.errors import BadInput

CASES = [(brand, name) for brand, kit in KITS.items() for name in kit.edits]


@pytest.mark.parametrize(("brand", "name"), CASES)
def test_an_edit_of_the_text_is_another_program_or_an_error(brand: str, name: str) -> None:
    cell = cell_of(brand, on_track=KITS[brand].track)
    program = plain_program(cell, brand, 1)
    quantised = BRANDS[brand].quantise(program, cell)
    files = bytes_of(BRANDS[brand].write(quantised, cell))
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
