"""What one statement of RAPID does: text to acts, through the grammar; letters of either case."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cellsim.controllers.abb import heads
from cellsim.controllers.abb.acts import Build, Item, number_of
from cellsim.controllers.abb.values import aggregate
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.expression import MAX_DEPTH, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import MAX_LINE, Line
from cellsim.domain.program import Expr

_STARTS = ("call", "plain", "assign", "condition", "count", "case", "declare")
_WORD = re.compile(r"[A-Za-z_]\w*")
_PLAIN = re.compile(r"[A-Za-z_][\w\\:=, \t]*")
_HEAD = re.compile(r"\s*([A-Za-z_]\w*)\s+([A-Za-z_]\w*)\s*(?:\{([\d, ]+)\})?\s*")
_OPERATION = re.compile(r"[-+*/(<>]|\b(?:not|and|x?or)\b", re.IGNORECASE)
_DECLARES = re.compile(r"(?:local|task|const|var|pers)\b", re.IGNORECASE)
# An optional argument may stand after a comma too.
_COMMA = re.compile(r",\s*\\")
_LABEL = re.compile(r"([A-Za-z_]\w*)\s*:")
_COMPACT = re.compile(r"(?P<if>.*?)(?P<then>(?:goto\b|[A-Za-z_]\w*\s*:=|return\b).*)", re.I | re.S)


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, Build())


def act_of(line: Line) -> object:
    """Return what a statement does; a list of acts for a compact IF."""
    if len(line.text) > MAX_LINE and _DECLARES.match(line.text) is None:
        return NotUnderstood(f"a statement of more than {MAX_LINE} characters")
    act = Act("comment") if not line.text else _act(line.text)
    deep = _OPERATION.search(line.text) is not None and _too_deep(act)
    return NotUnderstood("expression nested too deep") if deep else act


def _too_deep(act: object) -> bool:
    waiting: list[Any] = [act]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Open | Middle | Close) and part.condition is not None:
            waiting.append(part.condition)
        elif isinstance(part, Act):
            waiting.append(part.data)
        elif isinstance(part, tuple | list):
            waiting += [p for p in part if type(p) is not float]
        elif isinstance(part, Item):
            waiting += [part.value, *(o[1] for o in part.options)]
        elif isinstance(part, Expr) and depth(part) > MAX_DEPTH:
            return True
    return False


def _act(text: str) -> object:
    if "\\" in text and '"' not in text:
        text = _COMMA.sub(r"\\", text)
    match = _WORD.match(text)
    word = match[0].lower() if match else ""
    rest = text[len(word) :].strip()
    if word in _SIMPLE and not rest:
        return _SIMPLE[word]
    if word in _WORDS and not rest.startswith(":="):
        return _WORDS[word](rest) or _bad()
    label = _LABEL.fullmatch(text)
    if label is not None:
        return Act("label", (label[1],))
    if ":=" in text and _is_assignment(rest):
        return _parser().parse(text, "assign") or _bad()
    if word in _OWN:
        return NotUnderstood(f"a routine named {word}")
    made = _call(rest) if word else None
    return _bad() if made is None else Act(word, made.data)


def _call(rest: str) -> Act | None:
    """Return an instruction's arguments; those of most motions are names alone."""
    made = _parser().parse(rest, "plain") if _PLAIN.fullmatch(rest) else None
    if made is None:
        made = _parser().parse(rest, "call")
    return made if isinstance(made, Act) else None


def _is_assignment(rest: str) -> bool:
    """Return whether what follows a name is an index, fields and `:=`."""
    return rest.startswith((":=", "{", ".")) and "\\" not in rest.partition(":=")[0]


def _bad() -> NotUnderstood:
    return NotUnderstood("no statement this reader knows")


def _condition(text: str) -> Expr | None:
    found = _parser().parse(text, "condition")
    return found if isinstance(found, Expr) else None


def _head(kind: str, end: str) -> Any:
    def made(rest: str) -> object:
        text = rest[: -len(end)].strip() if rest.lower().endswith(end) else None
        condition = None if text is None else _condition(text)
        if condition is None:
            return Open(kind if kind == "if" else "raw", Expr("unknown", name=rest))
        return Open(kind, condition)

    return made


def _if(rest: str) -> object:
    if rest.lower().endswith("then"):
        return _head("if", "then")(rest)
    return _compact(rest)


def _compact(rest: str) -> object:
    """Return IF condition statement, where the statement is a jump, an assignment or a call."""
    match = _COMPACT.fullmatch(rest)
    condition = None if match is None else _condition(match["if"].strip())
    if match is None or condition is None:
        found = _last_word(rest)
        return found if found is not None else _bad()
    inner = _act(match["then"].strip())
    return [Open("if", condition), inner, Close(frozenset({"if"}))]


