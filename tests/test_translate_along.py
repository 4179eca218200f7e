"""What a translation leaves out of outputs along a motion is what the writers refuse."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from brandkit import KITS
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import (
    Comment,
    Delay,
    If,
    Move,
    Program,
    Routine,
    SetSignal,
    Statement,
    Zone,
    signal_is,
)
from cellsim.errors import Refused
from cellsim.translate.into import Into
from cellsim.translate.switched import sayable

PLACES = [
    Along(of, path, delay)
    for of, path, delay in itertools.product(("start", "end"), (-0.05, 0.0, 0.05), (-0.1, 0.0, 0.1))
] + [Along("end", after=0.5), Along("start", after=0.5), Along(after=0.5)]
SAID = {
    "fanuc": {
        Along("end"), Along("end", delay=-0.1), Along("end", -0.05), Along("end", after=0.5),
    },
    "yaskawa": {Along("start")},
    "ur": set(),
}  # fmt: skip


def around(brand: str, *outputs: Statement) -> tuple[Statement, ...]:
    kit = KITS[brand]
    frame = "body" if kit.world_lines else "world"
    return (kit.joint(tool="gripper"), *outputs, kit.line(frame=frame))


def lamp(at: Along | None, on: bool = True, line: int = 7) -> SetSignal:
    return SetSignal("lamp", on, at, line=line)


def written(brand: str, body: Sequence[Statement]) -> bool:
    cell = cell_of(brand)
    program = Program("job", "arm", (Routine("main", tuple(body)),))
    try:
        BRANDS[brand].write(BRANDS[brand].quantise(program, cell), cell)
    except Refused:
        return False
    return True


def kept(brand: str, body: Sequence[Statement]) -> tuple[list[Along | None], list[int]]:
    """The places of the outputs that stay, and the lines of those that are lost."""
    lost: list[int] = []
    into = Into(BRANDS[brand], cell_of(brand), "arm")
    said = sayable(body, into, lambda s: lost.append(s.line))
    assert written(brand, said)
    comments = [s for s in said if isinstance(s, Comment)]
    assert [s.text for s in comments] == [f"not translated: line {line}" for line in lost]
    return [s.at for s in said if isinstance(s, SetSignal)], lost


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_place_is_left_out_where_the_writer_refuses_it_and_nowhere_else(brand: str) -> None:
    told = {at for at in PLACES if kept(brand, around(brand, lamp(at)))[0] == [at]}
    assert told == {at for at in PLACES if written(brand, around(brand, lamp(at)))}
    assert told == SAID.get(brand, told)


def test_the_second_option_of_a_motion_is_lost_in_tp_and_the_first_stays() -> None:
    begin, near = Along("end", delay=-0.1), Along("end", -0.05)
    two = around("fanuc", lamp(begin, line=7), SetSignal("grip_close", True, near, line=8))
    assert kept("fanuc", two) == ([begin], [8])


def test_what_a_motion_allows_decides_not_the_place_alone() -> None:
    joint = KITS["fanuc"].joint(tool="gripper")
    near = Along("end", -0.05)
    assert kept("fanuc", (joint, lamp(near), KITS["fanuc"].joint(tool="gripper"))) == ([], [7])
    assert kept("fanuc", (joint, lamp(near), Delay(0.5))) == ([], [7])
    begin = lamp(Along("start"))
    first, _, fine = around("yaskawa", begin)
    assert isinstance(fine, Move)
    corner = replace(fine, zone=Zone("pl", 3.0, "level"))
    assert kept("yaskawa", (first, begin, fine)) == ([begin.at], [])
    assert kept("yaskawa", (first, begin, corner, first)) == ([], [7])


@pytest.mark.parametrize(("seconds", "brands"), [(0.5, {"abb", "fanuc", "kuka", "yaskawa"}),
                                                 (5000.0, set())])  # fmt: skip
def test_a_pulse_stays_where_its_width_can_be_said(seconds: float, brands: set[str]) -> None:
    back = Along(after=seconds)
    told = set()
    for brand in sorted(BRANDS):
        places, lost = kept(brand, around(brand, lamp(None), lamp(back, False, 8)))
        assert (places, lost) in (([None, back], []), ([None], [8]))
        told |= set() if lost else {brand}
    assert told - {"hyundai"} == brands


def test_outputs_inside_a_branch_are_asked_there() -> None:
    inside = around("yaskawa", lamp(Along("start")), lamp(Along("end"), line=9))
    whole = (KITS["yaskawa"].joint(tool="gripper"), If(signal_is("ready", True), inside))
    lost: list[int] = []
    said = sayable(whole, Into(BRANDS["yaskawa"], cell_of("yaskawa"), "arm"),
                   lambda s: lost.append(s.line))  # fmt: skip
    branch = said[1]
    assert isinstance(branch, If)
    assert lost == [9]
    assert [s.at for s in branch.then if isinstance(s, SetSignal)] == [Along("start")]
