"""A text for an arm that the controllers of its language do not drive says so."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.files.robot import load_robot
from cellsim.translate.makers import MAKERS, foreign_arm


@pytest.mark.parametrize("arm", sorted(BRANDS))
@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_an_arm_of_another_maker_is_a_change_of_the_whole_program(brand: str, arm: str) -> None:
    """The robot file of each brand's test cell names its maker: 6 x 6, the diagonal is silent."""
    robot = load_robot(KITS[arm].robot)
    found = list(foreign_arm(cell_of(arm), "arm", BRANDS[brand]))
    assert (found == []) is (brand == arm)
    for loss in found:
        assert (loss.kind, loss.line) == ("changed", 0)
        assert robot.maker in loss.what
        assert robot.model in loss.what
        assert robot.controller in loss.what
        assert f"controllers of {MAKERS[brand]}" in loss.reason


def test_every_brand_has_a_maker() -> None:
    assert set(MAKERS) == set(BRANDS)
