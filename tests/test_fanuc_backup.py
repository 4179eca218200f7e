"""Tables of a backup beside TP programs: registers, frames and tools."""

from __future__ import annotations

import math

import numpy as np
import pytest
from controllers_support import cell_of
from readings import moves, places, reasons
from tp_text import FRAMES, POINTS, read, text_of, understood

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.fanuc.backup import backup_of
from cellsim.domain.program import Speed
from cellsim.errors import BadInput
from cellsim.geometry import Pose
from cellsim.kinematics.frames import world_T_frame

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
    result = understood(
        "L P[2] R[1]mm/sec FINE Offset,PR[1:lift]", "J P[1] 50% FINE Offset,PR[2]",
        "L PR[4] 100mm/sec FINE",
        beside=BESIDE,
    )  # fmt: skip
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
    understood("IF R[1]=100,JMP LBL[1]", "LBL[1]", "L P[2] R[1]mm/sec FINE", beside=BESIDE)


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
    same = understood("L P[2] 99mm/sec FINE", beside={"SYSFRAME.VA": sysframe(frame, tool)})
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
    result = understood(*lines, beside={"POSREG.VA": POSREG}, points=points)
    (move,) = moves(result)
    assert move.frame == "group:arm.base"
    # PR[4] stands at 250, -40, 120, turned by R 90 about z, then by W -180 about x.
    z = cell_of("fanuc").groups["arm"].robot.controller_base.p[2] * 1000.0
    assert places(result) == [[250 + 20, -40 + 100, round(120 - 300 + z, 6)]]
    assert reasons(read(*lines, points=points))[0] == "a value of UFRAME[] that is not known"


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
