"""URScript by hand: positions, waits, branches, and the TCP that holds."""

from __future__ import annotations

import math

import numpy as np
from programs_support import read
from readings import at, move_at, raw_lines

from cellsim.domain.program import Raw, Speed, Wait, Zone
from cellsim.units import deg


def test_urscript_positions_waits_and_branches() -> None:
    result = read("ur")
    first, second = move_at(result, 9), move_at(result, 10)
    assert first.to.q is not None
    assert math.isclose(first.to.q[1], -1.57, abs_tol=1e-12)
    assert second.to.q is not None
    assert math.isclose(second.to.q[0], 10 * deg, abs_tol=1e-12)
    assert (second.speed, second.zone) == (Speed(0.5, "rad/s"), Zone("radius", 20.0, "mm"))
    line = move_at(result, 12)
    assert line.to.pose is not None
    assert np.allclose(line.to.pose.p, [0.3, -0.3, 0.2], atol=1e-12)
    assert (line.accel, line.tool, line.frame) == (50.0, "gripper", "group:arm.base")
    assert isinstance(at(result, 16)[0], Wait)


def test_urscript_tcp_that_a_function_sets_holds_after_the_call() -> None:
    result = read("ur")
    assert move_at(result, 30, routine=1).tool == "gripper"
    assert move_at(result, 36).tool == "nutrunner"


def test_urscript_missing_comma_is_a_pose_of_five_numbers() -> None:
    result = read("ur")
    assert result.raw_lines[0].line == 25
    assert result.raw_lines[0].reason == "target is not six numbers"
    assert raw_lines(result) == [25, 37, 38, 42, 43, 44]


def test_urscript_unknown_tcp_makes_every_later_motion_unknown() -> None:
    assert isinstance(at(read("ur"), 44)[0], Raw)
