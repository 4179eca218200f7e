"""Registers of INFORM at the ends of what they hold: B 0..255, I 16 and D 32 bits with a sign.

No manual that could be read says what a sum beyond does, so it is not known: never a number.
"""

from __future__ import annotations

import re

import pytest
from controllers_support import cell_of
from round_trips import there_and_back
from test_yaskawa_reading import read

from cellsim.domain.files.program import dump_program, parse_program
from cellsim.domain.program import Assign, Expr, If, Loop, Program, SetSignal
from cellsim.domain.walk import statements_of
from cellsim.errors import BadInput
from cellsim.release.meaning.trace import as_done
from cellsim.simulate.actions import Put
from cellsim.simulate.expression import UNKNOWN, Value
from cellsim.simulate.interpret import Interpreter


def _run(program: Program, limit: int = 5_000) -> tuple[dict[str, Value], list[str], list[object]]:
    """Return the variables behind a run, the rules of its findings, and the lamp's values."""
    interpreter = Interpreter(program, frozenset(), {})
    put: list[object] = []
    for _, action in zip(range(limit), interpreter.run(), strict=False):
        put += [action.value] if isinstance(action, Put) else []
    return interpreter.variables, [f.rule for f in interpreter.findings], put


COUNTED = {
    "byte, its most": ("B000", "254", "INC B000", 255.0),
    "byte, above": ("B000", "255", "INC B000", UNKNOWN),
    "byte, below": ("B000", "0", "DEC B000", UNKNOWN),
    "byte, sum": ("B000", "200", "ADD B000 B000", UNKNOWN),
    "byte, product": ("B000", "16", "MUL B000 16", UNKNOWN),
    "16 bits, its most": ("I000", "32766", "INC I000", 32767.0),
    "16 bits, above": ("I000", "32767", "INC I000", UNKNOWN),
    "16 bits, its least": ("I000", "-32767", "DEC I000", -32768.0),
    "16 bits, below": ("I000", "-32768", "DEC I000", UNKNOWN),
    "32 bits, its most": ("D000", "2147483646", "INC D000", 2147483647.0),
    "32 bits, above": ("D000", "2147483647", "INC D000", UNKNOWN),
    "real": ("R000", "2147483647", "ADD R000 1", 2147483648.0),
    "wider into a byte, it fits": ("I000", "255", "SET B000 I000", 255.0),
    "wider into a byte": ("I000", "256", "SET B000 I000", UNKNOWN),
}


@pytest.mark.parametrize("what", COUNTED)
@pytest.mark.parametrize("loop", [False, True])
def test_a_register_holds_a_sum_or_is_not_known(what: str, loop: bool) -> None:
    """Line after line the text gives the value; behind a loop only the run does."""
    name, first, line, then = COUNTED[what]
    inside = ("FOR D099=1 TO 1", line, "NEXT D099") if loop else (line,)
    result = read(f"SET {name} {first}", *inside)
    assert result.raw_lines == ()
    target = line.split()[1]
    assert _run(result.program)[0][target] is then or _run(result.program)[0][target] == then


def test_a_count_that_runs_over_is_a_branch_that_is_not_known() -> None:
    """256 passes of a byte: its last sum is none that it holds; with 255 all is known."""
    for passes, rules, lamp in ((255, [], [True]), (256, ["branch-on-unknown"], [])):
        lines = [f"FOR D099=1 TO {passes}", "INC B000", "NEXT D099"]
        result = read("SET B000 0", *lines, "IFTHENEXP B000>0", "DOUT OT#(2) ON", "ENDIF")
        assert result.raw_lines == ()
        motion = "MOVJ C00000 VJ=9.00 PL=0"
        assert read(motion).raw_lines == ()
        assert _run(result.program)[1:] == (rules, lamp)


def test_a_comparison_of_programs_does_not_go_on_with_a_sum_beyond() -> None:
    for first, told in (("254", "const"), ("255", "unknown")):
        done = as_done(read(f"SET B000 {first}", "INC B000", "SET D000 B000").program)
        assert [i.condition.op for i in done if i.word == "assign" and i.condition][-1:] == [told]


def test_what_a_register_holds_is_in_the_file_of_a_program() -> None:
    program = read("SET B000 1", "INC B000").program
    again = parse_program(dump_program(program), "p.program.yaml")
    found = [s.holds for s in statements_of(again) if isinstance(s, Assign)]
    assert found == [None, (0.0, 255.0)]
    text = dump_program(program)
    for wrong in ("holds: [255, 0]", "holds: [0, .nan]", "holds: [0]", "holds: 255"):
        with pytest.raises(BadInput):
            parse_program(re.sub(r"holds: \[0.*?, 255.*?\]", wrong, text), "p.program.yaml")


def test_a_program_that_is_written_says_what_its_registers_hold() -> None:
    count, one = Expr("var", name="D007"), Expr("const", value=1.0)
    loop = Loop((Assign("D007", Expr("+", (count, one))),), condition=Expr("<", (count, one)))
    lamp = If(Expr("==", (count, one)), (SetSignal("lamp", True),), ())
    begin = Assign("D007", Expr("const", value=0.0))
    _, quantised, result = there_and_back("yaskawa", cell_of("yaskawa"), begin, loop, lamp)
    for program in (quantised, result.program):
        held = [s.holds for s in statements_of(program) if isinstance(s, Assign)]
        assert held == [None, (-(2.0**31), 2.0**31 - 1.0)]
