"""Functions of one RETURN, put in the place of their calls: FUNC robtarget Up(robtarget p) ...

A function whose body is one expression of its parameters and of shared data means that expression;
others, and traps, stay text. An argument is put in the place of its parameter in parentheses where
it is no name, number or aggregate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.abb.templates import parameters_of, split_arguments
from cellsim.controllers.reading.source import MAX_LINE, Line

_HEAD = re.compile(r"(?:LOCAL\s+)?FUNC\s+\w+\s+([A-Za-z_]\w*)\s*\((.*)\)", re.I | re.S)
_RETURN = re.compile(r"RETURN\s+(.+)", re.I | re.S)
_SIMPLE = re.compile(r"[-+]?[\w.{}]+|\[.*\]|[A-Za-z_]\w*\(.*\)", re.S)
MOST_LINES, MOST_DEPTH = 60, 5


@dataclass(frozen=True)
class Inline:
    """A function: parameter names (lower case), and the text of what it returns."""

    name: str
    parameters: tuple[str, ...]
    text: str


def functions_of(lines: Sequence[Line]) -> dict[str, Inline]:
    """Return the functions of one RETURN by name, lower case; a name that stands twice is none."""
    found: dict[str, Inline] = {}
    twice: set[str] = set()
    for at, line in enumerate(lines):
        head = _HEAD.fullmatch(line.text)
        if head is None:
            continue
        made = _function(head[1], head[2], lines[at + 1 : at + 1 + MOST_LINES])
        key = head[1].lower()
        if key in found:
            twice.add(key)
        if made is not None:
            found[key] = made
    return {key: made for key, made in found.items() if key not in twice}


def _function(name: str, given: str, body: Sequence[Line]) -> Inline | None:
    parameters = parameters_of(given) if given.strip() else ()
    texts = []
    for line in body:
        if line.text.lower() == "endfunc":
            break
        texts += [line.text] if line.text else []
    else:
        return None
    match = _RETURN.fullmatch(texts[0]) if len(texts) == 1 else None
    if parameters is None or match is None or re.search(rf"\b{name}\b", match[1], re.I):
        return None
    return Inline(name, tuple(p for _, p in parameters), match[1].strip())


def inlined(lines: Iterable[Line], functions: dict[str, Inline]) -> Iterator[Line]:
    """Yield lines with the calls of functions said as what they return."""
    if not functions:
        yield from lines
        return
    names = "|".join(map(re.escape, functions))
    call = re.compile(rf"(?<![\w\\.])({names})\s*\(", re.IGNORECASE)
    for line in lines:
        if line.text and call.search(line.text) and not _HEAD.fullmatch(line.text):
            yield replace(line, text=_said(line.text, call, functions))
        else:
            yield line


def _said(text: str, call: re.Pattern[str], functions: dict[str, Inline]) -> str:
    """Return a text without calls of functions, as far as they can be said."""
    at = 0
    for _ in range(MOST_DEPTH * 10):
        match = call.search(text, at)
        if match is None or len(text) > MAX_LINE:
            return text
        end = _closing(text, match.end())
        made = (
            None if end is None else _filled(functions[match[1].lower()], text[match.end() : end])
        )
        if made is None or end is None:
            at = match.end()
            continue
        text = f"{text[: match.start()]}{made}{text[end + 1 :]}"
    return text


def _closing(text: str, start: int) -> int | None:
    """Return where the parenthesis that was opened before `start` is closed."""
    depth = 1
    for i in range(start, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return None


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
    return re.sub(rf"(?<![\w.\\])(?:{names})(?!\w)", put, whole, flags=re.IGNORECASE)
