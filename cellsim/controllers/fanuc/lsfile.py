"""A .LS file in its parts: program name, numbered instructions, and the text of the points.

Source: R-30iB backups; R-30iB Plus teach pendant help, 2 (header) and 18 (point logic).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cellsim.controllers.fanuc.german import in_english, is_german
from cellsim.controllers.reading.source import MAX_LINE, Line, text_lines
from cellsim.errors import BadInput

_PROG = re.compile(r"/PROG\s+([A-Za-z_][\w-]*)", re.IGNORECASE)
_COUNT = re.compile(r"(?:LINE_COUNT|ZEILEN)\s*=\s*(\d{1,9})\s*;", re.IGNORECASE)
# The motions of a program are those of the groups that its header names with 1.
_OTHERS = re.compile(r"DEFAULT_GROUP\s*=\s*\*\s*(,|;)", re.IGNORECASE)
_FURTHER = re.compile(r"DEFAULT_GROUP\s*=\s*1\s*(?:,\s*\*\s*)*,\s*1\b", re.IGNORECASE)
_BESIDE = re.compile(r"\s*GP[2-8]\s*:", re.IGNORECASE)
_NUMBERED = re.compile(r"\s*(\d{1,5})\s*:(.*)")
_GOES_ON = re.compile(r"\s*:(.*)")
_CALL = re.compile(rb"\b(?:CALL|AUFRUF)\s+([A-Za-z_]\w*)", re.IGNORECASE)
_POINT_LOGIC = re.compile(r",\s*(P-SPS|POINT_LOGIC)\b", re.IGNORECASE)
_LOGIC_ENDS = re.compile(r"\s*-{3,}\s*;?\s*")
# PR[GP1:5,3] is element 3 of PR[5] of the first group; other groups move no axis of this one.
_GROUP = re.compile(r"\bPR\s*\[\s*GP([1-8])\s*:\s*", re.IGNORECASE)
_PARTS = ("/ATTR", "/APPL", "/MN", "/POS", "/END")


@dataclass(frozen=True)
class LsFile:
    """What one file holds.

    Attributes:
        name: Of the program, upper case. instructions: Without line numbers and `;`.
        points: (line number, text) of /POS. odd: (line number, text, what is odd).
        last: Number of the last line. moves: Whether DEFAULT_GROUP names motion group 1.
        further: Line in which it names groups beside it, 0 where it does not.
    """

    file: str
    name: str
    instructions: tuple[Line, ...]
    points: tuple[tuple[int, str], ...]
    odd: tuple[tuple[int, str, str], ...]
    last: int
    moves: bool = True
    further: int = 0


def ls_file(file: str, data: bytes) -> LsFile:
    """Return the parts of a file.

    Raises:
        BadInput: Not text, too large, no /PROG, or cut off before /END.
    """
    texts = text_lines(file, data)
    name, parts, ended = "", dict[str, list[tuple[int, str]]](), False
    part = ""
    for number, text in enumerate(texts, 1):
        word = text.strip().upper()
        match = _PROG.match(text.strip())
        if match is not None and not name:
            name = match[1].upper()
        elif word in _PARTS:
            part, ended = word, word == "/END"
        elif not ended:
            parts.setdefault(part, []).append((number, text))
    if not name:
        raise BadInput("no /PROG", file=file, line=1, expected="/PROG  NAME")
    if "/MN" not in parts and not any(t.strip().upper() == "/MN" for t in texts):
        raise BadInput("no /MN", file=file, line=len(texts), expected="/MN and instructions")
    if not ended:
        raise BadInput(
            "the text is truncated", file=file, line=len(texts), expected="/END at the end"
        )
    numbers: list[tuple[int, int]] = []
    instructions = tuple(_instructions(file, parts.get("/MN", []), numbers))
    if is_german([text for _, text in parts.get("/ATTR", [])]):
        instructions = tuple(replace(line, text=in_english(line.text)) for line in instructions)
    odd = (*_count(parts.get("/ATTR", []), numbers), *_order(numbers))
    moves = not any(_OTHERS.search(text) for _, text in parts.get("/ATTR", []))
    points = tuple(parts.get("/POS", []))
    further = _further(parts.get("/ATTR", []), points)
    return LsFile(file, name, instructions, points, odd, len(texts), moves, further)


def _further(head: Sequence[tuple[int, str]], points: Sequence[tuple[int, str]]) -> int:
    """Return the line in which DEFAULT_GROUP names groups beside the first, 0 where it does not.

    Where the header has no such line, points with further groups stand for it: line 1.
    """
    lines = [(number, text) for number, text in head if "DEFAULT_GROUP" in text.upper()]
    if not lines:
        return int(any(_BESIDE.match(text) for _, text in points))
    return next((number for number, text in lines if _FURTHER.search(text)), 0)


def may_call(text: str) -> bool:
    """Return whether a text has a word in it that calls a program."""
    low = text.lower()
    return "call" in low or "aufruf" in low


def called_names(data: bytes) -> frozenset[str]:
    """Return the names, upper case, of the programs that the bytes of a file may call."""
    return frozenset(match[1].decode("ascii").upper() for match in _CALL.finditer(data))


def _instructions(
    file: str, texts: list[tuple[int, str]], numbers: list[tuple[int, int]]
) -> Iterator[Line]:
    """Yield instructions; one goes on in lines without a number until its `;`.

    The lines that run at a point (P-SPS, point logic) have numbers of their own, up to a line of
    dashes; they are marked `>`, as they do not stand in the order of the program.
    """
    at, held, inside = 0, "", False
    for number, text in texts:
        if not text.strip():
            continue
        if inside:
            inside = not _LOGIC_ENDS.fullmatch(text)
            if inside:
                numbered = _NUMBERED.match(text)
                plain = _line(file, number, numbered[2] if numbered else text)
                yield replace(plain, comment=">")
            continue
        match = _NUMBERED.match(text)
        if match is not None:
            if at:
                yield _line(file, at, held)
            numbers.append((number, int(match[1])))
            at, held = number, match[2]
        else:
            more = _GOES_ON.match(text)
            rest = more[1] if more else text
            at = at or number
            if len(held) <= MAX_LINE:
                held = f"{held} {rest.strip()}" if held else rest
        if held.rstrip().endswith(";"):
            inside = _POINT_LOGIC.search(held) is not None
            yield _line(file, at, held)
            at, held = 0, ""
    if at:
        yield _line(file, at, held)


def _line(file: str, number: int, text: str) -> Line:
    """Return an instruction; its text is without the `;` that ends it."""
    plain = text.strip()
    said = plain.removesuffix(";").strip()
    if "GP" in said.upper() and not said.startswith(("!", "--", "/")):
        said = _GROUP.sub(lambda m: "PR[" if m[1] == "1" else f"PRGP{m[1]}[", said)
    return Line(file, number, said, "", plain)


def _count(
    texts: list[tuple[int, str]], numbers: list[tuple[int, int]]
) -> Iterator[tuple[int, str, str]]:
    """Yield where LINE_COUNT is not the number of lines."""
    for number, text in texts:
        match = _COUNT.search(text)
        if match is not None and int(match[1]) != len(numbers):
            what = f"LINE_COUNT is {int(match[1])}, the text has {len(numbers)} lines"
            yield number, text.strip(), what


def _order(numbers: list[tuple[int, int]]) -> Iterator[tuple[int, str, str]]:
    """Yield the first line whose number does not follow the one before."""
    for expected, (number, given) in enumerate(numbers, 1):
        if given != expected:
            yield number, f"{given}:", f"line number {given} where {expected} follows"
            return
