"""KRL by hand: modal state, angles, SWITCH, and points that something may change."""

from __future__ import annotations

import numpy as np
import pytest
from programs_support import read
from readings import at, move_at, raw_lines

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import FINE, If, Raw, Speed, Wait, Zone
from cellsim.errors import BadInput
from cellsim.geometry import Pose, rotation_rpy
from cellsim.units import deg


def test_krl_modal_state_of_inline_forms_and_plain_lines_is_resolved() -> None:
    result = read("kuka")
    home = move_at(result, 24)
    assert (home.tool, home.frame, home.speed) == ("gripper", "world", Speed(100.0, "%"))
    assert home.zone == FINE
    inline = move_at(result, 31)
    assert (inline.tool, inline.frame) == ("gripper", "body")
    assert (inline.speed, inline.zone) == (Speed(0.3, "m/s"), Zone("distance", 50.0, "mm"))
    plain = move_at(result, 38)
    assert (plain.tool, plain.frame) == ("gripper", "pallet")
    assert (plain.speed, plain.zone) == (Speed(0.25, "m/s"), Zone("distance", 10.0, "mm"))
    assert move_at(result, 62).speed == Speed(30.0, "%")


def test_krl_abc_is_rz_ry_rx() -> None:
    pose = move_at(read("kuka"), 38).to.pose
    assert pose is not None
    by_hand = Pose(rotation_rpy(170 * deg, -20 * deg, 10 * deg), np.array([0.1, 0.2005, -0.05]))
    distance, angle = pose.distance(by_hand)
    assert distance < 1e-12
    assert angle < 1e-7


def test_krl_tool_set_in_one_branch_only_is_not_known_after_it() -> None:
    result = read("kuka")
    assert isinstance(at(result, 48)[0], Raw)
    assert result.raw_lines[0].reason == "tool or base is not known here"


def test_krl_state_goes_into_a_subprogram_and_comes_back() -> None:
    result = read("kuka")
    inside = move_at(result, 81, routine=1)
    assert (inside.tool, inside.speed) == ("nutrunner", Speed(25.0, "%"))
    wait = at(result, 84, routine=1)[0]
    assert isinstance(wait, Wait)
    assert (wait.timeout_s, wait.on_timeout) == (1.5, "")
    last = move_at(result, 76)
    assert (last.speed, last.to.config) == (Speed(25.0, "%"), "S 2 T 10")


def test_krl_what_it_does_not_know_stays_verbatim() -> None:
    assert raw_lines(read("kuka")) == [48, 56]


def krl(*lines: str) -> ReadResult:
    """Read a KRL program of a few lines, with tool, base and speeds set."""
    head = ("DEF a( )", "$TOOL=TOOL_DATA[1]", "$BASE=BASE_DATA[3]", "BAS(#VEL_PTP,50)")
    text = "\n".join((*head, *lines, "END"))
    return read("kuka", {"a.src": text.encode()})


def test_krl_switch_is_a_chain_of_ifs_without_falling_through() -> None:
    result = krl(
        "INT i",
        "SWITCH i",
        "; which",
        "CASE 1,2",
        "$OUT[1]=TRUE",
        "CASE 3",
        "DEFAULT",
        "$OUT[2]=TRUE",
        "ENDSWITCH",
    )
    assert result.raw_lines == ()
    outer = next(s for s in result.program.routines[0].body if isinstance(s, If))
    assert outer.condition.op == "or"
    assert len(outer.then) == 1
    (inner,) = outer.otherwise
    assert isinstance(inner, If)
    assert (inner.condition.op, inner.then, len(inner.otherwise)) == ("==", (), 1)
    with pytest.raises(BadInput, match="'END' closes nothing"):
        krl("SWITCH i", "CASE 1")
    with pytest.raises(BadInput, match="SWITCH has no end"):
        krl("SWITCH i")


@pytest.mark.parametrize(
    "line",
    [
        "XP1.X=XP1.X+10",
        "XP1=measured( )",
        "ret=search(XP1)",
        "search(XP1)",
        "XP1={A1 1,A2 -90,A3 90,A4 0,A5 30,A6 0}",
        "odd statement with XP1",
    ],
)
def test_krl_point_that_something_may_change_is_not_known(line: str) -> None:
    point = "DECL E6AXIS XP1={A1 0,A2 -90,A3 90,A4 0,A5 30,A6 0}"
    assert krl(point, "PTP XP1").raw_lines == ()
    result = krl(point, "PTP XP1", line)
    assert result.raw_lines[0].line == 6
