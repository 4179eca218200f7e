"""Numbers as the writers print them, one by one and in rows."""

from __future__ import annotations

import math
import random

import pytest

from cellsim.controllers.writing.numbers import fixed, row
from cellsim.errors import BadInput

EDGES = (0.0, -0.0, -0.00004, 0.00005, -0.00005, 0.5, -0.5, 1e9, -1e9, 123456.78905, -2.5, 1e-9)


@pytest.mark.parametrize("digits", [0, 3, 4, 6])
def test_a_row_prints_each_number_as_it_stands_alone(digits: int) -> None:
    rng = random.Random(digits)
    rows = [[v] for v in EDGES] + [[]]
    rows += [[rng.choice(EDGES) for _ in range(6)] for _ in range(200)]
    rows += [[rng.gauss(0.0, 10.0 ** rng.randint(-6, 6)) for _ in range(6)] for _ in range(200)]
    for values in rows:
        assert row(values, digits, ", ") == ", ".join(fixed(v, digits) for v in values)
    assert row([-0.0, -1e-9, 1.0], 2) == "0.00,0.00,1.00"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1.1e9, -1.1e9])
def test_what_no_text_holds_is_refused_in_a_row_too(value: float) -> None:
    for print_it in (lambda: fixed(value, 3), lambda: row([0.0, value], 3)):
        with pytest.raises(BadInput, match="cannot be printed"):
            print_it()
