"""RAPID: outputs along a motion, pulses and delays, written and read; the numbers by hand."""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import cell_of
from rapid_text import PLACE, read
from readings import body, moves, reasons
from round_trips import there_and_back

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import (
    FINE,
    Delay,
    Move,
    Program,
    SetSignal,
    Statement,
    Target,
    Zone,
)
from cellsim.errors import Refused
from cellsim.geometry import Pose

KIT, ABB = KITS["abb"], BRANDS["abb"]
LINE = KIT.line(tool="gripper", frame="body")
NEXT = KIT.line(tool="gripper", frame="body", to=Target(q=(*KIT.home[:5], 0.3)))


def written(*statements: Statement) -> tuple[list[str], Program]:
    """Return the lines of main, and the program as it is read back."""
    files, _, result = there_and_back("abb", cell_of("abb"), *statements)
    assert result.coverage.ratio == 1.0
    lines = [line.strip() for line in next(iter(files.values())).decode().splitlines()]
    return lines[lines.index("PROC main()") + 1 : lines.index("ENDPROC")], result.program


def along(*at: Along) -> list[SetSignal]:
    return [SetSignal("lamp", True, where) for where in at]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (Along("start"), r"TriggIO eLamp, 0\Start\DOp:=lamp, 1;"),
        (Along("end"), r"TriggIO eLamp, 0\DOp:=lamp, 1;"),
        (Along("end", -0.0125), r"TriggIO eLamp, 12.5\DOp:=lamp, 1;"),
        (Along("start", 0.03), r"TriggIO eLamp, 30\Start\DOp:=lamp, 1;"),
        (Along("end", delay=-0.25), r"TriggIO eLamp, 0.25\Time\DOp:=lamp, 1;"),
        (Along("end", -0.01, after=0.5), r"TriggIO eLamp, 10\DOp:=lamp, 1\DODelay:=0.5;"),
        (Along("start", delay=0.2), r"TriggEquip eLamp, 0\Start, -0.2\DOp:=lamp, 1;"),
        (Along("end", -0.1, -0.05), r"TriggEquip eLamp, 100, 0.05\DOp:=lamp, 1;"),
    ],
)
def test_a_place_along_a_line_is_a_triggdata(at: Along, text: str) -> None:
    lines, _ = written(KIT.joint(tool="gripper"), *along(at), LINE)
    assert lines[1] == text
    assert lines[2].startswith("TriggL p20, v100, eLamp, fine, tGripper")


def test_outputs_keep_their_order_and_known_triggdata_are_set_once() -> None:
    """Eight are the most of a motion; what was said is not said again before a block ends it."""
    two = [SetSignal("lamp", True, Along("start")), SetSignal("grip_close", True, Along("end"))]
    lines, program = written(KIT.joint(tool="gripper"), *two, LINE, *two, NEXT)
    assert [line.split(" ")[0] for line in lines[1:]] == ["TriggIO", "TriggIO", "TriggL", "TriggL"]
    assert r"eLamp\T2:=eGripClose" in lines[3]
    assert r"eLamp\T2:=eGripClose" in lines[4]
    assert len([s for s in program.routines[0].body if isinstance(s, SetSignal)]) == 4
    many = along(*(Along("start", 0.001 * n) for n in range(8)))
    assert r"\T8:=eLamp_8, fine" in written(KIT.joint(tool="gripper"), *many, LINE)[0][-1]
    with pytest.raises(Refused, match="9 outputs along one motion"):
        written(KIT.joint(tool="gripper"), *many, *along(Along("end")), LINE)


