"""Hand-written RAPID in the maker's style: what the reader makes of it, with numbers worked out."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from controllers_support import cell_of

from cellsim.controllers.brands import BRANDS, load_text
from cellsim.controllers.text import ReadResult
from cellsim.domain.along import Along
from cellsim.domain.program import (
    FINE,
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
    Speed,
    Statement,
    Wait,
    Zone,
)
from cellsim.errors import BadInput
from cellsim.simulate.expression import say
from cellsim.units import deg

PROGRAMS = Path(__file__).parent / "programs" / "abb"


def read(*names: str, on_track: bool = False) -> ReadResult:
    """Read hand-written modules in the test cell."""
    files = {name: (PROGRAMS / name).read_bytes() for name in names}
    return BRANDS["abb"].read(files, cell_of("abb", on_track), "arm")


def at(result: ReadResult, line: int, routine: int = 0) -> list[Statement]:
    """Return the statements of a line."""
    found, waiting = [], list(result.program.routines[routine].body)
    while waiting:
        s = waiting.pop(0)
        if s.line == line:
            found.append(s)
        if isinstance(s, If):
            waiting = [*s.then, *s.otherwise, *waiting]
        elif isinstance(s, Loop):
            waiting = [*s.body, *waiting]
    assert found, f"no statement of line {line}"
    return found


def move(result: ReadResult, line: int, routine: int = 0) -> Move:
    found = at(result, line, routine)[0]
    assert isinstance(found, Move), found
    return found


def degrees(found: Move) -> list[float]:
    assert found.to.q is not None
    return [round(v / deg, 6) for v in found.to.q[:6]]


def xyz_mm(found: Move) -> list[float]:
    assert found.to.pose is not None
    return [round(float(v), 6) for v in 1000.0 * found.to.pose.p]


def quat(found: Move) -> np.ndarray:
    assert found.to.pose is not None
    return np.array(found.to.pose.quat_wxyz())


def raw_lines(result: ReadResult) -> list[int]:
    return [r.line for r in result.raw_lines]


def test_a_backup_with_header_lower_case_and_statements_over_lines() -> None:
    result = read("backup.mod")
    assert (result.coverage.ratio, result.notes) == (1.0, ())
    assert result.program.name == "backup"
    home, inline, last = move(result, 12), move(result, 13), move(result, 17)
    assert degrees(home) == [0, 0, 0, 0, 30, 0]
    assert (home.speed, home.zone, home.tool) == (Speed(1000.0, "mm/s"), FINE, "gripper")
    assert degrees(inline) == [10, 0.5, 0, 0, 30, -10]
    assert inline.zone == Zone("distance", 50.0, "mm")
    assert last.zone == Zone("distance", 0.3, "mm")
    output = at(result, 12)[1]
    assert isinstance(output, SetSignal)
    assert (output.signal, output.value) == ("grip_close", False)


def test_offs_moves_in_the_work_object_and_reltool_in_the_tool() -> None:
    result = read("offsets.mod")
    assert [move(result, n).frame for n in (12, 13)] == ["pallet", "pallet"]
    assert xyz_mm(move(result, 12)) == [400, 280, 170.5]
    assert xyz_mm(move(result, 13)) == [400, 300, 50]
    # The tool points down, so up is its -z; its x points against that of the work object.
    assert xyz_mm(move(result, 14)) == [400, 300, 170.5]
    assert xyz_mm(move(result, 15)) == [390, 300, 150]
    half = math.sqrt(0.5)
    assert np.allclose(quat(move(result, 15)), [0, half, half, 0], atol=1e-9)
    # First about x, then about the new y: (0,0,1,0) * (h,h,0,0) * (h,0,h,0).
    assert xyz_mm(move(result, 16)) == [400, 300, 155]
    assert np.allclose(abs(quat(move(result, 16)) @ [-0.5, 0.5, 0.5, -0.5]), 1.0, atol=1e-9)


def test_an_array_of_targets_counts_from_one_and_has_an_end() -> None:
    result = read("offsets.mod")
    assert xyz_mm(move(result, 17)) == [0, 50, 10]
    assert raw_lines(result) == [18]
    arc = move(result, 19)
    assert arc.via is not None
    assert arc.via.pose is not None
    assert np.allclose(arc.via.pose.p, [0, 0, 0.01], atol=1e-12)
    assert xyz_mm(arc) == [-50, -50, 10]


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


def test_speed_and_zone_data_options_and_overrides() -> None:
    result = read("speeds.mod")
    wide = move(result, 10)
    assert (wide.speed, wide.zone) == (Speed(37.5, "mm/s"), Zone("distance", 35.0, "mm"))
    assert (move(result, 11).speed, move(result, 11).zone) == (Speed(80.0, "mm/s"), FINE)
    timed = move(result, 12)
    assert (timed.speed, timed.zone) == (Speed(2.5, "s"), Zone("distance", 12.0, "mm"))
    inline = move(result, 13)
    assert (inline.speed, inline.zone) == (Speed(60.0, "mm/s"), Zone("distance", 3.0, "mm"))
    # VelSet 50, 400: half of v600, and v2000 cut to 400.
    assert [move(result, n).speed.value for n in (16, 17)] == [300.0, 400.0]
    assert (move(result, 20).accel, move(result, 20).speed.value) == (20.0, 100.0)
    assert raw_lines(result) == [22, 23, 24, 25, 26]


def test_movej_to_a_robtarget_is_the_joints_that_its_configuration_selects() -> None:
    """Hand pointing down at A5 = 90: x = 320 + 1142.5, z = 780 + 1125 + 200 - 200 - 250."""
    result = read("conf.mod")
    assert np.allclose(degrees(move(result, 8)), [0, 0, 0, 0, 90, 0], atol=1e-6)
    assert np.allclose(degrees(move(result, 9)), [0, 0, 0, 180, -90, -180], atol=1e-6)
    assert raw_lines(result) == [10, 11]
    free = move(result, 13)
    assert (free.to.q, free.to.config) == (None, "")
    assert (move(result, 15).to.config, move(result, 17).to.config) == ("0 0 0 0", "")
    assert move(result, 15).frame == "group:arm.base"


def test_motions_while_a_setting_is_not_at_its_default_are_not_understood() -> None:
    result = read("state.mod")
    understood = [n for n in range(8, 36) if any(isinstance(s, Move) for s in _of(result, n))]
    assert understood == [8, 10, 13, 15, 17, 23, 34]
    assert raw_lines(result)[:10] == [11, 21, 23, 25, 26, 27, 28, 31, 32, 33]
    assert "\\Conc: the setsignal of line 24 runs while it moves" in result.raw_lines[2].reason
    assert move(result, 34).tool == "gripper.tip"
    assert any("by its name" in note for note in result.notes)
    harmless = at(result, 36)
    assert all(isinstance(s, Raw) and s.harmless for s in harmless)


def _of(result: ReadResult, line: int) -> list[Statement]:
    return [s for s in result.program.routines[0].body if s.line == line]


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


def test_a_module_list_names_the_modules_of_a_program() -> None:
    files = load_text(PROGRAMS / "parts.pgf", BRANDS["abb"])
    assert sorted(files) == ["PartData.mod", "PartMain.mod", "parts.pgf"]
    result = BRANDS["abb"].read(files, cell_of("abb"), "arm")
    assert (result.program.name, result.coverage.ratio) == ("PartMain", 1.0)
    assert degrees(move(result, 3)) == [0, 0, 0, 0, 90, 0]
    placed = move(result, 6, routine=1)
    assert (placed.frame, xyz_mm(placed)) == ("body", [100, 200, 300])
    with pytest.raises(BadInput, match="PartData"):
        BRANDS["abb"].read(
            {k: v for k, v in files.items() if k != "PartData.mod"}, cell_of("abb"), "arm"
        )


def test_external_axes_are_eax_a_on_and_must_be_given() -> None:
    result = read("track.mod", on_track=True)
    q = move(result, 8).to.q
    assert q is not None
    assert math.isclose(q[6], 1.5005, abs_tol=1e-12)
    assert move(result, 9).to.ext == pytest.approx((1.5005,), abs=1e-12)
    assert raw_lines(result) == [10, 11]
    assert raw_lines(read("track.mod")) == [8, 9, 11]


def test_a_comment_of_its_own_is_kept() -> None:
    text = "MODULE a\nPROC main()\n! grip\nWaitTime 1;  ! settle\nENDPROC\nENDMODULE"
    body = (
        BRANDS["abb"].read({"a.mod": text.encode()}, cell_of("abb"), "arm").program.routines[0].body
    )
    assert isinstance(body[0], Comment)
    assert (body[0].text, body[1].comment) == ("grip", "settle")


def test_loops_whose_motions_use_their_variable_are_written_out() -> None:
    """Two rows of three, counted down since 3 is above 1; pitch 40 mm."""
    result = read("rows.mod")
    assert (raw_lines(result), result.notes) == ([], ())
    picks = [s for s in at(result, 13) if isinstance(s, Move)]
    places = [s for s in at(result, 15) if isinstance(s, Move)]
    assert [xyz_mm(p) for p in picks] == [
        [400 + 40 * row, 300 + 40 * i, 50] for row in (0, 1) for i in (2, 1, 0)
    ]
    assert [xyz_mm(p)[1] for p in places] == [100, 50, 0, 100, 50, 0]
    tests = [say(s.condition) for s in at(result, 16) if isinstance(s, If)]
    assert tests == [f"{i}.0 == 2.0" for i in (3, 2, 1)] * 2


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
    first, second = move(result, 16, routine=1), move(result, 16, routine=2)
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
