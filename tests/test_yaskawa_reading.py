"""INFORM beyond points and branches: shifts, increments, position variables, NWAIT, FPT, timers.

The numbers are worked out by hand: base coordinates begin 650 mm above the foot of the arm, the
tool points down at P002, pulses are those of the test cell.
"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Delay, Move, SetSignal, Statement
from cellsim.domain.walk import within
from cellsim.errors import BadInput
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

HEAD = """/JOB
//NAME A
//POS
///NPOS 3,0,0,5,0,0
///TOOL 1
///POSTYPE PULSE
///PULSE
C00000=0,0,0,0,88268,0
C00001=14355,-13003,0,0,88268,0
C00002=7178,-13003,0,0,88268,0
///POSTYPE BASE
///RECTAN
///RCONF 0,0,0,0,0,0,0,0
P00001=10.000,-20.000,30.500,0.0000,0.0000,0.0000
P00002=1400.000,0.000,100.000,180.0000,0.0000,0.0000
P00003=0.000,0.000,5.000,0.0000,0.0000,1.0000
P00004=0.000,0.000,250.000,0.0000,0.0000,0.0000
P00005=0.000,0.000,251.000,0.0000,0.0000,0.0000
//INST
///DATE 2020/11/19 13:27
///ATTR SC,RW
///GROUP1 RB1
NOP
"""
BASE_Z = 650.0


def read(*lines: str, beside: dict[str, bytes] | None = None) -> ReadResult:
    text = HEAD + "".join(f"{line}\n" for line in lines) + "END\n"
    files = {"A.JBI": text.encode(), **(beside or {})}
    return BRANDS["yaskawa"].read(files, cell_of("yaskawa"), "arm")


def body(result: ReadResult) -> list[Statement]:
    return list(within(result.program.routines[0].body))


def moves(result: ReadResult) -> list[Move]:
    return [s for s in body(result) if isinstance(s, Move)]


def places(result: ReadResult) -> list[list[float]]:
    """Return X, Y, Z [mm] in base coordinates of the pose targets."""
    found = [m.to.pose for m in moves(result) if m.to.pose is not None]
    return [
        [
            round(1e3 * p.p[0], 3) + 0.0,
            round(1e3 * p.p[1], 3) + 0.0,
            round(1e3 * p.p[2] - BASE_Z, 3),
        ]
        for p in found
    ]


def reasons(result: ReadResult) -> list[str]:
    return [raw.reason for raw in result.raw_lines]


def test_a_shift_moves_what_stands_between() -> None:
    line = "MOVL P002 V=100.0 PL=0"
    result = read(line, "SFTON P001 BF", line, "SFTOF", line)
    assert reasons(result) == []
    assert places(result) == [[1400, 0, 100], [1410, -20, 130.5], [1400, 0, 100]]
    # The tool points down: z of the tool is -z of the base, y turns round as well.
    assert places(read("SFTON P001 TF", line)) == [[1410, 20, 69.5]]


def test_a_shift_in_a_user_frame_goes_along_its_axes() -> None:
    (move,) = moves(read("SFTON P001 UF#(3)", "MOVL P002 V=100.0 PL=0"))
    cell = cell_of("yaskawa")
    world_T_base = world_T_frame(cell, "group:arm.base")
    axes = world_T_frame(cell, "body").R
    plain = world_T_base.R @ np.array([1.4, 0.0, 0.1 + BASE_Z / 1e3]) + world_T_base.p
    assert move.to.pose is not None
    reached = (world_T_base @ move.to.pose).p
    assert np.allclose(reached, plain + axes @ np.array([0.01, -0.02, 0.0305]))


def test_a_shift_of_pulses_keeps_the_arm() -> None:
    """The joints that come out put the TCP where the shift says, near the taught ones."""
    result = read("MOVJ C00001 VJ=10.00 PL=0", "SFTON P001 RF", "MOVJ C00001 VJ=10.00 PL=0")
    assert reasons(result) == []
    taught, shifted = moves(result)
    cell = cell_of("yaskawa")
    tcp = cell.tools["gripper"].tcps["tcp"]
    one, other = (tcp_pose(chain_of(cell, "arm"), np.array(m.to.q), tcp) for m in (taught, shifted))
    world_R_base = world_T_frame(cell, "group:arm.base").R
    assert np.allclose(other.p - one.p, world_R_base @ [0.01, -0.02, 0.0305], atol=1e-7)
    assert other.distance(one)[1] < 1e-7
    assert shifted.to.q is not None
    assert max(abs(np.subtract(shifted.to.q, taught.to.q))) < math.radians(3.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["SFTON P001"], "a shift whose coordinate system is not said"),
        (["SFTON P003 BF"], "a shift that turns"),
        (["SFTON P009 BF"], "position variable P9 is not known here"),
        (["SFTON P001 UF#(9)", "MOVL P002 V=9.0 PL=0"], "the frame of a shift is not in the cell"),
        (["SFTON P001 BF", "SFTON P001 BF"], "more than one shift may be on here"),
        (["GETS PX001 $PX001", "SFTON P001 BF"], "position variable P1 is not known here"),
        (["CALL JOB:X", "SFTON P001 BF"], "position variable P1 is not known here"),
    ],
)
def test_a_shift_that_is_not_known_stays_verbatim(lines: list[str], why: str) -> None:
    result = read(*lines, "MOVL P002 V=100.0 PL=0")
    assert why in reasons(result)
    assert moves(result) == []


def test_an_increment_goes_on_from_where_the_robot_stands() -> None:
    line = "MOVL P002 V=100.0 PL=0"
    result = read(line, "IMOV P001 V=50.0 PL=0 BF", "IMOV P001 V=50.0 PL=0 TF")
    assert reasons(result) == []
    assert [m.kind for m in moves(result)] == ["linear"] * 3
    assert places(result) == [[1400, 0, 100], [1410, -20, 130.5], [1420, 0, 100]]
    after = read("MOVL P002 V=100.0 PL=3", "IMOV P001 V=50.0 PL=0 BF")
    assert reasons(after) == ["an increment from a place that is not known"]
    assert reasons(read("IMOV P001 V=50.0 PL=0 BF")) == [
        "an increment from a place that is not known"
    ]
    assert reasons(read(line, "IMOV P001 V=50.0 PL=0")) == [
        "IMOV with more than a position and a frame"
    ]


def test_position_variables_are_built_up_by_elements_and_sums() -> None:
    line = "MOVL P002 V=100.0 PL=0"
    built = read("SETE P001 (1) 0", "SETE P001 (2) 0", "SETE P001 (3) -40000", line)
    assert reasons(built) == []
    shift = ("SETE P001 (4) 0", "SETE P001 (5) 0", "SETE P001 (6) 0", "SFTON P001 BF", line)
    zero = read("SUB P001 P001", "SETE P001 (3) 100000", *shift)
    assert reasons(zero) == []
    assert places(zero) == [[1400, 0, 200]]
    moved = read("ADD P002 P001", "MOVL P002 V=100.0 PL=0")
    # What the last run left in P002 is not known at the start.
    assert "position variable P2 is not known here" in reasons(moved)
    copied = read("SET P006 P002", "ADD P006 P001", "MOVL P006 V=100.0 PL=0")
    assert reasons(copied) == []
    assert places(copied) == [[1410, -20, 130.5]]
    counted = read("SET D000 5000", "SET P006 P002", "SETE P006 (3) D000", "MOVL P006 V=9.0 PL=0")
    assert places(counted) == [[1400, 0, 5]]
    branch = read(
        "SET P006 P002", "IFTHENEXP B001=1", "SETE P006 (1) 1", "ENDIF", "MOVL P006 V=9.0 PL=0"
    )
    assert reasons(branch) == ["position variable P6 is not known here"]


def test_outputs_beside_a_motion_are_set_as_it_begins() -> None:
    result = read(
        "MOVJ C00000 VJ=9.00 PL=0", "MOVL C00001 V=9.0 PL=0 NWAIT", "DOUT OT#(2) ON", "CWAIT"
    )
    assert reasons(result) == []
    kinds = [type(s) for s in body(result)]
    assert kinds == [Move, SetSignal, Move]
    assert body(result)[1].at == Along("start")
    pulse = read("MOVL C00001 V=9.0 PL=0 NWAIT", "PULSE OT#(2) T=0.50", "CWAIT")
    marks = [(s.value, s.at) for s in body(pulse) if isinstance(s, SetSignal)]
    assert marks == [(True, Along("start")), (False, Along("start", after=0.5))]
    timed = read("MOVL C00001 V=9.0 PL=0 NWAIT", "TIMER T=0.50", "DOUT OT#(2) ON", "CWAIT")
    assert reasons(timed) == ["MOVL with NWAIT"]
    alone = read("MOVL C00001 V=9.0 PL=0 NWAIT", "MOVL C00000 V=9.0 PL=0")
    assert (reasons(alone), len(moves(alone))) == ([], 2)


def test_arcs_in_a_row_are_parted_by_fpt() -> None:
    steps = ["MOVL C00000 V=9.0 PL=0", "MOVC C00000 V=9.0 PL=0", "MOVC C00002 V=9.0"]
    more = ["MOVC C00001 V=9.0 PL=0 FPT", "MOVC C00002 V=9.0", "MOVC C00000 V=9.0 PL=0"]
    result = read(*steps, *more)
    assert reasons(result) == []
    assert [m.kind for m in moves(result)] == ["linear", "circular", "circular"]
    first, second = moves(result)[1:]
    assert first.to.q is not None
    assert math.degrees(first.to.q[0]) == pytest.approx(10.0, abs=1e-3)
    assert second.via is not None
    assert second.via.q is not None
    assert math.degrees(second.via.q[0]) == pytest.approx(5.0, abs=1e-3)
    assert second.to.q is not None
    assert math.degrees(second.to.q[0]) == pytest.approx(0.0, abs=1e-3)
    four = read(*steps, "MOVC C00001 V=9.0 PL=0", "MOVC C00002 V=9.0 PL=0")
    assert set(reasons(four)) == {"4 MOVC steps in a row, an arc has three"}


def test_a_timer_takes_a_variable_that_is_known() -> None:
    result = read("SET I000 40", "ADD I000 10", "TIMER T=I000")
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.5]
    assert sum(isinstance(s, Assign) for s in body(result)) == 2
    looped = read("SET I000 40", "FOR B001=1 TO 3", "TIMER T=I000", "INC I000", "NEXT B001")
    assert reasons(looped) == ["'TIMER' is not understood here"]
    unknown = read("SET I000 40", "GETS I000 $B001", "TIMER T=I000")
    assert reasons(unknown)[-1] == "'TIMER' is not understood here"


def test_tool_data_must_be_those_of_the_cell() -> None:
    assert reasons(read("SETTOOL TL#(1) P004", "MOVL P002 V=9.0 PL=0")) == []
    other = read("SETTOOL TL#(1) P005", "MOVL P002 V=9.0 PL=0")
    assert reasons(other) == [
        "tool 1 is 1.000 mm from the cell's 'gripper'",
        "tool 1 may be another here",
    ]


def test_a_pulse_of_an_output_that_matters_to_nothing_is_let_pass() -> None:
    assert reasons(read("PULSE OT#(77) T=0.50")) == []
    result = read("PULSE OT#(2) T=0.50", "MOVJ C00000 VJ=9.00 PL=0")
    assert reasons(result) == []
    put = [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    assert put == [("lamp", True, None), ("lamp", False, Along(after=0.5))]
    assert reasons(read("PULSE OT#(2)"))[0].startswith("'PULSE'")
    asked = read("PULSE OT#(77) T=0.50", "WAIT OT#(77)=ON")
    assert [s.signal for s in body(asked) if isinstance(s, SetSignal)] == ["do77", "do77"]


def test_a_pause_stands_and_goes_on() -> None:
    result = read("PAUSE", "MOVJ C00000 VJ=9.00 PL=0", "PAUSE IF IN#(3)=ON")
    assert reasons(result) == []
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.0, 0.0]


def test_broken_jobs_never_crash() -> None:
    lines = [
        "SFTON P001 BF", "MOVL P002 V=100.0 PL=0", "IMOV P001 V=50.0 PL=0 TF", "SFTOF",
        "SETE P001 (3) D000", "ADD P001 P002", "SUB P001 P001", "SET P003 P001", "TIMER T=I000",
        "MOVL C00001 V=9.0 PL=0 NWAIT", "DOUT OT#(2) ON", "CWAIT", "MOVC C00001 V=9.0 PL=0 FPT",
        "PAUSE", "SETTOOL TL#(1) P004", "PULSE OT#(2) T=0.50", "CALL JOB:A", "SET I000 I001",
    ]  # fmt: skip
    rng = random.Random(11)
    for _ in range(120):
        chosen = [rng.choice(lines) for _ in range(rng.randrange(1, 12))]
        at = rng.randrange(len(chosen))
        text = chosen[at]
        cut = rng.randrange(len(text) + 1)
        chosen[at] = text[:cut] + rng.choice(["", "(", ")", "P", "9", "=", " "]) + text[cut + 1 :]
        try:
            result = read(*chosen)
        except BadInput:
            continue
        assert 0 <= result.coverage.understood <= result.coverage.total


def test_a_comment_behind_an_instruction_is_no_part_of_it() -> None:
    plain = ("MOVJ C00000 VJ=10.00 PL=0", "DOUT OT#(1) ON", 'MSG "a //b"')
    noted = ("MOVJ C00000 VJ=10.00 PL=0  //PREPICK", "DOUT OT#(1) ON //ON", 'MSG "a //b"')
    assert reasons(read(*noted)) == []
    assert [repr(s) for s in body(read(*noted))] == [repr(s) for s in body(read(*plain))]
    assert body(read('MSG "a //b" //c'))[0].text == 'MSG "a //b" //c'  # type: ignore[attr-defined]
