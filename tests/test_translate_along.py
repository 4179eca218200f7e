"""What a translation leaves out of outputs along a motion is what the writers refuse."""

from __future__ import annotations

import itertools

import pytest
from brandkit import KITS
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import Program, Routine, SetSignal
from cellsim.errors import Refused
from cellsim.translate.mapped import unsaid

PLACES = [
    Along(of, path, delay)
    for of, path, delay in itertools.product(("start", "end"), (-0.05, 0.0, 0.05), (-0.1, 0.0, 0.1))
]


def written(brand: str, at: Along) -> bool:
    kit, cell = KITS[brand], cell_of(brand)
    body = (kit.joint(tool="gripper"), SetSignal("lamp", True, at), kit.line(frame="body"))
    program = Program("job", "arm", (Routine("main", body),))
    try:
        BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("brand", ["abb", "kuka"])
def test_a_place_is_left_out_where_the_writer_refuses_it(brand: str) -> None:
    told = {str(at): not unsaid(at, brand) for at in PLACES}
    assert told == {str(at): written(brand, at) for at in PLACES}
    assert set(told.values()) == {True, False}


def test_a_time_behind_a_lag_is_left_out_of_rapid() -> None:
    assert unsaid(Along("end", -0.05, -0.1, 0.5), "abb")
    assert not written("abb", Along("end", -0.05, -0.1, 0.5))
    assert not unsaid(Along("end", -0.05, after=0.5), "abb")
    assert written("abb", Along("end", -0.05, after=0.5))


def test_other_languages_leave_it_out() -> None:
    assert unsaid(Along("start"), "ur")
