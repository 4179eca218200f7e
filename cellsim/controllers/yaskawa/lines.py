"""What one line of a job does: INFORM text to acts, through the grammar; letters of either case."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.chains import chains
from cellsim.controllers.reading.expression import MAX_DEPTH, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import Line
from cellsim.controllers.yaskawa.acts import Build, Step, register
from cellsim.controllers.yaskawa.counted import For
from cellsim.controllers.yaskawa.wholes import in_whole
from cellsim.domain.program import Expr

_STARTS = (
    "move",
    "jump",
    "call",
    "leave",
    "wait",
    "timer",
    "output",
    "set",
    "input",
    "step",
    "speed",
    "condition",
    "count",
    "case",
)
_WORD = re.compile(r"[+A-Za-z]\w*")
# A comment behind an instruction, outside of its strings (public jobs of YRC1000).
_BEHIND = re.compile(r"((?:[^\"]|\"[^\"]*\")+?)\s//(.*)")
_LABEL = re.compile(r"\*([^\s*]+)")
_AND, _OR = (re.compile(rf"\b{w}(EXP)?\b", re.IGNORECASE) for w in ("AND", "OR"))
_MOTIONS = {"MOVJ", "MOVL", "MOVC", "IMOV"}
_OTHER_MOTIONS = {
    "MOVS": "spline",
    "SMOVL": "coordinated with a station",
    "SMOVC": "coordinated with a station",
    "+MOVL": "coordinated with another robot",
    "+MOVC": "coordinated with another robot",
    "+MOVJ": "coordinated with another robot",
}
_ARITHMETIC = {"ADD": "+", "SUB": "-", "MUL": "*", "DIV": "/"}
_HARMLESS = {"MSG", "CLS", "PRINT", "ADVINIT", "ADVSTOP", "SETTM", "AOUT"}
# Lines that put into a register what no text tells.
_GETS = re.compile(r"(?:GETS|GETE|GETREG|GETARG)\s+(L?[BIDR]\d{3,5})\s+\S.*", re.IGNORECASE)
_CLEAR = re.compile(r"CLEAR\s+([BIDR])(\d{3,5})\s+(\d{1,3})", re.IGNORECASE)
_P = r"P(\d{3,5})"
_POSITIONS = re.compile(rf"(SET|ADD|SUB)\s+{_P}\s+{_P}", re.IGNORECASE)
_ELEMENT = re.compile(rf"SETE\s+{_P}\s*\(\s*([1-6])\s*\)\s*(\S+)", re.IGNORECASE)
_SHIFT_ON = re.compile(rf"SFTON\s+{_P}(?:\s+(BF|RF|TF|UF#\(\s*(\d+)\s*\)))?", re.IGNORECASE)
_TOOL_DATA = re.compile(rf"SETTOOL\s+TL#\(\s*(\d+)\s*\)\s+{_P}", re.IGNORECASE)
_PULSE = re.compile(
    r"PULSE\s+OT#\(\s*(\d+)\s*\)(?:\s+T\s*=\s*(?:(\d+\.?\d*)|L?I\d+))?", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, Build())


def understand(file: str, number: int, verbatim: str) -> tuple[Line, object] | None:
    """Return a line and what it does; None for an empty line."""
    text = verbatim.strip()
    if not text:
        return None
    if text.startswith("'"):
        return Line(file, number, "", text[1:].strip(), verbatim), Act("comment")
    behind = _BEHIND.match(text)
    if behind is not None:
        text = text[: behind.end(1)].rstrip()
    act = _act(text)
    if _too_deep(act):
        act = NotUnderstood("expression nested too deep")
    return Line(file, number, text, behind[2].strip() if behind else "", verbatim), act


def _too_deep(act: object) -> bool:
    parts: list[Any] = [act.condition] if isinstance(act, Open | Middle) else []
    if isinstance(act, Act):
        parts += [p for d in act.data for p in (d if isinstance(d, tuple) else (d,))]
    return any(depth(p) > MAX_DEPTH for p in parts if isinstance(p, Expr))


def _act(text: str) -> object:
    label = _LABEL.fullmatch(text)
    if label is not None:
        return Act("label", (label[1].upper(),))
    match = _WORD.match(text)
    word = match[0].upper() if match else ""
    rest = text[len(word) :].strip()
    if word in _SIMPLE and not rest:
        return _SIMPLE[word]
    if word in _MOTIONS:
        return _motion(word, rest)
    if word in _OTHER_MOTIONS:
        return NotUnderstood(_OTHER_MOTIONS[word])
    if word in _HARMLESS:
        return Act("harmless")
    return _on_positions(word, text) or _handled(word, rest)


def _handled(word: str, rest: str) -> object:
    handler = _HANDLERS.get(word)
    return (handler(word, rest) if handler else None) or _bad()


def _on_positions(word: str, text: str) -> Act | None:
    """Return a line about position variables, tools or pulses; None for another."""
    if match := _POSITIONS.fullmatch(text):
        return Act("position", (word, f"P{int(match[2])}", f"P{int(match[3])}"))
    if match := _ELEMENT.fullmatch(text):
        made = _parser().parse(f"B000 {match[3]}", "set")
        return Act("element", (f"P{int(match[1])}", int(match[2]), made.data[1])) if made else None
    if match := _SHIFT_ON.fullmatch(text):
        frame = f"UF {int(match[3])}" if match[3] else (match[2] or "").upper()
        return Act("shift_on", (f"P{int(match[1])}", frame))
    if match := _TOOL_DATA.fullmatch(text):
        return Act("settool", (int(match[1]), f"P{int(match[2])}"))
    if match := _GETS.fullmatch(text):
        return Act("free", (register(match[1]),))
    if match := _CLEAR.fullmatch(text):
        kind, first, count = match[1].upper(), int(match[2]), min(int(match[3]), 256)
        return Act("clear", tuple(f"{kind}{n:03d}" for n in range(first, first + count)))
    match = _PULSE.fullmatch(text)
    if match is None:
        return None
    return Act("pulse", (int(match[1]), None if match[2] is None else float(match[2])))


def _bad() -> NotUnderstood:
    return NotUnderstood("no statement this reader knows")


def _mixed(text: str) -> bool:
    """Return whether AND and OR stand side by side; which binds first is in no manual read."""
    return any(_AND.search(part) and _OR.search(part) for part in chains(text))


def _motion(word: str, rest: str) -> object:
    step = _parser().parse(rest, "move")
    if not isinstance(step, Step):
        return _bad()
    return Step(word, step.places, step.tags, step.words, step.until, step.second)


def _condition(rest: str) -> Expr:
    made = None if _mixed(rest) else _parser().parse(rest, "condition")
    return made if isinstance(made, Expr) else Expr("unknown", name=rest)


def _plain(start: str) -> Any:
    return lambda _word, rest: None if _mixed(rest) else _parser().parse(rest, start)


def _open(kind: str) -> Any:
    return lambda _word, rest: Open(kind, _condition(rest))


def _leave(word: str, rest: str) -> object:
    act = _parser().parse(rest, "leave")
    return None if act is None else Act(word.lower(), act.data)


def _operation(word: str, rest: str) -> object:
    act = _parser().parse(rest, "set")
    if not isinstance(act, Act):
        return None
    name, value = act.data
    tree = Expr(_ARITHMETIC[word], (Expr("var", name=name), value))
    return in_whole(Act("set", (name, tree)))


def _set(_word: str, rest: str) -> object:
    act = None if _mixed(rest) else _parser().parse(rest, "set")
    return in_whole(act) if isinstance(act, Act) else act


def _by_one(word: str, rest: str) -> object:
    act = _parser().parse(rest, "step")
    if not isinstance(act, Act):
        return None
    name = act.data[0]
    one = Expr("const", value=1.0)
    return Act("set", (name, Expr("+" if word == "INC" else "-", (Expr("var", name=name), one))))


def _for(_word: str, rest: str) -> object:
    made = _parser().parse(rest, "count")
    if made is None:
        return Open("raw")
    name, first, last, step = made
    width = 1 if step is None else _whole(step)
    if width is None or width < 1 or name[0] == "L":
        return Open("raw")
    return For("count", variable=name, first=first, last=last, step=width)


def _next(_word: str, rest: str) -> object:
    act = _parser().parse(rest, "step")
    name = act.data[0] if isinstance(act, Act) else ""
    return Close(frozenset({"count", "raw"}), variable=name)


def _whole(expr: Expr) -> int | None:
    value = expr.value
    plain = expr.op == "const" and isinstance(value, float) and value.is_integer()
    return int(value) if plain and value is not None else None


def _switch(_word: str, rest: str) -> object:
    head, _, tail = rest.upper().partition(" CASE ")
    value = _parser().parse(head.strip(), "step")
    name = Expr("var", name=value.data[0]) if isinstance(value, Act) else None
    first = _parser().parse(tail.strip(), "case") if tail else ()
    bad = name is None or first is None
    return Act("switch", (Expr("unknown", name=rest) if bad else name, () if bad else first))


def _case(_word: str, rest: str) -> object:
    return Act("case", _parser().parse(rest, "case") or (Expr("unknown", name=rest),))


def _comment(_word: str, rest: str) -> object:
    return Act("off", (rest,))


def _shift(word: str, _rest: str) -> object:
    return Act("shift_off") if word == "SFTOF" else None


_SIMPLE: dict[str, object] = {
    "NOP": Act("nop"),
    "END": Act("end"),
    "CWAIT": Act("cwait"),
    "ELSE": Middle(),
    "ENDIF": Close(frozenset({"if"})),
    "ENDWHILE": Close(frozenset({"while"})),
    "DEFAULT": Act("default"),
    "ENDSWITCH": Act("endswitch"),
}
_HANDLERS: dict[str, Any] = {
    "IFTHENEXP": _open("if"),
    "IFTHEN": _open("if"),
    "ELSEIFEXP": lambda _word, rest: Middle(_condition(rest)),
    "ELSEIF": lambda _word, rest: Middle(_condition(rest)),
    "WHILEEXP": _open("while"),
    "WHILE": _open("while"),
    "FOR": _for,
    "NEXT": _next,
    "SWITCH": _switch,
    "CASE": _case,
    "JUMP": _plain("jump"),
    "CALL": _plain("call"),
    "WAIT": _plain("wait"),
    "TIMER": _plain("timer"),
    "DOUT": _plain("output"),
    "DIN": _plain("input"),
    "SPEED": _plain("speed"),
    "SET": _set,
    "PAUSE": _leave,
    "RET": _leave,
    "ABORT": _leave,
    "INC": _by_one,
    "DEC": _by_one,
    "COMM": _comment,
    "SFTOF": _shift,
    **dict.fromkeys(_ARITHMETIC, _operation),
}
