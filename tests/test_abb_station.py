"""RAPID work objects that a mechanical unit moves: frames on the positioner of the group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from brandkit import KITS
from controllers_support import cell_of
from readings import moves

from cellsim.controllers.abb.conf import conf_text
from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.cell import Cell, Frame
from cellsim.geometry import Pose
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

ON_TABLE = Pose.from_xyz_rpy((0.1, 0.2, 0.3), (0.0, 0.0, 0.4))
# Half of 0.4 rad about z.
OBJECT = "[[100,200,300],[0.98006658,0,0,0.19866933]]"
IDLE = "[[0,0,0],[1,0,0,0]]"


def station() -> Cell:
    """Return the test cell with its track as a table that carries the part, and a frame on it."""
    cell = cell_of("abb", on_track=True)
    group = cell.groups["arm"]
    table = replace(group.externals[0], carries="part", pose=Pose.translation(-1.0, 0.5, 0.2))
    found = replace(cell, groups={"arm": replace(group, externals=(table,))})
    frame = Frame("turned", "group:arm.positioner/carriage", ON_TABLE)
    return replace(found, frames={**cell.frames, "turned": frame})


def place(cell: Cell, along_m: float) -> tuple[str, np.ndarray]:
    """Return a robtarget in the frame on the table, which stands at a place, and its joints."""
    q = np.array((*KITS["abb"].home, along_m))
    world_T_tcp = tcp_pose(chain_of(cell, "arm"), q, cell.tools["gripper"].tcps["tcp"])
    pose = world_T_frame(cell, "turned", {"arm": q}).inverse() @ world_T_tcp
    xyz = ",".join(f"{1e3 * v:.4f}" for v in pose.p)
    quat = ",".join(f"{v:.8f}" for v in pose.quat_wxyz())
    conf = ",".join(conf_text(q, cell, cell.groups["arm"], 0).split())
    return f"[[{xyz}],[{quat}],[{conf}],[{1e3 * along_m:.3f},9E9,9E9,9E9,9E9,9E9]]", q


def read(cell: Cell, wobj: str, *points: str, word: str = "MoveL") -> ReadResult:
    lines = [f"{word} {p},v100,fine,gripper\\WObj:=wStn;" for p in points]
    text = "\n".join(
        ["MODULE A", f"TASK PERS wobjdata wStn:={wobj};", "PROC main()", *lines, "ENDPROC"]
    )
    return BRANDS["abb"].read({"A.mod": f"{text}\nENDMODULE\n".encode()}, cell, "arm")


def test_an_object_frame_on_the_unit_is_the_frame_that_stands_there() -> None:
    cell = station()
    points = [place(cell, along)[0] for along in (0.5, 1.75)]
    result = read(cell, f'[FALSE,FALSE,"STN1",{IDLE},{OBJECT}]', *points)
    assert result.raw_lines == ()
    assert [(m.frame, m.to.ext) for m in moves(result)] == [("turned", (0.5,)), ("turned", (1.75,))]
    assert any("mechanical unit STN1 is taken" in note for note in result.notes)


def test_a_joint_motion_there_goes_where_the_table_has_carried_the_frame() -> None:
    """Two ways to know: the joints that the target was made of, and the TCP they put it at."""
    cell = station()
    for along in (0.5, 1.75):
        point, q = place(cell, along)
        result = read(cell, f'[FALSE,FALSE,"STN1",{IDLE},{OBJECT}]', point, word="MoveJ")
        (move,) = moves(result)
        assert move.to.q is not None
        assert np.allclose(move.to.q, q, atol=2e-6)


@pytest.mark.parametrize(
    ("wobj", "reason"),
    [
        (f'[FALSE,TRUE,"STN1",{IDLE},{OBJECT}]', "is moved by a mechanical unit"),
        (f'[TRUE,FALSE,"STN1",{IDLE},{OBJECT}]', "is held by the robot"),
        (f'[FALSE,FALSE,"",{IDLE},{OBJECT}]', "is moved by a mechanical unit"),
        (f'[FALSE,FALSE,"STN1",{IDLE},{IDLE}]', "on the positioner at no frame of the cell"),
    ],
)
def test_what_the_cell_has_not_stays_verbatim(wobj: str, reason: str) -> None:
    cell = station()
    result = read(cell, wobj, place(cell, 0.5)[0])
    assert moves(result) == []
    assert reason in result.raw_lines[0].reason


def test_a_unit_without_a_positioner_in_the_cell_is_open() -> None:
    cell = cell_of("abb", on_track=True)
    point, _ = place(station(), 0.5)
    result = read(cell, f'[FALSE,FALSE,"STN1",{IDLE},{OBJECT}]', point)
    assert "is moved by STN1, the group has 0 positioners" in result.raw_lines[0].reason
