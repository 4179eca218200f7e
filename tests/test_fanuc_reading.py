"""TP beyond points and branches: increments, offsets, backups, arguments, pauses, German listings.

The numbers are worked out by hand from the text; the user frame `body` (UF 3) has its pose in the
cell, the tool points down in P[2].
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.fanuc.backup import backup_of
from cellsim.controllers.text import ReadResult
from cellsim.controllers.writing.lines import all_statements
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Delay, Goto, If, Move, Raw, SetSignal, Speed, Statement
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

JOINTS = (
    "P[1]{\n GP1:\n UF : 3, UT : 1,\n J1= 0 deg, J2= 0 deg, J3= 0 deg,\n"
    " J4= 0 deg, J5= -90 deg, J6= 0 deg\n};\n"
)
DOWN = (
    "P[2]{{\n GP1:\n UF : 3, UT : 1, CONFIG : 'N U T, 0, 0, 0',\n X = {} mm, Y = {} mm, Z = {} mm,"
    "\n"
    " W = 180 deg, P = 0 deg, R = 0 deg\n}};\n"
)
STEP = (
    "P[3]{{\n GP1:\n UF : 3, UT : 1, CONFIG : 'N U T, 0, 0, 0',\n X = 0 mm, Y = 5 mm,"
    " Z = -12.5 mm,\n"
    " W = {} deg, P = 0 deg, R = 0 deg\n}};\n"
)
TURN = (
    "P[4]{\n GP1:\n UF : 3, UT : 1,\n J1= 10 deg, J2= 0 deg, J3= 0 deg,\n"
    " J4= 0 deg, J5= 5 deg, J6= 0 deg\n};\n"
)
POINTS = JOINTS + DOWN.format(100, 20, 300) + STEP.format(0) + TURN
FRAMES = ("UFRAME_NUM=3", "UTOOL_NUM=1")


def text_of(lines: tuple[str, ...], name: str = "A", points: str = POINTS) -> bytes:
    body = "\n".join(f"{i:4d}:{line} ;" for i, line in enumerate(lines, 1))
    return f"/PROG  {name}\n/ATTR\n/MN\n{body}\n/POS\n{points}/END\n".encode()


def read(*lines: str, beside: dict[str, bytes] | None = None, points: str = POINTS) -> ReadResult:
    files = {"A.LS": text_of((*FRAMES, *lines), points=points), **(beside or {})}
    return BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")


def body(result: ReadResult, routine: int = 0) -> list[Statement]:
    return list(all_statements(result.program.routines[routine].body))


def moves(result: ReadResult) -> list[Move]:
    return [s for s in body(result) if isinstance(s, Move)]


def places(result: ReadResult) -> list[list[float]]:
    """Return X, Y, Z [mm] of the pose targets, each in its frame."""
    found = [m.to.pose for m in moves(result) if m.to.pose is not None]
    return [[round(1000.0 * v, 6) + 0.0 for v in pose.p] for pose in found]


def reasons(result: ReadResult) -> list[str]:
    return [raw.reason for raw in result.raw_lines]


def test_an_increment_is_added_to_where_the_last_motion_stopped() -> None:
    result = read("L P[2] 100mm/sec FINE", "L P[3] 50mm/sec FINE INC", "L P[3] 50mm/sec FINE INC")
    assert reasons(result) == []
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
    result = read(
        "L P[2] 100mm/sec FINE", "PR[5]=LPOS", "PR[5,3]=PR[5,3]+80", "L PR[5] 100mm/sec FINE"
    )
    assert reasons(result) == []
    assert places(result) == [[100, 20, 300], [100, 20, 380]]
    passing = read("L P[2] 100mm/sec CNT10", "PR[5]=LPOS", "L PR[5] 100mm/sec FINE")
    assert reasons(passing)[0] == "a position register that is computed"
    other = read("L P[2] 100mm/sec FINE", "UTOOL_NUM=2", "PR[5]=LPOS")
    assert reasons(other) == ["a position register that is computed"]


def test_registers_add_element_by_element() -> None:
    result = read(
        "PR[1]=P[2]", "PR[2]=LPOS-LPOS", "PR[2,1]=7", "PR[3]=PR[1]+PR[2]-PR[2]+PR[2]",
        "L PR[3] 100mm/sec FINE",
    )  # fmt: skip
    assert reasons(result) == []
    assert places(result) == [[107, 20, 300]]
    turning = read("PR[1]=P[2]", "PR[2]=PR[1]+PR[1]")
    assert reasons(turning) == ["a position register that is computed"]


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


POSREG = b"""[*POSREG*]$POSREG  Storage: CMOS  Access: RW  : ARRAY[2,9] OF Position Reg
    [1,1] =   'lift'
  Group: 1   Config: N U T, 0, 0, 0
  X:      .500   Y:     0.000   Z:    60.000
  W:     0.000   P:     0.000   R:     0.000
    [1,2] =   'J up'   Group: 1
  J1 =     1.000 deg   J2 =     0.000 deg   J3 =     0.000 deg
  J4 =     0.000 deg   J5 =     2.000 deg   J6 =      .000 deg

    [1,3] =   '' Uninitialized
    [1,4] =   'place'
  Group: 1   Config: N U T, 0, 0, 0
  X:   250.000   Y:   -40.000   Z:   120.000
  W:  -180.000   P:     0.000   R:    90.000
    [2,1] =   ''   Group: 2
  J1 =    45.000 deg
