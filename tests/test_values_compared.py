"""How conditions and values are read: what binds first, what a register holds, close numbers."""

from __future__ import annotations

import numpy as np
import pytest
from small_texts import inform, left, number, ran, read, tp

from cellsim.domain.program import Assign, Expr, If
from cellsim.domain.walk import within
from cellsim.simulate.expression import Unknown, evaluate, say


def conditions(statements: object) -> list[str]:
    """Return the conditions of the branches among statements, as text."""
    return [say(s.condition) for s in within(statements) if isinstance(s, If)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "read"),
    [
        ("DI[1]=R[1]>5", "grip_closed == (r1 > 5.0)"),
        ("R[1]>5=DI[1]", "(r1 > 5.0) == grip_closed"),
        ("DI[1]<>R[1]>=R[2]+1", "grip_closed != (r1 >= (r2 + 1.0))"),
        ("!DI[1]=ON AND R[1]=5", "(not grip_closed) and (r1 == 5.0)"),
    ],
)
def test_tp_compares_sizes_before_it_asks_for_the_same(condition: str, read: str) -> None:
    """Mixed logic: ! and arithmetic, then < and >, then = and <>, then AND, then OR."""
    program = tp(f"IF ({condition}) THEN", "DO[2]=ON", "ENDIF")
    assert conditions(program.routines[0].body) == [read]


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        ("IN#(1)=ON ANDEXP IN#(3)=ON OREXP IN#(3)=OFF", False),
        ("B000=1 ANDEXP B001=1 OREXP IN#(3)=ON", False),
        ("(IN#(1)=ON ANDEXP B000=1 OREXP B001=1)", False),
        ("(IN#(1)=ON ANDEXP IN#(3)=ON) OREXP B001=1", True),
        ("IN#(1)=ON ANDEXP (B000=1 OREXP B001=1)", True),
        ("IN#(1)=ON ANDEXP IN#(3)=ON", True),
    ],
)
def test_and_beside_or_is_not_guessed_where_signals_are_asked(condition: str, known: bool) -> None:
    """The parentheses of IN#(1) are none around a chain."""
    program = inform({"A": [f"IFTHENEXP {condition}", "DOUT OT#(2) ON", "ENDIF"]})
    (branch,) = (s for s in program.routines[0].body if isinstance(s, If))
    assert (branch.condition.op != "unknown") is known


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (["SET B000 255"], True),
        (["SET B000 256"], False),
        (["SET B000 -1"], False),
        (["SET I000 32768"], False),
        (["SET I000 -32768"], True),
        (["SET D000 2147483648"], False),
        (["SET B000 255", "INC B000"], False),
        (["SET I000 300", "MUL I000 200"], False),
        (["SET B000 250", "ADD B000 5"], True),
        (["SET R000 1000000"], True),
        (["SET B000 I000"], False),
        (["SET I000 40", "SET B000 I000"], True),
        (["SET I000 400", "SET B000 I000"], False),
        (["SET D000 B000"], True),
    ],
)
def test_a_register_of_inform_holds_no_more_than_its_bits(lines: list[str], known: bool) -> None:
    program = inform({"A": lines})
    *_, last = (s for s in program.routines[0].body if isinstance(s, Assign))
    assert (last.value.op != "unknown") is known
    assert left(program) == []


def asked(op: str, a: float, b: float) -> object:
    return evaluate(Expr(op, (number(a), number(b))), lambda _: False)


@pytest.mark.parametrize("step", [0.1, 0.2, 0.3, 0.7])
def test_numbers_that_seven_digits_do_not_tell_apart_are_not_compared(step: float) -> None:
    """Ten steps in single precision, as most controllers count, and in ours."""
    ours, theirs = 0.0, np.float32(0.0)
    for _ in range(10):
        ours, theirs = ours + step, np.float32(theirs + np.float32(step))
    end = 10.0 * step
    for op, same in (("<", theirs < np.float32(end)), ("==", theirs == np.float32(end))):
        found = asked(op, ours, end)
        assert isinstance(found, Unknown) or found == same


def test_numbers_that_are_apart_or_whole_are_compared() -> None:
    assert asked("<", 1.0, 1.001) is True
    assert asked("==", 2.5, 2.5) is True
    assert asked("<", 9_999_999.0, 10_000_000.0) is True
    assert asked("!=", 0.5, 0.25) is True
    assert isinstance(asked("==", 0.1 + 0.2, 0.3), Unknown)


def test_a_name_in_quotes_is_a_text_and_no_parameter_or_counter() -> None:
    """What stands in the place of a parameter or a counter does not stand in texts."""
    script = (
        'def t():\n  def go(left):\n    if left == "left":\n      sleep(1)\n    end\n  end\n'
        '  go("left")\n  go("right")\n  x = "left"\n  go(x)\nend\n'
    )
    assert ran(read("ur", {"t.script": script}))[0] == 2
    job = (
        'Hyundai Robot Job File; { version: 1.6, mech_type: "", total_axis: -1, aux_axis: 0 }\n'
        '     var s="i"\n     var n\n     for i=1 to 2\n     n=i\n     if s=="i"\n     delay 1\n'
        "     endif\n     next\n     end\n"
    )
    assert ran(read("hyundai", {"0102_t.job": job}))[0] == 2