def test_an_output_before_a_wait_or_delay_is_said_before_its_motion() -> None:
    lines, _ = written(KIT.joint(tool="gripper"), *along(Along("start")), Delay(0.5), LINE)
    assert [line.split(" ")[0] for line in lines[1:]] == ["WaitTime", "TriggIO", "TriggL"]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (Along("start", -0.01), "beyond its motion"),
        (Along("end", 0.01), "beyond its motion"),
        (Along("end", delay=0.1), "beyond its motion"),
        (Along("start", delay=-0.1), "beyond its motion"),
        (Along("end", -0.1, -0.1, 0.5), "output at end"),
        (Along("now"), "output for or after 0 s"),
        (Along("now", 0.1), "output at now"),
    ],
)
def test_what_no_triggdata_says_is_refused(at: Along, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        written(KIT.joint(tool="gripper"), *along(at), LINE)


def test_joint_motions_and_arcs_have_their_own_words() -> None:
    via = Target(q=(*KIT.home[:5], 0.1))
    arc = KIT.line(tool="gripper", frame="body", kind="circular", via=via)
    joint = KIT.joint(tool="gripper", to=Target(q=(*KIT.home[:5], 0.2)))
    at = along(Along("end", delay=-0.1))
    lines, program = written(KIT.joint(tool="gripper"), *at, joint, *at, arc)
    assert lines[2].startswith(r"TriggAbsJ j20\NoEOffs, ")
    assert lines[3].startswith("TriggC p30, p40, v100, eLamp, fine, ")
    assert [m.kind for m in program.routines[0].body if isinstance(m, Move)][1:] == [
        "joint",
        "circular",
    ]


def test_a_pulse_is_high_for_its_time_and_a_delay_is_no_stop() -> None:
    on, off = SetSignal("lamp", True), SetSignal("lamp", False, Along(after=0.5))
    lines, _ = written(KIT.joint(tool="gripper"), on, off, LINE)
    assert lines[1] == r"PulseDO\High\PLength:=0.5, lamp;"
    on, off = SetSignal("lamp", False), SetSignal("lamp", True, Along(after=0.5))
    lines, _ = written(KIT.joint(tool="gripper"), on, off, LINE)
    assert lines[1:3] == ["SetDO lamp, 0;", r"SetDO\SDelay:=0.5, lamp, 1;"]


def test_a_corner_is_kept_before_an_output_of_the_next_motion_and_not_before_a_delayed_one() -> (
    None
):
    zone = Zone("distance", 10.0, "mm")
    flying = KIT.line(tool="gripper", frame="body", zone=zone)
    _, program = written(KIT.joint(tool="gripper"), flying, *along(Along("start")), NEXT)
    zones = [m.zone for m in program.routines[0].body if isinstance(m, Move)]
    assert zones == [FINE, zone, FINE]
    _, program = written(KIT.joint(tool="gripper"), flying, *along(Along(after=0.5)), NEXT)
    assert {m.zone for m in program.routines[0].body if isinstance(m, Move)} == {FINE}


TRIGGER = "TriggL p2, v500, tr, z10, gripper\\WObj:=wobj0;"


def test_triggers_are_read_with_their_lag_their_delay_and_their_fellows() -> None:
    line = f"MoveL p1, {PLACE}"
    result = read(
        line,
        "TriggEquip tr, 100\\Start, 0.1\\DOp:=lamp, 1;",
        "TriggIO t2, 5\\DOp:=grip_close, low\\DODelay:=0.2;",
        TRIGGER.replace("tr,", "tr\\T2:=t2,"),
        line,
    )
    assert reasons(result) == []
    puts = [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    first = ("lamp", True, Along("start", 0.1, -0.1))
    assert puts == [first, ("grip_close", False, Along("end", -0.005, 0.0, 0.2))]


def test_a_distance_may_be_a_constant_and_no_variable() -> None:
    """n is a variable of the module, z a constant of the routine."""
    line, fine = f"MoveL p1, {PLACE}", TRIGGER.replace("z10", "fine")
    known = read("CONST num z:=30;", line, "TriggIO tr, z\\DOp:=lamp, 1;", fine)
    assert reasons(known) == []
    assert [s.at for s in body(known) if isinstance(s, SetSignal)] == [Along("end", -0.03)]
    open_ = read(line, "TriggIO tr, n\\DOp:=lamp, 1;", fine)
    assert reasons(open_) == ["a triggdata whose numbers are not known"]


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        ("TriggEquip tr, 0, -0.1\\DOp:=lamp, 1;", "a triggdata that acts beyond its motion"),
        ("TriggEquip tr, 0\\Start, 0.1\\DOp:=lamp, 1;", "a triggdata that acts beyond its motion"),
        ("TriggEquip tr, 5\\Time, 0.1\\DOp:=lamp, 1;", "a triggdata that is not known"),
        ("TriggInt tr, 5, i1;", "a triggdata that is not known"),
        ("TriggIO tr, 5\\DOp:=lamp, 1; TriggDataReset tr;", "a triggdata that is not known"),
    ],
)
def test_what_a_triggdata_may_not_say_is_not_understood(trigger: str, reason: str) -> None:
    result = read(f"MoveL p1, {PLACE}", trigger, TRIGGER.replace("z10", "fine"))
    assert reasons(result) == [reason]
    assert len(moves(result)) == 1


def test_a_triggdata_of_a_branch_is_known_where_both_ways_set_the_same() -> None:
    line, fine = f"MoveL p1, {PLACE}", TRIGGER.replace("z10", "fine")
    way = "IF ready=1 THEN", "ELSE", "ENDIF"
    five, six = (f"TriggIO tr, {mm}\\DOp:=lamp, 1;" for mm in (5, 6))
    same = read(line, way[0], five, way[1], five, way[2], fine)
    assert reasons(same) == []
    differs = read(line, way[0], five, way[1], six, way[2], fine)
    assert reasons(differs) == ["a triggdata that is not known"]


def test_the_pose_of_a_triggered_line_is_that_of_a_plain_one() -> None:
    line = f"MoveL p2, {PLACE}"
    plain = moves(read(line))[0].to.pose
    triggered = moves(read("TriggIO tr, 5\\DOp:=lamp, 1;", TRIGGER))[0].to.pose
    assert isinstance(plain, Pose)
    assert isinstance(triggered, Pose)
    assert plain.distance(triggered) == (0.0, 0.0)
