"""The frame of a .LS file: /PROG, /ATTR, /APPL, /MN, /POS, /END.

Source: backups of R-30iB controllers. Dates and sizes are zero: the controller makes its own.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from cellsim.controllers.writing.quantise import one_line
from cellsim.errors import Refused

MOST_LINES = 9999
_REMARK = 32
_DATE = "DATE 00-01-01  TIME 00:00:00"


def program_text(name: str, lines: Sequence[str], points: Sequence[str]) -> bytes:
    """Return the bytes of a .LS file.

    Args:
        lines: What stands behind the line numbers; an arc holds a line break. points: /POS.
    """
    if len(lines) > MOST_LINES:
        raise Refused("fanuc", f"{len(lines)} lines in '{name}'; a program holds {MOST_LINES}")
    numbered = [f"{i:4d}:{text}" for i, text in enumerate(lines, 1)]
    text = "\n".join([*_head(name, len(lines)), "/MN", *numbered, "/POS", *points, "/END"])
    return (text + "\n").replace("\n", "\r\n").encode("ascii", "replace")


def _head(name: str, count: int) -> list[str]:
    return [
        f"/PROG  {name}",
        "/ATTR",
        "OWNER\t\t= MNEDITOR;",
        'COMMENT\t\t= "cellsim";',
        "PROG_SIZE\t= 0;",
        f"CREATE\t\t= {_DATE};",
        f"MODIFIED\t= {_DATE};",
        "FILE_NAME\t= ;",
        "VERSION\t\t= 0;",
        f"LINE_COUNT\t= {count};",
        "MEMORY_SIZE\t= 0;",
        "PROTECT\t\t= READ_WRITE;",
        "TCD:  STACK_SIZE\t= 0,",
        "      TASK_PRIORITY\t= 50,",
        "      TIME_SLICE\t= 0,",
        "      BUSY_LAMP_OFF\t= 0,",
        "      ABORT_REQUEST\t= 0,",
        "      PAUSE_REQUEST\t= 0;",
        "DEFAULT_GROUP\t= 1,*,*,*,*;",
        "CONTROL_CODE\t= 00000000 00000000;",
        "/APPL",
    ]


def remarks(text: str) -> list[str]:
    """Return `!` remarks of at most 32 letters; none for no text."""
    plain = one_line(text).replace(";", ",")
    if len(plain) <= _REMARK:
        return [f"!{plain}"] if plain else []
    words = " ".join(_breakable(word) for word in plain.split())
    wrapped = textwrap.wrap(words, _REMARK, break_on_hyphens=False)
    return [f"!{part}" for part in wrapped]


def _breakable(word: str) -> str:
    """Return a word that fits, or a name too long for a remark, parted where its parts meet."""
    if len(word) <= _REMARK:
        return word
    return re.sub(r"(?<=[a-zA-Z0-9])([._/:-])(?=[a-zA-Z0-9])", r"\1 ", word)
