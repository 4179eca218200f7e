"""A variable that is named as a signal is that variable, not the signal."""

from __future__ import annotations

from readings import body, raw_lines, reasons
from states_lost import read

from cellsim.controllers.text import ReadResult
from cellsim.domain.program import Assign, If, SetSignal, Wait


# Source: 3HAC16580, scope of data (recalled): what a program declares hides what is installed.
def rapid(data: str, *lines: str, more: str = "") -> ReadResult:
    text = "\n".join(["MODULE m", data, "PROC main()", *lines, "ENDPROC", more, "ENDMODULE", ""])
    return read("abb", {"m.mod": text})


def outputs(result: ReadResult) -> list[str]:
    return [s.signal for s in body(result) if isinstance(s, SetSignal)]


def test_rapid_a_variable_named_as_an_input_is_compared_as_that_variable() -> None:
    lines = "ready:=TRUE;", "IF ready=FALSE THEN", "ENDIF", "WaitUntil ready;"
    stated, asked, waited = body(rapid("VAR bool ready;", *lines))
    assert isinstance(stated, Assign)
    assert isinstance(asked, If)
    assert isinstance(waited, Wait)
    assert [(e.op, e.name) for e in (asked.condition.args[0], waited.condition)] == [
        ("var", "ready"),
        ("var", "ready"),
    ]


def test_rapid_an_output_of_a_name_that_is_declared_is_none_of_the_cell() -> None:
    """AliasIO grip, lamp: which output lamp is, is not read."""
    result = rapid("VAR signaldo lamp;", "Set lamp;", "SetDO lamp,1;", "SetDO grip_close,1;")
    assert outputs(result) == ["do lamp", "do lamp", "grip_close"]
    assert any("signal lamp is data" in note for note in result.notes)


def test_rapid_a_name_of_another_routine_hides_no_signal() -> None:
    other = "PROC r()\nVAR bool lamp;\nlamp:=TRUE;\nENDPROC"
    assert outputs(rapid("", "SetDO lamp,1;", more=other)) == ["lamp"]


def test_krl_a_variable_in_a_list_that_is_named_as_a_signal_is_not_that_signal() -> None:
    text = "DEF p( )\nSIGNAL lamp2 $OUT[2]\nsub( )\nEND\nDEF sub( )\nDECL BOOL x, lamp2\n"
    result = read("kuka", {"p.src": f"{text}lamp2=TRUE\nIF lamp2 THEN\nENDIF\nEND\n"})
    assert raw_lines(result) == [7, 8]
    assert len(reasons(result)) == 2