def _last_word(rest: str) -> object:
    """Return IF condition instruction, by trying where the instruction begins, last place first."""
    places = [m.start() for m in re.finditer(r"(?<=[\s)])[A-Za-z_]\w*", rest)][:40]
    for place in reversed(places):
        condition = _condition(rest[:place].strip())
        if condition is not None:
            inner = _act(rest[place:])
            if not isinstance(inner, NotUnderstood):
                return [Open("if", condition), inner, Close(frozenset({"if"}))]
    return None


def _elseif(rest: str) -> object:
    text = rest[:-4].strip() if rest.lower().endswith("then") else ""
    return Middle(_condition(text) or Expr("unknown", name=rest))


def _for(rest: str) -> object:
    text = rest[:-2].strip() if rest.lower().endswith("do") else ""
    made = _parser().parse(text, "count")
    if made is None:
        return Open("raw")
    name, first, last, step = made
    bounds = (first, last) if step is None else (first, last, step)
    return Open("count", Expr("range", bounds), variable=name)


def _scoped(rest: str) -> object:
    match = _WORD.match(rest)
    word = match[0].lower() if match else ""
    if word not in _SCOPED:
        return None
    found = _WORDS[word](rest[len(word) :].strip())
    if isinstance(found, Act) and found.word == "declare":
        return Act("declare", (*found.data[:5], True))
    return found


def _returned(rest: str) -> object:
    found = _condition(rest)
    return None if found is None else Act("returned", (found,))


def _goto(rest: str) -> object:
    return Act("goto", (rest,)) if _WORD.fullmatch(rest) else None


def _test(rest: str) -> object:
    return Act("switch", (_condition(rest) or Expr("unknown", name=rest),))


def _case(rest: str) -> object:
    return Act("case", _parser().parse(rest, "case") or (Expr("unknown", name=rest),))


def _storage(storage: str) -> Any:
    def made(rest: str) -> object:
        head, mark, value = rest.partition(":=")
        if value.lstrip().startswith("["):
            match = _HEAD.fullmatch(head)
            if match is None:
                return NotUnderstood("declaration")
            try:
                constant = aggregate(value, names=True)
            except ValueError as why:
                return NotUnderstood(f"declaration: {why}")
            return Act("declare", (storage, match[1].lower(), match[2], match[3], constant, False))
        found = _parser().parse(rest if mark else head, "declare")
        return NotUnderstood("declaration") if found is None else _declared(storage, found)

    return made


def _declared(storage: str, found: tuple[Any, ...]) -> Act:
    kind, name, size, value = found
    constant: object = value
    if isinstance(value, Expr) and value.op == "const":
        constant = value.value
    elif number_of(value) is not None:
        constant = number_of(value)
    return Act("declare", (storage, kind, name, size, constant, False))


_SIMPLE: dict[str, object] = {
    "else": Middle(),
    "endif": Close(frozenset({"if"})),
    "endwhile": Close(frozenset({"while", "raw"})),
    "endfor": Close(frozenset({"count", "raw"})),
    "default": Act("default"),
    "endtest": Act("endswitch"),
    "endproc": Close(frozenset({"def", "raw"})),
    "endfunc": Close(frozenset({"raw"})),
    "endtrap": Close(frozenset({"raw"})),
    "endrecord": Close(frozenset({"record"})),
    "endmodule": Close(frozenset({"module"})),
    "error": Act("handler"),
    "undo": Act("handler"),
    "backward": Act("handler"),
    "return": Act("return"),
}
_WORDS: dict[str, Any] = {
    "module": heads.module,
    "proc": heads.proc,
    "func": heads.func,
    "trap": heads.trap,
    "record": lambda rest: Open("record", variable=rest),
    "connect": heads.connect,
    "local": _scoped,
    "task": _scoped,
    "const": _storage("const"),
    "var": _storage("var"),
    "pers": _storage("pers"),
    "if": _if,
    "elseif": _elseif,
    "while": _head("while", "do"),
    "for": _for,
    "test": _test,
    "case": _case,
    "goto": _goto,
    "return": _returned,
    "error": lambda _: Act("handler"),
}
# What this reader calls other statements: a routine of such a name would be taken for one.
_OWN = frozenset(
    {
        "assign",
        "case",
        "comment",
        "connect",
        "declare",
        "default",
        "endswitch",
        "goto",
        "handler",
        "label",
        "return",
        "switch",
    }
)
_SCOPED = frozenset({"proc", "func", "trap", "record", "const", "var", "pers"})
