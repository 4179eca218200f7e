"""RAPID beyond motions and branches: functions, displacements, triggers on the way, stops, arrays.

The numbers are worked out by hand; wobj0 begins in the foot of the arm.
"""

from __future__ import annotations

import random

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.text import ReadResult
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Delay, If, Loop, Move, Raw, SetSignal, Statement
from cellsim.domain.timeline import Timeline
from cellsim.domain.walk import within
from cellsim.errors import BadInput
from cellsim.kinematics.fk import tcp_pose
from cellsim.kinematics.frames import chain_of, world_T_frame

HEAD = """MODULE A
  CONST robtarget p1:=[[900,0,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p2:=[[900,200,1000],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget j1:=[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST pose shift:=[[0,0,50],[1,0,0,0]];
  VAR triggdata tr;
  VAR num n;
  VAR bool full{4,5};
"""
PLACE = "v500, fine, gripper\\WObj:=wobj0;"


def read(*lines: str, functions: tuple[str, ...] = ()) -> ReadResult:
    body = "\n".join(f"    {line}" for line in lines)
    more = "\n".join(functions)
    text = f"{HEAD}{more}\n  PROC main()\n{body}\n  ENDPROC\nENDMODULE\n"
    return BRANDS["abb"].read({"A.mod": text.encode()}, cell_of("abb"), "arm")


def body(result: ReadResult) -> list[Statement]:
    return list(within(result.program.routines[0].body))


def moves(result: ReadResult) -> list[Move]:
    return [s for s in body(result) if isinstance(s, Move)]


def places(result: ReadResult) -> list[list[float]]:
    found = [m.to.pose for m in moves(result) if m.to.pose is not None]
    return [[round(1e3 * v, 6) + 0.0 for v in pose.p] for pose in found]


def reasons(result: ReadResult) -> list[str]:
    return [raw.reason for raw in result.raw_lines]


UP = (
    "  FUNC robtarget Above(robtarget p, num z)",
    "    ! straight up",
    "    RETURN Offs(p,0,0,z);",
    "  ENDFUNC",
    "  LOCAL FUNC num Twice(num x)",
    "    RETURN 2*x;",
    "  ENDFUNC",
)


def test_a_function_of_one_return_is_what_it_returns() -> None:
    result = read(f"MoveL Above(p1,50), {PLACE}", "n:=Twice(n+1)-3;", functions=UP)
    assert places(result) == [[900, 0, 1050]]
    kept = [r for r in result.raw_lines if r.line > 15]
    assert kept == []
    (assign,) = (s for s in body(result) if isinstance(s, Assign) and s.line)
    assert assign.value.op == "-"
    doubled = assign.value.args[0]
    assert (doubled.op, doubled.args[0].value, doubled.args[1].op) == ("*", 2.0, "+")
    nested = read(f"MoveL Above(Above(p1,Twice(5)),Twice(Twice(5))), {PLACE}", functions=UP)
    assert places(nested) == [[900, 0, 1030]]
    mixed = read(f"MoveL Offs(RelTool(Above(p1,10),1,2,3),0,0,5), {PLACE}", functions=UP)
    # The hand is turned half round about y: x and z of the tool point back and down.
    assert places(mixed) == [[899, 2, 1012]]


@pytest.mark.parametrize(
    "function",
    [
        ("  FUNC robtarget Above(robtarget p, num z)", "    n:=1;", "    RETURN p;", "  ENDFUNC"),
        ("  FUNC robtarget Above(robtarget p, num z)", "    RETURN Above(p,z);", "  ENDFUNC"),
        ("  FUNC robtarget Above(robtarget p \\num z)", "    RETURN p;", "  ENDFUNC"),
    ],
)
def test_another_function_stays_verbatim(function: tuple[str, ...]) -> None:
    result = read(f"MoveL Above(p1,50), {PLACE}", functions=function)
    assert moves(result) == []
    assert "target Above" in reasons(result)


CONNECTED = ("IDelete i1;", "CONNECT i1 WITH tStop;", "ISignalDI ready, 1, i1;")


def test_a_trap_that_matters_stays_verbatim_and_its_connection_is_open() -> None:
    trap = ("  TRAP tStop", "    StopMove;", "  ENDTRAP")
    result = read(*CONNECTED, functions=trap)
    assert reasons(result)[-2:] == ["trap tstop, line 10, does 'StopMove'"] * 2
    assert len(reasons(result)) == 4
    sets = ("  TRAP tStop", "    SetDO lamp, 1;", "  ENDTRAP")
    assert reasons(read(*CONNECTED, functions=sets))[-1] == "trap tstop, line 10, does 'SetDO'"
    counts = ("  TRAP tStop", "    Incr n;", "  ENDTRAP")
    waits = ("WHILE n<5 DO", "ENDWHILE")
    result = read(*CONNECTED, *waits, functions=counts)
    assert reasons(result)[-1] == "trap tstop, line 10, does 'Incr'"
    alone = read("CONNECT i1 WITH tGone;", "ITimer 5, i2;")
    assert reasons(alone) == [
        "trap tGone is not in the text",
        "interrupt i2 is connected to no trap of the text",
    ]


