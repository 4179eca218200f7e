"""Outputs of TP that no motion stops for: TB, TA, DB and pulses, read and written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from brandkit.kit import joint, line
from controllers_support import cell_of
from readings import body, reasons
from round_trips import there_and_back
from tp_text import POINTS, read, understood

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import Assign, Comment, Delay, If, Move, Raw, SetSignal, Statement, Zone
from cellsim.errors import Refused


def test_an_output_near_a_point_is_set_on_its_way() -> None:
    result = understood(
        "L P[2] 9mm/sec CNT20 TB .30sec,DO[2]=ON", "L P[3] 9mm/sec FINE TA .20sec,DO[2]=OFF",
        "L P[2] 9mm/sec FINE DB 12.5mm,DO[1]=ON",
    )  # fmt: skip
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
    result = understood("DO[2]=PULSE,0.5sec", "DO[77]=PULSE,0.5sec", "J P[1] 50% FINE")
    put = [(s.signal, s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    assert put == [("lamp", True, None), ("lamp", False, Along(after=0.5))]
    assert reasons(read("DO[2]=PULSE")) == ["a value of DO[] that is not known"]


def test_a_pulse_near_a_point_begins_there() -> None:
    result = read("L P[2] 9mm/sec CNT20 TB .30sec,DO[2]=PULSE,0.5sec", "L P[3] 9mm/sec FINE")
    put = [(s.value, s.at) for s in body(result) if isinstance(s, SetSignal)]
    begin = Along("end", delay=-0.3)
    assert put == [(True, begin), (False, Along("end", delay=-0.3, after=0.5))]
    late = read("L P[2] 9mm/sec FINE TA .30sec,DO[2]=PULSE,1.5sec")
    put = [(s.value, s.at) for s in body(late) if isinstance(s, SetSignal)]
    assert put == [(True, Along("end", after=0.3)), (False, Along("end", after=1.8))]


POINT_LOGIC = """   3:L P[2] 9mm/sec CNT20 TB    .30sec,{} ;
      1:  !lamp ;
      2:  DO[2]=ON ;
      3:  DO[1]=PULSE,.5sec ;
      4:  F[3]=(DI[1]) ;
      5:  DO[2]=(DI[3]) ;
      6:  {} ;
       ------ ;
