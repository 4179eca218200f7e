"""RAPID's predefined data, speeds, corners, routines and names against published numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from controllers_support import bytes_of, cell_of
from rapid_moves import ABB, KIT, line, written
from same_meaning import differences

from cellsim.controllers.abb.splitting import with_short_routines
from cellsim.controllers.abb.standard import SPEEDS, ZONES
from cellsim.domain.cell import Frame
from cellsim.domain.program import (
    FINE,
    Call,
    Delay,
    Goto,
    Label,
    Loop,
    Move,
    Program,
    Routine,
    SetSignal,
    Speed,
    Target,
    Zone,
)
from cellsim.errors import Refused
from cellsim.geometry import Pose
from cellsim.units import deg


def test_predefined_data_are_the_manuals_tables() -> None:
    """RAPID instructions, functions and data types: speeddata v5..v7000, zonedata z0..z200."""
    assert len(SPEEDS) == 25
    assert {5, 10, 100, 150, 1000, 2500, 7000} <= SPEEDS
    assert ZONES["z0"] == (0.3, 0.3, 0.3, 0.03, 0.3, 0.03)
    assert ZONES["z10"] == (10.0, 15.0, 15.0, 1.5, 15.0, 1.5)
    assert ZONES["z50"] == (50.0, 75.0, 75.0, 7.5, 75.0, 7.5)
    assert ZONES["z150"] == (150.0, 225.0, 225.0, 23.0, 225.0, 23.0)
    sizes = [float(name[1:]) or 0.3 for name in ZONES]
    assert sizes == [values[0] for values in ZONES.values()]


def test_per_cent_of_a_joint_motion_is_the_tcp_speed_of_the_same_time() -> None:
    """Axis 1 alone by 90 deg at 50 %: 55 deg/s at the radius of the TCP."""
    start, end = (0.0, 0.0, 0.0, 0.0, 90 * deg, 0.0), (90 * deg, 0.0, 0.0, 0.0, 90 * deg, 0.0)
    fast = Speed(50.0, "%")
    body = [Move(kind="joint", to=Target(q=q), speed=fast, tool="gripper") for q in (start, end)]
    _, quantised = written(*body)
    second = quantised.routines[0].body[1]
    assert isinstance(second, Move)
    assert second.speed.unit == "mm/s"
    assert second.speed.value == pytest.approx(0.5 * 110 * deg * 1462.5, rel=0.05)


def test_a_speed_without_a_known_way_is_that_of_the_axis_that_moves_the_tcp_most() -> None:
    cell = cell_of("abb")
    q = (0.0, 0.0, 0.0, 0.0, 90 * deg, 0.0)
    move = Move(kind="joint", to=Target(q=q), speed=Speed(10.0, "%"), tool="gripper")
    program = Program("p", "arm", (Routine("main", ()), Routine("second", (move,))))
    found = ABB.quantise(program, cell).routines[1].body[0]
    assert isinstance(found, Move)
    # Axis 2 stands 320 in front and 780 up, the TCP 1142.5 in front of it and 875 up.
    radius = math.hypot(1142.5, 875.0)
    assert found.speed.value == pytest.approx(0.1 * 110 * deg * max(radius, 1462.5), rel=0.05)


def test_an_output_between_two_lines_is_set_in_the_corner_and_others_stop() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    on, off = SetSignal("lamp", True), SetSignal("lamp", False)
    text, quantised = written(
        start, line(0.3), on, line(0.4), off, Delay(0.1), line(0.5), line(0.6)
    )
    assert "MoveLDO p20, v100, z10, tGripper\\WObj:=wPallet, lamp, 1;" in text
    assert "MoveL p30, v100, fine, tGripper\\WObj:=wPallet;\r\n    SetDO lamp, 0;" in text
    assert "MoveL p40, v100, z10," in text
    last = quantised.routines[0].body[-1]
    assert isinstance(last, Move)
    assert last.zone == FINE


def test_a_tool_without_mass_and_a_frame_that_moves_are_refused() -> None:
    cell = cell_of("abb")
    light = replace(cell, tools={**cell.tools, "gripper": replace(cell.tools["gripper"], mass=0.0)})
    with pytest.raises(Refused, match="without mass"):
        written(KIT.joint(tool="gripper"), cell=light)
    with pytest.raises(Refused, match="moves with"):
        written(KIT.joint(), KIT.line(frame="group:arm.flange"))
    on_agv = Frame("shelf", "agv", Pose.translation(0.1, 0.0, 0.0))
    riding = replace(cell, frames={**cell.frames, "shelf": on_agv})
    with pytest.raises(Refused, match="in measured frame 'agv'"):
        written(KIT.joint(), KIT.line(frame="shelf"), cell=riding)


def test_a_long_routine_is_calls_of_shorter_ones_cut_at_stops() -> None:
    start = Move(kind="joint", to=Target(q=KIT.home), speed=Speed(200.0, "mm/s"), tool="gripper")
    near, far = (replace(line(x).to, config="0 0 0 0") for x in (0.3, 0.32))
    corner = Zone("distance", 5.0, "mm")
    body = [
        line(0.0, to=far if i % 2 else near, zone=corner if i % 35 else FINE) for i in range(210)
    ]
    _, whole = written(start, *body)
    short = with_short_routines(whole, 100)
    assert [r.name for r in short.routines] == ["main", "main_1", "main_2", "main_3"]
    assert [len(r.body) for r in short.routines[1:]] == [72, 70, 69]
    parts = tuple(s for r in short.routines[1:] for s in r.body)
    assert parts == whole.routines[0].body
    text = ABB.write(short, cell_of("abb"))
    read = ABB.read(bytes_of(text), cell_of("abb"), "arm").program
    assert list(differences(short, read)) == []


def test_a_routine_with_a_jump_stays_whole() -> None:
    jump = (Label("again"), *(Delay(0.1) for _ in range(20)), Goto("again"))
    program = Program("p", "arm", (Routine("main", jump),))
    assert with_short_routines(program, 10) is program


def test_names_of_points_do_not_hide_counters_and_a_name_means_one_thing() -> None:
    """A target named i inside of FOR i is another name; a routine named as a signal is refused."""
    move = KIT.joint(tool="gripper", speed=Speed(100.0, "mm/s"))
    named = replace(move, to=replace(move.to, name="i"))
    text, _ = written(Loop((named,), 2), Loop((Loop((Delay(0.1),), 2),), 3))
    assert "FOR i FROM 1 TO 2 DO\r\n      MoveAbsJ i_2\\NoEOffs" in text
    assert "FOR j FROM 1 TO 2 DO" in text
    twice = Program("p", "arm", (Routine("main", (Call("lamp"),)), Routine("lamp", (move,))))
    with pytest.raises(Refused, match="something else"):
        ABB.write(twice, cell_of("abb"))