"""
NUMREG = b"""[*NUMREG*]$NUMREG  Storage: SHADOW  Access: RW  : ARRAY[200] OF Numeric Reg
  [1] = 250  'speed'
  [2] = -2.700000  'step'
[*NUMREG*]$MAXREGNUM  Storage: CMOS  Access: RW  : INTEGER = 200
"""
BESIDE = {"POSREG.VA": POSREG, "numreg.va": NUMREG}


def test_a_backup_gives_the_registers_that_no_text_sets() -> None:
    result = read(
        "L P[2] R[1]mm/sec FINE Offset,PR[1:lift]", "J P[1] 50% FINE Offset,PR[2]",
        "L PR[4] 100mm/sec FINE",
        beside=BESIDE,
    )  # fmt: skip
    assert reasons(result) == []
    assert moves(result)[0].speed == Speed(250.0, "mm/s")
    assert places(result) == [[100.5, 20, 360], [250, -40, 120]]
    added = moves(result)[1].to.q
    assert added is not None
    assert np.allclose(np.degrees(added), [1, 0, 0, 0, -88, 0])
    assert "R[1] is taken from the backup" in result.notes
    assert "PR[4] is taken from the backup" in result.notes
    without = read("L P[2] R[1]mm/sec FINE", "L PR[4] 100mm/sec FINE")
    assert len(reasons(without)) == 2


def test_what_the_programs_set_is_not_what_the_backup_says() -> None:
    """The value at the start is that of the run before; one that is set by its number, any."""
    late = read("L P[2] R[1]mm/sec FINE", "R[1]=100", beside=BESIDE)
    assert reasons(late) == ["the speed is not known here"]
    indirect = read("L P[2] R[1]mm/sec FINE", "R[R[9]]=100", beside=BESIDE)
    assert "the speed is not known here" in reasons(indirect)
    element = read("L P[2] 99mm/sec FINE Offset,PR[1]", "PR[1,3]=5", beside=BESIDE)
    assert reasons(element) == ["motion option Offset,PR[1]: not known here"]
    first = read("PR[1,3]=5", "L P[2] 99mm/sec FINE Offset,PR[1]", beside=BESIDE)
    assert places(first) == [[100.5, 20, 305]]
    unknown = read("CALL X", "L P[2] R[1]mm/sec FINE", beside=BESIDE)
    assert "may have been set by the program" in reasons(unknown)[-1]
    assert [m.speed for m in moves(unknown)] == []
    asked = read("IF R[1]=100,JMP LBL[1]", "LBL[1]", "L P[2] R[1]mm/sec FINE", beside=BESIDE)
    assert reasons(asked) == []


def sysframe(frame: Pose, tool: Pose) -> bytes:
    rows = []
    for name, number, pose in (("$MNUFRAME", 3, frame), ("$MNUTOOL", 1, tool)):
        w, p, r = (math.degrees(v) for v in pose.rpy())
        x, y, z = pose.p * 1000.0
        rows.append(
            f"[*SYSTEM*]{name}  Storage: SHADOW  Access: RW  : ARRAY[1,10] OF POSITION\n"
            f"    [1,{number}] =\n  Group: 1   Config: N D B, 0, 0, 0\n"
            f"  X: {x:9.3f}   Y: {y:9.3f}   Z: {z:9.3f}\n"
            f"  W: {w:9.3f}   P: {p:9.3f}   R: {r:9.3f}\n"
        )
    return "".join(rows).encode()


def controller_frame() -> tuple[Pose, Pose]:
    """Return UF 3 and UT 1 as the controller of the cell would hold them."""
    cell = cell_of("fanuc")
    group = cell.groups["arm"]
    world_T_base = world_T_frame(cell, "group:arm.base") @ group.robot.controller_base
    return world_T_base.inverse() @ world_T_frame(cell, "body"), cell.tools["gripper"].tcps["tcp"]


def test_frames_of_the_backup_must_be_those_of_the_cell() -> None:
    frame, tool = controller_frame()
    same = read("L P[2] 99mm/sec FINE", beside={"SYSFRAME.VA": sysframe(frame, tool)})
    assert reasons(same) == []
    assert (moves(same)[0].frame, places(same)) == ("body", [[100, 20, 300]])
    off = sysframe(Pose.translation(0.0, 0.0, 0.005) @ frame, tool)
    assert "UF 3 is 5.000 mm and 0.000 deg from the cell's 'body'" in reasons(
        read("L P[2] 99mm/sec FINE", beside={"SYSFRAME.VA": off})
    )
    longer = sysframe(frame, Pose.translation(0, 0, 0.01) @ tool)
    assert "UT 1 is 10.000 mm and 0.000 deg from the cell's 'gripper'" in reasons(
        read("L P[2] 99mm/sec FINE", beside={"SYSFRAME.VA": longer})
    )


def test_a_frame_that_the_program_sets_by_value_is_that_place() -> None:
    """UFRAME[7]=PR[4] is a frame the cell has not: the pose is given in the robot's base."""
    points = POINTS.replace("P[2]{\n GP1:\n UF : 3", "P[2]{\n GP1:\n UF : 7")
    lines = ("UFRAME[7]=PR[4]", "UFRAME_NUM=7", "L P[2] 99mm/sec FINE")
    result = read(*lines, beside={"POSREG.VA": POSREG}, points=points)
    assert reasons(result) == []
    (move,) = moves(result)
    assert move.frame == "group:arm.base"
    # PR[4] stands at 250, -40, 120, turned by R 90 about z, then by W -180 about x.
    z = cell_of("fanuc").groups["arm"].robot.controller_base.p[2] * 1000.0
    assert places(result) == [[250 + 20, -40 + 100, round(120 - 300 + z, 6)]]
    assert reasons(read(*lines, points=points))[0] == "a value of UFRAME[] that is not known"


