"""Functions put in the place of their calls: FUNC robtarget Up(robtarget p) ... RETURN Offs(..);

A function whose body is assignments one after another and a RETURN means an expression of its
parameters and of shared data; others, with branches or loops, stay text. An argument is put in the
place of its parameter in parentheses where it is no name, number or aggregate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from cellsim.controllers.abb.signatures import closing, signature_of, split_arguments
from cellsim.controllers.reading.source import MAX_LINE, Line, replaced

_HEAD = re.compile(r"(?:LOCAL\s+)?FUNC\s+\w+\s+([A-Za-z_]\w*)\s*\((.*)\)", re.I | re.S)
_RETURN = re.compile(r"RETURN\s+(.+)", re.I | re.S)
_SIMPLE = re.compile(r"[-+]?[\w.{}]+|\[.*\]|[A-Za-z_]\w*\(.*\)", re.S)
_DECLARED = re.compile(r"VAR\s+(\w+)\s+([A-Za-z_]\w*)\s*(?::=\s*(.+))?", re.I | re.S)
_MOVED = re.compile(
    r"([A-Za-z_]\w*)\.trans\.([xyz])\s*:=\s*\1\.trans\.\2\s*([-+])\s*(.+)", re.I | re.S
)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)\s*:=\s*(.+)", re.S)
_SETS = re.compile(r"([A-Za-z_]\w*)(?:\.\w+)*\s*:=")
_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
_NAME = re.compile(r"(?<![\w.\\])[A-Za-z_]\w*")
_BEGINS = re.compile(r"(?:LOCAL\s+)?(?:PROC|FUNC|TRAP)\b", re.I)
_OWN = re.compile(r"(?:VAR|CONST)\s+\w+\s+(\w+)|FOR\s+(\w+)", re.I)
_ZERO = {"num": "0", "dnum": "0", "bool": "FALSE"}
MOST_LINES, MOST_DEPTH = 60, 5


@dataclass(frozen=True)
class Inline:
    """A function: parameters, the text of what it returns, and other names there (lower case)."""

    name: str
    parameters: tuple[str, ...]
    text: str
    uses: frozenset[str]


def functions_of(lines: Sequence[Line]) -> dict[str, Inline]:
    """Return such functions by name, lower case; a name that stands twice is none."""
    found: dict[str, Inline] = {}
    seen: set[str] = set()
    twice: set[str] = set()
    for at, line in enumerate(lines):
        head = _HEAD.fullmatch(line.text)
        if head is None:
            continue
        made = _function(head[1], head[2], lines[at + 1 : at + 1 + MOST_LINES])
        key = head[1].lower()
        twice |= {key} & seen
        seen.add(key)
        if made is not None:
            found[key] = made
    return {key: made for key, made in found.items() if key not in twice}


def _function(name: str, given: str, body: Sequence[Line]) -> Inline | None:
    takes = signature_of(given)
    texts = []
    for line in body:
        if line.text.lower() == "endfunc":
            break
        texts += [line.text] if line.text else []
    else:
        return None
    if takes is None or takes.optional or not texts:
        return None
    if any(m is not None and m[1].lower() in takes.themselves for m in map(_SETS.match, texts)):
        return None  # the variable of the call has another value behind it
    names = tuple(name for _, name in takes.parameters)
    made = _returned(texts, names)
    if made is None or re.search(rf"\b{name}\b", made, re.I):
        return None
    uses = {word.lower() for word in _NAME.findall(made)} - {*names}
    return Inline(name, names, made, frozenset(uses))


def _returned(texts: Sequence[str], parameters: Sequence[str]) -> str | None:
    """Return the expression of its parameters that a body gives back.

    Read are first values, assignments, and `p.trans.z:=p.trans.z+..`, one after another.
    """
    known = {name: name for name in parameters}
    for text in texts[:-1]:
        declared, moved, assigned = (p.fullmatch(text) for p in (_DECLARED, _MOVED, _ASSIGNED))
        if declared is not None:
            first = declared[3] or _ZERO.get(declared[1].lower(), "")
            known[declared[2].lower()] = _with(first, known) if first else ""
        elif moved is not None and known.get(moved[1].lower()):
            by = _with(f"{moved[3]}({moved[4]})", known)
            places = ",".join(by if axis == moved[2].lower() else "0" for axis in "xyz")
            known[moved[1].lower()] = f"Offs({known[moved[1].lower()]},{places})"
        elif assigned is not None and assigned[1].lower() in known:
            known[assigned[1].lower()] = _with(assigned[2], known)
        else:
            return None
    last = _RETURN.fullmatch(texts[-1])
    found = None if last is None else _with(last[1].strip(), known)
    return found if found and len(found) <= MAX_LINE else None


def _with(text: str, known: dict[str, str]) -> str:
    """Return a text with what is known of its names; "" where one of them has no value yet."""
    gone: list[str] = []

    def put(match: re.Match[str]) -> str:
        value = known[match[0].lower()]
        gone.extend([] if value else [match[0]])
        return value if _SIMPLE.fullmatch(value) else f"({value})"

    if not known:
        return text
    names = "|".join(map(re.escape, known))
    made = replaced(re.compile(rf"(?<![\w.\\])(?:{names})(?!\w)", re.IGNORECASE), put, text)
    return "" if gone or len(made) > MAX_LINE else made


def inlined(lines: Iterable[Line], functions: dict[str, Inline]) -> Iterator[Line]:
    """Yield lines with the calls of functions said as what they return."""
    if not functions:
        yield from lines
        return
    names = "|".join(map(re.escape, functions))
    call = re.compile(rf"(?<![\w\\.])({names})\s*\(", re.IGNORECASE)
    for line, own in _with_own(list(lines)):
        if line.text and call.search(line.text) and not _HEAD.fullmatch(line.text):
            yield replace(line, text=_said(line.text, call, functions, own))
        else:
            yield line


def _with_own(lines: Sequence[Line]) -> Iterator[tuple[Line, frozenset[str]]]:
    """Yield lines with the names (lower case) that their routine has as its own."""
    own: frozenset[str] = frozenset()
    for at, line in enumerate(lines):
        if _BEGINS.match(line.text):
            texts = takewhile(lambda n: not _BEGINS.match(n.text), islice(lines, at + 1, None))
            found = (_OWN.match(n.text) for n in texts)
            own = frozenset((m[1] or m[2]).lower() for m in found if m is not None)
            own |= {word.lower() for word in _NAME.findall(line.text)}
        yield line, own


def settled(lines: Iterable[Line], functions: dict[str, Inline]) -> frozenset[str]:
    """Return the functions, lower case, that no line calls any more."""
    left = set(functions)
    for line in lines:
        if left and "(" in line.text and not _HEAD.fullmatch(line.text):
            left -= {word.lower() for word in _CALLED.findall(line.text)}
    return frozenset(left)


def _said(
    text: str, call: re.Pattern[str], functions: dict[str, Inline], own: frozenset[str]
) -> str:
    """Return a text without calls of functions, as far as they can be said."""
    at = 0
    for _ in range(MOST_DEPTH * 10):
        match = call.search(text, at)
        if match is None or len(text) > MAX_LINE:
            return text
        end = closing(text, match.end())
        function = functions[match[1].lower()]
        hidden = end is None or function.uses & own
        made = None if hidden else _filled(function, text[match.end() : end])
        if made is None or end is None:
            at = match.end()
            continue
        text = f"{text[: match.start()]}{made}{text[end + 1 :]}"
    return text


def _filled(function: Inline, arguments: str) -> str | None:
    parts = list(split_arguments(arguments)) if arguments.strip() else []
    if len(parts) != len(function.parameters) or "\\" in arguments or '"' in arguments:
        return None
    given = dict(zip(function.parameters, parts, strict=True))
    whole = function.text if _SIMPLE.fullmatch(function.text) else f"({function.text})"
    if not given:
        return whole

    def put(match: re.Match[str]) -> str:
        text = given[match[0].lower()]
        return text if _SIMPLE.fullmatch(text) else f"({text})"

    names = "|".join(map(re.escape, given))
    return replaced(re.compile(rf"(?<![\w.\\])(?:{names})(?!\w)", re.IGNORECASE), put, whole)
