"""What one line of a job file does: HRScript text to acts, through the grammar.

Source: HRScript manual 2.1 Statements, 3.1 Address (line numbers, labels, step numbers).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cellsim.controllers.hyundai.acts import Addressed, Build
from cellsim.controllers.hyundai.outputs import pulse, triggout
from cellsim.controllers.hyundai.unclear import unclear
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.expression import MAX_DEPTH, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import Line, split_comment
from cellsim.controllers.reading.values import constant
from cellsim.domain.program import Expr

_PREFIX = re.compile(r"\s*(S\d{1,3}(?=\s)|\d{1,4}(?=\s))?\s*(.*?)\s*$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_ROBOT_TOOL = re.compile(r"\d+(\s*,\s*robot)?", re.IGNORECASE)
_STARTS = (
    "move",
    "declare",
    "assign",
    "wait",
    "condition",
    "jump_if",
    "goto",
    "count",
    "call",
    "parameters",
    "defined",
)
_IN_SPACE = "a pose in x, y, z, rx, ry, rz"


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, Build())


def _parse(text: str, start: str) -> Any:
    """Return what a text says by a rule of the grammar; None where it does not say it surely."""
    return None if unclear(text) else _parser().parse(text, start)


def understand(file: str, number: int, verbatim: str) -> Addressed | None:
    """Return what a line does; None for an empty line."""
    code, comment = split_comment(verbatim, "#")
    match = _PREFIX.match(code)
    address, text = ("", code.strip()) if match is None else (match[1] or "", match[2])
    line = Line(file, number, text, comment, verbatim)
    if not text:
        if address or "#" in verbatim:
            return Addressed(line, Act("comment", (comment,)), address.upper())
        return None
    return Addressed(line, act_of(line), address.upper())


def act_of(line: Line) -> object:
    """Return what the text of a line, without its number, does."""
    act = _act(line.text)
    return NotUnderstood("expression nested too deep") if _too_deep(act) else act


def _too_deep(act: object) -> bool:
    parts: tuple[Any, ...] = act.data if isinstance(act, Act) else ()
    if isinstance(act, Open | Middle):
        parts = (act.condition,)
    return any(depth(p) > MAX_DEPTH for p in parts if isinstance(p, Expr))


def _act(text: str) -> object:
    if text.startswith("*"):
        return Act("label", (text[1:].strip(),)) if _WORD.fullmatch(text[1:].strip()) else _bad()
    match = _WORD.match(text)
    word = match[0].lower() if match else ""
    rest = text[len(word) :].strip()
    made = _SIMPLE.get(word)
    if made is not None and not rest:
        return made
    if word not in _BLOCKS and unclear(text):
        return _bad(unclear(text))
    handler = _HANDLERS.get(word)
    if handler is not None and not rest.startswith("="):
        open_order = word in {"move", "var", "global"} and '"' in rest
        return handler(rest) or _bad(_IN_SPACE if open_order else "")
    return _parse(text, "assign") or _bad()


def _bad(reason: str = "") -> NotUnderstood:
    return NotUnderstood(reason or "no statement this reader knows")


def _if(rest: str) -> object:
    jump = _parse(rest, "jump_if")
    if jump is not None:
        return jump
    condition = _parse(rest.removesuffix("then"), "condition")
    if condition is None and re.search(r"\bthen\s+\S", rest):
        return None
    return Open("if", condition or Expr("unknown", name=rest))


def _elseif(rest: str) -> object:
    condition = _parse(rest, "condition")
    return Middle(condition or Expr("unknown", name=rest))


def _while(rest: str) -> object:
    condition = _parse(rest, "condition")
    return Open("raw") if condition is None else Open("while", condition)


def _for(rest: str) -> object:
    made = _parse(rest, "count")
    if made is None:
        return Open("raw")
    name, first, last, step = made
    values = [constant(e) for e in (first, last, step or Expr("const", value=1.0))]
    if (
        None in values
        or values[2] != 1.0
        or any(not float(v).is_integer() for v in values if v is not None)
    ):
        if not values[2]:
            return Open("raw")
        return Open("for", Expr("for", (first, last, step or Expr("const", value=1.0))), 0, name)
    count = int(values[1] or 0.0) - int(values[0] or 0.0) + 1
    # Whether one that has nothing to count makes a pass is on no page (3.6.1).
    return Open("count", count=count, variable=name) if count > 0 else Open("raw")


def _switch(rest: str) -> object:
    value = _parse(rest, "condition")
    return Open("raw") if value is None else Open("raw", value, variable="switch")


def _case(rest: str) -> object:
    value = _parse(rest, "condition")
    return None if value is None else Act("case", (value,))


def _signal(text: str) -> object:
    return _parse(text, "condition")


def _jump(rest: str) -> object:
    act = _parse(rest, "call")
    return Act("jump", act.data) if isinstance(act, Act) else None


def _return(rest: str) -> object:
    value = _parse(rest, "condition")
    return None if value is None else Act("return", (value,))


def _gosub(rest: str) -> object:
    act = _parse(rest, "goto")
    return Act("gosub", act.data) if isinstance(act, Act) and rest.startswith("*") else None


def _plain(start: str) -> Any:
    return lambda rest: _parse(rest, start)


def _number(word: str) -> Any:
    return lambda rest: Act(word, (int(rest),)) if rest.isdigit() and len(rest) < 6 else None


def _delay(rest: str) -> object:
    value = _parse(rest, "condition")
    return None if value is None else Act("delay", (value,))


# What these begin stays a block where its condition is not clear.
_BLOCKS = frozenset({"if", "elseif", "while", "for", "switch", "print"})
_SIMPLE: dict[str, object] = {
    "else": Middle(),
    "endif": Close(frozenset({"if"})),
    "next": Close(frozenset({"count", "for", "raw"})),
    "endwhile": Close(frozenset({"while", "raw"})),
    "end_switch": Close(frozenset({"raw"})),
    "default": Act("default"),
    "break": Act("break"),
    "continue": Act("continue"),
    "retsub": Act("retsub"),
    "end": Act("end"),
    "return": Act("return"),
    "stop": Act("stop"),
}
_HANDLERS: dict[str, Any] = {
    "move": _plain("move"),
    "var": _plain("declare"),
    "global": _plain("declare"),
    "wait": _plain("wait"),
    "goto": _plain("goto"),
    "call": _plain("call"),
    "jump": _jump,
    "param": _plain("parameters"),
    "def": _plain("defined"),
    "return": _return,
    "gosub": _gosub,
    "pulse": lambda rest: pulse(rest, _signal),
    "triggout": lambda rest: triggout(rest, _signal),
    "delay": _delay,
    "if": _if,
    "elseif": _elseif,
    "while": _while,
    "for": _for,
    "switch": _switch,
    "case": _case,
    "selucrd": _number("selucrd"),
    "contpath": _number("contpath"),
    "seltool": lambda rest: Act("seltool") if _ROBOT_TOOL.fullmatch(rest) else None,
    "print": lambda rest: Act("print", (rest,)),
}
