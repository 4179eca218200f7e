"""What TP has numbers for: registers, flags and labels; a name keeps its number and its comment.

`r5_count` is R[5:count], `f2_full` F[2:full], `lbl3_missing` LBL[3:missing].
"""

from __future__ import annotations

import re

from cellsim.controllers.writing.rewrite import identifier
from cellsim.errors import Refused

COMMENT = 16
REGISTERS, FLAGS, LABELS = 200, 1024, 32766
_NUMBERED = re.compile(r"(r|f|lbl)(\d{1,5})(?:_(\w{1,16}))?")
_LETTERS = {"r": "R", "f": "F", "lbl": "LBL"}


def number_of(name: str, kind: str) -> int:
    """Return the number that a name of a register, flag or label carries; 0 for another name."""
    match = _NUMBERED.fullmatch(name)
    return int(match[2]) if match is not None and match[1] == kind else 0


def named(kind: str, number: int, name: str) -> str:
    """Return the name of a number with a comment made of a name."""
    comment = identifier(name, COMMENT).lower() if name else ""
    return f"{kind}{number}_{comment}" if comment else f"{kind}{number}"


def place(name: str, line: int) -> str:
    """Return R[5:count] of `r5_count`, F and LBL alike; Refused for a name without a number."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        raise Refused("fanuc", f"variable or label '{name}' without a number", line=line)
    return f"{_LETTERS[match[1]]}[{match[2]}{f':{match[3]}' if match[3] else ''}]"


def bracketed(letters: str, number: int, comment: str) -> str:
    """Return DO[1:grip_close]: a number with its comment."""
    shown = identifier(comment, COMMENT) if comment else ""
    return f"{letters}[{number}{f':{shown}' if shown else ''}]"
