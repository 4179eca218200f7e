"""The car that stands off its frame along y; along x in tests/test_defects.py."""

from __future__ import annotations

import pytest
from test_defects import car_is_missed_and_met

from cellsim.sweep import cells_of, jobs_of

pytestmark = pytest.mark.prove


def test_a_car_that_stands_150_mm_off_along_y_is_missed_and_met() -> None:
    saved, _ = next(jobs_of(cells_of("door_removal", ("suv",))[0]))
    car_is_missed_and_met(saved, (0.0, 0.15, 0.0))