def test_a_trap_that_tells_and_counts_for_itself_changes_nothing() -> None:
    trap = (
        "  VAR num seen;",
        "  TRAP tStop",
        "    ! told",
        "    IF ready=1 THEN",
        '      TPWrite "x";',
        "      Incr seen;",
        "      PulseDO doHorn;",
        "    ENDIF",
        "    ISleep i1;",
        "  ENDTRAP",
    )
    result = read(*CONNECTED, functions=trap)
    assert reasons(result) == []
    assert result.coverage.ratio == 1.0
    assert any("trap tstop changes nothing" in note for note in result.notes)


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


def test_stops_and_questions_stand_and_go_on() -> None:
    result = read("Stop;", 'TPReadNum n, "How many?";', f"MoveL p1, {PLACE}")
    assert reasons(result) == []
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.0, 0.0]
    asked = [s for s in body(result) if isinstance(s, Assign) and s.value.op == "unknown"]
    assert [s.name for s in asked] == ["n"]


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


def test_elements_of_arrays_are_set_and_never_known() -> None:
    result = read("full{1,2}:=TRUE;", "FOR i FROM 1 TO 4 DO", "full{i,1}:=FALSE;", "ENDFOR")
    assert reasons(result) == []
    assert sum(isinstance(s, Raw) and s.harmless for s in body(result)) == 2
    branch = read("IF full{1,2}=TRUE THEN", "Stop;", "ENDIF")
    assert reasons(branch) == []
    (condition,) = (s.condition for s in body(branch) if isinstance(s, If))
    assert condition.op == "unknown"


def test_a_loop_hides_a_variable_of_its_name() -> None:
    result = read(
        "n:=7;", "FOR n FROM 1 TO 3 DO", "IF n=2 Set lamp;", "ENDFOR", "IF n=7 Reset lamp;"
    )
    assert reasons(result) == []
    names = {s.name for s in body(result) if isinstance(s, Assign) and s.line}
    assert len(names) == 2
    assert "n" in names
    (loop,) = (s for s in body(result) if isinstance(s, Loop))
    (test,) = (s for s in loop.body if hasattr(s, "then"))
    assert test.condition.args[0].name != "n"
    assert len([s for s in body(result) if isinstance(s, SetSignal)]) == 2


def test_broken_modules_never_crash() -> None:
    lines = [
        f"MoveL Above(p1,50), {PLACE}", "PDispSet [[10,0,0],[1,0,0,0]];", "n:=Twice(n);",
        "TriggIO tr, 5\\DOp:=lamp, 1;", "TriggL p2, v500, tr, fine, gripper\\WObj:=wobj0;",
        "Stop;", "full{n,2}:=TRUE;",
        "FOR n FROM 1 TO 3 DO", "ENDFOR", "PulseDO doX;", "EOffsSet [1,0,0,0,0,0];",
    ]  # fmt: skip
    rng = random.Random(5)
    for _ in range(150):
        chosen = [rng.choice(lines) for _ in range(rng.randrange(1, 9))]
        at = rng.randrange(len(chosen))
        text = chosen[at]
        cut = rng.randrange(len(text) + 1)
        chosen[at] = (
            text[:cut] + rng.choice(["", "(", ")", "Above(", "{", "]", ","]) + text[cut + 1 :]
        )
        try:
            result = read(*chosen, functions=UP)
        except BadInput:
            continue
        assert 0 <= result.coverage.understood <= result.coverage.total


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


def test_the_load_of_a_gripper_that_may_hold_several_is_not_written() -> None:
    """One housing in the hand has one load; a heavier one beside it leaves it open."""
    from dataclasses import replace

    from cellsim.controllers.abb.payload import change_of, loads_of
    from cellsim.domain.files.cell import load_cell

    cell = load_cell("tray_packing", variant="aluminium")
    (group,) = cell.groups.values()
    (load,) = loads_of(cell, group)
    # The cup stands on the top face: the centre lies 60 mm below it, along the tool.
    assert load == "[1.8,[0,0,60],[1,0,0,0],0.006,0.009,0.011]"
    name, part = next(iter(cell.parts.items()))
    heavy = replace(cell, parts={**cell.parts, "other": replace(part, name="other", mass=2.0)})
    assert len(loads_of(heavy, group)) == 2
    capacity = cell.tools[group.tool.partition(".")[0]].gripper
    assert capacity is not None
    assert change_of(SetSignal(capacity.close, True), cell, group) is True
    assert change_of(SetSignal("other", True), cell, group) is None
    assert name in cell.parts
