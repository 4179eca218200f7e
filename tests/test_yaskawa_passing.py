"""Outputs of INFORM that no motion stops for: NWAIT and PULSE as they are written and refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit.kit import joint, line
from controllers_support import cell_of
from same_meaning import differences

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import Delay, Program, Routine, SetSignal, Statement, Target, Zone
from cellsim.errors import Refused

HOME = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)
ON, OFF = SetSignal("lamp", True, line=5), SetSignal("lamp", False, line=5)
START = Along("start")
END = line(HOME, tool="gripper")


def written(*statements: Statement) -> list[str]:
    """Return the lines of a job behind its first, a joint motion, without END."""
    cell = cell_of("yaskawa")
    body = (joint(HOME, tool="gripper"), *statements)
    program = Program("p", "arm", (Routine("main", body),))
    quantised = BRANDS["yaskawa"].quantise(program, cell)
    text = BRANDS["yaskawa"].write(quantised, cell)
    read = BRANDS["yaskawa"].read({f.name: f.data for f in text.files}, cell, "arm")
    assert list(differences(quantised, read.program)) == []
    assert read.coverage.ratio == 1.0
    return text.files[0].text.split("NOP")[1].splitlines()[2:-1]


def test_outputs_as_a_motion_begins_stand_between_nwait_and_cwait() -> None:
    other = SetSignal("grip_close", False, START)
    pulse = (replace(ON, at=START), replace(OFF, at=Along("start", after=0.5)))
    assert written(*pulse, other, END) == [
        "MOVL C00001 V=100.0 PL=0 NWAIT",
        "PULSE OT#(2) T=0.50",
        "DOUT OT#(1) OFF",
        "CWAIT",
    ]


def test_a_pulse_is_one_line() -> None:
    assert written(ON, replace(OFF, at=Along(after=0.254)), END) == [
        "PULSE OT#(2) T=0.25",
        "MOVL C00001 V=100.0 PL=0",
    ]


CORNER = replace(END, zone=Zone("pl", 3.0, "level"))
ARC = replace(END, kind="circular", via=Target(q=(0.1, 0.0, 0.0, 0.0, -1.5, 0.0)))


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ((replace(ON, at=Along("end")), END), "output at end"),
        ((replace(ON, at=Along("start", 0.01)), END), "output at start"),
        ((replace(ON, at=Along("start", delay=0.2)), END), "output at start"),
        ((replace(ON, at=Along("start", after=0.2)), END), "output at start"),
        ((replace(ON, at=START), CORNER, END), "with a corner"),
        ((replace(ON, at=START), ARC), "start of an arc"),
        ((replace(ON, at=START), Delay(1.0)), "does not follow"),
        ((OFF, replace(ON, at=Along(after=1.0))), "output at now"),
        ((ON, replace(OFF, at=Along(after=700.0))), "pulse of 700 s"),
    ],
)
def test_what_inform_cannot_say_of_outputs_is_refused_with_its_line(
    statements: tuple[Statement, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        written(*statements)
    assert refused.value.line == 5
