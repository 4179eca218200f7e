"""What a controller's backup says beside its programs: registers, position registers, frames.

NUMREG.VA, POSREG.VA and SYSFRAME.VA hold the values of the moment of the backup. Only what no
program read here sets is taken from them. Source: published backups and parsers of them: the index
is [group,number], joint registers print `J1 = .. deg`, others `Config:` and `X: .. W: ..`, extended
axes `EXT1:`; `Uninitialized` and asterisks are no value. A position register names no frame or
tool: it is taken in the active ones (R-30iB Plus teach pendant help, 5.6: UF and UT are always F).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellsim.controllers.fanuc.points import Point, config_of
from cellsim.controllers.reading.source import text_lines

NAMES = frozenset({"NUMREG.VA", "POSREG.VA", "SYSFRAME.VA"})
REGISTERS, FRAMES, TOOLS = "POSREG.VA", "SYSFRAME.VA frames", "SYSFRAME.VA tools"
MOST = 2_000
_RECORD = re.compile(r"\[[*\w]+\](\$?\w+)\s")
_NUMBER = re.compile(r"\s*\[\s*(\d{1,4})\s*\]\s*=\s*([-+]?(?:\d+\.?\d*|\.\d+))(?:[eE][-+]?\d+)?\s")
_ENTRY = re.compile(r"\s*\[\s*(\d)\s*,\s*(\d{1,4})\s*\]\s*=")
_CONFIG = re.compile(r"Config\s*:\s*([NFUDTBRL ]+(?:,\s*-?\d+\s*){0,3})")
_VALUE = re.compile(r"\b(J[1-9]|EXT[1-6]|[XYZWPR])\s*[:=]\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*(deg|mm)?")
_TABLES = {"$POSREG": REGISTERS, "$MNUFRAME": FRAMES, "$MNUTOOL": TOOLS}


@dataclass(frozen=True)
class Backup:
    """Values by number.

    Attributes:
        numbers: R[n]. positions: Points by table (registers, frames, tools) and number.
    """

    numbers: Mapping[int, float] = field(default_factory=dict)
    positions: Mapping[str, Mapping[int, Point]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.numbers or any(self.positions.values()))


def is_backup(file: str) -> bool:
    """Return whether a file name is that of a table of a backup."""
    return file.replace("\\", "/").rpartition("/")[2].upper() in NAMES


def backup_of(files: Mapping[str, bytes]) -> Backup:
    """Return what the tables among the files say; a line of another form says nothing.

    Raises:
        BadInput: A file that is no text, or too large.
    """
    numbers: dict[int, float] = {}
    positions: dict[str, dict[int, Point]] = {name: {} for name in _TABLES.values()}
    for file, data in files.items():
        if not is_backup(file) or not data.strip():
            continue
        for record, lines in _records(text_lines(file, data)):
            if record == "$NUMREG":
                numbers |= dict(_numbers(lines))
            elif record in _TABLES:
                positions[_TABLES[record]] |= dict(_positions(lines))
    return Backup(numbers, positions)


def _records(lines: list[str]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield the name of each variable with its numbered lines."""
    name, body = "", list[tuple[int, str]]()
    for number, line in enumerate(lines, 1):
        match = _RECORD.match(line)
        if match is not None:
            if name:
                yield name, body
            name, body = match[1].upper(), []
        else:
            body.append((number, line))
    if name:
        yield name, body


def _numbers(lines: list[tuple[int, str]]) -> Iterator[tuple[int, float]]:
    for _, line in lines:
        match = _NUMBER.match(f"{line} ")
        if match is not None and 1 <= int(match[1]) <= MOST:
            yield int(match[1]), float(line.partition("=")[2].split()[0])


def _positions(lines: list[tuple[int, str]]) -> Iterator[tuple[int, Point]]:
    """Yield the entries of group 1 that have a value."""
    at, text, group, number = 0, list[str](), 0, 0
    for line, raw in [*lines, (0, "[9,1] =")]:
        match = _ENTRY.match(raw)
        if match is None:
            if len(text) < 20:
                text.append(raw)
            continue
        if group == 1 and 1 <= number <= MOST:
            point = _point(at, "\n".join(text))
            if point is not None:
                yield number, point
        at, group, number, text = line, int(match[1]), int(match[2]), [raw[match.end() :]]


def _point(line: int, text: str) -> Point | None:
    """Return an entry as a point in the active frame and tool; None for one without a value."""
    text = re.sub(r"'[^'\n]*'", "", text)
    values: dict[str, float] = {}
    units: dict[str, str] = {}
    for key, value, unit in _VALUE.findall(text):
        name = key.replace("EXT", "E")
        if name not in values:
            values[name], units[name] = float(value), unit or ("mm" if name in "XYZ" else "deg")
    if not values:
        return None
    match = _CONFIG.search(text)
    config = "" if match is None else config_of(match[1].strip())
    return Point(line, "", None, None, config, values, units)