def test_constant_arguments_stand_in_the_place_of_their_registers() -> None:
    sub = text_of(("R[AR[1]]=AR[2]", "DO[AR[1]]=ON", "!AR[1] is the number"), "SUB", "")
    result = read("CALL SUB(2,5.5)", "CALL SUB(1,-3)", beside={"SUB.LS": sub})
    assert reasons(result) == []
    assert [r.name for r in result.program.routines] == ["A", "SUB_1", "SUB_2"]
    first, second = body(result, 1), body(result, 2)
    assert [s.name for s in first + second if isinstance(s, Assign)] == ["r2", "r1"]
    outputs = [s.signal for s in first + second if isinstance(s, SetSignal)]
    assert outputs == ["lamp", "grip_close"]


def test_calls_in_circles_with_arguments_end() -> None:
    sub = text_of(("IF AR[1]=0,END", "CALL SUB(0)", "CALL SUB(AR[1]-1)"), "SUB", "")
    result = read("CALL SUB(3)", beside={"SUB.LS": sub})
    assert any("may call itself" in reason for reason in reasons(result))


def test_a_pause_stands_and_goes_on() -> None:
    result = read("J P[1] 50% FINE", "PAUSE", "UALM[3]", "L P[2] 99mm/sec FINE")
    assert reasons(result) == []
    waits = [s for s in body(result) if isinstance(s, Delay)]
    assert [w.seconds for w in waits] == [0.0, 0.0]
    assert sum(isinstance(s, Raw) and s.harmless for s in body(result)) == 2
    assert len(moves(result)) == 2


