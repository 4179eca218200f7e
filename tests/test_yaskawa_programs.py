"""Hand-written INFORM jobs, in the style of the pendant: what the reader makes of each."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.text import ReadResult
from cellsim.domain.program import (
    Assign,
    Call,
    Delay,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    Return,
    SetSignal,
    Statement,
    Wait,
    Zone,
)
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame
from cellsim.units import deg

FOLDER = Path(__file__).parent / "programs" / "yaskawa"
YASKAWA = BRANDS["yaskawa"]


def read(name: str, on_track: bool = False) -> ReadResult:
    cell = cell_of("yaskawa", on_track)
    return YASKAWA.read(load_text(FOLDER / f"{name}.JBI", YASKAWA), cell, "arm")


def body(name: str, on_track: bool = False) -> tuple[Statement, ...]:
    result = read(name, on_track)
    assert result.program.name == name
    return result.program.routines[0].body


def moves(statements: tuple[Statement, ...]) -> list[Move]:
    return [s for s in statements if isinstance(s, Move)]


def degrees(move: Move) -> list[float]:
    assert move.to.q is not None
    return [math.degrees(v) for v in move.to.q[:6]]


def test_home_pulses_are_degrees_by_the_cells_table() -> None:
    """14355 pulses at 1435.5 a degree are 10 degrees; L counts the other way round."""
    first, second, third = moves(body("HOME"))
    assert degrees(first) == pytest.approx([0, 0, 0, 0, -90, 0], abs=1e-3)
    assert degrees(second) == pytest.approx([10, 20, -10, 20, -80, -40], abs=1e-9)
    assert (second.speed.value, second.speed.unit) == (12.5, "%")
    assert second.zone == Zone("pl", 4.0, "level")
    assert (first.accel, second.accel, third.speed.value) == (None, 50.0, 100.0)
    assert read("HOME").coverage.ratio == 1.0


def test_pick_waits_stop_or_branch_and_tools_are_the_positions() -> None:
    statements = body("PICK")
    line = moves(statements)
    assert [m.tool for m in line] == ["gripper", "gripper", "nutrunner", "gripper"]
    assert [str(m.speed) for m in line] == ["50 %", "800 mm/s", "120.5 mm/s", "45 deg/s"]
    first, second = (s for s in statements if isinstance(s, Wait))
    assert (first.timeout_s, first.on_timeout) == (2.5, "")
    assert (second.timeout_s, second.on_timeout) == (60.0, "NOPART")
    assert first.condition.name == "grip_closed"
    assert (
        Delay(0.3, line=24).seconds == next(s for s in statements if isinstance(s, Delay)).seconds
    )
    assert [s.routine for s in statements if isinstance(s, Call)] == ["HOME"]
    result = read("PICK")
    assert [r.name for r in result.program.routines] == ["PICK", "HOME"]
    assert result.coverage.ratio == 1.0


def test_logic_becomes_loops_branches_and_assignments() -> None:
    result = read("LOGIC")
    assert result.coverage.ratio == 1.0
    statements = result.program.routines[0].body
    loop, repeat = (s for s in statements if isinstance(s, Loop))
    assert loop.count == 3
    assert [a.name for a in loop.body if isinstance(a, Assign)] == ["B000", "R001"]
    assert repeat.condition is not None
    assert repeat.condition.op == "and"
    first, switch = (s for s in statements if isinstance(s, If))
    assert first.condition.op == "or"
    inner = first.otherwise[0]
    assert isinstance(inner, If)
    assert inner.condition.op == "<"
    assert isinstance(inner.otherwise[0], Delay)
    assert switch.condition.op == "=="
    second = switch.otherwise[0]
    assert isinstance(second, If)
    assert second.condition.op == "or"
    last = second.otherwise[0]
    assert isinstance(last, Assign)
    assert (last.name, last.value.op, last.value.args[1].op) == ("D000", "*", "+")


def test_jumps_calls_and_returns_under_a_condition() -> None:
    result = read("JUMPS")
    statements = result.program.routines[0].body
    conditional = [s.then[0] for s in statements if isinstance(s, If)]
    assert [type(s) for s in conditional] == [Call, Goto, Goto, Raw]
    assert [s.name for s in statements if isinstance(s, Label)] == ["AGAIN", "OUT"]
    raw = [s.text for s in statements if isinstance(s, Raw)]
    assert raw == ["CALL JOB:ELSEWHERE"]
    paused = next(s for s in statements if isinstance(s, If) and isinstance(s.then[0], Raw))
    assert [getattr(s, "harmless", None) for s in paused.then] == [True, None]
    wipe = result.program.routines[1].body
    assert isinstance(wipe[0], If)
    assert isinstance(wipe[0].then[0], Return)
    assert isinstance(wipe[-1], Return)


def test_frame_joints_are_those_that_rconf_means_and_fk_gives_the_pose_back() -> None:
    """The four numbers were worked out by hand from round joint values."""
    cell = cell_of("yaskawa")
    result = read("FRAME")
    found = moves(result.program.routines[0].body)
    wanted = [
        (10, 20, -10, 0, -80, 40),
        (10, 20, -10, 30, -60, 200),
        (10, 20, -10, -150, 60, 20),
        (-30, -20, 20, 5, -90, 0),
    ]
    for move, angles in zip(found[:4], wanted, strict=True):
        assert degrees(move) == pytest.approx(angles, abs=2e-3) or angles[5] == 20
        assert move.frame == "body"
        assert move.to.pose is not None
        tcp = cell.tools["gripper"].tcps["tcp"]
        there = tcp_pose(chain_of(cell, "arm"), np.array(move.to.q), tcp)
        off, turn = there.distance(world_T_frame(cell, "body") @ move.to.pose)
        assert off < 1e-8
        assert turn < 1e-8
    assert found[0].to.config == "1,0,0,0,0,0"
    assert degrees(found[2])[3:] == pytest.approx([-150, 60, -140], abs=2e-3)
    other, base = result.raw_lines, found[4]
    assert [(r.line, r.reason) for r in other] == [
        (31, "frame USER 5, the relative job's is USER 3")
    ]
    assert base.to.pose is not None
    assert base.to.pose.p == pytest.approx([1.4, 0.0, 0.1 + 0.65])


def test_arcs_are_three_steps_that_begin_where_the_robot_stands() -> None:
    result = read("ARCS")
    found = moves(result.program.routines[0].body)
    assert [m.kind for m in found] == ["joint", "linear", "circular"]
    assert degrees(found[2]) == pytest.approx([10, 10, 0, 0, -90, 0], abs=2e-3)
    assert found[2].via is not None
    assert math.degrees(found[2].via.q[0]) == pytest.approx(5.0, abs=1e-3)  # type: ignore[index]
    assert {r.reason for r in result.raw_lines} == {"5 MOVC steps in a row, an arc has three"}


def test_track_base_axis_is_in_pulses() -> None:
    result = read("TRACK", on_track=True)
    first, second = moves(result.program.routines[0].body)
    assert first.to.q is not None
    assert (first.to.q[6], second.to.q[6]) == (1.0, 2.0)  # type: ignore[index]
    assert result.raw_lines[0].reason == "external axes other than the group's"


def test_modal_speed_shift_and_tool_data() -> None:
    result = read("MODAL")
    found = moves(result.program.routines[0].body)
    assert [str(m.speed) for m in found[:4]] == ["20 %", "150 mm/s", "75 mm/s", "5 %"]
    assert [m.tool for m in found[:4]] == ["gripper", "gripper", "gripper.tip", "gripper"]
    assert len(found) == 6
    reasons = [(r.text.split()[0], r.reason) for r in result.raw_lines]
    assert ("MOVL", "a shift may be on here") in reasons
    assert ("MOVL", "tool 4 may be another here") in reasons
    assert ("MOVL", "speed is not known here") in reasons


def test_opaque_lines_are_kept_verbatim_with_their_reason() -> None:
    result = read("OPAQUE")
    found = moves(result.program.routines[0].body)
    assert len(found) == 3
    assert found[1].line == next(r.line for r in result.raw_lines if r.text.startswith("SETE")) + 2
    reasons = " / ".join(r.reason for r in result.raw_lines)
    for word in ("spline", "increment", "station", "another robot", "UNTIL", "NWAIT", "run time"):
        assert word in reasons
    assert "position variable P1 is not known here" in reasons
    assert "no PL: the corner depends on the speed" in reasons
    assert "1 MOVC steps in a row" in reasons
    assert len(result.raw_lines) == 15
    assert result.coverage.understood == result.coverage.total - 15


def read_lines(*lines: str) -> ReadResult:
    """Return what OPAQUE means with these lines for its own."""
    text = (FOLDER / "OPAQUE.JBI").read_text(encoding="ascii")
    head, end = text.split("NOP\n")[0], "END\n"
    job = "\n".join([f"{head}NOP", *lines, end])
    return YASKAWA.read({"OPAQUE.JBI": job.encode()}, cell_of("yaskawa"), "arm")


def test_din_gives_a_register_one_or_zero() -> None:
    result = read_lines("DIN B005 IN#(3)", "DIN B006 IG#(1)", "DIN D007 IN#(3)", "DIN B008 SIN#(3)")
    first = result.program.routines[0].body[0]
    assert isinstance(first, If)
    assert first.condition.op == "signal"
    (on,), (off,) = first.then, first.otherwise
    assert isinstance(on, Assign)
    assert isinstance(off, Assign)
    assert (on.name, on.value.value, off.name, off.value.value) == ("B005", 1.0, "B005", 0.0)
    assert [r.text for r in result.raw_lines] == ["DIN D007 IN#(3)", "DIN B008 SIN#(3)"]


@pytest.mark.parametrize(
    ("lines", "moved"),
    [
        (["SFTON P001", "SFTOF", "MOVE"], 1),
        (["SFTON P001", "MOVE", "SFTOF", "MOVE"], 1),
        (["SFTON P001", "SFTON P002", "SFTOF", "MOVE"], 0),
        (["SFTON P001", "SFTON P002", "SFTOF", "SFTOF", "MOVE"], 0),
        (["SFTON3D P001", "SFTOF", "MOVE"], 0),
        (["FOR I000=1 TO 3", "SFTON P001", "NEXT I000", "SFTOF", "MOVE"], 0),
    ],
)
def test_one_sftof_ends_one_sfton(lines: list[str], moved: int) -> None:
    step = "MOVJ C00001 VJ=10.00 PL=0"
    result = read_lines(*(step if line == "MOVE" else line for line in lines))
    assert len(moves(result.program.routines[0].body)) == moved


def test_notes_in_shift_jis_and_small_letters() -> None:
    result = read("NOTES")
    assert result.coverage.ratio == 1.0
    statements = result.program.routines[0].body
    comment = statements[0]
    assert getattr(comment, "text", "") == "\u30ef\u30fc\u30af\u3092\u3064\u304b\u3080"
    assert [type(s) for s in statements if not isinstance(s, Raw)][1:] == [
        Move,
        type(comment),
        SetSignal,
        Wait,
        Delay,
    ]


def test_waits_go_on_after_their_time_unless_told() -> None:
    """WAIT with T= and no branch: the label right behind it is where it goes on."""
    statements = body("WAITS")
    waits = [s for s in statements if isinstance(s, Wait)]
    assert [(w.timeout_s, w.on_timeout) for w in waits] == [
        (5.0, "WAIT15"),
        (None, ""),
        (1.0, ""),
        (2.0, "WAIT20"),
    ]
    at = statements.index(waits[0])
    assert isinstance(statements[at + 1], Label)
    stop = statements[-1]
    assert isinstance(stop, If)
    assert isinstance(stop.then[0], Wait)
    assert stop.then[0].timeout_s == 0.0


def test_pose_of_the_first_position_by_rotations_written_out() -> None:
    """R = Rz(22.6194) Ry(9.9089) Rx(-169.1124), multiplied here."""

    def turn(axis: int, angle: float) -> np.ndarray:
        c, s = math.cos(angle * deg), math.sin(angle * deg)
        a, b = [(1, 2), (2, 0), (0, 1)][axis]
        R = np.eye(3)
        R[a, a], R[b, b], R[a, b], R[b, a] = c, c, -s, s
        return R

    first = moves(body("FRAME"))[0]
    assert first.to.pose is not None
    assert pytest.approx(turn(2, 22.6194) @ turn(1, 9.9089) @ turn(0, -169.1124)) == first.to.pose.R
    assert first.to.pose.p == pytest.approx([0.425158, 0.258842, 1.280442])
