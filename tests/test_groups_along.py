"""Groups of signals that are set along a motion: KRL and RAPID say and read them, others refuse.

Source: TRIGGER .. DO takes an assignment (a public grammar of KRL); TriggIO and TriggEquip take
\\GOp beside \\DOp (forms in public code; the pages were not read).
"""

from __future__ import annotations

import pytest
from brandkit import KITS
from controllers_support import cell_of
from readings import body, reasons
from round_trips import there_and_back
from states_lost import read
from states_said import LIN, SET

from cellsim.controllers.brands import BRANDS
from cellsim.domain.along import Along
from cellsim.domain.program import Program, Routine, SetSignal, Statement
from cellsim.errors import Refused

PLACES = [Along("start"), Along("end", -0.02), Along("end", -0.0305, -0.01), Along("start", 0.015)]


def code_along(brand: str, value: float, at: Along) -> tuple[Statement, ...]:
    kit = KITS[brand]
    return (
        kit.joint(tool="gripper"),
        SetSignal("code", value, at),
        kit.line(tool="gripper", frame="body"),
    )


@pytest.mark.parametrize("at", PLACES)
@pytest.mark.parametrize(("brand", "text"), [("kuka", " DO code=5"), ("abb", "\\GOp:=code, 5;")])
def test_a_group_along_a_line_is_written_and_read(brand: str, text: str, at: Along) -> None:
    files, _, result = there_and_back(brand, cell_of(brand), *code_along(brand, 5.0, at))
    assert any(text in content.decode() for content in files.values())
    assert result.coverage.ratio == 1.0
    (found,) = (s for s in body(result) if isinstance(s, SetSignal))
    assert (found.signal, found.value) == ("code", 5.0)
    assert found.at is not None
    assert found.at.rounded() == at.rounded()


@pytest.mark.parametrize("brand", ["kuka", "abb"])
def test_a_number_that_the_bits_do_not_hold_is_refused(brand: str) -> None:
    program = Program("p", "arm", (Routine("p", code_along(brand, 256.0, PLACES[0])),))
    with pytest.raises(Refused, match="8 bits"):
        BRANDS[brand].write(BRANDS[brand].quantise(program, cell_of(brand)), cell_of(brand))


def test_tp_has_no_words_for_a_group_along_a_motion() -> None:
    program = Program("p", "arm", (Routine("p", code_along("fanuc", 5.0, PLACES[1])),))
    with pytest.raises(Refused, match="along a motion"):
        BRANDS["fanuc"].write(BRANDS["fanuc"].quantise(program, cell_of("fanuc")), cell_of("fanuc"))


def krl(*lines: str) -> list[tuple[str, object, str]]:
    data = "DEFDAT p\nSIGNAL code $OUT[9] TO $OUT[16]\nSIGNAL lit $OUT[2]\nINT n\nENDDAT\n"
    text = "\n".join(["DEF p( )", *SET, *lines, LIN, "END", ""])
    result = read("kuka", {"p.src": text, "p.dat": data})
    return [
        *((s.signal, s.value, str(s.at)) for s in body(result) if isinstance(s, SetSignal)),
        *(("", why, "") for why in reasons(result)),
    ]


def test_krl_a_trigger_of_a_name_is_what_signal_says_it_is() -> None:
    where = "TRIGGER WHEN PATH=-20 DELAY=0 DO"
    assert krl(f"{where} code=5") == [("code", 5.0, "end -20 mm")]
    assert krl(f"{where} lit=FALSE") == [("lamp", False, "end -20 mm")]
    assert krl(f"{where} n=5") == [("", "TRIGGER of other than an output", "")]
    assert krl(f"{where} code=n") == [("", "TRIGGER of other than an output", "")]


@pytest.mark.parametrize(
    ("event", "known"),
    [("\\GOp:=code,3", True), ("\\GOp:=other,3", False), ("\\GOp:=code,3.5", False),
     ("\\GOp:=code\\DOp:=lamp,1", False)],
)  # fmt: skip
def test_rapid_a_triggdata_of_a_group(event: str, known: bool) -> None:
    target = "[[800,0,900],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]]"
    lines = [f"TriggIO t,10{event};", f"TriggL {target},v100,t,fine,gripper;"]
    text = "\n".join(
        ["MODULE m", "VAR triggdata t;", "PROC main()", *lines, "ENDPROC", "ENDMODULE"]
    )
    result = read("abb", {"m.mod": text})
    found = [(s.signal, s.value, str(s.at)) for s in body(result) if isinstance(s, SetSignal)]
    assert found == ([("code", 3.0, "end -10 mm")] if known else [])
    assert bool(reasons(result)) is not known
