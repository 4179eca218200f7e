"""What HRScript text means piece by piece: steps, acts, and the transformer of the grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.expression import Expressions
from cellsim.controllers.reading.grammar import groups_of
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

_SPEED = re.compile(r"spd\s*=\s*([\d.]+)\s*(\S+)", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.]+")
_SIGNAL = re.compile(r"(?:fb\D*?(\d+)\D*?\.\s*)?(do|di)([bwl]?)\D*(\d+)", re.IGNORECASE)
# Signals of a byte, word and long; each begins at a byte (HRScript manual 6.1.1, table and figure).
_WIDTHS = {"b": 8, "w": 16, "l": 32}
# the variable that holds what the last job or function returned
RESULT = "result__value"
SIGNALS_PER_BLOCK = 960


@dataclass
class Step:
    """A move statement as it stands in the text; values in the text's units."""

    interpolation: str
    pose: str = ""
    values: tuple[float, ...] | None = None
    shift: str = ""
    speed: tuple[float, str] | None = None
    accu: Expr | None = None
    tool: Expr | None = None
    until: bool = False


@dataclass(frozen=True)
class Shift:
    """Shift(j1, j2, ..): what is added to the axis values of a pose."""

    values: tuple[float, ...]


@dataclass(frozen=True)
class Addressed:
    """A line's own address (line number or step number) and its act."""

    line: Line
    act: object
    address: str = ""


class Build(Expressions):
    """Turns grammar rules into acts while a line is parsed."""

    def chain(self, items: Sequence[Any]) -> Expr:
        """left (operator right)*, from the left; `a * 1.0 / b` is the quotient of a and b."""
        parts = list(items)
        for at in range(1, len(parts) - 3, 2):
            one = parts[at + 1]
            if (str(parts[at]), str(parts[at + 2])) == ("*", "/") and one.value == 1.0:
                del parts[at : at + 2]
                break
        return super().chain(parts)

    def signal(self, items: Sequence[Any]) -> Expr:
        block, kind, size, number = groups_of(_SIGNAL, str(items[0]))
        start = SIGNALS_PER_BLOCK * int(block or 0)
        if size:
            width, first = _WIDTHS[size.lower()], 8 * int(number)
            if first + width > SIGNALS_PER_BLOCK:
                raise ValueError("a byte behind the last of its block")
            first += start
            return Expr("signal", name=f"g{kind[1].lower()} {first}..{first + width - 1}")
        at = int(number) + start
        return Expr("signal", name=f"{kind.lower()} {at}")

    def tg_name(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "name", (str(items[1]), _shift(items[2:]))

    def tg_joints(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "joints", (_numbers(items[1]), _shift(items[2:]))

    def result(self, _items: Sequence[Any]) -> Expr:
        return Expr("var", name=RESULT)

    def spd(self, items: Sequence[Any]) -> tuple[str, Any]:
        value, unit = groups_of(_SPEED, str(items[0]))
        return "spd", (float(value), unit.lower())

    def accu(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "accu", items[1]

    def tool(self, items: Sequence[Any]) -> tuple[str, Any]:
        return "tool", items[1]

    def move(self, items: Sequence[Any]) -> Step:
        until, hidden = items[-3], items[-1]
        options = [o for o in items[1:-3] if o is not None]
        if len({"tg" if n in ("name", "joints") else n for n, _ in options}) < len(options):
            raise ValueError("an option is given twice")
        step = Step(str(items[0]).upper(), until=until is not None)
        for name, value in options:
            if name == "name":
                step.pose, step.shift = value
            elif name == "joints":
                step.values, step.shift = value
            elif name == "spd":
                step.speed = value
            else:
                setattr(step, name, value)
        if hidden is not None:
            if step.pose or step.values is not None:
                raise ValueError("two targets")
            step.values = _numbers(hidden)
        return step

    def item(self, items: Sequence[Any]) -> tuple[str, Any]:
        value = items[1]
        if isinstance(value, str) and value.startswith("Shift"):
            return str(items[0]), Shift(_numbers(value))
        return str(items[0]), _numbers(value) if isinstance(value, str) else value

    def parameters(self, items: Sequence[Any]) -> Act:
        return Act("param", tuple((str(i), None) for i in items))

    def formal(self, items: Sequence[Any]) -> tuple[str, Any]:
        return str(items[0]), items[1]

    def defined(self, items: Sequence[Any]) -> Act:
        return Act("def", (str(items[0]), tuple(items[1:])))

    def set_shift(self, items: Sequence[Any]) -> Act:
        return Act("shift", (str(items[0]), Shift(_numbers(items[1]))))

    def declare(self, items: Sequence[Any]) -> Act:
        return Act("declare", tuple(items))

    def set_signal(self, items: Sequence[Any]) -> Act:
        return Act("set", (self.signal([items[0]]).name, items[1]))

    def set_pose(self, items: Sequence[Any]) -> Act:
        return Act("pose", (str(items[0]), _numbers(items[1])))

    def set_variable(self, items: Sequence[Any]) -> Act:
        return Act("assign", (str(items[0]), items[1]))

    def wait(self, items: Sequence[Any]) -> Act:
        label = None if items[2] is None else _label(items[2])
        return Act("wait", (items[0], items[1], label))

    def condition(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree

    def address(self, items: Sequence[Any]) -> str:
        text = str(items[0])
        return _label(text) if text.startswith("*") else text.upper()

    def jump_if(self, items: Sequence[Any]) -> Act:
        return Act("jump_if", (items[0], items[2]))

    def goto(self, items: Sequence[Any]) -> Act:
        return Act("goto", (items[0],))

    def count(self, items: Sequence[Any]) -> tuple[Any, ...]:
        return str(items[0]), items[1], items[3], items[5]

    def call(self, items: Sequence[Any]) -> Act:
        return Act("call", (str(items[0]), tuple(i for i in items[1:] if i is not None)))


def _shift(items: Sequence[Any]) -> str:
    """Return the name of a shift that is added, with a minus before one that is taken away."""
    sign, name = items
    return "" if name is None else ("-" if sign == "-" else "") + str(name)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(n) for n in _NUMBER.findall(str(text).partition("(")[2] or str(text)))


def _label(text: str) -> str:
    return str(text)[1:].strip()
