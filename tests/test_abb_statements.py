"""Hand-written RAPID: branches, loops, waits, outputs, variables and calls, by hand."""

from __future__ import annotations

from controllers_support import cell_of
from rapid_programs import read, xyz_mm
from readings import at, move_at, raw_lines

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import (
    Assign,
    Call,
    Comment,
    Delay,
    Goto,
    If,
    Label,
    Loop,
    Move,
    Raw,
    Return,
    SetSignal,
    Wait,
)
from cellsim.simulate.expression import say


def test_test_case_for_while_and_compact_if() -> None:
    result = read("logic.mod")
    assert (raw_lines(result), result.notes) == ([], ())
    first = at(result, 7)[0]
    assert isinstance(first, Assign)
    assert (first.name, say(first.value)) == ("nPart", "2.0")
    case = at(result, 12)[0]
    assert isinstance(case, If)
    assert say(case.condition) == "(nPart == 1.0) or (nPart == 2.0)"
    inner = case.otherwise[0]
    assert isinstance(inner, If)
    assert say(inner.condition) == "nPart == 5.0"
    assert len(inner.otherwise) == 1
    start, down = at(result, 19)[:2]
    assert isinstance(start, Assign)
    assert isinstance(down, Loop)
    assert (say(start.value), say(down.condition)) == ("4.0", "i >= 0.0")  # type: ignore[arg-type]
    counts = [s.count for n in (22, 25) for s in at(result, n) if isinstance(s, Loop)]
    assert counts == [3, 5]
    choice, jump = at(result, 28)[0], at(result, 35)[0]
    assert isinstance(choice, If)
    assert say(choice.condition) == "true and (not bDone)"
    assert isinstance(jump, If)
    assert say(jump.condition) == "not (bDone and (nPart > 100.0))"
    assert isinstance(jump.then[0], Goto)
    assert isinstance(at(result, 38)[1], Return)
    call = at(result, 39)[1]
    assert isinstance(call, Call)
    assert call.routine == "rMove"
    assert isinstance(at(result, 41)[0], Label)


def test_not_means_the_whole_term_as_the_kernel_manual_says() -> None:
    """NOT has the lowest priority: NOT a AND b is NOT (a AND b)."""
    wait_until = "WaitUntil NOT di1=1 AND di3=1 OR di1=0 AND NOT di3=1;"
    text = f"MODULE a\nPROC main()\n{wait_until}\nENDPROC\nENDMODULE"
    result = BRANDS["abb"].read({"a.mod": text.encode()}, cell_of("abb"), "arm")
    wait = result.program.routines[0].body[0]
    assert isinstance(wait, Wait)
    said = "(not (grip_closed and ready)) or ((not grip_closed) and (not ready))"
    assert say(wait.condition) == said


def test_waits_with_time_flags_and_with_an_error_handler() -> None:
    result = read("waits.mod")
    waits = {n: at(result, n)[0] for n in (5, 6, 7, 8, 9, 14)}
    assert all(isinstance(w, Wait) for w in waits.values())
    said = {
        n: (say(w.condition), w.timeout_s, w.on_timeout)
        for n, w in waits.items()
        if isinstance(w, Wait)
    }
    assert said == {
        5: ("ready", None, ""),
        6: ("grip_closed", 2.5, ""),
        7: ("ready and (not grip_closed)", 1.0, ""),
        8: ("not lamp", None, ""),
        9: ("ready", 3.0, "missing"),
        14: ("grip_closed", 4.0, "late_14"),
    }
    assert [type(s) for s in at(result, 14)] == [Wait, Assign, Goto, Label, Assign, Label]
    delay = at(result, 18)[0]
    assert isinstance(delay, Delay)
    assert delay.seconds == 0.25
    assert raw_lines(result) == [24]
    assert isinstance(at(result, 24, routine=1)[0], Raw)


def test_logic_after_a_fly_by_point_is_open_and_an_output_of_its_own_is_not() -> None:
    result = read("flyby.mod")
    assert raw_lines(result) == [11, 24]
    assert "line 12" in result.raw_lines[0].reason
    line, output = at(result, 13)
    assert isinstance(line, Move)
    assert isinstance(output, SetSignal)
    assert (line.zone.value, output.signal, output.value) == (10.0, "lamp", False)
    arc, closing = at(result, 16)
    assert isinstance(arc, Move)
    assert isinstance(closing, SetSignal)
    assert (arc.kind, closing.signal, closing.value) == ("circular", "grip_close", True)


