"""How RAPID says statements that are no motion."""

from __future__ import annotations

from cellsim.controllers.abb.digits import TIME_DIGITS
from cellsim.controllers.abb.expression import MOST_BITS, say
from cellsim.controllers.abb.names import checked, signal_name
from cellsim.controllers.writing.lines import code_of, output_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.statements import Blocks, Phrases
from cellsim.domain.cell import MotionGroup
from cellsim.domain.program import Assign, SetSignal
from cellsim.errors import Refused


def _output(statement: SetSignal, group: MotionGroup) -> str:
    name = output_name(statement, group)
    return f"SetDO {name}, {int(bool(statement.value))};"


def _number(statement: SetSignal, group: MotionGroup) -> str:
    """Return SetGO code, 5;"""
    port, value = code_of("abb", group, statement)
    if port.width > MOST_BITS:
        what = f"'{statement.signal}': {port.width} bits, a num holds {MOST_BITS}"
        raise Refused("abb", what, line=statement.line)
    return f"SetGO {signal_name(statement.signal, group, statement.line)}, {value};"


def output_name(statement: SetSignal, group: MotionGroup) -> str:
    """Return the name of an output; Refused for an input."""
    output_of("abb", group, statement.signal, statement.line)
    return signal_name(statement.signal, group, statement.line)


def _assign(statement: Assign, group: MotionGroup) -> str:
    return f"{statement.name}:={say(statement.value, group, statement.line)};"


_BLOCKS = Blocks(
    branch="IF {condition} THEN",
    otherwise_if="ELSEIF {condition} THEN",
    otherwise="ELSE",
    end_branch="ENDIF",
    during="WHILE {condition} DO",
    end_during="ENDWHILE",
    count="FOR {counter} FROM 1 TO {count} DO",
    end_count="ENDFOR",
)
PHRASES = Phrases(
    brand="abb",
    blocks=_BLOCKS,
    condition=say,
    output=_output,
    assign=_assign,
    delay=lambda seconds, _: [f"WaitTime {short(seconds, TIME_DIGITS)};"],
    call=lambda name, _: f"{name};",
    back="RETURN;",
    goto=lambda name, _: f"GOTO {name};",
    label=lambda name, line: f"{checked(name, 'label', line)}:",
    remarks=lambda text: [f"! {one_line(text)}".rstrip()],
    kept=lambda text: f"! {one_line(text)}",
    number=_number,
)
