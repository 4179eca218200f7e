"""Hand-written TP programs in the style of backups: what is read of them, in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from controllers_support import cell_of
from readings import body, degrees, moves, reasons
from tp_programs import PROGRAMS, read, said

from cellsim.controllers.brands import BRANDS, read_files
from cellsim.domain.program import FINE, Assign, Call, Goto, If, Move, SetSignal, Speed, Wait, Zone
from cellsim.errors import BadInput
from cellsim.geometry import Pose, rotation_rpy
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of
from cellsim.units import deg

HOME = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)


def test_every_program_is_read_and_says_how_much_of_it() -> None:
    names = sorted(path.stem for path in PROGRAMS.glob("*.LS"))
    assert len(names) >= 12
    for name in names:
        result = read(name)
        assert result.program.name == name
        assert result.coverage.total - result.coverage.understood == len(result.raw_lines)


def test_home_has_a_byte_order_mark_and_numbers_without_a_leading_zero() -> None:
    result = read("HOME")
    (move,) = moves(result)
    assert degrees(move) == list(HOME)
    assert (move.speed, move.zone, move.tool, move.frame) == (
        Speed(25.0, "%"),
        FINE,
        "gripper",
        "body",
    )
    assert move.to.name == "home"
    assert result.coverage.ratio == 1.0
    assert result.notes == ()


def test_pick_takes_frames_from_the_active_numbers_and_calls_with_arguments() -> None:
    result = read("PICK")
    assert [r.name for r in result.program.routines] == ["PICK", "GRIPCLS"]
    first, down, up, last = moves(result)
    # J3 of the pendant is against the ground: the joint is J3 + J2.
    assert degrees(first) == [10.0, 5.0, -7.5, 0.0, -77.5, -10.0]
    assert first.zone == Zone("cnt", 60.0)
    assert down.to.pose is not None
    by_hand = Pose(rotation_rpy(180 * deg, 0.0, 30 * deg), np.array([0.1, -0.0505, -0.00025]))
    assert down.to.pose.distance(by_hand)[0] < 1e-12
    assert down.to.pose.distance(by_hand)[1] < 1e-7
    assert (down.speed, down.accel) == (Speed(120.0, "mm/s"), 80.0)
    assert (up.kind, degrees(up)) == ("linear", degrees(first))
    assert last.speed == Speed(1.5, "s")
    # The argument stands in the place of AR[1] in what is called.
    assert not any(isinstance(s, Assign) for s in body(result))
    (branch,) = (s for s in body(result, 1) if isinstance(s, If))
    assert [part.value for part in branch.condition.args] == [1.0, 1.0]
    (wait,) = (s for s in body(result) if isinstance(s, Wait))
    assert (wait.timeout_s, wait.on_timeout) == (2.5, "")
    assert result.coverage.ratio == 1.0


def test_arcs_take_two_lines_and_speeds_their_units() -> None:
    result = read("ARCS")
    first, line, arc, turn, quick, inches = moves(result)
    assert degrees(first) == [-30.0, 10.0, -10.0, 5.0, -60.0, 45.0]
    assert line.speed == Speed(100.0, "mm/s")
    assert (line.accel, line.zone) == (50.0, Zone("cnt", 20.0))
    assert arc.kind == "circular"
    assert arc.via is not None
    assert arc.via.pose is not None
    assert arc.to.pose is not None
    assert np.allclose(arc.via.pose.p, [0.05, 0.05, 0.3])
    assert np.allclose(arc.to.pose.p, [0.1, 0.0, 0.3])
    assert arc.zone == Zone("cnt", 0.0)
    assert turn.speed == Speed(30.0, "deg/s")
    assert quick.speed == Speed(0.25, "s")
    assert inches.speed.value == pytest.approx(120 * 25.4 / 60)
    assert {m.tool for m in moves(result)} == {"nutrunner"}
    assert {m.frame for m in moves(result)} == {"pallet"}


def test_select_and_if_with_actions_are_chains_of_ifs() -> None:
    result = read("CHOOSE")
    assert result.coverage.ratio == 1.0
    select = result.program.routines[0].body[0]
    assert isinstance(select, If)
    assert isinstance(select.then[0], Call)
    (second,) = select.otherwise
    assert isinstance(second, If)
    assert isinstance(second.then[0], Goto)
    assert (second.then[0].label, second.otherwise[0].label) == ("lbl2_two", "lbl9_end")  # type: ignore[attr-defined]
    both = [s.condition.op for s in body(result) if isinstance(s, If)]
    assert both == ["==", "==", "and", "and", "not", "not"]


def test_external_axes_and_groups_that_the_cell_has_not() -> None:
    result = read("GROUPS")
    assert [m.line for m in moves(result)] == [25, 27, 29]
    assert any("further groups" in note for note in result.notes)
    assert reasons(result) == [
        "a point with an external axis that the group has not",
        "point: X has no value",
    ]


def test_other_code_pages_remarks_and_harmless_instructions() -> None:
    result = read("GREIFEN")
    assert [raw.line for raw in result.raw_lines] == [35, 36]
    texts = [s.text for s in body(result) if hasattr(s, "text")]
    assert texts[0] == "Teil greifen, prüfen"
    assert "L P[9] 100mm/sec FINE    ;".rstrip("; ") in texts[2]


def test_outputs_in_a_corner_and_those_at_another_time() -> None:
    result = read("PASSING")
    first, second = body(result)[:2]
    assert isinstance(first, Move)
    assert isinstance(second, SetSignal)
    assert (second.signal, second.value, second.line) == ("lamp", True, first.line)
    # HOME is not given: what it sets, the motion behind may run with
    assert [raw.line for raw in result.raw_lines] == [29, 30]


def test_a_joint_motion_to_a_pose_has_the_joints_of_its_config() -> None:
    """The world of this robot stands 670 mm above its foot; flange at 1592, 0, 1085 at home."""
    result = read("CARTHOME")
    first, flipped, turned, line = moves(result)
    assert np.allclose(degrees(first), HOME, atol=1e-4)
    assert np.allclose(degrees(flipped), (0, 0, 0, 180, 90, -180), atol=1e-4)
    assert np.allclose(degrees(turned), (0, 0, 0, 0, -90, 360), atol=1e-4)
    assert degrees(line) == [0.0, 10.0, 0.0, 0.0, -80.0, 0.0]
    assert any("LINE_COUNT is 7, the text has 6 lines" in note for note in result.notes)
    cell = cell_of("fanuc")
    chain = chain_of(cell, "arm")
    tcp = cell.tools["gripper"].tcps["tcp"]
    poses = [tcp_pose(chain, np.array(m.to.q), tcp) for m in (first, flipped, turned)]
    for pose in poses[1:]:
        assert pose.distance(poses[0])[0] < 1e-9


def test_a_file_is_read_with_the_programs_it_calls_and_no_others() -> None:
    job = read_files(PROGRAMS / "PICK.LS", cell_of("fanuc"), "", "fanuc")
    assert [r.name for r in job.programs["arm"].routines] == ["PICK", "GRIPCLS"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("/END", ""), "truncated"),
        (("/PROG  HOME", ""), "no /PROG"),
        (("/MN", "/MM"), "no /MN"),
        (("};", ""), "has no end"),
        (("J P[1:home]", "JMP LBL[3] ;\n   6:J P[1]"), "nowhere"),
    ],
)
def test_a_text_without_its_parts_is_bad_input(edit: tuple[str, str], said: str) -> None:
    text = (PROGRAMS / "HOME.LS").read_bytes().decode("utf-8-sig").replace(*edit)
    with pytest.raises(BadInput, match=said):
        BRANDS["fanuc"].read({"HOME.LS": text.encode()}, cell_of("fanuc"), "arm")


def test_the_else_of_a_block_around_a_select_is_not_its_last_case() -> None:
    lines = ("IF (DI[3]) THEN", "SELECT R[1]=1,JMP LBL[1]", "ELSE", "DO[2]=ON", "ENDIF", "LBL[1]")
    result = said(*lines)
    assert result.raw_lines == ()
    outer = next(s for s in result.program.routines[0].body if isinstance(s, If))
    assert isinstance(outer.then[0], If)
    assert outer.then[0].otherwise == ()
    assert isinstance(outer.otherwise[0], SetSignal)
    assert reasons(said("SELECT R[1]=1,JMP LBL[1]", "=2", "LBL[1]")) == ["a case that does nothing"]