def test_a_trigger_at_the_point_itself_is_its_output_there() -> None:
    result = read("flyby.mod")
    number = [r.name for r in result.program.routines].index("rTrigger")
    output, line = at(result, 32, routine=number)
    assert isinstance(line, Move)
    assert isinstance(output, SetSignal)
    assert (line.zone.value, output.signal, output.value) == (10.0, "lamp", True)
    assert output.at == Along("end")
    both = at(result, 33, routine=number)
    assert [s.at for s in both if isinstance(s, SetSignal)] == [
        Along("end"),
        Along("end", path=-0.015),
    ]
    early, moved = at(result, 34, routine=number)
    assert isinstance(early, SetSignal)
    assert isinstance(moved, Move)
    assert (early.signal, early.value, early.at) == ("lamp", False, Along("end", path=-0.015))


def test_variables_of_a_routine_begin_anew_and_hide_those_of_the_module() -> None:
    result = read("locals.mod")
    assert raw_lines(result) == [17, 18]
    assigned = [
        (s.name, say(s.value)) for s in result.program.routines[0].body if isinstance(s, Assign)
    ]
    assert assigned == [
        ("count", "5.0"),
        ("ready_flag", "false"),
        ("count_of_main", "1.0"),
        ("count_of_main", "count_of_main + 1.0"),
    ]
    inner = [
        (s.name, say(s.value)) for s in result.program.routines[1].body if isinstance(s, Assign)
    ]
    assert inner == [("total", "0.0"), ("count", "count + 10.0"), ("total", "count")]


def test_a_comment_of_its_own_is_kept() -> None:
    text = "MODULE a\nPROC main()\n! grip\nWaitTime 1;  ! settle\nENDPROC\nENDMODULE"
    body = (
        BRANDS["abb"].read({"a.mod": text.encode()}, cell_of("abb"), "arm").program.routines[0].body
    )
    assert isinstance(body[0], Comment)
    assert (body[0].text, body[1].comment) == ("grip", "settle")


def test_a_routine_with_parameters_is_one_for_each_set_of_constant_arguments() -> None:
    result = read("params.mod")
    names = [r.name for r in result.program.routines]
    assert names == ["main", "rPick_1", "rPick_2", "rPick_3", "rOut_1", "rOut_2"]
    called = [s.routine for n in (9, 10, 11, 13) for s in at(result, n) if isinstance(s, Call)]
    assert called == ["rPick_1", "rPick_2", "rPick_1", "rOut_1"]
    # The fourth call is with a variable, by which a line moves; INOUT and switches are not read.
    given, call = at(result, 12)
    assert isinstance(given, Assign)
    assert isinstance(call, Call)
    assert (given.name, given.value.name, call.routine) == ("nup_of_rPick", "nAny", "rPick_3")
    assert raw_lines(result) == [16, 23, 24]
    first, second = move_at(result, 16, routine=1), move_at(result, 16, routine=2)
    assert (xyz_mm(first), first.speed.value) == ([400, 300, 150], 500.0)
    assert (xyz_mm(second), second.speed.value) == ([500, 300, 110], 200.0)
    outputs = [s for r in (4, 5) for s in at(result, 21, routine=r)]
    assert [(s.signal, s.value) for s in outputs if isinstance(s, SetSignal)] == [
        ("lamp", True),
        ("grip_close", True),
    ]


def test_flags_of_two_waits_on_one_line_have_labels_of_their_own() -> None:
    waits = "WaitDI di1,1\\MaxTime:=1\\TimeFlag:=a; WaitDI di3,1\\MaxTime:=2\\TimeFlag:=b;"
    text = f"MODULE m\nVAR bool a;\nVAR bool b;\nPROC main()\n{waits}\nENDPROC\nENDMODULE"
    body = BRANDS["abb"].read({"m.mod": text.encode()}, cell_of("abb"), "arm").program.routines[0]
    labels = [s.name for s in body.body if isinstance(s, Label)]
    assert labels == ["late_5", "waited_5", "late_5_2", "waited_5_2"]
