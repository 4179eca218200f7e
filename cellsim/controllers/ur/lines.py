"""What one line of a script does: URScript text to acts, through the grammar."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lark import Token

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.chains import and_behind_or
from cellsim.controllers.reading.expression import MAX_DEPTH, Expressions, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import Line, split_comment
from cellsim.domain.program import Expr

_WORD = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DEF = re.compile(r"(def|thread)\s+([A-Za-z_]\w*)\s*\(\s*(.*?)\s*\)\s*:")
# what PolyScope shows as the current node while a script that it wrote runs
_SHOWN = re.compile(r'\$\s*\d+\s*"[^"]*"(\s*"[^"]*")*')
_RUN = re.compile(r"(?:(?:(?:global|local)\s+)?[A-Za-z_]\w*\s*=\s*)?run\s+([A-Za-z_]\w*)\s*\(\s*\)")
_ELEMENT = re.compile(r"(?:(?:global|local)\s+)?[A-Za-z_]\w*\s*\[")
_STARTS = ("call", "assign", "element", "condition")
# first port number and how many there are (script manual e-Series, Module interfaces)
_PORTS = {"standard_": (0, 8), "configurable_": (8, 8), "tool_": (16, 2)}
# From here on set_digital_out and get_digital_in, without a kind, mean the tool's ports.
_TOOL_FROM = 8
_SIGNAL = re.compile(r"get_(standard_|configurable_|tool_|)digital_(in|out)")
_OUTPUT = re.compile(r"set_(standard_|configurable_|tool_|)digital_out")
_ANY_END = frozenset({"if", "while", "def", "raw", "count", "wait"})


@dataclass(frozen=True)
class Numbers:
    """A list of numbers: joint values, or a pose p[...]."""

    values: tuple[float, ...]
    is_pose: bool


@dataclass(frozen=True)
class Listed:
    """A list, or a pose p[...], of more than numbers: names, elements, lists."""

    values: tuple[Any, ...]
    is_pose: bool


@dataclass(frozen=True)
class PoseCall:
    """pose_trans, pose_add, interpolate_pose, get_inverse_kin .. of lists, names and such calls."""

    name: str
    args: tuple[Any, ...]


class _Build(Expressions):
    """Turns grammar rules into acts while a line is parsed."""

    def numbers(self, items: Sequence[Any]) -> Numbers:
        return Numbers(tuple(float(n) for n in _NUMBER.findall(str(items[0]))), False)

    def pose_numbers(self, items: Sequence[Any]) -> Numbers:
        return Numbers(tuple(float(n) for n in _NUMBER.findall(str(items[0]))), True)

    def pose_function(self, items: Sequence[Any]) -> PoseCall:
        name, values = str(items[0]), [i for i in items[1:] if i is not None]
        named = [i for i, v in enumerate(values) if isinstance(v, Token)]
        if named and (name != "get_inverse_kin" or named != [1] or len(values) != 3):
            raise ValueError("qnear where it has no meaning")
        return PoseCall(name, tuple(v for v in values if not isinstance(v, Token)))

    def items(self, items: Sequence[Any]) -> Numbers | Listed:
        is_pose = isinstance(items[0], Token)
        values = tuple(items[1:] if is_pose else items)
        if any(isinstance(v, Expr) and depth(v) > MAX_DEPTH for v in values):
            raise ValueError("an expression nested too deep")
        numbers = [folded(v) if isinstance(v, Expr) else None for v in values]
        if None in numbers:
            return Listed(values, is_pose)
        return Numbers(tuple(v for v in numbers if v is not None), is_pose)

    def element_of(self, items: Sequence[Any]) -> Expr:
        return Expr("unknown", (items[1],), name=f"{items[0]}[]")

    def element(self, items: Sequence[Any]) -> Act:
        return Act("element", (str(items[1]), items[2], items[3]))

    def function(self, items: Sequence[Any]) -> Expr:
        name, given = str(items[0]), [i for i in items[1:] if i is not None]
        if name == "binary_list_to_integer" and len(given) == 1:
            return _number_of_bits(given[0])
        # a list or a pose has no place in an expression: what such a call gives is not followed
        arguments = [i if isinstance(i, Expr) else Expr("unknown", name="list") for i in given]
        match = _SIGNAL.fullmatch(name)
        values = [folded(a) for a in arguments]
        if match and len(values) == 1 and values[0] is not None:
            kind, port = "di" if match[2] == "in" else "do", _port(match[1], values[0])
            named = Expr("signal", name=f"{kind} {port}")
            return Expr("unknown", tuple(arguments), name=name) if port is None else named
        if name in {"d2r", "r2d"} and len(values) == 1 and values[0] is not None:
            turn = math.radians if name == "d2r" else math.degrees
            return Expr("const", value=turn(values[0]))
        if name == "get_steptime" and not values:
            return Expr("var", name="get_steptime()")
        return Expr("unknown", tuple(arguments), name=name)

    def argument(self, items: Sequence[Any]) -> tuple[str, Any]:
        return str(items[0] or ""), items[1]

    def call(self, items: Sequence[Any]) -> Act:
        return Act("call", (str(items[0]), tuple(i for i in items[1:] if i is not None)))

    def assign(self, items: Sequence[Any]) -> Act:
        return Act("assign", (str(items[1]), items[2]))

    def condition(self, items: Sequence[Any]) -> Expr:
        tree: Expr = items[0]
        return tree


def _number_of_bits(given: object) -> Expr:
    """Return a list of signals that follow each other as the group they are, lowest bit first.

    Source: integer_to_binary_list in the maker's examples: its element 7 is bit 7 of the word.
    """
    bits = given.values if isinstance(given, Listed) and not given.is_pose else ()
    names = [b.name.split() for b in bits if isinstance(b, Expr) and b.op == "signal"]
    kinds, numbers = {n[0] for n in names}, [int(n[1]) for n in names if len(n) == 2]
    if len(numbers) != len(bits) or len(kinds) != 1 or not numbers:
        return Expr("unknown", name="binary_list_to_integer")
    first, last = numbers[0], numbers[-1]
    if numbers != list(range(first, last + 1)):
        return Expr("unknown", name="binary_list_to_integer")
    return Expr("signal", name=f"g{kinds.pop()[1]} {first}..{last}")


def folded(expr: Expr, of: Callable[[Expr], float | None] | None = None) -> float | None:
    """Return the number a constant expression is; None if it has anything else.

    Args:
        expr: The tree. of: Gives the number of a part, where names have one.
    """
    of = of or folded
    if expr.op == "const":
        value = expr.value
        return float(value) if isinstance(value, float) else None
    args = [of(a) for a in expr.args]
    if not args or any(a is None for a in args):
        return None
    numbers = [a for a in args if a is not None]
    if expr.op == "neg":
        return -numbers[0]
    if expr.op in {"+", "-", "*"} and len(numbers) == 2:
        left, right = numbers
        return {"+": left + right, "-": left - right, "*": left * right}[expr.op]
    if expr.op == "/" and len(numbers) == 2 and numbers[1] != 0.0:
        return numbers[0] / numbers[1]
    return None


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, _Build())


def _parse(text: str, start: str) -> Any:
    """Return what a text says by a rule of the grammar; None where it does not say it surely."""
    return None if and_behind_or(text) else _parser().parse(text, start)


def understand(file: str, number: int, verbatim: str) -> tuple[Line, object] | None:
    """Return a line and what it does; None for an empty line."""
    code, comment = split_comment(verbatim, "#")
    line = Line(file, number, code.strip(), comment, verbatim)
    if not line.text:
        return (line, Act("comment")) if "#" in verbatim else None
    return line, act_of(line)


def act_of(line: Line) -> object:
    """Return what the text of a line does."""
    act = _act(line.text) if line.text else Act("comment")
    return NotUnderstood("expression nested too deep") if _too_deep(act) else act


def _too_deep(act: object) -> bool:
    parts: list[Any] = [act.condition] if isinstance(act, Open | Middle) else []
    if isinstance(act, Act) and act.word == "call":
        parts += [value for _, value in act.data[1]]
    elif isinstance(act, Act):
        parts += act.data
    return any(depth(p) > MAX_DEPTH for p in parts if isinstance(p, Expr))


def _act(text: str) -> object:
    if _SHOWN.fullmatch(text):
        return Act("shown")
    match = _DEF.fullmatch(text)
    if match is not None:
        if match[1] == "thread":
            return Open("raw", Expr("thread", name=match[3]), variable=match[2])
        if not match[3]:
            return Open("def", variable=match[2])
        return Open("raw", Expr("parameters", name=match[3]), variable=match[2])
    word = _WORD.match(text)
    first = word[0] if word else ""
    if text in {"end", "halt", "break", "continue", "return", "return None"}:
        return Close(_ANY_END) if text == "end" else Act(text.split()[0])
    if first in {"if", "elif", "while", "else"} and text.endswith(":"):
        return _opening(first, text[len(first) : -1].strip())
    if first in {"def", "thread", "if", "while"}:
        return Open("raw")
    if first == "return":
        return _returned(text[len(first) :].strip()) or NotUnderstood("a value that is not known")
    run = _RUN.fullmatch(text)
    if run is not None:
        return Act("run", (run[1],))
    called = text[len(first) :].lstrip().startswith("(")
    start = "element" if _ELEMENT.match(text) else "assign"
    made = _parse(text, "call" if called else start)
    return made or NotUnderstood("no statement this reader knows")


def _returned(value: str) -> object:
    """Return the act of `return value`."""
    act = _parse(f"value = {value}", "assign")
    return Act("return", (act.data[1],)) if isinstance(act, Act) else None


def _opening(word: str, rest: str) -> object:
    if word == "else":
        return Middle() if not rest else NotUnderstood("else with a condition")
    condition = _parse(rest, "condition")
    if condition is None:
        unknown = Expr("unknown", name=rest)
        return Middle(unknown) if word == "elif" else Open("if" if word == "if" else "raw", unknown)
    if word == "elif":
        return Middle(condition)
    return Open(word, condition)


def names_before(text: str) -> list[str]:
    """Return the names that a line which is not understood may set: those left of its `=`."""
    left, equals, _ = text.partition("=")
    return _WORD.findall(left) if equals else []


def output_port(name: str, index: float) -> int | None:
    """Return the port number that a set_..._digital_out function and its index mean."""
    match = _OUTPUT.fullmatch(name)
    return None if match is None else _port(match[1], index)


def _port(kind: str, index: float) -> int | None:
    """Return the port number of an index of a kind; None for one that the controller has not.

    Source: script manual e-Series, 17.7, 17.8, 17.44: set_digital_out and get_digital_in take
    [0:9], and "n:8-9 go to the tool digital inputs"; the kinds take [0:7], the tool [0:1].
    """
    if not kind:
        tool = index >= _TOOL_FROM
        kind, index = ("tool_", index - _TOOL_FROM) if tool else ("standard_", index)
    first, count = _PORTS[kind]
    return first + int(index) if float(index).is_integer() and 0 <= index < count else None
