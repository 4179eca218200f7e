"""TP places beyond points: increments, offsets, the current position, registers.

The numbers are worked out by hand from the text; the user frame `body` (UF 3) has its pose in the
cell, the tool points down in P[2].
"""

from __future__ import annotations

import numpy as np
import pytest
from controllers_support import cell_of
from readings import body, moves, places, reasons
from tp_text import DOWN, JOINTS, POINTS, STEP, read, understood

from cellsim.domain.program import Assign, Raw
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame


def test_an_increment_is_added_to_where_the_last_motion_stopped() -> None:
    result = understood(
        "L P[2] 100mm/sec FINE", "L P[3] 50mm/sec FINE INC", "L P[3] 50mm/sec FINE INC"
    )
    assert places(result) == [[100, 20, 300], [100, 25, 287.5], [100, 30, 275]]
    joints = read("J P[1] 50% FINE", "J P[4] 50% FINE INC", points=POINTS)
    last = moves(joints)[-1].to.q
    assert last is not None
    # J3 of the pendant is against the ground, so only J1 and J5 change: 0 + 10, -90 + 5.
    assert np.allclose(np.degrees(last), [10, 0, 0, 0, -85, 0])


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("L P[3] 50mm/sec FINE INC",), "a place that is not known"),
        (("L P[2] 100mm/sec CNT50", "L P[3] 50mm/sec FINE INC"), "a place that is not known"),
        (("J P[1] 50% FINE", "L P[3] 50mm/sec FINE INC"), "another kind"),
        (("L P[2] 100mm/sec FINE", "CALL X", "L P[3] 50mm/sec FINE INC"), "may have been set"),
    ],
)
def test_an_increment_from_nowhere_stays_verbatim(lines: tuple[str, ...], why: str) -> None:
    assert why in reasons(read(*lines))[-1]


def test_an_increment_that_turns_stays_verbatim() -> None:
    points = JOINTS + DOWN.format(0, 0, 0) + STEP.format(1)
    result = read("L P[2] 100mm/sec FINE", "L P[3] 50mm/sec FINE INC", points=points)
    assert reasons(result) == ["INC that turns"]


def test_the_current_position_is_where_the_last_motion_stopped() -> None:
    result = understood(
        "L P[2] 100mm/sec FINE", "PR[5]=LPOS", "PR[5,3]=PR[5,3]+80", "L PR[5] 100mm/sec FINE"
    )
    assert places(result) == [[100, 20, 300], [100, 20, 380]]
    passing = read("L P[2] 100mm/sec CNT10", "PR[5]=LPOS", "L PR[5] 100mm/sec FINE")
    assert reasons(passing) == ["position register PR[5] is not known here"]
    other = read("L P[2] 100mm/sec FINE", "UTOOL_NUM=2", "PR[5]=LPOS", "L PR[5] 9mm/sec FINE")
    assert reasons(other) == ["position register PR[5] is not known here"]


def test_registers_add_element_by_element() -> None:
    result = understood(
        "PR[1]=P[2]", "PR[2]=LPOS-LPOS", "PR[2,1]=7", "PR[3]=PR[1]+PR[2]-PR[2]+PR[2]",
        "L PR[3] 100mm/sec FINE",
    )  # fmt: skip
    assert places(result) == [[107, 20, 300]]
    turning = read("PR[1]=P[2]", "PR[2]=PR[1]+PR[1]", "L PR[2] 9mm/sec FINE")
    assert reasons(turning) == ["position register PR[2] is not known here"]
    told = [s.comment for s in body(turning) if isinstance(s, Raw) and s.harmless]
    assert told == ["a position register that is not known from here on"]


def test_elements_by_group_are_those_of_this_group() -> None:
    """PR[GP1:2,3] is element 3 of this robot's part of PR[2]; GP2 is another robot's."""
    result = understood(
        "PR[1]=P[2]", "PR[GP1:1,3]=(50)", "PR[GP2:1,3]=(70)", "PR[GP2:1,1]=R[7:a]",
        "R[3]=PR[GP2:1,3]", "L PR[1] 9mm/sec FINE",
    )  # fmt: skip
    assert places(result) == [[100, 20, 50]]
    (other,) = (s for s in body(result) if isinstance(s, Assign))
    assert other.value.op == "unknown"


def test_an_offset_condition_holds_until_another() -> None:
    lines = ("PR[1]=LPOS-LPOS", "PR[1,3]=40", "OFFSET CONDITION PR[1]")
    result = read(*lines, "L P[2] 100mm/sec FINE Offset", "L P[2] 100mm/sec FINE")
    assert places(result) == [[100, 20, 340], [100, 20, 300]]
    tool = read(*lines, "TOOL_OFFSET CONDITION PR[1],UTOOL[1]", "L P[2] 100mm/sec FINE Tool_Offset")
    assert places(tool) == [[100, 20, 260]]
    changed = read(*lines, "PR[1,3]=41", "L P[2] 100mm/sec FINE Offset")
    assert reasons(changed) == ["motion option Offset"]
    other = read(
        lines[0], lines[1], "OFFSET CONDITION PR[1],UFRAME[5]", "L P[2] 9mm/sec FINE Offset"
    )
    assert reasons(other) == ["motion option Offset"]


def test_an_offset_of_a_point_of_joints_moves_its_pose() -> None:
    """By forward kinematics of the joints: 40 mm up in the user frame, N U T kept."""
    result = read("PR[1]=LPOS-LPOS", "PR[1,3]=40", "L P[1] 100mm/sec FINE Offset,PR[1]")
    (move,) = moves(result)
    cell = cell_of("fanuc")
    tcp = cell.tools["gripper"].tcps["tcp"]
    home = np.radians([0, 0, 0, 0, -90, 0])
    frame_T_tcp = world_T_frame(cell, "body").inverse() @ tcp_pose(chain_of(cell, "arm"), home, tcp)
    assert move.to.pose is not None
    assert np.allclose(move.to.pose.p, frame_T_tcp.p + np.array([0, 0, 0.04]))
    assert move.to.config == "N U T, 0, 0, 0"
    jointly = read("PR[1]=LPOS-LPOS", "PR[1,3]=40", "J P[1] 50% FINE Offset,PR[1]")
    reached = tcp_pose(chain_of(cell, "arm"), np.array(moves(jointly)[0].to.q), tcp)
    assert np.allclose(reached.p, (world_T_frame(cell, "body") @ move.to.pose).p, atol=1e-6)
