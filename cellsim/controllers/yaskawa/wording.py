"""Names, labels and comments as INFORM has them, for the writer.

Source: INFORM manuals: labels 8 characters, comments 32 on lines of their own.
"""

from __future__ import annotations

import textwrap

from cellsim.controllers.writing.quantise import one_line
from cellsim.controllers.writing.rewrite import identifier
from cellsim.controllers.yaskawa.labels import LONGEST_LABEL
from cellsim.controllers.yaskawa.words import RESERVED
from cellsim.errors import Refused

LONGEST_COMMENT = 32


def checked(name: str, longest: int, what: str, line: int = 0) -> str:
    """Return a name in capitals; it has letters, digits, underscores and is no word of INFORM."""
    if identifier(name, longest) != name or name.upper() in RESERVED:
        raise Refused("yaskawa", f"{what} name '{name}'", line=line, source="INFORM manual")
    return name.upper()


def label_text(name: str, line: int) -> str:
    """Return *NAME."""
    return f"*{checked(name, LONGEST_LABEL, 'label', line)}"


def remarks(text: str) -> list[str]:
    """Return a comment in lines of 32 characters; INFORM has none behind a statement."""
    said = one_line(text)
    return [f"'{part}" for part in textwrap.wrap(said, LONGEST_COMMENT)] if said else []
