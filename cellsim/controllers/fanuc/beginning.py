"""What is set before a program runs: registers and frames of the backup beside it.

A register that any text sets, directly or over another register's number, holds what the last run
left in it: its value in the backup says nothing. The elements that are set by themselves
(`PR[3,1]=`) are not known at the start, the others are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cellsim.controllers.fanuc.backup import FRAMES, REGISTERS, TOOLS, Backup
from cellsim.controllers.fanuc.positions import Changes

_USED = re.compile(r"(?<!\w)(PR|R)\s*\[\s*(\d{1,4})\b", re.IGNORECASE)
_INDEX = r"\[\s*([^\[\],:]*(?:\[[^\[\]]*\])?)\s*"
_SET = re.compile(
    rf"(?<![\w])(PR|R)\s*{_INDEX}(?:,\s*([^\[\],]*(?:\[[^\[\]]*\])?))?(?::[^\[\]]*)?\]\s*=",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\s*(IF|WAIT|SELECT|SKIP)\b", re.IGNORECASE)
_LOOP = re.compile(r"\s*FOR\b", re.IGNORECASE)


def beginning(backup: Backup, texts: Iterable[str]) -> dict[str, object]:
    """Return modal values by key ("R 5", "PR 5", "uframe 3") that hold before the first line.

    Args:
        backup: Tables beside the programs. texts: Of all programs that run.
    """
    if not backup:
        return {}
    lines = [line for text in texts for line in text.split("\n") if not line.startswith(("!", "/"))]
    used, whole, parts, any_of = _uses(lines)
    out: dict[str, object] = {}
    if "R" not in any_of:
        for number in used["R"] - whole["R"]:
            if number in backup.numbers:
                out[f"R {number}"] = backup.numbers[number]
    if "PR" not in any_of:
        for number in used["PR"] - whole["PR"]:
            if number in backup.positions[REGISTERS]:
                out[f"PR {number}"] = (REGISTERS, number, parts.get(number, ()))
    for key, table in (("uframe", FRAMES), ("utool", TOOLS)):
        out |= {f"{key} {n}": (table, n, ()) for n in backup.positions[table]}
    return out


def _uses(
    lines: Iterable[str],
) -> tuple[dict[str, set[int]], dict[str, set[int]], dict[int, Changes], set[str]]:
    """Return registers that are named, set whole, set by element, and kinds set by a number that
    only running tells."""
    used: dict[str, set[int]] = {"R": set(), "PR": set()}
    whole: dict[str, set[int]] = {"R": set(), "PR": set()}
    parts: dict[int, set[int]] = {}
    any_of: set[str] = set()
    for line in lines:
        for kind, number in _USED.findall(line):
            used[kind.upper()].add(int(number))
        for kind, index, at in _sets(line):
            if not index.isdigit():
                any_of.add(kind)
            elif at.isdigit() and 1 <= int(at) <= 6:
                parts.setdefault(int(index), set()).add(int(at))
            else:
                whole[kind].add(int(index))
    unknown: dict[int, Changes] = {
        n: tuple((at, None) for at in sorted(ats)) for n, ats in parts.items()
    }
    return used, whole, unknown, any_of


def _sets(line: str) -> Iterable[tuple[str, str, str]]:
    """Yield kind, number and element of registers that a line may set."""
    compares = _COMPARES.match(line) is not None
    _, comma, tail = line.partition(",")
    text = f"{comma}{tail}" if compares else line
    for match in _SET.finditer(text):
        if match.start() == 0 or compares or _LOOP.match(line) or text[match.start() - 1] in ", ":
            yield match[1].upper(), match[2].strip(), (match[3] or "").strip()
