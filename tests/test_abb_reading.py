"""RAPID beyond motions and branches: functions, traps, stops, arrays and the load in the hand."""

from __future__ import annotations

import random

import pytest
from rapid_text import PLACE, read
from readings import body, moves, places, reasons

from cellsim.controllers.brands import BRANDS
from cellsim.controllers.standin import GROUP, stand_in
from cellsim.domain.program import Assign, Delay, If, Loop, Raw, SetSignal
from cellsim.errors import BadInput

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


def test_a_trap_matters_that_asks_a_function_which_moves_or_is_not_given() -> None:
    trap = ("  VAR num seen;", "  TRAP tStop", "    {line}", "  ENDTRAP")
    moving = ("  FUNC num fGo()", f"    MoveL p1, {PLACE};", "    RETURN 1;", "  ENDFUNC")
    plain = ("  FUNC num fGo()", "    RETURN 1;", "  ENDFUNC")
    for line in ("seen := fGo();", "IF fGo()>0 ISleep i1;", "seen := 2 * fGo();"):
        lines = tuple(each.format(line=line) for each in trap)
        found = [reasons(read(*CONNECTED, functions=f)) for f in ((*lines, *moving), lines)]
        assert all(r[-1] == "trap tstop, line 11, asks 'fgo'" for r in found), found
        assert reasons(read(*CONNECTED, functions=(*lines, *plain))) == []


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


def test_stops_and_questions_stand_and_go_on() -> None:
    result = read("Stop;", 'TPReadNum n, "How many?";', f"MoveL p1, {PLACE}")
    assert reasons(result) == []
    assert [s.seconds for s in body(result) if isinstance(s, Delay)] == [0.0, 0.0]
    asked = [s for s in body(result) if isinstance(s, Assign) and s.value.op == "unknown"]
    assert [s.name for s in asked] == ["n"]


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


@pytest.mark.parametrize("name", ["Comment", "handler", "assign", "declare", "label", "endswitch"])
def test_a_routine_with_a_name_of_our_own_is_none_of_our_statements(name: str) -> None:
    result = read(f"{name} p1,p2;", f"MoveL p1, {PLACE}")
    assert reasons(result) == [f"a routine named {name.lower()}"]


@pytest.mark.parametrize("more", ['["x"]', "TRUE", "1"])
def test_a_target_with_an_element_more_stays_verbatim(more: str) -> None:
    robtarget = f"[[1,2,3],[1,0,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9],{more}]"
    result = read(f"MoveL {robtarget}, {PLACE}")
    assert reasons(result) == ["a robtarget of 3, 4, 4 and 6 numbers is expected"]
    jointtarget = f"[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9],{more}]"
    result = read(f"MoveAbsJ {jointtarget}, {PLACE}")
    assert reasons(result) == ["a jointtarget of two times six numbers is expected"]


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


def test_an_argument_in_brackets_of_its_own_is_that_name() -> None:
    """As published modules call: a bracket around the one argument is part of its expression."""
    jointtarget = "[[10,20,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]]"
    bodies = [
        f"MODULE m\nCONST jointtarget j1:={jointtarget};\nPROC main()\n{call}\nENDPROC\n"
        "PROC rGo(jointtarget a,num n)\nMoveAbsJ a\\NoEOffs,v100,fine,tool0;\nWaitTime n*2;\n"
        "ENDPROC\nENDMODULE\n"
        for call in ("rGo(j1),3;", "rGo j1,3;", "rGo ( j1 ) , 3;")
    ]
    cell = stand_in("abb")
    results = [BRANDS["abb"].read({"m.mod": b.encode()}, cell, GROUP) for b in bodies]
    for result in results:
        assert result.coverage.understood == result.coverage.total
        assert [routine.name for routine in result.program.routines] == ["main", "rGo_1"]
        delay = result.program.routines[1].body[1]
        assert isinstance(delay, Delay)
        assert delay.seconds == 6.0
