"""Whether an edit of controller text is caught: by what is read, by the lint, or as bad input."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from brandkit.kit import Edit

from cellsim.controllers.brands import BRANDS, rules_of
from cellsim.domain.cell import Cell
from cellsim.domain.program import Program
from cellsim.errors import BadInput
from cellsim.release.meaning.motions import Side
from cellsim.release.meaning.programs import same_text


class Caught(Enum):
    """How an edit was caught; a line is named in all but the last."""

    BAD_INPUT = "bad input"
    CHECK = "check"
    LINT = "lint"
    MISSED = "nothing"

    def __lt__(self, other: Caught) -> bool:
        return self.value < other.value


def caught(
    brand: str, cell: Cell, program: Program, files: Mapping[str, bytes], edit: Edit
) -> list[Caught]:
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
            found.append(_caught(brand, cell, program, dict(files) | {name: new.encode()}))
    return found


def _caught(brand: str, cell: Cell, program: Program, files: Mapping[str, bytes]) -> Caught:
    try:
        result = BRANDS[brand].read(files, cell, "arm")
    except BadInput as error:
        return Caught.BAD_INPUT if error.line else Caught.MISSED
    side = Side(cell, "arm", rules_of(cell)["arm"])
    changes = same_text(program, result.program, side)
    if any(d.line_b or d.line_a for d in changes):
        return Caught.CHECK
    linted = BRANDS[brand].lint(result.program, cell)
    known = {(f.rule, f.subject) for f in BRANDS[brand].lint(program, cell)}
    new = [f for f in linted if (f.rule, f.subject) not in known and f.line]
    return Caught.LINT if new else Caught.MISSED
