"""What one TP instruction does: text to acts, through the grammar.

Source: R-30iB Plus teach pendant help, program elements 5 to 26.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cellsim.controllers.fanuc.acts import Build, Motion, Tail
from cellsim.controllers.fanuc.pointlogic import AtPoint, gathered
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.expression import MAX_DEPTH, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import Line
from cellsim.domain.program import Expr

_STARTS = ("tail", "value", "condition", "count", "wait", "delay", "call")
_COMMENTED = re.compile(r"\[\s*(\w+(?:\s*,\s*\w+)?)\s*:[^\[\]]*\]")
_MOTION = re.compile(r"([JLCA])\s+(P|PR)\s*\[([^\[\]]*(?:\[[^\[\]]*\])?)\]\s*", re.IGNORECASE)
_POINT = re.compile(r"(P|PR)\s*\[([^\[\]]*(?:\[[^\[\]]*\])?)\]\s*", re.IGNORECASE)
_PLACE = re.compile(
    r"(?P<name>UFRAME_NUM|UTOOL_NUM|OVERRIDE|PR|P|[A-Z]{1,6}(?=\s*\[)|\$[\w.$]+(?:\[[^\]]*\][\w.$]*)*)"
    r"\s*(?:\[\s*(?P<index>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)?)\s*\])?\s*=(?P<value>[^=].*)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"LBL\s*\[\s*(\d{1,5})\s*\]", re.IGNORECASE)
_LETTERS = f"{string.ascii_letters}_"
_JUMP = re.compile(r"JMP\s+LBL\s*\[\s*(\d{1,5})\s*\]", re.IGNORECASE)
_JUMP_TO = re.compile(r"JMP\s+LBL\s*\[\s*((?:R|AR)\s*\[[^\[\]]*(?:\[[^\[\]]*\])?\])\s*\]", re.I)
_PAYLOAD = re.compile(r"PAYLOAD\s*\[\s*(\d{1,3})\s*\]", re.IGNORECASE)
_SELECT = re.compile(r"SELECT\s+(\w+\s*\[[^\[\]]*\])\s*(=.*)", re.IGNORECASE)
_CASE = re.compile(r"=|ELSE\s*,", re.IGNORECASE)
_HARMLESS = re.compile(
    r"PRGP[2-8]\s*\[[^=]*\]\s*=.*|TC_ONLINE\s*(\(.*\)|ENABLE|DISABLE)|M\s*\[[^\]]*\]\s*=\s*\(.*\)|MESSAGE\s*\[.*\]|(UN)?LOCK\s+PREG|COL\s+DETECT\s+(ON|OFF)|COL\s+GUARD\s+ADJUST\b.*"
    r"|TIMER\s*\[[^\]]*\]\s*=.*|SKIP\s+CONDITION\b.*|RSR\s*\[[^\]]*\]\s*=.*",
    re.IGNORECASE,
)
_ALARM = re.compile(r"UALM\s*\[[^\]]*\]", re.IGNORECASE)
_OVERRIDE = re.compile(r"OVERRIDE\s*=\s*(R\s*\[.*\]|\d{1,3}\s*%)\s*%?", re.IGNORECASE)
_CONDITION = re.compile(
    r"(OFFSET|TOOL_OFFSET)\s+CONDITION\s+PR\s*\[([^\[\]]*(?:\[[^\[\]]*\])?)\]"
    r"(?:\s*,\s*(?:UFRAME|UTOOL)\s*\[\s*(\d{1,2})\s*\])?",
    re.IGNORECASE,
)
_SECONDS = re.compile(
    r"(A?R\s*\[[^\[\]]*(?:\[[^\[\]]*\])?\])\s*(?:\(\s*sec\s*\)|sec)?", re.IGNORECASE
)
_INNER = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SUM, _PRODUCT = re.compile(r"(?<=\w|\])\s*[+-]"), re.compile(r"[*/]|\b(DIV|MOD)\b", re.IGNORECASE)
_UNKNOWN = "no instruction this reader knows"


@dataclass(frozen=True)
class For(Open):
    """FOR register=first TO (or DOWNTO) last."""

    first: Expr | None = None
    last: Expr | None = None
    down: bool = False


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, Build())


def understand(lines: Iterable[Line]) -> Iterator[tuple[Line, object]]:
    """Yield instructions with what they do; SELECT and IF with an action become blocks."""
    return gathered(_understood(lines))


def _understood(lines: Iterable[Line]) -> Iterator[tuple[Line, object]]:
    select: Expr | None = None
    for line in lines:
        text = _plain(line.text)
        if line.comment == ">":
            yield line, AtPoint(tuple(_acts(text)))
            continue
        if select is not None:
            if _CASE.match(text) and line.verbatim.endswith(";"):
                yield line, _case(select, text)
                yield from ((line, act) for act in _chosen(text))
                continue
            yield line, Close(frozenset({"if"}))
            select = None
        match = _SELECT.fullmatch(text)
        if match is not None and line.verbatim.endswith(";"):
            select = _value(match[1]) or Expr("unknown", name=match[1])
            condition = _test(select, match[2])
            yield line, Open("if", condition)
            yield from ((line, act) for act in _chosen(match[2]))
            continue
        if not line.verbatim.endswith(";"):
            yield line, NotUnderstood("no ; at the end of the instruction")
            continue
        for act in _acts(text):
            yield line, act
    if select is not None:
        yield line, Close(frozenset({"if"}))


def _plain(text: str) -> str:
    """Return an instruction without the comments of registers and signals; remarks as they are."""
    if text.startswith(("!", "/", "-")) or text[:7].upper() == "MESSAGE":
        return text
    return _COMMENTED.sub(r"[\1]", text) if ":" in text else text


def _chosen(text: str) -> list[object]:
    """Return what a case of SELECT does; it must do something."""
    return _acts(_parted(text)[1]) or [NotUnderstood("a case that does nothing")]


def _parted(text: str) -> tuple[str, str]:
    """Return what stands before and behind the first comma outside of parentheses."""
    level = 0
    for i, char in enumerate(text):
        level += (char in "([") - (char in ")]")
        if char == "," and level == 0:
            return text[:i].strip(), text[i + 1 :].strip()
    return text.strip(), ""


def _test(select: Expr, text: str) -> Expr:
    """Return the condition of `=1,CALL A`."""
    value = _value(_parted(text)[0].lstrip("="))
    return Expr("==", (select, value)) if value else Expr("unknown", name=text)


def _case(select: Expr, text: str) -> Middle:
    return Middle(None if text.upper().startswith("ELSE") else _test(select, text))


def _acts(text: str) -> list[object]:
    """Return what an instruction does; more than one act for IF with an action."""
    if not text:
        return []
    if text.startswith(("!", "//", "--")):
        return [Act("comment", (text.lstrip("!/-").strip(),))]
    if text[:2].upper() == "IF" and not text[2:3].isalnum():
        return _if(text[2:].strip())
    act = _act(text)
    return [NotUnderstood("expression nested too deep") if _too_deep(act) else act]


def _too_deep(act: object) -> bool:
    parts: list[Any] = []
    if isinstance(act, For):
        parts = [act.first, act.last]
    elif isinstance(act, Act):
        parts = [p for d in act.data for p in (d if isinstance(d, tuple) else (d,))]
    return any(depth(p) > MAX_DEPTH for p in parts if isinstance(p, Expr))


def _if(text: str) -> list[object]:
    if text.upper().endswith("THEN"):
        return [Open("if", _condition(text[:-4].strip()))]
    condition, action = _parted(text)
    if not action or action[:2].upper() == "IF":
        return [NotUnderstood(_UNKNOWN)]
    return [Open("if", _condition(condition)), *_acts(action), Close(frozenset({"if"}))]


def _condition(text: str) -> Expr:
    made = _parser().parse(text, "condition")
    known = isinstance(made, Expr) and depth(made) <= MAX_DEPTH
    return made if known else Expr("unknown", name=text)


def _value(text: str) -> Expr | None:
    """Return a value; None where + and * are mixed outside of parentheses (no order is given)."""
    made = _parser().parse(text.strip(), "value")
    if not isinstance(made, Expr):
        return None
    inner = _INNER.sub("", text)
    while inner != text:
        text, inner = inner, _INNER.sub("", inner)
    return None if _SUM.search(text) and _PRODUCT.search(text) else made


def _act(text: str) -> object:
    motion = _MOTION.match(text)
    if motion is not None:
        return _motion(motion, text)
    word = text[: len(text) - len(text.lstrip(_LETTERS))].upper()
    rest = text[len(word) :].strip()
    if word in _SIMPLE and not rest:
        return _SIMPLE[word]
    if word in _WORDS and not rest.startswith("="):
        return _WORDS[word](rest) or NotUnderstood(_UNKNOWN)
    if _HARMLESS.fullmatch(text):
        return Act("harmless")
    if _ALARM.fullmatch(text):
        return Act("alarm")
    modal = _modal(text)
    if modal is not None:
        return modal
    for pattern, name in ((_LABEL, "label"), (_JUMP, "jump"), (_PAYLOAD, "payload")):
        match = pattern.fullmatch(text)
        if match is not None:
            return Act(name, (int(match[1]),))
    match = _JUMP_TO.fullmatch(text)
    if match is not None:
        return Act("jump to", (_value(match[1]) or Expr("unknown", name=match[1]),))
    place = _PLACE.fullmatch(text)
    return NotUnderstood(_UNKNOWN) if place is None else _assign(place)


def _modal(text: str) -> Act | None:
    """Return OVERRIDE=50% and OFFSET CONDITION PR[n]; None for another instruction."""
    match = _OVERRIDE.fullmatch(text)
    if match is not None:
        return Act("override", (_value(match[1].rstrip("% ")),))
    match = _CONDITION.fullmatch(text)
    if match is None:
        return None
    frame = None if match[3] is None else int(match[3])
    tool = match[1].upper() == "TOOL_OFFSET"
    return Act("condition", ("tool offset" if tool else "offset", _value(match[2]), frame))


def _motion(match: re.Match[str], text: str) -> object:
    """Return a motion; an arc has its end behind its via point."""
    kind, points = match[1].upper(), [(match[2].upper(), match[3])]
    rest = text[match.end() :]
    if kind == "C":
        end = _POINT.match(rest)
        if end is None:
            return NotUnderstood("an arc without its end")
        points.append((end[1].upper(), end[2]))
        rest = rest[end.end() :]
    indexes = [(letters, _value(index)) for letters, index in points]
    if any(index is None for _, index in indexes):
        return NotUnderstood("a point without a number")
    tail = _parser().parse(rest, "tail")
    if not isinstance(tail, Tail):
        return NotUnderstood(f"speed, corner or option of '{rest}'")
    return Motion(kind, tuple((w, i) for w, i in indexes if i is not None), tail)


def _assign(match: re.Match[str]) -> object:
    """Return an assignment: letters, index expression, value expression or text."""
    letters, index, text = match["name"].upper(), match["index"], match["value"].strip()
    if letters.startswith("$"):
        return Act("parameter", (letters, _value(text)))
    if letters in ("UFRAME_NUM", "UTOOL_NUM"):
        return Act("select", (letters, _value(text) if index is None else None))
    if index is None:
        return NotUnderstood(_UNKNOWN)
    first, comma, second = index.partition(",")
    if comma and letters == "PR":
        return Act("element", (_value(first), _value(second), _value(text)))
    return Act("assign", (letters, None if comma else _value(index), _value(text), text))


def _for(rest: str) -> object:
    made = _parser().parse(rest, "count")
    if made is None or made[0].op != "var":
        return Open("raw")
    register, first, word, last = made
    return For("for", variable=register.name, first=first, last=last, down=word == "DOWNTO")


def _wait(rest: str) -> object:
    timed = _parser().parse(rest, "delay")
    if timed is not None:
        return timed
    # a register alone is a time, with `(sec)` in some versions: a condition compares it
    register = _SECONDS.fullmatch(rest)
    if register is not None:
        return Act("delay", (_value(register[1]),))
    return _parser().parse(rest, "wait")


def _call(rest: str) -> object:
    return _parser().parse(rest, "call")


_SIMPLE: dict[str, object] = {
    "ELSE": Middle(),
    "ENDIF": Close(frozenset({"if"})),
    "ENDFOR": Close(frozenset({"for", "raw"})),
    "END": Act("end"),
    "ABORT": Act("abort"),
    "PAUSE": Act("pause"),
}
_WORDS: dict[str, Any] = {"FOR": _for, "WAIT": _wait, "CALL": _call}
