"""What one line of KRL does: text to acts, through the grammar; letters of either case."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cellsim.controllers.kuka.acts import Build, number_of
from cellsim.controllers.kuka.aliases import signal
from cellsim.controllers.kuka.single import split
from cellsim.controllers.kuka.switching import switched, trigger
from cellsim.controllers.reading.acts import Act
from cellsim.controllers.reading.blocks import Close, Middle, NotUnderstood, Open
from cellsim.controllers.reading.expression import MAX_DEPTH, depth
from cellsim.controllers.reading.grammar import LineParser
from cellsim.controllers.reading.source import Line, split_comment
from cellsim.domain.program import Expr

_GLOBAL = frozenset({"DEF", "DEFFCT", "INTERRUPT", "SIGNAL"})
_STARTS = ("motion", "assign", "wait", "condition", "plain", "count", "call", "case", "declare")
_WORD = re.compile(r"\$?[A-Za-z_]\w*")
_DEF = re.compile(r"(?:global\s+)?def\s+([A-Za-z_$]\w*)\s*\((.*)\)\s*", re.IGNORECASE)
_DEFFCT = re.compile(
    r"[A-Za-z_]\w*(?:\s*\[[\s\d]*\])?\s+([A-Za-z_]\w*)\s*\((.*)\)\s*", re.IGNORECASE
)
# shown and gone on, or gone on when a person has acknowledged it (msglib.src of public backups)
_MESSAGE = re.compile(r"Msg(Notify|Quit)\w*\s*\(.*\)", re.IGNORECASE)
# texts, and aggregates with texts in them: messages, never a point or a number, but for FDAT
_TEXT_DATA = re.compile(
    r"[A-Za-z_]\w*(?:\[[\w\s]*\])?(?:\.\w+)*\s*="
    r"\s*(?:\{[^{}]*\[\s*\]\s*\"[^\"]*\"[^{}]*\}|\"[^\"]*\")"
)
_INLINE_DATA = re.compile(r"\b(?:TOOL_NO|BASE_NO|IPO_FRAME)\b", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-z_]\w*)\s*:\s*")
_STOP_INTERRUPT = re.compile(
    r"(global\s+)?interrupt\s+decl\s+3\s+when\s+\$stopmess\s*==\s*true\s+do\s+ir_stopm\s*\(\s*\)"
    r"|interrupt\s+on\s+3",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _parser() -> LineParser:
    return LineParser(Path(__file__).with_name("grammar.lark"), _STARTS, Build())


def understand(file: str, number: int, verbatim: str) -> tuple[Line, object] | None:
    """Return a line and what it does; None for an empty line."""
    code, comment = split_comment(verbatim, ";")
    line = Line(file, number, code.strip(), comment, verbatim)
    return None if not line.text and ";" not in verbatim else (line, act_of(line))


def act_of(line: Line) -> object:
    """Return what the text of a line does."""
    if line.text.startswith("&"):
        return Act("header")
    if not line.text:
        fold = line.comment.upper().startswith(("FOLD", "ENDFOLD"))
        return Act("header" if fold else "comment")
    act = _act(line.text)
    return NotUnderstood("expression nested too deep") if _too_deep(act) else act


def _too_deep(act: object) -> bool:
    parts: list[Any] = [act.condition] if isinstance(act, Open | Middle | Close) else []
    if isinstance(act, Act):
        parts += [p for d in act.data for p in (d if isinstance(d, tuple) else (d,))]
    return any(depth(p) > MAX_DEPTH for p in parts if isinstance(p, Expr))


def _act(text: str) -> object:
    word_match = _WORD.match(text)
    word = word_match[0].upper() if word_match else ""
    rest = text[len(word) :].strip()
    if _STOP_INTERRUPT.fullmatch(text):
        return Act("header")
    if word in _SIMPLE and not rest:
        return _SIMPLE[word]
    if word in _WORDS and not rest.startswith("="):
        return _WORDS[word](word, rest) or _bad()
    if _TEXT_DATA.fullmatch(text) and _INLINE_DATA.search(text) is None:
        return Act("header")
    message = _MESSAGE.fullmatch(text)
    if message is not None:
        return Act("halt" if message[1].upper() == "QUIT" else "header")
    label = _LABEL.fullmatch(text)
    if label is not None:
        return Act("label", (label[1].lower(),))
    return _parser().parse(text, "assign" if "=" in text else "call") or _bad()


def _bad() -> NotUnderstood:
    return NotUnderstood("no statement this reader knows")


def _definition(_word: str, rest: str) -> object:
    match = _DEF.fullmatch(f"def {rest}")
    if match is None or match[2].strip():
        given = Expr("parameters", name=match[2]) if match else None
        return Open("raw", given, variable=match[1].lower() if match else "")
    return Open("def", variable=match[1].lower())


def _function(_word: str, rest: str) -> object:
    """Return a function; its value is what its RETURN says."""
    match = _DEFFCT.fullmatch(rest)
    if match is None:
        return Open("raw")
    return Open("raw", Expr("function", name=match[2]), variable=match[1].lower())


def _return(_word: str, rest: str) -> object:
    value = _parser().parse(rest, "plain")
    return Act("return", (value,)) if isinstance(value, Expr) else None


def _global(_word: str, rest: str) -> object:
    word = rest.split(maxsplit=1)[0].upper() if rest else ""
    inner = rest[len(word) :].strip()
    return _WORDS[word](word, inner) if word in _GLOBAL else None


def _motion(word: str, rest: str) -> object:
    act = _parser().parse(rest, "motion")
    return None if act is None else Act("motion", (word, *act.data))


def _single(word: str, rest: str) -> object:
    text, items = split(rest)
    act = None if items is None else _parser().parse(text, "motion")
    return None if act is None else Act("single", (Act("motion", (word[1:], *act.data)), items))


def _spline(_word: str, rest: str) -> object:
    """Return a spline block; what WITH sets holds for every motion in it."""
    _, items = split(f"SPLINE {rest}")
    known = not rest or (rest.upper().startswith("WITH ") and items)
    return Open("spline" if known else "raw", variable=rest)


def _spline_ends(_word: str, rest: str) -> object:
    """Return the end of a spline block; a corner there keeps all of it as text."""
    corner = Expr("unknown", name=rest) if rest else None
    return Close(frozenset({"spline", "raw"}), corner)


def _block(word: str, rest: str) -> object:
    condition = _parser().parse(rest, "condition")
    if condition is None:
        return Open("if" if word == "IF" else "raw", Expr("unknown", name=rest))
    return Open(word.lower(), condition)


def _for(_word: str, rest: str) -> object:
    made = _parser().parse(rest, "count")
    if made is None:
        return Open("raw")
    name, first, last, step = made
    by = 1.0 if step is None else number_of(step)
    values = [number_of(first), number_of(last), by]
    if (
        None in values
        or values[2] != 1.0
        or any(not float(v).is_integer() for v in values if v is not None)
    ):
        if not by:
            return Open("raw")
        return Open("for", Expr("for", (first, last, Expr("const", value=by))), variable=name)
    count = int(values[1] or 0.0) - int(values[0] or 0.0) + 1
    return Open("count", count=max(count, 0), variable=name)


def _switch(_word: str, rest: str) -> object:
    value = _parser().parse(rest, "plain")
    return Act("switch", (value or Expr("unknown", name=rest),))


def _case(_word: str, rest: str) -> object:
    values = _parser().parse(rest, "case")
    return Act("case", values or (Expr("unknown", name=rest),))


def _trigger(_word: str, rest: str) -> object:
    found = trigger(rest)
    act = None if found is None else _act(found[1])
    if found is None or not isinstance(act, Act):
        return NotUnderstood("TRIGGER of other than an output")
    known = switched(act, found[0])
    if known is not None:
        return Act("trigger", (known,))
    if act.word == "call" and not act.data[1]:
        return Act("triggered", (found[0], str(act.data[0]).lower()))
    if act.word == "assign" and act.data[1] is None and act.data[0].isidentifier():
        return Act("trigger name", (found[0], act))  # what it is called SIGNAL lines say
    return NotUnderstood("TRIGGER of other than an output")


def _interrupt(_word: str, rest: str) -> object:
    """Return what INTERRUPT does: a declared one does nothing before it is switched on."""
    words = rest.split()
    if words and words[0].upper() in {"OFF", "DISABLE"}:
        return Act("header")
    declared = len(words) > 1 and words[0].upper() == "DECL" and words[1] != "3"
    return Act("header") if declared else NotUnderstood("an interrupt that may break in anywhere")


def _until(_word: str, rest: str) -> object:
    condition = _parser().parse(rest, "plain") or Expr("unknown", name=rest)
    return Close(frozenset({"until", "raw"}), condition)


def _wait(_word: str, rest: str) -> object:
    return _parser().parse(rest, "wait")


def _goto(_word: str, rest: str) -> object:
    return Act("goto", (rest.lower(),)) if _WORD.fullmatch(rest) else None


def _declare(_word: str, rest: str) -> object:
    words = rest.split(maxsplit=1)
    if words and words[0].upper() in {"GLOBAL", "CONST"}:
        rest = words[1] if len(words) > 1 else ""
    names = rest.partition("{")[0]
    if "," in names or "[" in names:
        return Act("header") if "=" not in rest else NotUnderstood("declaration")
    kind = rest.split(maxsplit=1)[0].upper() if rest else ""
    if kind and kind not in _OURS and "{" in rest:
        return Act("header")
    return _parser().parse(rest, "declare") or NotUnderstood("declaration")


def _quiet(_word: str, _rest: str) -> object:
    return Act("header")


_SIMPLE: dict[str, object] = {
    "ELSE": Middle(),
    "ENDIF": Close(frozenset({"if"})),
    "ENDWHILE": Close(frozenset({"while", "raw"})),
    "ENDFOR": Close(frozenset({"count", "for", "raw"})),
    "LOOP": Open("forever", Expr("const", value=True)),
    "ENDLOOP": Close(frozenset({"forever"})),
    "REPEAT": Open("until"),
    "DEFAULT": Act("default"),
    "ENDSWITCH": Act("endswitch"),
    "END": Close(frozenset({"def", "raw"})),
    "ENDFCT": Close(frozenset({"raw"})),
    "RETURN": Act("return"),
    "HALT": Act("halt"),
    "EXIT": Act("exit"),
    "CONTINUE": Act("continue"),
}


def _typed(word: str, rest: str) -> object:
    return _declare("DECL", f"{word} {rest}")


_TYPES = ("INT", "REAL", "BOOL", "AXIS", "E6AXIS", "POS", "E6POS", "FRAME", "FDAT", "PDAT", "LDAT")
# Declarations whose values the reader uses; aggregates of other types change no motion.
_OURS = frozenset({*_TYPES, "LOAD", "CHAR"})
_WORDS: dict[str, Any] = {
    "SIGNAL": lambda _w, rest: signal(rest),
    "DEF": _definition,
    "GLOBAL": _global,
    "DEFFCT": _function,
    "SWITCH": _switch,
    "CASE": _case,
    "SPLINE": _spline,
    "PTP_SPLINE": lambda _w, _r: Open("raw"),
    "ENDSPLINE": _spline_ends,
    "TRIGGER": _trigger,
    "INTERRUPT": _interrupt,
    "PTP": _motion,
    "LIN": _motion,
    "CIRC": _motion,
    "SPTP": _single,
    "SLIN": _single,
    "SCIRC": _single,
    "SPL": _single,
    "PTP_REL": _motion,
    "LIN_REL": _motion,
    "IF": _block,
    "WHILE": _block,
    "FOR": _for,
    "UNTIL": _until,
    "RETURN": _return,
    "WAIT": _wait,
    "GOTO": _goto,
    "DECL": _declare,
    **dict.fromkeys(_TYPES, _typed),
    "EXT": _quiet,
}
