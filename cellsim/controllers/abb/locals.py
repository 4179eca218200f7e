"""Data and routines that two modules name alike, one of them LOCAL: each module sees its own.

Source: RAPID kernel 3HAC050946, scope of data and routines: LOCAL is known in its module alone,
and hides what has its name elsewhere (recalled).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cellsim.controllers.reading.source import Line

_STORED = r"(?:CONST|PERS|VAR)\s+\w+\s+([A-Za-z_]\w*)"
_ROUTINE = r"(?:PROC|TRAP|FUNC\s+\w+)\s+([A-Za-z_]\w*)"
_NAMED = re.compile(rf"(LOCAL\s+)?(?:TASK\s+)?(?:{_STORED}|{_ROUTINE})", re.IGNORECASE)
_BEGINS = re.compile(r"(?:LOCAL\s+)?(?:PROC|FUNC|TRAP)\b", re.IGNORECASE)
_ENDS = re.compile(r"END(?:PROC|FUNC|TRAP)\b", re.IGNORECASE)
# A text in quotes; a component or an optional argument is no name of data.
_WORD = re.compile(r'"[^"]*"|(?<![\w.\\])[A-Za-z_]\w*')


def with_own_names(modules: Mapping[str, Sequence[Line]]) -> dict[str, Sequence[Line]]:
    """Return the lines of each module with names of its own for such data and routines.

    Args:
        modules: Lines by file.
    """
    names = {file: _names(lines) for file, lines in modules.items()}
    out: dict[str, Sequence[Line]] = {}
    for file, lines in modules.items():
        others = {name for other, found in names.items() if other != file for name in found}
        clash = {name for name, local in names[file].items() if local and name in others}
        out[file] = [_renamed(line, clash, _stem(file)) for line in lines] if clash else lines
    return out


def _names(lines: Sequence[Line]) -> dict[str, bool]:
    """Return the names (lower case) that a module declares outside of routines, and if LOCAL."""
    found: dict[str, bool] = {}
    inside = False
    for line in lines:
        match = None if inside else _NAMED.match(line.text)
        if match is not None:
            found[(match[2] or match[3]).lower()] = match[1] is not None
        inside = (inside or _BEGINS.match(line.text) is not None) and not _ENDS.match(line.text)
    return found


def _renamed(line: Line, clash: set[str], stem: str) -> Line:
    def put(match: re.Match[str]) -> str:
        return f"{match[0]}_of_{stem}" if match[0].lower() in clash else match[0]

    return replace(line, text=_WORD.sub(put, line.text))


def _stem(file: str) -> str:
    return re.sub(r"\W", "_", file.replace("\\", "/").rpartition("/")[2], flags=re.ASCII)
