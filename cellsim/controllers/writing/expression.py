"""Print conditions and values: a brand says its signs and words, the walk is the same.

Source: each brand's `expression.py` names the manual its signs are from.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from cellsim.controllers.writing.lines import numbers_in, port_of
from cellsim.controllers.writing.numbers import short
from cellsim.controllers.writing.quantise import CONST_DIGITS
from cellsim.domain.cell import MotionGroup
from cellsim.domain.controller import Port
from cellsim.domain.program import Expr
from cellsim.errors import Refused

LEAVES = frozenset({"const", "var", "signal"})
SAME_SIGNS = ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/")
_BOOLEAN = frozenset({"and", "or", "not", "signal", "==", "!=", "<", "<=", ">", ">="})


def spaced(words: Mapping[str, str]) -> dict[str, str]:
    """Return every operation with two sides to its sign between blanks; `words` are the others."""
    signs = {sign: sign for sign in SAME_SIGNS} | dict(words)
    return {op: f" {sign} " for op, sign in signs.items()}


def _number(value: float) -> str:
    return short(value, CONST_DIGITS)


@dataclass(frozen=True)
class Spelling:
    """How a language spells expressions.

    Attributes:
        brand: Whose language it is. signs: Operation to what stands between its two sides.
        signal: Text of a signal at a port, of a line of the program.
        negation, minus: Templates of `not` and of a sign. true, false: The two constants.
        off: Text of a signal that is off, where the language says that in one; None: negation.
        bare: Operations that stand in others without parentheses.
        variable: Text of a variable of a line; None: its name. number: Text of a number.
        quotes: Whether a text can stand in quotes; None: no text can.
        kinds: Kinds of ports the language knows.
    """

    brand: str
    signs: Mapping[str, str]
    signal: Callable[[str, Port, int], str]
    negation: str = "NOT {}"
    minus: str = "-{}"
    true: str = "TRUE"
    false: str = "FALSE"
    off: Callable[[str, Port, int], str] | None = None
    bare: frozenset[str] = LEAVES
    variable: Callable[[str, int], str] | None = None
    number: Callable[[float], str] = _number
    quotes: Callable[[str], bool] | None = None
    kinds: tuple[str, ...] = ("do", "di")


def is_boolean(expr: Expr, numbers: Container[str] = ()) -> bool:
    """Return whether a value is a condition, not a number; numbers: signals that are one."""
    if expr.op == "signal" and expr.name in numbers:
        return False
    return expr.op in _BOOLEAN or (expr.op == "const" and isinstance(expr.value, bool))


def only_compared(expr: Expr, brand: str, group: MotionGroup, line: int) -> None:
    """Refuse a number of a group of signals that stands where a condition is asked for."""
    numbers = numbers_in(group)
    waiting = [(expr, True)]
    while numbers and waiting:
        part, asked = waiting.pop()
        if asked and part.op == "signal" and part.name in numbers:
            raise Refused(brand, f"the number '{part.name}' as a condition", line=line)
        joins = part.op in ("and", "or", "not")
        against = any(a.op == "const" and isinstance(a.value, bool) for a in part.args)
        waiting += [(arg, joins or against) for arg in part.args]


def spell(expr: Expr, spelling: Spelling, group: MotionGroup, line: int) -> str:
    """Return an expression as text, inner operations in parentheses.

    Raises:
        Refused: An operation or a constant that the language has no words for.
        UnknownName: A signal without a port on this controller.
    """

    def inner(part: Expr) -> str:
        text = spell(part, spelling, group, line)
        number = part.op == "signal" and part.name in numbers_in(group)
        return text if number or part.op in spelling.bare else f"({text})"

    match expr.op:
        case "const":
            return _constant(expr.value, spelling, line)
        case "var":
            return spelling.variable(expr.name, line) if spelling.variable else expr.name
        case "signal":
            return spelling.signal(expr.name, _port(expr, spelling, group, line), line)
        case "not" if spelling.off is not None and expr.args[0].op == "signal":
            leaf = expr.args[0]
            return spelling.off(leaf.name, _port(leaf, spelling, group, line), line)
        case "not":
            return spelling.negation.format(inner(expr.args[0]))
        case "neg":
            return spelling.minus.format(inner(expr.args[0]))
    if expr.op in spelling.signs and len(expr.args) == 2:
        left, right = expr.args
        return f"{inner(left)}{spelling.signs[expr.op]}{inner(right)}"
    raise Refused(spelling.brand, f"expression '{expr.op}'", line=line)


def _port(signal: Expr, spelling: Spelling, group: MotionGroup, line: int) -> Port:
    return port_of(spelling.brand, group, signal.name, line, spelling.kinds)


def _constant(value: float | bool | str | None, spelling: Spelling, line: int) -> str:
    if isinstance(value, bool):
        return spelling.true if value else spelling.false
    if isinstance(value, float | int):
        return spelling.number(float(value))
    if isinstance(value, str) and spelling.quotes is not None and spelling.quotes(value):
        return f'"{value}"'
    raise Refused(spelling.brand, f"constant {value!r}", line=line)
