"""What is written is what is read: every statement kind, on the printed grid, for every brand."""

from __future__ import annotations

import pytest
from controllers_support import bytes_of, cell_of, differences, plain_program

from cellsim.controllers.brands import BRANDS

DONE = [("hyundai", False), ("hyundai", True), ("ur", False), ("kuka", False), ("kuka", True)]


@pytest.mark.parametrize(("brand", "on_track"), DONE)
@pytest.mark.parametrize("seed", range(8))
def test_read_equals_quantised_for_every_statement_kind(
    brand: str, on_track: bool, seed: int
) -> None:
    cell = cell_of(brand, on_track)
    program = plain_program(cell, brand, seed, jumps=brand != "ur")
    quantised = BRANDS[brand].quantise(program, cell)
    text = BRANDS[brand].write(quantised, cell)
    result = BRANDS[brand].read(bytes_of(text), cell, "arm")
    assert list(differences(quantised, result.program)) == []
    assert result.coverage.ratio == 1.0
    assert result.notes == ()


@pytest.mark.parametrize(("brand", "on_track"), DONE)
def test_quantising_twice_changes_nothing(brand: str, on_track: bool) -> None:
    cell = cell_of(brand, on_track)
    program = plain_program(cell, brand, 3, jumps=brand != "ur")
    once = BRANDS[brand].quantise(program, cell)
    assert list(differences(once, BRANDS[brand].quantise(once, cell))) == []