def test_the_override_slows_what_follows() -> None:
    result = read(
        "OVERRIDE=50%", "L P[2] 300mm/sec FINE", "J P[1] 80% FINE", "L P[2] 2sec FINE",
        "OVERRIDE=100%", "L P[2] 300mm/sec FINE",
    )  # fmt: skip
    assert reasons(result) == []
    speeds = [str(m.speed) for m in moves(result)]
    assert speeds == ["150 mm/s", "40 %", "4 s", "300 mm/s"]
    assert reasons(read("OVERRIDE=R[9]", "L P[2] 300mm/sec FINE")) == [
        "a value that is not known here"
    ]
    assert reasons(read("OVERRIDE=0%")) == ["a value that is not known here"]


def test_a_motion_with_a_skip_goes_on_both_ways() -> None:
    result = read("SKIP CONDITION DI[3]=ON", "L P[2] 9mm/sec FINE Skip,LBL[7]", "LBL[7]")
    assert reasons(result) == ["motion option Skip,LBL[7]"]
    (branch,) = (s for s in body(result) if isinstance(s, If))
    assert branch.condition.op == "unknown"
    (onward,) = branch.otherwise
    assert isinstance(onward, Goto)
    assert onward.label == "lbl7"


def test_an_output_near_a_point_is_set_on_its_way() -> None:
    result = read(
        "L P[2] 9mm/sec CNT20 TB .30sec,DO[2]=ON", "L P[3] 9mm/sec FINE TA .20sec,DO[2]=OFF",
        "L P[2] 9mm/sec FINE DB 12.5mm,DO[1]=ON",
    )  # fmt: skip
    assert reasons(result) == []
    put = [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    assert put == [
        ("lamp", True, Along("end", delay=-0.3)),
        ("lamp", False, Along("end", after=0.2)),
        ("grip_close", True, Along("end", path=-0.0125)),
    ]
    assert [type(s) for s in body(result)] == [SetSignal, Move] * 3
    assert reasons(read("L P[2] 9mm/sec FINE TB .10sec,CALL X")) == ["TB 0.1sec,CALL X"]
    joint = read("J P[1] 9% FINE DB 12.5mm,DO[2]=ON")
    assert reasons(joint) == ["DB 12.5mm,DO[2]=ON"]
    assert reasons(read("J P[1] 9% FINE DB 12.5mm,DO[77]=ON")) == []


def test_a_pulse_goes_back_while_the_program_goes_on() -> None:
    result = read("DO[2]=PULSE,0.5sec", "DO[77]=PULSE,0.5sec", "J P[1] 50% FINE")
    assert reasons(result) == []
    put = [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    assert put == [("lamp", True, None), ("lamp", False, Along(after=0.5))]
    assert reasons(read("DO[2]=PULSE")) == ["a value of DO[] that is not known"]


def test_what_comes_from_outside_is_free_and_not_misunderstood() -> None:
    result = read("R[3]=(TIMER[1])", "R[4]=GI[2]", "IF (GI[1]=3 OR UI[2]),JMP LBL[1]", "LBL[1]")
    assert reasons(result) == []
    assert [s.value.op for s in body(result) if isinstance(s, Assign)] == ["unknown", "unknown"]
    assert reasons(read("R[3]=R[R[8]]+GI[1]")) == ["a value this reader does not know"]


def test_a_wait_with_a_comma_before_its_timeout() -> None:
    result = read("$WAITTMOUT=150", "WAIT DI[1]=ON AND DI[3]=ON, TIMEOUT,LBL[1]", "LBL[1]")
    assert reasons(result) == []


GERMAN = """/PROG  TEILE
/ATTR
EIGN.\t\t= MNEDITOR;
KOMMENTAR\t= "TEILE";
ZEILEN\t\t= 14;
KONTROLLCODE\t= 00000000 00000000;
/MN
   1:  BENUTZER_NUM=3 ;
   2:  WKZ_NUM=1 ;
   3:  !A[2] AN ist die Lampe ;
   4:J P[1] 100% FINE    ;
   5:  WENN (!E[3]),SPRUNG LABEL[1] ;
   6:  A[2]=AN ;
   7:  WARTE (E[1] [&] !E[3] [+] F[4])    ;
   8:  i[400]=i[400]+1    ;
   9:  gA[19]=11 ;
  10:L P[2] 2000mm/sek CNT100 ACC100 ZEIT VOR   0.00sek,A[2]=AUS    ;
  11:  LABEL[1] ;
  12:  WARTE    .50(sek) ;
  13:L P[2] 500mm/sek FINE ZEIT VOR    .10sek,P-SPS    ;
      1:  FB-PSPS (AN) ;
      2:  BENUTZER_NUM=5 ;
       ------ ;
  14:  ENDE ;
/POS
"""


def test_a_listing_of_a_german_pendant_says_the_same() -> None:
    text = GERMAN + POINTS.replace("CONFIG", "KONFIG") + "/END\n"
    result = BRANDS["fanuc"].read({"TEILE.LS": text.encode()}, cell_of("fanuc"), "arm")
    assert reasons(result) == [
        "TB 0.1sec,P-SPS",
        "logic that runs at a point",
        "logic that runs at a point",
    ]
    assert not any("LINE_COUNT" in note or "line number" in note for note in result.notes)
    found = moves(result)
    assert [m.line for m in found] == [11, 17, 20]
    assert found[1].speed == Speed(2000.0, "mm/s")
    outputs = [(s.signal, s.value) for s in body(result) if isinstance(s, SetSignal)]
    assert outputs == [("lamp", True), ("lamp", False)]
    (counted,) = (s for s in body(result) if isinstance(s, Assign))
    assert counted.name == "r400"
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.5]
    # The same words in a listing that is not German are no instructions.
    english = text.replace("EIGN.", "OWNER").replace("KOMMENTAR", "COMMENT").replace("ZEILEN", "X")
    english = english.replace("KONTROLLCODE", "CONTROL_CODE")
    assert (
        len(reasons(BRANDS["fanuc"].read({"T.LS": english.encode()}, cell_of("fanuc"), "arm"))) > 8
    )


def test_tables_beside_a_file_are_read_with_it(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "A.LS").write_bytes(text_of((*FRAMES, "L PR[4] 9mm/sec FINE")))
    (folder / "posreg.va").write_bytes(POSREG)
    files = load_text(folder / "A.LS", BRANDS["fanuc"])
    assert set(files) == {"A.LS", "posreg.va"}
    result = BRANDS["fanuc"].read(files, cell_of("fanuc"), "arm")
    assert places(result) == [[250, -40, 120]]


def test_tables_that_are_broken_say_nothing_and_never_crash() -> None:
    import random

    rng = random.Random(7)
    for data in (POSREG, NUMREG):
        for _ in range(150):
            cut = bytearray(data)
            for _ in range(rng.randrange(1, 6)):
                cut[rng.randrange(len(cut))] = rng.randrange(1, 128)
            at = rng.randrange(len(cut))
            backup_of({"POSREG.VA": bytes(cut[:at] + cut[at + rng.randrange(40) :])})
    with pytest.raises(BadInput, match="zero byte"):
        backup_of({"POSREG.VA": b"a\0b"})
    assert not backup_of({"POSREG.VA": b"  \n"})


def test_an_axis_of_the_backup_that_the_arm_has_not_is_no_place() -> None:
    extended = POSREG.replace(b"R:    90.000\n", b"R:    90.000\n  EXT1:    40.492 mm\n")
    result = read("L PR[4] 9mm/sec FINE", beside={"POSREG.VA": extended})
    assert reasons(result) == ["a point with an external axis that the group has not"]
