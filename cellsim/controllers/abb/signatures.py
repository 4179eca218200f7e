"""What a routine of RAPID takes, and the text of what a call gives it.

PROC rWeld(robtarget p\num high\\switch slow | switch fast, num n); rWeld p1\\high:=50\\slow, 3;
Source: RAPID kernel 3HAC050946, parameters (recalled): one behind a backslash is optional, those
between bars exclude one another, a switch has no value, and Present tells whether one was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellsim.controllers.reading.source import replaced

_PARAMETER = re.compile(r"(?:VAR\s+|PERS\s+)?([A-Za-z]\w*)\s+([A-Za-z_]\w*)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(\s*([A-Za-z]\w{0,31})\s*\)")
_OPTION = re.compile(r"([A-Za-z_]\w*)\s*(?::=\s*(.+))?", re.DOTALL)
_NOT_READ = frozenset({"inout", "var", "pers"})


@dataclass(frozen=True)
class Signature:
    """What a routine takes, lower case.

    Attributes:
        parameters: (type, name) of each, in order. optional: Those that a call may leave out.
        themselves: Those for which the data of the call stands itself (VAR, PERS).
    """

    parameters: tuple[tuple[str, str], ...]
    optional: frozenset[str] = frozenset()
    themselves: frozenset[str] = frozenset()


def signature_of(text: str) -> Signature | None:
    """Return what stands between the brackets of a head; None for INOUT and arrays."""
    found: list[tuple[str, str]] = []
    optional, themselves = set[str](), set[str]()
    for part in text.split(",") if text.strip() else ():
        first, *rest = part.split("\\")
        options = [option for piece in rest for option in piece.split("|")]
        for at, said in enumerate([first, *options]):
            if not said.strip() and at == 0 and options:
                continue
            match = _PARAMETER.fullmatch(said.strip())
            kind = "" if match is None else match[1].lower()
            if match is None or kind in _NOT_READ or (kind == "switch" and at == 0):
                return None
            found.append((kind, match[2].lower()))
            optional |= {match[2].lower()} if at else set()
            named = match[0].split()[0].lower() in {"var", "pers"}
            themselves |= {match[2].lower()} if named else set()
    return Signature(tuple(found), frozenset(optional), frozenset(themselves))


def arguments_of(text: str) -> tuple[list[str], dict[str, str]] | None:
    """Return the values of a call in order, and those behind a backslash by name, "" of a switch.

    None where one stands twice, or a text in quotes beside them may hold either sign.
    """
    if "\\" not in text:
        return list(split_arguments(text)) if text.strip() else [], {}
    if '"' in text:
        return None
    values: list[str] = []
    options: dict[str, str] = {}
    for part in split_arguments(text):
        first, *rest = _outside(part, "\\")
        values += [first.strip()] if first.strip() else []
        for piece in rest:
            match = _OPTION.fullmatch(piece.strip())
            if match is None or match[1].lower() in options:
                return None
            options[match[1].lower()] = (match[2] or "").strip()
    return values, options


def split_arguments(text: str) -> Iterator[str]:
    """Yield the parts of a text between commas that stand in no brackets; (name) is name."""
    for part in _outside(text, ","):
        named = _IN_BRACKETS.fullmatch(part.strip())
        yield named[1] if named else part.strip()


def _outside(text: str, mark: str) -> Iterator[str]:
    """Yield the parts of a text between marks that stand in no brackets."""
    depth, start = 0, 0
    for i, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == mark and depth == 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def closing(text: str, start: int) -> int | None:
    """Return where the parenthesis that was opened before `start` is closed."""
    depth = 1
    for i in range(start, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return None


def with_arguments(text: str, takes: Signature, given: Mapping[str, str]) -> str:
    """Return a line of a routine with what a call gives it in the places of its parameters.

    Present(p) is TRUE or FALSE, `\\high?p` is handed on or left out. A parameter that is not given
    has no value: it becomes a name that nothing declares.

    Args:
        given: Text by parameter; "" of a switch.
    """
    for name in takes.optional if "(" in text else ():
        asked = re.compile(rf"(?<!\w)present\s*\(\s*{name}\s*\)", re.IGNORECASE)
        text = replaced(asked, "TRUE" if name in given else "FALSE", text)
    values = {name: given.get(name, f"{name}_not_given") for _, name in takes.parameters}
    named = "|".join(re.escape(name) for name, value in values.items() if value)
    optional = "|".join(map(re.escape, takes.optional))
    handed = rf"\\\s*(\w+)\s*\?\s*({optional or '(?!)'})\b"
    plain = rf"(?<![\w.\\])(?:{named or '(?!)'})(?!\w)"

    def put(match: re.Match[str]) -> str:
        if match[2] is None:
            return values[match[0].lower()]
        value = given.get(match[2].lower())
        return "" if value is None else f"\\{match[1]}:={value}" if value else f"\\{match[1]}"

    # At once: what is put in is the call's, and no parameter of this routine.
    return replaced(re.compile(f"{handed}|{plain}", re.IGNORECASE), put, text)
