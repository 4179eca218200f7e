"""Whether an edit of controller text is caught (what is read, lint, bad input), and on what line.

What is named is held against the edit itself: the first and the last line that it changes or puts
in; where it only takes lines away, the line that follows them now, behind the last line that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from brandkit.kit import Edit

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.errors import BadInput
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import same_text
from cellsim.release.meaning.written import Text, written_otherwise

Place = tuple[str, int]


class Caught(Enum):
    """How an edit was caught."""

    BAD_INPUT = "bad input"
    CHECK = "check"
    LINT = "lint"
    MISSED = "nothing"

    def __lt__(self, other: Caught) -> bool:
        return self.value < other.value


class Named(Enum):
    """What names the place of the edit."""

    FINDING = "what was found stands on it"
    TEXT = "check names the line beside"
    NEIGHBOUR = "lines are gone: the next, or the last"
    NOWHERE = "another line"

    def __lt__(self, other: Named) -> bool:
        return self.value < other.value


@dataclass(frozen=True)
class Edited:
    """How an edit of a file was caught, and what named its place. lines: What was named."""

    how: Caught
    named: Named
    lines: tuple[Place, ...]


def caught(
    brand: str, cell: Cell, program: Program, files: Mapping[str, bytes], edit: Edit
) -> list[Edited]:
    """Return how the edit was caught in each file that it changes.

    Args:
        program: As read from the files. edit: Raises IndexError where it finds nothing.
    """
    found = []
    for name, data in files.items():
        text = data.decode("utf-8").replace("\r\n", "\n")
        try:
            new = edit(text)
        except IndexError:
            continue
        if new != text:
            after = dict(files) | {name: new.encode()}
            found.append(_caught(brand, cell, program, files, after, name))
    return found


def _caught(
    brand: str,
    cell: Cell,
    program: Program,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    name: str,
) -> Edited:
    own, beside, how = _found(brand, cell, program, before, after)
    changed, gone = edited_lines(before[name].decode(), after[name].decode())
    lines = tuple(dict.fromkeys((*own, *beside)))
    there = {(name, line) for line in changed}
    if there & {*own}:
        return Edited(how, Named.FINDING, lines)
    if there & {*beside}:
        return Edited(how, Named.TEXT, lines)
    if gone and (name, gone) in lines:
        return Edited(how, Named.NEIGHBOUR, lines)
    return Edited(how, Named.NOWHERE, lines)


def _found(
    brand: str,
    cell: Cell,
    program: Program,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
) -> tuple[list[Place], list[Place], Caught]:
    """Return the places of what was found, those that check names beside, and how."""
    old = Text(program.file, before)
    try:
        result = BRANDS[brand].read(after, cell, "arm")
    except BadInput as error:
        beside = [(d.file_b, d.line_b) for d in written_otherwise((), old, Text("", after))]
        how = Caught.BAD_INPUT if error.line else Caught.MISSED
        return [(error.file, error.line)], beside, how
    new = Text(result.program.file, after)
    changes = same_text(program, result.program, Side(cell, "arm", rules_of(cell)["arm"]))
    if any(d.line_b or d.line_a for d in changes):
        own = [(d.file_b or new.main, d.line_b) for d in changes if d.line_b]
        # as check does: on its side A are lines of the plan
        changes = tuple(replace(d, line_a=0) for d in changes)
        beside = [(d.file_b, d.line_b) for d in written_otherwise(changes, old, new)]
        return own, beside, Caught.CHECK
    known = {(f.rule, f.subject) for f in BRANDS[brand].lint(program, cell)}
    linted = BRANDS[brand].lint(result.program, cell)
    own = [(f.file, f.line) for f in linted if (f.rule, f.subject) not in known and f.line]
    return own, [], Caught.LINT if own else Caught.MISSED


def edited_lines(before: str, after: str) -> tuple[set[int], int]:
    """Return the first and the last line of an edit, and its neighbour where lines are only gone.

    Returns:
        Lines from 1 (none where lines are only gone), and the first line that is not empty behind
        those that are gone, or the last such line; 0 where none are gone.
    """
    a, b = list(_rows(before)), list(_rows(after))
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    full = [number for number, row in enumerate(b, 1) if row]
    gone = next((n for n in full if n > head), full[-1]) if len(a) > len(b) else 0
    return ({head + 1, len(b) - tail}, gone) if len(b) > head + tail else (set(), gone)


def _rows(text: str) -> Iterator[str]:
    """Yield lines without blanks around them (layout); none behind the end of the last line."""
    yield from (row.strip() for row in text.removesuffix("\n").split("\n"))