"""


@pytest.mark.parametrize("word", ["P-SPS", "POINT_LOGIC", "P-SPS Offset,PR[1]"])
def test_point_logic_sets_outputs_on_the_way(word: str) -> None:
    head = "/PROG  A\n/MN\n   1:  UFRAME_NUM=3 ;\n   2:  UTOOL_NUM=1 ;\n"
    known = "   2:  PR[1]=LPOS-LPOS ;\n" if "Offset" in word else ""
    text = f"{head}{known}{POINT_LOGIC.format(word, 'TIMER[1]=START')}/POS\n{POINTS}/END\n"
    result = BRANDS["fanuc"].read({"A.LS": text.encode()}, cell_of("fanuc"), "arm")
    assert reasons(result) == []
    found = [s for s in body(result) if not isinstance(s, Comment | Raw)]
    there = Along("end", delay=-0.3)
    kinds = [type(s) for s in found]
    assert kinds == [SetSignal] * 3 + [If, SetSignal, SetSignal, Move, Assign]
    put = [(s.signal, s.value, s.at) for s in found if isinstance(s, SetSignal)]
    assert put == [
        ("lamp", True, there),
        ("grip_close", True, there),
        ("grip_close", False, replace(there, after=0.5)),
        ("lamp", True, there),
        ("lamp", False, there),
    ]
    assert isinstance(found[3], If)
    assert found[3].condition.op == "unknown"
    assert isinstance(found[7], Assign)
    assert found[7].value.op == "unknown"


def test_point_logic_that_waits_or_calls_is_not_understood() -> None:
    head = "/PROG  A\n/MN\n   1:  UFRAME_NUM=3 ;\n   2:  UTOOL_NUM=1 ;\n"
    for bad in ("WAIT (DI[1])", "CALL B", "IF (DI[1]),CALL B", "J P[1] 9% FINE", "UFRAME_NUM=5"):
        text = f"{head}{POINT_LOGIC.format('P-SPS', bad)}/POS\n{POINTS}/END\n"
        result = BRANDS["fanuc"].read({"A.LS": text.encode()}, cell_of("fanuc"), "arm")
        assert reasons(result) == ["logic that runs at a point"]


HOME = (0.0, 0.0, 0.0, 0.0, -90.0, 0.0)
ON, OFF = SetSignal("lamp", True, line=5), SetSignal("lamp", False, line=5)


def written(*statements: Statement) -> list[str]:
    """Return the instructions of a program of a joint motion and then these."""
    start = joint(HOME, tool="gripper")
    files, _, _ = there_and_back("fanuc", cell_of("fanuc"), start, *statements)
    said = next(iter(files.values())).decode().split("/MN")[1].split("/POS")[0].splitlines()[5:]
    return [row[5:].rstrip(" ;") for row in said]


@pytest.mark.parametrize(
    ("at", "option"),
    [
        (Along("end", delay=-0.2), "TB    .20sec,DO[2:lamp]=ON"),
        (Along("end", delay=-12.499), "TB  12.50sec,DO[2:lamp]=ON"),
        (Along("end", after=0.35), "TA    .35sec,DO[2:lamp]=ON"),
        (Along("end", path=-0.0125), "DB   12.5mm,DO[2:lamp]=ON"),
    ],
)
def test_an_output_along_a_line_stands_behind_it(at: Along, option: str) -> None:
    end = line(HOME, tool="gripper")
    (said,) = written(replace(ON, at=at), end)
    assert said == f"L P[2] 100mm/sec FINE {option}"


def test_a_pulse_is_one_instruction_and_one_option() -> None:
    end = line(HOME, tool="gripper")
    assert written(ON, replace(OFF, at=Along(after=0.52)))[-1] == "  DO[2:lamp]=PULSE,0.5sec"
    begin = Along("end", delay=-0.2)
    (said,) = written(replace(ON, at=begin), replace(OFF, at=replace(begin, after=2.0)), end)
    assert said.endswith("TB    .20sec,DO[2:lamp]=PULSE,2sec")


def test_an_output_at_the_end_is_set_in_passing_behind_it() -> None:
    corner = line(HOME, tool="gripper", zone=Zone("cnt", 50.0))
    end = line(HOME, tool="gripper")
    assert written(replace(ON, at=Along("end")), end)[-1] == "  DO[2:lamp]=ON"
    said = written(replace(ON, at=Along("end")), corner, end)
    assert said[0] == "L P[2] 100mm/sec CNT50 TB   0.00sec,DO[2:lamp]=ON"
    pulse = (replace(ON, at=Along("end")), replace(OFF, at=Along("end", after=0.5)))
    assert written(*pulse, corner, end)[1] == "  DO[2:lamp]=PULSE,0.5sec"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ((replace(ON, at=Along("start")), line(HOME)), "output at start"),
        ((replace(ON, at=Along("end", delay=0.2)), line(HOME)), "output at end"),
        ((replace(ON, at=Along("end", -0.01, -0.2)), line(HOME)), "output at end"),
        ((replace(ON, at=Along("end", -0.01)), joint(HOME)), "of a joint motion"),
        ((replace(ON, at=Along("end", delay=-0.2)), Delay(1.0)), "does not follow"),
        ((replace(ON, at=Along("end")), Delay(1.0)), "does not follow"),
        ((OFF, replace(ON, at=Along(after=1.0))), "output at"),
        ((ON, replace(OFF, at=Along(after=30.0))), "pulse of 30 s"),
        (
            (
                replace(ON, at=Along("end", delay=-0.2)),
                replace(OFF, at=Along("end", delay=-0.1)),
                line(HOME),
            ),
            "two outputs along one motion",
        ),
    ],
)
def test_what_tp_cannot_say_of_outputs_is_refused_with_its_line(
    statements: tuple[Statement, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said) as refused:
        written(*statements)
    assert refused.value.line == 5
