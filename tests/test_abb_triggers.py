"""RAPID triggers on the way, pulses and displacements; the numbers are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from controllers_support import cell_of
from rapid_text import PLACE, read
from readings import body, moves, places, reasons

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, SetSignal
from cellsim.domain.timeline import Timeline
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame


def test_a_program_displacement_stands_before_the_target() -> None:
    line = f"MoveL p1, {PLACE}"
    result = read(line, "PDispSet [[10,-5,20],[1,0,0,0]];", line, "PDispOff;", line)
    assert reasons(result) == []
    assert places(result) == [[900, 0, 1000], [910, -5, 1020], [900, 0, 1000]]
    # A quarter turn about z turns the place with it: x 900 becomes y 900.
    turned = read("PDispSet [[0,0,0],[0.70710678,0,0,0.70710678]];", line)
    assert np.allclose(places(turned)[0], [0, 900, 1000], atol=1e-4)
    assert places(read("PDispSet shift;", line)) == [[900, 0, 1050]]
    joints = read("PDispSet shift;", "MoveAbsJ j1\\NoEOffs, v500, fine, gripper;")
    assert len(moves(joints)) == 1
    unknown = read("PDispOn p2, gripper;", line)
    assert reasons(unknown) == ["motion while pdisp is not known to be off"]
    loop = read("WHILE ready=1 DO", line, "PDispSet shift;", "ENDWHILE")
    assert reasons(loop)[0] == "motion while pdisp is not known to be off"


def test_an_external_offset_moves_an_arm_without_externals_not() -> None:
    assert len(moves(read("EOffsSet [100,0,0,0,0,0];", f"MoveL p1, {PLACE}"))) == 1


TRIGGER = "TriggL p2, v500, tr, z10, gripper\\WObj:=wobj0;"


@pytest.mark.parametrize(
    ("trigger", "at"),
    [
        ("30\\DOp:=lamp", Along("end", path=-0.03)),
        ("30\\Start\\DOp:=lamp", Along("start", path=0.03)),
        ("0.25\\Time\\DOp:=lamp", Along("end", delay=-0.25)),
    ],
)
def test_a_trigger_on_the_way_sets_its_output_there(trigger: str, at: Along) -> None:
    line = f"MoveL p1, {PLACE}"
    result = read(line, f"TriggIO tr, {trigger}, 1;", TRIGGER, line)
    assert reasons(result) == []
    kinds = [type(s).__name__ for s in body(result) if not isinstance(s, Assign)]
    assert kinds == ["Move", "SetSignal", "Move", "Move"]
    (put,) = (s for s in body(result) if isinstance(s, SetSignal))
    assert (put.signal, put.value, put.at) == ("lamp", True, at)
    assert [m.zone.value for m in moves(result)] == [0.0, 10.0, 0.0]


@pytest.mark.parametrize(
    "trigger", ["n\\DOp:=lamp", "-5\\DOp:=lamp", "5\\Start\\Time\\DOp:=lamp", "5\\GOp:=go", "5"]
)
def test_a_trigger_that_is_not_known_stays_verbatim(trigger: str) -> None:
    result = read(f"MoveL p1, {PLACE}", f"TriggIO tr, {trigger}, 1;", TRIGGER)
    assert reasons(result)[-1].startswith("a triggdata")
    fine = TRIGGER.replace("z10", "fine")
    loop = read("lab:", "TriggIO tr, 9\\DOp:=lamp, 1;", fine, "TriggIO tr, 5\\DOp:=lamp, 1;",
                "IF ready=1 GOTO lab;")  # fmt: skip
    assert reasons(loop) == []


def test_outputs_that_matter_to_nothing_are_let_pass() -> None:
    assert reasons(read("PulseDO\\PLength:=0.2, doHorn;", "SetGO goCode, 7;")) == []
    pulse = read("PulseDO\\PLength:=0.5, lamp;", "PulseDO lamp;")
    assert reasons(pulse) == []
    put = [(s.signal, s.value, s.at) for s in body(pulse) if isinstance(s, SetSignal)]
    on, off = ("lamp", True, None), ("lamp", False, Along(after=0.5))
    assert put == [on, off, on, ("lamp", False, Along(after=0.2))]
    high = read("PulseDO\\High, lamp;")
    assert [(s.value, s.at) for s in body(high) if isinstance(s, SetSignal)] == [
        (True, None),
        (False, Along(after=0.2)),
    ]
    assert reasons(read("PulseDO\\Low, lamp;")) == ["'pulsedo'"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("SetDO lamp, 1;", True),
        ("SetDO\\SDelay:=0.5, lamp, high;", True),
        ("Set lamp;", True),
        ("IF n=1 Set lamp;", True),
        ("InvertDO lamp;", True),
        ("TriggIO tr, 5\\DOp:=lamp, 1;", True),
        (f"MoveLDO p1, {PLACE[:-1]}, lamp, 1;", True),
        ("Set grip_close;", False),
        ("SetDO lamp, 0;", False),
        ("TriggIO tr, 5\\DOp:=lamp, 0;", False),
        ("Reset lamp;", False),
    ],
)
def test_a_pulse_without_high_of_an_output_that_may_be_on_is_not_understood(
    line: str, told: bool
) -> None:
    """It would turn the output off for its length."""
    assert ("'pulsedo'" in reasons(read(line, "PulseDO lamp;"))) is told
    assert "'pulsedo'" not in reasons(read(line, "PulseDO\\High, lamp;"))


def test_a_trigger_takes_no_time_and_is_set_on_its_way() -> None:
    """Two ways to know: the line without its trigger, and where the arm is when the lamp is on."""
    from cellsim.domain.job import Job
    from cellsim.simulate.run import simulate

    cell = cell_of("abb")
    rules = {"arm": BRANDS["abb"].rules(cell.groups["arm"].controller)}

    def run(*lines: str) -> Timeline:
        program = read("MoveAbsJ j1\\NoEOffs, v500, fine, gripper;", *lines).program
        return simulate(Job("a", cell, {"arm": program}, rules))

    there, on = f"MoveL p1, {PLACE}", "MoveL p2, v500, fine, gripper\\WObj:=wobj0;"
    plain = run(there, on)
    trigger = on.replace("v500", "v500, tr", 1).replace("MoveL", "TriggL")
    cut = run(there, "TriggIO tr, 80\\DOp:=lamp, 1;", trigger)
    assert cut.duration == pytest.approx(plain.duration, abs=1e-6)
    (event,) = (e for e in cut.events if e.kind == "signal" and e.name == "lamp" and e.value)
    q = cut.tracks["arm"].traj(event.t)
    tcp = tcp_pose(chain_of(cell, "arm"), q, cell.tools["gripper"].tcps["tcp"])
    base_T_tcp = world_T_frame(cell, "group:arm.base").inverse() @ tcp
    assert 1000.0 * base_T_tcp.p[1] == pytest.approx(200.0 - 80.0, abs=2.0)
